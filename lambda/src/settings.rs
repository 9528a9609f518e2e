//! The function's settings, which the stack passes in its environment variables.

use crate::notice::Way;
use guardian_contract::{
    Aborted, Format, Mute, OpenMute, Patterns, Quota, Routes, Row, Scope, Semantics, Watch, env,
    list_executions_quota,
};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// How to watch.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How runs become a light.
    pub semantics: Semantics,
    /// What an aborted run says.
    pub aborted: Aborted,
    /// Which machines.
    pub scope: Scope,
    /// Tokens of ListExecutions that may be used at once.
    pub list_burst: u32,
    /// Tokens a second that come back.
    pub list_refill: f64,
    /// Calls in progress at once.
    pub concurrency: usize,
    /// Name of the state table; without it every sweep reads every machine.
    pub table: Option<String>,
    /// Percentage of ListExecutions' quota that ticks may use.
    pub quota_share: f64,
    /// Groups of machines that have metrics of their own.
    pub groups: BTreeMap<String, Patterns>,
    /// Where notifications go besides `topic_arn` and `event_bus`.
    pub routes: Routes,
    /// Windows in which machines are left out of the counts.
    pub mutes: Vec<Mute>,
    /// For how many days an incident is kept.
    pub incident_days: u32,
    /// Whether there is a dead-letter queue of events.
    pub has_dead_letters: bool,
    /// Whether there is a queue of ticks that failed.
    pub has_failed_ticks: bool,
    /// Whether there is a rule that delivers events.
    pub has_rule: bool,
    /// Machines that are to have an alarm each, if not all of them are.
    pub each: Option<Patterns>,
    /// What machines declare.
    pub watch: Watch,
    /// The SNS topic for notifications; without it, none are sent to a topic.
    pub topic_arn: Option<String>,
    /// Name or ARN of the event bus for notifications; without it, none are sent to a bus.
    pub event_bus: Option<String>,
    /// How messages to the topic are written.
    pub format: Format,
    /// Whether notifications leave out the causes of failures.
    pub redact_cause: bool,
    /// Keys of the machines that have an alarm, if they are known.
    pub guarded: Option<HashSet<String>>,
    /// The deployment that the metrics on Guardian itself are about.
    pub deployment: Option<String>,
    /// Why the settings in the package differ from those that the environment names, if they do.
    /// Then no sweep or tick sends a heartbeat.
    pub mismatch: Option<String>,
}

impl Default for Settings {
    /// The quotas of the smaller regions, every machine.
    fn default() -> Self {
        Self {
            semantics: Semantics::default(),
            aborted: Aborted::default(),
            scope: Scope::default(),
            list_burst: 100,
            list_refill: 2.0,
            concurrency: 64,
            table: None,
            quota_share: 50.0,
            groups: BTreeMap::new(),
            routes: Routes::default(),
            mutes: Vec::new(),
            incident_days: 400,
            has_dead_letters: false,
            has_failed_ticks: false,
            has_rule: false,
            each: None,
            watch: Watch::default(),
            topic_arn: None,
            event_bus: None,
            format: Format::default(),
            redact_cause: false,
            guarded: None,
            deployment: None,
            mismatch: None,
        }
    }
}

/// A variable with a value that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    variable: &'static str,
    value: String,
    expected: &'static str,
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, value, expected } = self;
        write!(
            f,
            "environment variable {variable} of the function is `{value}`; it takes {expected}. \
             Deploy the stack again, or fix the variable"
        )
    }
}
impl std::error::Error for InvalidSetting {}

impl Settings {
    /// Reads the variables of [`guardian_contract::env`]; an empty one counts as absent.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let variable = |name: &str| variable(name).filter(|v| !v.trim().is_empty());
        let Quota { burst, refill } =
            list_executions_quota(&variable("AWS_REGION").unwrap_or_default());
        let include = variable(env::INCLUDE);
        let exclude = variable(env::EXCLUDE);
        let setting = |name: &'static str, expected: &'static str| Setting {
            name,
            expected,
            value: variable(name).map(|v| v.trim().to_owned()),
        };
        Ok(Self {
            semantics: setting(env::SEMANTICS, "original or last-finished").word()?,
            aborted: setting(env::ABORTED, "red or ignore").word()?,
            scope: Scope::from_lists(include.as_deref(), exclude.as_deref()),
            list_burst: setting(env::LIST_BURST, "a whole number of 1 or more")
                .number(burst, |n| *n >= 1)?,
            list_refill: setting(env::LIST_REFILL, "a number of 0.01 or more")
                .number(refill, |n: &f64| n.is_finite() && *n >= 0.01)?,
            concurrency: Self::default().concurrency,
            table: variable(env::TABLE),
            quota_share: setting(env::QUOTA_SHARE, "a percentage of 1 to 100")
                .number(50.0, |n: &f64| (1.0..=100.0).contains(n))?,
            groups: setting(env::GROUPS, "a JSON object of lists")
                .document::<BTreeMap<String, Vec<String>>>()?
                .into_iter()
                .map(|(name, patterns)| (name, patterns.into()))
                .collect(),
            routes: setting(env::ROUTES, "a JSON list of routes, as the stack writes it")
                .document()?,
            mutes: setting(env::MUTES, "a JSON list of mute windows, as the stack writes it")
                .document()?,
            incident_days: setting(env::INCIDENT_DAYS, "a whole number of 1 or more")
                .number(400, |n| *n >= 1)?,
            has_dead_letters: variable(env::FAILURE_QUEUE_URL).is_some(),
            has_failed_ticks: variable(env::TICK_FAILURE_QUEUE_URL).is_some(),
            has_rule: variable(env::EVENT_RULE).is_some(),
            each: variable(env::EACH).map(|list| {
                let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
                Patterns::from(names.map(str::to_owned).collect::<Vec<_>>())
            }),
            topic_arn: variable(env::TOPIC_ARN),
            event_bus: variable(env::EVENT_BUS),
            deployment: variable(env::DEPLOYMENT).map(|v| v.trim().to_owned()),
            format: setting(env::FORMAT, "text, chatbot or cloudwatch-alarm").word()?,
            redact_cause: setting(env::REDACT_CAUSE, "true or false").document()?,
            guarded: variable(env::GUARDED).map(|keys| {
                // A comma alone means none.
                let keys = keys.split(',').map(str::trim).filter(|key| !key.is_empty());
                keys.map(str::to_owned).collect()
            }),
            watch: setting(env::WATCH, "a JSON document, as the stack writes it").document()?,
            mismatch: None,
        })
    }
}

impl Settings {
    /// The channels for notifications of state changes, each with its destination.
    pub(crate) fn ways(&self) -> impl Iterator<Item = (Way, &str)> {
        let ways = [(Way::Topic, &self.topic_arn), (Way::Bus, &self.event_bus)];
        ways.into_iter().filter_map(|(way, to)| Some((way, to.as_deref()?)))
    }

    /// The mute windows that are open, and why others cannot be read: those mute nothing.
    pub(crate) fn open_mutes(&self, now_ms: i64) -> (Vec<OpenMute>, Vec<String>) {
        let (mut open, mut unusable) = (Vec::new(), Vec::new());
        for mute in &self.mutes {
            match mute.open_at(now_ms) {
                Ok(window) => open.extend(window),
                Err(reason) => unusable.push(format!("mute window `{}`: {reason}", mute.name)),
            }
        }
        (open, unusable)
    }

    /// The groups that a machine belongs to.
    pub(crate) fn groups_of(&self, row: &Row) -> impl Iterator<Item = &str> {
        let (key, name) = (row.key.as_str(), row.machine_name());
        let of = self.groups.iter();
        of.filter(move |(_, patterns)| patterns.matches(name) || patterns.matches(key))
            .map(|(group, _)| group.as_str())
    }
}

/// Whether one of these windows mutes the row's machine.
pub(crate) fn is_muted(open: &[OpenMute], row: &Row) -> bool {
    open.iter().any(|mute| mute.covers(row.key.as_str(), row.machine_name()))
}

struct Setting {
    name: &'static str,
    expected: &'static str,
    value: Option<String>,
}

impl Setting {
    fn word<T: DeserializeOwned + Default>(self) -> Result<T, InvalidSetting> {
        let Some(word) = self.value else { return Ok(T::default()) };
        serde_json::from_value(serde_json::Value::String(word.clone())).map_err(|_| {
            InvalidSetting { variable: self.name, value: word, expected: self.expected }
        })
    }

    fn document<T: DeserializeOwned + Default>(self) -> Result<T, InvalidSetting> {
        let Some(text) = self.value else { return Ok(T::default()) };
        serde_json::from_str(&text).map_err(|_| InvalidSetting {
            variable: self.name,
            value: text,
            expected: self.expected,
        })
    }

    fn number<T: std::str::FromStr>(
        self,
        default: T,
        fits: impl Fn(&T) -> bool,
    ) -> Result<T, InvalidSetting> {
        let Some(text) = self.value else { return Ok(default) };
        text.parse().ok().filter(fits).ok_or(InvalidSetting {
            variable: self.name,
            value: text,
            expected: self.expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, InvalidSetting> {
        Settings::from_env(|name| {
            pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn an_empty_environment_is_the_default_and_a_big_region_has_the_bigger_bucket() {
        assert_eq!(read(&[]).unwrap(), Settings::default());
        let big = read(&[("AWS_REGION", "eu-west-1")]).unwrap();
        assert_eq!((big.list_burst, big.list_refill), (200, 5.0));
    }

    #[test]
    fn each_variable_is_read_and_an_empty_one_is_absent() {
        let settings = read(&[
            (env::SEMANTICS, "original"),
            (env::ABORTED, "ignore"),
            (env::INCLUDE, "a*"),
            (env::EXCLUDE, ""),
            (env::LIST_BURST, "5000"),
            (env::LIST_REFILL, "0.5"),
            (env::TABLE, "lights"),
            (env::QUOTA_SHARE, "25"),
            (env::GROUPS, r#"{"payments": ["pay-*"]}"#),
            (env::ROUTES, r#"[{"team": "all"}]"#),
            (env::MUTES, r#"[{"name": "n", "schedule": "cron(0 2 * * *)", "duration_s": 60}]"#),
            (env::INCIDENT_DAYS, "30"),
            (env::EACH, ","),
            (env::EVENT_BUS, "default"),
            (env::FORMAT, "cloudwatch-alarm"),
            (env::DEPLOYMENT, " shop-prod "),
            (env::GUARDED, "a1, a2"),
            (env::WATCH, r#"{"defaults": {"settle_s": 60}}"#),
        ])
        .unwrap();
        assert_eq!(settings.semantics, Semantics::Original);
        assert_eq!(settings.aborted, Aborted::Ignore);
        assert_eq!(settings.scope, Scope::from_lists(Some("a*"), None));
        assert_eq!((settings.list_burst, settings.list_refill), (5_000, 0.5));
        assert_eq!(settings.table.as_deref(), Some("lights"));
        assert_eq!((settings.quota_share, settings.incident_days), (25.0, 30));
        assert!(settings.groups["payments"].matches("pay-1"));
        assert_eq!(settings.routes.0[0].team.as_deref(), Some("all"));
        assert_eq!((settings.mutes[0].name.as_str(), settings.mutes[0].duration_s), ("n", 60));
        assert!(!settings.each.as_ref().unwrap().matches("a1"));
        assert_eq!(settings.deployment.as_deref(), Some("shop-prod"));
        assert_eq!(settings.format, Format::CloudwatchAlarm);
        assert_eq!(settings.ways().collect::<Vec<_>>(), [(Way::Bus, "default")]);
        assert_eq!(settings.watch.defaults.settle_s, Some(60));
        assert_eq!(settings.guarded.unwrap(), ["a1", "a2"].map(str::to_owned).into());
    }

    #[test]
    fn a_value_that_cannot_be_read_names_its_variable_and_what_it_takes() {
        for (name, value) in [
            (env::SEMANTICS, "newest"),
            (env::ABORTED, "green"),
            (env::LIST_BURST, "0"),
            (env::LIST_REFILL, "NaN"),
            (env::WATCH, "{"),
            (env::REDACT_CAUSE, "yes"),
            (env::FORMAT, "slack"),
            (env::QUOTA_SHARE, "0"),
            (env::ROUTES, "{}"),
            (env::MUTES, "nightly"),
            (env::INCIDENT_DAYS, "0"),
        ] {
            let message = read(&[(name, value)]).unwrap_err().to_string();
            assert!(message.contains(name) && message.contains(value), "{message}");
        }
    }
}
