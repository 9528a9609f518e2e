//! The board from the state table: a handful of queries, whatever the number of machines. EXPRESS
//! machines have no rows with runs; they are read from metrics.

use super::alarms::Alarmed;
use super::banner::{Watched, banners, pulse};
use super::evaluated::Judge;
use super::names::Names;
use super::{Account, Board, Evaluation, Machine, Row, express, sort};
use crate::alarm::CloudWatch;
use crate::state_table::State;
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_contract::{Doubt, MachineKey, Watch};
use guardian_deploy::Stack;
use std::collections::BTreeMap;

/// Alarms that are read at most: ten calls of the nine a second that an account has.
const MOST_ALARMS: usize = 1_000;

/// What the board is made of, beside the table.
#[derive(Debug)]
pub struct Request<'a> {
    /// Account and region.
    pub place: &'a Account,
    /// How a light is evaluated.
    pub meaning: Evaluation,
    /// The machines that are configured; the table may have more.
    pub machines: Vec<Machine>,
    /// What is declared of machines.
    pub watch: &'a Watch,
    /// Names of the alarms.
    pub names: &'a Names,
    /// How many finished runs of each machine are shown.
    pub past: usize,
    /// The time, in milliseconds since the epoch.
    pub now_ms: i64,
}

/// The board of a stack whose table says this.
pub async fn board(
    config: &SdkConfig,
    stack: &Stack,
    state: &State,
    request: Request<'_>,
) -> Result<Board, AwsError> {
    let alarmed = Alarmed::read(&CloudWatch::new(config), request.names, MOST_ALARMS).await?;
    let metrics = aws_sdk_cloudwatch::Client::new(config);
    let express = express_machines(state, &request);
    let Request { place, meaning, now_ms, .. } = request;
    let from_metrics = express::rows(&metrics, place, meaning, &express, now_ms).await?;
    Ok(assemble(stack, state, &request, alarmed, from_metrics))
}

/// The EXPRESS machines: those that are configured, and those that the function found.
fn express_machines(state: &State, request: &Request<'_>) -> Vec<Machine> {
    let mut express: BTreeMap<MachineKey, Machine> = BTreeMap::new();
    for machine in request.machines.iter().filter(|machine| machine.express) {
        express.insert(machine.key.clone(), machine.clone());
    }
    for row in state.rows.iter().filter(|row| row.express && row.gone_ms.is_none()) {
        let name = row.machine_arn.rsplit(':').next().unwrap_or_default().to_owned();
        express.entry(row.key.clone()).or_insert_with(|| Machine {
            key: row.key.clone(),
            name,
            express: true,
            settle_ms: 0,
            incomplete: false,
        });
    }
    express.into_values().collect()
}

/// The board from what was read. Pure.
fn assemble(
    stack: &Stack,
    state: &State,
    request: &Request<'_>,
    alarmed: Alarmed,
    from_metrics: Vec<Row>,
) -> Board {
    let Request { place, meaning, machines, watch, names, past, now_ms } = request;
    let Alarmed { alarms, muted, fleet, left_out, mut notes } = alarmed;
    let round_ms = state.sweep.round_took_ms;
    let judge = Judge { place, meaning: *meaning, round_ms, past: *past, now_ms: *now_ms };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let configured = |key: &MachineKey| machines.iter().any(|machine| machine.key == *key);
    for of in state.rows.iter().filter(|row| !row.express) {
        // Of what is not watched any more only the configured machines are missed.
        if of.gone_ms.is_some() && !configured(&of.key) {
            continue;
        }
        let status = names.of_machine(of.key.as_str()).status;
        let alarm = status.and_then(|name| alarms.get(&name));
        rows.insert(of.key.to_string(), judge.row(of, &watch.of(&of.key), alarm));
    }
    for row in from_metrics {
        rows.insert(row.key.clone(), row);
    }
    for (key, why) in &state.broken {
        let error = Some(format!("its record in the state table cannot be read: {why}"));
        rows.insert(key.clone(), Row { error, ..Row::new(key, key) });
    }
    for machine in machines {
        let key = machine.key.as_str();
        // The function has not listed the machines since it was added.
        rows.entry(key.to_owned()).or_insert_with(|| Row {
            doubt: Some(Doubt::Unread),
            link: place.link("statemachines/view", &place.arn(&machine.name)),
            ..Row::new(key, &machine.name)
        });
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    for row in &mut rows {
        row.take_alarms(&names.of_machine(&row.key), &alarms, &muted);
        row.alarm_unread = left_out;
    }
    sort(&mut rows);
    let watched = Watched { stack, state, now_ms: *now_ms };
    let pulse = Some(pulse(&watched));
    notes.extend(banners(&watched, &rows));
    let guard = names.guard.iter().filter_map(|name| alarms.get(name).cloned()).collect();
    Board { rows, fleet, guard, notes, as_of_ms: *now_ms, pulse }
}
