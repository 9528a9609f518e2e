//! Models of what each recipe publishes from a history of executions, and the alarm that goes with
//! it. The rules of the alarm itself are in [`crate::alarm`].

use crate::alarm::{Alarm, Comparison, MissingData, Point, State, Statistic, Window};
pub use crate::conditions::{Conditions, Published, Source};
use crate::conditions::{List, draw, fnv1a};
use crate::function;
use crate::truth::Meaning;
use fastrand::Rng;
use guardian_contract::{MachineKey, RED_THRESHOLD, Run};
use serde::{Deserialize, Serialize};

/// A way of making lights: what is published when, and the alarm on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipe {
    /// The published recipe as its code is: the function publishes `<name>` and the alarm watches
    /// `<key>_Status`, so that no point ever reaches an alarm.
    OriginalAsDeployed,
    /// The published recipe as it was meant: every three hours the status of the first execution
    /// in the list, running or not; Maximum over an hour, missing data missing.
    Original,
    /// Guardian's default: the last finished run, after each execution event and at the ticks of
    /// the next minutes, and of all machines every five minutes; Maximum over a minute, missing data
    /// ignored. A machine that has finished no run publishes nothing.
    LastFinished,
}

impl Recipe {
    /// Its word on the command line and in output.
    pub fn word(self) -> &'static str {
        match self {
            Recipe::OriginalAsDeployed => "original-as-deployed",
            Recipe::Original => "original",
            Recipe::LastFinished => "last-finished",
        }
    }

    /// Its alarm. `range` is the number of periods that an evaluation fetches; absent, the N + 2
    /// of the documentation's example.
    pub fn alarm(self, range: Option<u32>) -> Alarm {
        let (period_s, missing) = match self {
            Recipe::OriginalAsDeployed | Recipe::Original => (3600, MissingData::Missing),
            Recipe::LastFinished => (60, MissingData::Ignore),
        };
        Alarm {
            statistic: Statistic::Maximum,
            comparison: Comparison::GreaterThanOrEqualToThreshold,
            threshold: RED_THRESHOLD,
            period_s,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            missing,
            window: Window::Sliding,
            range: range.unwrap_or_else(|| Alarm::range_like_the_example(1)),
        }
    }
}

/// What a recipe publishes of one machine between two instants, in the order of publishing. The
/// recipe of old knows no time to settle.
pub fn publish(
    recipe: Recipe,
    machine: &MachineKey,
    attempts: &[Run],
    meaning: Meaning,
    (from_ms, to_ms): (i64, i64),
    conditions: &Conditions,
) -> Vec<Published> {
    if recipe == Recipe::OriginalAsDeployed {
        return Vec::new();
    }
    let list = List::new(attempts);
    let mut rng = Rng::with_seed(conditions.seed ^ fnv1a(machine.as_str().as_bytes()));
    if recipe == Recipe::LastFinished {
        return function::publish(machine, &list, meaning, (from_ms, to_ms), conditions, rng);
    }
    let every = conditions.sweep_every_ms.max(60_000);
    let mut sweep = from_ms.div_euclid(every) * every;
    let mut reads = Vec::new();
    while sweep < to_ms {
        reads.push(sweep + draw(&mut rng, conditions.sweep_delay_ms));
        sweep += every;
    }
    reads.sort_unstable();
    let mut published = Vec::new();
    for at_ms in reads.into_iter().filter(|at_ms| (from_ms..to_ms).contains(at_ms)) {
        let code = list.original(at_ms, meaning.aborted);
        let visible_ms = at_ms + draw(&mut rng, conditions.ingest_delay_ms);
        if let Some(code) = code {
            let point = Point { at_ms, visible_ms, value: f64::from(code) };
            published.push(Published { point, source: Source::Sweep });
        }
    }
    published
}

/// The alarm's states over a recipe's points.
pub fn alarm_states(
    alarm: &Alarm,
    published: &[Published],
    from_ms: i64,
    to_ms: i64,
) -> crate::Timeline<State> {
    let points: Vec<Point> = published.iter().map(|p| p.point).collect();
    alarm.evaluate(&points, from_ms, to_ms, State::InsufficientData)
}
