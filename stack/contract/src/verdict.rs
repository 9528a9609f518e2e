//! Evaluates a machine's runs where they do not settle the light yet: the list shows only the
//! newest attempt of an execution, a first failure may still be retried, and a status published a
//! minute ago may be contradicted. The function, the board and the replay model all evaluate with
//! [`verdict`].

use crate::{Aborted, Light, Reading, Run, Semantics, Status, deciding_runs, read, settles_at};

/// The result of evaluating a machine's runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// What the runs say.
    Read(Reading),
    /// A redrive hides how the last attempt ended; it was no success.
    Redriving,
    /// Nothing is settled: the light holds.
    Held(Held),
}

/// Why the light keeps its state. Times are milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// A redrive hides how the last attempt ended. Either that is unknown, or it was no success and
    /// may be retried until this time.
    Hidden(Option<i64>),
    /// A run that may decide the light has a status that this version does not know.
    Unknown,
    /// A first failure has time to be retried until then. Until then the light is what it was
    /// before: the number of that, if a run had finished. It is published, since a recovery that
    /// came in the minute of an older failure would else not be confirmed while this one settles.
    Settling(i64, Option<u8>),
}

impl Verdict {
    /// The number to publish, if any is.
    pub fn code(&self, semantics: Semantics) -> Option<u8> {
        match self {
            Verdict::Read(reading) => reading.published(semantics),
            // Failed, timed out or aborted: Step Functions no longer lists which.
            Verdict::Redriving => Some(Status::Failed.code()),
            Verdict::Held(Held::Settling(_, before)) => *before,
            Verdict::Held(Held::Hidden(_) | Held::Unknown) => None,
        }
    }

    /// The light; none while it stays what it was, as the alarm does for which nothing is
    /// published.
    pub fn light(&self, semantics: Semantics) -> Option<Light> {
        let code = self.code(semantics)?;
        Some(match self {
            Verdict::Read(reading) => reading.light,
            _ if f64::from(code) >= crate::RED_THRESHOLD => Light::Red,
            _ => Light::Green,
        })
    }
}

impl Held {
    /// When to evaluate again, if only time can change the result.
    pub fn until_ms(self) -> Option<i64> {
        match self {
            Held::Hidden(until) => until,
            Held::Unknown => None,
            Held::Settling(until, _) => Some(until),
        }
    }
}

/// What these runs say at `now_ms`, in any order and with repetitions. A first failure has
/// `settle_ms` to be retried. `unknown_ms` is when the newest execution began whose status this
/// version does not know, if there is one.
pub fn verdict(
    semantics: Semantics,
    aborted: Aborted,
    settle_ms: i64,
    runs: &[Run],
    unknown_ms: Option<i64>,
    now_ms: i64,
) -> Verdict {
    let reading = read(semantics, aborted, runs);
    let outranks = |began: i64| reading.outranked_by(began);
    if unknown_ms.is_some_and(outranks) {
        return Verdict::Held(Held::Unknown);
    }
    let hiding = hiding(semantics, aborted, runs, outranks);
    // What is hidden was no success: a light that is red without it is red with it.
    if !hiding.is_empty() && reading.light != Light::Red {
        // If all attempts are newer than what decides, the last end was a bad one.
        let red = aborted == Aborted::Red && hiding.iter().any(|run| outranks(run.start_ms));
        let began_ms = hiding.iter().map(|run| run.began_ms()).max().unwrap_or(now_ms);
        let until_ms = began_ms.saturating_add(settle_ms);
        return match red {
            false => Verdict::Held(Held::Hidden(None)),
            true if settle_ms > 0 && now_ms < until_ms => {
                Verdict::Held(Held::Hidden(Some(until_ms)))
            }
            true => Verdict::Redriving,
        };
    }
    match settles_at(semantics, aborted, settle_ms, runs, now_ms) {
        Some(until_ms) => {
            let deciding = deciding_runs(semantics, aborted, runs);
            // One that ended after the failure was not the light before it, nor is one whose
            // successor is hidden: that may have been red, and then the failure counted at once.
            let before = match deciding.as_slice() {
                [.., before, last] if before.changed_ms() <= last.changed_ms() => {
                    let outranks = |began: i64| began >= before.began_ms();
                    let known = self::hiding(semantics, aborted, runs, outranks).is_empty();
                    known.then(|| before.status.code())
                }
                _ => None,
            };
            Verdict::Held(Held::Settling(until_ms, before))
        }
        None => Verdict::Read(reading),
    }
}

/// The runs that hide an end which decides the light, for all that is known: a run can be redriven
/// only after it did not succeed, and from then on the list shows the new attempt alone. While that
/// one is on its way, or if it was aborted and that is ignored, publishing the run before it would
/// turn a red light green for a restart.
fn hiding(
    semantics: Semantics,
    aborted: Aborted,
    runs: &[Run],
    outranks: impl Fn(i64) -> bool,
) -> Vec<&Run> {
    if semantics == Semantics::Original {
        return Vec::new();
    }
    let ignored = |run: &Run| run.status == Status::Aborted && aborted == Aborted::Ignore;
    let decides = |run: &Run| run.status.is_finished() && !ignored(run);
    let newest = |arn: &str, count: Option<u32>| {
        let tellings = runs.iter().filter(|run| run.arn == arn);
        let tellings = tellings.filter(|run| count.is_none_or(|c| run.redrive_count == c));
        tellings.max_by_key(|run| run.attempt())
    };
    let hides = |run: &&Run| {
        if newest(&run.arn, None) != Some(run) || decides(run) {
            return false;
        }
        // The attempts before it, newest first: one that is known to have ended has decided, or is
        // ignored; one that is not began before the next one did.
        let mut began_before = run.began_ms();
        for count in (0..run.redrive_count).rev() {
            match newest(&run.arn, Some(count)) {
                Some(known) if decides(known) => return false,
                Some(known) if ignored(known) => began_before = known.began_ms(),
                Some(known) => return outranks(known.began_ms()),
                None if count == 0 => return outranks(run.start_ms),
                None => return outranks(began_before),
            }
        }
        false
    };
    runs.iter().filter(|run| run.redrive_count > 0).filter(hides).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arn: &str, status: Status, start_ms: i64) -> Run {
        Run {
            arn: arn.into(),
            status,
            start_ms,
            stop_ms: status.is_finished().then_some(start_ms + 5),
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    fn redriven(run: Run, at: i64, count: u32) -> Run {
        Run { redrive_ms: Some(at), redrive_count: count, ..run }
    }

    fn code(aborted: Aborted, settle_ms: i64, runs: &[Run], now_ms: i64) -> Option<u8> {
        let semantics = Semantics::LastFinished;
        verdict(semantics, aborted, settle_ms, runs, None, now_ms).code(semantics)
    }

    #[test]
    fn a_hidden_end_is_red_where_all_attempts_are_newer_and_else_it_holds() {
        let good = run("a", Status::Succeeded, 1);
        let again = |count| redriven(run("b", Status::Running, 10), 50, count);
        assert_eq!(code(Aborted::Red, 0, &[good.clone(), again(1)], 99), Some(3));
        assert_eq!(code(Aborted::Ignore, 0, &[good.clone(), again(1)], 99), None);
        // A success between the first attempt and the last one; the attempts between are unknown.
        let between = run("c", Status::Succeeded, 20);
        assert_eq!(code(Aborted::Red, 0, &[between.clone(), again(2)], 99), None);
        assert_eq!(code(Aborted::Red, 0, &[between, again(1)], 99), Some(2));
        // The recipe shows the newest run, running or not, and never keeps a state.
        let recipe = verdict(Semantics::Original, Aborted::Red, 60, &[good, again(1)], None, 99);
        assert_eq!(recipe.code(Semantics::Original), Some(1));
    }

    #[test]
    fn a_first_failure_that_is_redriven_has_its_time_from_the_redrive_on() {
        let again = redriven(run("b", Status::Running, 10), 50, 1);
        let runs = [run("a", Status::Succeeded, 1), again];
        let at = |now| verdict(Semantics::LastFinished, Aborted::Red, 60, &runs, None, now);
        assert_eq!(at(109), Verdict::Held(Held::Hidden(Some(110))));
        assert_eq!(at(110), Verdict::Redriving);
        let first = [run("a", Status::Succeeded, 1), run("b", Status::Failed, 10)];
        let held = verdict(Semantics::LastFinished, Aborted::Red, 60, &first, None, 74);
        assert_eq!(held, Verdict::Held(Held::Settling(75, Some(2))));
        let alone = verdict(Semantics::LastFinished, Aborted::Red, 60, &first[1..], None, 74);
        assert_eq!(alone.code(Semantics::LastFinished), None);
        assert_eq!(code(Aborted::Red, 60, &first, 75), Some(3));
        let hidden = redriven(run("x", Status::Running, 5), 70, 1);
        let hides = [first[0].clone(), hidden, first[1].clone()];
        assert_eq!(code(Aborted::Red, 60, &hides, 74), None);
        // A run that ended after the failure was not the light before it.
        let later = Run { stop_ms: Some(40), ..run("a", Status::Succeeded, 1) };
        assert_eq!(code(Aborted::Red, 60, &[later, first[1].clone()], 74), None);
    }

    #[test]
    fn without_time_to_settle_a_failure_counts_at_once_whatever_the_clock_says() {
        let good = run("a", Status::Succeeded, 1);
        let first = [good.clone(), run("b", Status::Failed, 10)];
        assert_eq!(code(Aborted::Red, 0, &first, 14), Some(3));
        let again = [good, redriven(run("b", Status::Running, 10), 50, 1)];
        assert_eq!(code(Aborted::Red, 0, &again, 49), Some(3));
    }

    #[test]
    fn the_light_is_what_is_published_and_held_where_nothing_is() {
        let light = |aborted, runs: &[Run], unknown_ms| {
            let semantics = Semantics::LastFinished;
            verdict(semantics, aborted, 0, runs, unknown_ms, 99).light(semantics)
        };
        let good = run("a", Status::Succeeded, 1);
        let redriven = redriven(run("b", Status::Running, 10), 50, 1);
        let failed = run("c", Status::Failed, 20);
        assert_eq!(light(Aborted::Red, std::slice::from_ref(&good), None), Some(Light::Green));
        assert_eq!(light(Aborted::Red, &[good.clone(), redriven.clone()], None), Some(Light::Red));
        assert_eq!(light(Aborted::Ignore, &[good.clone(), redriven], None), None);
        assert_eq!(light(Aborted::Red, &[good.clone(), failed.clone()], Some(1)), Some(Light::Red));
        assert_eq!(light(Aborted::Red, &[good, failed], Some(20)), None);
        assert_eq!(light(Aborted::Red, &[], None), None);
        let recipe = verdict(Semantics::Original, Aborted::Red, 0, &[], None, 99);
        assert_eq!(recipe.light(Semantics::Original), Some(Light::Grey));
    }
}
