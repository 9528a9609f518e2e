//! The alarms of a board as CloudWatch has them: of machines, of Guardian itself, of the fleet, and
//! what mutes them.

use super::names::Names;
use crate::alarm::{Alarm, Alarms, CloudWatch};
use guardian_aws::AwsError;
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
    /// Whether the machines' alarms were left out: there are too many.
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
}
