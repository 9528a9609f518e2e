//! The incidents that a stack's deletion removes with the state table: they are counted before the
//! question, and written to a file on request. Everything else in the table can be read again from
//! Step Functions. A table that cannot be read stops no deletion.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::incidents::view::incident_events;
use crate::state_table::StateTable;
use crate::text::{count, plain};
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_aws::clock::now_ms;
use guardian_contract::Incident;
use guardian_deploy::Stack;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

/// How long the incidents may take to be read before a deletion goes on without their number.
const PATIENCE: Duration = Duration::from_secs(60);
/// An incident may be older than the stack by as long as Step Functions keeps a finished run.
const BEFORE_MS: i64 = 90 * 86_400_000;

/// The incidents of a stack's table.
#[derive(Debug)]
pub struct LostIncidents {
    table: String,
    /// The incidents, or why they are not known.
    found: Result<Vec<Incident>, Failure>,
}

impl LostIncidents {
    /// Reads them; none for a stack without a table.
    pub async fn of(config: &SdkConfig, stack: &Stack) -> Option<Self> {
        let table = StateTable::of(config, stack).ok()?;
        let (from_ms, to_ms) = (stack.created_ms.saturating_sub(BEFORE_MS).max(0), now_ms());
        let found = match timeout(PATIENCE, table.incidents(from_ms, to_ms)).await {
            Ok(read) => read.map_err(|error| error.failure(None)),
            Err(_) => {
                let why = format!("no answer from DynamoDB within {} s", PATIENCE.as_secs());
                Err(Failure::error(why).into())
            }
        };
        Some(Self { table: table.name, found })
    }

    /// The sentence before the question.
    pub fn sentence(&self, export: Option<&Path>) -> String {
        let table = plain(&self.table);
        let lost = |all: &[Incident]| count(all.len(), "incident");
        match (&self.found, export) {
            (Err(why), _) => format!(
                "The state table {table} is deleted with its incidents; how many there are is not \
                 known: {}",
                plain(&why.report.to_string())
            ),
            (Ok(all), _) if all.is_empty() => {
                format!("The state table {table} is deleted; it has no incidents.")
            }
            (Ok(all), Some(path)) => format!(
                "The state table {table} is deleted, after its {} were written to {}.",
                lost(all),
                path.display()
            ),
            (Ok(all), None) => format!(
                "The state table {table} is deleted with {}, which are lost: --export-incidents FILE \
                 writes them to a file first.",
                lost(all)
            ),
        }
    }

    /// Writes a record of each incident, oldest first.
    ///
    /// Errors: they could not be read, or not written.
    pub fn export(self, path: &Path, ui: &Ui) -> Result<(), Failure> {
        let mut incidents = self.found.map_err(|why| {
            let why = plain(&why.report.to_string());
            Failure::error(format!(
                "the incidents could not be read, and nothing was deleted: {why}"
            ))
            .help("leave out --export-incidents to delete them unread")
        })?;
        incidents.sort_by(|a, b| (a.start_ms, &a.machine).cmp(&(b.start_ms, &b.machine)));
        let records = incident_events(&incidents, now_ms());
        let text: String = records.iter().map(|event| event.record() + "\n").collect();
        files::write(path, text.as_bytes())?;
        ui.emit(&Event::File { path, resources: None, bytes: text.len() });
        Ok(())
    }
}

/// Refuses an export that would overwrite a file: it is another stack's, or an earlier export.
pub fn check_file(path: &Path) -> Result<(), Failure> {
    match path.exists() {
        false => Ok(()),
        true => Err(Failure::say(Exit::Usage, format!("`{}` exists", path.display()))
            .help("name a file that does not exist: an export overwrites nothing")),
    }
}
