//! The board as records, a line each.

use super::{Board, Heart, counts, face, worst};
use crate::event::Event;
use guardian_board::acknowledgement::{Acknowledgement, Acknowledgements};
use guardian_board::{Audience, Banner, Target};
use serde_json::{Value, json};

/// The board as records: `light` for each machine, `guard` for each alarm on Guardian itself, `fleet`
/// for the one over all machines, then `summary`.
pub fn events(
    board: &Board,
    target: &Target,
    acknowledgements: &[Acknowledgement],
) -> Vec<Event<'static>> {
    let place = |mut record: Value| {
        record["account"] = json!(target.account);
        record["region"] = json!(target.region);
        record
    };
    let acknowledgements = Acknowledgements::of(acknowledgements);
    let lights = board.rows.iter().map(|row| {
        let (state, since_ms) = face::standing(row);
        let holding = acknowledgements.holding(&row.key, state, since_ms, board.as_of_ms);
        let mut record = json!(row);
        record["acknowledged"] = json!(holding.map(|ack| {
            json!({
                "by": ack.by, "at_ms": ack.at_ms, "until_ms": ack.until_ms, "why": ack.why,
            })
        }));
        Event::Light(place(record))
    });
    let mut events: Vec<_> = lights.collect();
    events.extend(board.guard.iter().map(|alarm| {
        let (name, state, since_ms) = (&alarm.name, alarm.state, alarm.since_ms);
        Event::Guard(json!({ "name": name, "state": state, "since_ms": since_ms }))
    }));
    events.extend(board.fleet.iter().map(|alarm| {
        let (name, state, since_ms) = (&alarm.name, alarm.state, alarm.since_ms);
        let worst = worst(&board.rows).map(|row| &row.key);
        Event::Fleet(json!({ "name": name, "state": state, "since_ms": since_ms, "worst": worst }))
    }));
    let mut summary = json!(counts(&board.rows));
    summary["as_of_ms"] = json!(board.as_of_ms);
    summary["silent"] = json!(board.heart() != Heart::Beats);
    summary["source"] = json!(if board.pulse.is_some() { "table" } else { "api" });
    summary["tick_ms"] = json!(board.pulse.and_then(|pulse| pulse.tick_ms));
    summary["notes"] = json!(notes(board));
    events.push(Event::Summary(place(summary)));
    events
}

/// The banners, with the wording of the faces.
fn notes(board: &Board) -> Vec<String> {
    let tick = board.tick.as_ref();
    let fault = tick.and_then(|tick| tick.rule_fault.clone());
    let fault = fault.map(|fault| Banner::RuleFault(None, fault));
    let throttled = tick.and_then(|tick| Banner::throttled(None, tick));
    let text = |banner: Banner| banner.text(board.as_of_ms, Audience::Team);
    let notes = fault.map(text).into_iter().chain(board.notes.iter().cloned());
    notes.chain(throttled.map(text)).collect()
}

/// The board as text, for tests.
#[cfg(test)]
pub(super) mod testing {
    use super::super::face;
    use super::{Board, Target};
    use guardian_board::terminal::{self, Options};
    use guardian_board::{Settings, Source};

    pub fn target() -> Target {
        Target { account: "123456789012".into(), region: "eu-west-1".into() }
    }

    pub fn source(board: &Board) -> Source {
        face::source(board, &target(), Vec::new())
    }

    pub fn draw(board: &Board, width: usize, colour: bool) -> String {
        let silent_ms = Some(guardian_contract::table::SILENT_MS);
        let settings = Settings { silent_ms, ..Settings::default() };
        let board = guardian_board::Board::of_sources(&[source(board)], &settings, board.as_of_ms);
        terminal::text(&board, &Options { width, colour, history: 30, ..Options::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Row, Why, sort};
    use super::testing::{draw, source, target};
    use super::*;
    use crate::alarm::{Alarm, State};
    use guardian_contract::{Light, Status};

    const NOW: i64 = 1_700_000_000_000;
    const MINUTE: i64 = 60_000;

    fn row(key: &str, light: Option<Light>, status: Option<Status>, ago: Option<i64>) -> Row {
        Row {
            light,
            status,
            at_ms: ago.map(|ago| NOW - ago),
            alarm: Some(State::Ok),
            ..Row::new(key, &format!("{key}-step-function"))
        }
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

    fn mixed() -> Board {
        let link = "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/\
                    executions/details/arn:aws:states:eu-west-1:123456789012:execution:order:1";
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
        let mut rows = vec![
            row("nightly-report", green.0, green.1, Some(10_000)),
            Row {
                alarm: Some(State::Alarm),
                running: 2,
                running_since_ms: Some(NOW - 190 * MINUTE),
                last_success_ms: Some(NOW - 3 * 1_440 * MINUTE),
                why: Some(why),
                history: vec![Status::Succeeded, Status::TimedOut, Status::Failed, Status::Running],
                link: Some(link.into()),
                ..row("order\u{1b}[2J", red.0, red.1, Some(125 * MINUTE))
            },
            Row {
                alarm: Some(State::Alarm),
                muted: true,
                why: Some(Why { unread: Some("AccessDenied: no".into()), ..Why::default() }),
                ..row("muted", Some(Light::Red), Some(Status::TimedOut), Some(59 * MINUTE))
            },
            Row { from_metrics: true, ..row("click-stream", green.0, green.1, Some(MINUTE)) },
            Row {
                alarm: None,
                running: 1,
                running_since_ms: Some(NOW - 61_000),
                ..row("contract", Some(Light::Grey), None, None)
            },
            Row { late: true, ..row("backup", green.0, green.1, Some(30 * 60 * MINUTE)) },
            Row {
                stuck: true,
                running: 1,
                running_since_ms: Some(NOW - 9 * 60 * MINUTE),
                others: vec!["Pager-import-slow".into()],
                ..row("import", green.0, green.1, Some(30 * 60 * MINUTE))
            },
            Row { incomplete: true, ..row("resize-images", green.0, green.1, Some(5 * MINUTE)) },
            Row {
                settles_at_ms: Some(NOW + 45_000),
                running: 1,
                running_since_ms: Some(NOW - 4_000),
                ..row("sync", green.0, green.1, Some(20 * MINUTE))
            },
            Row {
                error: Some(
                    "cannot list the executions: AccessDeniedException: User ann is not \
                             authorized to perform: states:ListExecutions"
                        .into(),
                ),
                alarm: Some(State::InsufficientData),
                ..row("secret", None, None, None)
            },
        ];
        sort(&mut rows);
        let guard = vec![
            guard("GuardianHeartbeat-shop-dev", State::Alarm),
            guard("GuardianErrors-shop-dev", State::Ok),
        ];
        let notes = vec!["cannot read the mute windows: AccessDenied: no".to_owned()];
        let fleet = Some(self::guard("GuardianFleet-shop-dev", State::Alarm));
        Board { rows, fleet, guard, notes, as_of_ms: NOW, ..Board::default() }
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
        quiet.rows.iter_mut().for_each(|row| row.history.clear());
        let lines: Vec<String> = draw(&quiet, 80, true).lines().map(bare).collect();
        assert_eq!(lines.join("\n"), draw(&quiet, 80, false));
    }

    #[test]
    fn a_long_key_loses_its_middle_and_nothing_else_is_cut() {
        let key = "customer-invoices-of-the-last-quarter-for-the-northern-region-import";
        let one = Row {
            alarm: Some(State::InsufficientData),
            from_metrics: true,
            ..row(key, Some(Light::Red), Some(Status::TimedOut), Some(59 * MINUTE))
        };
        let shown = Board { rows: vec![one], as_of_ms: NOW, ..Board::default() };
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
        let one = Row {
            why: Some(Why { unread: Some(refusal.into()), ..Why::default() }),
            ..row("a", Some(Light::Red), Some(Status::Failed), Some(MINUTE))
        };
        let shown = Board { rows: vec![one], as_of_ms: NOW, ..Board::default() };
        let text = draw(&shown, 80, false);
        assert!(text.contains("kms:Decrypt action"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_not_called_never_run() {
        let grey = || row("a", Some(Light::Grey), None, None);
        let check = |row: Row, word: &str, marks: &str| {
            let board = Board { rows: vec![row], as_of_ms: NOW, ..Board::default() };
            let machine = &source(&board).machines[0];
            let own = machine.all_marks(NOW).into_iter().map(|mark| mark.text);
            let own = own.collect::<Vec<_>>().join(", ");
            assert_eq!((machine.status.as_str(), own.as_str()), (word, marks));
        };
        check(Row { never_run: true, ..grey() }, "never run", "");
        check(Row { none_in_days: Some(90), ..grey() }, "no run", "none in 90 days");
        let express = Row { from_metrics: true, none_in_days: Some(455), ..grey() };
        check(express, "unknown", "no metrics in 455 days");
        let settling = Row { settles_at_ms: Some(NOW + 45_000), ..grey() };
        check(settling.clone(), "settling", "");
        let shown = Board { rows: vec![settling], as_of_ms: NOW, ..Board::default() };
        assert!(draw(&shown, 80, false).contains("settling (red in 45 s)"));
        check(grey(), "none ended", "");
        let disagrees = Row {
            light: Some(Light::Green),
            status: Some(Status::Succeeded),
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
        let events = events(&mixed(), &target(), &acknowledgements);
        let lines: Vec<String> = events.iter().map(Event::record).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_fleets_alarm_has_a_line_of_its_own_which_names_the_worst() {
        let green = |key| row(key, Some(Light::Green), Some(Status::Succeeded), Some(90 * MINUTE));
        let check = |rows: Vec<Row>, state| {
            let fleet = Some(guard("GuardianFleet-shop-dev", state));
            fleet_line(&Board { rows, fleet, as_of_ms: NOW, ..Board::default() }).unwrap()
        };
        assert_eq!(check(vec![green("a")], State::Ok), "fleet OK since 2 h ago");
        let stuck = Row { stuck: true, running_since_ms: Some(NOW - 90 * MINUTE), ..green("b") };
        let expected = "fleet ALARM since 2 h ago; the worst is b, stuck, running for 1 h 30 min";
        assert_eq!(check(vec![green("a"), stuck], State::Alarm), expected);
        let late = Row { late: true, ..green("c") };
        let expected = "fleet ALARM since 2 h ago; the worst is c, late, its last run was 1 h ago";
        assert_eq!(check(vec![late], State::Alarm), expected);
        assert_eq!(fleet_line(&Board::default()), None);
    }

    fn fleet_line(board: &Board) -> Option<String> {
        let shared = guardian_board::Board::of_sources(
            &[source(board)],
            &guardian_board::Settings::default(),
            board.as_of_ms,
        );
        shared.fleet_line().map(|(_, line)| line)
    }

    #[test]
    fn a_guardian_that_sweeps_is_not_warned_of() {
        let guard = vec![guard("GuardianHeartbeat-shop-dev", State::Ok)];
        let board = Board { guard, as_of_ms: NOW, ..Board::default() };
        assert_eq!((source(&board).notes, board.heart()), (Vec::new(), Heart::Beats));
    }

    #[test]
    fn an_empty_board_says_so() {
        let text = draw(&Board::default(), 80, false);
        assert!(text.starts_with("no machine is watched"), "{text}");
    }
}
