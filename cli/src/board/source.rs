//! Reads the board's targets: the state table of each, or Step Functions where there is none. A target
//! that cannot be read is a source that says why. `guardian_board` decides how it is shown.

use super::alarms::Alarmed;
use super::names::{NONE, Names};
use super::table::{self, FromCloudWatch, Request};
use super::{Member, Reading, read};
use crate::acknowledge::{acknowledge, caller};
use crate::exit::Failure;
use crate::session::Session;
use crate::state_table::{StateError, StateTable};
use crate::text::plain;
use guardian_aws::AssumeRole;
use guardian_aws::clock::now_ms;
use guardian_board::evaluated::Meaning;
use guardian_board::{Acknowledgement, Board, Grouping, Settings, Source, Target};
use guardian_contract::{MachineKey, Semantics};
use guardian_deploy::{Stack, Stacks, protection};
use guardian_stack::app::App;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Targets that are read at once.
const AT_ONCE: usize = 8;
/// How long alarms and metrics are reused: a board that refreshes itself reads the table more often.
const CLOUDWATCH_MS: i64 = 60_000;
/// How long to wait before checking again whether the stack has changed.
const REOPEN_MS: i64 = 5 * 60_000;
/// The help for what works without the table.
const FROM_API: &str = "`guardian status --from-api` reads the lights from Step Functions";

/// The part of an application that all its targets share.
#[derive(Debug, Default)]
pub struct Subject {
    members: Vec<Member>,
    meaning: Meaning,
    settings: Settings,
    stack: String,
    names: Option<Names>,
}

impl Subject {
    /// Of an application; its alarms are read if their names are given.
    pub fn of(app: &App, members: Vec<Member>, names: Option<Names>) -> Self {
        let (semantics, aborted) = (app.semantics, app.aborted);
        Self {
            members,
            meaning: Meaning { semantics, aborted, ..Meaning::default() },
            settings: settings(app),
            stack: app.stack_name.clone(),
            names,
        }
    }
}

/// Reads one target, as often as a caller wants.
#[derive(Debug)]
pub struct Reader {
    target: Target,
    access: Access,
    subject: Arc<Subject>,
    /// The name or the id of the stack.
    stack: String,
    /// How many past runs are read of each machine.
    past: usize,
    from_api: bool,
    /// Where it was last read from, and when that was checked.
    opened: Mutex<Option<(i64, Arc<Opened>)>>,
    /// The last answer of CloudWatch, and its time.
    from_cloudwatch: Mutex<Option<(i64, FromCloudWatch)>>,
}

/// Whether a target can be read.
#[derive(Debug)]
enum Access {
    /// With this session.
    Open(Box<Session>),
    /// With a role, in the target's region.
    Role(Arc<Role>, OnceCell<Box<Session>>),
    /// It cannot, and why.
    Closed(String),
}

/// A role that the readers of an account share. It is assumed with the first reading, and with a later one
/// if that fails: a role that is made meanwhile, or a throttled call, needs no restart.
#[derive(Debug)]
pub struct Role {
    base: Session,
    role: AssumeRole,
    /// The session, or why and when the role could not be assumed.
    assumed: Mutex<Option<Result<Session, (String, i64)>>>,
}

/// How long the readers of an account take a refused role for granted: one try for each reading.
const REFUSED_MS: i64 = 4_000;

impl Role {
    /// A role, and the session that may assume it.
    pub fn new(base: Session, role: AssumeRole) -> Self {
        Self { base, role, assumed: Mutex::new(None) }
    }

    async fn session(&self, region: &str) -> Result<Box<Session>, Failure> {
        let mut assumed = self.assumed.lock().await;
        match &*assumed {
            Some(Ok(session)) => return Ok(Box::new(session.in_region(region))),
            Some(Err((why, at_ms))) if now_ms() - at_ms < REFUSED_MS => {
                return Err(Failure::error(why.clone()).into());
            }
            _ => {}
        }
        match self.base.assume(&self.role).await {
            Ok(session) => {
                let own = session.in_region(region);
                *assumed = Some(Ok(session));
                Ok(Box::new(own))
            }
            Err(failure) => {
                *assumed = Some(Err((failure.report.to_string(), now_ms())));
                Err(failure)
            }
        }
    }
}

/// Where a target's lights are read from.
#[derive(Debug)]
enum Opened {
    /// The state table of this stack.
    Table(Box<Stack>, StateTable),
    /// Step Functions, and why, unless the user chose it.
    Api(Option<String>),
    /// The same, because there is no such stack.
    NoStack(String),
}

impl Reader {
    /// A reader of an application in the session's region. The account is known with the first
    /// reading, if it is empty.
    pub fn new(account: String, session: Session, subject: Arc<Subject>) -> Self {
        let target = Target { account, region: session.region() };
        Self::with(target, Access::Open(Box::new(session)), subject)
    }

    /// A reader of a target that takes this role.
    pub fn with_role(target: Target, role: Arc<Role>, subject: Arc<Subject>) -> Self {
        Self::with(target, Access::Role(role, OnceCell::new()), subject)
    }

    fn with(target: Target, access: Access, subject: Arc<Subject>) -> Self {
        Self {
            target,
            access,
            stack: subject.stack.clone(),
            subject,
            past: 30,
            from_api: false,
            opened: Mutex::new(None),
            from_cloudwatch: Mutex::new(None),
        }
    }

    /// A target that cannot be read, and why.
    pub fn closed(target: Target, why: String) -> Self {
        Self::with(target, Access::Closed(why), Arc::default())
    }

    /// Reads the stack with this name or id.
    #[must_use]
    pub fn stack(self, stack: String) -> Self {
        Self { stack, ..self }
    }

    /// Reads this many past runs of each machine.
    #[must_use]
    pub fn past(self, past: usize) -> Self {
        Self { past, ..self }
    }

    /// Reads Step Functions and not the table.
    #[must_use]
    pub fn read_api(self, from_api: bool) -> Self {
        Self { from_api, ..self }
    }

    /// The name or the id of the stack.
    pub fn stack_name(&self) -> &str {
        &self.stack
    }

    /// Account and region.
    pub fn target(&self) -> &Target {
        &self.target
    }

    async fn session(&self) -> Result<&Session, Failure> {
        match &self.access {
            Access::Open(session) => Ok(session),
            Access::Role(role, own) => {
                let session = own.get_or_try_init(|| role.session(&self.target.region));
                session.await.map(Box::as_ref)
            }
            Access::Closed(why) => Err(Failure::error(why.clone()).into()),
        }
    }

    /// Its session, if it has been opened.
    fn open_session(&self) -> Option<&Session> {
        match &self.access {
            Access::Open(session) => Some(session),
            Access::Role(_, own) => own.get().map(Box::as_ref),
            Access::Closed(_) => None,
        }
    }

    /// Reads the target now.
    pub async fn reading(&self) -> Result<Reading, Failure> {
        let session = self.session().await?;
        let now_ms = now_ms();
        let opened = self.opened(session, now_ms).await?;
        let reading = self.of_opened(session, &opened, now_ms).await;
        if reading.is_err() {
            // The next reading checks the stack again, which may have another table by then.
            *self.opened.lock().await = None;
        }
        reading
    }

    async fn of_opened(
        &self,
        session: &Session,
        opened: &Opened,
        now_ms: i64,
    ) -> Result<Reading, Failure> {
        match opened {
            Opened::Table(stack, table) => self.of_table(session, stack, table, now_ms).await,
            Opened::Api(note) => self.noted(session, note.clone(), false, now_ms).await,
            Opened::NoStack(note) => self.noted(session, Some(note.clone()), true, now_ms).await,
        }
    }

    async fn noted(
        &self,
        session: &Session,
        note: Option<String>,
        without_stack: bool,
        now_ms: i64,
    ) -> Result<Reading, Failure> {
        let mut reading = self.of_api(session, now_ms).await?;
        reading.notes.extend(note);
        Ok(Reading { without_stack, ..reading })
    }

    /// Where the target is read from. The stack is checked from time to time, since a deploy changes it.
    async fn opened(&self, session: &Session, now_ms: i64) -> Result<Arc<Opened>, Failure> {
        let mut known = self.opened.lock().await;
        if let Some((at_ms, opened)) = &*known
            && now_ms - at_ms < REOPEN_MS
        {
            return Ok(Arc::clone(opened));
        }
        let opened = Arc::new(self.open(session).await?);
        *known = Some((now_ms, Arc::clone(&opened)));
        Ok(opened)
    }

    /// Whether the stack's policy is lifted, for a deploy that was cut off or by hand.
    pub async fn policy_is_lifted(&self) -> bool {
        // What could not be read is not tried again for this.
        let Some(session) = self.open_session() else { return false };
        // The lights do not need this, so a missing permission is no failure.
        protection::is_lifted(&session.stacks(), &self.stack).await.unwrap_or(false)
    }

    /// Acknowledges a machine's fault in the table, in the name of the caller.
    pub async fn acknowledge(
        &self,
        key: &str,
        seconds: u32,
        why: &str,
    ) -> Result<Acknowledgement, Failure> {
        let session = self.session().await?;
        let opened = self.opened(session, now_ms()).await?;
        let Opened::Table(_, table) = &*opened else {
            return Err(Failure::error("only a state table keeps acknowledgements").into());
        };
        let key = MachineKey::of_machine(key)
            .map_err(|_| Failure::error(format!("`{}` is no key", plain(key))))?;
        let by = caller(session).await;
        let until_ms = now_ms().saturating_add(i64::from(seconds) * 1_000);
        let written = acknowledge(table, &key, &by, until_ms, why).await;
        written.map_err(|error| error.failure(None))
    }

    async fn open(&self, session: &Session) -> Result<Opened, Failure> {
        if self.from_api || self.subject.meaning.semantics == Semantics::Original {
            return Ok(Opened::Api(None));
        }
        let name = &self.stack;
        let from_api = "; the lights are read from Step Functions";
        let Some(stack) = session.stacks().stack(name).await? else {
            return Ok(Opened::NoStack(format!("stack `{name}` does not exist{from_api}")));
        };
        match StateTable::of(&session.config, &stack) {
            Ok(table) => Ok(Opened::Table(Box::new(stack), table)),
            Err(error @ StateError::NoTable { .. }) => {
                Ok(Opened::Api(Some(format!("{error} yet{from_api}; `guardian deploy` adds one"))))
            }
            Err(error) => Err(error.failure(Some(FROM_API))),
        }
    }

    async fn of_table(
        &self,
        session: &Session,
        stack: &Stack,
        table: &StateTable,
        now_ms: i64,
    ) -> Result<Reading, Failure> {
        let unreadable = |error: StateError| error.failure(Some(FROM_API));
        // The stack's ARN names the account, even where STS cannot be reached.
        let account = stack.id.split(':').nth(4).unwrap_or(&self.target.account).to_owned();
        let request = Request {
            target: &Arc::new(Target { account, region: self.target.region.clone() }),
            members: &self.subject.members,
            settings: &self.subject.settings,
            names: self.subject.names.as_ref(),
            past: self.past,
            now_ms,
        };
        // The answer of CloudWatch is not older than a minute.
        let mut known = self.from_cloudwatch.lock().await;
        let state = table.general().await.map_err(unreadable)?;
        let from_cloudwatch = match &mut *known {
            Some((at_ms, from_cloudwatch)) if now_ms - *at_ms < CLOUDWATCH_MS => from_cloudwatch,
            known => {
                // The lights are in the table: they are shown without CloudWatch, too.
                let alarmed = request.alarmed(&session.config).await;
                let alarmed = alarmed.unwrap_or_else(|error| Alarmed::unread(&error));
                &mut known.insert((now_ms, FromCloudWatch { alarmed, from_metrics: None })).1
            }
        };
        let found =
            request.found(table, &state, &from_cloudwatch.alarmed).await.map_err(unreadable)?;
        if from_cloudwatch.from_metrics.is_none() {
            from_cloudwatch.from_metrics = Some(request.of_metrics(&session.config, &found).await);
        }
        let reading = table::assemble(stack, &state, found, &request, from_cloudwatch.clone());
        // Without a fault there is nothing to acknowledge, and a call is saved.
        let mut states = reading.machines.iter().map(|machine| machine.state());
        let acknowledgements = match states.any(Acknowledgement::is_for) {
            true => table.acknowledgements().await.map_err(unreadable)?,
            false => Vec::new(),
        };
        Ok(Reading { acknowledgements, ..reading })
    }

    async fn of_api(&self, session: &Session, now_ms: i64) -> Result<Reading, Failure> {
        let Subject { members, meaning, names, .. } = &*self.subject;
        let mut target = self.target.clone();
        if target.account.is_empty() {
            session.account().await?.clone_into(&mut target.account);
        }
        let names = names.as_ref().unwrap_or(&NONE);
        let (config, members) = (&session.config, members.clone());
        let target = Arc::new(target);
        let reading = read::reading(config, &target, *meaning, members, names, self.past, now_ms);
        Ok(reading.await?)
    }
}

/// Reads every target, a few at once, in the order of the readers.
pub async fn readings(readers: &[Arc<Reader>]) -> Vec<Result<Reading, Failure>> {
    readings_within(readers, None).await
}

/// The same; a target that takes longer than this cannot be read, and holds up no other.
async fn readings_within(
    readers: &[Arc<Reader>],
    limit: Option<Duration>,
) -> Vec<Result<Reading, Failure>> {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (number, reader) in readers.iter().enumerate() {
        let (reader, gate) = (Arc::clone(reader), Arc::clone(&gate));
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = gate.acquire().await;
            let Some(limit) = limit else { return (number, reader.reading().await) };
            let silent = || Failure::error(format!("no answer for {} s", limit.as_secs()));
            (
                number,
                timeout(limit, reader.reading()).await.unwrap_or_else(|_| Err(silent().into())),
            )
        });
    }
    let mut read = tasks.join_all().await;
    read.sort_by_key(|(number, _)| *number);
    read.into_iter().map(|(_, reading)| reading).collect()
}

/// Reads every target; one that cannot be read within `limit` says why.
pub async fn read_all(readers: &[Arc<Reader>], limit: Duration) -> Vec<Source> {
    sources(readers, &mut readings_within(readers, Some(limit)).await)
}

/// The readings as sources of the board, to which their machines move; a target that cannot be read says
/// why.
pub fn sources(readers: &[Arc<Reader>], read: &mut [Result<Reading, Failure>]) -> Vec<Source> {
    let sources = read.iter_mut().zip(readers).map(|(reading, reader)| match reading {
        Ok(reading) => reading.source(),
        Err(failure) => unreadable(reader.target(), failure),
    });
    sources.collect()
}

/// The last reading of each target and its time: a target that cannot be read keeps it.
#[derive(Debug, Default)]
pub struct Kept {
    /// Without their machines, which are on the board.
    sources: Vec<Source>,
    read_ms: Vec<Option<i64>>,
    board: Option<Arc<Board>>,
}

impl Kept {
    /// The board of new readings. For a target that cannot be read now and was before, `old` makes the
    /// reason from the time of the last reading and the reason of the failure.
    pub fn board(
        &mut self,
        mut read: Vec<Source>,
        settings: &Settings,
        now_ms: i64,
        old: impl Fn(i64, &str) -> String,
    ) -> Arc<Board> {
        self.sources.resize_with(read.len(), Source::default);
        self.read_ms.resize(read.len(), None);
        for ((source, kept), read_ms) in
            read.iter_mut().zip(&mut self.sources).zip(&mut self.read_ms)
        {
            match (&source.unreadable, *read_ms) {
                (Some(why), Some(at_ms)) => {
                    let unreadable = Some(old(at_ms, why));
                    let on_board = self.board.iter().flat_map(|board| &board.machines);
                    let own = on_board.filter(|machine| *machine.target == kept.target);
                    let machines = own.cloned().collect();
                    *source = Source { unreadable, machines, ..kept.clone() };
                    continue;
                }
                (None, _) => *read_ms = Some(now_ms),
                (Some(_), None) => {}
            }
            let machines = std::mem::take(&mut source.machines);
            *kept = source.clone();
            source.machines = machines;
        }
        let board = Arc::new(Board::of_sources(read, settings, now_ms));
        self.board = Some(Arc::clone(&board));
        board
    }

    /// The last board.
    pub fn last(&self) -> Option<&Arc<Board>> {
        self.board.as_ref()
    }

    /// The target of each reading.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.sources.iter().map(|source| &source.target)
    }
}

/// The settings that make a board of this application's machines. Mute windows are left out:
/// CloudWatch knows whether one is active.
pub fn settings(app: &App) -> Settings {
    let named = app.groups.iter().map(|(name, globs)| (name.clone(), globs.clone().into()));
    Settings {
        watch: app.watch.clone(),
        aborted: app.aborted,
        grouping: Grouping { tag: None, named: named.collect() },
        mutes: Vec::new(),
        silent_ms: Some(guardian_contract::table::SILENT_MS),
    }
}

/// A target that cannot be read, and why.
fn unreadable(target: &Target, failure: &Failure) -> Source {
    let why = Some(failure.report.to_string());
    Source { target: target.clone(), unreadable: why, ..Source::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_board::Machine;

    #[tokio::test]
    async fn a_target_that_cannot_be_read_is_a_banner_beside_the_machines_of_the_others() {
        let target =
            |region: &str| Target { account: "123456789012".into(), region: region.into() };
        let mut fine = Reading {
            target: target("eu-west-1"),
            machines: vec![Machine {
                light: Some(guardian_contract::Light::Green),
                ..Machine::new("order", target("eu-west-1"))
            }],
            as_of_ms: 1_700_000_000_000,
            ..Reading::default()
        };
        let why = "AccessDeniedException: no".to_owned();
        let closed = Reader::closed(target("us-east-1"), why);
        let mut sources = read_all(&[Arc::new(closed)], Duration::from_secs(9)).await;
        sources.insert(0, fine.source());
        let shared = Board::of_sources(sources, &Settings::default(), 1_700_000_000_000);
        assert_eq!((shared.counts.green, shared.counts.total), (1, 1));
        let text = shared.banners[0].text(0, guardian_board::Audience::Team);
        assert_eq!(text, "cannot read 123456789012/us-east-1: AccessDeniedException: no");
    }
}
