//! Evaluates a row at a time: its light, and whether the machine is late or stuck by its
//! declarations. The function and the command line share [`evaluate`].

use crate::{
    Aborted, Declared, Light, Reading, Row, Run, Semantics, Verdict, deciding_runs, limit_s,
    oldest_running, overdue,
};

/// Why a light is not known for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// ListExecutions has not confirmed the machine yet.
    Unread,
    /// The machine cannot be read.
    Unreadable,
    /// The machine is EXPRESS, of which no runs are listed.
    Express,
    /// What is known now settles nothing.
    Held,
    /// Its Map Runs left items undone.
    Incomplete,
}

/// The evaluation of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// What the runs say.
    pub verdict: Verdict,
    /// The light, as far as it is known; a light that holds is the one that was accepted last.
    pub light: Light,
    /// The number to publish, if any is.
    pub code: Option<u8>,
    /// For how many seconds a finished run has been due: 0 while none is, `None` if none is
    /// expected.
    pub overdue_s: Option<f64>,
    /// For how many seconds the oldest run in progress has been running; 0 without one.
    pub running_s: f64,
    /// For how many seconds a run may go on, if that is declared and known.
    pub limit_s: Option<f64>,
    /// By how many seconds the oldest run in progress exceeds that.
    pub overrun_s: f64,
    /// How many runs are in progress; at least so many of [`crate::KEPT_RUNNING`] and more.
    pub running: usize,
    /// Items of Map Runs that were left undone.
    pub incomplete: Option<u64>,
    /// Why the light is not certain, if it is not.
    pub doubt: Option<Doubt>,
    /// Why a schedule cannot be read, if it cannot.
    pub unusable: Option<String>,
}

impl Evaluation {
    /// Whether a finished run is due.
    pub fn is_late(&self) -> bool {
        self.overdue_s.is_some_and(|seconds| seconds > 0.0)
    }

    /// Whether a run goes on for longer than it may.
    pub fn is_stuck(&self) -> bool {
        self.overrun_s > 0.0
    }
}

/// Judges a row at `now_ms`.
pub fn evaluate(row: &Row, declared: &Declared, aborted: Aborted, now_ms: i64) -> Evaluation {
    let semantics = Semantics::LastFinished;
    let settle_ms = declared.settle_ms();
    let verdict = row.verdict(aborted, settle_ms, now_ms);
    let shown = row.shown.as_ref().map_or(Light::Grey, |shown| shown.light);
    let light = match &verdict {
        // The runs have expired in Step Functions: the light stays as it was.
        Verdict::Read(Reading { decided_by: None, .. }) => shown,
        settled => settled.light(semantics).unwrap_or(shown),
    };
    let under_way: Vec<&Run> = row.under_way().collect();
    let limit_s = limit_s(declared, row.p99_ms);
    let finished = match declared.expects() {
        true => deciding_runs(semantics, aborted, &row.finished),
        false => Vec::new(),
    };
    let unread = row.listed_ms.is_none();
    let (overdue_s, unusable) = match overdue(declared, limit_s, &finished, row.created_ms, now_ms)
    {
        // Nothing is due of a machine that was never read: its last run is not known.
        Ok(seconds) => (seconds.filter(|_| !unread), None),
        Err(reason) => (None, Some(reason)),
    };
    let running_s = oldest_running(&under_way, now_ms);
    let overrun_s = limit_s.map_or(0.0, |limit| (running_s - limit).max(0.0));
    let incomplete = row.incomplete.as_ref().and_then(|(attempt, items)| {
        let decided = row.reading(aborted).decided_by?;
        (crate::Attempt::of(&decided) == *attempt).then_some(*items)
    });
    let doubt = match () {
        () if row.unreadable.is_some() => Some(Doubt::Unreadable),
        () if row.express => Some(Doubt::Express),
        () if row.listed_ms.is_none() => Some(Doubt::Unread),
        () if matches!(verdict, Verdict::Held(_)) => Some(Doubt::Held),
        () if incomplete.is_some_and(|items| items > 0) => Some(Doubt::Incomplete),
        () => None,
    };
    let code = verdict.code(semantics);
    let running = under_way.len();
    Evaluation {
        verdict,
        light,
        code,
        overdue_s,
        running_s,
        limit_s,
        overrun_s,
        running,
        incomplete,
        doubt,
        unusable,
    }
}

/// Rounds within which ListExecutions confirms a machine.
const ROUNDS: i64 = 2;

/// Whether ListExecutions has not confirmed a row for two rounds that take `round_ms` each. One
/// that it never confirmed is in doubt for that.
pub fn is_stale(row: &Row, round_ms: i64, now_ms: i64) -> bool {
    let limit_ms = round_ms.max(60_000).saturating_mul(ROUNDS);
    !row.express && row.listed_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) > limit_ms)
}

/// How many machines are what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Counts {
    /// All that are watched.
    pub machines: u32,
    /// Green lights.
    pub green: u32,
    /// Red lights.
    pub red: u32,
    /// Machines of which no finished run is known.
    pub grey: u32,
    /// Machines with a finished run due.
    pub late: u32,
    /// Machines with a run that goes on for too long.
    pub stuck: u32,
    /// Machines whose light is not certain.
    pub doubt: u32,
    /// Of these, those that cannot be read.
    pub unreadable: u32,
    /// Machines that are muted.
    pub muted: u32,
    /// Of these, the red ones.
    pub muted_red: u32,
    /// Those that are late.
    pub muted_late: u32,
    /// Those that are stuck.
    pub muted_stuck: u32,
}

impl Counts {
    /// Counts a machine.
    pub fn add(&mut self, evaluation: &Evaluation) {
        self.machines += 1;
        match evaluation.light {
            Light::Green => self.green += 1,
            Light::Red => self.red += 1,
            Light::Grey => self.grey += 1,
        }
        self.late += u32::from(evaluation.is_late());
        self.stuck += u32::from(evaluation.is_stuck());
        self.doubt += u32::from(evaluation.doubt.is_some());
        self.unreadable += u32::from(evaluation.doubt == Some(Doubt::Unreadable));
    }

    /// Counts a machine that is muted.
    pub fn add_muted(&mut self, evaluation: &Evaluation) {
        self.add(evaluation);
        self.muted += 1;
        self.muted_red += u32::from(evaluation.light == Light::Red);
        self.muted_late += u32::from(evaluation.is_late());
        self.muted_stuck += u32::from(evaluation.is_stuck());
    }
}
