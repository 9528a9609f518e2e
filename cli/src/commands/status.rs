//! `guardian status`: the lights, worst first.

use crate::args::Global;
use crate::artifacts::Artifacts;
use crate::aws::{self, Target};
use crate::board::read::{Machine, Meaning, Place, rows};
use crate::board::{counts, sort, view};
use crate::exit::{Exit, Failure};
use crate::operation::now_ms;
use crate::project::Project;
use crate::ui::Ui;
use guardian_stack::app::{App, MachineType};

/// Options of `status`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// End with 2 if a light is red
    #[arg(long)]
    pub exit_code: bool,
}

/// Reads every light and shows the board.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let app = Project::open(global)?.resolve()?.app;
    let config = aws::load(&Target::new(global, app.region.as_deref())).await?;
    // `load` refuses a configuration without a region.
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let account = Artifacts::of(&config).await?.account().to_owned();
    let place = Place { account, region };
    let meaning = Meaning { semantics: app.semantics, aborted: app.aborted };
    let now = now_ms();
    let mut rows = rows(&config, &place, meaning, machines(&app), now).await?;
    sort(&mut rows);
    ui.say(&view::board(&rows, now, ui.look));
    for (kind, record) in view::records(&rows) {
        ui.record(kind, record);
    }
    let red = counts(&rows).red > 0;
    Ok(if red && args.exit_code { Exit::Differences } else { Exit::Done })
}

fn machines(app: &App) -> Vec<Machine> {
    let managed = app.managed.iter().map(|m| (&m.key, m.key.managed_name(), m.machine_type));
    let watched = app.watched.iter().map(|m| (&m.key, m.name.clone(), m.machine_type));
    managed
        .chain(watched)
        .map(|(key, name, kind)| Machine {
            key: key.clone(),
            name,
            express: kind == MachineType::Express,
        })
        .collect()
}
