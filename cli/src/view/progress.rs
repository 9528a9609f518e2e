//! Stack events and failures as text and records.

use crate::text::{Paint, clip, duration, plain, wrap};
use crate::ui::TextStyle;
use guardian_deploy::StackEvent;
use guardian_deploy::cause::Cause;
use guardian_deploy::state::{is_complete, is_in_progress, is_rollback};

/// Whether an event has a line: if it ends the operation of a resource, or is about the stack itself.
/// Of a nested stack, the event in its parent has the line.
pub fn has_line(event: &StackEvent, root: &str) -> bool {
    if event.is_of_stack_itself() { event.stack_id == root } else { !is_in_progress(&event.status) }
}

/// An event as a line: status, type, name, duration, and the reason of a failure.
pub fn line(event: &StackEvent, root: &str, took: Option<i64>, style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let status = format!("{:<19}", words(&event.status));
    let status = if event.is_failure() || is_rollback(&event.status) {
        paint.red(&status)
    } else if is_complete(&event.status) {
        paint.green(&status)
    } else {
        paint.yellow(&status)
    };
    let kind = event.resource_type.strip_prefix("AWS::").unwrap_or(&event.resource_type);
    let name = if event.stack_id == root {
        event.logical_id.clone()
    } else {
        format!("{}/{}", event.stack_name, event.logical_id)
    };
    let took = took.map(|took| format!(" ({})", duration(took))).unwrap_or_default();
    // Status 20, type 29.
    let room = style.width.saturating_sub(49 + took.len()).max(12);
    let name = clip(&plain(&name), room);
    let mut line = format!("{status} {:<28} {name}{took}", clip(&plain(kind), 28));
    if let Some(reason) = event.reason.as_deref().filter(|_| event.is_failure()) {
        for part in wrap(&plain(reason), style.width.saturating_sub(20)) {
            line.push_str(&format!("\n{:20}{part}", ""));
        }
    }
    line
}

/// `create in progress` of `CREATE_IN_PROGRESS`.
pub fn words(status: &str) -> String {
    plain(status).to_lowercase().replace('_', " ")
}

/// A failure in words: the root cause with the source location, if known, then other failures.
pub fn cause(cause: &Cause, source: Option<&str>) -> String {
    let mut text = format!("{}: {}", subject(&cause.event), reason(&cause.event));
    if let Some(source) = source {
        text.push_str(&format!("\n  {}", plain(source)));
    }
    for other in cause.others.iter().take(5) {
        text.push_str(&format!("\nalso {}: {}", subject(other), reason(other)));
    }
    if cause.others.len() > 5 {
        text.push_str(&format!("\nand {} more", cause.others.len() - 5));
    }
    text
}

fn subject(event: &StackEvent) -> String {
    format!("{} ({})", plain(&event.logical_id), plain(&event.resource_type))
}

fn reason(event: &StackEvent) -> String {
    plain(event.reason.as_deref().unwrap_or("CloudFormation gives no reason"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_deploy::testing::event;

    const STYLE: TextStyle = TextStyle { width: 80, colour: false };

    #[test]
    fn each_resource_has_one_line_and_the_stack_itself_each_of_its_events() {
        let own = |stack: &str, status: &str| StackEvent {
            stack_id: stack.into(),
            physical_id: stack.into(),
            resource_type: "AWS::CloudFormation::Stack".into(),
            ..event(1, "root", status)
        };
        let row =
            StackEvent { stack_id: "arn:root".into(), ..own("arn:nested", "CREATE_COMPLETE") };
        for (event, expected) in [
            (own("arn:root", "CREATE_IN_PROGRESS"), true),
            (event(2, "Queue", "CREATE_IN_PROGRESS"), false),
            (event(3, "Queue", "CREATE_COMPLETE"), true),
            (event(3, "Queue", "CREATE_FAILED"), true),
            (own("arn:nested", "CREATE_IN_PROGRESS"), false),
            (own("arn:nested", "CREATE_COMPLETE"), false),
            (row, true),
            (own("arn:root", "CREATE_COMPLETE"), true),
        ] {
            assert_eq!(has_line(&event, "arn:root"), expected, "{event:?}");
        }
    }

    #[test]
    fn events_as_lines() {
        let failed = StackEvent {
            reason: Some("Resource of type 'AWS::SQS::Queue' with identifier 'x' already exists in another stack of this account.\u{1b}[2J".into()),
            ..event(3, "Queue", "CREATE_FAILED")
        };
        let nested = StackEvent {
            stack_id: "arn:other".into(),
            stack_name: "root-Machines3-1ABC".into(),
            ..event(4, "Step1Alarm", "CREATE_COMPLETE")
        };
        let lines = [
            line(&event(1, "Queue", "CREATE_IN_PROGRESS"), "arn:root", None, STYLE),
            line(&failed, "arn:root", Some(2_000), STYLE),
            line(&nested, "arn:root", Some(61_000), STYLE),
        ];
        insta::assert_snapshot!(lines.join("\n"));
    }
}
