//! Routes: which notifications of which machines go where, and what stands beside them.

use crate::glob_matches;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a message to a topic is written.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// As text, for people who read mail.
    #[default]
    Text,
    /// As a custom notification of Amazon Q Developer in chat applications (AWS Chatbot), for Slack
    /// and Microsoft Teams.
    Chatbot,
    /// As an alarm of CloudWatch, for pagers that read these, such as PagerDuty.
    CloudwatchAlarm,
}

impl Format {
    /// Their configuration words.
    pub const WORDS: [&str; 3] = ["text", "chatbot", "cloudwatch-alarm"];
}

/// Where the notifications of some machines go, and whose they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// Names or globs of machines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub machines: Vec<String>,
    /// Tags that a machine must all have; a value of `*` stands for any.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// ARN of the SNS topic, instead of the deployment's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Name or ARN of the event bus, instead of the deployment's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_bus: Option<String>,
    /// How messages to the topic are written, instead of as the deployment's are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The team that the machines belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Link to the runbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
}

/// Routes in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Routes(pub Vec<Route>);

impl Routes {
    /// The first route that matches the machine with this name and these tags.
    pub fn of(&self, name: &str, tags: &BTreeMap<String, String>) -> Option<&Route> {
        self.0.iter().find(|route| route.matches(name, tags))
    }

    /// Whether a machine's tags have to be known.
    pub fn need_tags(&self) -> bool {
        self.0.iter().any(|route| !route.tags.is_empty())
    }
}

impl Route {
    /// A route without patterns and tags matches every machine; one with both takes either.
    fn matches(&self, name: &str, tags: &BTreeMap<String, String>) -> bool {
        let by_tags = !self.tags.is_empty()
            && self
                .tags
                .iter()
                .all(|(key, value)| tags.get(key).is_some_and(|has| value == "*" || has == value));
        let by_name = self.machines.iter().any(|pattern| glob_matches(pattern, name));
        by_name || by_tags || (self.machines.is_empty() && self.tags.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_route_that_matches_by_name_or_tags_counts() {
        let routes: Routes = serde_json::from_str(
            r#"[{"machines": ["pay-*"], "team": "payments"},
                {"tags": {"team": "data", "tier": "*"}, "team": "data"},
                {"team": "everybody else"}]"#,
        )
        .unwrap();
        let team = |name: &str, tags: &[(&str, &str)]| {
            let tags = tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            routes.of(name, &tags).unwrap().team.clone().unwrap()
        };
        assert_eq!(team("pay-1", &[("team", "data"), ("tier", "1")]), "payments");
        assert_eq!(team("etl", &[("team", "data"), ("tier", "1")]), "data");
        assert_eq!(team("etl", &[("team", "data")]), "everybody else");
        assert!(routes.need_tags());
        assert_eq!(Routes::default().of("etl", &BTreeMap::new()), None);
    }
}
