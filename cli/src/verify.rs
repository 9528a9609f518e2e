//! The proof that a light follows: a machine is run to a failure and to a success, and each time
//! its alarm has to say so within a limit. Nothing here prints; AWS is behind two ports.

use crate::alarm::{Alarms, State};
use crate::text::plain;
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_contract::Status;
use serde::Serialize;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How often run and alarm are looked at: seconds are reported to this.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs of a machine.
pub trait Runs {
    /// Starts one and gives its ARN.
    fn start(&self, machine: &str, input: &str) -> impl Future<Output = Result<String, AwsError>>;
    /// Its status; none for one that this version does not know.
    fn status(&self, run: &str) -> impl Future<Output = Result<Option<Status>, AwsError>>;
}

/// Step Functions of an account and region.
#[derive(Debug, Clone)]
pub struct StepFunctions(aws_sdk_sfn::Client);

impl StepFunctions {
    /// A client of this account and region.
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_sfn::Client::new(config))
    }
}

impl Runs for StepFunctions {
    async fn start(&self, machine: &str, input: &str) -> Result<String, AwsError> {
        let call = self.0.start_execution().state_machine_arn(machine).input(input).send().await;
        let started = call.map_err(|e| AwsError::of(format!("start {machine}"), &e))?;
        Ok(started.execution_arn)
    }

    async fn status(&self, run: &str) -> Result<Option<Status>, AwsError> {
        let call = self.0.describe_execution().execution_arn(run).send().await;
        let run = call.map_err(|e| AwsError::of(format!("look at the run {run}"), &e))?;
        Ok(Status::parse(run.status.as_str()))
    }
}

/// What is run, and what looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// ARN of the machine.
    pub machine: String,
    /// Name of its status alarm.
    pub alarm: String,
    /// Input with which it succeeds.
    pub pass: String,
    /// Input with which it fails.
    pub fail: String,
}

/// A run, and the light that followed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Followed {
    /// How the run ended.
    pub status: Status,
    /// ARN of the run.
    pub run: String,
    /// The alarm's state after it.
    pub alarm: State,
    /// Seconds from the end of the run until it did, at most: counted from when the run was last
    /// seen to go on.
    pub seconds: f64,
}

/// Why the check failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// AWS refused a request.
    #[error(transparent)]
    Call(#[from] AwsError),
    /// There is no alarm.
    #[error("there is no alarm `{0}`")]
    NoAlarm(String),
    /// A run that does not end.
    #[error("the run {run} has not ended within {} s", limit.as_secs())]
    Endless {
        /// ARN of the run.
        run: String,
        /// How long was waited.
        limit: Duration,
    },
    /// A run with an unexpected end.
    #[error("the run {run} should {} but is {}", if *fail { "fail" } else { "succeed" }, status.as_str())]
    Otherwise {
        /// ARN of the run.
        run: String,
        /// Whether it was to fail.
        fail: bool,
        /// How it ended.
        status: Status,
    },
    /// A light that does not change.
    #[error("alarm `{alarm}` should be {wanted} but is still {is}, {} s after the run's end", limit.as_secs())]
    Still {
        /// Name of the alarm.
        alarm: String,
        /// The expected state.
        wanted: State,
        /// The actual state.
        is: State,
        /// How long was waited.
        limit: Duration,
    },
}

impl CheckError {
    /// How to fix it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Call(_) => "check that these credentials may start and describe executions",
            Self::NoAlarm(_) => "deploy first",
            Self::Endless { .. } => "give a machine that ends soon, or a longer --limit",
            Self::Otherwise { .. } => {
                "give inputs with which the machine succeeds and fails: --pass and --fail, or \
                 `verify` in guardian.yaml"
            }
            Self::Still { .. } => {
                "a light follows within seconds with `semantics: last-finished`; under `original` \
                 it waits for the next sweep (`guardian run`). Check the function's log and \
                 the event queue"
            }
        }
    }
}

/// Runs the canary to a failure and to a success, and waits for the light after each. A canary
/// that is red is brought to green first. Each light that followed is given to `report`.
pub async fn verify<A: Alarms, R: Runs>(
    alarms: &A,
    runs: &R,
    canary: &Canary,
    limit: Duration,
    mut report: impl FnMut(&Followed),
) -> Result<(), CheckError> {
    if state(alarms, canary).await? == State::Alarm {
        report(&follow(alarms, runs, canary, false, limit).await?);
    }
    for fail in [true, false] {
        report(&follow(alarms, runs, canary, fail, limit).await?);
    }
    Ok(())
}

async fn follow<A: Alarms, R: Runs>(
    alarms: &A,
    runs: &R,
    canary: &Canary,
    fail: bool,
    limit: Duration,
) -> Result<Followed, CheckError> {
    let (input, wanted) =
        if fail { (&canary.fail, State::Alarm) } else { (&canary.pass, State::Ok) };
    let run = runs.start(&canary.machine, input).await?;
    let end = timeout_at(Instant::now() + limit, ended(runs, &run)).await;
    let (status, over) = end.map_err(|_| CheckError::Endless { run: run.clone(), limit })??;
    if fail == (status == Status::Succeeded) {
        return Err(CheckError::Otherwise { run, fail, status });
    }
    loop {
        let is = state(alarms, canary).await?;
        if is == wanted {
            return Ok(Followed { status, run, alarm: is, seconds: over.elapsed().as_secs_f64() });
        }
        if over.elapsed() >= limit {
            let alarm = plain(&canary.alarm);
            return Err(CheckError::Still { alarm, wanted, is, limit });
        }
        sleep(PAUSE).await;
    }
}

/// How a run ended, and when it was last seen to go on.
async fn ended<R: Runs>(runs: &R, run: &str) -> Result<(Status, Instant), AwsError> {
    let mut goes_on = Instant::now();
    loop {
        let asked = Instant::now();
        match runs.status(run).await? {
            Some(status) if status.is_finished() => return Ok((status, goes_on)),
            _ => goes_on = asked,
        }
        sleep(PAUSE).await;
    }
}

async fn state<A: Alarms>(alarms: &A, canary: &Canary) -> Result<State, CheckError> {
    let found = alarms.alarms(std::slice::from_ref(&canary.alarm)).await?;
    let alarm = found.get(&canary.alarm);
    alarm.map(|a| a.state).ok_or_else(|| CheckError::NoAlarm(plain(&canary.alarm)))
}

impl Followed {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{:9} → {}, at most {:.1} s after the run's end",
            self.status.as_str().to_lowercase().replace('_', " "),
            if self.alarm == State::Alarm { "red" } else { "green" },
            self.seconds
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::{ActionRecord, Alarm, Subscription};
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    /// A machine and an alarm, in simulated time: a run takes 3 s, and the light follows each
    /// later by its delay.
    struct Fake {
        began: Instant,
        runs: Mutex<Vec<(Duration, Status)>>,
        /// What the alarm says before any run has ended.
        first: State,
        red_after: Duration,
        green_after: Duration,
        fails: Status,
    }

    const RUN: Duration = Duration::from_secs(3);

    impl Fake {
        fn new(first: State) -> Self {
            Self {
                began: Instant::now(),
                runs: Mutex::default(),
                first,
                red_after: Duration::from_secs(4),
                green_after: Duration::from_secs(60),
                fails: Status::Failed,
            }
        }

        async fn verify(&self) -> (Vec<String>, Result<(), CheckError>) {
            let canary = Canary {
                machine: "m".into(),
                alarm: "A".into(),
                pass: "pass".into(),
                fail: "fail".into(),
            };
            let mut reported = Vec::new();
            let limit = Duration::from_secs(90);
            let end =
                verify(self, self, &canary, limit, |step| reported.push(step.sentence())).await;
            (reported, end)
        }
    }

    impl Runs for Fake {
        async fn start(&self, _: &str, input: &str) -> Result<String, AwsError> {
            let status = if input == "fail" { self.fails } else { Status::Succeeded };
            let mut runs = self.runs.lock().unwrap();
            runs.push((self.began.elapsed(), status));
            Ok((runs.len() - 1).to_string())
        }

        async fn status(&self, run: &str) -> Result<Option<Status>, AwsError> {
            let (at, status) = self.runs.lock().unwrap()[run.parse::<usize>().unwrap()];
            let over = self.began.elapsed() >= at + RUN;
            Ok(Some(if over { status } else { Status::Running }))
        }
    }

    impl Alarms for Fake {
        async fn alarms(&self, names: &[String]) -> Result<BTreeMap<String, Alarm>, AwsError> {
            let now = self.began.elapsed();
            let mut state = self.first;
            for (at, status) in self.runs.lock().unwrap().iter() {
                let (light, delay) = match status {
                    Status::Succeeded => (State::Ok, self.green_after),
                    _ => (State::Alarm, self.red_after),
                };
                if now >= *at + RUN + delay {
                    state = light;
                }
            }
            let alarm = Alarm {
                name: "A".into(),
                state,
                reason: String::new(),
                since_ms: None,
                full_ms: None,
                acts: true,
                on_alarm: Vec::new(),
                on_ok: Vec::new(),
                on_insufficient_data: Vec::new(),
            };
            Ok(names.iter().map(|name| (name.clone(), alarm.clone())).collect())
        }

        async fn set(&self, _: &str, _: State, _: &str) -> Result<(), AwsError> {
            Err(AwsError::refused("set it", "AccessDenied", "a proof sets nothing"))
        }

        async fn action_history(&self, _: &str) -> Result<Vec<ActionRecord>, AwsError> {
            Ok(Vec::new())
        }

        async fn subscriptions(&self, _: &str) -> Result<Vec<Subscription>, AwsError> {
            Ok(Vec::new())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_light_that_follows_is_reported_with_its_seconds() {
        let (reported, end) = Fake::new(State::InsufficientData).verify().await;
        assert_eq!(end, Ok(()));
        insta::assert_snapshot!(reported.join("\n"), @r"
        failed    → red, at most 5.0 s after the run's end
        succeeded → green, at most 61.0 s after the run's end
        ");
    }

    #[tokio::test(start_paused = true)]
    async fn a_canary_that_is_red_is_brought_to_green_first() {
        let (reported, end) = Fake::new(State::Alarm).verify().await;
        assert_eq!((reported.len(), end), (3, Ok(())));
        assert!(reported[0].starts_with("succeeded → green"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_light_that_stays_is_an_error() {
        let mut fake = Fake::new(State::Ok);
        fake.red_after = Duration::from_secs(91);
        let (reported, end) = fake.verify().await;
        assert!(reported.is_empty());
        let end = end.unwrap_err();
        assert_eq!(
            end.to_string(),
            "alarm `A` should be ALARM but is still OK, 90 s after the run's end"
        );
        assert!(end.help().contains("semantics: last-finished"));
    }

    #[tokio::test(start_paused = true)]
    async fn inputs_that_do_not_do_what_they_are_for_prove_nothing() {
        let mut fake = Fake::new(State::Ok);
        fake.fails = Status::Succeeded;
        let (_, end) = fake.verify().await;
        assert_eq!(end.unwrap_err().to_string(), "the run 0 should fail but is SUCCEEDED");
        let mut fake = Fake::new(State::Ok);
        fake.fails = Status::Running;
        let (_, end) = fake.verify().await;
        assert_eq!(end.unwrap_err().to_string(), "the run 0 has not ended within 90 s");
    }
}
