//! The results of a command in several regions: whether the next one is tried, and the table at the
//! end.

use crate::exit::Exit;
use crate::global::Global;
use crate::text::{Paint, duration};
use crate::ui::TextStyle;
use guardian_stack::config::Target;
use serde_json::{Value, json};

/// The regions that are asked for; none: what the AWS tools say.
pub(crate) fn asked<'a>(global: &'a Global, target: &'a Target) -> &'a [String] {
    // What the place says has --region and AWS_REGION in it, where there is one.
    if global.regions.is_empty() { &target.regions } else { &global.regions }
}

/// What came of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The region.
    pub(crate) region: String,
    /// How it ended, and after how many milliseconds; none: it was not tried.
    pub(crate) ended: Option<(Exit, i64)>,
}

/// Whether this region's result stops the rollout before the next region.
pub(crate) fn stops(exit: Exit, keep_going: bool) -> bool {
    match exit {
        Exit::Done | Exit::Warnings | Exit::Differences => false,
        // Ctrl-C and SIGTERM stop the remaining regions, too.
        Exit::Interrupted | Exit::Terminated => true,
        _ => !keep_going,
    }
}

/// How serious an end is, the most serious last.
fn severity(exit: Exit) -> u8 {
    match exit {
        Exit::Done => 0,
        Exit::Differences => 1,
        Exit::Warnings => 2,
        Exit::Usage => 3,
        Exit::NotApproved => 4,
        Exit::Invalid => 5,
        Exit::Error => 6,
        Exit::RolledBack => 7,
        Exit::Stuck => 8,
        Exit::Interrupted | Exit::Terminated => 9,
    }
}

/// The most serious end.
pub(crate) fn worst(rows: &[Row]) -> Exit {
    let ends = rows.iter().filter_map(|row| row.ended.map(|(exit, _)| exit));
    ends.max_by_key(|exit| severity(*exit)).unwrap_or(Exit::Done)
}

/// An end in words.
fn words(exit: Exit) -> &'static str {
    match exit {
        Exit::Done => "done",
        Exit::Differences => "differences",
        Exit::Warnings => "done with warnings",
        Exit::Usage => "refused",
        Exit::NotApproved => "not approved",
        Exit::Invalid => "invalid input",
        Exit::Error => "failed",
        Exit::RolledBack => "failed and rolled back",
        Exit::Stuck => "stuck",
        Exit::Interrupted | Exit::Terminated => "detached",
    }
}

/// A line for each region.
pub(crate) fn summary(rows: &[Row], style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let names = rows.iter().map(|row| row.region.chars().count()).max().unwrap_or_default();
    let lines = rows.iter().map(|row| {
        let Some((exit, ms)) = row.ended else {
            return format!("  {:names$}  {}", row.region, paint.dim("not tried"));
        };
        let words = format!("{:22}", words(exit));
        let words = match severity(exit) {
            0 => paint.green(&words),
            1..=2 => paint.yellow(&words),
            _ => paint.red(&words),
        };
        format!("  {:names$}  {words}  {}", row.region, duration(ms))
    });
    format!("{}\n{}", paint.bold("Regions"), lines.collect::<Vec<_>>().join("\n"))
}

pub(crate) fn record(row: &Row) -> Value {
    json!({
        "region": row.region,
        "exit": row.ended.map(|(exit, _)| exit as u8),
        "duration_ms": row.ended.map(|(_, ms)| ms),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(region: &str, ended: Option<(Exit, i64)>) -> Row {
        Row { region: region.into(), ended }
    }

    #[test]
    fn the_most_serious_end_of_all_regions_is_the_end() {
        let end = |exits: &[Exit]| {
            worst(&exits.iter().map(|exit| row("r", Some((*exit, 0)))).collect::<Vec<_>>())
        };
        assert_eq!(end(&[]), Exit::Done);
        assert_eq!(end(&[Exit::Done, Exit::Differences]), Exit::Differences);
        assert_eq!(end(&[Exit::Stuck, Exit::RolledBack, Exit::Done]), Exit::Stuck);
        assert_eq!(end(&[Exit::Error, Exit::Interrupted]), Exit::Interrupted);
    }

    #[test]
    fn a_failure_stops_unless_told_to_go_on_and_a_detach_always_stops() {
        assert!(!stops(Exit::Warnings, false) && !stops(Exit::Differences, false));
        assert!(stops(Exit::RolledBack, false) && !stops(Exit::RolledBack, true));
        assert!(stops(Exit::Terminated, true));
    }

    #[test]
    fn each_region_has_its_line() {
        let rows = [
            row("eu-west-1", Some((Exit::Done, 65_000))),
            row("ap-southeast-2", Some((Exit::RolledBack, 40_000))),
            row("us-east-1", None),
        ];
        let style = |colour| summary(&rows, TextStyle { width: 80, colour });
        insta::assert_snapshot!(style(false));
        insta::assert_snapshot!(style(true).replace('\u{1b}', "ESC"));
        let records: Vec<String> = rows.iter().map(|r| record(r).to_string()).collect();
        insta::assert_snapshot!(records.join("\n"));
    }

    #[test]
    fn a_flag_is_stronger_than_the_configuration() {
        let target = Target {
            regions: vec!["a-1".into(), "b-1".into()],
            assume_role: None,
            stack_set: None,
        };
        let none = Global::default();
        assert_eq!(asked(&none, &target).len(), 2);
        let flag = Global { regions: vec!["c-1".into()], ..Global::default() };
        assert_eq!(asked(&flag, &target), ["c-1"]);
    }
}
