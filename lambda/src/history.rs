//! A machine's executions as lists and events report them, and the light that follows from them.

use crate::Settings;
use crate::fleet::{Execution, is_map_run};
use guardian_contract::{
    Attempt, Held, Listed, MachineKey, Reading, Run, Status, Verdict as Said, list_decides, p99_ms,
    read, verdict,
};

/// Executions of one machine, in no order and with repetitions.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub runs: Vec<Run>,
    pub unknown: Vec<Unknown>,
    /// The last status change of the oldest listed execution: the list goes back to here.
    listed_back_to: Option<i64>,
    /// Whether the list was read to its end.
    pub complete: bool,
    /// Items that failed in the run that decides, if that was looked into.
    pub incomplete: Option<(Attempt, u64)>,
}

/// An execution with a status that this version does not know.
#[derive(Debug, Clone)]
pub(crate) struct Unknown {
    pub arn: String,
    pub word: String,
    pub began_ms: i64,
}

/// The light that the executions give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// This is the status; there is nothing to publish without a code.
    Status { code: Option<u8>, word: &'static str },
    /// Nothing is settled: the light holds; what it was is published again if it is known. It may be
    /// looked at again at a time, in milliseconds since the epoch.
    Held { code: Option<u8>, reason: &'static str, until_ms: Option<i64> },
}

impl History {
    /// Adds a page of the machine's list.
    pub fn list(&mut self, executions: Vec<Execution>) {
        for execution in &executions {
            let began = began_ms(execution.start_ms, execution.redrive_ms);
            let changed = execution.stop_ms.unwrap_or(began);
            self.listed_back_to = Some(self.listed_back_to.map_or(changed, |t| t.min(changed)));
        }
        self.add(executions);
    }

    /// Adds executions from any source.
    pub fn add(&mut self, executions: Vec<Execution>) {
        // A Map Run's children are not the machine's runs. One execution may come twice, with
        // another status: the contract decides which one counts.
        for execution in executions.into_iter().filter(|e| !is_map_run(&e.arn)) {
            let Execution { arn, status, start_ms, stop_ms, redrive_ms, redrive_count } = execution;
            if let Some(status) = Status::parse(&status) {
                self.runs.push(Run { arn, status, start_ms, stop_ms, redrive_ms, redrive_count });
            } else if !self.unknown.iter().any(|u| u.arn == arn) {
                let began_ms = began_ms(start_ms, redrive_ms);
                self.unknown.push(Unknown { arn, word: status, began_ms });
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.unknown.is_empty()
    }

    pub fn reading(&self, settings: &Settings) -> Reading {
        read(settings.semantics, settings.aborted, &self.runs)
    }

    /// Whether no execution on later pages of the list can decide the light.
    pub fn decides(&self, settings: &Settings) -> bool {
        list_decides(settings.semantics, settings.aborted, &self.runs, self.listed_back_to)
    }

    /// What it says at `now_ms`.
    pub fn verdict(&self, settings: &Settings, key: &MachineKey, now_ms: i64) -> Verdict {
        let (semantics, aborted) = (settings.semantics, settings.aborted);
        let unknown_ms = self.unknown.iter().map(|unknown| unknown.began_ms).max();
        let settle_ms = settings.watch.of(key).settle_ms();
        let said = verdict(semantics, aborted, settle_ms, &self.runs, unknown_ms, now_ms);
        let code = said.code(semantics);
        let word = match &said {
            Said::Held(held) => {
                let reason = match held {
                    Held::Hidden(_) => {
                        "its last finished run was redriven, and how it ended is not known"
                    }
                    Held::Unknown => "a status unknown to this version",
                    Held::Settling(..) => "a first failure has time to be retried",
                };
                return Verdict::Held { code, reason, until_ms: held.until_ms() };
            }
            Said::Redriving => "REDRIVING",
            Said::Read(Reading { decided_by: Some(run), .. }) => run.status.as_str(),
            Said::Read(Reading { code: 0, .. }) => "NEVER_RUN",
            Said::Read(_) => Status::Running.as_str(),
        };
        Verdict::Status { code, word }
    }

    /// What it says for a row. `limits_by_p99` is whether the machine's limit comes from its runs.
    pub fn listed(self, at_ms: i64, limits_by_p99: bool) -> Listed {
        let p99_ms = limits_by_p99.then(|| p99_ms(&self.runs)).flatten();
        let newest = self.unknown.into_iter().max_by_key(|unknown| unknown.began_ms);
        let unknown = newest.map(|unknown| (unknown.arn, unknown.began_ms));
        Listed { runs: self.runs, unknown, complete: self.complete, at_ms, p99_ms }
    }
}

fn began_ms(start_ms: i64, redrive_ms: Option<i64>) -> i64 {
    redrive_ms.map_or(start_ms, |redrive| redrive.max(start_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::{Aborted, Declared, Watch};

    fn execution(arn: &str, status: &str, start_ms: i64) -> Execution {
        let stop_ms = (status != "RUNNING").then_some(start_ms + 5);
        Execution {
            arn: arn.into(),
            status: status.into(),
            start_ms,
            stop_ms,
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    fn redriven(mut execution: Execution, at: i64, count: u32) -> Execution {
        (execution.redrive_ms, execution.redrive_count) = (Some(at), count);
        execution
    }

    fn history(executions: Vec<Execution>) -> History {
        let mut history = History::default();
        history.add(executions);
        history
    }

    fn verdict_with(settings: &Settings, executions: Vec<Execution>, now_ms: i64) -> Verdict {
        history(executions).verdict(settings, &MachineKey::new("m").unwrap(), now_ms)
    }

    fn verdict(executions: Vec<Execution>) -> Result<Option<u8>, &'static str> {
        match verdict_with(&Settings::default(), executions, 1_000_000) {
            Verdict::Status { code, .. } => Ok(code),
            Verdict::Held { reason, .. } => Err(reason),
        }
    }

    #[test]
    fn a_redrive_on_its_way_never_turns_a_red_light_green() {
        let running = redriven(execution("b", "RUNNING", 10), 50, 1);
        assert_eq!(verdict(vec![running.clone()]), Ok(Some(3)));
        let after_success = vec![running.clone(), execution("a", "SUCCEEDED", 1)];
        assert_eq!(verdict(after_success.clone()), Ok(Some(3)));
        // A success that began after the failed attempt had cleared the light before.
        assert_eq!(verdict(vec![running, execution("c", "SUCCEEDED", 20)]), Ok(Some(2)));
        let again = redriven(execution("b", "RUNNING", 10), 50, 2);
        assert!(verdict(vec![again, execution("c", "SUCCEEDED", 20)]).is_err());
        let done = redriven(execution("b", "SUCCEEDED", 10), 50, 1);
        assert_eq!(verdict(vec![done, execution("c", "FAILED", 20)]), Ok(Some(2)));
        // The first attempt is known from its event.
        let events = [vec![execution("b", "TIMED_OUT", 10)], after_success.clone()].concat();
        assert_eq!(verdict(events.clone()), Ok(Some(4)));
        // It may have been aborted, which is ignored here.
        let ignoring = Settings { aborted: Aborted::Ignore, ..Settings::default() };
        assert!(matches!(verdict_with(&ignoring, after_success, 99), Verdict::Held { .. }));
        let timed_out = Verdict::Status { code: Some(4), word: "TIMED_OUT" };
        assert_eq!(verdict_with(&ignoring, events, 99), timed_out);
        // An aborted redrive does not clear the failure that it was to fix.
        let given_up = redriven(execution("b", "ABORTED", 10), 50, 1);
        let given_up = vec![given_up, execution("a", "SUCCEEDED", 1)];
        assert!(matches!(verdict_with(&ignoring, given_up.clone(), 99), Verdict::Held { .. }));
        assert_eq!(verdict(given_up), Ok(Some(5)));
    }

    #[test]
    fn a_failure_is_told_though_an_older_run_is_redriven_whose_last_end_nobody_knows() {
        let redriving = redriven(execution("old", "RUNNING", 10), 50, 2);
        let failed = execution("new", "FAILED", 40);
        assert_eq!(verdict(vec![redriving, failed]), Ok(Some(3)));
    }

    #[test]
    fn an_end_heard_of_while_the_list_still_shows_the_redrive_counts() {
        let running = redriven(execution("b", "RUNNING", 10), 50, 1);
        let ended = redriven(execution("b", "SUCCEEDED", 10), 50, 1);
        assert_eq!(verdict(vec![running, ended, execution("a", "FAILED", 1)]), Ok(Some(2)));
    }

    #[test]
    fn an_unknown_status_holds_the_light_only_when_it_is_the_newer() {
        assert!(verdict(vec![execution("b", "PAUSED", 9), execution("a", "FAILED", 1)]).is_err());
        let older = vec![execution("b", "FAILED", 9), execution("a", "PAUSED", 1)];
        assert_eq!(verdict(older), Ok(Some(3)));
    }

    #[test]
    fn children_of_a_map_run_are_no_runs() {
        let child = "arn:aws:states:us-east-1:1:execution:name/label:id";
        assert_eq!(verdict(vec![execution(child, "FAILED", 9)]), Ok(None));
    }

    #[test]
    fn a_first_failure_holds_until_its_time_to_settle_is_over() {
        let declared = Declared { settle_s: Some(1), ..Declared::default() };
        let watch = Watch { defaults: declared, ..Watch::default() };
        let settings = Settings { watch, ..Settings::default() };
        let runs = vec![execution("b", "FAILED", 10), execution("a", "SUCCEEDED", 1)];
        let held = verdict_with(&settings, runs.clone(), 1_014);
        assert!(matches!(held, Verdict::Held { until_ms: Some(1_015), .. }), "{held:?}");
        let red = Verdict::Status { code: Some(3), word: "FAILED" };
        assert_eq!(verdict_with(&settings, runs, 1_015), red);
    }

    #[test]
    fn a_long_run_further_down_the_list_may_still_decide() {
        let settings = Settings::default();
        let mut short = execution("short", "SUCCEEDED", 100);
        short.stop_ms = Some(110);
        let mut long = execution("long", "FAILED", 50);
        long.stop_ms = Some(500);
        let mut history = History::default();
        history.list(vec![long]);
        assert!(!history.decides(&settings));
        history.list(vec![short]);
        assert!(!history.decides(&settings));
        history.list(vec![execution("old", "SUCCEEDED", 10)]);
        assert!(history.decides(&settings));
        assert_eq!(history.reading(&settings).decided_by.unwrap().arn, "short");
    }
}
