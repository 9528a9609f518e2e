//! What Guardian's IAM policies have in common: the ARNs that they name, and the boundary.

use crate::app::App;
use guardian_cfn::{Arn, Id, Policy, Statement, Val, events, iam, sqs};

const STATES_PREFIX: &str = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:";

/// The policy of a queue that a rule fills: no caller without TLS.
pub(super) fn fed_by(rule: &Id<events::Rule>, queue: &Id<sqs::Queue>) -> Policy {
    Policy::new([Statement::of_rule(rule, queue), Statement::tls_only("sqs:*", queue.arn())])
}

/// The role with the boundary that the configuration asks for.
pub(super) fn bounded(role: iam::Role, app: &App) -> iam::Role {
    let Some(boundary) = &app.permissions_boundary else { return role };
    if boundary.starts_with("arn:") && !boundary.contains("${") {
        return role.permissions_boundary(boundary);
    }
    let arn = if boundary.starts_with("arn:") {
        boundary.clone()
    } else {
        let path = boundary.trim_start_matches('/');
        format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{path}")
    };
    role.permissions_boundary(Val::sub(&arn, []))
}

/// The ARN of machines in the stack's account and region, by name or glob (IAM reads `*` and `?`
/// as Guardian does).
pub(super) fn machine_arn(name: &str) -> Arn {
    Arn::of(Val::sub(&machine_arn_text(name), []))
}

/// The ARN of what belongs to machines, such as their executions: they are named in the same way,
/// with something behind it.
pub(super) fn states_arn(kind: &str, name: &str, ending: &str) -> Arn {
    Arn::here("states", &format!("{kind}:{}{ending}", Val::sub_literal(name)))
}

/// The ARN of machines as a text for `Fn::Sub`.
pub(super) fn machine_arn_text(name: &str) -> String {
    format!("{STATES_PREFIX}stateMachine:{}", Val::sub_literal(name))
}
