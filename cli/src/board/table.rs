//! The board from the state table: a handful of queries, whatever the number of machines. EXPRESS
//! machines have no rows with runs; they are read from metrics.

use super::alarms::Alarmed;
use super::names::{AlarmNames, NONE, Names};
use super::pulse::{Watched, notes, pulse};
use super::{Member, Reading, express};
use crate::alarm::CloudWatch;
use crate::state_table::{State, StateError, StateTable};
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_board::evaluated::Meaning;
use guardian_board::{Evaluator, Machine, Settings, Target};
use guardian_contract::{Declared, Doubt, MachineKey, Row};
use guardian_deploy::Stack;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most alarms that are read: ten calls, where an account has nine a second. A board of more
/// machines makes no more calls than it must.
pub const LARGE: usize = 1_000;

/// What the board needs besides the table.
#[derive(Debug)]
pub struct Request<'a> {
    /// Account and region.
    pub target: &'a Arc<Target>,
    /// The machines that are configured; the table may have more.
    pub members: &'a [Member],
    /// How rows are evaluated.
    pub settings: &'a Settings,
    /// Names of the alarms; none if they are not read.
    pub names: Option<&'a Names>,
    /// How many finished runs of each machine are shown.
    pub past: usize,
    /// The time, in milliseconds since the epoch.
    pub now_ms: i64,
}

/// What CloudWatch adds to the table.
#[derive(Debug, Clone, Default)]
pub(super) struct FromCloudWatch {
    /// Alarms.
    pub alarmed: Alarmed,
    /// EXPRESS machines; none if they have not been read.
    pub from_metrics: Option<Vec<Machine>>,
}

/// The content of the table's rows.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The machines, as they are shown.
    machines: Vec<Machine>,
    /// Those whose runs are not in the table.
    express: Vec<Member>,
}

impl Request<'_> {
    /// The alarms, if they are to be read.
    pub(super) async fn alarmed(&self, config: &SdkConfig) -> Result<Alarmed, AwsError> {
        match self.names {
            Some(names) => Alarmed::read(&CloudWatch::new(config), names, LARGE).await,
            None => Ok(Alarmed { left_out: true, ..Alarmed::default() }),
        }
    }

    /// The content of the table's rows.
    pub(super) async fn found(
        &self,
        table: &StateTable,
        state: &State,
        alarmed: &Alarmed,
    ) -> Result<Found, StateError> {
        let mut found = Found::default();
        // Machines are large: their list does not grow by copies of itself.
        found.machines.reserve(self.members.len());
        table.rows(|row| self.add(row, state, alarmed, &mut found)).await?;
        Ok(found)
    }

    /// Adds a row as it is shown, or one that cannot be read.
    fn add(
        &self,
        row: Result<Row, (String, String)>,
        state: &State,
        alarmed: &Alarmed,
        found: &mut Found,
    ) {
        let row = match row {
            Ok(row) => row,
            Err((key, why)) => {
                let unread = format!("its record in the state table cannot be read: {why}");
                let unread = Some(unread);
                let machine = Machine::new(&key, Arc::clone(self.target));
                return found.machines.push(Machine { unread, ..machine });
            }
        };
        let configured = || self.members.iter().any(|member| member.key == row.key);
        if row.express {
            let name = row.machine_name().to_owned();
            let (key, declared) = (row.key, Declared::default());
            if row.gone_ms.is_none() {
                found.express.push(Member { key, name, express: true, declared });
            }
            return;
        }
        // A machine that is gone is shown only if it is still configured.
        if row.gone_ms.is_some() && !configured() {
            return;
        }
        let Self { target, settings, now_ms, .. } = *self;
        let evaluator = Evaluator { target, settings, round_ms: state.sweep.round_took_ms, now_ms };
        let mut machine =
            evaluator.machine(&row, alarmed.of_status(self.names_of(row.key.as_str())));
        let runs = machine.history.chars().count();
        machine.history = machine.history.chars().skip(runs.saturating_sub(self.past)).collect();
        found.machines.push(machine);
    }

    fn names_of(&self, key: &str) -> &AlarmNames {
        self.names.unwrap_or(&NONE).of_machine(key)
    }

    /// The EXPRESS machines: those that are configured, and those that the function found.
    fn express(&self, found: &Found) -> Vec<Member> {
        let configured = self.members.iter().filter(|member| member.express);
        let mut express: BTreeMap<&MachineKey, &Member> =
            configured.map(|member| (&member.key, member)).collect();
        for member in &found.express {
            express.entry(&member.key).or_insert(member);
        }
        express.into_values().cloned().collect()
    }

    /// The EXPRESS machines, from metrics; if these cannot be read, each with the reason.
    pub(super) async fn of_metrics(&self, config: &SdkConfig, found: &Found) -> Vec<Machine> {
        let metrics = aws_sdk_cloudwatch::Client::new(config);
        let members = self.express(found);
        let meaning = Meaning { aborted: self.settings.aborted, ..Meaning::default() };
        let read = express::machines(&metrics, self.target, meaning, &members, self.now_ms).await;
        read.unwrap_or_else(|error| {
            let unread = |member: &Member| Machine {
                unread: Some(error.to_string()),
                ..member.unknown(self.target)
            };
            members.iter().map(unread).collect()
        })
    }
}

/// The reading from what was read. Pure.
pub(super) fn assemble(
    stack: &Stack,
    state: &State,
    found: Found,
    request: &Request<'_>,
    from_cloudwatch: FromCloudWatch,
) -> Reading {
    let FromCloudWatch { alarmed, from_metrics } = from_cloudwatch;
    let Request { target, now_ms, .. } = *request;
    let mut express: BTreeMap<String, Machine> =
        from_metrics.into_iter().flatten().map(|machine| (machine.key.clone(), machine)).collect();
    let mut machines = found.machines;
    // A machine that is EXPRESS only in the configuration was recreated as STANDARD. Without a doubt it
    // was not evaluated: its row cannot be read.
    machines.retain(|machine| {
        if machine.read_ms.is_some() || machine.doubt.is_none() {
            express.remove(&machine.key);
        }
        !express.contains_key(&machine.key)
    });
    machines.extend(express.into_values());
    // The function has not listed the machines since it was added.
    let known: BTreeSet<&str> = machines.iter().map(|machine| machine.key.as_str()).collect();
    let missing = request.members.iter().filter(|member| !known.contains(member.key.as_str()));
    let missing = missing.map(|member| Machine {
        doubt: Some(Doubt::Unread),
        linked: Some(target.machine_arn(&member.name).into()),
        ..member.unknown(target)
    });
    let missing: Vec<Machine> = missing.collect();
    machines.extend(missing);
    for machine in &mut machines {
        alarmed.apply(machine, request.names_of(&machine.key));
        let tick = state.fleet.as_ref();
        machine.muted |=
            tick.is_some_and(|tick| tick.is_muted(&machine.key, machine.name(), now_ms));
    }
    let watched = Watched { stack, state, now_ms };
    let pulse = Some(pulse(&watched));
    let guard = alarmed.of_guard(request.names.unwrap_or(&NONE));
    let mut notes = alarmed.notes;
    notes.extend(self::notes(&watched, &machines));
    Reading {
        target: Target::clone(target),
        machines,
        fleet: alarmed.fleet,
        guard,
        notes,
        tick: watched.fleet(),
        deployed_ms: Some(watched.deployed_ms()),
        as_of_ms: now_ms,
        pulse,
        broken: !state.broken.is_empty(),
        ..Reading::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::{self, testing::target};
    use super::super::{Heart, Pulse};
    use super::*;
    use crate::alarm::{Alarm, State as AlarmState};
    use crate::event::Event;
    use crate::exit::Exit;
    use guardian_contract::table::{Fleet, Sweep};
    use guardian_contract::{Aborted, Attempt, Light, Listed, Rules, Run, Status, Watch, Why};

    const NOW: i64 = 1_700_000_000_000;
    const MINUTE: i64 = 60_000;
    const RULES: Rules = Rules {
        aborted: Aborted::Red,
        settle_ms: 0,
        renotify_every: 0,
        topic: false,
        bus: false,
        notify_on: guardian_contract::NotifyOn::DEFAULT,
    };

    fn key(name: &str) -> MachineKey {
        MachineKey::new(name).unwrap()
    }

    /// A run that began and ended this many minutes ago.
    fn run(machine: &str, name: &str, status: Status, began: i64, ended: i64) -> Run {
        Run {
            arn: format!("arn:aws:states:eu-west-1:123456789012:execution:{machine}:{name}"),
            status,
            start_ms: NOW - began * MINUTE,
            stop_ms: status.is_finished().then_some(NOW - ended * MINUTE),
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    /// A row as the function writes it after these runs, confirmed a minute ago.
    fn row(machine: &str, runs: Vec<Run>) -> Row {
        let arn = format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}");
        let mut row = Row::new(key(machine), arn, NOW - 9_000 * MINUTE);
        row.created_ms = Some(NOW - 9_000 * MINUTE);
        let at_ms = NOW - MINUTE;
        row.list(Listed { runs, complete: true, at_ms, ..Listed::default() });
        row.decide(&RULES, at_ms);
        // As it is in the table.
        let text = row.encode();
        Row::decode(row.key, 7, &text).unwrap()
    }

    fn stack() -> Stack {
        Stack {
            id: "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev/1".into(),
            name: "shop-dev".into(),
            created_ms: NOW - 9_000 * MINUTE,
            ..Stack::default()
        }
    }

    fn fleet(tick_minutes_ago: i64) -> Fleet {
        Fleet { tick_ms: NOW - tick_minutes_ago * MINUTE, share: 50.0, ..Fleet::default() }
    }

    /// A table.
    #[derive(Default)]
    struct Table {
        state: State,
        rows: Vec<Row>,
        broken: Vec<(String, String)>,
    }

    fn ticking(rows: Vec<Row>) -> Table {
        let sweep = Sweep { round_took_ms: Some(10 * MINUTE), ..Sweep::default() };
        let state = State { fleet: Some(fleet(1)), sweep, ..State::default() };
        Table { state, rows, ..Table::default() }
    }

    fn found(table: &Table, request: &Request<'_>, alarmed: &Alarmed) -> Found {
        let rows = table.rows.iter().cloned().map(Ok);
        let mut found = Found::default();
        for row in rows.chain(table.broken.iter().cloned().map(Err)) {
            request.add(row, &table.state, alarmed, &mut found);
        }
        found
    }

    fn member(name: &str) -> Member {
        Member { key: key(name), name: name.into(), express: false, declared: Declared::default() }
    }

    fn shown(stack: &Stack, table: &Table, watch: &Watch, alarmed: Alarmed) -> Reading {
        let names = Names {
            machines: BTreeMap::from([(
                "order".to_owned(),
                super::super::names::AlarmNames {
                    status: Some("order".into()),
                    ..Default::default()
                },
            )]),
            ..Names::default()
        };
        let request = Request {
            target: &target().into(),
            members: &[member("order"), member("new")],
            settings: &Settings { watch: watch.clone(), ..Settings::default() },
            names: Some(&names),
            past: 10,
            now_ms: NOW,
        };
        let found = found(table, &request, &alarmed);
        assemble(
            stack,
            &table.state,
            found,
            &request,
            FromCloudWatch { alarmed, ..FromCloudWatch::default() },
        )
    }

    fn board(table: &Table) -> Reading {
        shown(&stack(), table, &Watch::default(), Alarmed::default())
    }

    fn draw(board: &Reading) -> String {
        super::super::records::testing::draw(board, 80, false)
    }

    fn exit(board: &Reading) -> Exit {
        board.exit(&board.machines.iter().collect::<Vec<_>>())
    }

    fn of<'a>(board: &'a Reading, key: &str) -> &'a Machine {
        board.machines.iter().find(|one| one.key == key).unwrap()
    }

    #[test]
    fn a_redrive_under_way_is_red_on_the_board_as_the_function_publishes_it() {
        let again = Run {
            redrive_ms: Some(NOW - 5 * MINUTE),
            redrive_count: 1,
            ..run("order", "b", Status::Running, 60, 0)
        };
        let row = row("order", vec![again, run("order", "a", Status::Succeeded, 90, 80)]);
        assert_eq!(row.shown.as_ref().map(|shown| shown.light), Some(Light::Red));
        let board = board(&ticking(vec![row]));
        let order = of(&board, "order");
        assert_eq!((order.light, order.redriving, order.running), (Some(Light::Red), true, 1));
        assert_eq!(order.light_since_ms, Some(NOW - 5 * MINUTE));
        assert_eq!(exit(&board), Exit::Differences);
    }

    #[test]
    fn a_short_failure_that_110_long_successes_outlived_is_red_on_the_board() {
        let long = |n: i64| run("order", &format!("l{n}"), Status::Succeeded, 120, 2);
        let mut runs: Vec<Run> = (0..110).map(long).collect();
        runs.push(run("order", "short", Status::Failed, 60, 59));
        let row = row("order", runs);
        assert!(row.finished.len() < 12, "{}", row.finished.len());
        let board = board(&ticking(vec![row]));
        let order = of(&board, "order");
        assert_eq!((order.light, order.decided), (Some(Light::Red), Some(Status::Failed)));
        assert_eq!(order.at_ms, Some(NOW - 59 * MINUTE));
        assert_eq!(order.last_success_ms, Some(NOW - 2 * MINUTE));
    }

    /// Every kind of row, and every banner.
    fn mixed() -> Reading {
        let failed = run("order", "c", Status::Failed, 30, 29);
        let mut order = row(
            "order",
            vec![
                run("order", "r", Status::Running, 4, 0),
                failed.clone(),
                run("order", "b", Status::TimedOut, 50, 45),
                run("order", "a", Status::Succeeded, 90, 80),
            ],
        );
        order.explain(Why {
            attempt: Attempt::of(&failed),
            state: Some("Charge".into()),
            error: Some("CardError".into()),
            cause: Some("declined by the bank\nat charge.py:12".into()),
            complete: true,
        });
        let mut denied = row("denied", vec![run("denied", "a", Status::Succeeded, 90, 80)]);
        denied.unreadable = Some(("AccessDeniedException".into(), NOW - 120 * MINUTE));
        let mut stale = row("stale", vec![run("stale", "a", Status::Succeeded, 90, 80)]);
        stale.listed_ms = Some(NOW - 45 * MINUTE);
        let mut heard = Row::new(
            key("heard"),
            "arn:aws:states:eu-west-1:123456789012:stateMachine:heard".into(),
            NOW - 5 * MINUTE,
        );
        heard.hear([run("heard", "a", Status::Failed, 3, 2)], NOW);
        heard.decide(&RULES, NOW);
        let many = (0..12).map(|n| run("busy", &n.to_string(), Status::Running, 20 + n, 0));
        let gone = |name: &str| Row { gone_ms: Some(NOW), ..row(name, Vec::new()) };
        let mut table = ticking(vec![
            order,
            row("nightly", vec![run("nightly", "a", Status::Succeeded, 1_600, 1_590)]),
            row(
                "import",
                vec![
                    run("import", "b", Status::Running, 90, 0),
                    run("import", "a", Status::Succeeded, 200, 190),
                ],
            ),
            denied,
            stale,
            heard,
            row("busy", many.collect()),
            row("idle", Vec::new()),
            gone("deleted"),
        ]);
        table.broken.push(("odd".into(), "row `odd`: missing field `m`".into()));
        table.state.fleet = Some(Fleet {
            rule_fault: Some("the rule is disabled".into()),
            oldest_ms: Some(NOW - 45 * MINUTE),
            throttled: 3,
            share: 25.0,
            ..fleet(1)
        });
        let every = Declared { expect_every_s: Some(86_400), ..Declared::default() };
        let short = Declared { max_duration_s: Some(3_600), ..Declared::default() };
        let watch = Watch {
            machines: BTreeMap::from([(key("nightly"), every), (key("import"), short)]),
            ..Watch::default()
        };
        let ok = Alarm {
            name: "order".into(),
            state: AlarmState::Ok,
            reason: String::new(),
            since_ms: Some(NOW - 80 * MINUTE),
            full_ms: None,
            acts: true,
            on_alarm: Vec::new(),
            on_ok: Vec::new(),
            on_insufficient_data: Vec::new(),
        };
        let alarms = BTreeMap::from([("order".to_owned(), ok)]);
        shown(&stack(), &table, &watch, Alarmed { alarms, ..Alarmed::default() })
    }

    #[test]
    fn the_board_of_a_table_says_what_is_bad_and_what_is_not_certain() {
        let board = mixed();
        let text = draw(&board);
        let wide = |line: &&str| !line.contains("https://") && line.chars().count() > 80;
        assert_eq!(text.lines().find(wide), None, "{text}");
        insta::assert_snapshot!("board_of_a_table", text);
        let records: Vec<String> =
            records::testing::events(&board, "").iter().map(Event::record).collect();
        insta::assert_snapshot!("board_of_a_table_as_records", records.join("\n"));
    }

    #[test]
    fn late_and_stuck_are_what_the_function_evaluates_without_an_alarm() {
        let board = mixed();
        assert!(of(&board, "nightly").late && !of(&board, "nightly").stuck);
        assert!(of(&board, "import").stuck && !of(&board, "import").late);
        assert!(!board.machines.iter().any(|one| one.key == "deleted"));
        assert_eq!(of(&board, "order").disagrees_since_ms, Some(NOW - 45 * MINUTE));
    }

    #[test]
    fn guardian_has_stopped_three_minutes_after_its_last_tick_but_not_in_a_young_stack() {
        let heart = |stack: &Stack, fleet: Option<Fleet>| {
            let mut table = ticking(vec![row("order", Vec::new())]);
            table.state.fleet = fleet;
            let board = shown(stack, &table, &Watch::default(), Alarmed::default());
            (board.heart(), exit(&board))
        };
        let old = stack();
        assert_eq!(heart(&old, Some(fleet(3))).0, Heart::Beats);
        assert_eq!(heart(&old, Some(fleet(4))), (Heart::Stopped, Exit::Warnings));
        assert_eq!(heart(&old, None), (Heart::Stopped, Exit::Warnings));
        let young = Stack { created_ms: NOW - MINUTE, ..stack() };
        assert_eq!(heart(&young, None).0, Heart::Young);
        let updated = Stack { updated_ms: Some(NOW - MINUTE), ..stack() };
        assert_eq!(heart(&updated, Some(Fleet::default())).0, Heart::Young);
        let pulse = |heart, tick_ms| {
            let pulse = Some(Pulse { heart, tick_ms });
            let tick = tick_ms.map(|tick_ms| Fleet { tick_ms, ..Fleet::default() });
            let deployed_ms = Some(if heart == Heart::Young { NOW } else { 0 });
            let board = Reading { pulse, tick, deployed_ms, as_of_ms: NOW, ..Reading::default() };
            draw(&board)
        };
        insta::assert_snapshot!(pulse(Heart::Stopped, Some(NOW - 12 * MINUTE)), @r"
        ! Guardian has stopped: its last tick was 12 min ago. The lights below are as
          that tick and later events left them; `guardian status --from-api` reads them
          from Step Functions. Look at the function's log, or try `guardian run`.

        no machine is watched
        as of 2023-11-14T22:13:20Z
        ");
        assert!(pulse(Heart::Young, None).contains("has just been deployed"));
    }

    #[test]
    fn express_machines_are_from_metrics_unless_one_was_recreated_as_standard() {
        let found_row = Row { express: true, ..row("clicks", Vec::new()) };
        let standard = row("order", vec![run("order", "a", Status::Succeeded, 90, 80)]);
        let table = ticking(vec![found_row, standard]);
        let request = Request {
            target: &target().into(),
            members: &[Member { express: true, ..member("order") }],
            settings: &Settings::default(),
            names: None,
            past: 0,
            now_ms: NOW,
        };
        let found = found(&table, &request, &Alarmed::default());
        let asked: Vec<String> =
            request.express(&found).iter().map(|member| member.key.to_string()).collect();
        assert_eq!(asked, ["clicks", "order"]);
        let metrics = |key: &str| Machine {
            from_metrics: true,
            light: Some(Light::Grey),
            none_in_days: Some(455),
            ..Machine::new(key, target())
        };
        let from_metrics = Some(vec![metrics("clicks"), metrics("order")]);
        let from_cloudwatch = FromCloudWatch { from_metrics, ..FromCloudWatch::default() };
        let board = assemble(&stack(), &table.state, found, &request, from_cloudwatch);
        let clicks = of(&board, "clicks");
        assert!(clicks.from_metrics && !clicks.never_run);
        let order = of(&board, "order");
        assert_eq!((order.light, order.from_metrics), (Some(Light::Green), false));
    }

    #[test]
    fn an_empty_table_shows_the_configured_machines_as_not_read() {
        let board = board(&Table { state: ticking(Vec::new()).state, ..Table::default() });
        let shown = records::testing::board(&board).machines;
        let lights: Vec<_> = shown.iter().map(|one| (one.key.as_str(), one.light)).collect();
        assert_eq!(lights, [("new", None), ("order", None)]);
        assert_eq!(exit(&board), Exit::Warnings);
        assert!(
            board.notes[0].starts_with("2 machines have not been read yet"),
            "{:?}",
            board.notes
        );
    }

    #[test]
    fn machines_of_an_open_mute_window_are_marked_without_an_alarm_of_their_own() {
        let failed = |name| row(name, vec![run(name, "a", Status::Failed, 30, 29)]);
        let mut table = ticking(vec![failed("pay-1"), failed("etl")]);
        let window = |name: &str, until_ms| guardian_contract::OpenMute {
            name: "deploy".into(),
            machines: vec![name.into()],
            until_ms,
        };
        let fleet = table.state.fleet.as_mut().unwrap();
        fleet.mutes = vec![window("pay-*", NOW + MINUTE), window("etl", NOW - 1)];
        let board = board(&table);
        assert!(of(&board, "pay-1").muted && !of(&board, "etl").muted);
    }
}
