//! The comparison of alarm states with the truth: delays, false lights, missed changes.
//! How it is shown is in [`crate::text`] and [`crate::svg`].

use crate::alarm::{Alarm, State};
use crate::function;
use crate::history::{History, Origin};
use crate::publisher::{Conditions, Recipe, alarm_states, publish};
use crate::timeline::{Segment, Timeline};
use crate::truth::{Meaning, truth};
use guardian_contract::{Aborted, Light, MachineKey, Watch};
use serde::Serialize;

/// How long a light may be wrong before that is called false and not merely late: an event's few
/// seconds, the tick of the next minute, the minute until the next evaluation, ingest.
pub const GRACE_MS: i64 = 180_000;

/// Ranges for which totals are given beside the one asked for, since CloudWatch does not publish
/// its own.
pub const RANGES: [u32; 5] = [1, 2, 3, 4, 6];

/// How to replay.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Recipes to compare.
    pub recipes: Vec<Recipe>,
    /// What an aborted run means, for the truth and for `last-finished`.
    pub aborted: Aborted,
    /// What machines declare; of it, how long a first failure has to be retried.
    pub watch: Watch,
    /// Delays and losses.
    pub conditions: Conditions,
    /// Periods that an evaluation fetches; absent, as the documentation's example suggests.
    pub range: Option<u32>,
    /// Other ranges to give totals for.
    pub ranges: Vec<u32>,
    /// See [`GRACE_MS`].
    pub grace_ms: i64,
}

impl Options {
    fn meaning(&self, key: &MachineKey) -> Meaning {
        Meaning { aborted: self.aborted, settle_ms: self.watch.of(key).settle_ms() }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            recipes: vec![Recipe::OriginalAsDeployed, Recipe::Original, Recipe::LastFinished],
            aborted: Aborted::Red,
            watch: Watch::default(),
            conditions: Conditions::default(),
            range: None,
            ranges: RANGES.to_vec(),
            grace_ms: GRACE_MS,
        }
    }
}

/// A replayed history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// Where the history comes from.
    pub origin: Origin,
    /// First instant, in milliseconds since the epoch.
    pub from_ms: i64,
    /// The instant after the last.
    pub to_ms: i64,
    /// Attempts of executions.
    pub attempts: usize,
    /// Attempts whose end is missing from the history.
    pub hidden_attempts: usize,
    /// See [`GRACE_MS`].
    pub grace_ms: i64,
    /// How long a first failure has to be retried, at most: milliseconds, and of how many machines.
    /// None if no machine declares it.
    pub settle: Option<(i64, usize)>,
    /// What was assumed of delays and losses.
    pub conditions: Conditions,
    /// The truth of each machine.
    pub truths: Vec<(MachineKey, Timeline<Light>)>,
    /// Each recipe, in the order asked for.
    pub recipes: Vec<RecipeReport>,
}

/// What a recipe made of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecipeReport {
    /// The recipe.
    pub recipe: Recipe,
    /// Its alarm.
    pub alarm: Alarm,
    /// All machines together.
    pub total: Score,
    /// Each machine, in the order of [`Replay::truths`].
    pub machines: Vec<MachineReport>,
    /// Totals for other ranges.
    pub by_range: Vec<(u32, Score)>,
}

/// What a recipe made of a machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MachineReport {
    /// The machine.
    pub machine: MachineKey,
    /// The figures.
    pub score: Score,
    /// What the alarm said.
    pub said: Timeline<State>,
}

/// Delays of those changes that were shown, in milliseconds; absent if none was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Delays {
    /// The middle one (of two, the greater).
    pub median_ms: Option<i64>,
    /// The longest.
    pub worst_ms: Option<i64>,
}

/// Stretches of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stretches {
    /// How many.
    pub count: usize,
    /// How long together, in milliseconds.
    pub ms: i64,
}

/// The figures of a machine, or of all together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// How often the truth turned red.
    pub turned_red: usize,
    /// Of these, how often the alarm was never ALARM before the truth changed again.
    pub red_missed: usize,
    /// Of those missed, the ones that lasted no longer than the grace.
    pub red_missed_brief: usize,
    /// Of `turned_red`, how often the alarm was still in ALARM from before, so that it sent no
    /// notification: actions run when a state changes.
    pub red_standing: usize,
    /// How often the truth turned green.
    pub turned_green: usize,
    /// Of these, how often the alarm was never OK before the truth changed again.
    pub green_missed: usize,
    /// Of those missed, the ones that lasted no longer than the grace.
    pub green_missed_brief: usize,
    /// Of `turned_green`, how often the alarm was still OK from before.
    pub green_standing: usize,
    /// From red to ALARM, where the alarm was not in ALARM from before.
    pub detection: Delays,
    /// From green to OK, where the alarm was not OK from before.
    pub recovery: Delays,
    /// OK for longer than the grace on end while the truth was red.
    pub false_greens: Stretches,
    /// ALARM for longer than the grace on end while the truth was not red.
    pub false_reds: Stretches,
    /// OK while the truth was red, the unavoidable delays included.
    pub ok_while_red_ms: i64,
    /// INSUFFICIENT_DATA while the truth was known.
    pub grey_ms: i64,
    /// How long the truth was known (not grey).
    pub known_ms: i64,
    /// How often the alarm went to ALARM: the number of notifications.
    pub raised: usize,
}

/// Replays a history.
pub fn replay(history: &History, options: &Options) -> Replay {
    let (from_ms, to_ms) = (history.from_ms, history.to_ms);
    let round_ms =
        options.conditions.round_ms.unwrap_or_else(|| function::round_ms(history.machines.len()));
    let conditions = Conditions { round_ms: Some(round_ms), ..options.conditions.clone() };
    let options = &Options { conditions, ..options.clone() };
    let truths: Vec<(MachineKey, Timeline<Light>)> = history
        .machines
        .iter()
        .map(|(key, runs)| (key.clone(), truth(runs, options.meaning(key), from_ms, to_ms)))
        .collect();
    let settle = history.machines.keys().map(|key| options.meaning(key).settle_ms);
    let settle: Vec<i64> = settle.filter(|ms| *ms > 0).collect();
    let recipes = options.recipes.iter().map(|recipe| one(*recipe, history, &truths, options));
    Replay {
        origin: history.origin.clone(),
        from_ms,
        to_ms,
        attempts: history.machines.values().map(Vec::len).sum(),
        hidden_attempts: history.hidden_attempts(),
        grace_ms: options.grace_ms,
        settle: settle.iter().max().map(|longest| (*longest, settle.len())),
        conditions: options.conditions.clone(),
        recipes: recipes.collect(),
        truths,
    }
}

fn one(
    recipe: Recipe,
    history: &History,
    truths: &[(MachineKey, Timeline<Light>)],
    options: &Options,
) -> RecipeReport {
    let span = (history.from_ms, history.to_ms);
    let published: Vec<_> = history
        .machines
        .iter()
        .map(|(key, runs)| {
            publish(recipe, key, runs, options.meaning(key), span, &options.conditions)
        })
        .collect();
    let replayed = |range: Option<u32>| {
        let alarm = recipe.alarm(range);
        let mut all = Findings::default();
        let mut machines = Vec::new();
        for ((key, truth), points) in truths.iter().zip(&published) {
            let said = alarm_states(&alarm, points, span.0, span.1);
            let found = Findings::of(truth, &said, options.grace_ms);
            let score = found.score();
            all.add(found);
            machines.push(MachineReport { machine: key.clone(), score, said });
        }
        (alarm, all.score(), machines)
    };
    let (alarm, total, machines) = replayed(options.range);
    let by_range = options.ranges.iter().map(|range| (*range, replayed(Some(*range)).1)).collect();
    RecipeReport { recipe, alarm, total, machines, by_range }
}

/// What was found, before delays become medians: those of several machines can be put together.
#[derive(Debug, Default)]
struct Findings {
    counts: Score,
    detection: Vec<i64>,
    recovery: Vec<i64>,
}

impl Findings {
    fn of(truth: &Timeline<Light>, said: &Timeline<State>, grace_ms: i64) -> Self {
        let mut found = Self::default();
        let both = truth.zip(said);
        for episode in truth.segments().filter(|e| e.from_ms > truth.from_ms()) {
            found.episode(episode, truth.to_ms(), &both, grace_ms);
        }
        for Segment { from_ms, to_ms, state: (truth, said) } in both {
            let ms = to_ms - from_ms;
            let counts = &mut found.counts;
            if truth != Light::Grey {
                counts.known_ms += ms;
            }
            match (truth, said) {
                (Light::Red, State::Ok) => {
                    counts.ok_while_red_ms += ms;
                    counts.false_greens.count_if_longer(ms, grace_ms);
                }
                (Light::Green | Light::Grey, State::Alarm) => {
                    counts.false_reds.count_if_longer(ms, grace_ms);
                }
                (Light::Red | Light::Green, State::InsufficientData) => counts.grey_ms += ms,
                _ => {}
            }
        }
        let alarms = said.segments().filter(|s| s.state == State::Alarm);
        found.counts.raised = alarms.filter(|s| s.from_ms > said.from_ms()).count();
        found
    }

    /// Whether the alarm showed a stretch of truth before it was over, and how late.
    fn episode(
        &mut self,
        episode: Segment<Light>,
        end_ms: i64,
        both: &[Segment<(Light, State)>],
        grace_ms: i64,
    ) {
        let shows = match episode.state {
            Light::Red => State::Alarm,
            Light::Green => State::Ok,
            Light::Grey => return,
        };
        let first = both.partition_point(|s| s.from_ms < episode.from_ms);
        let shown = both[first..]
            .iter()
            .take_while(|s| s.from_ms < episode.to_ms)
            .find(|s| s.state.1 == shows)
            .map(|s| s.from_ms - episode.from_ms);
        let brief = episode.len_ms() <= grace_ms;
        if brief && episode.to_ms == end_ms {
            // The history ends before it had to be shown: neither shown nor missed.
            return;
        }
        let counts = &mut self.counts;
        let (turned, missed, missed_brief, standing, delays) = match episode.state {
            Light::Red => (
                &mut counts.turned_red,
                &mut counts.red_missed,
                &mut counts.red_missed_brief,
                &mut counts.red_standing,
                &mut self.detection,
            ),
            _ => (
                &mut counts.turned_green,
                &mut counts.green_missed,
                &mut counts.green_missed_brief,
                &mut counts.green_standing,
                &mut self.recovery,
            ),
        };
        *turned += 1;
        match shown {
            Some(0) => *standing += 1,
            Some(delay) => delays.push(delay),
            None => {
                *missed += 1;
                *missed_brief += usize::from(brief);
            }
        }
    }

    fn add(&mut self, other: Findings) {
        let (a, b) = (&mut self.counts, &other.counts);
        a.turned_red += b.turned_red;
        a.red_missed += b.red_missed;
        a.red_missed_brief += b.red_missed_brief;
        a.red_standing += b.red_standing;
        a.green_standing += b.green_standing;
        a.turned_green += b.turned_green;
        a.green_missed += b.green_missed;
        a.green_missed_brief += b.green_missed_brief;
        a.false_greens.add(b.false_greens);
        a.false_reds.add(b.false_reds);
        a.ok_while_red_ms += b.ok_while_red_ms;
        a.grey_ms += b.grey_ms;
        a.known_ms += b.known_ms;
        a.raised += b.raised;
        self.detection.extend(other.detection);
        self.recovery.extend(other.recovery);
    }

    fn score(&self) -> Score {
        Score {
            detection: Delays::of(&self.detection),
            recovery: Delays::of(&self.recovery),
            ..self.counts
        }
    }
}

impl Stretches {
    fn count_if_longer(&mut self, ms: i64, grace_ms: i64) {
        if ms > grace_ms {
            self.add(Stretches { count: 1, ms });
        }
    }

    fn add(&mut self, other: Stretches) {
        self.count += other.count;
        self.ms += other.ms;
    }
}

impl Delays {
    fn of(delays: &[i64]) -> Self {
        let mut sorted = delays.to_vec();
        sorted.sort_unstable();
        Self { median_ms: sorted.get(sorted.len() / 2).copied(), worst_ms: sorted.last().copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: i64 = 60_000;

    fn line<S: Copy + PartialEq>(first: S, changes: &[(i64, S)]) -> Timeline<S> {
        let mut line = Timeline::new(0, 1000 * MIN, first);
        changes.iter().for_each(|&(at, state)| line.set(at * MIN, state));
        line
    }

    fn score(truth: &[(i64, Light)], said: &[(i64, State)]) -> Score {
        let truth = line(Light::Grey, truth);
        Findings::of(&truth, &line(State::InsufficientData, said), 3 * MIN).score()
    }

    #[test]
    fn late_and_false_are_told_apart_by_the_grace() {
        let truth = [(10, Light::Green), (100, Light::Red), (200, Light::Green)];
        let late = [(11, State::Ok), (102, State::Alarm), (201, State::Ok)];
        let s = score(&truth, &late);
        assert_eq!((s.false_greens.count, s.false_reds.count, s.red_missed), (0, 0, 0));
        assert_eq!((s.detection.worst_ms, s.recovery.worst_ms), (Some(2 * MIN), Some(MIN)));
        assert_eq!((s.ok_while_red_ms, s.grey_ms), (2 * MIN, MIN));
        let wrong = [(11, State::Ok), (150, State::Alarm), (260, State::Ok)];
        let s = score(&truth, &wrong);
        assert_eq!(s.false_greens, Stretches { count: 1, ms: 50 * MIN });
        assert_eq!(s.false_reds, Stretches { count: 1, ms: 60 * MIN });
    }

    #[test]
    fn a_red_that_was_over_before_the_alarm_is_missed_and_not_late() {
        let truth = [(10, Light::Green), (100, Light::Red), (110, Light::Green)];
        let s = score(&truth, &[(11, State::Ok), (115, State::Alarm), (170, State::Ok)]);
        assert_eq!((s.turned_red, s.red_missed, s.red_missed_brief), (1, 1, 0));
        assert_eq!(s.detection, Delays::default());
        assert_eq!(s.raised, 1);
    }

    #[test]
    fn a_false_recovery_in_the_middle_of_a_red_is_a_false_green() {
        let truth = [(10, Light::Red)];
        let said = [(11, State::Alarm), (30, State::Ok), (60, State::Alarm)];
        let s = score(&truth, &said);
        assert_eq!((s.false_greens.count, s.red_missed, s.raised), (1, 0, 2));
        assert_eq!(s.detection.median_ms, Some(MIN));
    }

    #[test]
    fn what_turns_at_the_very_end_is_neither_shown_nor_missed() {
        let s = score(&[(10, Light::Green), (999, Light::Red)], &[(11, State::Ok)]);
        assert_eq!((s.turned_red, s.red_missed), (0, 0));
    }
}
