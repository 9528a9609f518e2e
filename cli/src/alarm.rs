//! Alarms as CloudWatch returns them, and the port through which they are read and set. What their
//! states mean for a board, a drill or a proof is decided elsewhere.

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cloudwatch::types::{
    AlarmMuteRuleStatus, AlarmType, CompositeAlarm, HistoryItemType, MetricAlarm, StateValue,
};
use aws_smithy_types::DateTime;
use guardian_aws::AwsError;
use guardian_aws::pagination::{Page, all};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// State of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The threshold is breached.
    Alarm,
    /// Too few data points.
    InsufficientData,
    /// It is not.
    Ok,
}

impl State {
    /// CloudWatch's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
            Self::Ok => "OK",
        }
    }

    /// The state of an alarm on the board; none if there is no such alarm.
    pub fn of(alarm: guardian_board::Alarm) -> Option<Self> {
        use guardian_board::Alarm;
        match alarm {
            Alarm::Alarm => Some(Self::Alarm),
            Alarm::Ok => Some(Self::Ok),
            Alarm::NoData => Some(Self::InsufficientData),
            Alarm::Missing | Alarm::Fleet | Alarm::Unknown => None,
        }
    }

    /// From CloudWatch's word; none for one that this version does not know.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Alarm, Self::InsufficientData, Self::Ok].into_iter().find(|s| s.as_str() == word)
    }
}

impl From<State> for guardian_board::Alarm {
    fn from(state: State) -> Self {
        match state {
            State::Alarm => Self::Alarm,
            State::Ok => Self::Ok,
            State::InsufficientData => Self::NoData,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A metric alarm, or a composite one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: State,
    /// Why it is in that state, in CloudWatch's words or the initiator's.
    pub reason: String,
    /// Since when, in milliseconds since the epoch.
    pub since_ms: Option<i64>,
    /// When its range first contains no time before it was created or last changed, in milliseconds
    /// since the epoch.
    pub full_ms: Option<i64>,
    /// Whether its actions are switched on.
    pub acts: bool,
    /// ARNs of its actions on ALARM.
    pub on_alarm: Vec<String>,
    /// ARNs of its actions on OK.
    pub on_ok: Vec<String>,
    /// ARNs of its actions on INSUFFICIENT_DATA.
    pub on_insufficient_data: Vec<String>,
}

impl Alarm {
    /// Its actions on a state; none if they are switched off.
    pub fn actions(&self, state: State) -> &[String] {
        match state {
            _ if !self.acts => &[],
            State::Alarm => &self.on_alarm,
            State::Ok => &self.on_ok,
            State::InsufficientData => &self.on_insufficient_data,
        }
    }
}

/// An entry of an alarm's history about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRecord {
    /// When, in milliseconds since the epoch.
    pub at_ms: i64,
    /// What happened, in a sentence.
    pub summary: String,
    /// The same as JSON.
    pub data: String,
}

/// A subscription to a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subscription {
    /// `email`, `https`, `lambda`, …
    pub protocol: String,
    /// The address.
    pub endpoint: String,
    /// Whether it is confirmed; until then it receives nothing.
    pub confirmed: bool,
}

/// Alarms, their history and their topics' subscriptions.
pub trait Alarms {
    /// The alarms of these names that exist.
    fn alarms(
        &self,
        names: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Alarm>, AwsError>>;
    /// Sets an alarm's state until it is evaluated again.
    fn set(
        &self,
        name: &str,
        state: State,
        reason: &str,
    ) -> impl Future<Output = Result<(), AwsError>>;
    /// The last actions of an alarm, newest first.
    fn action_history(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<Vec<ActionRecord>, AwsError>>;
    /// A topic's subscriptions.
    fn subscriptions(
        &self,
        topic: &str,
    ) -> impl Future<Output = Result<Vec<Subscription>, AwsError>>;
}

/// Alarms of an account and region.
#[derive(Debug, Clone)]
pub struct CloudWatch {
    cloudwatch: aws_sdk_cloudwatch::Client,
    sns: aws_sdk_sns::Client,
}

/// Tries of a call: DescribeAlarms takes 9 calls a second of the account, SetAlarmState 3.
const TRIES: u32 = 12;
/// Names that DescribeAlarms takes at once.
const NAMES: usize = 100;
/// Items of an alarm's history that are read: an alarm has at most five actions for a state.
const MAX_HISTORY_ITEMS: i32 = 50;

impl CloudWatch {
    /// Clients of this account and region.
    pub fn new(config: &SdkConfig) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        let cloudwatch = aws_sdk_cloudwatch::config::Builder::from(config).retry_config(retries);
        Self {
            cloudwatch: aws_sdk_cloudwatch::Client::from_conf(cloudwatch.build()),
            sns: aws_sdk_sns::Client::new(config),
        }
    }

    /// The composite alarm of this name, if there is one. It takes the right to every alarm: with
    /// less CloudWatch shows none of them [CloudWatch API, DescribeAlarms].
    pub async fn composite(&self, name: &str) -> Result<Option<Alarm>, AwsError> {
        let call = self.cloudwatch.describe_alarms().alarm_names(name);
        let page = call.alarm_types(AlarmType::CompositeAlarm).send().await;
        let page = page.map_err(|e| AwsError::of(format!("read alarm `{name}`"), &e))?;
        Ok(page.composite_alarms.unwrap_or_default().into_iter().find_map(composite))
    }

    /// Names of the mute rules that mute at this moment.
    pub async fn muting(&self) -> Result<Vec<String>, AwsError> {
        let what = "read the mute windows";
        let page = |next| async move {
            let call = self.cloudwatch.list_alarm_mute_rules();
            let call = call.statuses(AlarmMuteRuleStatus::Active).set_next_token(next);
            let page = call.send().await.map_err(|e| AwsError::of(what, &e))?;
            let rules = page.alarm_mute_rule_summaries.unwrap_or_default().into_iter();
            let name = |arn: String| arn.rsplit(':').next().map(str::to_owned);
            let names = rules.filter_map(|rule| name(rule.alarm_mute_rule_arn?));
            Ok(Page { items: names.collect(), next: page.next_token })
        };
        all(what, page).await
    }
}

impl Alarms for CloudWatch {
    async fn alarms(&self, names: &[String]) -> Result<BTreeMap<String, Alarm>, AwsError> {
        let what = "read the alarms";
        let mut alarms = BTreeMap::new();
        for names in names.chunks(NAMES) {
            let page = |next| async move {
                let call = self.cloudwatch.describe_alarms().set_alarm_names(Some(names.to_vec()));
                let page = call.max_records(100).set_next_token(next).send().await;
                let page = page.map_err(|e| AwsError::of(what, &e))?;
                let found = page.metric_alarms.unwrap_or_default().into_iter().filter_map(alarm);
                Ok(Page { items: found.collect(), next: page.next_token })
            };
            let found = all(what, page).await?.into_iter();
            alarms.extend(found.map(|alarm| (alarm.name.clone(), alarm)));
        }
        Ok(alarms)
    }

    async fn set(&self, name: &str, state: State, reason: &str) -> Result<(), AwsError> {
        let call = self.cloudwatch.set_alarm_state().alarm_name(name).state_reason(reason);
        let answer = call.state_value(StateValue::from(state.as_str())).send().await;
        answer.map_err(|e| AwsError::of(format!("set alarm `{name}` to {state}"), &e))?;
        Ok(())
    }

    async fn action_history(&self, name: &str) -> Result<Vec<ActionRecord>, AwsError> {
        let call = self.cloudwatch.describe_alarm_history().alarm_name(name);
        let call = call.history_item_type(HistoryItemType::Action).max_records(MAX_HISTORY_ITEMS);
        let page = call.send().await;
        let page =
            page.map_err(|e| AwsError::of(format!("read the history of alarm `{name}`"), &e))?;
        let items = page.alarm_history_items.unwrap_or_default().into_iter();
        let record = |item: aws_sdk_cloudwatch::types::AlarmHistoryItem| ActionRecord {
            at_ms: item.timestamp.map(millis).unwrap_or_default(),
            summary: item.history_summary.unwrap_or_default(),
            data: item.history_data.unwrap_or_default(),
        };
        Ok(items.map(record).collect())
    }

    async fn subscriptions(&self, topic: &str) -> Result<Vec<Subscription>, AwsError> {
        let what = &format!("read the subscriptions of {topic}");
        let page = |next| async move {
            let call = self.sns.list_subscriptions_by_topic().topic_arn(topic);
            let page = call.set_next_token(next).send().await;
            let page = page.map_err(|e| AwsError::of(what, &e))?;
            let found = page.subscriptions.unwrap_or_default().into_iter();
            let subscriptions = found.map(|subscription| Subscription {
                protocol: subscription.protocol.unwrap_or_default(),
                endpoint: subscription.endpoint.unwrap_or_default(),
                // Else a word such as `PendingConfirmation` or `Deleted`.
                confirmed: subscription.subscription_arn.is_some_and(|arn| arn.starts_with("arn:")),
            });
            Ok(Page { items: subscriptions.collect(), next: page.next_token })
        };
        all(what, page).await
    }
}

fn alarm(of: MetricAlarm) -> Option<Alarm> {
    let range_s = i64::from(of.period.unwrap_or(0)) * i64::from(of.evaluation_periods.unwrap_or(0));
    let changed_ms = of.alarm_configuration_updated_timestamp.map(millis);
    Some(Alarm {
        full_ms: changed_ms.map(|at| at.saturating_add(range_s * 1_000)),
        name: of.alarm_name?,
        state: State::parse(of.state_value?.as_str())?,
        reason: of.state_reason.unwrap_or_default(),
        since_ms: of.state_transitioned_timestamp.or(of.state_updated_timestamp).map(millis),
        acts: of.actions_enabled.unwrap_or(true),
        on_alarm: of.alarm_actions.unwrap_or_default(),
        on_ok: of.ok_actions.unwrap_or_default(),
        on_insufficient_data: of.insufficient_data_actions.unwrap_or_default(),
    })
}

fn composite(of: CompositeAlarm) -> Option<Alarm> {
    Some(Alarm {
        full_ms: None,
        name: of.alarm_name?,
        state: State::parse(of.state_value?.as_str())?,
        reason: of.state_reason.unwrap_or_default(),
        since_ms: of.state_transitioned_timestamp.or(of.state_updated_timestamp).map(millis),
        acts: of.actions_enabled.unwrap_or(true),
        on_alarm: of.alarm_actions.unwrap_or_default(),
        on_ok: of.ok_actions.unwrap_or_default(),
        on_insufficient_data: of.insufficient_data_actions.unwrap_or_default(),
    })
}

/// Milliseconds since the epoch.
pub(crate) fn millis(time: DateTime) -> i64 {
    // Only years beyond 292 million do not fit.
    time.to_millis().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_whose_actions_are_switched_off_does_nothing() {
        let mut alarm = Alarm {
            name: "a".into(),
            state: State::Ok,
            reason: String::new(),
            since_ms: None,
            full_ms: None,
            acts: true,
            on_alarm: vec!["x".into()],
            on_ok: Vec::new(),
            on_insufficient_data: Vec::new(),
        };
        assert_eq!(alarm.actions(State::Alarm), ["x"]);
        assert!(alarm.actions(State::Ok).is_empty());
        alarm.acts = false;
        assert!(alarm.actions(State::Alarm).is_empty());
        assert_eq!(State::parse("INSUFFICIENT_DATA"), Some(State::InsufficientData));
        assert_eq!(State::parse("ok"), None);
    }
}
