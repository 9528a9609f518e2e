//! `guardian status`: the lights, worst first.

use crate::board::names::Names;
use crate::board::{Account, Board, Evaluation, Machine, read, table, view};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::host::policy_is_lifted;
use crate::project::Project;
use crate::session::Session;
use crate::state_table::{StateError, StateTable};
use crate::synthesis::{self, Synthesis};
use crate::ui::Ui;
use guardian_aws::clock::now_ms;
use guardian_contract::Semantics;
use guardian_deploy::{Stack, Stacks, protection};
use guardian_stack::app::{App, MachineType};

/// Options of `status`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Exit with 2 if a machine is red, late or stuck; else with 3 if one cannot be read or Guardian
    /// has stopped, or if nothing can be read
    #[arg(long)]
    pub exit_code: bool,
    /// Show the last runs of each machine, the newest on the right; the state table keeps 30
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10",
          value_parser = clap::value_parser!(u8).range(1..=50))]
    pub history: Option<u8>,
    /// Read the runs from Step Functions instead of the state table: a call or more for each machine,
    /// of the quota that the function needs
    #[arg(long)]
    pub from_api: bool,
}

/// Reads every light and shows the board.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let made = synthesis::make(Project::open(global)?)?;
    let session = Session::open(global, made.app.region.as_deref()).await?;
    let past = args.history.map_or(0, usize::from);
    let board = match source(args, &made, &session).await? {
        Source::Table(stack, table) => {
            let board = of_table(&stack, &table, &made, &session, past).await;
            board.map_err(|failure| match args.exit_code {
                true => Failure { exit: Exit::Warnings, ..failure },
                false => failure,
            })?
        }
        Source::Api(note) => {
            let mut board = of_api(&made, &session, past).await?;
            board.notes.extend(note);
            board
        }
    };
    ui.say(&view::board(&board, ui.look));
    view::events(&board).iter().for_each(|event| ui.emit(event));
    // A word only: without the right to ask the lights are as good. Where a look has to be cheap,
    // `doctor` has the word.
    if board.rows.len() <= table::LARGE
        && let Ok(true) = protection::is_lifted(&session.stacks(), &made.app.stack_name).await
    {
        ui.note(&format!("warning: {}", policy_is_lifted(&made.app.stack_name)));
    }
    Ok(if args.exit_code { board.exit() } else { Exit::Done })
}

/// Where the lights are read from.
enum Source {
    /// The state table of this stack.
    Table(Box<Stack>, StateTable),
    /// Step Functions, and why if that was not asked for.
    Api(Option<String>),
}

async fn source(args: &Args, made: &Synthesis, session: &Session) -> Result<Source, Failure> {
    if args.from_api || made.app.semantics == Semantics::Original {
        return Ok(Source::Api(None));
    }
    let name = &made.app.stack_name;
    let from_api = "; the lights are read from Step Functions";
    let Some(stack) = session.stacks().stack(name).await? else {
        return Ok(Source::Api(Some(format!("stack `{name}` does not exist{from_api}"))));
    };
    match StateTable::of(&session.config, &stack) {
        Ok(table) => Ok(Source::Table(Box::new(stack), table)),
        Err(error @ StateError::NoTable { .. }) => {
            Ok(Source::Api(Some(format!("{error} yet{from_api}; `guardian deploy` adds one"))))
        }
        Err(error) => Err(error.failure(Some(FROM_API))),
    }
}

/// What works without the table.
const FROM_API: &str = "`guardian status --from-api` reads the lights from Step Functions";

async fn of_table(
    stack: &Stack,
    table: &StateTable,
    made: &Synthesis,
    session: &Session,
    past: usize,
) -> Result<Board, Failure> {
    let app = &made.app;
    let state = table.state().await.map_err(|error| error.failure(Some(FROM_API)))?;
    let request = table::Request {
        place: &account_of(stack, session),
        meaning: meaning(app),
        machines: machines(app),
        watch: &app.watch,
        names: &Names::of(&made.templates),
        past,
        now_ms: now_ms(),
    };
    Ok(table::board(&session.config, stack, &state, request).await?)
}

async fn of_api(made: &Synthesis, session: &Session, past: usize) -> Result<Board, Failure> {
    let app = &made.app;
    let account = account(session).await?;
    let names = Names::of(&made.templates);
    let machines = machines(app);
    let board =
        read::board(&session.config, &account, meaning(app), machines, &names, past, now_ms());
    Ok(board.await?)
}

fn meaning(app: &App) -> Evaluation {
    Evaluation { semantics: app.semantics, aborted: app.aborted }
}

/// Account and region of a stack, by its ARN.
pub(super) fn account_of(stack: &Stack, session: &Session) -> Account {
    let account = stack.id.split(':').nth(4).unwrap_or_default().to_owned();
    Account { account, region: session.region() }
}

/// The account that the credentials belong to, and the region.
pub(super) async fn account(session: &Session) -> Result<Account, Failure> {
    Ok(Account { account: session.account().await?.to_owned(), region: session.region() })
}

/// Every machine of the application.
pub(super) fn machines(app: &App) -> Vec<Machine> {
    let managed = app.managed.iter().map(|m| (&m.key, m.key.managed_name(), m.machine_type));
    let watched = app.watched.iter().map(|m| (&m.key, m.name.clone(), m.machine_type));
    managed
        .chain(watched)
        .map(|(key, name, kind)| Machine {
            key: key.clone(),
            name,
            express: kind == MachineType::Express,
            declared: app.watch.of(key),
        })
        .collect()
}
