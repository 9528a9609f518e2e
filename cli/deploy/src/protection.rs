//! The stack's policy around a deploy: read before it, lifted for it where that is requested,
//! restored after it, and set as configured. A policy that lifts another stores it, so that any later
//! run can restore it.

use crate::change_set::ChangeSet;
use crate::deployer::{Deployer, Outcome};
use crate::error::DeployError;
use crate::host::{Event, Host};
use crate::refusals::changed;
use crate::state::{is_at_rest, is_deleted};
use crate::{Stack, Stacks};
use guardian_aws::AwsError;
use guardian_cfn::stack_policy::Policy;

/// The policy of a stack; none if it has none, or one that this version cannot read.
async fn read<S: Stacks>(stacks: &S, stack: &str) -> Result<Option<Policy>, AwsError> {
    let text = stacks.policy(stack).await?;
    Ok(text.and_then(|text| Policy::parse(&text).ok()))
}

/// The policy that protects a stack, whether or not it is lifted at the moment. If it cannot be
/// read, for any reason, the host is notified, and a refusal is known only when it happens.
pub async fn protecting<S: Stacks, H: Host>(
    stacks: &S,
    stack: Option<&Stack>,
    host: &H,
) -> Option<Policy> {
    match read(stacks, &stack?.id).await {
        Ok(policy) => policy.map(|policy| policy.held().unwrap_or(policy)),
        Err(error) => {
            host.notify(&Event::PolicyUnreadable(&error));
            None
        }
    }
}

/// Whether the policy of a stack is lifted at the moment.
pub async fn is_lifted<S: Stacks>(stacks: &S, stack: &str) -> Result<bool, AwsError> {
    Ok(read(stacks, stack).await?.is_some_and(|policy| policy.held().is_some()))
}

/// Restores the policy of a stack if it is lifted; true if it was.
pub async fn restore<S: Stacks, H: Host>(
    stacks: &S,
    stack: &Stack,
    host: &H,
) -> Result<bool, AwsError> {
    let Some(held) = read(stacks, &stack.id).await?.and_then(|policy| policy.held()) else {
        return Ok(false);
    };
    stacks.set_policy(&stack.id, &held.to_text()).await?;
    host.notify(&Event::PolicyRestored(&stack.name));
    Ok(true)
}

/// As [`restore`], at the end of another operation: does nothing while the stack is not at rest, and
/// an error is an event. A caller without permission to read policies has lifted none.
pub async fn settle<S: Stacks, H: Host>(stacks: &S, stack: &Stack, host: &H) {
    if !is_at_rest(&stack.status) || is_deleted(&stack.status) {
        return;
    }
    match restore(stacks, stack, host).await {
        Err(error) if !error.is_access_denied() => {
            host.notify(&Event::PolicyNotRestored { stack: &stack.name, error: &error });
        }
        _ => {}
    }
}

/// Sets the policy of a stack as configured. One that is no longer configured is removed if this
/// deployer has set it, and kept otherwise. False if it could not be set.
pub async fn configure<S: Stacks, H: Host>(
    stacks: &S,
    stack: &Stack,
    configured: Option<&Policy>,
    host: &H,
) -> bool {
    let current = match read(stacks, &stack.id).await {
        Ok(current) => current,
        // A policy that is configured is set without a comparison.
        Err(_) if configured.is_some() => None,
        Err(error) => {
            // Most stacks have none, and a caller without the permission has set none.
            if !error.is_access_denied() {
                host.notify(&Event::PolicyUnreadable(&error));
            }
            return true;
        }
    };
    match set_configured(stacks, stack, configured, current, host).await {
        Ok(()) => true,
        Err(error) => {
            host.notify(&Event::PolicyNotSet { stack: &stack.name, error: &error });
            false
        }
    }
}

async fn set_configured<S: Stacks, H: Host>(
    stacks: &S,
    stack: &Stack,
    configured: Option<&Policy>,
    current: Option<Policy>,
    host: &H,
) -> Result<(), AwsError> {
    let open = Policy::allowing_all();
    let policy = match (configured, current) {
        (Some(wanted), current) if current.as_ref() != Some(wanted) => wanted,
        (None, Some(current)) if current != open && current.is_ours() => &open,
        (None, Some(current)) if current != open => {
            host.notify(&Event::PolicyForeign(&stack.name));
            return Ok(());
        }
        _ => return Ok(()),
    };
    stacks.set_policy(&stack.id, &policy.to_text()).await?;
    host.notify(&Event::PolicySet { stack: &stack.name, protects: configured.is_some() });
    Ok(())
}

impl<S: Stacks, H: Host> Deployer<'_, S, H> {
    /// Executes a change set with the stack's policy lifted for what it changes, and restores the
    /// policy however that ends. If the deployer detaches, the policy stays lifted until a later run
    /// restores it.
    pub async fn execute_lifted(
        &self,
        change_set: &ChangeSet,
        policy: &Policy,
    ) -> Result<Outcome, DeployError> {
        let Self { stacks, host, name, .. } = *self;
        let lifted = policy
            .lifted(&changed(&change_set.changes))
            .ok_or_else(|| DeployError::PolicyTooLong(name.to_owned()))?;
        let stack =
            Stack { id: change_set.stack_id.clone(), name: name.to_owned(), ..Stack::default() };
        if let Err(error) = stacks.set_policy(&stack.id, &lifted.to_text()).await {
            // The response may have been lost.
            let _ = restore(stacks, &stack, host).await;
            return Err(error.into());
        }
        host.notify(&Event::PolicyLifted(name));
        let ended = self.execute(change_set).await;
        if let Ok(Outcome::Detached(_)) = &ended {
            host.notify(&Event::PolicyStaysLifted(name));
            return ended;
        }
        match (restore(stacks, &stack, host).await, ended) {
            (Ok(_), ended) => ended,
            (Err(error), Ok(_)) => {
                Err(DeployError::PolicyNotRestored { stack: name.to_owned(), error })
            }
            (Err(error), Err(failure)) => {
                host.notify(&Event::PolicyStaysOff { stack: name, error: &error });
                Err(failure)
            }
        }
    }
}
