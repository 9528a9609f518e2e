//! Drift: what was changed outside of CloudFormation. Found here, and shown as a difference;
//! putting it back is a change set's business.

use super::Stacks;
use super::change_set::jittered;
use super::stack::{Detection, STACK_TYPE, all_resources};
use crate::text::{self, Paint, plain};
use crate::ui::Look;
use guardian_aws::AwsError;
use guardian_aws::pagination::all;
use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// Whether a resource is other than its stack says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drifted {
    /// It is as the stack says.
    No,
    /// It was changed.
    Modified,
    /// It was deleted.
    Deleted,
    /// CloudFormation cannot tell, or not for this type.
    NotKnown,
}

/// A property that is other than its stack says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PropertyDrift {
    /// Where in the properties: `/Tags/0/Value`.
    pub path: String,
    /// As the stack says; empty where it says nothing.
    pub expected: String,
    /// As it is; empty where it is not there.
    pub actual: String,
}

/// What was found of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceDrift {
    /// Logical ids of the stacks in the stack that it is in, from the outside.
    pub within: Vec<String>,
    /// Logical id.
    pub logical_id: String,
    /// Physical id.
    pub physical_id: String,
    /// Type.
    pub resource_type: String,
    /// Whether it is other than its stack says.
    pub drifted: Drifted,
    /// What of it, if it was changed.
    pub properties: Vec<PropertyDrift>,
}

impl ResourceDrift {
    /// Logical id with the stacks that it is in.
    pub fn path(&self) -> String {
        self.within.iter().chain([&self.logical_id]).cloned().collect::<Vec<_>>().join("/")
    }
}

/// What was found of a stack and those in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Every resource that CloudFormation told of.
    pub resources: Vec<ResourceDrift>,
    /// What could not be looked at, in CloudFormation's words.
    pub unread: Vec<String>,
}

impl Found {
    /// The resources that are other than their stack says.
    pub fn drifted(&self) -> impl Iterator<Item = &ResourceDrift> {
        self.resources.iter().filter(|r| matches!(r.drifted, Drifted::Modified | Drifted::Deleted))
    }
}

/// How often it is asked whether a detection is done.
const ASK: Duration = Duration::from_secs(2);

/// Looks for drift of a stack and of those in it, which CloudFormation looks at one by one.
pub async fn detect<S: Stacks>(stacks: &S, stack_id: &str) -> Result<Found, AwsError> {
    let mut found = Found::default();
    let mut ahead = vec![(Vec::<String>::new(), stack_id.to_owned())];
    while let Some((within, id)) = ahead.pop() {
        let detection = stacks.detect_drift(&id).await?;
        loop {
            match stacks.detection(&detection).await {
                Ok(Detection::UnderWay) => {}
                Ok(Detection::Complete) => break,
                Ok(Detection::Failed(why)) => {
                    found.unread.push(why);
                    break;
                }
                Err(error) if error.is_transient() => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(jittered(ASK)).await;
        }
        let of = id.as_str();
        let page = |next: Option<String>| async move { stacks.drifts(of, next.as_deref()).await };
        let drifts = all(&format!("read the drift of `{id}`"), page).await?;
        // What is in a stack in the stack is asked about by itself.
        let own = drifts.into_iter().filter(|r| r.resource_type != STACK_TYPE);
        found.resources.extend(own.map(|r| ResourceDrift { within: within.clone(), ..r }));
        for resource in all_resources(stacks, &id).await? {
            if resource.resource_type == STACK_TYPE
                && let Some(id) = resource.physical_id
            {
                let mut within = within.clone();
                within.push(resource.logical_id);
                ahead.push((within, id));
            }
        }
    }
    found.resources.sort_by_key(ResourceDrift::path);
    Ok(found)
}

/// What was found, as a difference from what the stack says to what is.
pub fn shown(stack: &str, found: &Found, look: Look) -> String {
    let paint = Paint(look.colour);
    let mut lines = Vec::new();
    for resource in found.drifted() {
        let name = format!("{} ({})", plain(&resource.path()), plain(&resource.resource_type));
        if resource.drifted == Drifted::Deleted {
            lines.push(paint.red(&format!("- {name} was deleted")));
            continue;
        }
        lines.push(paint.yellow(&format!("~ {name} was changed")));
        for property in &resource.properties {
            lines.push(format!("    {}", plain(&property.path)));
            let (before, after) = (pretty(&property.expected), pretty(&property.actual));
            for change in TextDiff::from_lines(&before, &after).iter_all_changes() {
                let text = plain(change.value().trim_end_matches('\n'));
                lines.push(match change.tag() {
                    ChangeTag::Equal => paint.dim(&format!("       {text}")),
                    ChangeTag::Insert => paint.green(&format!("     + {text}")),
                    ChangeTag::Delete => paint.red(&format!("     - {text}")),
                });
            }
        }
    }
    let count = |is: Drifted| found.resources.iter().filter(|r| r.drifted == is).count();
    let drifted = found.drifted().count();
    if drifted > 0 {
        lines.push(String::new());
    }
    let mut sum = format!("Stack {}: ", plain(stack));
    if drifted == 0 {
        sum.push_str(&format!("no drift in {}", text::count(count(Drifted::No), "resource")));
    } else {
        sum.push_str(&format!(
            "{} changed, {} deleted, {} as the stack says",
            count(Drifted::Modified),
            count(Drifted::Deleted),
            count(Drifted::No)
        ));
    }
    if count(Drifted::NotKnown) > 0 {
        sum.push_str(&format!("; of {} CloudFormation cannot tell", count(Drifted::NotKnown)));
    }
    lines.push(sum);
    lines.extend(found.unread.iter().map(|why| format!("could not be looked at: {}", plain(why))));
    lines.join("\n")
}

/// A value on lines of its own: JSON spread out, anything else as it is; no line for none.
fn pretty(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let spread = serde_json::from_str::<Value>(value)
        .ok()
        .filter(|v| v.is_array() || v.is_object())
        .and_then(|v| serde_json::to_string_pretty(&v).ok());
    spread.unwrap_or_else(|| value.to_owned()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drift(id: &str, drifted: Drifted, properties: &[(&str, &str, &str)]) -> ResourceDrift {
        ResourceDrift {
            within: Vec::new(),
            logical_id: id.into(),
            physical_id: id.into(),
            resource_type: "AWS::SQS::Queue".into(),
            drifted,
            properties: properties
                .iter()
                .map(|(path, expected, actual)| PropertyDrift {
                    path: (*path).into(),
                    expected: (*expected).into(),
                    actual: (*actual).into(),
                })
                .collect(),
        }
    }

    #[test]
    fn drift_is_shown_as_a_difference_from_what_the_stack_says() {
        let found = Found {
            resources: vec![
                drift("Same", Drifted::No, &[]),
                drift("Gone", Drifted::Deleted, &[]),
                ResourceDrift {
                    within: vec!["Machines3".into()],
                    ..drift(
                        "Queue",
                        Drifted::Modified,
                        &[
                            ("/VisibilityTimeout", "30", "60"),
                            ("/Tags", r#"[{"Key":"a"}]"#, r#"[{"Key":"b\u001b[2J"}]"#),
                            ("/Added", "", "x"),
                        ],
                    )
                },
                drift("Odd", Drifted::NotKnown, &[]),
            ],
            unread: vec!["AccessDenied: sqs:GetQueueAttributes".into()],
        };
        insta::assert_snapshot!(shown("orders", &found, Look { width: 80, colour: false }));
    }

    #[test]
    fn no_drift_is_one_line() {
        let found = Found { resources: vec![drift("Same", Drifted::No, &[])], unread: vec![] };
        assert_eq!(
            shown("orders", &found, Look { width: 80, colour: false }),
            "Stack orders: no drift in 1 resource"
        );
    }
}
