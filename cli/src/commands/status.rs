//! `guardian status`: the lights, worst first.

use crate::board::records;
use crate::board::source::{readings, sources};
use crate::board::table::LARGE;
use crate::board::targets::{ReadArgs, SetPlace, Targets};
use crate::board::{Heart, Reading};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::host::policy_is_lifted;
use crate::regions::{self, Row};
use crate::report;
use crate::session::Session;
use crate::text::some_time;
use crate::ui::Ui;
use crate::watch::shell::{self, Watch};
use guardian_aws::clock::now_ms;
use guardian_board::terminal::{self, Options};
use guardian_board::{Board, Machine, Query, Target};

/// Options of `status`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Exit with 2 if a machine is red, late or stuck; else with 3 if one cannot be read or Guardian
    /// has stopped, or if nothing can be read
    #[arg(long)]
    pub exit_code: bool,
    /// Exit with 2 if a machine is one of these
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    /// Show the last runs of each machine, the newest on the right; the state table keeps 30
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10",
          value_parser = clap::value_parser!(u8).range(1..=50))]
    pub history: Option<u8>,
    /// Show a row of every machine, however many there are
    #[arg(long)]
    pub all: bool,
    /// Keep the board on the terminal, live; in a pipe or with --json it is printed once
    #[arg(long, conflicts_with_all = ["exit_code", "fail_on", "all"])]
    pub watch: bool,
    /// Read again after this time, 5s at least; a large board is read less often
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = interval)]
    pub interval: Option<u32>,
    /// Ring the terminal's bell when a machine turns red, late or stuck
    #[arg(long, requires = "watch")]
    pub bell: bool,
    /// Which lights are read, and from where.
    #[command(flatten)]
    pub read: ReadArgs,
}

fn interval(text: &str) -> Result<u32, String> {
    match some_time(text)? {
        0..5 => Err("5s at least: the table is read each time".to_owned()),
        seconds if seconds > 3_600 => Err("1h at most".to_owned()),
        seconds => Ok(seconds),
    }
}

/// What `--fail-on` fails on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// The last finished run failed
    Red,
    /// A run was due
    Late,
    /// A run goes on for too long
    Stuck,
    /// It could not be read
    Unread,
}

impl FailOn {
    fn search(self) -> Query {
        Query::parse(match self {
            Self::Red => "is:red",
            Self::Late => "is:late",
            Self::Stuck => "is:stuck",
            Self::Unread => "is:unread",
        })
    }
}

/// Shows the lights of an environment in these regions.
pub async fn run(
    args: &Args,
    global: &Global,
    regions: &[String],
    ui: &Ui,
) -> Result<Exit, Failure> {
    let live = is_live(args, ui);
    let targets = Targets::of_regions(&args.read, past(args, live), global, regions).await?;
    if live { watch(args, targets, ui).await } else { show(args, &targets, ui).await }
}

/// Shows the lights of a stack set's accounts and regions.
pub(crate) async fn run_for_stack_set(
    args: &Args,
    set: &SetPlace<'_>,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let live = is_live(args, ui);
    let targets = Targets::of_stack_set(&args.read, past(args, live), set).await?;
    if live { watch(args, targets, ui).await } else { show(args, &targets, ui).await }
}

/// How many past runs of a machine are read: the details of a live board show them.
fn past(args: &Args, live: bool) -> usize {
    args.history.map_or(if live { 30 } else { 0 }, usize::from)
}

/// Whether there is a terminal to keep the board on; a word if there is none.
fn is_live(args: &Args, ui: &Ui) -> bool {
    let live = ui.live && ui.can_ask;
    if args.watch && !live {
        ui.note("note: --watch needs a terminal; the board is printed once");
    }
    args.watch && live
}

async fn watch(args: &Args, targets: Targets, ui: &Ui) -> Result<Exit, Failure> {
    let watch = Watch {
        targets,
        filter: args.read.query(),
        asked_ms: args.interval.map_or(0, |seconds| i64::from(seconds) * 1_000),
        bell: args.bell,
    };
    shell::run(watch, ui).await
}

async fn show(args: &Args, targets: &Targets, ui: &Ui) -> Result<Exit, Failure> {
    let began_ms = now_ms();
    let mut read = readings(&targets.readers).await;
    let several = read.len() > 1;
    if read.iter().all(Result::is_err) {
        // A board without a target has one at least.
        let failure = read.remove(0);
        return failure.map(|_| Exit::Done).map_err(|failure| match args.exit_code {
            true => Failure { exit: Exit::Warnings, ..failure },
            false => failure,
        });
    }
    let sources = sources(&targets.readers, &mut read);
    let board = Board::of_sources(sources, &targets.settings, now_ms());
    let filter = args.read.query();
    let exits = Exits::of(args, &read, &board, &filter);
    let ends = emit_records(args, targets, &read, &board, &exits, began_ms, ui);
    let height = ui.live.then(terminal_size::terminal_size).flatten();
    let options = Options {
        width: ui.style.width,
        height: height.map(|(_, height)| height.0.into()),
        colour: ui.style.colour,
        history: past(args, false),
        filter,
        all: args.all,
    };
    ui.say(&terminal::text(&board, &options));
    if several {
        ui.emit(&Event::Regions { regions: ends.iter().map(regions::record).collect() });
    }
    if exits.unnamed {
        ui.note("note: the search names no machine and no group that is there");
    }
    warn_of_lifted_policies(targets, &board, ui).await;
    Ok(exits.exit)
}

/// Emits the records of the readings; returns how each ended.
fn emit_records(
    args: &Args,
    targets: &Targets,
    read: &[Result<Reading, Failure>],
    board: &Board,
    exits: &Exits,
    began_ms: i64,
    ui: &Ui,
) -> Vec<Row> {
    let (several, filter) = (read.len() > 1, args.read.query());
    let is_shown = |machine: &Machine| filter.matches(machine, board.as_of_ms);
    let mut ends = Vec::new();
    let each = read.iter().zip(&targets.readers).zip(&exits.ends);
    for (number, ((reading, reader), end)) in each.enumerate() {
        let region = &reader.target().region;
        if several && ui.json {
            ui.emit(&Event::Region { region, number: number + 1, of: read.len() });
        }
        match reading {
            Ok(reading) if ui.json => {
                let machines: Vec<&Machine> = own(board, reading).collect();
                let events = records::events(reading, &machines, is_shown);
                events.iter().for_each(|event| ui.emit(event));
            }
            // The board has it as a banner.
            Err(failure) if ui.json => report::failure(ui, failure),
            _ => {}
        }
        ends.push(Row { region: region.clone(), ended: Some((*end, now_ms() - began_ms)) });
    }
    ends
}

/// The machines of a reading on the board.
fn own<'a>(board: &'a Board, reading: &Reading) -> impl Iterator<Item = &'a Machine> {
    board.machines.iter().filter(|machine| *machine.target == reading.target)
}

/// A word only, where asking is cheap; `doctor` has it always.
async fn warn_of_lifted_policies(targets: &Targets, board: &Board, ui: &Ui) {
    if board.counts.total > LARGE || targets.readers.len() > MANY_TARGETS {
        return;
    }
    for reader in &targets.readers {
        if reader.policy_is_lifted().await {
            ui.note(&format!("warning: {}", policy_is_lifted(reader.stack_name())));
        }
    }
}

/// With more targets than this their stacks' policies are not read.
const MANY_TARGETS: usize = 8;

/// The exit codes of a board.
#[derive(Debug)]
struct Exits {
    /// Of each target.
    ends: Vec<Exit>,
    /// Of all.
    exit: Exit,
    /// Whether the search names machines or groups that are not there, whatever their states are: it
    /// may be mistyped.
    unnamed: bool,
}

impl Exits {
    /// A fault decides; without one, a target that could not be read leaves the answer open.
    fn of(args: &Args, read: &[Result<Reading, Failure>], board: &Board, filter: &Query) -> Self {
        let matches = |query: &Query, machine: &Machine| query.matches(machine, board.as_of_ms);
        let end = |reading: &Result<Reading, Failure>| match reading {
            Err(_) => Exit::Warnings,
            Ok(_) if !args.exit_code => Exit::Done,
            Ok(reading) => {
                let shown = own(board, reading).filter(|machine| matches(filter, machine));
                reading.exit(&shown.collect::<Vec<_>>())
            }
        };
        let ends: Vec<Exit> = read.iter().map(end).collect();
        let fails = |on: &FailOn| {
            let state = on.search();
            board.found(filter).any(|machine| matches(&state, machine))
        };
        let scope = filter.scope();
        let unnamed = !scope.is_empty() && board.found(&scope).next().is_none();
        // A gate must not pass because of a mistyped name: without a stack nothing watches.
        let gate = args.exit_code || !args.fail_on.is_empty();
        let missing = read.iter().flatten().any(|reading| reading.without_stack);
        let stopped = |reading: &Reading| reading.heart() == Heart::Stopped;
        let stopped = !args.fail_on.is_empty() && read.iter().flatten().any(stopped);
        let exit = match () {
            () if args.fail_on.iter().any(fails) || ends.contains(&Exit::Differences) => {
                Exit::Differences
            }
            () if ends.contains(&Exit::Warnings) || stopped || gate && (missing || unnamed) => {
                Exit::Warnings
            }
            () => Exit::Done,
        };
        Self { ends, exit, unnamed }
    }
}

/// The account that the credentials belong to, and the region.
pub(super) async fn target(session: &Session) -> Result<Target, Failure> {
    Ok(Target { account: session.account().await?.to_owned(), region: session.region() })
}
