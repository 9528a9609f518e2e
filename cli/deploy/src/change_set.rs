//! Change sets: creates them, waits for them, reads them with those of nested stacks, and deletes them
//! with the empty stack that they left.

use crate::Stacks;
use crate::change::{Change, Tree};
use crate::poll::jittered;
use crate::stack::{
    ChangeSetRequest, Deletion, Invalid, ListedChangeSet, TemplateSource, all_change_sets,
};
use crate::state::{ChangeSetState, change_set_state, is_in_review, is_no_change};
use crate::token::unique;
use guardian_aws::AwsError;
use guardian_cfn::MAX_INLINE_BODY;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;
use thiserror::Error;

/// A change set that can be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// Its ARN: an approval is for this change set only.
    pub id: String,
    /// ARN of its stack.
    pub stack_id: String,
    /// Whether it creates the stack.
    pub create: bool,
    /// Its changes, nested stacks included.
    pub changes: Vec<Change>,
}

/// Why there is no change set.
#[derive(Debug, Error)]
pub enum ChangeSetError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] AwsError),
    /// CloudFormation could not create it.
    #[error("CloudFormation cannot create a change set for stack `{stack}`: {reason}")]
    Failed {
        /// The stack.
        stack: String,
        /// CloudFormation's reason.
        reason: String,
        /// The findings of its validation; the first is the root cause.
        invalid: Vec<Invalid>,
    },
}

/// SHA-256 of a text, in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Name of a change set: `guardian-<the template's hash>-<unique>`.
pub fn name(template_sha256: &str) -> String {
    format!("guardian-{}-{}", template_sha256.get(..12).unwrap_or(template_sha256), unique())
}

/// Name of the change set of a saved plan: `guardian-plan-<the template's hash>-<unique>`.
pub fn plan_name(template_sha256: &str) -> String {
    name(template_sha256).replacen("guardian-", PLANNED, 1)
}

const PLANNED: &str = "guardian-plan-";
/// Age at which the change set of a deploy no longer waits for an approval.
const ABANDONED_AFTER_MS: i64 = 60 * 60 * 1_000;

/// The change sets of Guardian that a newer plan, `kept`, supersedes: older plans, and those of
/// interrupted deploys. Change sets of other tools are not among them.
pub fn superseded<'a>(all: &'a [ListedChangeSet], kept: &str) -> Vec<&'a ListedChangeSet> {
    // Both times are CloudFormation's, so clocks need not agree.
    let now = all.iter().find(|c| c.id == kept).map(|c| c.created_ms).unwrap_or_default();
    let idle = |c: &&ListedChangeSet| {
        c.id != kept
            && change_set_state(&c.status) != ChangeSetState::Creating
            && c.name.starts_with("guardian-")
            && (c.name.starts_with(PLANNED) || now - c.created_ms > ABANDONED_AFTER_MS)
    };
    all.iter().filter(idle).collect()
}

/// Deletes the change sets that `kept` supersedes; returns their names.
pub async fn discard_superseded<S: Stacks>(
    stacks: &S,
    stack: &str,
    kept: &str,
) -> Result<Vec<String>, AwsError> {
    let all = all_change_sets(stacks, stack).await?;
    let mut names = Vec::new();
    for change_set in superseded(&all, kept) {
        stacks.delete_change_set(stack, &change_set.id).await?;
        names.push(change_set.name.clone());
    }
    Ok(names)
}

/// Whether a template can be sent in the request itself.
pub fn fits_inline(template: &str) -> bool {
    template.len() <= MAX_INLINE_BODY
}

/// A request for a change set with this template inline.
pub fn request(
    stack: &str,
    create: bool,
    template: TemplateSource,
    template_sha256: &str,
    parameters: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: stack.to_owned(),
        name: name(template_sha256),
        create,
        template,
        parameters,
        tags,
        description: format!("guardian {}", env!("CARGO_PKG_VERSION")),
        revert_drift: false,
    }
}

/// Creates a change set and waits until it can be executed; none if there is nothing to change, and
/// then it is deleted again.
pub async fn prepare<S: Stacks>(
    stacks: &S,
    request: &ChangeSetRequest,
) -> Result<Option<ChangeSet>, ChangeSetError> {
    let id = match stacks.create_change_set(request).await {
        Ok(id) => id,
        Err(error) if is_no_change(error.message()) => {
            discard_shell(stacks, &request.stack).await?;
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let mut pause = Duration::from_millis(200);
    let first = loop {
        let page = match stacks.change_set(Some(&request.stack), &id, None).await {
            Ok(page) => page,
            Err(error) if error.is_transient() => {
                tokio::time::sleep(jittered(pause)).await;
                pause = (pause * 2).min(Duration::from_secs(5));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if change_set_state(&page.status) != ChangeSetState::Creating {
            break page;
        }
        tokio::time::sleep(jittered(pause)).await;
        pause = (pause * 3 / 2).min(Duration::from_secs(5));
    };
    if change_set_state(&first.status) != ChangeSetState::Created {
        // Read before the change set is deleted: its events are deleted with it.
        let nothing = first.reason.as_deref().is_some_and(is_no_change);
        let invalid = if nothing { Vec::new() } else { invalid(stacks, &request.stack, &id).await };
        discard(stacks, &first.stack_id, &id, request.create).await?;
        let reason = first.reason.unwrap_or_else(|| format!("it is {}", first.status));
        if is_no_change(&reason) {
            return Ok(None);
        }
        return Err(ChangeSetError::Failed { stack: request.stack.clone(), reason, invalid });
    }
    let stack_id = first.stack_id.clone();
    let mut changes = first.changes;
    rest_of(stacks, Some(&request.stack), &id, first.next, &mut changes).await?;
    let changes = unfold(stacks, changes).await?;
    Ok(Some(ChangeSet { id, stack_id, create: request.create, changes }))
}

/// The findings of CloudFormation's validation, oldest first. If they cannot be read (a region or a
/// policy without DescribeEvents), only the change set's own reason is known.
async fn invalid<S: Stacks>(stacks: &S, stack: &str, change_set: &str) -> Vec<Invalid> {
    let mut all = Vec::new();
    let mut token = None;
    while let Ok(page) = stacks.validation(stack, change_set, token.as_deref()).await {
        all.extend(page.items);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    // The API returns the newest first.
    all.reverse();
    all
}

async fn rest_of<S: Stacks>(
    stacks: &S,
    stack: Option<&str>,
    id: &str,
    mut next: Option<String>,
    changes: &mut Vec<Change>,
) -> Result<(), AwsError> {
    while let Some(token) = next {
        let page = stacks.change_set(stack, id, Some(&token)).await?;
        changes.extend(page.changes);
        next = page.next;
    }
    Ok(())
}

/// Reads the change sets of nested stacks; the changes of each follow its own.
async fn unfold<S: Stacks>(stacks: &S, changes: Vec<Change>) -> Result<Vec<Change>, AwsError> {
    let mut unfolded = Vec::new();
    let mut ahead: Vec<Change> = changes.into_iter().rev().collect();
    while let Some(change) = ahead.pop() {
        if let Some(id) = &change.change_set {
            let mut within = change.within.clone();
            within.push(change.logical_id.clone());
            // A nested stack that does not exist yet has none.
            let stack = change.physical_id.as_deref();
            let page = stacks.change_set(stack, id, None).await?;
            let mut nested = page.changes;
            rest_of(stacks, stack, id, page.next, &mut nested).await?;
            ahead.extend(nested.into_iter().rev().map(|c| Change { within: within.clone(), ..c }));
        }
        unfolded.push(change);
    }
    Ok(unfolded)
}

/// Deletes a change set, and with `create` also the stack if it is in review and has no other one.
pub async fn discard<S: Stacks>(
    stacks: &S,
    stack: &str,
    change_set: &str,
    create: bool,
) -> Result<(), AwsError> {
    stacks.delete_change_set(stack, change_set).await?;
    if create { discard_shell(stacks, stack).await } else { Ok(()) }
}

/// Deletes a stack in review that has no change set.
async fn discard_shell<S: Stacks>(stacks: &S, stack: &str) -> Result<(), AwsError> {
    let found = stacks.stack(stack).await?;
    let Some(found) = found.filter(|s| is_in_review(&s.status)) else { return Ok(()) };
    // By name: an emulator lists none by ARN.
    let left = all_change_sets(stacks, &found.name).await?;
    if left.iter().all(|c| change_set_state(&c.status) == ChangeSetState::Deleted) {
        let token = crate::token::operation_token("discard", None);
        stacks.delete_stack(&found.id, &Deletion::Standard, &token).await?;
    }
    Ok(())
}

/// The templates of a deployed stack and its nested stacks.
pub async fn deployed<S: Stacks>(stacks: &S, stack_id: &str) -> Result<Tree, AwsError> {
    let mut tree = Tree::default();
    let mut ahead = vec![(Vec::<String>::new(), stack_id.to_owned())];
    while let Some((path, id)) = ahead.pop() {
        let body = stacks.template(&id).await?;
        let template = serde_yaml::from_str(&body).unwrap_or_default();
        tree.templates.insert(path.clone(), template);
        let is_parent = tree.templates[&path]
            .get("Resources")
            .and_then(serde_json::Value::as_object)
            .is_some_and(|all| {
                all.values()
                    .any(|r| crate::change::text(r, "Type") == Some(crate::stack::STACK_TYPE))
            });
        if !is_parent {
            continue;
        }
        for resource in crate::stack::all_resources(stacks, &id).await? {
            if resource.resource_type == crate::stack::STACK_TYPE
                && let Some(id) = resource.physical_id
            {
                let mut path = path.clone();
                path.push(resource.logical_id);
                ahead.push((path, id));
            }
        }
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_contains_the_templates_hash_and_is_unique() {
        let sha = sha256("{}");
        assert!(name(&sha).starts_with(&format!("guardian-{}-", &sha[..12])));
        assert_ne!(name(&sha), name(&sha));
        assert!(name(&sha).len() <= 128);
    }

    #[test]
    fn a_new_plan_supersedes_older_plans_and_deploys_that_were_cut_off_and_nothing_else() {
        let hour = ABANDONED_AFTER_MS;
        let listed = |name: &str, status: &str, created_ms| ListedChangeSet {
            id: format!("arn:{name}"),
            name: name.into(),
            status: status.into(),
            created_ms,
        };
        let kept = plan_name(&sha256("{}"));
        assert!(kept.starts_with("guardian-plan-") && kept.len() <= 128);
        let all = [
            listed(&kept, "CREATE_COMPLETE", 2 * hour),
            listed("guardian-plan-old", "CREATE_COMPLETE", 2 * hour - 1),
            listed("guardian-plan-being-made", "CREATE_IN_PROGRESS", 2 * hour),
            listed("guardian-being-asked-about", "CREATE_COMPLETE", 2 * hour - 1),
            listed("guardian-cut-off", "CREATE_COMPLETE", hour - 1),
            listed("of-another-tool", "CREATE_COMPLETE", 0),
        ];
        let names: Vec<_> =
            superseded(&all, &format!("arn:{kept}")).into_iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["guardian-plan-old", "guardian-cut-off"]);
    }

    #[test]
    fn a_template_goes_inline_up_to_51_200_bytes() {
        assert!(fits_inline(&"x".repeat(51_200)));
        assert!(!fits_inline(&"x".repeat(51_201)));
    }
}
