//! `guardian incidents`: when lights were red, and why.

use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::incidents::{Period, view, within};
use crate::project::Project;
use crate::session::Session;
use crate::state_table::{StateError, StateTable};
use crate::text::some_time;
use crate::ui::Ui;
use guardian_aws::clock::now_ms;
use guardian_contract::{Incident, Row};

/// Options of `incidents`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Only incidents of this machine, by its key
    pub machine: Option<String>,
    /// Time to look back, as in 12h or 30d
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = some_time)]
    pub since: u32,
}

/// Lists the incidents, newest first.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let period = Period::last(args.since, now_ms());
    let Found { mut incidents, rows } = find(period, global).await?;
    if let Some(machine) = &args.machine {
        incidents.retain(|one| one.machine == *machine);
        let known = rows.iter().any(|row| row.key.as_str() == machine);
        if incidents.is_empty() && !known {
            return Err(Failure::invalid(format!("no machine has the key `{machine}`"))
                .help("`guardian status` shows the keys"));
        }
    }
    ui.say(&view::incidents(&incidents, period, ui.style));
    view::incident_events(&incidents, period.to_ms).iter().for_each(|e| ui.emit(e));
    Ok(Exit::Done)
}

/// What the table says of a period.
pub(super) struct Found {
    pub incidents: Vec<Incident>,
    pub rows: Vec<Row>,
}

/// Reads the incidents of a period, and the rows.
pub(super) async fn find(period: Period, global: &Global) -> Result<Found, Failure> {
    let app = Project::open(global)?.resolve()?.app;
    let session = Session::open(global, app.region.as_deref()).await?;
    let stack = session.deployed(&app.stack_name).await?;
    let failure = |error: StateError| error.failure(None);
    let table = StateTable::of(&session.config, &stack).map_err(failure)?;
    let incidents = table.incidents(period.read_from_ms(), period.to_ms);
    // A row that cannot be read is on the board; the general records say whether the schema is known.
    let mut rows = Vec::new();
    let read = table.rows(|row| rows.extend(row));
    let (_, (), records) = tokio::try_join!(table.general(), read, incidents).map_err(failure)?;
    let incidents = within(records, &rows, period);
    Ok(Found { incidents, rows })
}
