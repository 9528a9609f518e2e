//! How the board looks. Shape and word beside each colour; nothing is printed here.

use super::{Counts, Row, counts};
use crate::text::{Paint, clip, plain};
use crate::ui::Look;
use guardian_contract::Light;
use serde_json::{Value, json};

/// The board for people; `now_ms` is the time that ages are told from.
pub fn board(rows: &[Row], now_ms: i64, look: Look) -> String {
    let paint = Paint(look.colour);
    let mut lines = Vec::new();
    let longest = rows.iter().map(|row| plain(&row.key).chars().count()).max().unwrap_or(0);
    // Light 8, run 20, age 13, alarm 17, spaces.
    let key_width = longest.min(look.width.saturating_sub(64).max(12));
    for row in rows {
        let (shape, word) = sign(row.light);
        let light = format!("{shape} {word:6}");
        let light = match row.light {
            Some(Light::Red) => paint.red(&light),
            Some(Light::Green) => paint.green(&light),
            Some(Light::Grey) => paint.dim(&light),
            None => paint.yellow(&light),
        };
        let key = clip(&plain(&row.key), key_width);
        let run = match (row.status, row.light) {
            (Some(status), _) => status.as_str().to_lowercase().replace('_', " "),
            (None, None) => "not read".to_owned(),
            (None, _) if row.running > 0 => "first run".to_owned(),
            (None, _) => "never run".to_owned(),
        };
        let age = row.at_ms.map(|at| age(now_ms - at)).unwrap_or_default();
        let running = match row.running {
            0 => String::new(),
            1 => " ▶ running".to_owned(),
            n => format!(" ▶ {n} running"),
        };
        let source = if row.from_metrics { " (from metrics)" } else { "" };
        let alarm = row.alarm.as_deref().map_or("no alarm".to_owned(), plain);
        let rest = format!("{key:key_width$}  {run:9} {age:12} {alarm}{running}{source}");
        let room = look.width.saturating_sub(10);
        lines.push(format!("{light}  {}", clip(&rest, room)).trim_end().to_owned());
        if let Some(error) = &row.error {
            lines.push(paint.yellow(&clip(&format!("          {}", plain(error)), look.width)));
        }
        if row.light == Some(Light::Red)
            && let Some(link) = &row.link
        {
            // A link is left whole: it is there to be followed.
            lines.push(paint.dim(&format!("          {}", plain(link))));
        }
    }
    if !rows.is_empty() {
        lines.push(String::new());
    }
    lines.push(summary(counts(rows)));
    lines.join("\n")
}

fn sign(light: Option<Light>) -> (char, &'static str) {
    match light {
        Some(Light::Red) => ('✖', "red"),
        Some(Light::Green) => ('●', "green"),
        Some(Light::Grey) => ('○', "grey"),
        None => ('?', "unread"),
    }
}

/// `5 green · 1 red · 1 grey`.
pub fn summary(counts: Counts) -> String {
    let parts: Vec<String> = [
        (counts.green, "green"),
        (counts.red, "red"),
        (counts.grey, "grey"),
        (counts.unread, "not read"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}"))
    .collect();
    if parts.is_empty() { "no machine is watched".to_owned() } else { parts.join(" · ") }
}

/// `3 h ago`; the largest unit alone, since an older run needs no minutes.
pub fn age(ms: i64) -> String {
    let s = ms.max(0) / 1_000;
    match s {
        0..5 => "just now".to_owned(),
        5..60 => format!("{s} s ago"),
        60..3_600 => format!("{} min ago", s / 60),
        3_600..86_400 => format!("{} h ago", s / 3_600),
        _ => format!("{} d ago", s / 86_400),
    }
}

/// The board as records: `light` for each machine, then `summary`.
pub fn records(rows: &[Row]) -> Vec<(&'static str, Value)> {
    let mut records: Vec<_> = rows.iter().map(|row| ("light", json!(row))).collect();
    records.push(("summary", json!(counts(rows))));
    records
}

#[cfg(test)]
mod tests {
    use super::super::sort;
    use super::*;
    use guardian_contract::Status;

    fn rows() -> Vec<Row> {
        let row = |key: &str, light, status, at_ms| Row {
            light,
            status,
            at_ms,
            alarm: Some("OK".into()),
            ..Row::new(key, &format!("{key}-step-function"))
        };
        let mut rows = vec![
            row("nightly-report", Some(Light::Green), Some(Status::Succeeded), Some(9_990_000)),
            Row {
                alarm: Some("ALARM".into()),
                running: 2,
                link: Some("https://eu-west-1.console.aws.amazon.com/states/home#/x".into()),
                ..row("order\u{1b}[2J", Some(Light::Red), Some(Status::Failed), Some(1_000))
            },
            Row {
                from_metrics: true,
                ..row("click-stream", Some(Light::Green), Some(Status::Succeeded), None)
            },
            Row { alarm: None, running: 1, ..row("contract", Some(Light::Grey), None, None) },
            Row { error: Some("AccessDenied: no".into()), ..row("secret", None, None, None) },
        ];
        sort(&mut rows);
        rows
    }

    #[test]
    fn the_board_is_worst_first_at_80_and_at_120_columns() {
        for width in [80, 120] {
            let text = board(&rows(), 10_000_000, Look { width, colour: false });
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("board_at_{width}"), text);
        }
    }

    #[test]
    fn colours_change_no_word_of_the_board() {
        let coloured = board(&rows(), 10_000_000, Look { width: 80, colour: true });
        assert!(coloured.contains("\u{1b}[31m✖ red"));
        assert!(!coloured.contains("[2J") || coloured.contains("\\u{1b}[2J"));
    }

    #[test]
    fn the_board_as_records() {
        let lines: Vec<String> =
            records(&rows()).iter().map(|(kind, value)| format!("{kind} {value}")).collect();
        insta::assert_snapshot!(lines.join("\n"));
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
            assert_eq!(age(ms), text);
        }
        assert_eq!(board(&[], 0, Look { width: 80, colour: false }), "no machine is watched");
    }
}
