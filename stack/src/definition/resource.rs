//! What a Task runs: the forms of its `Resource`, and what an EXPRESS machine cannot wait for.

use super::language::{Checker, nearest};
use super::paths::is_placeholder;
use crate::document::Node;

/// Integrations and all of their actions (Step Functions guide, "Integrating optimized services").
/// Of others, which gain actions now and then, only the form is checked.
const ACTIONS: &[(&str, &[&str])] = &[
    ("lambda", &["invoke"]),
    ("dynamodb", &["getItem", "putItem", "deleteItem", "updateItem"]),
    ("sns", &["publish"]),
    ("sqs", &["sendMessage"]),
    ("events", &["putEvents"]),
    ("states", &["startExecution"]),
    ("http", &["invoke"]),
    ("apigateway", &["invoke"]),
    ("ecs", &["runTask"]),
    ("batch", &["submitJob"]),
];
const PATTERNS: &[&str] = &["sync", "sync:2", "waitForTaskToken"];

impl Checker<'_> {
    pub(super) fn resource(&mut self, resource: &Node) {
        let Some(text) = resource.text().filter(|text| !text.is_empty() && !is_placeholder(text))
        else {
            return;
        };
        if let Err((message, help)) = form(text) {
            return self.error(&resource.span, message, help);
        }
        if self.express {
            let refused = if text.contains(":states:") && text.contains(":activity:") {
                "an activity"
            } else if text.ends_with(".sync") || text.ends_with(".sync:2") {
                "`.sync`"
            } else if text.ends_with(".waitForTaskToken") {
                "`.waitForTaskToken`"
            } else {
                return;
            };
            let message = format!("a machine of type EXPRESS cannot wait for {refused}");
            let help = "make it STANDARD, or do not wait for the end of the task".to_owned();
            self.error(&resource.span, message, Some(help));
        }
    }
}

/// The error of an ARN, and its help.
fn form(text: &str) -> Result<(), (String, Option<String>)> {
    let shown = || {
        let help = "write an ARN: of a function, an activity, or an integration as in \
                    arn:aws:states:::sqs:sendMessage";
        (format!("`{text}` is not a resource of a Task"), Some(help.to_owned()))
    };
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, _, _, rest] = parts[..] else { return Err(shown()) };
    if partition.is_empty() || service.is_empty() || rest.is_empty() {
        return Err(shown());
    }
    match service {
        "states" => integration(rest).map_err(|error| error.unwrap_or_else(shown)),
        "lambda" => {
            let mut parts = rest.split(':').skip(2);
            let good = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_$.".contains(c))
            };
            if parts.next().is_none_or(good) {
                return Ok(());
            }
            Err((format!("`{text}` names no version and no alias"), None))
        }
        _ => Ok(()),
    }
}

/// The part of an integration's ARN behind the account.
fn integration(rest: &str) -> Result<(), Option<(String, Option<String>)>> {
    let (call, pattern) = rest.split_once('.').map_or((rest, None), |(c, p)| (c, Some(p)));
    let (service, action) = call.split_once(':').ok_or(None)?;
    if service == "activity" {
        return Ok(());
    }
    if let Some(pattern) = pattern.filter(|pattern| !PATTERNS.contains(pattern)) {
        let help = nearest(pattern, PATTERNS.iter().copied())
            .unwrap_or_else(|| "there are .sync, .sync:2 and .waitForTaskToken".to_owned());
        return Err(Some((format!("`.{pattern}` is not an integration pattern"), Some(help))));
    }
    let known = ACTIONS.iter().find(|(known, _)| *known == service).map(|(_, actions)| *actions);
    match known {
        Some(actions) if !actions.contains(&action) => {
            let help = nearest(action, actions.iter().copied())
                .unwrap_or_else(|| format!("the SDK's call is aws-sdk:{service}:{action}"));
            Err(Some((format!("Step Functions has no integration `{call}`"), Some(help))))
        }
        _ if action.is_empty() || service.is_empty() => Err(None),
        _ => Ok(()),
    }
}
