//! Declarations of machines, as the stack passes them to the function: when
//! runs are expected, how long they may take, and what else is checked.

use crate::MachineKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long after its due time a scheduled run may finish if nothing is declared, in seconds.
pub const GRACE_S: u32 = 900;

/// Declarations by machine; what a machine does not declare is taken from the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Watch {
    /// The declarations of every machine without its own.
    #[serde(skip_serializing_if = "Declared::is_empty")]
    pub defaults: Declared,
    /// What single machines declare.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub machines: BTreeMap<MachineKey, Declared>,
}

/// What is declared of a machine. Times are seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Declared {
    /// A run is to finish at least this often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect_every_s: Option<u32>,
    /// A run is due at these times. They win over `expect_every_s`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<Schedule>,
    /// By how much what starts it may be late by itself; it adds to the grace of `schedules`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u32>,
    /// How long after it was due a run may take to finish. Without it `max_duration_s` after a time
    /// of `schedules`, or what `max_p99_percent` allows if that is more than [`GRACE_S`], or that;
    /// after `expect_every_s` none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_s: Option<u32>,
    /// A run that takes longer is stuck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration_s: Option<u32>,
    /// A run that takes longer than this percentage of what its recent runs took (the 99th
    /// percentile of those that succeeded) is stuck. `max_duration_s` wins over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_p99_percent: Option<u32>,
    /// How long a first failure waits for a retry to succeed before the light turns red.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settle_s: Option<u32>,
    /// Whether the Map Runs of its runs are looked into for failed items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<bool>,
    /// A message for each so many failures in a row after the first; 0 is for the first alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renotify_every: Option<u32>,
    /// The occasions of notifications; without it [`NotifyOn::default`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_on: Option<Vec<Occasion>>,
}

/// An occasion of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The light turns red, or its machine fails again as often as `renotify_every` says.
    Red,
    /// The light turns green after it was red.
    Recovered,
    /// A run was due and none has finished.
    Late,
    /// A run goes on for longer than it may.
    Stuck,
    /// A run failed, whatever the light is.
    EveryFailure,
    /// A run succeeded.
    EverySuccess,
}

impl Occasion {
    /// Their configuration words.
    pub const WORDS: [&str; 6] =
        ["red", "recovered", "late", "stuck", "every_failure", "every_success"];
}

/// Occasions of notifications, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotifyOn(u8);

impl NotifyOn {
    /// The default: a light turns red, and green again.
    pub const DEFAULT: Self = Self(1 << Occasion::Red as u8 | 1 << Occasion::Recovered as u8);

    /// Whether this is one of them.
    pub fn has(self, occasion: Occasion) -> bool {
        self.0 & (1 << occasion as u8) != 0
    }
}

impl Default for NotifyOn {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl FromIterator<Occasion> for NotifyOn {
    fn from_iter<I: IntoIterator<Item = Occasion>>(occasions: I) -> Self {
        Self(occasions.into_iter().fold(0, |set, one| set | 1 << one as u8))
    }
}

/// When something starts a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// `cron(…)` or `rate(…)` in the words of EventBridge.
    pub expression: String,
    /// IANA name of the zone that the cron expression is read in; UTC without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

impl Declared {
    /// How long a first failure waits for a retry, in milliseconds; 0 if that is not declared.
    pub fn settle_ms(&self) -> i64 {
        i64::from(self.settle_s.unwrap_or(0)) * 1_000
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it says when a run is expected.
    pub fn expects(&self) -> bool {
        self.expect_every_s.is_some() || !self.schedules.is_empty()
    }

    /// Whether it says how long a run may take.
    pub fn limits(&self) -> bool {
        self.max_duration_s.is_some() || self.max_p99_percent.is_some()
    }

    /// The occasions of notifications.
    pub fn notify_on(&self) -> NotifyOn {
        let own = self.notify_on.as_ref().map(|list| list.iter().copied().collect());
        own.unwrap_or_default()
    }

    /// Whether how long a run may take is taken from how long its runs took.
    pub fn limits_by_p99(&self) -> bool {
        self.max_duration_s.is_none() && self.max_p99_percent.is_some()
    }
}

impl Watch {
    /// What is declared of a machine, defaults included. When it is expected is one declaration:
    /// a machine with its own schedules has nothing of the default's interval. How long it may run
    /// is one as well: a time of its own has nothing of the default's percentage.
    pub fn of(&self, key: &MachineKey) -> Declared {
        let defaults = &self.defaults;
        let Some(own) = self.machines.get(key) else { return defaults.clone() };
        let expected = if own.expects() { own } else { defaults };
        let limited = if own.limits() { own } else { defaults };
        Declared {
            expect_every_s: expected.expect_every_s,
            schedules: expected.schedules.clone(),
            window_s: expected.window_s,
            grace_s: own.grace_s.or(defaults.grace_s),
            max_duration_s: limited.max_duration_s,
            max_p99_percent: limited.max_p99_percent,
            settle_s: own.settle_s.or(defaults.settle_s),
            incomplete: own.incomplete.or(defaults.incomplete),
            renotify_every: own.renotify_every.or(defaults.renotify_every),
            notify_on: own.notify_on.clone().or_else(|| defaults.notify_on.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_takes_from_the_defaults_what_it_does_not_say() {
        let text = r#"{
            "defaults": {"expect_every_s": 3600, "settle_s": 60},
            "machines": {
                "nightly": {"schedules": [{"expression": "cron(0 3 * * ? *)"}]},
                "step1": {"settle_s": 0, "max_duration_s": 900}
            }
        }"#;
        let watch: Watch = serde_json::from_str(text).unwrap();
        let of = |name: &str| watch.of(&MachineKey::new(name).unwrap());
        let nightly = of("nightly");
        assert_eq!((nightly.expect_every_s, nightly.settle_s), (None, Some(60)));
        assert_eq!(nightly.schedules[0].timezone, None);
        let step1 = of("step1");
        assert_eq!((step1.expect_every_s, step1.settle_s), (Some(3_600), Some(0)));
        assert_eq!(of("other"), watch.defaults);
        let again: Watch = serde_json::from_str(&serde_json::to_string(&watch).unwrap()).unwrap();
        assert_eq!(again, watch);
    }

    #[test]
    fn how_long_a_run_may_take_is_one_declaration() {
        let p99 = Declared { max_p99_percent: Some(300), ..Declared::default() };
        let time = Declared { max_duration_s: Some(900), ..Declared::default() };
        let key = MachineKey::new("step1").unwrap();
        for (defaults, own) in [(&p99, &time), (&time, &p99)] {
            let machines = [(key.clone(), own.clone())].into();
            let watch = Watch { defaults: defaults.clone(), machines };
            assert_eq!(watch.of(&key), *own);
            assert_eq!(watch.of(&key).limits_by_p99(), own == &p99);
        }
        assert_eq!(serde_json::to_string(&p99).unwrap(), r#"{"max_p99_percent":300}"#);
    }

    #[test]
    fn what_is_notified_is_red_and_recovered_unless_a_machine_says_otherwise() {
        let default = Declared::default().notify_on();
        let all: Vec<Occasion> = Occasion::WORDS
            .iter()
            .map(|word| serde_json::from_value(serde_json::json!(word)).unwrap())
            .collect();
        let has: Vec<bool> = all.iter().map(|one| default.has(*one)).collect();
        assert_eq!(has, [true, true, false, false, false, false]);
        let text = r#"{"defaults": {"notify_on": ["late"]}, "machines": {"a": {"notify_on": []}}}"#;
        let watch: Watch = serde_json::from_str(text).unwrap();
        let of = |name: &str| watch.of(&MachineKey::new(name).unwrap()).notify_on();
        assert!(of("b").has(Occasion::Late) && !of("b").has(Occasion::Red));
        assert!(all.iter().all(|one| !of("a").has(*one)), "an empty list is none");
    }

    #[test]
    fn what_is_not_declared_takes_no_room() {
        assert_eq!(serde_json::to_string(&Watch::default()).unwrap(), "{}");
    }
}
