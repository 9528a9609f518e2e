//! Rows of the board from rows of the state table, by the function's own evaluation. Pure.

use super::metrics::DAY_MS;
use super::read::KEPT_DAYS;
use super::{Evaluation, Row, Why};
use crate::alarm::Alarm;
use crate::text::duration;
use guardian_board::target::{execution_link, machine_link};
use guardian_contract::{
    Attempt, Declared, Doubt, KEPT_RUNNING, Light, Run, Status, evaluate, is_stale,
};

/// What a row of the table is evaluated with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge {
    /// How a light is evaluated.
    pub meaning: Evaluation,
    /// How long a round of the reconciler takes, if that is known.
    pub round_ms: Option<i64>,
    /// How many finished runs are shown one by one.
    pub past: usize,
    /// The time.
    pub now_ms: i64,
}

impl Judge {
    /// The board's row of a machine. Its alarm is that of its status.
    pub fn row(
        &self,
        of: &guardian_contract::Row,
        declared: &Declared,
        alarm: Option<&Alarm>,
    ) -> Row {
        let Self { meaning, now_ms, .. } = *self;
        let name = of.machine_name();
        let mut row = Row::new(of.key.as_str(), name);
        let evaluation = evaluate(of, declared, meaning.aborted, now_ms);
        let runs = of.known();
        let decided_by = row.take_verdict(meaning, &evaluation.verdict, &runs, evaluation.light);
        row.light = Some(evaluation.light);
        row.doubt = evaluation.doubt;
        row.confirmed_ms = of.listed_ms;
        row.stale = self.round_ms.is_some_and(|round_ms| is_stale(of, round_ms, now_ms));
        let shown = of.shown.as_ref().filter(|shown| shown.light == evaluation.light);
        let since_ms = row.decided_since(meaning, &evaluation.verdict, &runs);
        // The light may be older than the oldest run that was kept.
        let since_ms = since_ms.into_iter().chain(shown.map(|shown| shown.since_ms)).min();
        row.since_ms = since_ms;
        row.tags.clone_from(&of.tags);
        row.red_since_ms = since_ms.filter(|_| evaluation.light == Light::Red);
        if decided_by.is_none() {
            // Its runs have aged out.
            row.at_ms = row.at_ms.or(shown.map(|shown| shown.since_ms));
        }
        let decided = evaluation.verdict.light(meaning.semantics);
        let settle_ms = i64::from(declared.settle_s.unwrap_or(0)) * 1_000;
        row.compare((decided, since_ms), settle_ms, alarm, now_ms);
        row.running = evaluation.running;
        row.running_more = of.running.len() >= KEPT_RUNNING;
        row.running_since_ms = of.under_way().map(Run::began_ms).min();
        let good = of.finished.iter().filter(|run| run.status == Status::Succeeded);
        row.last_success_ms = good.map(Run::changed_ms).max();
        row.take_limits(&evaluation, now_ms);
        row.incomplete = evaluation.incomplete.is_some_and(|items| items > 0);
        let letters = of.history.chars().rev().take(self.past).filter_map(status);
        row.history = letters.collect();
        row.history.reverse();
        if row.light == Some(Light::Red) && !row.redriving {
            let why = of.why.as_ref();
            let why = why.filter(|why| decided_by.is_some_and(|r| Attempt::of(r) == why.attempt));
            row.why = why.map(|why| Why {
                state: why.state.clone(),
                error: why.error.clone(),
                cause: why.cause.clone(),
                unread: None,
            });
        }
        row.link = decided_by
            .map_or_else(|| machine_link(&of.machine_arn), |run| execution_link(&run.arn));
        if let Some((code, since_ms)) = &of.unreadable {
            let long = duration(now_ms - since_ms);
            row.error = Some(format!("the machine has been unreadable for {long}: {code}"));
        }
        if of.gone_ms.is_some() {
            row.light = None;
            row.error = Some("the machine does not exist (any more)".to_owned());
        }
        let nothing = runs.is_empty() && of.unknown.is_none() && of.history.is_empty();
        match row.doubt {
            // Without an event either, nothing is known.
            Some(Doubt::Unread | Doubt::Unreadable) if row.light == Some(Light::Grey) => {
                row.light = None;
            }
            None if nothing && row.light == Some(Light::Grey) => {
                let young = of
                    .created_ms
                    .is_some_and(|at_ms| now_ms - at_ms < i64::from(KEPT_DAYS) * DAY_MS);
                row.never_run = young;
                row.none_in_days = (!young).then_some(KEPT_DAYS);
            }
            _ => {}
        }
        row
    }
}

fn status(letter: char) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.as_str().starts_with(letter))
}
