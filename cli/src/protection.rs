//! The stack's policy around a deploy: read before it, lifted for it where that is asked for, set
//! again after it, and brought to what the configuration says. A policy that is lifted holds the
//! one that it stands for, so that whoever comes next can set that again.

use crate::deploy::change_set::ChangeSet;
use crate::deploy::refusals::{Refusal, changed};
use crate::deploy::state::is_at_rest;
use crate::deploy::{Stack, Stacks};
use crate::exit::{Exit, Failure};
use crate::rollout::{Outcome, Rollout};
use crate::text::plain;
use crate::ui::Ui;
use guardian_aws::AwsError;
use guardian_stack::stack_policy::Policy;
use serde_json::json;

/// The policy of a stack; none if it has none, or one that this version cannot read.
async fn read<S: Stacks>(stacks: &S, stack: &str) -> Result<Option<Policy>, AwsError> {
    let text = stacks.policy(stack).await?;
    Ok(text.and_then(|text| Policy::parse(&text).ok()))
}

/// The policy that protects a stack, whether or not it is lifted at the moment. Where it may not
/// be read that is told, and what it refuses is seen when it does.
pub async fn protecting<S: Stacks>(
    stacks: &S,
    stack: Option<&Stack>,
    ui: &Ui,
) -> Result<Option<Policy>, Failure> {
    let Some(stack) = stack else { return Ok(None) };
    match read(stacks, &stack.id).await {
        Ok(policy) => Ok(policy.map(|policy| policy.held().unwrap_or(policy))),
        Err(error) if is_denied(&error) => {
            ui.note(&format!(
                "note: {error}; what the stack's policy refuses, if it has one, is not known \
                 before it does"
            ));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_denied(error: &AwsError) -> bool {
    error.code().contains("AccessDenied")
}

/// Whether the policy of a stack is lifted at the moment.
pub async fn is_lifted<S: Stacks>(stacks: &S, stack: &str) -> Result<bool, AwsError> {
    Ok(read(stacks, stack).await?.is_some_and(|policy| policy.held().is_some()))
}

/// What is said of a stack whose policy is lifted.
pub fn lifted_words(stack: &str) -> String {
    format!(
        "the protection of stack `{}` is off: a deploy lifted its policy and did not come to its \
         end. `guardian recover --stack-name {0}` sets it again, and so does the next deploy",
        plain(stack)
    )
}

/// Sets the policy again that was lifted, if one was; says whether it did.
pub async fn put_back<S: Stacks>(stacks: &S, stack: &Stack, ui: &Ui) -> Result<bool, AwsError> {
    let Some(held) = read(stacks, &stack.id).await?.and_then(|policy| policy.held()) else {
        return Ok(false);
    };
    stacks.set_policy(&stack.id, &held.to_text()).await?;
    ui.say(&format!("The protection of stack {} is on again", plain(&stack.name)));
    ui.record("protection", json!({ "stack": stack.name, "on": true }));
    Ok(true)
}

/// As [`put_back`], at the end of something else: that it could not be done is told, and so is that
/// the stack is not at rest yet. Who may not read policies has lifted none.
pub async fn settle<S: Stacks>(stacks: &S, stack: &Stack, ui: &Ui) {
    if !is_at_rest(&stack.status) || stack.status == "DELETE_COMPLETE" {
        return;
    }
    if let Err(error) = put_back(stacks, stack, ui).await
        && !is_denied(&error)
    {
        ui.note(&format!("warning: {error}"));
    }
}

/// The failure of a deploy that the stack's policy would refuse; none if it refuses nothing for
/// certain.
pub fn refused(stack: &str, refusals: &[Refusal]) -> Option<Failure> {
    let certain: Vec<&Refusal> = refusals.iter().filter(|refusal| refusal.certain).collect();
    let lines: Vec<String> =
        certain.iter().map(|refusal| format!("\n  {}", plain(&refusal.sentence()))).collect();
    let changes = if certain.len() == 1 { "a change" } else { "changes" };
    (!certain.is_empty()).then(|| {
        Failure::say(
            // What is protected is not approved of.
            Exit::NotApproved,
            format!(
                "the policy of stack `{stack}` refuses {changes} of this plan; nothing was \
                 changed{}",
                lines.concat()
            ),
        )
        .help(
            "if that is meant, `guardian deploy --override-stack-policy` lifts the policy for what \
             the plan changes, for the time of the deploy",
        )
    })
}

impl<S: Stacks> Rollout<'_, S> {
    /// Runs a change set with the stack's policy lifted for what it changes, and sets the policy
    /// again, whatever the end is. Let go of, it stays lifted; whoever comes next sets it again.
    pub async fn execute_lifted(
        &self,
        change_set: &ChangeSet,
        policy: &Policy,
    ) -> Result<Outcome, Failure> {
        let Self { stacks, ui, name, .. } = *self;
        let lifted = policy.lifted(&changed(&change_set.changes)).ok_or_else(|| {
            Failure::error(format!(
                "the policy of stack `{name}` is too long to be held by the one that lifts it"
            ))
            .help("set one that allows the plan with `aws cloudformation set-stack-policy`")
        })?;
        let stack =
            Stack { id: change_set.stack_id.clone(), name: name.to_owned(), ..Stack::default() };
        let set = stacks.set_policy(&stack.id, &lifted.to_text()).await;
        if let Err(error) = set {
            // The answer may have been lost.
            let _ = put_back(stacks, &stack, ui).await;
            return Err(error.into());
        }
        ui.say(&format!("The protection of stack {name} is off for what this deploy changes"));
        ui.record("protection", json!({ "stack": name, "on": false }));
        let ended = self.execute(change_set).await;
        if let Ok(Outcome::Detached(_)) = &ended {
            ui.note(&format!(
                "the protection of stack `{name}` stays off until `guardian attach`, `guardian \
                 recover` or the next deploy sets it again"
            ));
            return ended;
        }
        match (put_back(stacks, &stack, ui).await, ended) {
            (Ok(_), ended) => ended,
            (Err(error), Ok(_)) => Err(Failure::error(format!(
                "stack `{name}` is deployed, but its protection is still off: {error}"
            ))
            .help(format!("`guardian recover --stack-name {name}` sets it again"))),
            (Err(error), Err(failure)) => {
                ui.note(&format!("warning: {}: {error}", lifted_words(name)));
                Err(failure)
            }
        }
    }
}

/// Brings the policy of a stack to what the configuration says. One that is not wanted any more is
/// taken away if Guardian has set it, and told if somebody else has. False if it could not be.
pub async fn bring<S: Stacks>(stacks: &S, stack: &Stack, wanted: Option<&Policy>, ui: &Ui) -> bool {
    match try_bring(stacks, stack, wanted, ui).await {
        Ok(()) => true,
        Err(error) if wanted.is_none() && is_denied(&error) => true,
        Err(error) => {
            ui.note(&format!(
                "warning: stack `{}` is deployed, but its policy is not as guardian.yaml says: \
                 {error}",
                plain(&stack.name)
            ));
            ui.record("warning", json!({ "message": error.to_string() }));
            false
        }
    }
}

async fn try_bring<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    wanted: Option<&Policy>,
    ui: &Ui,
) -> Result<(), AwsError> {
    let name = plain(&stack.name);
    let now = read(stacks, &stack.id).await?;
    let nothing = Policy::allowing_all();
    let (policy, words) = match (wanted, now) {
        (Some(wanted), now) if now.as_ref() != Some(wanted) => (
            wanted,
            format!(
                "The policy of stack {name} is set: what it protects is neither \
             replaced nor deleted by an update"
            ),
        ),
        (None, Some(now)) if now != nothing && now.is_ours() => (
            &nothing,
            format!(
                "The policy of stack {name} protects nothing any more, as \
             guardian.yaml asks for none"
            ),
        ),
        (None, Some(now)) if now != nothing => {
            ui.note(&format!(
                "note: stack `{name}` has a policy that guardian has not set and guardian.yaml \
                 does not ask for; it stays as it is"
            ));
            return Ok(());
        }
        _ => return Ok(()),
    };
    stacks.set_policy(&stack.id, &policy.to_text()).await?;
    ui.say(&words);
    ui.record("stack-policy", json!({ "stack": stack.name, "protects": wanted.is_some() }));
    Ok(())
}
