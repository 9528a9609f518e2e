//! State changes of a light that are worth a notification, from the history alone: nothing is stored, so
//! nothing can be lost or be out of step.

use guardian_contract::Run;
use serde::Serialize;

/// What has happened to a light with the run that decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StateChange {
    pub kind: Kind,
    /// The run that decides it now.
    pub run: Run,
    /// How long the light had been what it was before, as far back as the history goes, in
    /// milliseconds; `None` if it was nothing before.
    pub before_ms: Option<i64>,
    /// Failures in a row, this one included, or those that a success has ended.
    pub failures: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// It has turned red.
    Failed,
    /// It was red and has failed again.
    StillFailing,
    /// It was red and is green.
    Recovered,
}

/// What is worth a message of the runs that decide a light, oldest first; `None` for what is as it
/// was. `settle_ms` is how long a first failure waits for a retry: one that is fixed in time was
/// never shown, and one that is followed by a second is told with that. Of the failures after the
/// one that was told first every `renotify_every`th is told, none for 0.
pub(crate) fn state_change(
    deciding: &[&Run],
    settle_ms: i64,
    renotify_every: u32,
) -> Option<StateChange> {
    let (last, before) = deciding.split_last()?;
    let tail = |runs: &[&Run]| runs.iter().rev().take_while(|run| run.is_red()).count();
    let in_time = |first: &Run, next: &Run| {
        first.redrive_count == 0 && next.changed_ms() < first.changed_ms() + settle_ms
    };
    let lasted = |runs: &[&Run]| runs.first().map(|first| last.changed_ms() - first.changed_ms());
    let change = |kind, before_ms, failures| {
        let run = (*last).clone();
        Some(StateChange { kind, run, before_ms, failures })
    };
    if !last.is_red() {
        let failures = tail(before);
        let red = &before[before.len() - failures..];
        let never_shown = failures == 1 && in_time(red[0], last);
        // The last run may itself be a redrive of what had failed: then its execution's failure is
        // no longer among the others, but there was one.
        let fixed = failures == 0 && last.redrive_count > 0;
        return match failures {
            0 if !fixed => None,
            _ if never_shown => None,
            _ => change(Kind::Recovered, lasted(red), failures.max(1)),
        };
    }
    let failures = tail(deciding);
    let red = &deciding[deciding.len() - failures..];
    let first_told = if failures > 1 && in_time(red[0], red[1]) { 2 } else { 1 };
    let after = failures.checked_sub(first_told)?;
    if after > 0 {
        let every = usize::try_from(renotify_every).ok().filter(|every| *every > 0)?;
        return after
            .is_multiple_of(every)
            .then(|| change(Kind::StillFailing, lasted(red), failures))
            .flatten();
    }
    let green = &deciding[..deciding.len() - failures];
    let green_since = green.iter().rposition(|run| run.is_red()).map_or(0, |at| at + 1);
    change(Kind::Failed, lasted(&green[green_since..]), failures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::Status;

    /// Runs a second apart, `s` succeeded and `f` failed.
    fn runs(story: &str) -> Vec<Run> {
        let run = |(number, letter): (usize, char)| {
            let at = i64::try_from(number).unwrap() * 1_000;
            Run {
                arn: number.to_string(),
                status: if letter == 's' { Status::Succeeded } else { Status::Failed },
                start_ms: at,
                stop_ms: Some(at + 500),
                redrive_ms: None,
                redrive_count: 0,
            }
        };
        story.chars().enumerate().map(run).collect()
    }

    fn told(story: &str, settle_ms: i64, every: u32) -> Option<(Kind, usize, Option<i64>)> {
        let runs = runs(story);
        let deciding: Vec<&Run> = runs.iter().collect();
        state_change(&deciding, settle_ms, every).map(|t| (t.kind, t.failures, t.before_ms))
    }

    #[test]
    fn a_light_that_turns_is_told_with_how_long_it_had_been_what_it_was() {
        use Kind::*;
        for (story, expected) in [
            ("", None),
            ("s", None),
            ("ss", None),
            ("f", Some((Failed, 1, None))),
            ("ssf", Some((Failed, 1, Some(2_000)))),
            ("fsssf", Some((Failed, 1, Some(3_000)))),
            ("sff", None),
            ("sffs", Some((Recovered, 2, Some(2_000)))),
            ("sffss", None),
        ] {
            assert_eq!(told(story, 0, 0), expected, "{story}");
        }
    }

    #[test]
    fn repeated_failures_are_counted_and_told_as_often_as_was_asked() {
        let kinds: Vec<_> = (1..8).map(|n| told(&"f".repeat(n), 0, 3)).collect();
        let failures: Vec<_> = kinds.iter().map(|k| k.map(|(kind, n, _)| (kind, n))).collect();
        let (first, again) = (Kind::Failed, Kind::StillFailing);
        assert_eq!(
            failures,
            [Some((first, 1)), None, None, Some((again, 4)), None, None, Some((again, 7))]
        );
    }

    #[test]
    fn a_failure_that_is_mended_in_time_is_never_told_and_a_second_one_is_at_once() {
        assert_eq!(told("sfs", 1_500, 0), None);
        assert_eq!(told("sfs", 500, 0), Some((Kind::Recovered, 1, Some(1_000))));
        assert_eq!(told("sff", 1_500, 0), Some((Kind::Failed, 2, Some(2_000))));
        assert_eq!(told("sfff", 1_500, 0), None);
        assert_eq!(told("sfff", 1_500, 1), Some((Kind::StillFailing, 3, Some(2_000))));
    }

    #[test]
    fn a_redrive_that_succeeds_is_a_recovery() {
        let mut runs = runs("ss");
        (runs[1].redrive_ms, runs[1].redrive_count) = (Some(1_700), 1);
        let deciding: Vec<&Run> = runs.iter().collect();
        assert_eq!(state_change(&deciding, 0, 0).map(|t| t.kind), Some(Kind::Recovered));
    }
}
