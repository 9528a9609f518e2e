//! The changes of a plan that the stack policy refuses, known before execution. The policy itself is
//! read and set in `protection`.

use crate::change::{Action, Change, Replacement};
use guardian_cfn::stack_policy::{self, Policy, Verdict};
use serde::{Deserialize, Serialize};

/// A change that the stack policy refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Logical id of the resource.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// The refused action: `Update:Replace`.
    pub action: String,
    /// The number of the statement that denies it, from 1; none if no statement allows it.
    pub statement: Option<usize>,
    /// Whether the action is certain: a replacement may be known only during the update.
    pub certain: bool,
}

impl Refusal {
    /// The refusal in a sentence.
    pub fn sentence(&self) -> String {
        let why = match self.statement {
            Some(number) => format!("statement {number} denies {}", self.action),
            None => format!("no statement allows {}", self.action),
        };
        let may = if self.certain { "" } else { ", if it is needed" };
        format!("{} ({}): {why}{may}", self.logical_id, self.resource_type)
    }
}

/// The changes that the stack policy refuses. It does not apply to resources that are created, and
/// nested stacks have policies of their own: here each counts as one resource.
pub fn refusals(policy: &Policy, changes: &[Change]) -> Vec<Refusal> {
    use stack_policy::Action::{Delete, Modify, Replace};
    let own = changes.iter().filter(|change| change.within.is_empty());
    own.filter_map(|change| {
        let actions: &[(stack_policy::Action, bool)] = match (change.action, change.replacement) {
            (Action::Add | Action::Import, _) => &[],
            (Action::Remove, _) => &[(Delete, true)],
            (_, Replacement::Yes) => &[(Replace, true)],
            (_, Replacement::Maybe) => &[(Modify, true), (Replace, false)],
            (_, Replacement::No) => &[(Modify, true)],
        };
        actions.iter().find_map(|(action, certain)| {
            let statement = match policy.judge(*action, &change.logical_id, &change.resource_type) {
                Verdict::Allowed => return None,
                Verdict::Denied(number) => Some(number),
                Verdict::NotAllowed => None,
            };
            Some(Refusal {
                logical_id: change.logical_id.clone(),
                resource_type: change.resource_type.clone(),
                action: action.to_string(),
                statement,
                certain: *certain,
            })
        })
    })
    .collect()
}

/// Logical ids and types of the stack's own changed resources, without those of nested stacks.
pub fn changed(changes: &[Change]) -> Vec<(&str, &str)> {
    let own = changes.iter().filter(|change| change.within.is_empty());
    own.map(|change| (change.logical_id.as_str(), change.resource_type.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_change_is_judged_as_the_action_that_it_takes() {
        let deny = |action: &str| json!({"Effect": "Deny", "Action": action, "Principal": "*", "Resource": "*"});
        let open =
            json!({"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"});
        let statements = json!([open, deny("Update:Replace"), deny("Update:Delete")]);
        let policy = Policy::parse(&json!({ "Statement": statements }).to_string()).unwrap();
        let change = |id: &str, action, replacement| Change {
            action,
            replacement,
            ..Change::add(&[], id, "AWS::SQS::Queue")
        };
        let inner = Change {
            within: vec!["Machines1".into()],
            ..change("Inner", Action::Remove, Replacement::No)
        };
        let changes = [
            change("Made", Action::Add, Replacement::No),
            change("Changed", Action::Modify, Replacement::No),
            change("Replaced", Action::Modify, Replacement::Yes),
            change("Perhaps", Action::Modify, Replacement::Maybe),
            change("Gone", Action::Remove, Replacement::No),
            inner,
        ];
        let sentences: Vec<String> =
            refusals(&policy, &changes).iter().map(Refusal::sentence).collect();
        assert_eq!(
            sentences,
            [
                "Replaced (AWS::SQS::Queue): statement 2 denies Update:Replace",
                "Perhaps (AWS::SQS::Queue): statement 2 denies Update:Replace, if it is needed",
                "Gone (AWS::SQS::Queue): statement 3 denies Update:Delete",
            ]
        );
        assert_eq!(changed(&changes).len(), 5);
        assert_eq!(refusals(&Policy::allowing_all(), &changes), []);
    }
}
