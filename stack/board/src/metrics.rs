//! The board in the OpenMetrics text format, for `/metrics`. Healthy machines are
//! only counted, so that the size of the response grows with the number of faults.

use crate::board::{Banner, Board};
use crate::machine::Machine;
use crate::text::{clip, plain};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The media type of [`metrics`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The metrics.
pub fn metrics(board: &Board) -> String {
    let mut out = String::new();
    family(&mut out, "guardian_machines", "Machines by state.");
    let counts = &board.counts;
    for (state, n) in [
        ("red", counts.red),
        ("late", counts.late),
        ("stuck", counts.stuck),
        ("unread", counts.unread),
        ("doubt", counts.doubt),
        ("express", counts.express),
        ("never", counts.never),
        ("green", counts.green),
    ] {
        let _ = writeln!(out, "guardian_machines{{state=\"{state}\"}} {n}");
    }
    for (name, help, n) in [
        ("guardian_running_machines", "Machines with a run in progress.", counts.running),
        ("guardian_muted_machines", "Machines that are muted.", counts.muted),
        (
            "guardian_acknowledged_machines",
            "Machines whose fault is acknowledged.",
            counts.acknowledged,
        ),
        ("guardian_banners", "Warnings about Guardian itself.", board.banners.len()),
    ] {
        family(&mut out, name, help);
        let _ = writeln!(out, "{name} {n}");
    }
    family(&mut out, "guardian_banner", "Kinds of these warnings, one series each, always 1.");
    for kind in board.banners.iter().map(Banner::kind).collect::<BTreeSet<_>>() {
        let _ = writeln!(out, "guardian_banner{{kind=\"{kind}\"}} 1");
    }
    let bad = board.machines.iter().filter(|machine| machine.state().is_bad());
    family(&mut out, "guardian_machine_bad", "Machines to look at, one series each, always 1.");
    for machine in bad.clone() {
        let state = machine.state().name();
        let _ = writeln!(out, "guardian_machine_bad{{{},state=\"{state}\"}} 1", labels(machine));
    }
    let since = "guardian_machine_bad_since_timestamp_seconds";
    timed(&mut out, since, "When their state began, in seconds since the epoch.");
    for machine in bad {
        if let Some(at) = machine.since_ms() {
            let _ = writeln!(out, "{since}{{{}}} {}", labels(machine), seconds(at));
        }
    }
    let times = [
        ("guardian_as_of_timestamp_seconds", "When the board was made.", Some(board.as_of_ms)),
        (
            "guardian_oldest_read_timestamp_seconds",
            "When the machine was read that has waited longest.",
            board.oldest_ms,
        ),
    ];
    for (name, help, at) in times {
        timed(&mut out, name, help);
        if let Some(at) = at {
            let _ = writeln!(out, "{name} {}", seconds(at));
        }
    }
    out.push_str("# EOF\n");
    out
}

fn family(out: &mut String, name: &str, help: &str) {
    let _ = writeln!(out, "# TYPE {name} gauge\n# HELP {name} {help}");
}

fn timed(out: &mut String, name: &str, help: &str) {
    let _ = writeln!(out, "# TYPE {name} gauge\n# UNIT {name} seconds\n# HELP {name} {help}");
}

fn labels(machine: &Machine) -> String {
    format!(
        "machine=\"{}\",group=\"{}\",account=\"{}\",region=\"{}\"",
        label(&machine.key),
        label(&machine.group),
        label(&machine.target.account),
        label(&machine.target.region)
    )
}

/// Control characters become visible first, so that a line feed is one no more.
fn label(text: &str) -> String {
    plain(&clip(text, 120)).replace('\\', "\\\\").replace('"', "\\\"")
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms.div_euclid(1_000), ms.rem_euclid(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_metrics_of_eight_machines() {
        insta::assert_snapshot!(metrics(&sample::board(8)));
    }

    #[test]
    fn every_line_is_a_comment_or_one_sample_of_the_family_above_it() {
        for n in [0, 8, 100, 1_000, 10_000] {
            let text = metrics(&sample::board(n));
            assert!(text.ends_with("# EOF\n"));
            let (mut current, mut seen) = (String::new(), BTreeSet::new());
            for line in text.lines() {
                if let Some(rest) = line.strip_prefix("# TYPE ") {
                    current = rest.split(' ').next().unwrap().to_owned();
                } else if !line.starts_with("# ") {
                    let (series, value) = line.rsplit_once(' ').unwrap();
                    assert_eq!(series.split('{').next(), Some(current.as_str()), "{line}");
                    assert!(value.parse::<f64>().is_ok(), "{line}");
                    assert!(seen.insert(series.to_owned()), "twice: {line}");
                    let quotes =
                        series.replace("\\\\", "").replace("\\\"", "").matches('"').count();
                    assert_eq!(quotes % 2, 0, "{line}");
                }
            }
        }
    }
}
