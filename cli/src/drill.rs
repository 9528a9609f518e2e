//! A drill: one alarm is set to ALARM, what it does is followed to its end, and it is set back,
//! whatever happens in between. Nothing here prints; CloudWatch is behind the port of `alarm`. What
//! the function tells has a drill of its own.

pub mod function;

use crate::alarm::{Alarm, Alarms, Deed, State, Subscription};
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

/// What became of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// CloudWatch says that it was done.
    Done,
    /// CloudWatch says that it was not.
    Failed(String),
    /// Nothing was said of it in time.
    Unheard,
}

/// An action of the alarm and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its ARN.
    pub arn: String,
    /// What became of it.
    pub fate: Fate,
    /// Of a topic, who is subscribed to it; or why that is not known.
    pub subscriptions: Subscriptions,
}

/// Who is subscribed to a topic, or why that is not known; none where there is no topic.
pub type Subscriptions = Option<Result<Vec<Subscription>, String>>;

/// How the alarm was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// In its former state.
    Back(State),
    /// CloudWatch had evaluated it in the meantime: it is what its metric says.
    Evaluated(State),
    /// It was deleted in the meantime.
    Gone,
    /// It could not be set back.
    Stranded(String),
}

/// How a drill went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drilled {
    /// Name of the alarm.
    pub alarm: String,
    /// Its actions.
    pub told: Vec<Told>,
    /// How it was left.
    pub left: Left,
    /// How many actions followed when it was set back.
    pub after: usize,
    /// Why its history could not be read.
    pub unread: Option<String>,
    /// Milliseconds until the last action was heard of.
    pub took_ms: u64,
    /// Whether somebody broke it off.
    #[serde(skip)]
    pub stopped: Option<Signal>,
}

/// Why there is nothing to drill with this alarm; none: there is.
pub fn refusal(alarm: &Alarm) -> Option<Failure> {
    let name = plain(&alarm.name);
    let refuse = |why: String, help: &str| Some(Failure::error(why).help(help));
    if alarm.on_alarm.is_empty() {
        return refuse(
            format!("alarm `{name}` has no actions: nobody would be told"),
            "give it some under `alarms.actions.alarm` in guardian.yaml (an ARN, or `topic` for that \
             of `notifications`) and deploy",
        );
    }
    if !alarm.acts {
        return refuse(
            format!("the actions of alarm `{name}` are switched off: nobody would be told"),
            "switch them on with `aws cloudwatch enable-alarm-actions`",
        );
    }
    if alarm.state == State::Alarm {
        return refuse(
            format!("alarm `{name}` is in ALARM: only going there makes it act"),
            "drill another machine's, or this one once it is green",
        );
    }
    None
}

/// What the alarm's reason says: whoever is woken reads it.
pub fn reason(alarm: &Alarm, who: Option<&str>) -> String {
    let who = who.map_or(String::new(), |who| format!(" by {}", plain(who)));
    let reason = format!(
        "DRILL{who}: `guardian drill` has set this alarm to see whether it reaches anybody. \
         Nothing is wrong. It was {} before: {}",
        alarm.state, alarm.reason
    );
    reason.chars().take(MAX_REASON).collect()
}

/// Sets the alarm, follows its actions until all are heard of, `limit` is over or `stop` comes,
/// and sets it back.
///
/// Errors: the alarm could not be set, and is as it was.
pub async fn drill<A: Alarms>(
    alarms: &A,
    alarm: &Alarm,
    reason: &str,
    limit: Duration,
    stop: impl Future<Output = Signal>,
) -> Result<Drilled, AwsError> {
    let began = Instant::now();
    let mut unread: Option<String>;
    // The alarm's clock is not ours: what is new is what was not there before.
    let before = alarms.deeds(&alarm.name).await?;
    tokio::pin!(stop);
    if let Err(error) = alarms.set(&alarm.name, State::Alarm, reason).await {
        // An answer that was lost may have been a yes.
        set_back(alarms, alarm, reason).await;
        return Err(error);
    }
    let mut fates = vec![Fate::Unheard; alarm.on_alarm.len()];
    let mut took = Duration::ZERO;
    let stopped = loop {
        match alarms.deeds(&alarm.name).await {
            Ok(deeds) => {
                unread = None;
                let new: Vec<Deed> = deeds.into_iter().filter(|d| !before.contains(d)).collect();
                if hear(&alarm.on_alarm, &new, &mut fates) {
                    took = began.elapsed();
                }
            }
            Err(error) => unread = Some(error.to_string()),
        }
        if !fates.contains(&Fate::Unheard) || began.elapsed() >= limit {
            break None;
        }
        tokio::select! {
            () = sleep(PAUSE) => {}
            signal = &mut stop => break Some(signal),
        }
    };
    let left = set_back(alarms, alarm, reason).await;
    let after = if matches!(left, Left::Back(_)) { alarm.actions(alarm.state).len() } else { 0 };
    let mut told = Vec::new();
    for (arn, fate) in alarm.on_alarm.iter().zip(fates) {
        let topic = arn.split(':').nth(2) == Some("sns");
        let subscriptions = if topic && fate == Fate::Done {
            Some(alarms.subscriptions(arn).await.map_err(|error| error.to_string()))
        } else {
            None
        };
        told.push(Told { arn: arn.clone(), fate, subscriptions });
    }
    Ok(Drilled {
        alarm: alarm.name.clone(),
        told,
        left,
        after,
        unread,
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        stopped,
    })
}

/// Sets the alarm back to what it was, if it still is as the drill has set it.
async fn set_back<A: Alarms>(alarms: &A, alarm: &Alarm, reason: &str) -> Left {
    let mut why = String::new();
    for _ in 0..TRIES {
        let now = alarms.alarms(std::slice::from_ref(&alarm.name)).await;
        let now = now.map(|mut found| found.remove(&alarm.name));
        match now {
            Ok(None) => return Left::Gone,
            // The former reason may be an answer that is behind: then it is set all the same.
            Ok(Some(now)) if now.reason != reason && now.reason != alarm.reason => {
                return Left::Evaluated(now.state);
            }
            Ok(Some(_)) => {
                let after = format!("The drill is over. Before it: {}", alarm.reason);
                let after: String = after.chars().take(MAX_REASON).collect();
                match alarms.set(&alarm.name, alarm.state, &after).await {
                    Ok(()) => return Left::Back(alarm.state),
                    Err(error) => why = error.to_string(),
                }
            }
            Err(error) => why = error.to_string(),
        }
        sleep(PAUSE).await;
    }
    Left::Stranded(why)
}

/// Takes over what new items of the history say of each action; says whether one did.
fn hear(actions: &[String], deeds: &[Deed], fates: &mut [Fate]) -> bool {
    let mut heard = false;
    for (arn, fate) in actions.iter().zip(fates) {
        if *fate != Fate::Unheard {
            continue;
        }
        if let Some(found) = deeds.iter().find_map(|deed| fate_of(deed, arn)) {
            *fate = found;
            heard = true;
        }
    }
    heard
}

/// What an item of the history says of an action; none: it is of another one.
///
/// AWS describes neither the summary ("Successfully executed action ARN", "Failed to execute
/// action ARN…") nor the JSON (`actionState`, `notificationResource`, `error`) of these items
/// [MEM], so each of the two is enough, and what is neither is taken for a failure.
fn fate_of(deed: &Deed, arn: &str) -> Option<Fate> {
    let data: Value = serde_json::from_str(&deed.data).unwrap_or_default();
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    let named = |text: &str| text.split_whitespace().any(|word| word.trim_end_matches('.') == arn);
    if text("notificationResource") != Some(arn) && !named(&deed.summary) {
        return None;
    }
    let done = match text("actionState") {
        Some(state) => state == "Succeeded",
        None => deed.summary.starts_with("Successfully"),
    };
    let why = || text("error").unwrap_or(&deed.summary).to_owned();
    Some(if done { Fate::Done } else { Fate::Failed(why()) })
}

impl Told {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        let what = what(&self.arn);
        match &self.fate {
            Fate::Failed(why) => format!("{what}: failed: {}", plain(why)),
            Fate::Unheard => format!(
                "{what}: the alarm's history has nothing of it; a mute window keeps alarms from \
                 acting"
            ),
            Fate::Done => match &self.subscriptions {
                None => format!("{what}: done"),
                Some(Err(why)) => format!("{what}: published; {}", plain(why)),
                Some(Ok(all)) => format!("{what}: {}", subscribers(all)),
            },
        }
    }

    /// Whether somebody was reached, as far as can be known: CloudWatch knows what it has handed
    /// over, and nobody knows who reads it.
    fn reached(&self) -> bool {
        self.fate == Fate::Done && reaches(&self.subscriptions)
    }
}

/// `published to 1 subscription (email a@example.com); 1 not confirmed`.
fn subscribers(all: &[Subscription]) -> String {
    let (sure, open): (Vec<_>, Vec<_>) = all.iter().partition(|s| s.confirmed);
    let many = match sure.len() {
        0 => "published, and nobody is subscribed".to_owned(),
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

/// Whether somebody has what is published, as far as that is known.
fn reaches(subscriptions: &Subscriptions) -> bool {
    let somebody = |all: &Vec<Subscription>| all.iter().any(|s| s.confirmed);
    !matches!(subscriptions, Some(Ok(all)) if !somebody(all))
}

/// Whether it is not known who is subscribed, or somebody has not confirmed it.
fn doubtful(subscriptions: &Subscriptions) -> bool {
    let open = |all: &Vec<Subscription>| all.iter().any(|s| !s.confirmed);
    match subscriptions {
        Some(Err(_)) => true,
        Some(Ok(all)) => open(all),
        None => false,
    }
}

/// `SNS topic alerts`, `Lambda function x`, or the ARN.
pub fn what(arn: &str) -> String {
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

impl Drilled {
    /// For people.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.told.iter().map(Told::sentence).collect();
        if let Some(unread) = &self.unread {
            lines.push(format!("the alarm's history: {}", plain(unread)));
        }
        let name = plain(&self.alarm);
        lines.push(match &self.left {
            Left::Back(state) if self.after > 0 => format!(
                "{name} is {state} again; that was told, too ({} of its actions)",
                self.after
            ),
            Left::Back(state) => format!("{name} is {state} again"),
            Left::Evaluated(state) => {
                format!("{name} was evaluated in the meantime and left as it is: {state}")
            }
            Left::Gone => format!("{name} does not exist any more"),
            Left::Stranded(why) => format!("{name} is still set to ALARM: {}", plain(why)),
        });
        let took = duration(i64::try_from(self.took_ms).unwrap_or(i64::MAX));
        lines.push(match self.exit() {
            Exit::Done => format!("drill passed: a page would arrive, after {took}"),
            Exit::Warnings => format!("drill passed with a doubt, see above, after {took}"),
            Exit::Interrupted | Exit::Terminated => "drill broken off".to_owned(),
            _ => "drill failed: not everybody would be told".to_owned(),
        });
        lines.join("\n")
    }

    /// How the program ends: 1 if an action did not arrive or the alarm could not be set back, 3
    /// if it is not known who is subscribed or somebody has not confirmed it.
    pub fn exit(&self) -> Exit {
        if matches!(self.left, Left::Stranded(_)) {
            return Exit::Error;
        }
        match self.stopped {
            Some(Signal::Interrupt) => return Exit::Interrupted,
            Some(Signal::Terminate) => return Exit::Terminated,
            None => {}
        }
        if !self.told.iter().all(Told::reached) {
            Exit::Error
        } else if self.told.iter().any(|told| doubtful(&told.subscriptions)) {
            Exit::Warnings
        } else {
            Exit::Done
        }
    }

    /// The command that sets the alarm back, where the drill could not.
    pub fn way_out(&self, former: State) -> Option<String> {
        matches!(self.left, Left::Stranded(_)).then(|| {
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
        /// Items that appear after so many looks.
        deeds: Vec<(usize, Deed)>,
        looks: Mutex<usize>,
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

    fn deed(summary: &str, data: &str) -> Deed {
        Deed { at_ms: 1, summary: summary.into(), data: data.into() }
    }

    fn done(arn: &str) -> Deed {
        deed(&format!("Successfully executed action {arn}"), "")
    }

    fn subscription(endpoint: &str, confirmed: bool) -> Subscription {
        Subscription { protocol: "email".into(), endpoint: endpoint.into(), confirmed }
    }

    impl Fake {
        fn new(alarm: Alarm, deeds: Vec<(usize, Deed)>) -> Self {
            Self {
                alarm: Mutex::new(alarm),
                deeds,
                looks: Mutex::new(0),
                sets: Mutex::default(),
                refused: Vec::new(),
                subscriptions: Ok(vec![subscription("ann@example.com", true)]),
                evaluates: None,
            }
        }

        async fn drill(&self, stop: impl Future<Output = Signal>) -> Result<Drilled, AwsError> {
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

        async fn deeds(&self, _: &str) -> Result<Vec<Deed>, AwsError> {
            let mut looks = self.looks.lock().unwrap();
            *looks += 1;
            if let Some((at, state)) = self.evaluates
                && *looks == at
            {
                let mut alarm = self.alarm.lock().unwrap();
                (alarm.state, alarm.reason) = (state, "evaluated".into());
            }
            Ok(self.deeds.iter().filter(|(at, _)| at <= &looks).map(|(_, d)| d.clone()).collect())
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
        let old = deed(&format!("Successfully executed action {PAGER}"), "of last week");
        let deeds = vec![(0, old), (3, done(TOPIC)), (5, deed("It did not work", &json))];
        let fake = Fake::new(alarm(State::Ok, &[TOPIC, PAGER]), deeds);
        let drilled = fake.drill(never()).await.unwrap();
        insta::assert_snapshot!(drilled.text(), @r"
        SNS topic alerts: published to 1 subscription (email ann@example.com)
        Lambda function pager: failed: no permission
        A is OK again; that was told, too (1 of its actions)
        drill failed: not everybody would be told
        ");
        assert_eq!(drilled.exit(), Exit::Error);
        assert_eq!(fake.states(), [State::Alarm, State::Ok]);
        assert!(fake.alarm.lock().unwrap().reason.contains("Threshold Crossed"));
        assert_eq!(drilled.took_ms, 6_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_topic_without_a_confirmed_subscription_reaches_nobody() {
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
            let drilled = fake.drill(never()).await.unwrap();
            assert_eq!(drilled.exit(), exit, "{}", drilled.text());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_action_that_nothing_is_heard_of_fails_the_drill_after_the_limit() {
        let fake = Fake::new(alarm(State::InsufficientData, &[TOPIC]), Vec::new());
        let began = Instant::now();
        let drilled = fake.drill(never()).await.unwrap();
        assert_eq!(drilled.told[0].fate, Fate::Unheard);
        assert_eq!((drilled.exit(), began.elapsed().as_secs()), (Exit::Error, 60));
        assert_eq!(fake.states(), [State::Alarm, State::InsufficientData]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_drill_that_is_broken_off_sets_the_alarm_back_though_it_takes_several_tries() {
        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), Vec::new());
        fake.refused = vec![2, 3];
        let stop = async {
            sleep(Duration::from_secs(5)).await;
            Signal::Interrupt
        };
        let drilled = fake.drill(stop).await.unwrap();
        assert_eq!((&drilled.left, drilled.exit()), (&Left::Back(State::Ok), Exit::Interrupted));
        assert_eq!(fake.alarm.lock().unwrap().state, State::Ok);

        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), vec![(2, done(TOPIC))]);
        fake.refused = vec![2, 3, 4];
        let drilled = fake.drill(never()).await.unwrap();
        assert_eq!(drilled.exit(), Exit::Error);
        assert!(drilled.way_out(State::Ok).unwrap().contains("--alarm-name 'A' --state-value OK"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_was_evaluated_in_the_meantime_is_left_as_it_is() {
        let mut fake = Fake::new(alarm(State::Ok, &[TOPIC]), vec![(4, done(TOPIC))]);
        fake.evaluates = Some((3, State::Alarm));
        let drilled = fake.drill(never()).await.unwrap();
        assert_eq!(drilled.left, Left::Evaluated(State::Alarm));
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
        let told = |alarm: &Alarm| refusal(alarm).map(|f| f.report.to_string());
        assert_eq!(told(&alarm(State::Ok, &[TOPIC])), None);
        let silent = told(&alarm(State::Ok, &[])).unwrap();
        assert!(silent.contains("nobody would be told"), "{silent}");
        let off = Alarm { acts: false, ..alarm(State::Ok, &[TOPIC]) };
        assert!(told(&off).unwrap().contains("switched off"));
        assert!(told(&alarm(State::Alarm, &[TOPIC])).unwrap().contains("is in ALARM"));
    }

    #[test]
    fn whoever_is_woken_reads_that_it_is_a_drill() {
        let long = Alarm { reason: "x".repeat(2_000), ..alarm(State::Ok, &[TOPIC]) };
        let reason = reason(&long, Some("ann\n"));
        assert!(reason.starts_with("DRILL by ann\\n: "), "{reason}");
        assert_eq!(reason.chars().count(), MAX_REASON);
        assert_eq!(
            what("arn:aws:automate:eu-west-1:ec2:stop"),
            "arn:aws:automate:eu-west-1:ec2:stop"
        );
    }
}
