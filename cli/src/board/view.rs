//! How the board looks. Shape and word beside each colour; nothing is printed here.
//!
//! Light, status, age and alarm state are never cut: they are what somebody is woken up for. A long
//! key loses its middle, marks that do not fit get a line of their own, a cause is cut at the end,
//! and a link is left whole on its line: it is there to be followed.

use super::names::Names;
use super::{Board, Counts, Heart, Pulse, Row, Why, counts, heart, worst};
use crate::alarm::{Alarm, State};
use crate::event::Event;
use crate::text::{Paint, clip, count, duration, plain, shorten, wrap};
use crate::ui::Look;
use guardian_aws::clock::time;
use guardian_contract::{Doubt, Light, Status};
use serde_json::json;

/// Columns before what is told of a machine: its light and spaces.
const LIGHT: usize = 10;
/// Columns after the key: status, age, state of the alarm, and the spaces before each.
const STATES: usize = 2 + 9 + 1 + 10 + 2 + 8;
/// The shortest that a key is made.
const SHORTEST_KEY: usize = 12;

/// Lines that the cause of a failure may take.
const CAUSE_LINES: usize = 2;
/// Lines that may say why a cause could not be read: more than the longest refusal of KMS.
const REFUSAL_LINES: usize = 12;

/// The board for people.
pub fn board(board: &Board, look: Look) -> String {
    let paint = Paint(look.colour);
    let mut lines: Vec<String> =
        warnings(board).iter().flat_map(|warning| told(warning, look)).collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    let longest = board.rows.iter().map(|row| plain(&row.key).chars().count()).max().unwrap_or(0);
    let key_width = longest.min(look.width.saturating_sub(LIGHT + STATES).max(SHORTEST_KEY));
    for row in &board.rows {
        lines.extend(machine(row, board.as_of_ms, key_width, look));
    }
    if !board.rows.is_empty() {
        lines.push(String::new());
    }
    // A number stays with its word.
    let told = summary(counts(&board.rows)).replace(' ', "\u{a0}").replace("·\u{a0}", "· ");
    lines.extend(wrap(&told, look.width).iter().map(|line| line.replace('\u{a0}', " ")));
    lines.extend(fleet(board).iter().flat_map(|line| wrap(line, look.width)).map(|line| {
        match board.fleet.as_ref().map(|alarm| alarm.state) {
            Some(State::Alarm) => paint.red(&line),
            _ => line,
        }
    }));
    lines.push(paint.dim(&format!("as of {}", time(board.as_of_ms))));
    if board.rows.iter().any(|row| !row.history.is_empty()) && !look.colour {
        lines.push(paint.dim("S succeeded, F failed, T timed out, A aborted, R running"));
    }
    lines.join("\n")
}

/// The line of the fleet's alarm, with the worst machine.
fn fleet(board: &Board) -> Option<String> {
    let alarm = board.fleet.as_ref()?;
    let ago = |at: i64| ago(board.as_of_ms - at);
    let long = |at: Option<i64>| at.map_or(String::new(), |at| duration(board.as_of_ms - at));
    let since = alarm.since_ms.map_or(String::new(), |at| format!(" since {}", ago(at)));
    let worst = worst(&board.rows).map_or(String::new(), |row| {
        let how = match row.light {
            Some(Light::Red) => format!("red for {}", long(row.red_since_ms.or(row.at_ms))),
            _ if row.stuck => format!("stuck, running for {}", long(row.running_since_ms)),
            _ if row.late => match row.at_ms {
                Some(at) => format!("late, its last run was {}", ago(at)),
                None => "late, and no finished run is known".to_owned(),
            },
            None => "not read".to_owned(),
            _ if row.is_doubtful() => "in doubt".to_owned(),
            _ if row.incomplete => "incomplete".to_owned(),
            _ => "settling".to_owned(),
        };
        format!("; the worst is {}, {how}", plain(&row.key))
    });
    Some(format!("fleet {}{since}{worst}", self::alarm(Some(alarm.state))))
}

/// What must not be overlooked: a Guardian that does not sweep, or not well.
fn warnings(board: &Board) -> Vec<String> {
    let mut warnings: Vec<String> = board.pulse.iter().filter_map(|p| stopped(*p, board)).collect();
    let since = |alarm: &Alarm| {
        alarm.since_ms.map_or(String::new(), |at| format!(" since {}", ago(board.as_of_ms - at)))
    };
    for alarm in &board.guard {
        let name = plain(&alarm.name);
        let heart = Names::is_heartbeat(&alarm.name).then(|| heart(alarm, board.as_of_ms));
        // The table knows better.
        let heart = if board.pulse.is_some() { None } else { heart };
        if board.heart() != Heart::Beats
            && board.pulse.is_some()
            && Names::is_heartbeat(&alarm.name)
        {
            continue;
        }
        if heart == Some(Heart::Stopped) {
            warnings.push(format!(
                "Guardian has stopped: no sweep for too long ({name} is in ALARM{}). The alarms \
                 below are as its last sweep left them; the lights were read just now. Look at the \
                 function's log, or try `guardian run`.",
                since(alarm)
            ));
        } else if heart == Some(Heart::Young) {
            warnings.push(format!(
                "{name} has just been deployed and knows of no sweep yet; `guardian run` sweeps now."
            ));
        } else if alarm.state == State::Alarm {
            warnings.push(format!("{name} is in ALARM{}.", since(alarm)));
        }
    }
    warnings.extend(board.notes.iter().map(|note| plain(note)));
    let disagree = board.rows.iter().filter(|row| row.disagrees_since_ms.is_some()).count();
    if disagree > 0 {
        let lights = count(disagree, "light");
        let their = if disagree == 1 { "its alarm" } else { "their alarms" };
        warnings.push(format!("{lights} and {their} have disagreed for more than two minutes"));
    }
    warnings
}

/// What the state table says of a Guardian that does not tick.
fn stopped(pulse: Pulse, board: &Board) -> Option<String> {
    let last = match pulse.tick_ms {
        Some(at) => format!("its last tick was {}", ago(board.as_of_ms - at)),
        None => "no tick is on record".to_owned(),
    };
    match pulse.heart {
        Heart::Beats => None,
        Heart::Young => Some(format!(
            "Guardian has just been deployed: {last}; the first one is due within a few minutes."
        )),
        Heart::Stopped => Some(format!(
            "Guardian has stopped: {last}. The lights below are as that tick and later events left \
             them; `guardian status --from-api` reads them from Step Functions. Look at the \
             function's log, or try `guardian run`."
        )),
    }
}

fn told(warning: &str, look: Look) -> Vec<String> {
    let paint = Paint(look.colour);
    let lines = wrap(warning, look.width.saturating_sub(2));
    let first = |n: usize| if n == 0 { "! " } else { "  " };
    lines.iter().enumerate().map(|(n, l)| paint.yellow(&format!("{}{l}", first(n)))).collect()
}

/// The lines of one machine.
fn machine(row: &Row, now_ms: i64, key_width: usize, look: Look) -> Vec<String> {
    let paint = Paint(look.colour);
    let indent = " ".repeat(LIGHT);
    let (shape, word) = sign(row);
    let light = format!("{shape} {word:6}");
    let light = match row.light {
        Some(Light::Red) => paint.red(&light),
        Some(Light::Green) if row.incomplete || row.is_doubtful() => paint.yellow(&light),
        Some(Light::Green) => paint.green(&light),
        Some(Light::Grey) => paint.dim(&light),
        None => paint.yellow(&light),
    };
    let key = shorten(&plain(&row.key), key_width);
    let age = row.at_ms.map(|at| ago(now_ms - at)).unwrap_or_default();
    let alarm = if row.alarm_unread { "not read" } else { alarm(row.alarm) };
    let states = format!("{key:key_width$}  {:9} {age:10}  {alarm}", status(row));
    let states = states.trim_end();
    let marks = marks(row, now_ms);
    let words = marks.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ");
    let room = look.width.saturating_sub(LIGHT);
    let painted = |marks: &[(Weight, String)]| {
        let each = marks.iter().map(|(weight, text)| match weight {
            Weight::Bad => paint.red(text),
            Weight::Doubt => paint.yellow(text),
            Weight::Plain => text.clone(),
        });
        each.collect::<Vec<_>>().join(", ")
    };
    // Marks of all machines begin in the same column.
    let column = key_width + STATES;
    let mut lines = Vec::new();
    if marks.is_empty() {
        lines.push(format!("{light}  {states}"));
    } else if LIGHT + column + 2 + words.chars().count() <= look.width {
        lines.push(format!("{light}  {states:column$}  {}", painted(&marks)));
    } else {
        lines.push(format!("{light}  {states}"));
        lines.extend(lines_of(&marks, room).map(|marks| format!("{indent}{}", painted(marks))));
    }
    if let Some(error) = &row.error {
        let error = wrap(&plain(error), room);
        lines.extend(error.iter().map(|line| format!("{indent}{}", paint.yellow(line))));
    }
    if let Some(why) = row.why.as_ref().and_then(because) {
        // A refusal names what is missing at its end.
        let refused = row.why.as_ref().is_some_and(|why| why.unread.is_some());
        let most = if refused { REFUSAL_LINES } else { CAUSE_LINES };
        let why = wrap(&clip(&why, most * room), room);
        let why = why.iter().take(most).map(|line| clip(line, room));
        lines.extend(why.map(|line| format!("{indent}{line}")));
    }
    if !row.history.is_empty() {
        let shapes: String = row.history.iter().map(|status| run(*status, look.colour)).collect();
        let told = match row.history.len() {
            1 => format!("{shapes}  last run"),
            runs => format!("{shapes}  last {runs} runs, newest at the right"),
        };
        lines.push(format!("{indent}{told}"));
    }
    if row.light == Some(Light::Red)
        && let Some(link) = &row.link
    {
        lines.push(paint.dim(&format!("{indent}{}", plain(link))));
    }
    lines
}

/// Marks by lines of so many columns, each of them whole.
fn lines_of(marks: &[(Weight, String)], room: usize) -> impl Iterator<Item = &[(Weight, String)]> {
    let mut used = 0;
    let mut width = move |mark: &(Weight, String)| {
        let own = mark.1.chars().count();
        let fits = used + 2 + own <= room;
        used = if fits { used + 2 + own } else { own };
        fits
    };
    let mut first = true;
    marks.chunk_by(move |before, mark| {
        if std::mem::take(&mut first) {
            width(before);
        }
        width(mark)
    })
}

fn sign(row: &Row) -> (char, &'static str) {
    match row.light {
        Some(Light::Red) => ('✖', "red"),
        Some(Light::Green) if row.incomplete || row.is_doubtful() => ('◐', "green"),
        Some(Light::Green) => ('●', "green"),
        Some(Light::Grey) => ('○', "grey"),
        None => ('?', "unread"),
    }
}

fn status(row: &Row) -> String {
    match (row.status, row.light) {
        (Some(status), _) => status.as_str().to_lowercase().replace('_', " "),
        (None, None) => "not read".to_owned(),
        (None, _) if row.redriving => "redriving".to_owned(),
        (None, _) if row.settles_at_ms.is_some() => "settling".to_owned(),
        (None, _) if row.running > 0 => "running".to_owned(),
        (None, _) if row.from_metrics => "unknown".to_owned(),
        (None, _) if row.none_in_days.is_some() => "no run".to_owned(),
        (None, _) if row.never_run => "never run".to_owned(),
        (None, _) => "none ended".to_owned(),
    }
}

fn alarm(state: Option<State>) -> &'static str {
    match state {
        Some(State::InsufficientData) => "no data",
        Some(state) => state.as_str(),
        None => "no alarm",
    }
}

/// What a mark means for whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Bad,
    Doubt,
    Plain,
}

/// What is told beside the light, the worst first.
fn marks(row: &Row, now_ms: i64) -> Vec<(Weight, String)> {
    let mut marks = Vec::new();
    let mut mark = |weight: Weight, text: String| marks.push((weight, text));
    if row.late {
        mark(Weight::Bad, "late".to_owned());
    }
    if row.stuck {
        mark(Weight::Bad, "stuck".to_owned());
    }
    if let Some(at) = row.settles_at_ms {
        mark(Weight::Doubt, format!("settling (red in {})", duration(at - now_ms)));
    }
    if let Some(at) = row.disagrees_since_ms {
        let long = duration(now_ms - at);
        mark(Weight::Doubt, format!("light and alarm disagree for {long}"));
    }
    if row.incomplete {
        mark(Weight::Doubt, "incomplete".to_owned());
    }
    match (row.doubt, row.confirmed_ms) {
        (Some(Doubt::Unread), _) => mark(Weight::Doubt, "not confirmed yet".to_owned()),
        (Some(Doubt::Held), _) if row.settles_at_ms.is_none() && !row.redriving => {
            mark(Weight::Doubt, "held".to_owned());
        }
        (_, Some(at)) if row.stale => {
            mark(Weight::Doubt, format!("not confirmed for {}", duration(now_ms - at)));
        }
        _ => {}
    }
    for name in &row.others {
        // The prefix and the key are said by the row.
        let own = name.rsplit_once(&format!("{}-", row.key)).map_or(name.as_str(), |(_, own)| own);
        mark(Weight::Bad, format!("ALARM {}", plain(own)));
    }
    if row.muted {
        mark(Weight::Doubt, "muted".to_owned());
    }
    if row.running > 0 {
        let many = match row.running {
            many if row.running_more => format!("{many} or more "),
            1 => String::new(),
            many => format!("{many} "),
        };
        let long = row.running_since_ms.map(|at| format!(" {}", duration(now_ms - at)));
        mark(Weight::Plain, format!("▶ {many}running{}", long.unwrap_or_default()));
    }
    match row.none_in_days {
        Some(days) if row.from_metrics => mark(Weight::Plain, format!("no metrics in {days} days")),
        Some(days) => mark(Weight::Plain, format!("none in {days} days")),
        None if row.from_metrics => mark(Weight::Plain, "from metrics".to_owned()),
        None => {}
    }
    if row.light == Some(Light::Red) {
        let success = match row.last_success_ms {
            Some(at) => format!("last success {}", ago(now_ms - at)),
            None => "no success known".to_owned(),
        };
        mark(Weight::Plain, success);
    }
    marks
}

/// `in Charge: CardError: declined`: the state, the error, and the first line of the cause.
fn because(why: &Why) -> Option<String> {
    if let Some(unread) = &why.unread {
        return Some(plain(unread));
    }
    let state = why.state.as_ref().map(|state| format!("in {}", plain(state)));
    let error = why.error.as_ref().map(|error| plain(error));
    let first = |text: &String| text.trim().lines().next().map(plain);
    let parts = [state, error, why.cause.as_ref().and_then(first)];
    let told: Vec<String> = parts.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    (!told.is_empty()).then(|| told.join(": "))
}

/// A run as one character: a shape on a coloured board, a letter on a plain one.
fn run(status: Status, colour: bool) -> String {
    let paint = Paint(colour);
    let (shape, letter) = match status {
        Status::Succeeded => ('✓', 'S'),
        Status::Failed => ('✗', 'F'),
        Status::TimedOut => ('◷', 'T'),
        Status::Aborted => ('⊘', 'A'),
        Status::Running | Status::PendingRedrive => ('▶', 'R'),
    };
    if !colour {
        return letter.to_string();
    }
    let shape = shape.to_string();
    match status {
        Status::Succeeded => paint.green(&shape),
        Status::Running | Status::PendingRedrive => shape,
        _ => paint.red(&shape),
    }
}

/// `5 green (1 incomplete) · 1 red · 1 late`.
pub fn summary(counts: Counts) -> String {
    let incomplete = match counts.incomplete {
        0 => String::new(),
        n => format!(" ({n} incomplete)"),
    };
    let parts: Vec<String> = [
        (counts.green, "green", incomplete.as_str()),
        (counts.red, "red", ""),
        (counts.grey, "grey", ""),
        (counts.unread, "not read", ""),
        (counts.doubtful, "in doubt", ""),
        (counts.late, "late", ""),
        (counts.stuck, "stuck", ""),
        (counts.settling, "settling", ""),
        (counts.muted, "muted", ""),
    ]
    .iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, word, more)| format!("{n} {word}{more}"))
    .collect();
    if parts.is_empty() { "no machine is watched".to_owned() } else { parts.join(" · ") }
}

/// `3 h ago`; the largest unit alone, since an older run needs no minutes.
pub fn ago(ms: i64) -> String {
    let s = ms.max(0) / 1_000;
    match s {
        0..5 => "just now".to_owned(),
        5..60 => format!("{s} s ago"),
        60..3_600 => format!("{} min ago", s / 60),
        3_600..86_400 => format!("{} h ago", s / 3_600),
        _ => format!("{} d ago", s / 86_400),
    }
}

/// The board as records: `light` for each machine, `guard` for each alarm on Guardian itself, `fleet`
/// for the one over all machines, then `summary`.
pub fn events(board: &Board) -> Vec<Event<'static>> {
    let mut events: Vec<_> = board.rows.iter().map(|row| Event::Light(json!(row))).collect();
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
    summary["notes"] = json!(board.notes);
    events.push(Event::Summary(summary));
    events
}

#[cfg(test)]
mod tests {
    use super::super::sort;
    use super::*;

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
        Board { rows, fleet, guard, notes, as_of_ms: NOW, pulse: None }
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
            let text = board(&mixed(), Look { width, colour: false });
            let whole = |line: &&str| !line.contains("https://");
            assert!(text.lines().filter(whole).all(|l| l.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("board_at_{width}"), text);
        }
    }

    #[test]
    fn colours_change_no_word_of_the_board() {
        let coloured = board(&mixed(), Look { width: 80, colour: true });
        insta::assert_snapshot!("board_in_colour", coloured.replace('\u{1b}', "␛"));
        let mut quiet = mixed();
        quiet.rows.iter_mut().for_each(|row| row.history.clear());
        let look = |colour| Look { width: 80, colour };
        let lines: Vec<String> = board(&quiet, look(true)).lines().map(bare).collect();
        assert_eq!(lines.join("\n"), board(&quiet, look(false)));
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
        insta::assert_snapshot!(board(&shown, Look { width: 80, colour: false }), @r"
        ✖ red     customer-invoices-o…hern-region-import  timed out 59 min ago  no data
                  from metrics, no success known

        1 red
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
        let text = board(&shown, Look { width: 80, colour: false });
        assert!(text.contains("kms:Decrypt action"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_not_called_never_run() {
        let grey = || row("a", Some(Light::Grey), None, None);
        let words = |row: Row| {
            let marks = marks(&row, NOW).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
            (status(&row), marks.join(", "))
        };
        let told = |row, word: &str, marks: &str| {
            assert_eq!(words(row), (word.to_owned(), marks.to_owned()));
        };
        told(Row { never_run: true, ..grey() }, "never run", "");
        told(Row { none_in_days: Some(90), ..grey() }, "no run", "none in 90 days");
        let express = Row { from_metrics: true, none_in_days: Some(455), ..grey() };
        told(express, "unknown", "no metrics in 455 days");
        let settling = Row { settles_at_ms: Some(NOW + 45_000), ..grey() };
        told(settling, "settling", "settling (red in 45 s)");
        told(grey(), "none ended", "");
        let disagrees = Row {
            light: Some(Light::Green),
            status: Some(Status::Succeeded),
            disagrees_since_ms: Some(NOW - 3 * MINUTE),
            ..grey()
        };
        told(disagrees, "succeeded", "light and alarm disagree for 3 min 00 s");
    }

    #[test]
    fn the_board_as_records() {
        let lines: Vec<String> = events(&mixed()).iter().map(Event::record).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_fleets_alarm_has_a_line_of_its_own_which_names_the_worst() {
        let green = |key| row(key, Some(Light::Green), Some(Status::Succeeded), Some(90 * MINUTE));
        let told = |rows: Vec<Row>, state| {
            let fleet = Some(guard("GuardianFleet-shop-dev", state));
            fleet_line(&Board { rows, fleet, as_of_ms: NOW, ..Board::default() })
        };
        assert_eq!(told(vec![green("a")], State::Ok), "fleet OK since 2 h ago");
        let stuck = Row { stuck: true, running_since_ms: Some(NOW - 90 * MINUTE), ..green("b") };
        let expected = "fleet ALARM since 2 h ago; the worst is b, stuck, running for 1 h 30 min";
        assert_eq!(told(vec![green("a"), stuck], State::Alarm), expected);
        let late = Row { late: true, ..green("c") };
        let expected = "fleet ALARM since 2 h ago; the worst is c, late, its last run was 1 h ago";
        assert_eq!(told(vec![late], State::Alarm), expected);
        assert_eq!(fleet(&Board::default()), None);
    }

    fn fleet_line(board: &Board) -> String {
        fleet(board).unwrap()
    }

    #[test]
    fn a_guardian_that_sweeps_is_not_warned_of() {
        let guard = vec![guard("GuardianHeartbeat-shop-dev", State::Ok)];
        let board = Board { guard, as_of_ms: NOW, ..Board::default() };
        assert_eq!((warnings(&board), board.heart()), (Vec::new(), Heart::Beats));
    }

    #[test]
    fn ages_have_one_unit_and_an_empty_board_says_so() {
        for (ms, text) in [
            (-1, "just now"),
            (59_000, "59 s ago"),
            (3_599_000, "59 min ago"),
            (86_399_000, "23 h ago"),
            (864_000_000, "10 d ago"),
        ] {
            assert_eq!(ago(ms), text);
        }
        let text = board(&Board::default(), Look { width: 80, colour: false });
        assert!(text.starts_with("no machine is watched"), "{text}");
    }
}
