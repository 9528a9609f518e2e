//! Incidents and the report, as text of the terminal's width and as records.
//! Nothing is printed here.

use super::statistics::{Cause, Statistics};
use super::{Period, duration_ms};
use crate::event::Event;
use crate::text::{Paint, clip, count, duration, plain, shorten};
use crate::ui::TextStyle;
use guardian_aws::clock::time;
use guardian_board::target::console_link;
use guardian_contract::Incident;
use serde_json::{Value, json};

/// Columns beside the key of an incident: its sign, start, duration and failures, and the spaces
/// between them.
const BESIDE_KEY: usize = 8 + 2 + 2 + 16 + 2 + 12 + 2 + 12;
/// Columns beside the key in a report.
const BESIDE_MACHINE: usize = 2 + 8 + 2 + 9 + 2 + 4 + 2 + 12 + 2 + 12;
/// The shortest that a key is made.
const SHORTEST_KEY: usize = 12;
/// Machines that a report lists.
const LISTED: usize = 50;

/// The list of incidents for people.
pub fn incidents(list: &[Incident], period: Period, style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let since = time(period.from_ms);
    if list.is_empty() {
        return format!("no incident since {since}");
    }
    let key_width = key_width(list.iter().map(|one| one.machine.as_str()), BESIDE_KEY, style);
    let mut lines = Vec::new();
    for one in list {
        let sign = match one.end_ms {
            None => paint.red("✖ open  "),
            Some(_) => paint.green("● ended "),
        };
        let key = shorten(&plain(&one.machine), key_width);
        let start = minute(one.start_ms);
        let took = duration(duration_ms(one, period.to_ms));
        let failures = count(one.failures as usize, "failure");
        lines.push(format!("{sign}  {key:key_width$}  {start}  {took:12}  {failures}"));
        let room = style.width.saturating_sub(10);
        if let Some(why) = why(one) {
            lines.push(format!("          {}", clip(&why, room)));
        }
        if let Some(link) = console_link(&one.execution) {
            lines.push(paint.dim(&format!("          {}", plain(&link))));
        }
    }
    lines.push(String::new());
    let open = list.iter().filter(|one| one.end_ms.is_none()).count();
    lines.push(format!("{} since {since}, {open} open", count(list.len(), "incident")));
    lines.push(paint.dim("times are UTC; the newest first"));
    lines.join("\n")
}

/// The report for people.
pub fn report(
    machines: &[Statistics],
    all: &Statistics,
    period: Period,
    style: TextStyle,
) -> String {
    let paint = Paint(style.colour);
    let mut lines = vec![format!("since {}, the least green first", time(period.from_ms))];
    let bad: Vec<&Statistics> = machines.iter().filter(|one| one.incidents > 0).collect();
    let listed = bad.iter().take(LISTED);
    let total = "all machines";
    let names = listed.clone().filter_map(|one| one.machine.as_deref()).chain([total]);
    let key_width = key_width(names, BESIDE_MACHINE, style);
    lines.push(String::new());
    lines.push(paint.dim(&format!(
        "{:key_width$}  {:>8}  {:>9}  {:>4}  {:>12}  {:>12}",
        "machine", "green", "incidents", "open", "median", "longest"
    )));
    for one in listed {
        lines.push(line(one, one.machine.as_deref().unwrap_or_default(), key_width));
        lines.extend(causes(&one.causes, style).map(|text| format!("  {text}")));
    }
    if bad.len() > LISTED {
        lines.push(format!("… and {} more with incidents (--json)", bad.len() - LISTED));
    }
    let good = machines.len() - bad.len();
    if good > 0 {
        lines.push(paint.dim(&format!("{} without an incident", count(good, "machine"))));
    }
    lines.push(String::new());
    lines.push(paint.bold(&line(all, total, key_width)));
    lines.extend(causes(&all.causes, style).map(|text| format!("  {text}")));
    lines.push(paint.dim("median and longest are times to recovery"));
    lines.join("\n")
}

fn line(one: &Statistics, name: &str, key_width: usize) -> String {
    let key = shorten(&plain(name), key_width);
    let took = |ms: Option<i64>| ms.map_or_else(|| "-".to_owned(), duration);
    let (median, longest) = (took(one.median_recovery_ms), took(one.longest_recovery_ms));
    let (green, incidents, open) = (percent(one.green), one.incidents, one.open);
    format!("{key:key_width$}  {green:>8}  {incidents:>9}  {open:>4}  {median:>12}  {longest:>12}")
}

/// `99.95 %`; what is not quite all is not rounded up to it.
fn percent(share: Option<f64>) -> String {
    match share {
        None => "-".to_owned(),
        Some(share) if share >= 1.0 => "100 %".to_owned(),
        Some(share) => format!("{:.2} %", (share * 10_000.0).floor().max(0.0) / 100.0),
    }
}

/// A line of causes: `7 × CardError in Charge, 2 × States.Timeout`.
fn causes(causes: &[Cause], style: TextStyle) -> impl Iterator<Item = String> {
    let one = |cause: &Cause| {
        let error = cause.error.as_deref().map_or_else(|| "no error known".to_owned(), plain);
        let state = cause.state.as_deref().map(|state| format!(" in {}", plain(state)));
        format!("{} × {error}{}", cause.incidents, state.unwrap_or_default())
    };
    let text = causes.iter().map(one).collect::<Vec<_>>().join(", ");
    let line = (!text.is_empty()).then(|| clip(&text, style.width.saturating_sub(2)));
    line.into_iter()
}

fn key_width<'a>(keys: impl Iterator<Item = &'a str>, beside: usize, style: TextStyle) -> usize {
    let longest = keys.map(|key| plain(key).chars().count()).max().unwrap_or(0);
    longest.min(style.width.saturating_sub(beside).max(SHORTEST_KEY)).max("machine".len())
}

/// `2026-11-26 14:03`.
fn minute(ms: i64) -> String {
    time(ms).chars().take(16).collect::<String>().replace('T', " ")
}

/// `in Charge: CardError: declined`, on one line.
fn why(incident: &Incident) -> Option<String> {
    let first = |text: &String| text.trim().lines().next().map(plain);
    let state = incident.state.as_ref().map(|state| format!("in {}", plain(state)));
    let error = incident.error.as_ref().map(|error| plain(error));
    let parts = [state, error, incident.cause.as_ref().and_then(first)];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

/// A record of each incident.
pub fn incident_events(list: &[Incident], now_ms: i64) -> Vec<Event<'static>> {
    let record = |one: &Incident| {
        json!({
            "key": one.machine,
            "machine_arn": one.machine_arn,
            "start_ms": one.start_ms,
            "end_ms": one.end_ms,
            "open": one.end_ms.is_none(),
            "duration_ms": duration_ms(one, now_ms),
            "failures": one.failures,
            "status": one.status,
            "state": one.state,
            "error": one.error,
            "cause": one.cause,
            "execution": one.execution,
            "redrive_count": one.redrive_count,
            "link": console_link(&one.execution),
        })
    };
    list.iter().map(|one| Event::Incident(record(one))).collect()
}

/// A record of each machine, then one of all.
pub fn report_events(
    machines: &[Statistics],
    all: &Statistics,
    period: Period,
) -> Vec<Event<'static>> {
    let record = |one: &Statistics| {
        let mut value: Value = json!(one);
        value["from_ms"] = json!(period.from_ms);
        value["to_ms"] = json!(period.to_ms);
        Event::Report(value)
    };
    machines.iter().chain([all]).map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::super::statistics::{overall, per_machine};
    use super::super::tests::{HOUR, incident, row};
    use super::super::within;
    use super::*;

    const START_H: i64 = 491_000;
    const PERIOD: Period = Period { from_ms: START_H * HOUR, to_ms: (START_H + 720) * HOUR };
    const STYLE: TextStyle = TextStyle { width: 80, colour: false };

    fn list() -> Vec<Incident> {
        let mut long =
            incident("customer-invoices-of-the-last-quarter", START_H - 9, Some(START_H + 3), "E");
        (long.state, long.error, long.cause) = (None, None, None);
        let mut open = incident("order", START_H + 700, None, "CardError\u{1b}[2J");
        open.cause = Some(format!("declined {}\nat charge.py:12", "by the bank ".repeat(20)));
        open.failures = 1;
        vec![open, incident("order", START_H + 10, Some(START_H + 12), "Timeout"), long]
    }

    fn no_line_is_wider(text: &str) {
        let wide = |line: &&str| !line.contains("https://") && line.chars().count() > 80;
        assert_eq!(text.lines().find(wide), None, "{text}");
    }

    #[test]
    fn incidents_are_a_list_that_fits_80_columns() {
        let text = incidents(&within(list(), &[], PERIOD), PERIOD, STYLE);
        no_line_is_wider(&text);
        insta::assert_snapshot!("incidents", text);
        let none = incidents(&[], PERIOD, STYLE);
        assert!(none.starts_with("no incident since 2026-"), "{none}");
    }

    #[test]
    fn the_report_is_a_table_that_fits_80_columns() {
        let rows = [row("order", START_H - 1), row("nightly", START_H - 1)];
        let list = within(list(), &rows, PERIOD);
        let machines = per_machine(&list, &rows, PERIOD);
        let all = overall(&machines, &list, PERIOD);
        let text = report(&machines, &all, PERIOD, STYLE);
        no_line_is_wider(&text);
        insta::assert_snapshot!("report", text);
        let records: Vec<String> =
            report_events(&machines, &all, PERIOD).iter().map(Event::record).collect();
        insta::assert_snapshot!("report_as_records", records.join("\n"));
    }

    #[test]
    fn incidents_as_records() {
        let records: Vec<String> =
            incident_events(&list(), PERIOD.to_ms).iter().map(Event::record).collect();
        insta::assert_snapshot!("incidents_as_records", records.join("\n"));
    }

    #[test]
    fn a_share_is_not_rounded_up_to_all() {
        assert_eq!(percent(Some(1.0)), "100 %");
        assert_eq!(percent(Some(0.999_999)), "99.99 %");
        assert_eq!(percent(Some(0.0)), "0.00 %");
        assert_eq!(percent(None), "-");
    }
}
