//! `guardian ack`: acknowledges a machine's fault, lists acknowledgements, or clears one.

use crate::acknowledge::{LONGEST_S, LONGEST_WHY, acknowledge, caller, fault};
use crate::acknowledge::{holds, line, list, record};
use crate::board::source::settings;
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::session::Session;
use crate::state_table::{StateError, StateTable};
use crate::text::{plain, some_time};
use crate::ui::Ui;
use guardian_aws::clock::now_ms;
use guardian_board::{Acknowledgement, Evaluator};
use guardian_contract::{MachineKey, Row};
use guardian_stack::problem::nearest;
use std::sync::Arc;

/// Options of `ack`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Key or name of the machine
    #[arg(value_name = "MACHINE", required_unless_present = "list")]
    pub machine: Option<String>,
    /// How long it holds, as in 30m, 4h or 2d, 7d at most; it ends with the fault in any case
    #[arg(long = "for", value_name = "TIME", default_value = "4h", value_parser = length)]
    pub length_s: u32,
    /// Reason, shown beside the machine, of 200 characters at most
    #[arg(long, value_name = "TEXT", default_value = "", value_parser = reason,
          hide_default_value = true)]
    pub why: String,
    /// End the acknowledgement of this machine
    #[arg(long, requires = "machine", conflicts_with_all = ["why", "length_s"])]
    pub clear: bool,
    /// List all acknowledgements
    #[arg(long, conflicts_with_all = ["machine", "clear", "why", "length_s"])]
    pub list: bool,
}

fn length(text: &str) -> Result<u32, String> {
    let seconds = some_time(text)?;
    match seconds {
        0..60 => Err("a minute at least".to_owned()),
        60..=LONGEST_S => Ok(seconds),
        _ => Err("7d at most; for longer, configure a mute window (`mute`)".to_owned()),
    }
}

fn reason(text: &str) -> Result<String, String> {
    match text.chars().count() <= LONGEST_WHY {
        true => Ok(text.to_owned()),
        false => Err(format!("{LONGEST_WHY} characters at most")),
    }
}

/// Acknowledges, lists or clears.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let app = Project::open(global)?.resolve()?.app;
    let session = Session::open(global, app.region.as_deref()).await?;
    let stack = session.deployed(&app.stack_name).await?;
    let table = StateTable::of(&session.config, &stack).map_err(failure)?;
    let settings = settings(&app);
    let (state, target) = (table.general().await.map_err(failure)?, Arc::default());
    let round_ms = state.sweep.round_took_ms;
    let evaluator = Evaluator { target: &target, settings: &settings, round_ms, now_ms: now_ms() };
    let Some(machine) = args.machine.as_deref() else { return show(&table, evaluator, ui).await };
    if args.clear {
        return clear(&table, machine, ui).await;
    }
    let row = row(&table, machine).await?;
    fault(&row, evaluator)?;
    let by = caller(&session).await;
    let until_ms = now_ms().saturating_add(i64::from(args.length_s) * 1_000);
    let ack = acknowledge(&table, &row.key, &by, until_ms, &args.why).await.map_err(failure)?;
    ui.say(&line(&ack, true));
    ui.emit(&Event::Acknowledgement(record(&ack, "acknowledged", true)));
    Ok(Exit::Done)
}

/// The row of a machine, by its key or its name.
async fn row(table: &StateTable, machine: &str) -> Result<Row, Failure> {
    let key = MachineKey::of_machine(machine).ok();
    if let Some(key) = &key
        && let Some(row) = table.row(key).await.map_err(failure)?
        && row.gone_ms.is_none()
    {
        return Ok(row);
    }
    let mut keys = Vec::new();
    table.rows(|row| keys.extend(row.map(|row| row.key))).await.map_err(failure)?;
    let near = nearest(machine, keys.iter().map(MachineKey::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{}`?", plain(near)),
        None => "`guardian status` shows the keys".to_owned(),
    };
    Err(Failure::invalid(format!("no machine has the key `{}`", plain(machine))).help(help))
}

async fn show(table: &StateTable, evaluator: Evaluator<'_>, ui: &Ui) -> Result<Exit, Failure> {
    let acks = table.acknowledgements().await.map_err(failure)?;
    let acknowledged = |row: &Row| acks.iter().any(|ack| ack.machine == row.key.as_str());
    let mut rows = Vec::new();
    let take = |row: Result<Row, _>| rows.extend(row.ok().filter(acknowledged));
    table.rows(take).await.map_err(failure)?;
    let row_of = |ack: &Acknowledgement| rows.iter().find(|row| row.key.as_str() == ack.machine);
    let acks: Vec<(Acknowledgement, bool)> = acks
        .into_iter()
        .map(|ack| {
            let holds = holds(&ack, row_of(&ack), evaluator);
            (ack, holds)
        })
        .collect();
    ui.say(&list(&acks));
    for (ack, holds) in &acks {
        ui.emit(&Event::Acknowledgement(record(ack, "listed", *holds)));
    }
    Ok(Exit::Done)
}

/// Looks among the acknowledgements, so that one of a deleted machine can be cleared, too.
async fn clear(table: &StateTable, machine: &str, ui: &Ui) -> Result<Exit, Failure> {
    let key = MachineKey::of_machine(machine).ok();
    let acks = table.acknowledgements().await.map_err(failure)?;
    let own = |ack: &&Acknowledgement| key.as_ref().is_some_and(|key| ack.machine == key.as_str());
    let Some(ack) = acks.iter().find(own) else {
        // An unknown machine is an error, one that is not acknowledged is not.
        let key = row(table, machine).await?.key;
        ui.say(&format!("{} is not acknowledged: nothing was changed", plain(key.as_str())));
        return Ok(Exit::Done);
    };
    table.delete_acknowledgement(ack).await.map_err(failure)?;
    ui.say(&format!(
        "the acknowledgement of {} by {} is cleared",
        plain(&ack.machine),
        plain(&ack.by)
    ));
    ui.emit(&Event::Acknowledgement(record(ack, "cleared", false)));
    Ok(Exit::Done)
}

fn failure(error: StateError) -> Failure {
    error.failure(None)
}
