//! `guardian status`: the lights, worst first.

use crate::board::names::Names;
use crate::board::view;
use crate::board::{Account, Evaluation, Machine, read};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::host::policy_is_lifted;
use crate::project::Project;
use crate::session::Session;
use crate::synthesis;
use crate::ui::Ui;
use guardian_aws::clock::now_ms;
use guardian_contract::MachineKey;
use guardian_deploy::protection;
use guardian_stack::app::{App, MachineType};

/// Options of `status`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Exit with 2 if a machine is red, late or stuck; else with 3 if one cannot be read or Guardian
    /// has stopped
    #[arg(long)]
    pub exit_code: bool,
    /// Show the last runs of each machine, the newest on the right
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10",
          value_parser = clap::value_parser!(u8).range(1..=50))]
    pub history: Option<u8>,
}

/// Reads every light and shows the board.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let made = synthesis::make(Project::open(global)?)?;
    let app = made.app;
    let session = Session::open(global, app.region.as_deref()).await?;
    let account = account(&session).await?;
    let meaning = Evaluation { semantics: app.semantics, aborted: app.aborted };
    let names = Names::of(&made.templates);
    let past = args.history.map_or(0, usize::from);
    let machines = machines(&app);
    let board =
        read::board(&session.config, &account, meaning, machines, &names, past, now_ms()).await?;
    ui.say(&view::board(&board, ui.look));
    view::events(&board).iter().for_each(|event| ui.emit(event));
    // A word only: without the right to ask the lights are as good.
    let stacks = session.stacks();
    if let Ok(true) = protection::is_lifted(&stacks, &app.stack_name).await {
        ui.note(&format!("warning: {}", policy_is_lifted(&app.stack_name)));
    }
    Ok(if args.exit_code { board.exit() } else { Exit::Done })
}

/// The account that the credentials belong to, and the region.
pub(super) async fn account(session: &Session) -> Result<Account, Failure> {
    Ok(Account { account: session.account().await?.to_owned(), region: session.region() })
}

/// Every machine of the application.
pub(super) fn machines(app: &App) -> Vec<Machine> {
    let declared = |key: &MachineKey| app.watch.of(key);
    let managed = app.managed.iter().map(|m| (&m.key, m.key.managed_name(), m.machine_type));
    let watched = app.watched.iter().map(|m| (&m.key, m.name.clone(), m.machine_type));
    managed
        .chain(watched)
        .map(|(key, name, kind)| Machine {
            key: key.clone(),
            name,
            express: kind == MachineType::Express,
            settle_ms: i64::from(declared(key).settle_s.unwrap_or(0)) * 1_000,
            incomplete: declared(key).incomplete == Some(true),
        })
        .collect()
}
