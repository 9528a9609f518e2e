//! A drill: sets one alarm to ALARM, follows its actions to their end, and restores the alarm in
//! every case. Nothing here prints; CloudWatch is behind the port of `alarm`. `function` has the
//! drill of the function's own notifications.

pub mod function;

use crate::alarm::{ActionRecord, Alarm, Alarms, State, Subscription};
use crate::exit::{Exit, Failure};
use crate::text::{duration, plain};
use guardian_aws::AwsError;
use guardian_deploy::host::Signal;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often the history of the alarm is read.
const PAUSE: Duration = Duration::from_secs(2);
/// How often setting it back is tried, besides the SDK's own tries.
const TRIES: u32 = 3;
/// The longest reason that SetAlarmState takes, in characters [CloudWatch API].
const MAX_REASON: usize = 1_023;

/// The result of an alarm's action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionResult {
    /// CloudWatch reports success.
    Done,
    /// CloudWatch reports an error.
    Failed(String),
    /// The history had no entry within the limit.
    #[serde(rename = "unheard")]
    Unreported,
}

/// An action of the alarm and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionReport {
    /// Its ARN.
    pub arn: String,
    /// Its result.
    #[serde(rename = "fate")]
    pub result: ActionResult,
    /// Of a topic: its subscriptions, or why they could not be read.
    pub subscriptions: Subscriptions,
}

/// A topic's subscriptions, or why they could not be read; `None` without a topic.
pub type Subscriptions = Option<Result<Vec<Subscription>, String>>;

/// The alarm after the drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinalState {
    /// In its former state.
    #[serde(rename = "back")]
    Restored(State),
    /// CloudWatch evaluated it during the drill: its metric decided this state.
    Evaluated(State),
    /// It was deleted during the drill.
    Gone,
    /// It could not be set back.
    Stranded(String),
}

/// The result of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrillReport {
    /// Name of the alarm.
    pub alarm: String,
    /// Its actions.
    #[serde(rename = "told")]
    pub actions: Vec<ActionReport>,
    /// Its state after the drill.
    pub left: FinalState,
    /// Number of actions that restoring it triggered.
    pub after: usize,
    /// Why its history could not be read.
    pub unread: Option<String>,
    /// Milliseconds until the history had the last action.
    pub took_ms: u64,
    /// The signal that interrupted it.
    #[serde(skip)]
    pub stopped: Option<Signal>,
}

/// Why this alarm cannot be drilled; `None` if it can.
pub fn refusal(alarm: &Alarm) -> Option<Failure> {
    let name = plain(&alarm.name);
    let refuse = |why: String, help: &str| Some(Failure::error(why).help(help));
    if alarm.on_alarm.is_empty() {
        return refuse(
            format!("alarm `{name}` has no actions: it would notify no one"),
            "give it some under `alarms.actions.alarm` in guardian.yaml (an ARN, or `topic` for that \
             of `notifications`) and deploy",
        );
    }
    if !alarm.acts {
        return refuse(
            format!("the actions of alarm `{name}` are switched off: it would notify no one"),
            "switch them on with `aws cloudwatch enable-alarm-actions`",
        );
    }
    if alarm.state == State::Alarm {
        return refuse(
            format!(
                "alarm `{name}` is in ALARM already: only a change to ALARM triggers its actions"
            ),
            "drill another machine's, or this one once it is green",
        );
    }
    None
}

/// The reason that the alarm shows: the person on call reads it.
pub fn reason(alarm: &Alarm, who: Option<&str>) -> String {
    let who = who.map_or(String::new(), |who| format!(" by {}", plain(who)));
    let reason = format!(
        "DRILL{who}: `guardian drill` set this alarm to check its notifications. \
         Nothing is wrong. It was {} before: {}",
        alarm.state, alarm.reason
    );
    reason.chars().take(MAX_REASON).collect()
}

/// Sets the alarm, follows its actions until all have a result, `limit` is over or `stop` comes,
/// and restores it.
///
/// Errors: the alarm could not be set, and is unchanged.
pub async fn drill<A: Alarms>(
    alarms: &A,
    alarm: &Alarm,
    reason: &str,
    limit: Duration,
    stop: impl Future<Output = Signal>,
) -> Result<DrillReport, AwsError> {
    let began = Instant::now();
    let mut unread: Option<String>;
    // The alarm's clock is not ours: an entry is new if the history did not have it before.
    let before = alarms.action_history(&alarm.name).await?;
    tokio::pin!(stop);
    if let Err(error) = alarms.set(&alarm.name, State::Alarm, reason).await {
        // The response may be lost although the alarm was set.
        set_back(alarms, alarm, reason).await;
        return Err(error);
    }
    let mut results = vec![ActionResult::Unreported; alarm.on_alarm.len()];
    let mut took = Duration::ZERO;
    let stopped = loop {
        match alarms.action_history(&alarm.name).await {
            Ok(history) => {
                unread = None;
                let new: Vec<ActionRecord> =
                    history.into_iter().filter(|d| !before.contains(d)).collect();
                if record_results(&alarm.on_alarm, &new, &mut results) {
                    took = began.elapsed();
                }
            }
            Err(error) => unread = Some(error.to_string()),
        }
        if !results.contains(&ActionResult::Unreported) || began.elapsed() >= limit {
            break None;
        }
        tokio::select! {
            () = sleep(PAUSE) => {}
            signal = &mut stop => break Some(signal),
        }
    };
    let left = set_back(alarms, alarm, reason).await;
    let after =
        if matches!(left, FinalState::Restored(_)) { alarm.actions(alarm.state).len() } else { 0 };
    let mut actions = Vec::new();
    for (arn, result) in alarm.on_alarm.iter().zip(results) {
        let topic = arn.split(':').nth(2) == Some("sns");
        let subscriptions = if topic && result == ActionResult::Done {
            Some(alarms.subscriptions(arn).await.map_err(|error| error.to_string()))
        } else {
            None
        };
        actions.push(ActionReport { arn: arn.clone(), result, subscriptions });
    }
    Ok(DrillReport {
        alarm: alarm.name.clone(),
        actions,
        left,
        after,
        unread,
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        stopped,
    })
}

/// Restores the alarm's former state, unless it has been evaluated since.
async fn set_back<A: Alarms>(alarms: &A, alarm: &Alarm, reason: &str) -> FinalState {
    let mut why = String::new();
    for _ in 0..TRIES {
        let now = alarms.alarms(std::slice::from_ref(&alarm.name)).await;
        let now = now.map(|mut found| found.remove(&alarm.name));
        match now {
            Ok(None) => return FinalState::Gone,
            // The former reason may be a stale read: the state is set in that case, too.
            Ok(Some(now)) if now.reason != reason && now.reason != alarm.reason => {
                return FinalState::Evaluated(now.state);
            }
            Ok(Some(_)) => {
                let after = format!("The drill is over. Before it: {}", alarm.reason);
                let after: String = after.chars().take(MAX_REASON).collect();
                match alarms.set(&alarm.name, alarm.state, &after).await {
                    Ok(()) => return FinalState::Restored(alarm.state),
                    Err(error) => why = error.to_string(),
                }
            }
            Err(error) => why = error.to_string(),
        }
        sleep(PAUSE).await;
    }
    FinalState::Stranded(why)
}

/// Records the results that new history entries report; whether there was one.
fn record_results(
    actions: &[String],
    history: &[ActionRecord],
    results: &mut [ActionResult],
) -> bool {
    let mut found_new = false;
    for (arn, result) in actions.iter().zip(results) {
        if *result != ActionResult::Unreported {
            continue;
        }
        if let Some(found) = history.iter().find_map(|record| result_of(record, arn)) {
            *result = found;
            found_new = true;
        }
    }
    found_new
}

/// The result of an action that a history entry reports; `None` if it is about another action.
///
/// AWS describes neither the summary ("Successfully executed action ARN", "Failed to execute
/// action ARN…") nor the JSON (`actionState`, `notificationResource`, `error`) of these items
/// [MEM], so each of the two is enough, and anything else counts as a failure.
fn result_of(record: &ActionRecord, arn: &str) -> Option<ActionResult> {
    let data: Value = serde_json::from_str(&record.data).unwrap_or_default();
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    let named = |text: &str| text.split_whitespace().any(|word| word.trim_end_matches('.') == arn);
    if text("notificationResource") != Some(arn) && !named(&record.summary) {
        return None;
    }
    let done = match text("actionState") {
        Some(state) => state == "Succeeded",
        None => record.summary.starts_with("Successfully"),
    };
    let why = || text("error").unwrap_or(&record.summary).to_owned();
    Some(if done { ActionResult::Done } else { ActionResult::Failed(why()) })
}

impl ActionReport {
    /// One line for people.
    pub fn sentence(&self) -> String {
        let what = target(&self.arn);
        match &self.result {
            ActionResult::Failed(why) => format!("{what}: failed: {}", plain(why)),
            ActionResult::Unreported => format!(
                "{what}: the alarm's history has no entry for it; a mute window suppresses \
                 actions"
            ),
            ActionResult::Done => match &self.subscriptions {
                None => format!("{what}: done"),
                Some(Err(why)) => format!("{what}: published; {}", plain(why)),
                Some(Ok(all)) => format!("{what}: {}", subscribers(all)),
            },
        }
    }

    /// Whether the action had a receiver. CloudWatch knows that it published, not that a person
    /// read it.
    fn reached(&self) -> bool {
        self.result == ActionResult::Done && reaches(&self.subscriptions)
    }
}

/// `published to 1 subscription (email a@example.com); 1 not confirmed`.
fn subscribers(all: &[Subscription]) -> String {
    let (sure, open): (Vec<_>, Vec<_>) = all.iter().partition(|s| s.confirmed);
    let many = match sure.len() {
        0 => "published, but the topic has no confirmed subscription".to_owned(),
        1 => "published to 1 subscription".to_owned(),
        n => format!("published to {n} subscriptions"),
    };
    let protocols: Vec<String> =
        sure.iter().map(|s| format!("{} {}", s.protocol, s.endpoint)).collect();
    let who = match protocols.is_empty() {
        true => String::new(),
        false => format!(" ({})", plain(&protocols.join(", "))),
    };
    let open = match open.len() {
        0 => String::new(),
        n => format!("; {n} not confirmed"),
    };
    format!("{many}{who}{open}")
}

/// Whether the topic has a confirmed subscription, or its subscriptions are unknown.
fn reaches(subscriptions: &Subscriptions) -> bool {
    let confirmed = |all: &Vec<Subscription>| all.iter().any(|s| s.confirmed);
    !matches!(subscriptions, Some(Ok(all)) if !confirmed(all))
}

/// Whether the subscriptions are unknown, or one is not confirmed.
fn doubtful(subscriptions: &Subscriptions) -> bool {
    let open = |all: &Vec<Subscription>| all.iter().any(|s| !s.confirmed);
    match subscriptions {
        Some(Err(_)) => true,
        Some(Ok(all)) => open(all),
        None => false,
    }
}

/// `SNS topic alerts`, `Lambda function x`, or the ARN.
pub fn target(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, rest) = (parts.next(), parts.nth(2).unwrap_or_default());
    match service {
        Some("sns") => format!("SNS topic {}", plain(rest)),
        Some("lambda") => {
            format!("Lambda function {}", plain(rest.strip_prefix("function:").unwrap_or(rest)))
        }
        _ => plain(arn),
    }
}

impl DrillReport {
    /// The report for people.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.actions.iter().map(ActionReport::sentence).collect();
        if let Some(unread) = &self.unread {
            lines.push(format!("the alarm's history: {}", plain(unread)));
        }
        let name = plain(&self.alarm);
        lines.push(match &self.left {
            FinalState::Restored(state) if self.after > 0 => {
                format!("{name} is {state} again; this triggered {} of its actions", self.after)
            }
            FinalState::Restored(state) => format!("{name} is {state} again"),
            FinalState::Evaluated(state) => {
                format!("{name} was evaluated during the drill and keeps its state: {state}")
            }
            FinalState::Gone => format!("{name} does not exist any more"),
            FinalState::Stranded(why) => format!("{name} is still set to ALARM: {}", plain(why)),
        });
        let took = duration(i64::try_from(self.took_ms).unwrap_or(i64::MAX));
        lines.push(match self.exit() {
            Exit::Done => format!("drill passed: a page would arrive, after {took}"),
            Exit::Warnings => format!("drill passed with warnings, see above, after {took}"),
            Exit::Interrupted | Exit::Terminated => "drill interrupted".to_owned(),
            _ => "drill failed: not every notification would arrive".to_owned(),
        });
        lines.join("\n")
    }

    /// How the program ends: 1 if an action did not arrive or the alarm could not be restored, 3
    /// if a topic's subscriptions are unknown or not all confirmed.
    pub fn exit(&self) -> Exit {
        if matches!(self.left, FinalState::Stranded(_)) {
            return Exit::Error;
        }
        match self.stopped {
            Some(Signal::Interrupt) => return Exit::Interrupted,
            Some(Signal::Terminate) => return Exit::Terminated,
            None => {}
        }
        if !self.actions.iter().all(ActionReport::reached) {
            Exit::Error
        } else if self.actions.iter().any(|action| doubtful(&action.subscriptions)) {
            Exit::Warnings
        } else {
            Exit::Done
        }
    }

    /// The command that restores the alarm, if the drill could not.
    pub fn recovery(&self, former: State) -> Option<String> {
        matches!(self.left, FinalState::Stranded(_)).then(|| {
            format!(
                "set it back with\n  aws cloudwatch set-alarm-state --alarm-name '{}' \
                 --state-value {former} --state-reason 'The drill is over'",
                plain(&self.alarm)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    const TOPIC: &str = "arn:aws:sns:eu-west-1:1:alerts";
    const PAGER: &str = "arn:aws:lambda:eu-west-1:1:function:pager";

    /// An account with one alarm, in simulated time.
    struct Fake {
        alarm: Mutex<Alarm>,
        /// Items that appear after so many reads.
        history: Vec<(usize, ActionRecord)>,
        reads: Mutex<usize>,
        sets: Mutex<Vec<(State, String)>>,
        /// Which of the attempts to set the state are refused.
        refused: Vec<usize>,
        subscriptions: Result<Vec<Subscription>, AwsError>,
        /// What CloudWatch makes of the alarm by itself at this look.
        evaluates: Option<(usize, State)>,
    }

    fn alarm(state: State, actions: &[&str]) -> Alarm {
        Alarm {
            name: "A".into(),
            state,
            reason: "Threshold Crossed".into(),
            since_ms: None,
            full_ms: None,
            acts: true,
            on_alarm: actions.iter().map(|a| (*a).to_owned()).collect(),
            on_ok: vec![TOPIC.into()],
            on_insufficient_data: Vec::new(),
        }
    }

    fn record(summary: &str, data: &str) -> ActionRecord {
        ActionRecord { at_ms: 1, summary: summary.into(), data: data.into() }
    }

    fn done(arn: &str) -> ActionRecord {
        record(&format!("Successfully executed action {arn}"), "")
    }

    fn subscription(endpoint: &str, confirmed: bool) -> Subscription {
        Subscription { protocol: "email".into(), endpoint: endpoint.into(), confirmed }
    }

    impl Fake {
        fn new(alarm: Alarm, history: Vec<(usize, ActionRecord)>) -> Self {
            Self {
                alarm: Mutex::new(alarm),
                history,
                reads: Mutex::new(0),
                sets: Mutex::default(),
                refused: Vec::new(),
                subscriptions: Ok(vec![subscription("ann@example.com", true)]),
                evaluates: None,
            }
        }

        async fn drill(&self, stop: impl Future<Output = Signal>) -> Result<DrillReport, AwsError> {
            let alarm = self.alarm.lock().unwrap().clone();
            drill(self, &alarm, "DRILL", Duration::from_secs(60), stop).await
        }

        fn states(&self) -> Vec<State> {
            self.sets.lock().unwrap().iter().map(|(state, _)| *state).collect()
        }
    }

    impl Alarms for Fake {
        async fn alarms(&self, _: &[String]) -> Result<BTreeMap<String, Alarm>, AwsError> {
            let alarm = self.alarm.lock().unwrap().clone();
            Ok(BTreeMap::from([(alarm.name.clone(), alarm)]))
        }

        async fn set(&self, _: &str, state: State, reason: &str) -> Result<(), AwsError> {
            let attempt = {
                let mut sets = self.sets.lock().unwrap();
                sets.push((state, reason.to_owned()));
                sets.len()
            };
            if self.refused.contains(&attempt) {
                return Err(AwsError::refused("set it", "Throttling", "Rate exceeded"));
            }
            let mut alarm = self.alarm.lock().unwrap();
            (alarm.state, alarm.reason) = (state, reason.to_owned());
            Ok(())
        }

        async fn action_history(&self, _: &str) -> Result<Vec<ActionRecord>, AwsError> {
            let mut reads = self.reads.lock().unwrap();
            *reads += 1;
            if let Some((at, state)) = self.evaluates
                && *reads == at
            {
                let mut alarm = self.alarm.lock().unwrap();
                (alarm.state, alarm.reason) = (state, "evaluated".into());
            }
            Ok(self.history.iter().filter(|(at, _)| at <= &reads).map(|(_, d)| d.clone()).collect())
        }

        async fn subscriptions(&self, _: &str) -> Result<Vec<Subscription>, AwsError> {
            self.subscriptions.clone()
        }
    }

    fn never() -> impl Future<Output = Signal> {
        std::future::pending()
    }

    #[tokio::test(start_paused = true)]
    async fn each_action_is_followed_and_the_alarm_is_set_back() {
        let json = format!(
            r#"{{"actionState":"Failed","notificationResource":"{PAGER}","error":"no permission"}}"#
        );
        let old = record(&format!("Successfully executed action {PAGER}"), "of last week");
        let history = vec![(0, old), (3, done(TOPIC)), (5, record("It did not work", &json))];
        let fake = Fake::new(alarm(State::Ok, &[TOPIC, PAGER]), history);
        let report = fake.drill(never()).await.unwrap();
        insta::assert_snapshot!(report.text(), @r"
        SNS topic alerts: published to 1 subscription (email ann@example.com)
        Lambda function pager: failed: no permission
        A is OK again; this triggered 1 of its actions
        drill failed: not every notification would arrive
        ");
        assert_eq!(report.exit(), Exit::Error);
        assert_eq!(fake.states(), [State::Alarm, State::Ok]);
        assert!(fake.alarm.lock().unwrap().reason.contains("Threshold Crossed"));
        assert_eq!(report.took_ms, 6_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_topic_without_a_confirmed_subscription_fails_the_drill() {
        for (subscriptions, exit) in [
            (Ok(vec![subscription("a@example.com", true)]), Exit::Done),
            (Ok(vec![subscription("a@example.com", false)]), Exit::Error),
            (Ok(Vec::new()), Exit::Error),
            (
                Ok(vec![subscription("a@example.com", true), subscription("b@example.com", false)]),
                Exit::Warnings,
            ),
            (
                Err(AwsError::refused("read who is subscribed", "AccessDenied", "no")),
                Exit::Warnings,
            ),
        ] {
            let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), vec![(2, done(TOPIC))]);
            fake.subscriptions = subscriptions;
            let report = fake.drill(never()).await.unwrap();
            assert_eq!(report.exit(), exit, "{}", report.text());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_action_without_a_result_fails_the_drill_after_the_limit() {
        let fake = Fake::new(alarm(State::InsufficientData, &[TOPIC]), Vec::new());
        let began = Instant::now();
        let report = fake.drill(never()).await.unwrap();
        assert_eq!(report.actions[0].result, ActionResult::Unreported);
        assert_eq!((report.exit(), began.elapsed().as_secs()), (Exit::Error, 60));
        assert_eq!(fake.states(), [State::Alarm, State::InsufficientData]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupted_drill_sets_the_alarm_back_though_it_takes_several_tries() {
        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), Vec::new());
        fake.refused = vec![2, 3];
        let stop = async {
            sleep(Duration::from_secs(5)).await;
            Signal::Interrupt
        };
        let report = fake.drill(stop).await.unwrap();
        assert_eq!(
            (&report.left, report.exit()),
            (&FinalState::Restored(State::Ok), Exit::Interrupted)
        );
        assert_eq!(fake.alarm.lock().unwrap().state, State::Ok);

        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), vec![(2, done(TOPIC))]);
        fake.refused = vec![2, 3, 4];
        let report = fake.drill(never()).await.unwrap();
        assert_eq!(report.exit(), Exit::Error);
        assert!(report.recovery(State::Ok).unwrap().contains("--alarm-name 'A' --state-value OK"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_was_evaluated_in_the_meantime_is_left_as_it_is() {
        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), vec![(4, done(TOPIC))]);
        fake.evaluates = Some((3, State::Alarm));
        let report = fake.drill(never()).await.unwrap();
        assert_eq!(report.left, FinalState::Evaluated(State::Alarm));
        assert_eq!(fake.states(), [State::Alarm]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_state_that_cannot_be_set_is_an_error_and_nothing_is_left_behind() {
        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), Vec::new());
        fake.refused = vec![1];
        assert_eq!(fake.drill(never()).await.unwrap_err().code(), "Throttling");
        assert_eq!(fake.alarm.lock().unwrap().state, State::Ok);
    }

    #[test]
    fn a_drill_that_would_prove_nothing_is_refused() {
        let message = |alarm: &Alarm| refusal(alarm).map(|f| f.report.to_string());
        assert_eq!(message(&alarm(State::Ok, &[TOPIC])), None);
        let silent = message(&alarm(State::Ok, &[])).unwrap();
        assert!(silent.contains("it would notify no one"), "{silent}");
        let off = Alarm { acts: false, ..alarm(State::Ok, &[TOPIC]) };
        assert!(message(&off).unwrap().contains("switched off"));
        assert!(message(&alarm(State::Alarm, &[TOPIC])).unwrap().contains("is in ALARM"));
    }

    #[test]
    fn the_alarms_reason_says_that_it_is_a_drill() {
        let long = Alarm { reason: "x".repeat(2_000), ..alarm(State::Ok, &[TOPIC]) };
        let reason = reason(&long, Some("ann\n"));
        assert!(reason.starts_with("DRILL by ann\\n: "), "{reason}");
        assert_eq!(reason.chars().count(), MAX_REASON);
        assert_eq!(
            target("arn:aws:automate:eu-west-1:ec2:stop"),
            "arn:aws:automate:eu-west-1:ec2:stop"
        );
    }
}
