//! What state a stack is in, in words, and the ways out of it. Which way is taken is chosen by a
//! person; nothing is done here.

use crate::stack::{Deletion, ListedChangeSet, STACK_TYPE, StackResource, all_resources};
use crate::state::is_at_rest;
use crate::text::{count, plain};
use crate::{Stack, Stacks};
use guardian_aws::AwsError;

/// The way out of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// None is needed.
    Nothing,
    /// Somebody is at work: wait until it is done.
    Wait,
    /// It was never up: delete what is left, so that it can be created.
    DeleteRemains,
    /// It is in review and has no change set: delete the empty shell.
    DeleteShell,
    /// Go on with the rollback that failed.
    ContinueRollback,
    /// Go on with the delete that failed.
    DeleteAgain,
    /// This version knows none.
    Unknown,
}

/// A resource that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTheWay {
    /// How it is named to be skipped: its logical id, in a stack in the stack after that one's
    /// name: `orders-Machines3-1ABC.Step1Alarm`.
    pub id: String,
    /// Whether it is in the stack itself.
    pub of_root: bool,
    /// Type.
    pub resource_type: String,
    /// Status, in the API's word.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

/// A stack's state, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The way out.
    pub way: Way,
    /// What happened and what the way out does, in a few sentences.
    pub text: String,
}

/// What was chosen besides the safe way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Resources that a rollback leaves as they are.
    pub skip: Vec<String>,
    /// Resources that a delete leaves behind.
    pub retain: Vec<String>,
    /// Whether a delete leaves behind all that cannot be deleted.
    pub force: bool,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// What goes on is waited for.
    Wait,
    /// The rollback goes on, without these.
    ContinueRollback(Vec<String>),
    /// The stack is deleted.
    Delete(Deletion),
}

/// The resources whose last operation failed, of the stack and of those in it.
pub async fn in_the_way<S: Stacks>(stacks: &S, stack: &str) -> Result<Vec<InTheWay>, AwsError> {
    let mut found = Vec::new();
    let mut ahead = vec![(None::<String>, stack.to_owned())];
    while let Some((within, id)) = ahead.pop() {
        for resource in all_resources(stacks, &id).await? {
            let nested = resource.physical_id.as_deref().filter(|id| id.starts_with("arn:"));
            if resource.resource_type == STACK_TYPE
                && let Some(nested) = nested
            {
                let name = nested.split('/').nth(1).unwrap_or(nested).to_owned();
                ahead.push((Some(name), nested.to_owned()));
            }
            if resource.status.ends_with("_FAILED") {
                found.push(of_resource(within.as_deref(), resource));
            }
        }
    }
    found.sort_by(|a, b| (!a.of_root, &a.id).cmp(&(!b.of_root, &b.id)));
    Ok(found)
}

fn of_resource(within: Option<&str>, resource: StackResource) -> InTheWay {
    let StackResource { logical_id, resource_type, status, reason, .. } = resource;
    let id = match within {
        Some(stack) => format!("{stack}.{logical_id}"),
        None => logical_id,
    };
    InTheWay { id, of_root: within.is_none(), resource_type, status, reason }
}

/// The state of a stack, with what is in the way and the change sets that it has.
pub fn situation(
    name: &str,
    stack: Option<&Stack>,
    in_the_way: &[InTheWay],
    change_sets: &[ListedChangeSet],
) -> Situation {
    let of = |way: Way, text: &str| Situation { way, text: text.to_owned() };
    let Some(stack) = stack else {
        return Situation {
            way: Way::Nothing,
            text: format!("Stack {name} is not there: a deploy creates it."),
        };
    };
    let mut situation = match stack.status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" => {
            of(Way::Nothing, "All is well; it can be deployed.")
        }
        "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => of(
            Way::Nothing,
            "The last update failed and was taken back: all is as before it. It can be deployed.",
        ),
        "UPDATE_FAILED" => of(
            Way::Nothing,
            "The last update failed and was left as it stood, since it ran without a rollback. \
             Mend the cause and deploy again, which goes on from here.",
        ),
        "DELETE_COMPLETE" => of(Way::Nothing, "It is deleted: a deploy creates it anew."),
        "REVIEW_IN_PROGRESS" => {
            let alive = change_sets.iter().filter(|c| !c.status.starts_with("DELETE")).count();
            if alive == 0 {
                of(
                    Way::DeleteShell,
                    "It was never created: a change set was made for it and is gone. The empty \
                     shell can be deleted; a deploy would use it, too.",
                )
            } else {
                Situation {
                    way: Way::Nothing,
                    text: format!(
                        "It was never created: {} for it wait{} to be run. It can be deployed.",
                        count(alive, "change set"),
                        if alive == 1 { "s" } else { "" },
                    ),
                }
            }
        }
        "ROLLBACK_COMPLETE" => of(
            Way::DeleteRemains,
            "Its first create failed and was taken back. It was never up and nothing is in it; \
             it has to be deleted before it can be created. A deploy does both.",
        ),
        "CREATE_FAILED" | "ROLLBACK_FAILED" => of(
            Way::DeleteRemains,
            "Its first create failed, and not all of it could be taken back. It was never up; \
             what is left has to be deleted before it can be created. A deploy does both.",
        ),
        "UPDATE_ROLLBACK_FAILED" => of(
            Way::ContinueRollback,
            "An update failed, and so did taking it back. Mend what the resources below say, then \
             the rollback goes on. One that cannot be mended can be left as it is with --skip: \
             the stack then believes it to be as before, so make it so by hand.",
        ),
        "IMPORT_ROLLBACK_FAILED" => of(
            Way::Unknown,
            "An import failed, and so did taking it back. CloudFormation has no call that goes on \
             from here: mend what the resources below say, and ask AWS's support.",
        ),
        "DELETE_FAILED" => of(
            Way::DeleteAgain,
            "A delete failed half-way. Mend what the resources below say, then the rest is \
             deleted. One that cannot be deleted is left behind with --retain, all of them with \
             --force; nobody looks after them from then on.",
        ),
        status if !is_at_rest(status) => {
            of(Way::Wait, "Somebody is at work on it. Nothing is to be done but to wait.")
        }
        _ => of(
            Way::Unknown,
            "This version of guardian does not know that state; see the CloudFormation console.",
        ),
    };
    let mut text = format!("Stack {name} is {}.", plain(&stack.status));
    if let Some(reason) = stack.reason.as_deref().filter(|_| situation.way != Way::Nothing) {
        text.push_str(&format!(" CloudFormation says: {}", plain(reason)));
    }
    text.push('\n');
    text.push_str(&situation.text);
    let listed = !matches!(situation.way, Way::Nothing | Way::Wait);
    for resource in in_the_way.iter().filter(|_| listed) {
        text.push_str(&format!(
            "\n  {} ({}): {}: {}",
            plain(&resource.id),
            plain(&resource.resource_type),
            resource.status.to_lowercase().replace('_', " "),
            plain(resource.reason.as_deref().unwrap_or("no reason is given"))
        ));
    }
    if stack.termination_protection
        && matches!(situation.way, Way::DeleteRemains | Way::DeleteShell | Way::DeleteAgain)
    {
        text.push_str(
            "\nIt has termination protection, which has to be switched off first: `aws \
             cloudformation update-termination-protection --no-enable-termination-protection`.",
        );
        situation.way = Way::Nothing;
    }
    Situation { text, ..situation }
}

/// What is done on this way with what was chosen. An error says why a choice does not fit.
pub fn step(way: Way, chosen: &Chosen, in_the_way: &[InTheWay]) -> Result<Step, String> {
    let rolls_back = way == Way::ContinueRollback;
    if !chosen.skip.is_empty() && !rolls_back {
        return Err("--skip is of a rollback that failed, and this stack has none".to_owned());
    }
    if (chosen.force || !chosen.retain.is_empty()) && way != Way::DeleteAgain {
        return Err(
            "--retain and --force are of a delete that failed, and this stack has none".to_owned()
        );
    }
    let known = |id: &String, root_only: bool| {
        in_the_way.iter().any(|r| &r.id == id && (r.of_root || !root_only))
    };
    let stranger = chosen
        .skip
        .iter()
        .find(|id| !known(id, false))
        .or_else(|| chosen.retain.iter().find(|id| !known(id, true)));
    if let Some(id) = stranger {
        return Err(format!(
            "`{id}` is none of the resources that are in the way: only they can be left out"
        ));
    }
    Ok(match way {
        Way::Nothing | Way::Unknown => Step::Nothing,
        Way::Wait => Step::Wait,
        Way::ContinueRollback => Step::ContinueRollback(chosen.skip.clone()),
        Way::DeleteAgain if chosen.force => Step::Delete(Deletion::Force),
        Way::DeleteAgain if !chosen.retain.is_empty() => {
            Step::Delete(Deletion::Retaining(chosen.retain.clone()))
        }
        Way::DeleteRemains | Way::DeleteShell | Way::DeleteAgain => {
            Step::Delete(Deletion::Standard)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::StackStatus;

    fn stack(status: &str) -> Stack {
        Stack { status: status.into(), ..Stack::default() }
    }

    fn way(status: &str) -> Way {
        situation("s", Some(&stack(status)), &[], &[]).way
    }

    fn failed(id: &str, of_root: bool) -> InTheWay {
        InTheWay {
            id: id.into(),
            of_root,
            resource_type: "AWS::SQS::Queue".into(),
            status: "UPDATE_FAILED".into(),
            reason: Some("Access denied\u{1b}[2J".into()),
        }
    }

    #[test]
    fn every_state_that_the_api_has_is_explained() {
        for status in StackStatus::values() {
            let told = situation("s", Some(&stack(status)), &[], &[]);
            let unknown = told.way == Way::Unknown;
            // CloudFormation itself has no way out of this one.
            assert_eq!(unknown, *status == "IMPORT_ROLLBACK_FAILED", "{status}");
            assert!(!told.text.contains("does not know"), "{status}");
            if status.ends_with("_IN_PROGRESS") && *status != "REVIEW_IN_PROGRESS" {
                assert_eq!(told.way, Way::Wait, "{status}");
            }
        }
        assert_eq!(way("PAUSED"), Way::Unknown);
        assert_eq!(situation("s", None, &[], &[]).way, Way::Nothing);
    }

    #[test]
    fn a_stack_that_was_never_up_is_deleted_and_one_in_review_only_when_it_is_empty() {
        for status in ["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"] {
            assert_eq!(way(status), Way::DeleteRemains, "{status}");
        }
        let change_set = ListedChangeSet {
            id: "arn:c".into(),
            name: "c".into(),
            status: "CREATE_COMPLETE".into(),
            created_ms: 0,
        };
        let review = stack("REVIEW_IN_PROGRESS");
        assert_eq!(way("REVIEW_IN_PROGRESS"), Way::DeleteShell);
        assert_eq!(situation("s", Some(&review), &[], &[change_set]).way, Way::Nothing);
    }

    #[test]
    fn a_protected_stack_is_never_deleted() {
        let protected = Stack { termination_protection: true, ..stack("ROLLBACK_COMPLETE") };
        let told = situation("s", Some(&protected), &[], &[]);
        assert_eq!(told.way, Way::Nothing);
        assert!(told.text.contains("termination protection"));
    }

    #[test]
    fn a_rollback_that_failed_is_told_with_what_is_in_its_way() {
        let stuck = Stack { reason: Some("Boom".into()), ..stack("UPDATE_ROLLBACK_FAILED") };
        let in_the_way = [failed("Queue", true), failed("s-Nested-1.Alarm", false)];
        insta::assert_snapshot!(situation("s", Some(&stuck), &in_the_way, &[]).text);
    }

    #[test]
    fn only_what_is_in_the_way_can_be_left_out_and_only_where_it_fits() {
        let in_the_way = [failed("Queue", true), failed("s-Nested-1.Alarm", false)];
        let skip = |ids: &[&str]| Chosen {
            skip: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Chosen::default()
        };
        let retain = |id: &str| Chosen { retain: vec![id.to_owned()], ..Chosen::default() };
        let force = Chosen { force: true, ..Chosen::default() };
        let rollback = |chosen: &Chosen| step(Way::ContinueRollback, chosen, &in_the_way);
        let both = ["Queue", "s-Nested-1.Alarm"];
        assert_eq!(rollback(&Chosen::default()), Ok(Step::ContinueRollback(Vec::new())));
        assert_eq!(
            rollback(&skip(&both)),
            Ok(Step::ContinueRollback(both.map(str::to_owned).to_vec()))
        );
        assert!(rollback(&skip(&["Other"])).unwrap_err().contains("`Other`"));
        assert!(rollback(&force).is_err());
        let delete = |chosen: &Chosen| step(Way::DeleteAgain, chosen, &in_the_way);
        assert_eq!(delete(&Chosen::default()), Ok(Step::Delete(Deletion::Standard)));
        assert_eq!(
            delete(&retain("Queue")),
            Ok(Step::Delete(Deletion::Retaining(vec!["Queue".to_owned()])))
        );
        assert!(delete(&retain("s-Nested-1.Alarm")).is_err(), "CloudFormation takes root ids only");
        assert_eq!(delete(&force), Ok(Step::Delete(Deletion::Force)));
        assert!(delete(&skip(&["Queue"])).is_err());
        assert!(step(Way::Nothing, &force, &[]).is_err());
        assert_eq!(step(Way::Wait, &Chosen::default(), &[]), Ok(Step::Wait));
    }
}
