//! The alarms of a board as CloudWatch has them: of machines, of Guardian itself, of the fleet, and
//! what mutes them.

use super::names::{AlarmNames, Names};
use crate::alarm::{Alarm, Alarms, CloudWatch, State};
use guardian_aws::AwsError;
use guardian_board::Machine;
use guardian_board::evaluated::StatusAlarm;
use std::collections::{BTreeMap, BTreeSet};

/// The alarms as they were read.
#[derive(Debug, Clone, Default)]
pub(super) struct Alarmed {
    /// Alarms by name.
    pub alarms: BTreeMap<String, Alarm>,
    /// Names of those that are muted now.
    pub muted: BTreeSet<String>,
    /// The fleet alarm.
    pub fleet: Option<Alarm>,
    /// Whether the machines' alarms were left out: there are too many, or they are not to be read.
    pub left_out: bool,
    /// What could not be read.
    pub notes: Vec<String>,
}

impl Alarmed {
    /// Reads the alarms with these names; those of machines only if there are `most` at most.
    pub async fn read(
        cloudwatch: &CloudWatch,
        names: &Names,
        most: usize,
    ) -> Result<Self, AwsError> {
        let mut read = Self::default();
        let all = names.all();
        read.left_out = all.len() > most;
        if read.left_out {
            read.notes.push(format!(
                "{} alarms are too many to read here: their states are not shown",
                all.len()
            ));
            read.alarms = cloudwatch.alarms(&names.guard).await?;
        } else {
            read.alarms = cloudwatch.alarms(&all).await?;
        }
        if !names.mutes.is_empty() {
            match cloudwatch.muting().await {
                Ok(rules) => {
                    let alarms = rules.iter().filter_map(|rule| names.mutes.get(rule));
                    read.muted.extend(alarms.flatten().cloned());
                }
                Err(error) => read.notes.push(format!("{error}; what is muted is not marked")),
            }
        }
        if let Some(name) = &names.fleet {
            match cloudwatch.composite(name).await {
                Ok(found) => read.fleet = found,
                Err(error) => {
                    read.notes.push(format!("{error}; the fleet's alarm is not shown"));
                }
            }
        }
        Ok(read)
    }

    /// Nothing, because of this error.
    pub fn unread(error: &AwsError) -> Self {
        let notes = vec![format!("{error}; the states of alarms are not shown")];
        Self { left_out: true, notes, ..Self::default() }
    }

    /// The alarm of a machine's status, if it is known.
    pub fn of_status(&self, names: &AlarmNames) -> Option<StatusAlarm> {
        let alarm = self.alarms.get(names.status.as_ref()?)?;
        Some(StatusAlarm { state: alarm.state.into(), since_ms: alarm.since_ms })
    }

    /// Sets what its alarms show of a machine.
    pub fn apply(&self, machine: &mut Machine, names: &AlarmNames) {
        let missing = match self.left_out {
            true => guardian_board::Alarm::Unknown,
            false => guardian_board::Alarm::Missing,
        };
        machine.alarm = self.of_status(names).map_or(missing, |alarm| alarm.state);
        machine.muted |= names.status.as_ref().is_some_and(|name| self.muted.contains(name));
        let others = names.others.iter().filter(|name| self.is_in_alarm(name));
        machine.others = others.cloned().collect();
    }

    /// Sets the marks from alarms, where no row of the table knows more.
    pub fn mark(&self, machine: &mut Machine, names: &AlarmNames) {
        let rings = |name: &Option<String>| name.as_ref().is_some_and(|n| self.is_in_alarm(n));
        machine.late |= rings(&names.late);
        machine.stuck |= rings(&names.stuck);
        machine.incomplete |= rings(&names.incomplete);
    }

    /// The alarms on Guardian itself that there are.
    pub fn of_guard(&self, names: &Names) -> Vec<Alarm> {
        names.guard.iter().filter_map(|name| self.alarms.get(name).cloned()).collect()
    }

    fn is_in_alarm(&self, name: &str) -> bool {
        self.alarms.get(name).is_some_and(|alarm| alarm.state == State::Alarm)
    }
}
