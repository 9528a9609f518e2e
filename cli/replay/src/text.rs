//! A replay as text for people, 80 columns wide.

use crate::alarm::MINUTE_MS;
use crate::history::Origin;
use crate::report::{Delays, MachineReport, RecipeReport, Replay, Score, Stretches};
use guardian_contract::count;
use std::fmt::Write;

/// Columns.
const WIDTH: usize = 80;

/// The report; of each recipe's machines, the `worst` first and no more than so many.
pub fn render(replay: &Replay, worst: usize) -> String {
    let mut out = String::new();
    head(&mut out, replay);
    totals(&mut out, replay);
    for recipe in &replay.recipes {
        machines(&mut out, recipe, worst);
    }
    ranges(&mut out, replay);
    out
}

/// A duration in six characters or so: `45s`, `3m20s`, `47m`, `5h07m`, `2d03h`.
pub fn duration(ms: i64) -> String {
    let s = (ms + 500) / 1000;
    let (m, h, d) = (s / 60, s / 3600, s / 86_400);
    match s {
        ..=99 => format!("{s}s"),
        100..=599 => format!("{m}m{:02}s", s % 60),
        600..=5_999 => format!("{m}m"),
        6_000..=172_799 => format!("{h}h{:02}m", m % 60),
        _ => format!("{d}d{:02}h", h % 24),
    }
}

fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

fn head(out: &mut String, replay: &Replay) {
    let what = match replay.origin {
        Origin::Recorded => "recorded".to_owned(),
        Origin::Simulated(seed) => format!("simulated (seed {seed}), not recorded"),
    };
    let _ = writeln!(
        out,
        "{}, {} of executions, {what}\n{} to {}",
        count(replay.truths.len(), "machine"),
        count(replay.attempts, "attempt"),
        instant(replay.from_ms),
        instant(replay.to_ms)
    );
    if replay.hidden_attempts > 0 {
        let _ = writeln!(
            out,
            "{} without a recorded end, for it was redriven: the light between is not\nknown, and \
             what follows takes it for unchanged.",
            count(replay.hidden_attempts, "attempt")
        );
    }
    if let Some((longest_ms, machines)) = replay.settle {
        let _ = writeln!(
            out,
            "a first failure has up to {} to be retried, at {machines} of the machines",
            duration(longest_ms)
        );
    }
    let c = &replay.conditions;
    let s = |ms: i64| ms as f64 / 1000.0;
    let between = |(least, most): (i64, i64)| format!("{}-{}s", s(least), s(most));
    let _ = writeln!(
        out,
        "assumed: event to point {}, sweep or tick {} late, tick takes {},\n\
         ingest {}, {}% of events lost, each machine listed every {};\n\
         up to {} late is late, longer is false\n",
        between(c.hint_delay_ms),
        between(c.sweep_delay_ms),
        between(c.tick_takes_ms),
        between(c.ingest_delay_ms),
        c.lost_events * 100.0,
        duration(c.round_ms.unwrap_or(MINUTE_MS)),
        duration(replay.grace_ms)
    );
}

fn delays(delays: Delays) -> String {
    let one = |ms: Option<i64>| ms.map_or("-".to_owned(), duration);
    format!("{} / {}", one(delays.median_ms), one(delays.worst_ms))
}

fn stretches(stretches: Stretches) -> String {
    match stretches.count {
        0 => "0".to_owned(),
        count => format!("{count} = {}", duration(stretches.ms)),
    }
}

fn missed(missed: usize, brief: usize) -> String {
    match brief {
        0 => missed.to_string(),
        brief => format!("{missed} ({brief} brief)"),
    }
}

fn totals(out: &mut String, replay: &Replay) {
    type Row = (&'static str, fn(&Score) -> String);
    let rows: [Row; 13] = [
        ("failures", |s| s.turned_red.to_string()),
        ("  never shown", |s| missed(s.red_missed, s.red_missed_brief)),
        ("  ALARM still on from before", |s| s.red_standing.to_string()),
        ("  shown after, median / worst", |s| delays(s.detection)),
        ("recoveries", |s| s.turned_green.to_string()),
        ("  never shown", |s| missed(s.green_missed, s.green_missed_brief)),
        ("  OK still on from before", |s| s.green_standing.to_string()),
        ("  shown after, median / worst", |s| delays(s.recovery)),
        ("false greens", |s| stretches(s.false_greens)),
        ("false reds", |s| stretches(s.false_reds)),
        ("OK while red, delays included", |s| duration(s.ok_while_red_ms)),
        ("INSUFFICIENT_DATA", |s| share(s.grey_ms, s.known_ms)),
        ("times ALARM was raised", |s| s.raised.to_string()),
    ];
    let label = 29;
    let column = (WIDTH - label) / replay.recipes.len().max(1) - 1;
    let mut line = |name: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|c| format!(" {c:>column$}")).collect();
        let _ = writeln!(out, "{name:<label$}{cells}");
    };
    line("", replay.recipes.iter().map(|r| short(r).to_owned()).collect());
    for (name, cell) in rows {
        line(name, replay.recipes.iter().map(|r| cell(&r.total)).collect());
    }
}

fn share(part: i64, all: i64) -> String {
    match all {
        0 => "-".to_owned(),
        all => format!("{} ({}%)", duration(part), part * 100 / all),
    }
}

/// A recipe's word where a column is narrow.
fn short(recipe: &RecipeReport) -> &'static str {
    match recipe.recipe.word() {
        "original-as-deployed" => "as deployed",
        word => word,
    }
}

fn machines(out: &mut String, recipe: &RecipeReport, worst: usize) {
    let badness = |m: &MachineReport| {
        let s = &m.score;
        (s.false_greens.ms, s.red_missed + s.green_missed, s.false_reds.ms, s.grey_ms)
    };
    let mut sorted: Vec<&MachineReport> = recipe.machines.iter().collect();
    sorted.sort_by(|a, b| badness(b).cmp(&badness(a)).then(a.machine.cmp(&b.machine)));
    let shown = worst.min(sorted.len());
    if shown == 0 {
        return;
    }
    let _ = writeln!(
        out,
        "\n{}, {shown} worst of {}\n{:<20} {:>4} {:>4} {:>6} {:>6} {:>6} {:>6} {:>7} {:>6} {:>6}",
        recipe.recipe.word(),
        count(sorted.len(), "machine"),
        "",
        "reds",
        "miss",
        "detect",
        "worst",
        "recov.",
        "worst",
        "f.green",
        "f.red",
        "grey",
    );
    let one = |ms: Option<i64>| ms.map_or("-".to_owned(), duration);
    let or_dash = |ms: i64| if ms == 0 { "-".to_owned() } else { duration(ms) };
    for MachineReport { machine, score: s, .. } in sorted.into_iter().take(shown) {
        let _ = writeln!(
            out,
            "{:<20} {:>4} {:>4} {:>6} {:>6} {:>6} {:>6} {:>7} {:>6} {:>6}",
            cut(machine.as_str(), 20),
            s.turned_red,
            s.red_missed,
            one(s.detection.median_ms),
            one(s.detection.worst_ms),
            one(s.recovery.median_ms),
            one(s.recovery.worst_ms),
            or_dash(s.false_greens.ms),
            or_dash(s.false_reds.ms),
            or_dash(s.grey_ms),
        );
    }
}

/// At most so many characters, the middle left out.
fn cut(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= most {
        return text.to_owned();
    }
    let head = most / 2;
    let tail = most - head - 1;
    chars[..head].iter().chain(&['…']).chain(&chars[chars.len() - tail..]).collect()
}

fn ranges(out: &mut String, replay: &Replay) {
    if replay.recipes.iter().all(|r| r.by_range.is_empty()) {
        return;
    }
    let _ = writeln!(
        out,
        "\nCloudWatch does not publish how many periods it fetches (the evaluation range).\n\
         What hangs on it:\n{:<20} {:>7} {:>16} {:>16} {:>16}",
        "", "periods", "failures missed", "false greens", "INSUFFICIENT"
    );
    for recipe in &replay.recipes {
        let mut row = |range: String, score: &Score| {
            let _ = writeln!(
                out,
                "{:<20} {range:>7} {:>16} {:>16} {:>16}",
                recipe.recipe.word(),
                format!("{} of {}", score.red_missed, score.turned_red),
                stretches(score.false_greens),
                share(score.grey_ms, score.known_ms),
            );
        };
        if recipe.by_range.iter().all(|(_, score)| *score == recipe.total) {
            row("any".to_owned(), &recipe.total);
            continue;
        }
        for (range, score) in &recipe.by_range {
            let mark = if *range == recipe.alarm.range { "*" } else { " " };
            row(format!("{range}{mark}"), score);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_and_change_their_units() {
        let texts =
            [0, 99, 100, 599, 600, 5_999, 6_000, 172_799, 172_800].map(|s| duration(s * 1000));
        assert_eq!(
            texts,
            ["0s", "99s", "1m40s", "9m59s", "10m", "99m", "1h40m", "47h59m", "2d00h"]
        );
    }

    #[test]
    fn a_long_name_keeps_its_ends() {
        assert_eq!(cut("abcdefghij", 5), "ab…ij");
        assert_eq!(cut("abc", 5), "abc");
    }
}
