//! A deploy as the program shows it: the deployer's outcomes as exit codes, and its errors, such as
//! a rollback, as failures with their wording, and with the lines of the project that they are
//! about.

use crate::approve::Approval;
use crate::exit::{ErrorId, Exit, Failure};
use crate::operation::{busy_with, declared_at, detached, failed_at};
use crate::owner::Owner;
use crate::synthesis::Synthesis;
use crate::text::plain;
use crate::ui::Ui;
use guardian_aws::identity::initiator;
use guardian_cfn::stack_policy::Policy;
use guardian_deploy::change_set::ChangeSet;
use guardian_deploy::deployer::{self, Deployer, Detached};
pub use guardian_deploy::deployer::{Outcome, Prepared, Readiness};
use guardian_deploy::error::DeployError;
use guardian_deploy::failing_resource::{FailingResource, described};
use guardian_deploy::refusals::Refusal;
use guardian_deploy::stack::{ChangeSetRequest, Invalid};
use guardian_deploy::state::{Recovery, is_deleted};
use guardian_deploy::{Stack, Stacks, cause};

/// What a deploy works with.
#[derive(Debug)]
pub struct Rollout<'a, S> {
    /// CloudFormation.
    pub stacks: &'a S,
    /// Output.
    pub ui: &'a Ui,
    /// Name of the stack.
    pub name: &'a str,
    /// Whether to wait for another operation that is in progress.
    pub wait: bool,
    /// What has to be approved.
    pub approval: Approval,
    /// The project, where there is one: failures show its lines, and the stack has to be its own.
    pub project: Option<&'a Synthesis>,
}

impl<S: Stacks> Rollout<'_, S> {
    /// Brings the stack into a state that can be deployed, or says why that is not possible.
    pub async fn ready(&self) -> Result<Readiness, Failure> {
        self.deploying(async |deployer| deployer.ready().await).await
    }

    /// Creates the change set that `request` describes, for the stack as it is found.
    pub async fn prepare(
        &self,
        request: impl Fn(Option<&Stack>) -> ChangeSetRequest,
    ) -> Result<Prepared, Failure> {
        self.deploying(async |deployer| deployer.prepare(&request).await).await
    }

    /// Executes a change set and follows it to its end.
    pub async fn execute(&self, change_set: &ChangeSet) -> Result<Outcome, Failure> {
        self.deploying(async |deployer| deployer.execute(change_set).await).await
    }

    /// As [`Rollout::execute`], with the stack's policy lifted for what the change set changes.
    pub async fn execute_lifted(
        &self,
        change_set: &ChangeSet,
        policy: &Policy,
    ) -> Result<Outcome, Failure> {
        self.deploying(async |deployer| deployer.execute_lifted(change_set, policy).await).await
    }

    async fn deploying<T>(
        &self,
        work: impl AsyncFnOnce(&Deployer<'_, S, Ui>) -> Result<T, DeployError>,
    ) -> Result<T, Failure> {
        let owner = self.project.map(|synthesis| Owner::of_app(&synthesis.app));
        let initiator = initiator();
        let deployer = Deployer {
            stacks: self.stacks,
            host: self.ui,
            name: self.name,
            wait: self.wait,
            confirm_replacement: self.approval == Approval::Any,
            owner: owner.as_ref().map(|owner| owner as &dyn deployer::Owner),
            initiator: initiator.as_deref(),
        };
        work(&deployer).await.map_err(|error| failure(error, self.ui, self.project))
    }

    /// Reports that the deploy was detached, and how to attach again.
    pub(crate) fn detached(&self, end: &Detached) -> Exit {
        detached(self.ui, end.signal, self.name, &end.stack_id)
    }
}

/// An error of the deployer as a failure, with the line of the project that it is about.
pub fn failure(error: DeployError, ui: &Ui, project: Option<&Synthesis>) -> Failure {
    match error {
        DeployError::Aws(error) => error.into(),
        DeployError::Denied(denied) => Failure::say(Exit::NotApproved, denied.to_string())
            .help("--yes approves without a question"),
        DeployError::Foreign(foreign) => foreign.into(),
        DeployError::Busy { stack, operation } => busy_with(&stack, operation.as_ref(), ui),
        DeployError::Blocked { stack, recovery } => {
            let reason = stack.reason.as_deref().map(|r| format!(": {}", plain(r)));
            Failure::say(
                Exit::Stuck,
                format!(
                    "stack `{}` is {} and cannot be deployed{}",
                    stack.name,
                    stack.status,
                    reason.unwrap_or_default()
                ),
            )
            .help(advice(recovery, &stack.name))
        }
        DeployError::OnceCreated { ref stack, .. } => {
            let help = format!(
                "a stack in this status can only be deleted, and this one may hold resources that \
                 are in use. `aws cloudformation list-stack-resources --stack-name {0}` lists them; \
                 `guardian destroy --stack-name {0}` deletes the stack. Then deploy again",
                stack.name
            );
            Failure::say(Exit::Stuck, plain(&error.to_string())).help(help)
        }
        DeployError::ChangeSet { stack, reason, invalid } => {
            no_change_set(&stack, &reason, &invalid, project)
        }
        DeployError::Stale { stack, reasons } => stale(&stack, &reasons),
        DeployError::RolledBack { stack, create, progress } => {
            let how = match create {
                true if is_deleted(&stack.status) => "and was rolled back; nothing of it remains",
                true => "and was rolled back; the next deploy replaces the stack",
                false => "and was rolled back",
            };
            let what = format!("the deploy of stack `{}` failed {how}", stack.name);
            failed_at(Exit::RolledBack, &what, &stack, &progress, "", project)
        }
        DeployError::Stuck { stack, recovery, progress } => {
            let what =
                format!("the deploy of stack `{}` failed and the stack needs recovery", stack.name);
            let fix = recovery.map(|recovery| advice(recovery, &stack.name)).unwrap_or_default();
            failed_at(Exit::Stuck, &what, &stack, &progress, &fix, project)
        }
        DeployError::PolicyTooLong(_) => Failure::error(error.to_string())
            .help("set one that allows the plan with `aws cloudformation set-stack-policy`")
            .with_id(ErrorId::StackPolicy),
        DeployError::PolicyNotRestored { ref stack, .. } => {
            let help = format!("`guardian recover --stack-name {stack}` restores it");
            Failure::error(error.to_string()).help(help).with_id(ErrorId::StackPolicy)
        }
    }
}

/// What happened to a stack that needs recovery, and what to do.
pub(crate) fn advice(recovery: Recovery, stack: &str) -> String {
    match recovery {
        Recovery::ContinueRollback => format!(
            "an update failed and could not be rolled back. `guardian recover --stack-name \
             {stack}` shows which resources block the rollback and continues it \
             (continue-update-rollback); fix what CloudFormation reports for them first (a \
             permission, a quota, something deleted by hand), or leave one as it is with `--skip`. \
             Then deploy again"
        ),
        Recovery::DeleteAgain => format!(
            "a delete failed half-way. `guardian recover --stack-name {stack}` shows which \
             resources could not be deleted, and why, and deletes the rest; with `--retain` a \
             resource that cannot be deleted is left behind. Then deploy again"
        ),
        Recovery::Unknown => format!(
            "this version of guardian does not know that status; see `aws cloudformation \
             describe-stacks --stack-name {stack}`"
        ),
    }
}

/// The failure of a plan that no longer matches its stack.
pub fn stale(stack: &str, reasons: &[String]) -> Failure {
    let reasons: Vec<String> =
        reasons.iter().map(|reason| format!("\n  {}", plain(reason))).collect();
    Failure::say(
        Exit::NotApproved,
        format!("the plan for stack `{stack}` is stale; nothing was changed{}", reasons.concat()),
    )
    .help("make a new plan and have it approved: exactly what was approved is executed")
    .with_id(ErrorId::PlanStale)
}

/// The failure of a change set that CloudFormation could not create, its root cause first, with the
/// line of the project that declares the resource.
fn no_change_set(
    stack: &str,
    reason: &str,
    invalid: &[Invalid],
    project: Option<&Synthesis>,
) -> Failure {
    let mut text = format!("CloudFormation cannot create a change set for stack `{stack}`");
    let (source, shown) =
        declared_at(project, invalid.first().and_then(FailingResource::of_invalid));
    match invalid.split_first() {
        None => text.push_str(&format!(": {}", plain(reason))),
        Some((first, others)) => {
            text.push_str(&format!("\n{}", described(first)));
            if let Some(source) = source {
                text.push_str(&format!("\n  {}", plain(&source)));
            }
            for other in others.iter().take(5) {
                text.push_str(&format!("\nalso {}", described(other)));
            }
        }
    }
    let first = invalid.first().map_or(reason, |first| first.reason.as_str());
    let words = Failure::error(text).at(shown);
    let failure = match cause::advice(first) {
        Some(advice) => words.help(advice),
        None => words.into(),
    };
    failure.with_id(ErrorId::ChangeSetFailed)
}

/// The failure of a deploy that the stack's policy refuses; none if it refuses nothing for certain.
pub fn refused_by_policy(stack: &str, refusals: &[Refusal]) -> Option<Failure> {
    let certain: Vec<&Refusal> = refusals.iter().filter(|refusal| refusal.certain).collect();
    let lines: Vec<String> =
        certain.iter().map(|refusal| format!("\n  {}", plain(&refusal.sentence()))).collect();
    let changes = if certain.len() == 1 { "a change" } else { "changes" };
    (!certain.is_empty()).then(|| {
        Failure::say(
            Exit::NotApproved,
            format!(
                "the policy of stack `{stack}` refuses {changes} of this plan; nothing was \
                 changed{}",
                lines.concat()
            ),
        )
        .help(
            "if that is intended, `guardian deploy --override-stack-policy` lifts the policy for \
             what the plan changes, for the time of the deploy",
        )
        .with_id(ErrorId::StackPolicy)
    })
}
