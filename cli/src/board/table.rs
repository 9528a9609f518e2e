//! The board from the state table: a handful of queries, whatever the number of machines. EXPRESS
//! machines have no rows with runs; they are read from metrics.

use super::alarms::Alarmed;
use super::evaluated::Judge;
use super::names::Names;
use super::pulse::{Watched, notes, pulse};
use super::{Account, Board, Evaluation, Machine, Row, express, sort};
use crate::alarm::CloudWatch;
use crate::state_table::State;
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_board::target::machine_link;
use guardian_contract::{Declared, Doubt, MachineKey, Watch};
use guardian_deploy::Stack;
use std::collections::BTreeMap;

/// The most alarms that are read: ten calls, where an account has nine a second. A board of more
/// machines makes no more calls than it must.
pub const LARGE: usize = 1_000;

/// What the board needs besides the table.
#[derive(Debug)]
pub struct Request<'a> {
    /// Account and region.
    pub place: &'a Account,
    /// How a light is evaluated.
    pub meaning: Evaluation,
    /// The machines that are configured; the table may have more.
    pub machines: &'a [Machine],
    /// What is declared of machines.
    pub watch: &'a Watch,
    /// Names of the alarms.
    pub names: &'a Names,
    /// How many finished runs of each machine are shown.
    pub past: usize,
    /// The time, in milliseconds since the epoch.
    pub now_ms: i64,
}

/// What CloudWatch adds to the table: alarms, and the lights of EXPRESS machines.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    alarmed: Alarmed,
    from_metrics: Vec<Row>,
}

impl Beside {
    /// Reads both.
    pub async fn read(
        config: &SdkConfig,
        state: &State,
        request: &Request<'_>,
    ) -> Result<Self, AwsError> {
        let alarmed = Alarmed::read(&CloudWatch::new(config), request.names, LARGE).await?;
        let metrics = aws_sdk_cloudwatch::Client::new(config);
        let express = express_machines(state, request);
        let Request { place, meaning, now_ms, .. } = *request;
        let from_metrics = express::rows(&metrics, place, meaning, &express, now_ms).await?;
        Ok(Self { alarmed, from_metrics })
    }
}

/// The EXPRESS machines: those that are configured, and those that the function found.
fn express_machines(state: &State, request: &Request<'_>) -> Vec<Machine> {
    let mut express: BTreeMap<MachineKey, Machine> = BTreeMap::new();
    for machine in request.machines.iter().filter(|machine| machine.express) {
        express.insert(machine.key.clone(), machine.clone());
    }
    for row in state.rows.iter().filter(|row| row.express && row.gone_ms.is_none()) {
        let name = row.machine_name().to_owned();
        express.entry(row.key.clone()).or_insert_with(|| Machine {
            key: row.key.clone(),
            name,
            express: true,
            declared: Declared::default(),
        });
    }
    express.into_values().collect()
}

/// The board from what was read. Pure.
pub(super) fn assemble(
    stack: &Stack,
    state: &State,
    request: &Request<'_>,
    beside: Beside,
) -> Board {
    let Beside { alarmed, from_metrics } = beside;
    let Request { place, meaning, machines, watch, names, past, now_ms } = request;
    let Alarmed { alarms, muted, fleet, left_out, mut notes } = alarmed;
    let round_ms = state.sweep.round_took_ms;
    let judge = Judge { meaning: *meaning, round_ms, past: *past, now_ms: *now_ms };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for row in from_metrics {
        rows.insert(row.key.clone(), row);
    }
    let configured = |key: &MachineKey| machines.iter().any(|machine| machine.key == *key);
    for of in state.rows.iter().filter(|row| !row.express) {
        // A machine that is gone is shown only if it is still configured.
        if of.gone_ms.is_some() && !configured(&of.key) {
            continue;
        }
        // A machine that is EXPRESS only in the configuration was recreated as STANDARD.
        if of.listed_ms.is_none() && rows.contains_key(of.key.as_str()) {
            continue;
        }
        let status = names.of_machine(of.key.as_str()).status.as_ref();
        let alarm = status.and_then(|name| alarms.get(name));
        rows.insert(of.key.to_string(), judge.row(of, &watch.of(&of.key), alarm));
    }
    for (key, why) in &state.broken {
        let error = Some(format!("its record in the state table cannot be read: {why}"));
        rows.insert(key.clone(), Row { error, ..Row::new(key, key) });
    }
    for machine in *machines {
        let key = machine.key.as_str();
        // The function has not listed the machines since it was added.
        rows.entry(key.to_owned()).or_insert_with(|| Row {
            doubt: Some(Doubt::Unread),
            link: machine_link(&place.arn(&machine.name)),
            ..Row::new(key, &machine.name)
        });
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    for row in &mut rows {
        row.take_alarms(names.of_machine(&row.key), &alarms, &muted);
        row.alarm_unread = left_out;
        let tick = state.fleet.as_ref();
        row.muted |= tick.is_some_and(|tick| tick.is_muted(&row.key, &row.machine, *now_ms));
    }
    sort(&mut rows);
    let watched = Watched { stack, state, now_ms: *now_ms };
    let pulse = Some(pulse(&watched));
    notes.extend(self::notes(&watched, &rows));
    let (tick, deployed_ms) = (watched.fleet(), Some(watched.deployed_ms()));
    let guard = names.guard.iter().filter_map(|name| alarms.get(name).cloned()).collect();
    Board { rows, fleet, guard, notes, tick, deployed_ms, as_of_ms: *now_ms, pulse }
}

#[cfg(test)]
mod tests {
    use super::super::records;
    use super::super::{Heart, Pulse};
    use super::*;
    use crate::alarm::{Alarm, State as AlarmState};
    use crate::event::Event;
    use crate::exit::Exit;
    use guardian_contract::table::{Fleet, Sweep};
    use guardian_contract::{Aborted, Attempt, Light, Listed, Rules, Run, Semantics, Status, Why};

    const NOW: i64 = 1_700_000_000_000;
    const MINUTE: i64 = 60_000;
    const RULES: Rules = Rules {
        aborted: Aborted::Red,
        settle_ms: 0,
        renotify_every: 0,
        topic: false,
        bus: false,
        notify_on: guardian_contract::NotifyOn::USUAL,
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
    fn row(machine: &str, runs: Vec<Run>) -> guardian_contract::Row {
        let arn = format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}");
        let mut row = guardian_contract::Row::new(key(machine), arn, NOW - 9_000 * MINUTE);
        row.created_ms = Some(NOW - 9_000 * MINUTE);
        let at_ms = NOW - MINUTE;
        row.list(Listed { runs, complete: true, at_ms, ..Listed::default() });
        row.decide(&RULES, at_ms);
        // As it is in the table.
        let text = row.encode();
        guardian_contract::Row::decode(row.key, 7, &text).unwrap()
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

    fn ticking(rows: Vec<guardian_contract::Row>) -> State {
        let sweep = Sweep { round_took_ms: Some(10 * MINUTE), ..Sweep::default() };
        State { rows, fleet: Some(fleet(1)), sweep, ..State::default() }
    }

    fn machine(name: &str) -> Machine {
        Machine { key: key(name), name: name.into(), express: false, declared: Declared::default() }
    }

    fn place() -> Account {
        Account { account: "123456789012".into(), region: "eu-west-1".into() }
    }

    fn shown(stack: &Stack, state: &State, watch: &Watch, alarmed: Alarmed) -> Board {
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
            place: &place(),
            meaning: Evaluation { semantics: Semantics::LastFinished, aborted: Aborted::Red },
            machines: &[machine("order"), machine("new")],
            watch,
            names: &names,
            past: 10,
            now_ms: NOW,
        };
        let beside = Beside { alarmed, ..Beside::default() };
        assemble(stack, state, &request, beside)
    }

    fn board(state: &State) -> Board {
        shown(&stack(), state, &Watch::default(), Alarmed::default())
    }

    fn draw(board: &Board) -> String {
        super::super::records::testing::draw(board, 80, false)
    }

    fn of<'a>(board: &'a Board, key: &str) -> &'a Row {
        board.rows.iter().find(|row| row.key == key).unwrap()
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
        assert_eq!(order.red_since_ms, Some(NOW - 5 * MINUTE));
        assert_eq!(board.exit(), Exit::Differences);
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
        assert_eq!((order.light, order.status), (Some(Light::Red), Some(Status::Failed)));
        assert_eq!(order.at_ms, Some(NOW - 59 * MINUTE));
        assert_eq!(order.last_success_ms, Some(NOW - 2 * MINUTE));
    }

    /// Every kind of row, and every banner.
    fn mixed() -> Board {
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
        let mut heard = guardian_contract::Row::new(
            key("heard"),
            "arn:aws:states:eu-west-1:123456789012:stateMachine:heard".into(),
            NOW - 5 * MINUTE,
        );
        heard.hear([run("heard", "a", Status::Failed, 3, 2)], NOW);
        heard.decide(&RULES, NOW);
        let many = (0..12).map(|n| run("busy", &n.to_string(), Status::Running, 20 + n, 0));
        let gone =
            |name: &str| guardian_contract::Row { gone_ms: Some(NOW), ..row(name, Vec::new()) };
        let mut state = ticking(vec![
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
        state.broken.push(("odd".into(), "row `odd`: missing field `m`".into()));
        state.fleet = Some(Fleet {
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
        shown(&stack(), &state, &watch, Alarmed { alarms, ..Alarmed::default() })
    }

    #[test]
    fn the_board_of_a_table_says_what_is_bad_and_what_is_not_certain() {
        let board = mixed();
        let text = draw(&board);
        let wide = |line: &&str| !line.contains("https://") && line.chars().count() > 80;
        assert_eq!(text.lines().find(wide), None, "{text}");
        insta::assert_snapshot!("board_of_a_table", text);
        let records: Vec<String> = records::events(&board, &records::testing::target(), &[])
            .iter()
            .map(Event::record)
            .collect();
        insta::assert_snapshot!("board_of_a_table_as_records", records.join("\n"));
    }

    #[test]
    fn late_and_stuck_are_what_the_function_evaluates_without_an_alarm() {
        let board = mixed();
        assert!(of(&board, "nightly").late && !of(&board, "nightly").stuck);
        assert!(of(&board, "import").stuck && !of(&board, "import").late);
        assert!(!board.rows.iter().any(|row| row.key == "deleted"));
        assert_eq!(of(&board, "order").disagrees_since_ms, Some(NOW - 45 * MINUTE));
    }

    #[test]
    fn guardian_has_stopped_three_minutes_after_its_last_tick_but_not_in_a_young_stack() {
        let heart = |stack: &Stack, fleet: Option<Fleet>| {
            let state = State { fleet, ..ticking(vec![row("order", Vec::new())]) };
            let board = shown(stack, &state, &Watch::default(), Alarmed::default());
            (board.heart(), board.exit())
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
            let board = Board { pulse, tick, deployed_ms, as_of_ms: NOW, ..Board::default() };
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
        let found = guardian_contract::Row { express: true, ..row("clicks", Vec::new()) };
        let standard = row("order", vec![run("order", "a", Status::Succeeded, 90, 80)]);
        let state = ticking(vec![found, standard]);
        let watch = Watch::default();
        let names = Names::default();
        let request = Request {
            place: &place(),
            meaning: Evaluation { semantics: Semantics::LastFinished, aborted: Aborted::Red },
            machines: &[Machine { express: true, ..machine("order") }],
            watch: &watch,
            names: &names,
            past: 0,
            now_ms: NOW,
        };
        let asked: Vec<String> =
            express_machines(&state, &request).iter().map(|m| m.key.to_string()).collect();
        assert_eq!(asked, ["clicks", "order"]);
        let metrics = |key: &str| Row {
            from_metrics: true,
            light: Some(Light::Grey),
            none_in_days: Some(455),
            ..Row::new(key, key)
        };
        let from_metrics = vec![metrics("clicks"), metrics("order")];
        let beside = Beside { from_metrics, ..Beside::default() };
        let board = assemble(&stack(), &state, &request, beside);
        let clicks = of(&board, "clicks");
        assert!(clicks.from_metrics && !clicks.never_run);
        let order = of(&board, "order");
        assert_eq!((order.light, order.from_metrics), (Some(Light::Green), false));
    }

    #[test]
    fn an_empty_table_shows_the_configured_machines_as_not_read() {
        let board = board(&State { fleet: Some(fleet(1)), ..State::default() });
        let lights: Vec<_> = board.rows.iter().map(|row| (row.key.as_str(), row.light)).collect();
        assert_eq!(lights, [("new", None), ("order", None)]);
        assert_eq!(board.exit(), Exit::Warnings);
        assert!(
            board.notes[0].starts_with("2 machines have not been read yet"),
            "{:?}",
            board.notes
        );
    }

    #[test]
    fn machines_of_an_open_mute_window_are_marked_without_an_alarm_of_their_own() {
        let failed = |name| row(name, vec![run(name, "a", Status::Failed, 30, 29)]);
        let mut state = ticking(vec![failed("pay-1"), failed("etl")]);
        let window = |name: &str, until_ms| guardian_contract::OpenMute {
            name: "deploy".into(),
            machines: vec![name.into()],
            until_ms,
        };
        let fleet = state.fleet.as_mut().unwrap();
        fleet.mutes = vec![window("pay-*", NOW + MINUTE), window("etl", NOW - 1)];
        let board = board(&state);
        assert!(of(&board, "pay-1").muted && !of(&board, "etl").muted);
    }
}
