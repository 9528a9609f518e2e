//! The proof that a light follows: a machine is run to a failure and to a success, and each time
//! its alarm has to say so within a limit, or its row of the state table if it has no alarm of its own.
//! Nothing here prints; AWS is behind ports.

use crate::alarm::{Alarms, State};
use crate::state_table::StateTable;
use crate::text::plain;
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_aws::clock::now_ms;
use guardian_contract::{Aborted, Declared, Light as Colour, MachineKey, Status, evaluate};
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

/// What shows the light of a machine.
pub trait Light {
    /// Its state: an alarm's, or ALARM for red, OK for green and INSUFFICIENT_DATA for grey.
    fn state(&self) -> impl Future<Output = Result<State, CheckError>>;
    /// What it is called in a message.
    fn name(&self) -> String;
}

/// An alarm.
#[derive(Debug)]
pub struct OfAlarm<'a, A> {
    /// The account's alarms.
    pub alarms: &'a A,
    /// Its name.
    pub name: &'a str,
}

impl<A: Alarms> Light for OfAlarm<'_, A> {
    async fn state(&self) -> Result<State, CheckError> {
        let found = self.alarms.alarms(&[self.name.to_owned()]).await?;
        let alarm = found.get(self.name);
        alarm.map(|a| a.state).ok_or_else(|| CheckError::NoAlarm(plain(self.name)))
    }

    fn name(&self) -> String {
        format!("alarm `{}`", plain(self.name))
    }
}

/// A row of the state table.
#[derive(Debug)]
pub struct OfRow<'a> {
    /// The table.
    pub table: &'a StateTable,
    /// The machine's key.
    pub key: &'a MachineKey,
    /// The declarations of the machine.
    pub declared: &'a Declared,
    /// What an aborted run means.
    pub aborted: Aborted,
}

impl Light for OfRow<'_> {
    async fn state(&self) -> Result<State, CheckError> {
        let row = self.table.row(self.key).await;
        let row = row.map_err(|error| CheckError::Table(error.to_string()))?;
        // A machine without a row is one that no event has named and no tick has read.
        let light = row.map(|row| evaluate(&row, self.declared, self.aborted, now_ms()).light);
        Ok(match light {
            Some(Colour::Red) => State::Alarm,
            Some(Colour::Green) => State::Ok,
            Some(Colour::Grey) | None => State::InsufficientData,
        })
    }

    fn name(&self) -> String {
        format!("the light of `{}`", self.key)
    }
}

/// The machine and its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// ARN of the machine.
    pub machine: String,
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
    /// The alarm's state after it; of a machine without an alarm, what one would have.
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
    /// The state table cannot be read.
    #[error("{0}")]
    Table(String),
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
    #[error("{light} should be {wanted} but is still {is}, {} s after the run's end", limit.as_secs())]
    Still {
        /// What shows it.
        light: String,
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
            Self::Table(_) => {
                "allow dynamodb:Query on the table for these credentials; `guardian doctor` looks at it"
            }
            Self::Endless { .. } => "give a machine that ends soon, or a longer --limit",
            Self::Otherwise { .. } => {
                "give inputs with which the machine succeeds and fails: --pass and --fail, or \
                 `verify` in guardian.yaml"
            }
            Self::Still { .. } => {
                "a light follows within seconds with `semantics: last-finished`, and where the event is \
                 lost with a tick of the next minutes; under `original` it waits for the next sweep. \
                 `guardian run` starts either; `guardian doctor` looks at table, rule and ticks"
            }
        }
    }
}

/// Runs the canary to a failure and to a success, and waits for the light after each. A canary
/// that is red is brought to green first. Each light that followed is given to `report`.
pub async fn verify<L: Light, R: Runs>(
    light: &L,
    runs: &R,
    canary: &Canary,
    limit: Duration,
    mut report: impl FnMut(&Followed),
) -> Result<(), CheckError> {
    if light.state().await? == State::Alarm {
        report(&follow(light, runs, canary, false, limit).await?);
    }
    for fail in [true, false] {
        report(&follow(light, runs, canary, fail, limit).await?);
    }
    Ok(())
}

async fn follow<L: Light, R: Runs>(
    light: &L,
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
        let is = light.state().await?;
        if is == wanted {
            return Ok(Followed { status, run, alarm: is, seconds: over.elapsed().as_secs_f64() });
        }
        if over.elapsed() >= limit {
            return Err(CheckError::Still { light: light.name(), wanted, is, limit });
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
            let canary = Canary { machine: "m".into(), pass: "pass".into(), fail: "fail".into() };
            let mut reported = Vec::new();
            let limit = Duration::from_secs(90);
            let light = OfAlarm { alarms: self, name: "A" };
            let end =
                verify(&light, self, &canary, limit, |step| reported.push(step.sentence())).await;
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
