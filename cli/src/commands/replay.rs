//! `guardian replay`: what each recipe's alarms would have said of past executions, against what
//! was true.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::ui::Ui;
use clap::ValueEnum;
use guardian_contract::{Aborted, Declared, Scope, Watch};
use guardian_replay::report::{Options, RANGES};
use guardian_replay::{Conditions, History, HistoryError, Plan, Recipe, Replay, replay, simulate};
use guardian_replay::{svg, text};
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use thiserror::Error;

const DAY_MS: i64 = 86_400_000;

/// Options of `replay`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    group(clap::ArgGroup::new("source").required(true).args(["history", "simulate", "from_aws"])),
    after_help = "guardian replay --simulate --seed 1 --svg week.svg\n\
                  guardian replay --from-aws --days 14 --save history.ndjson\n\
                  guardian replay --history history.ndjson --semantics all --range 2"
)]
pub struct Args {
    /// Recorded history to read: NDJSON, one attempt of an execution a line (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// Simulate executions from a seed
    #[arg(long)]
    pub simulate: bool,
    /// Read the past executions of this account and region
    #[arg(long)]
    pub from_aws: bool,
    /// Only machines of this name or glob; may be repeated
    #[arg(long = "machine", value_name = "GLOB", requires = "from_aws")]
    pub names: Vec<String>,
    /// Seed of simulated executions and of delays
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Number of machines to simulate
    #[arg(long, value_name = "N", default_value_t = 50,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub machines: u32,
    /// Number of days to simulate or to read
    #[arg(long, value_name = "N", default_value_t = 7,
          value_parser = clap::value_parser!(u32).range(1..=90))]
    pub days: u32,
    /// Recipes to compare
    #[arg(long, value_enum, default_value = "both")]
    pub semantics: Compared,
    /// Meaning of an aborted run
    #[arg(long, value_enum, default_value = "red")]
    pub aborted: AbortedWord,
    /// Time that a failed run may be retried before it counts, as in 2m [default: none, or with
    /// --from-aws the one of guardian.yaml]
    #[arg(long, value_name = "TIME", value_parser = settle)]
    pub settle: Option<u32>,
    /// Percentage of lost execution events
    #[arg(long, value_name = "PERCENT", default_value_t = 0,
          value_parser = clap::value_parser!(u8).range(0..=100))]
    pub lost_events: u8,
    /// Periods that an alarm evaluation fetches, a number that AWS does not publish [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub range: Option<u32>,
    /// File to draw the timelines into
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// File to write the history to
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Number of machines to list for each recipe, the worst first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub worst: usize,
}

/// Recipes to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Compared {
    /// The published recipe as intended
    Original,
    /// The published recipe as its code is: no alarm ever gets data
    OriginalAsDeployed,
    /// Guardian's default
    LastFinished,
    /// original and last-finished
    Both,
    /// Every recipe
    All,
}

/// [`Aborted`] on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AbortedWord {
    /// A failure
    Red,
    /// Nothing
    Ignore,
}

impl Compared {
    fn recipes(self) -> Vec<Recipe> {
        match self {
            Self::Original => vec![Recipe::Original],
            Self::OriginalAsDeployed => vec![Recipe::OriginalAsDeployed],
            Self::LastFinished => vec![Recipe::LastFinished],
            Self::Both => vec![Recipe::Original, Recipe::LastFinished],
            Self::All => {
                vec![Recipe::OriginalAsDeployed, Recipe::Original, Recipe::LastFinished]
            }
        }
    }
}

/// A line of a history file that cannot be read.
#[derive(Debug, Error, Diagnostic)]
#[error("{reason}")]
#[diagnostic(help(
    "each line is one attempt of an execution: {{\"machine\":…,\"execution\":…,\"status\":…,\"start\":…,\"stop\":…}}"
))]
struct BadHistory {
    reason: String,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    at: Option<SourceSpan>,
}

impl BadHistory {
    fn new(name: &str, text: &str, error: &HistoryError) -> Self {
        let before: usize =
            text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
        let line = text[before..].lines().next().unwrap_or_default();
        let at = (error.line > 0).then(|| SourceSpan::from((before, line.len())));
        Self { reason: error.reason.clone(), file: NamedSource::new(name, text.to_owned()), at }
    }
}

/// Replays and reports.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (history, declared, exit) = if let Some(path) = &args.history {
        (read(path)?, Watch::default(), Exit::Done)
    } else if args.from_aws {
        fetch(args, global, ui).await?
    } else {
        let plan = Plan { seed: args.seed, machines: args.machines, days: args.days };
        (simulate(plan), Watch::default(), Exit::Done)
    };
    let replayed = replay(&history, &options(args, declared));
    if let Some(path) = &args.save {
        write(path, &history.write())?;
    }
    if let Some(path) = &args.svg {
        write(path, &svg::render(&replayed))?;
    }
    ui.say(&text::render(&replayed, args.worst));
    events(&replayed).iter().for_each(|event| ui.emit(event));
    Ok(exit)
}

/// A length of time on the command line.
fn settle(text: &str) -> Result<u32, String> {
    guardian_stack::config::duration(text).map_err(|wrong| match wrong.help {
        Some(help) => format!("{}; {help}", wrong.message),
        None => wrong.message,
    })
}

fn options(args: &Args, declared: Watch) -> Options {
    let settle = args.settle.map(|seconds| Watch {
        defaults: Declared { settle_s: Some(seconds), ..Declared::default() },
        ..Watch::default()
    });
    Options {
        watch: settle.unwrap_or(declared),
        recipes: args.semantics.recipes(),
        aborted: match args.aborted {
            AbortedWord::Red => Aborted::Red,
            AbortedWord::Ignore => Aborted::Ignore,
        },
        conditions: Conditions {
            seed: args.seed,
            lost_events: f64::from(args.lost_events) / 100.0,
            ..Conditions::default()
        },
        range: args.range,
        ranges: RANGES.to_vec(),
        ..Options::default()
    }
}

fn read(path: &Path) -> Result<History, Failure> {
    let name = path.display().to_string();
    let mut text = String::new();
    let got = if name == "-" {
        std::io::stdin().lock().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    got.map_err(|error| {
        Failure::invalid(format!("cannot read the history `{name}`"))
            .because(error)
            .help("name a file that `guardian replay --save` has written, or one like it")
    })?;
    History::parse(&text)
        .map_err(|error| Failure::new(Exit::Invalid, BadHistory::new(&name, &text, &error)))
}

/// The history, what the configuration declares of its machines, and whether some are missing.
async fn fetch(args: &Args, global: &Global, ui: &Ui) -> Result<(History, Watch, Exit), Failure> {
    let app = Project::open_if_any(global)?.map(|project| project.resolve()).transpose()?;
    let app = app.map(|resolved| resolved.app);
    let region = app.as_ref().and_then(|app| app.region.as_deref());
    let config = guardian_aws::load(&global.target(region)).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let to_ms = i64::try_from(now).unwrap_or(i64::MAX);
    let from_ms = to_ms - i64::from(args.days) * DAY_MS;
    let scope = scope(&args.names, app.as_ref().map(|app| &app.scope));
    let found = crate::executions::recorded(&config, &scope, from_ms).await?;
    let mut exit = Exit::Done;
    if found.express > 0 {
        ui.note(&format!(
            "EXPRESS machines left out, as their runs cannot be listed: {}",
            found.express
        ));
    }
    for left_out in &found.unreadable {
        ui.note(&format!("left out: {left_out}"));
        exit = Exit::Warnings;
    }
    if found.machines.is_empty() {
        return Err(Failure::error("there is no state machine to replay")
            .help("check the region and the account, and --machine if it was given"));
    }
    let declared = app.map(|app| app.watch).unwrap_or_default();
    Ok((History::from_runs(from_ms, to_ms, found.machines), declared, exit))
}

/// Machines to replay: those that are named, else those that guardian.yaml has the function look
/// at, and without one all. What it excludes is left out either way.
fn scope(names: &[String], configured: Option<&Scope>) -> Scope {
    let mut scope = configured.cloned().unwrap_or_default();
    if !names.is_empty() {
        scope.include = names.to_vec().into();
    }
    scope
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::error(format!("cannot write `{}`", path.display()))
            .because(error)
            .help("name a file in a directory that exists and may be written to")
    })
}

/// The records of `--json`: what was replayed, the totals of each recipe, each machine's truth and
/// what each recipe made of it. Timelines are `changes` of `[milliseconds since the epoch, state]`.
fn events(replayed: &Replay) -> Vec<Event<'_>> {
    let mut events = vec![Event::Replay(json!({
        "origin": replayed.origin,
        "from_ms": replayed.from_ms,
        "to_ms": replayed.to_ms,
        "machines": replayed.truths.len(),
        "attempts": replayed.attempts,
        "hidden_attempts": replayed.hidden_attempts,
        "grace_ms": replayed.grace_ms,
        "settle": replayed.settle.map(|(longest_ms, machines)| {
            json!({ "longest_ms": longest_ms, "machines": machines })
        }),
        "conditions": replayed.conditions,
    }))];
    for (machine, truth) in &replayed.truths {
        events.push(Event::Truth { machine: machine.as_str(), truth: json!(truth) });
    }
    for report in &replayed.recipes {
        for machine in &report.machines {
            events.push(Event::Machine(json!({
                "recipe": report.recipe,
                "machine": machine.machine,
                "score": machine.score,
                "said": machine.said,
            })));
        }
        let by_range = report.by_range.iter();
        let by_range: Vec<Value> =
            by_range.map(|(range, score)| json!({ "range": range, "score": score })).collect();
        events.push(Event::Recipe(json!({
            "recipe": report.recipe,
            "alarm": report.alarm,
            "total": report.total,
            "by_range": by_range,
        })));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_shown_with_its_place() {
        let text = "\n{\"machine\":\"m\",\"execution\":\"a\",\"status\":\"FAILED\",\"start\":1700000000000}\n";
        let error = History::parse(text).unwrap_err();
        let bad = BadHistory::new("history.ndjson", text, &error);
        let record = crate::report::record(&bad);
        assert_eq!((&record["file"], &record["line"]), (&json!("history.ndjson"), &json!(2)));
        assert_eq!(record["message"], "an attempt that is FAILED needs `stop`");
        let nothing = BadHistory::new("-", "", &History::parse("").unwrap_err());
        assert!(crate::report::record(&nothing).get("line").is_none());
    }

    #[test]
    fn the_configuration_says_which_machines_are_replayed_unless_some_are_named() {
        let configured = Scope::from_lists(Some("a*"), Some("ab"));
        assert!(scope(&[], None).covers("x"));
        let by_file = scope(&[], Some(&configured));
        assert!(by_file.covers("ac") && !by_file.covers("ab") && !by_file.covers("x"));
        let named = scope(&["x".into(), "ab".into()], Some(&configured));
        assert!(named.covers("x") && !named.covers("ac") && !named.covers("ab"));
    }

    #[test]
    fn a_time_to_settle_is_written_as_in_the_configuration() {
        assert_eq!(settle("2m"), Ok(120));
        assert!(settle("2").unwrap_err().contains("90s, 15m"));
    }

    #[test]
    fn records_have_each_machine_and_each_recipe_once() {
        let plan = Plan { seed: 1, machines: 3, days: 1 };
        let options = Options { recipes: Compared::All.recipes(), ..Options::default() };
        let replayed = replay(&simulate(plan), &options);
        let records = events(&replayed);
        let records: Vec<Value> =
            records.iter().map(|e| serde_json::from_str(&e.record()).unwrap()).collect();
        let kinds = |kind: &str| records.iter().filter(|r| r["type"] == kind).count();
        assert_eq!(
            [kinds("replay"), kinds("truth"), kinds("machine"), kinds("recipe")],
            [1, 3, 9, 3]
        );
        let recipe = records.iter().find(|record| record["type"] == "recipe").unwrap();
        assert_eq!(recipe["recipe"], "original-as-deployed");
        assert_eq!(recipe["alarm"]["missing"], "missing");
    }
}
