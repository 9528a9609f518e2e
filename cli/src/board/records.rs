//! The board as records, a line each.

use super::reading::{Heart, Reading, counts};
use crate::alarm::State;
use crate::event::Event;
use guardian_board::board::worst;
use guardian_board::{Alarm, Audience, Banner, Machine};
use guardian_contract::{Light, Status};
use serde_json::{Value, json};

/// A reading as records: `light` for each of its machines that is shown, `guard` for each alarm on Guardian
/// itself, `fleet` for the one over all machines, then `summary` of all. `machines` are those of its target
/// on the board, in their order.
pub fn events(
    reading: &Reading,
    machines: &[&Machine],
    is_shown: impl Fn(&Machine) -> bool,
) -> Vec<Event<'static>> {
    let place = |mut record: Value| {
        record["account"] = json!(reading.target.account);
        record["region"] = json!(reading.target.region);
        record
    };
    let shown = machines.iter().filter(|machine| is_shown(machine));
    let mut events: Vec<_> = shown.map(|machine| Event::Light(place(light(machine)))).collect();
    events.extend(reading.guard.iter().map(|alarm| {
        let (name, state, since_ms) = (&alarm.name, alarm.state, alarm.since_ms);
        Event::Guard(json!({ "name": name, "state": state, "since_ms": since_ms }))
    }));
    events.extend(reading.fleet.iter().map(|alarm| {
        let (name, state, since_ms) = (&alarm.name, alarm.state, alarm.since_ms);
        let worst = worst(machines.iter().copied()).map(|machine| &machine.key);
        Event::Fleet(json!({ "name": name, "state": state, "since_ms": since_ms, "worst": worst }))
    }));
    let mut summary = json!(counts(machines));
    summary["as_of_ms"] = json!(reading.as_of_ms);
    summary["silent"] = json!(reading.heart() != Heart::Beats);
    summary["source"] = json!(if reading.pulse.is_some() { "table" } else { "api" });
    summary["tick_ms"] = json!(reading.pulse.and_then(|pulse| pulse.tick_ms));
    summary["notes"] = json!(notes(reading));
    events.push(Event::Summary(place(summary)));
    events
}

/// The record of a machine.
fn light(machine: &Machine) -> Value {
    // Metrics tell when a run last failed, and not since when all of them do.
    let is_red = machine.light == Some(Light::Red) && !machine.from_metrics;
    let acknowledged = machine.acknowledged.as_deref().map(
        |ack| json!({ "by": ack.by, "at_ms": ack.at_ms, "until_ms": ack.until_ms, "why": ack.why }),
    );
    let why = machine.why.as_ref().map(|why| {
        json!({
            "state": why.state, "error": why.error, "cause": why.cause, "unread": why.unread,
        })
    });
    let runs = machine.history.chars();
    let history: Vec<Status> = runs.filter_map(status).collect();
    json!({
        "key": machine.key,
        "machine": machine.name(),
        "light": machine.light,
        "status": machine.decided,
        "at_ms": machine.at_ms,
        "since_ms": machine.light_since_ms,
        "red_since_ms": machine.light_since_ms.filter(|_| is_red),
        "settles_at_ms": machine.settles_at_ms,
        "disagrees_since_ms": machine.disagrees_since_ms,
        "redriving": machine.redriving,
        "never_run": machine.never_run,
        "none_in_days": machine.none_in_days,
        "doubt": machine.doubt,
        "confirmed_ms": machine.read_ms.filter(|_| !machine.from_metrics),
        "stale": machine.stale,
        "running": machine.running,
        "running_more": machine.running_more,
        "running_since_ms": machine.running_since_ms,
        "last_success_ms": machine.last_success_ms,
        "late": machine.late,
        "late_since_ms": machine.late_since_ms,
        "stuck": machine.stuck,
        "stuck_since_ms": machine.stuck_since_ms,
        "incomplete": machine.incomplete,
        "muted": machine.muted,
        "alarm": State::of(machine.alarm),
        "alarm_unread": machine.alarm == Alarm::Unknown,
        "others": machine.others,
        "why": why,
        "history": history,
        "link": machine.link(),
        "from_metrics": machine.from_metrics,
        "error": machine.unread,
        "acknowledged": acknowledged,
    })
}

/// The status that begins with this letter.
fn status(letter: char) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.as_str().starts_with(letter))
}

/// The banners, with the wording of the faces.
fn notes(reading: &Reading) -> Vec<String> {
    let tick = reading.tick.as_ref();
    let fault = tick.and_then(|tick| tick.rule_fault.clone());
    let fault = fault.map(|fault| Banner::RuleFault(None, fault));
    let throttled = tick.and_then(|tick| Banner::throttled(None, tick));
    let text = |banner: Banner| banner.text(reading.as_of_ms, Audience::Team);
    let notes = fault.map(text).into_iter().chain(reading.notes.iter().cloned());
    notes.chain(throttled.map(text)).collect()
}

/// The board as text and as records, for tests.
#[cfg(test)]
pub(super) mod testing {
    use super::{Event, Reading};
    use guardian_board::terminal::{self, Options};
    use guardian_board::{Board, Machine, Query, Settings, Target};

    pub fn target() -> Target {
        Target { account: "123456789012".into(), region: "eu-west-1".into() }
    }

    pub fn board(reading: &Reading) -> Board {
        let silent_ms = Some(guardian_contract::table::SILENT_MS);
        let settings = Settings { silent_ms, ..Settings::default() };
        Board::of_sources(vec![reading.clone().source()], &settings, reading.as_of_ms)
    }

    pub fn draw(reading: &Reading, width: usize, colour: bool) -> String {
        let options = Options { width, colour, history: 30, ..Options::default() };
        terminal::text(&board(reading), &options)
    }

    pub fn events(reading: &Reading, search: &str) -> Vec<Event<'static>> {
        let (board, query) = (board(reading), Query::parse(search));
        let machines: Vec<&Machine> = board.machines.iter().collect();
        super::events(reading, &machines, |machine| query.matches(machine, board.as_of_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::notes as of_guard;
    use super::testing::{self, draw, target};
    use super::*;
    use crate::alarm::{Alarm, State};
    use guardian_board::Acknowledgement;
    use guardian_board::machine::Why;

    const NOW: i64 = 1_700_000_000_000;
    const MINUTE: i64 = 60_000;

    fn machine(
        key: &str,
        light: Option<Light>,
        decided: Option<Status>,
        ago: Option<i64>,
    ) -> Machine {
        Machine {
            name: format!("{key}-step-function"),
            light,
            decided,
            at_ms: ago.map(|ago| NOW - ago),
            alarm: State::Ok.into(),
            ..Machine::new(key, target())
        }
    }

    fn reading(machines: Vec<Machine>) -> Reading {
        Reading { machines, as_of_ms: NOW, ..Reading::default() }
    }

    fn guard(name: &str, state: State) -> Alarm {
        Alarm {
            name: name.into(),
            state,
            reason: String::new(),
            since_ms: Some(NOW - 125 * MINUTE),
            full_ms: None,
            acts: true,
            on_alarm: Vec::new(),
            on_ok: Vec::new(),
            on_insufficient_data: Vec::new(),
        }
    }

    fn mixed() -> Reading {
        let run = "arn:aws:states:eu-west-1:123456789012:execution:order:1";
        let green = (Some(Light::Green), Some(Status::Succeeded));
        let red = (Some(Light::Red), Some(Status::Failed));
        let why = Why {
            state: Some("Charge\u{1b}[2J".into()),
            error: Some("CardError".into()),
            cause: Some(
                "the card of customer 4711 was declined by the bank, code 51\ntrace".into(),
            ),
            unread: None,
        };
        let machines = vec![
            machine("nightly-report", green.0, green.1, Some(10_000)),
            Machine {
                alarm: State::Alarm.into(),
                running: 2,
                running_since_ms: Some(NOW - 190 * MINUTE),
                last_success_ms: Some(NOW - 3 * 1_440 * MINUTE),
                why: Some(Box::new(why)),
                history: "STFR".into(),
                linked: Some(run.into()),
                ..machine("order\u{1b}[2J", red.0, red.1, Some(125 * MINUTE))
            },
            Machine {
                alarm: State::Alarm.into(),
                muted: true,
                why: Some(Box::new(Why {
                    unread: Some("AccessDenied: no".into()),
                    ..Why::default()
                })),
                ..machine("muted", Some(Light::Red), Some(Status::TimedOut), Some(59 * MINUTE))
            },
            Machine {
                from_metrics: true,
                ..machine("click-stream", green.0, green.1, Some(MINUTE))
            },
            Machine {
                alarm: guardian_board::Alarm::Missing,
                running: 1,
                running_since_ms: Some(NOW - 61_000),
                ..machine("contract", Some(Light::Grey), None, None)
            },
            Machine { late: true, ..machine("backup", green.0, green.1, Some(30 * 60 * MINUTE)) },
            Machine {
                stuck: true,
                running: 1,
                running_since_ms: Some(NOW - 9 * 60 * MINUTE),
                others: vec!["Pager-import-slow".into()],
                ..machine("import", green.0, green.1, Some(30 * 60 * MINUTE))
            },
            Machine {
                incomplete: true,
                ..machine("resize-images", green.0, green.1, Some(5 * MINUTE))
            },
            Machine {
                settles_at_ms: Some(NOW + 45_000),
                running: 1,
                running_since_ms: Some(NOW - 4_000),
                ..machine("sync", green.0, green.1, Some(20 * MINUTE))
            },
            Machine {
                unread: Some(
                    "cannot list the executions: AccessDeniedException: User ann is not \
                             authorized to perform: states:ListExecutions"
                        .into(),
                ),
                alarm: State::InsufficientData.into(),
                ..machine("secret", None, None, None)
            },
        ];
        let guard = vec![
            guard("GuardianHeartbeat-shop-dev", State::Alarm),
            guard("GuardianErrors-shop-dev", State::Ok),
        ];
        let notes = vec!["cannot read the mute windows: AccessDenied: no".to_owned()];
        let fleet = Some(self::guard("GuardianFleet-shop-dev", State::Alarm));
        Reading {
            target: target(),
            machines,
            fleet,
            guard,
            notes,
            as_of_ms: NOW,
            ..Reading::default()
        }
    }

    fn bare(line: &str) -> String {
        // As a terminal shows it: `\u{1b}[…m` takes no room.
        let mut out = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            out.push_str(before);
            rest = after.split_once('m').map_or("", |(_, rest)| rest);
        }
        out + rest
    }

    #[test]
    fn the_board_is_worst_first_at_80_and_at_120_columns() {
        for width in [80, 120] {
            let text = draw(&mixed(), width, false);
            let whole = |line: &&str| !line.contains("https://");
            assert!(text.lines().filter(whole).all(|l| l.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("board_at_{width}"), text);
        }
    }

    #[test]
    fn colours_change_no_word_of_the_board() {
        let coloured = draw(&mixed(), 80, true);
        insta::assert_snapshot!("board_in_colour", coloured.replace('\u{1b}', "␛"));
        let mut quiet = mixed();
        quiet.machines.iter_mut().for_each(|one| one.history.clear());
        let lines: Vec<String> = draw(&quiet, 80, true).lines().map(bare).collect();
        assert_eq!(lines.join("\n"), draw(&quiet, 80, false));
    }

    #[test]
    fn a_long_key_loses_its_middle_and_nothing_else_is_cut() {
        let key = "customer-invoices-of-the-last-quarter-for-the-northern-region-import";
        let one = Machine {
            alarm: State::InsufficientData.into(),
            from_metrics: true,
            ..machine(key, Some(Light::Red), Some(Status::TimedOut), Some(59 * MINUTE))
        };
        let shown = reading(vec![one]);
        insta::assert_snapshot!(draw(&shown, 80, false), @r"
        ✖ red     customer-invoices-o…hern-region-import  timed out 59 min ago  no data
                  from metrics, no success known

        1 red · of 1
        as of 2023-11-14T22:13:20Z
        ");
    }

    #[test]
    fn a_refusal_is_shown_to_its_end() {
        let refusal = "cannot read why it failed: KmsAccessDeniedException: User: \
                       arn:aws:sts::123456789012:assumed-role/reader/ann is not authorized to \
                       perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/\
                       1234abcd-12ab-34cd-56ef-1234567890ab because no identity-based policy allows \
                       the kms:Decrypt action";
        let one = Machine {
            why: Some(Box::new(Why { unread: Some(refusal.into()), ..Why::default() })),
            ..machine("a", Some(Light::Red), Some(Status::Failed), Some(MINUTE))
        };
        let shown = reading(vec![one]);
        let text = draw(&shown, 80, false);
        assert!(text.contains("kms:Decrypt action"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_not_called_never_run() {
        let grey = || machine("a", Some(Light::Grey), None, None);
        let check = |one: Machine, word: &str, marks: &str| {
            let board = reading(vec![one]);
            let machine = &board.machines[0];
            let own = machine.all_marks(NOW).into_iter().map(|mark| mark.text);
            let own = own.collect::<Vec<_>>().join(", ");
            assert_eq!((machine.status(), own.as_str()), (word, marks));
        };
        check(Machine { never_run: true, ..grey() }, "never run", "");
        check(Machine { none_in_days: Some(90), ..grey() }, "no run", "none in 90 days");
        let express = Machine { from_metrics: true, none_in_days: Some(455), ..grey() };
        check(express, "unknown", "no metrics in 455 days");
        let settling = Machine { settles_at_ms: Some(NOW + 45_000), ..grey() };
        check(settling.clone(), "settling", "");
        let shown = reading(vec![settling]);
        assert!(draw(&shown, 80, false).contains("settling (red in 45 s)"));
        check(grey(), "none ended", "");
        let disagrees = Machine {
            light: Some(Light::Green),
            decided: Some(Status::Succeeded),
            disagrees_since_ms: Some(NOW - 3 * MINUTE),
            ..grey()
        };
        check(disagrees, "succeeded", "light and alarm disagree for 3 min 00 s");
    }

    #[test]
    fn the_board_as_records() {
        let ack = |machine: &str, at_ms: i64, why: &str| Acknowledgement {
            machine: machine.into(),
            by: "ann".into(),
            at_ms,
            until_ms: NOW + 60 * MINUTE,
            why: why.into(),
        };
        let acknowledgements = [
            ack("muted", NOW - 30 * MINUTE, "vendor \"outage\""),
            ack("muted", NOW - 40 * MINUTE, "an older one"),
            // Its fault began after this.
            ack("order\u{1b}[2J", NOW - 600 * MINUTE, "another fault"),
            ack("nightly-report", NOW - MINUTE, "a green one"),
        ];
        let acknowledgements = acknowledgements.to_vec();
        let reading = Reading { acknowledgements, ..mixed() };
        let lines = |search| -> Vec<String> {
            testing::events(&reading, search).iter().map(Event::record).collect()
        };
        let all = lines("");
        insta::assert_snapshot!(all.join("\n"));
        // A search leaves lights out, and changes nothing else.
        let muted = lines("is:muted");
        let is_light = |line: &&String| line.contains("\"type\":\"light\"");
        let rest = |lines: &[String]| lines.iter().filter(|l| !is_light(l)).count();
        assert_eq!((muted.iter().filter(is_light).count(), rest(&muted)), (1, rest(&all)));
        assert!(muted.iter().all(|line| all.contains(line)));
    }

    #[test]
    fn the_fleets_alarm_has_a_line_of_its_own_which_names_the_worst() {
        let green =
            |key| machine(key, Some(Light::Green), Some(Status::Succeeded), Some(90 * MINUTE));
        let check = |machines: Vec<Machine>, state| {
            let fleet = Some(guard("GuardianFleet-shop-dev", state));
            fleet_line(Reading { fleet, ..reading(machines) }).unwrap()
        };
        assert_eq!(check(vec![green("a")], State::Ok), "fleet OK since 2 h ago");
        let stuck =
            Machine { stuck: true, running_since_ms: Some(NOW - 90 * MINUTE), ..green("b") };
        let expected = "fleet ALARM since 2 h ago; the worst is b, stuck, running for 1 h 30 min";
        assert_eq!(check(vec![green("a"), stuck], State::Alarm), expected);
        let late = Machine { late: true, ..green("c") };
        let expected = "fleet ALARM since 2 h ago; the worst is c, late, its last run was 1 h ago";
        assert_eq!(check(vec![late], State::Alarm), expected);
        // Metrics do not tell since when an EXPRESS machine is red.
        let red = |key, ago| machine(key, Some(Light::Red), Some(Status::Failed), Some(ago));
        let clicks = Machine { from_metrics: true, ..red("clicks", MINUTE) };
        let expected = "fleet ALARM since 2 h ago; the worst is clicks, red";
        assert_eq!(check(vec![clicks.clone(), green("a")], State::Alarm), expected);
        let expected = "fleet ALARM since 2 h ago; the worst is d, red for 3 h 00 min";
        assert_eq!(check(vec![clicks, red("d", 180 * MINUTE)], State::Alarm), expected);
        assert_eq!(fleet_line(Reading::default()), None);
    }

    fn fleet_line(reading: Reading) -> Option<String> {
        testing::board(&reading).fleet_line().map(|(_, line)| line)
    }

    #[test]
    fn a_guardian_that_sweeps_is_not_warned_of() {
        let guard = vec![guard("GuardianHeartbeat-shop-dev", State::Ok)];
        let reading = Reading { guard, as_of_ms: NOW, ..Reading::default() };
        assert_eq!((of_guard(&reading), reading.heart()), (Vec::new(), Heart::Beats));
    }

    #[test]
    fn an_empty_board_says_so() {
        let text = draw(&Reading::default(), 80, false);
        assert!(text.starts_with("no machine is watched"), "{text}");
    }
}
