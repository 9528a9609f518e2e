//! Runs the steps of a stack set in order: waits for an operation in progress or refuses, starts each
//! operation once, follows it, and reports its result. `deploy::stack_set::plan` decides the steps.

use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::host::clear;
use crate::signal::stop_signal;
use crate::text::{clip, plain};
use crate::ui::Ui;
use crate::view::stack_set as view;
use guardian_aws::clock::time;
use guardian_aws::identity::initiator;
use guardian_aws::{AwsError, ErrorKind};
use guardian_deploy::host::Signal;
use guardian_deploy::stack_set::follow::{End, Outcome, follow};
use guardian_deploy::stack_set::plan::Step;
use guardian_deploy::stack_set::state::{OperationStatus, ResultStatus};
use guardian_deploy::stack_set::{Definition, Operation, StackSets, Targets, in_progress};
use guardian_deploy::{token::operation_token, token::token_owner};
use guardian_stack::app::StackSet;

/// The clients, the output and the stack set of a rollout.
#[derive(Debug)]
pub struct SetRollout<'a, S> {
    /// CloudFormation.
    pub sets: &'a S,
    /// Output.
    pub ui: &'a Ui,
    /// The stack set.
    pub set: &'a StackSet,
    /// Its environment, for the commands in messages.
    pub env: &'a str,
}

/// The end of a rollout; a failed operation is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolloutEnd {
    /// All steps ran. The number of failed stacks is within the operation's tolerance.
    Done(usize),
    /// Detached: the operation continues, and no other step starts.
    Detached(Exit),
}

impl<S: StackSets> SetRollout<'_, S> {
    /// Waits for an operation in progress, or refuses without `wait`; the exit code if the wait was
    /// detached.
    pub async fn ready(&self, wait: bool) -> Result<Option<Exit>, Failure> {
        while let Some(operation) = self.in_progress().await? {
            if !wait {
                return Err(self.busy(&operation));
            }
            self.ui.note(&format!("waiting: {}", self.described(&operation)));
            if let End::Detached(signal) = self.watch(&operation.id).await? {
                return Ok(Some(self.detached(signal, &operation.id)));
            }
        }
        Ok(None)
    }

    /// The operation in progress; `None` without a set, too.
    async fn in_progress(&self) -> Result<Option<Operation>, AwsError> {
        match in_progress(self.sets, &self.set.name).await {
            Err(error) if error.is_not_found() => Ok(None),
            found => found,
        }
    }

    /// Runs these steps in order.
    pub async fn apply(
        &self,
        definition: &Definition,
        steps: &[Step],
    ) -> Result<RolloutEnd, Failure> {
        let mut failed = 0;
        for step in steps {
            let id = operation_token("deploy", initiator().as_deref());
            let begun = match step {
                Step::CreateSet => {
                    self.sets.create_set(definition, &id).await?;
                    self.ui.say(&format!("Stack set {} is created", self.set.name));
                    continue;
                }
                Step::Update(_) => {
                    let order = self.sets.set(&self.set.name).await?.map(|set| set.regions);
                    let order = order.unwrap_or_default();
                    let order: Vec<String> =
                        self.set.regions.iter().filter(|r| order.contains(r)).cloned().collect();
                    self.sets.update_set(definition, &order, &id).await
                }
                Step::Create(targets) => self.sets.create_stacks(self.set, targets, &id).await,
                Step::Delete(targets) => {
                    self.sets.delete_stacks(self.set, targets, false, &id).await
                }
            };
            let deletes = matches!(step, Step::Delete(_));
            match self.through(&id, begun, deletes).await? {
                RolloutEnd::Done(some) => failed += some,
                detached => return Ok(detached),
            }
        }
        Ok(RolloutEnd::Done(failed))
    }

    /// Deletes stacks, or with `retain` only removes them from the set.
    pub async fn remove(&self, all: &[Targets], retain: bool) -> Result<RolloutEnd, Failure> {
        let mut failed = 0;
        for targets in all {
            let id = operation_token("destroy", initiator().as_deref());
            let begun = self.sets.delete_stacks(self.set, targets, retain, &id).await;
            match self.through(&id, begun, true).await? {
                RolloutEnd::Done(some) => failed += some,
                detached => return Ok(detached),
            }
        }
        Ok(RolloutEnd::Done(failed))
    }

    /// Follows an operation to its end and reports its result.
    async fn through(
        &self,
        id: &str,
        begun: Result<(), AwsError>,
        deletes: bool,
    ) -> Result<RolloutEnd, Failure> {
        self.check_begun(id, begun).await?;
        match self.watch(id).await? {
            End::Detached(signal) => Ok(RolloutEnd::Detached(self.detached(signal, id))),
            End::Over((operation, outcome)) => self.finished(&operation, &outcome, deletes),
        }
    }

    /// Errors if no operation started. The response to a first attempt may be lost, and AWS refuses
    /// the retry.
    async fn check_begun(&self, id: &str, begun: Result<(), AwsError>) -> Result<(), Failure> {
        let Err(error) = begun else { return Ok(()) };
        if self.sets.operation(&self.set.name, id).await?.is_some() {
            return Ok(());
        }
        if error.kind() == ErrorKind::OperationInProgress
            && let Some(operation) = self.in_progress().await?
        {
            return Err(self.busy(&operation));
        }
        Err(error.into())
    }

    /// Reports the result of an operation that has ended.
    pub fn finished(
        &self,
        operation: &Operation,
        outcome: &Outcome,
        deletes: bool,
    ) -> Result<RolloutEnd, Failure> {
        let table = view::results(outcome, self.ui.style);
        if outcome.results.len() > 1 {
            self.ui.say(&format!("\n{table}"));
        }
        let counted = [ResultStatus::Succeeded, ResultStatus::Failed, ResultStatus::Cancelled];
        let counts = counted.map(|status| outcome.count(&status));
        self.ui.emit(&Event::operation(&self.set.name, operation, counts));
        if operation.status != OperationStatus::Succeeded {
            return Err(view::failed(&self.set.name, operation, outcome, deletes));
        }
        Ok(RolloutEnd::Done(outcome.count(&ResultStatus::Failed)))
    }

    /// Shows an operation's progress until it ends.
    pub async fn watch(&self, id: &str) -> Result<End<(Operation, Outcome)>, AwsError> {
        let ui = self.ui;
        let end = follow(self.sets, &self.set.name, id, stop_signal(), |result, outcome| {
            clear(ui);
            if result.status != ResultStatus::Pending {
                ui.emit(&Event::Result { stack_set: &self.set.name, operation: id, result });
            }
            if ui.live {
                let line = clip(&view::progress(outcome), ui.style.width.saturating_sub(1));
                ui.raw(line.as_bytes());
            }
        });
        let end = end.await;
        clear(ui);
        end
    }

    /// Reports that the program detached from an operation, and the exit code.
    pub fn detached(&self, signal: Signal, id: &str) -> Exit {
        let (name, env) = (&self.set.name, self.env);
        let attach = format!("guardian attach --env {env} --operation {id}");
        let cancel = format!("guardian cancel --env {env}");
        self.ui.note(&format!(
            "detached: CloudFormation continues this operation on stack set `{name}`; no other \
             step starts.\n  {attach}   follows it again, from any terminal\n  {cancel}   stops \
             it\nrun the same command again for the remaining steps"
        ));
        let (subject, operation) = (Subject::StackSet(name), Some(id));
        self.ui.emit(&Event::Detached { subject, operation, attach: &attach, cancel: &cancel });
        signal.into()
    }

    fn described(&self, operation: &Operation) -> String {
        let who = match token_owner(&operation.id) {
            Some((verb, who)) => format!("`guardian {verb}` of {who}"),
            None => format!("operation {}", plain(&operation.id)),
        };
        format!(
            "{who} is in progress on stack set `{}`: {} is {} since {}",
            self.set.name,
            operation.action,
            operation.status,
            time(operation.began_ms)
        )
    }

    /// The error for another operation in progress.
    fn busy(&self, operation: &Operation) -> Failure {
        Failure::error(self.described(operation)).help(format!(
            "wait until it is done and run the same command again (`guardian deploy --wait` does \
             both); `guardian attach --env {}` shows how far it is",
            self.env
        ))
    }
}
