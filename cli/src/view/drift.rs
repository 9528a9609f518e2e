//! Drift as a difference from the template to the actual resource.

use crate::text::{self, Paint, plain};
use crate::ui::TextStyle;
use guardian_deploy::drift::Found;
use guardian_deploy::stack::Drifted;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// The drift as differences from the template's to the actual values.
pub fn shown(stack: &str, found: &Found, style: TextStyle) -> String {
    let paint = Paint(style.colour);
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
            "{} changed, {} deleted, {} unchanged",
            count(Drifted::Modified),
            count(Drifted::Deleted),
            count(Drifted::No)
        ));
    }
    if count(Drifted::NotKnown) > 0 {
        sum.push_str(&format!("; {} that CloudFormation cannot check", count(Drifted::NotKnown)));
    }
    lines.push(sum);
    lines.extend(found.unread.iter().map(|why| format!("not checked: {}", plain(why))));
    lines.join("\n")
}

/// The lines of a value: JSON is pretty-printed, an empty value has no line.
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
    use guardian_deploy::stack::{PropertyDrift, ResourceDrift};

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
        insta::assert_snapshot!(shown("orders", &found, TextStyle { width: 80, colour: false }));
    }

    #[test]
    fn no_drift_is_one_line() {
        let found = Found { resources: vec![drift("Same", Drifted::No, &[])], unread: vec![] };
        assert_eq!(
            shown("orders", &found, TextStyle { width: 80, colour: false }),
            "Stack orders: no drift in 1 resource"
        );
    }
}
