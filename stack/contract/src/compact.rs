//! Runs as arrays: name, first letter of the status, start, and what of the rest there is: how many
//! milliseconds later it stopped, how many later it was redriven, how often.

use crate::{Run, Status};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Tuple {
    Short(String, String, i64),
    Ended(String, String, i64, i64),
    Full(String, String, i64, Option<i64>, Option<i64>, u32),
}

pub fn serialize<S: Serializer>(runs: &[Run], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(runs.iter().map(One))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Run>, D::Error> {
    let tuples = Vec::<Tuple>::deserialize(deserializer)?;
    // An attempt whose status only another version knows is skipped.
    Ok(tuples.into_iter().filter_map(run).collect())
}

pub(crate) struct One<'a>(pub &'a Run);

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Run { arn, status, start_ms, stop_ms, redrive_ms, redrive_count } = self.0;
        let letter = letter(*status);
        let stop = stop_ms.map(|ms| ms - start_ms);
        let redrive = redrive_ms.map(|ms| ms - start_ms);
        match (stop, redrive, redrive_count) {
            (None, None, 0) => (arn, letter, start_ms).serialize(serializer),
            (Some(stop), None, 0) => (arn, letter, start_ms, stop).serialize(serializer),
            _ => (arn, letter, start_ms, stop, redrive, redrive_count).serialize(serializer),
        }
    }
}

fn run(tuple: Tuple) -> Option<Run> {
    let (arn, word, start_ms, stop, redrive, redrive_count) = match tuple {
        Tuple::Short(arn, letter, start) => (arn, letter, start, None, None, 0),
        Tuple::Ended(arn, letter, start, stop) => (arn, letter, start, Some(stop), None, 0),
        Tuple::Full(arn, letter, start, stop, redrive, count) => {
            (arn, letter, start, stop, redrive, count)
        }
    };
    let status = Status::ALL.into_iter().find(|s| word.starts_with(letter(*s)))?;
    let later = |ms: i64| start_ms.saturating_add(ms);
    let (stop_ms, redrive_ms) = (stop.map(later), redrive.map(later));
    Some(Run { arn, status, start_ms, stop_ms, redrive_ms, redrive_count })
}

/// One run, where a field holds one.
pub(crate) mod one {
    use super::*;

    pub fn serialize<S: Serializer>(run: &Run, serializer: S) -> Result<S::Ok, S::Error> {
        One(run).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Run, D::Error> {
        let tuple = Tuple::deserialize(deserializer)?;
        run(tuple).ok_or_else(|| serde::de::Error::custom("the status is not known"))
    }
}

/// The first letter of a status, which no other has.
pub(crate) fn letter(status: Status) -> char {
    status.as_str().chars().next().unwrap_or('?')
}
