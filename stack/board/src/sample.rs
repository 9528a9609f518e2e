//! Rows for tests, benchmarks and pictures: the same for the same number, and with the texts that a
//! view must not interpret.

use crate::acknowledgement::Acknowledgement;
use crate::board::{Board, Source};
use crate::evaluated::{Evaluator, StatusAlarm};
use crate::machine::{Alarm, Machine};
use crate::settings::{Grouping, Mute, Settings};
use crate::state::State;
use crate::target::Target;
use guardian_contract::table::Fleet;
use guardian_contract::{
    Aborted, Attempt, Declared, Doubt, Light, Listed, MachineKey, Row, Rules, Run, Status, Watch,
    Why,
};
use std::sync::Arc;

/// The time of every sample, in milliseconds since the epoch: 2023-11-14T22:13:20Z.
pub const NOW: i64 = 1_700_000_000_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Texts that an attacker could put into a cause, an error, a state's name, an execution's name or a
/// tag, so that a view interprets them.
pub const HOSTILE: [&str; 14] = [
    "<cwdb-action action=\"call\" endpoint=\"arn:aws:lambda:eu-west-1:1:function:x\"></cwdb-action>",
    "<script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "</title><h1>all green</h1>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "<!-- ]]> -->",
    "javascript:alert(1)",
    "\u{202e}neerg lla\u{202c}",
    "\u{1b}[2J\u{1b}[1;1Hall green",
    "\u{1b}]8;;https://evil.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "zero\u{200b}width\u{feff} and \u{e0041}tags",
    "&lt;b&gt; &amp; &#60;",
    "line\r\nbreak\ttab\u{0}nul\u{85}next",
];

const PREFIXES: [&str; 40] = [
    "billing", "orders", "etl", "reports", "sync", "import", "media", "crm", "ml", "infra",
    "catalog", "search", "mail", "fraud", "risk", "ledger", "payout", "refund", "tax", "audit",
    "backup", "export", "ingest", "geo", "price", "stock", "ship", "returns", "loyalty", "ads",
    "events", "logs", "users", "auth", "consent", "quality", "forecast", "planning", "hr", "legal",
];
const NAMES: [&str; 8] =
    ["nightly", "hourly", "charge", "archive", "load", "match", "notify", "clean"];

/// The settings of every sample.
pub fn settings() -> Settings {
    let key = |text: &str| MachineKey::new(text).unwrap_or_else(|_| unreachable_key());
    let declare = |text: &str, declared| (key(text), declared);
    let machines = [
        declare("report-weekly", Declared { expect_every_s: Some(86_400), ..Declared::default() }),
        declare("import-feed", Declared { max_duration_s: Some(3_600), ..Declared::default() }),
        declare("sync-crm", Declared { settle_s: Some(120), ..Declared::default() }),
    ];
    let late = (8..10_000).map(story).filter(|(_, story)| *story == Story::Late);
    let weekly = Declared { expect_every_s: Some(7 * 86_400), ..Declared::default() };
    let late = late.map(|(key, _)| declare(&key, weekly.clone()));
    let defaults = Declared { max_duration_s: Some(6 * 3_600), ..Declared::default() };
    Settings {
        watch: Watch { defaults, machines: machines.into_iter().chain(late).collect() },
        aborted: Aborted::Red,
        grouping: Grouping { tag: Some("team".into()), named: Vec::new() },
        mutes: vec![Mute {
            machines: vec!["legal-*".to_owned()].into(),
            from_ms: NOW - HOUR,
            until_ms: NOW + HOUR,
        }],
        silent_ms: Some(10 * MINUTE),
    }
}

/// The board of `n` machines.
pub fn board(n: usize) -> Board {
    Board::of_sources(sources(n), &settings(), NOW)
}

/// A machine in this state since then.
pub fn in_state(state: State, since_ms: Option<i64>, machine: Machine) -> Machine {
    use Light::{Green, Grey, Red};
    let (light, doubt) = match state {
        State::Red(_) => (Some(Red), None),
        State::Unread => (None, Some(Doubt::Unread)),
        State::Held => (Some(Grey), Some(Doubt::Held)),
        State::Express => (None, Some(Doubt::Express)),
        State::Never => (Some(Grey), None),
        _ => (Some(Green), None),
    };
    let is = |other: State| state == other;
    let of = |other: State| since_ms.filter(|_| is(other));
    Machine {
        light,
        doubt,
        decided: match state {
            State::Red(status) => Some(status),
            _ => machine.decided,
        },
        light_since_ms: since_ms,
        read_ms: of(State::Unread).or(of(State::Stale)).or(machine.read_ms),
        late: is(State::Late),
        late_since_ms: of(State::Late),
        stuck: is(State::Stuck),
        stuck_since_ms: of(State::Stuck),
        incomplete: is(State::Incomplete),
        stale: is(State::Stale),
        settles_at_ms: is(State::Settling).then_some(NOW + MINUTE),
        settling_since_ms: of(State::Settling),
        ..machine
    }
}

/// Tables with rows of `n` machines together: one, from 100 machines two.
pub fn tables(n: usize) -> Vec<(Arc<Target>, Vec<Row>)> {
    let table = |region: &str| {
        let target = Target { account: "123456789012".into(), region: region.into() };
        (Arc::new(target), Vec::new())
    };
    let mut tables = vec![table("eu-west-1")];
    if n >= 100 {
        tables.push(table("eu-central-1"));
    }
    for i in 0..n {
        let (target, rows) = &mut tables[usize::from(n >= 100 && i % 10 == 9)];
        rows.push(row(i, target));
    }
    tables
}

/// Targets with `n` machines together: those of [`tables`], from 1,000 one more that cannot be read.
pub fn sources(n: usize) -> Vec<Source> {
    let mut sources = of_tables(&tables(n), &settings());
    if n >= 1_000 {
        let why = "AccessDeniedException: not authorized to perform: dynamodb:Query";
        sources.push(Source {
            target: Target { account: "210987654321".into(), region: "us-east-1".into() },
            unreadable: Some(why.into()),
            ..Source::default()
        });
    }
    sources
}

/// Readings of these tables.
pub fn of_tables(tables: &[(Arc<Target>, Vec<Row>)], settings: &Settings) -> Vec<Source> {
    let source = |(at, (target, rows)): (usize, &(Arc<Target>, Vec<Row>))| {
        let evaluator = Evaluator { target, settings, round_ms: Some(HOUR), now_ms: NOW };
        let machines = rows.iter().enumerate().map(|(i, row)| {
            let state = match i {
                0 if at == 0 => Alarm::Alarm,
                1..8 if at == 0 => Alarm::Ok,
                _ => Alarm::Fleet,
            };
            evaluator.machine(row, Some(StatusAlarm { state, since_ms: None }))
        });
        let failed = rows.iter().filter(|row| at == 0 && row.why.is_some());
        let acknowledged = failed.skip(1).step_by(7).take(20).map(|row| Acknowledgement {
            machine: row.key.to_string(),
            by: "ann".into(),
            at_ms: NOW - MINUTE,
            until_ms: NOW + 3 * HOUR,
            why: HOSTILE[row.key.as_str().len() % HOSTILE.len()].into(),
        });
        Source {
            target: Target::clone(target),
            machines: machines.collect(),
            fleet: Some(Fleet { tick_ms: NOW - 40 * SECOND, ..Fleet::default() }),
            acknowledgements: acknowledged.collect(),
            ..Source::default()
        }
    };
    tables.iter().enumerate().map(source).collect()
}

/// The story of a sample machine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Story {
    Green,
    Red(Status),
    Throttled,
    Late,
    Stuck,
    Unread,
    Unreadable,
    Stale,
    Incomplete,
    Settling,
    Never,
    Express,
}

/// The first eight are of all kinds; of the others about one in fifty is bad.
fn story(i: usize) -> (String, Story) {
    let first = [
        ("order-charge", Story::Red(Status::Failed)),
        ("report-weekly", Story::Late),
        ("import-feed", Story::Stuck),
        ("secret", Story::Unreadable),
        ("sync-crm", Story::Settling),
        ("resize-images", Story::Incomplete),
        ("contract", Story::Never),
        ("order-archive", Story::Green),
    ];
    if let Some((key, story)) = first.get(i) {
        return ((*key).to_owned(), *story);
    }
    let mixed = mix(i);
    // Few prefixes have most machines, as in life.
    let prefix = PREFIXES[(mixed % 40).min(mixed / 40 % 40).min(PREFIXES.len() - 1)];
    let story = match mixed / 1_600 % 500 {
        0 => Story::Red(Status::Failed),
        1 => Story::Red(Status::TimedOut),
        2 => Story::Red(Status::Aborted),
        3 | 4 => Story::Throttled,
        5 => Story::Late,
        6 => Story::Stuck,
        7 => Story::Stale,
        8 => Story::Incomplete,
        9..=14 => Story::Never,
        15 => Story::Express,
        16 => Story::Unread,
        _ => Story::Green,
    };
    (format!("{prefix}-{}-{i}", NAMES[mixed % NAMES.len()]), story)
}

/// A number that looks like chance and is not.
fn mix(i: usize) -> usize {
    let mut x = (i as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((x ^ (x >> 31)) >> 16).unwrap_or(0)
}

fn unreachable_key() -> MachineKey {
    unreachable!("the sample's keys are valid")
}

fn row(i: usize, target: &Target) -> Row {
    let (name, story) = story(i);
    let mixed = mix(i);
    let key = MachineKey::new(name.as_str()).unwrap_or_else(|_| unreachable_key());
    let arn = format!("arn:aws:states:{}:{}", target.region, target.account);
    let machine = format!("{arn}:stateMachine:{name}");
    let mut row = Row::new(key, machine.clone(), NOW - 90 * 24 * HOUR);
    row.created_ms = Some(NOW - 90 * 24 * HOUR);
    if i == 0 {
        row.tags.insert("team".into(), "payments".into());
    } else if mixed.is_multiple_of(97) {
        row.tags.insert("team".into(), HOSTILE[mixed / 97 % 2].into());
    }
    let hostile = HOSTILE[mixed % HOSTILE.len()];
    let run = |n: usize, status: Status, began_ms: i64, took_ms: i64| Run {
        arn: format!(
            "{arn}:execution:{name}:{}",
            if i > 8 && n == 0 { hostile.to_owned() } else { format!("{n}") }
        ),
        status,
        start_ms: began_ms,
        stop_ms: status.is_finished().then_some(began_ms + took_ms),
        redrive_ms: None,
        redrive_count: 0,
    };
    let jitter = i64::try_from(mixed % 3_000).unwrap_or(0) * SECOND;
    let newest = match story {
        Story::Late => NOW - 8 * 24 * HOUR - jitter,
        Story::Settling => NOW - 80 * SECOND,
        _ => NOW - 3 * MINUTE - jitter,
    };
    let last = match story {
        Story::Red(status) => status,
        Story::Throttled | Story::Settling => Status::Failed,
        _ => Status::Succeeded,
    };
    let past = if matches!(story, Story::Never | Story::Express | Story::Unread) { 0 } else { 12 };
    let mut runs: Vec<Run> = (0..past)
        .map(|n| {
            let back = i64::try_from(n).unwrap_or(0) * HOUR;
            let failed = n > 2 && (mixed + n).is_multiple_of(11);
            let status = if n == 0 {
                last
            } else if failed {
                Status::Failed
            } else {
                Status::Succeeded
            };
            run(n, status, newest - back - 20 * SECOND, 20 * SECOND)
        })
        .collect();
    if story == Story::Stuck {
        runs.push(run(99, Status::Running, NOW - 9 * HOUR, 0));
    } else if mixed.is_multiple_of(9) || story == Story::Never {
        runs.push(run(98, Status::Running, NOW - 61 * SECOND, 0));
    }
    let read_ms = match story {
        Story::Stale => NOW - 5 * HOUR,
        _ => NOW - i64::try_from(mixed % 3_300).unwrap_or(0) * SECOND,
    };
    match story {
        Story::Unread => {}
        Story::Express => row.express = true,
        Story::Unreadable => {
            row.unreadable = Some(("AccessDeniedException".into(), NOW - 2 * HOUR))
        }
        _ => row.list(Listed {
            runs: runs.clone(),
            complete: true,
            at_ms: read_ms,
            ..Listed::default()
        }),
    }
    let newest_run = runs.first().map(Attempt::of);
    if let (Some(attempt), true) = (newest_run.clone(), last != Status::Succeeded && past > 0) {
        let own = |text: &str| Some(text.to_owned());
        let (state, error, cause) = match story {
            Story::Throttled => {
                (own("Charge"), own("Lambda.TooManyRequestsException"), own("Rate exceeded"))
            }
            Story::Red(Status::TimedOut) => (own("Wait for approval"), own("States.Timeout"), None),
            Story::Red(Status::Aborted) => (own(hostile), None, None),
            _ if i < 8 => (
                own("Charge"),
                own("CardError"),
                own("the card of customer 4711 was declined by the bank, code 51\ntrace"),
            ),
            _ => (
                own(&format!("State {}", mixed % 5)),
                own(hostile),
                own(HOSTILE[mixed / 7 % HOSTILE.len()]),
            ),
        };
        row.why = Some(Why { attempt, state, error, cause, complete: true });
    }
    if let (Some(attempt), Story::Incomplete) = (newest_run, story) {
        row.incomplete = Some((attempt, 3));
    }
    let settle_ms = if story == Story::Settling { 120 * SECOND } else { 0 };
    let rules = Rules {
        aborted: Aborted::Red,
        settle_ms,
        renotify_every: 0,
        topic: false,
        bus: false,
        notify_on: guardian_contract::NotifyOn::DEFAULT,
    };
    row.decide(&rules, NOW);
    row
}
