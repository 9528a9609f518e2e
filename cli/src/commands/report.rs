//! `guardian report`: how green the machines were, how long recovery took, and what failed most.

use super::incidents::{Found, find};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::incidents::statistics::{overall, per_machine};
use crate::incidents::{Period, view};
use crate::text::some_time;
use crate::ui::Ui;
use guardian_aws::clock::now_ms;

/// Options of `report`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Time to look back, as in 12h or 30d
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = some_time)]
    pub since: u32,
}

/// Adds up the incidents, for each machine and for all.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let period = Period::last(args.since, now_ms());
    let Found { incidents, rows } = find(period, global).await?;
    let machines = per_machine(&incidents, &rows, period);
    let all = overall(&machines, &incidents, period);
    ui.say(&view::report(&machines, &all, period, ui.style));
    view::report_events(&machines, &all, period).iter().for_each(|event| ui.emit(event));
    Ok(Exit::Done)
}
