//! Sources of the board: what the state table of each target says, as `guardian_board` takes it. A
//! target that cannot be read is a source that says why. What is shown of them is decided there.

use super::Machine;
use crate::session::Session;
use crate::state_table::{State, StateError, StateTable};
use aws_config::SdkConfig;
use guardian_aws::clock::now_ms;
use guardian_board::{Acknowledgement, Grouping, Settings, Source, Target};
use guardian_contract::{MachineKey, Row};
use guardian_deploy::Stacks;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_stack::app::App;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

/// Targets that are read at once.
const AT_ONCE: usize = 8;
/// A tick is due each minute; after three minutes without one Guardian has stopped.
pub const STOPPED_MS: i64 = 180_000;

/// Reads one target as often as it is asked to.
#[derive(Debug)]
pub struct Reader {
    /// Account and region.
    target: Target,
    config: SdkConfig,
    stack: String,
    machines: Vec<Machine>,
    /// Opened with the first reading that succeeds.
    table: OnceCell<StateTable>,
}

impl Reader {
    /// A reader of this application's table, with the credentials of this session.
    pub async fn of(session: &Session, app: &App, machines: Vec<Machine>) -> Self {
        // Without STS the account is not known; the table can be read all the same.
        let account = session.account().await.map(str::to_owned).unwrap_or_default();
        Self {
            target: Target { account, region: session.region() },
            config: session.config.clone(),
            stack: app.stack_name.clone(),
            machines,
            table: OnceCell::new(),
        }
    }

    /// Account and region.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What the table says now.
    pub async fn read(&self) -> Source {
        match self.try_read().await {
            Ok((state, acknowledgements)) => {
                source(&self.target, state, acknowledgements, &self.machines, now_ms())
            }
            Err(why) => unreadable(&self.target, why),
        }
    }

    async fn try_read(&self) -> Result<(State, Vec<Acknowledgement>), String> {
        let table = self.table.get_or_try_init(|| self.open()).await?;
        let read = tokio::try_join!(table.state(), table.acknowledgements());
        read.map_err(|error| error.to_string())
    }

    async fn open(&self) -> Result<StateTable, String> {
        let stacks = CloudFormation::new(&self.config);
        let stack = stacks.stack(&self.stack).await.map_err(|error| error.to_string())?;
        let stack = stack.ok_or_else(|| format!("stack `{}` does not exist", self.stack))?;
        StateTable::of(&self.config, &stack).map_err(|error: StateError| error.to_string())
    }
}

/// Reads every target, a few at once; the sources are in the order of the readers.
pub async fn read_all(readers: &[Arc<Reader>]) -> Vec<Source> {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (number, reader) in readers.iter().enumerate() {
        let (reader, gate) = (Arc::clone(reader), Arc::clone(&gate));
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = gate.acquire().await;
            (number, reader.read().await)
        });
    }
    let mut sources = tasks.join_all().await;
    sources.sort_by_key(|(number, _)| *number);
    sources.into_iter().map(|(_, source)| source).collect()
}

/// How rows of this application become a board. Mute windows are in CloudWatch, which knows whether
/// one holds.
pub fn settings(app: &App) -> Settings {
    let named = app.groups.iter().map(|(name, globs)| (name.clone(), globs.clone().into()));
    Settings {
        watch: app.watch.clone(),
        aborted: app.aborted,
        grouping: Grouping { tag: None, named: named.collect() },
        mutes: Vec::new(),
        silent_ms: Some(STOPPED_MS),
    }
}

/// A target whose table says this. Pure. A configured machine without a row is one that has not been
/// read yet; a record that cannot be read is a machine that cannot.
fn source(
    target: &Target,
    state: State,
    acknowledgements: Vec<Acknowledgement>,
    configured: &[Machine],
    now_ms: i64,
) -> Source {
    let mut rows = state.rows;
    let known: BTreeSet<String> = rows.iter().map(|row| row.key.to_string()).collect();
    let missing = configured.iter().filter(|machine| !known.contains(machine.key.as_str()));
    rows.extend(missing.map(|machine| {
        let express = machine.express;
        Row { express, ..Row::new(machine.key.clone(), arn(target, &machine.name), now_ms) }
    }));
    for (sort, why) in state.broken {
        let Ok(key) = MachineKey::new(sort) else { continue };
        rows.retain(|row| row.key != key);
        let arn = arn(target, key.as_str());
        let why = format!("its record in the state table cannot be read: {why}");
        rows.push(Row { unreadable: Some((why, now_ms)), ..Row::new(key, arn, now_ms) });
    }
    Source {
        target: target.clone(),
        rows,
        fleet: state.fleet,
        round_ms: state.sweep.round_took_ms,
        acknowledgements,
        ..Source::default()
    }
}

fn arn(target: &Target, machine: &str) -> String {
    let Target { account, region } = target.clone();
    super::Account { account, region }.arn(machine)
}

/// A target that cannot be read, and why.
fn unreadable(target: &Target, why: String) -> Source {
    Source { target: target.clone(), unreadable: Some(why), ..Source::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_board::{Board, State as Light};
    use guardian_contract::table::Fleet;
    use guardian_contract::{Declared, Listed, Run, Status};

    const NOW: i64 = 1_700_000_000_000;

    fn target() -> Target {
        Target { account: "123456789012".into(), region: "eu-west-1".into() }
    }

    fn machine(name: &str, express: bool) -> Machine {
        let key = MachineKey::new(name).unwrap();
        Machine { key, name: name.into(), express, declared: Declared::default() }
    }

    fn green(name: &str) -> Row {
        let run = Run {
            arn: format!("arn:aws:states:eu-west-1:123456789012:execution:{name}:1"),
            status: Status::Succeeded,
            start_ms: NOW - 9_000,
            stop_ms: Some(NOW - 5_000),
            redrive_ms: None,
            redrive_count: 0,
        };
        let arn = format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{name}");
        let mut row = Row::new(MachineKey::new(name).unwrap(), arn, NOW - 90_000);
        row.list(Listed { runs: vec![run], complete: true, at_ms: NOW, ..Listed::default() });
        row
    }

    #[test]
    fn rows_that_are_missing_or_broken_are_machines_that_were_not_read() {
        let fleet = Some(Fleet { tick_ms: NOW - 1_000, ..Fleet::default() });
        let broken = vec![("odd".to_owned(), "missing field `m`".to_owned())];
        let state = State { rows: vec![green("order")], broken, fleet, ..State::default() };
        let configured = [machine("order", false), machine("new", false), machine("clicks", true)];
        let source = source(&target(), state, Vec::new(), &configured, NOW);
        let settings = Settings { silent_ms: Some(STOPPED_MS), ..Settings::default() };
        let board = Board::of_sources(&[source], &settings, NOW);
        let found: Vec<_> = board.machines.iter().map(|m| (m.key.as_str(), m.state)).collect();
        let expected = [
            ("new", Light::Unread),
            ("odd", Light::Unread),
            ("clicks", Light::Express),
            ("order", Light::Green),
        ];
        assert_eq!(found, expected);
        assert!(board.machines[1].unread.as_ref().unwrap().contains("missing field"));
        assert!(board.banners.is_empty(), "{:?}", board.banners);
    }

    #[test]
    fn a_target_that_cannot_be_read_is_a_banner_beside_the_machines_of_the_others() {
        let state = State { rows: vec![green("order")], ..State::default() };
        let fine = source(&target(), state, Vec::new(), &[], NOW);
        let other = Target { region: "us-east-1".into(), ..target() };
        let refused = unreadable(&other, "AccessDeniedException".into());
        let board = Board::of_sources(&[fine, refused], &Settings::default(), NOW);
        assert_eq!((board.counts.green, board.counts.total), (1, 1));
        let text = board.banners[0].text(NOW, guardian_board::Audience::Team);
        assert_eq!(text, "cannot read 123456789012/us-east-1: AccessDeniedException");
    }
}
