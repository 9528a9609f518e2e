//! A command in several regions: one after the other, and at the end what came of each.

use crate::args::Global;
use crate::commands::{Command, run_one, stack_set};
use crate::exit::{Exit, Failure};
use crate::operation::now_ms;
use crate::project::Project;
use crate::report;
use crate::text::{Paint, duration};
use crate::ui::{Look, Ui};
use guardian_stack::config::Place;
use serde_json::{Value, json};

/// What a command does with several regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// It works in each; and goes on after a failure, or not.
    Each {
        /// Whether it goes on.
        keep_going: bool,
    },
    /// It works in one.
    One,
    /// It works in none.
    None,
}

fn takes(command: &Command) -> Takes {
    match command {
        // A plan is of one stack.
        Command::Deploy(args) if args.plan.is_some() => Takes::One,
        Command::Deploy(args) => Takes::Each { keep_going: args.keep_going },
        Command::Destroy(args) => Takes::Each { keep_going: args.keep_going },
        // They change nothing.
        Command::Diff(_) | Command::Status(_) => Takes::Each { keep_going: true },
        Command::Init(_)
        | Command::Validate(_)
        | Command::Package(_)
        | Command::Config(_)
        | Command::Man(_)
        | Command::Completions(_) => Takes::None,
        _ => Takes::One,
    }
}

/// Runs a command where it is asked for: in the regions of `--region`, else of AWS_REGION, else of
/// the configuration; and with the role that the environment names. A stack set is one thing,
/// whatever its regions.
pub async fn run(command: &Command, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    // A configuration that is missing or broken is told by the command, if it needs one.
    let place = Project::open(global).and_then(|project| project.place()).unwrap_or_default();
    let global = Global { assume_role: place.assume_role.clone(), ..global.clone() };
    if let Some(set) = &place.stack_set {
        return Box::pin(stack_set::run(command, &global, set, ui)).await;
    }
    let regions = asked(&global, &place);
    match takes(command) {
        _ if regions.len() < 2 => Box::pin(run_one(command, &global, ui)).await,
        Takes::None => Box::pin(run_one(command, &global, ui)).await,
        Takes::Each { keep_going } => Ok(each(command, &global, regions, keep_going, ui).await),
        Takes::One => Err(Failure::say(
            Exit::Usage,
            format!("there are {} regions, and this works in one", regions.len()),
        )
        .help(format!("name one with --region: {}", regions.join(", ")))),
    }
}

/// The regions that are asked for; none: what the AWS tools say.
fn asked<'a>(global: &'a Global, place: &'a Place) -> &'a [String] {
    // What the place says has --region and AWS_REGION in it, where there is one.
    if global.regions.is_empty() { &place.regions } else { &global.regions }
}

/// What came of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    region: String,
    /// How it ended, and after how many milliseconds; none: it was not tried.
    ended: Option<(Exit, i64)>,
}

async fn each(
    command: &Command,
    global: &Global,
    regions: &[String],
    keep_going: bool,
    ui: &Ui,
) -> Exit {
    let mut rows: Vec<Row> = Vec::new();
    let mut stopped = false;
    for (number, region) in regions.iter().enumerate() {
        if stopped {
            rows.push(Row { region: region.clone(), ended: None });
            continue;
        }
        let paint = Paint(ui.look.colour);
        let gap = if number == 0 { "" } else { "\n" };
        ui.say(&format!("{gap}{}", paint.bold(&format!("In {region}"))));
        let fields = json!({ "region": region, "number": number + 1, "of": regions.len() });
        ui.record("region", fields);
        let own = Global { region: Some(region.clone()), one_of_several: true, ..global.clone() };
        let began = now_ms();
        let exit = match Box::pin(run_one(command, &own, ui)).await {
            Ok(exit) => exit,
            Err(failure) => {
                report::failure(ui, &failure);
                failure.exit
            }
        };
        rows.push(Row { region: region.clone(), ended: Some((exit, now_ms() - began)) });
        stopped = stops(exit, keep_going);
    }
    ui.say(&format!("\n{}", summary(&rows, ui.look)));
    ui.record("regions", json!({ "regions": rows.iter().map(record).collect::<Vec<_>>() }));
    worst(&rows)
}

/// Whether the next region has to wait for somebody to look at this one.
fn stops(exit: Exit, keep_going: bool) -> bool {
    match exit {
        Exit::Done | Exit::Warnings | Exit::Differences => false,
        // Whoever lets go means all of it.
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
fn worst(rows: &[Row]) -> Exit {
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
fn summary(rows: &[Row], look: Look) -> String {
    let paint = Paint(look.colour);
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

fn record(row: &Row) -> Value {
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
        let look = |colour| summary(&rows, Look { width: 80, colour });
        insta::assert_snapshot!(look(false));
        insta::assert_snapshot!(look(true).replace('\u{1b}', "ESC"));
        let records: Vec<String> = rows.iter().map(|r| record(r).to_string()).collect();
        insta::assert_snapshot!(records.join("\n"));
    }

    #[test]
    fn a_flag_is_stronger_than_the_configuration() {
        let place =
            Place { regions: vec!["a-1".into(), "b-1".into()], assume_role: None, stack_set: None };
        let none = Global::default();
        assert_eq!(asked(&none, &place).len(), 2);
        let flag = Global { regions: vec!["c-1".into()], ..Global::default() };
        assert_eq!(asked(&flag, &place), ["c-1"]);
    }
}
