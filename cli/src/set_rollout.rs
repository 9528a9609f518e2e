//! The steps of a stack set, done one after the other: waits or refuses where somebody is at work,
//! begins each operation once, follows it, and tells how it ended. What the steps are is decided in
//! `deploy::stack_set::plan`.

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
use guardian_deploy::stack_set::{Definition, Operation, StackSets, Targets, in_progress};
use guardian_deploy::{token::operation_token, token::token_owner};
use guardian_stack::app::StackSet;

/// What the work on a stack set is done with.
#[derive(Debug)]
pub struct SetRollout<'a, S> {
    /// CloudFormation.
    pub sets: &'a S,
    /// Output.
    pub ui: &'a Ui,
    /// The stack set.
    pub set: &'a StackSet,
    /// Its environment, for the commands that are told.
    pub env: &'a str,
}

/// How the steps went; a failure is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// All are done. So many stacks failed, fewer than an operation tolerates.
    Done(usize),
    /// Somebody let go; the operation goes on, and no other begins.
    Detached(Exit),
}

impl<S: StackSets> SetRollout<'_, S> {
    /// Waits until nobody works on the set, or with `wait` off refuses; how the program ends, if it
    /// was let go of.
    pub async fn ready(&self, wait: bool) -> Result<Option<Exit>, Failure> {
        while let Some(operation) = self.in_progress().await? {
            if !wait {
                return Err(self.busy(&operation));
            }
            self.ui.note(&format!("waiting: {}", self.at_work(&operation)));
            if let End::Detached(signal) = self.watch(&operation.id).await? {
                return Ok(Some(self.detached(signal, &operation.id)));
            }
        }
        Ok(None)
    }

    /// The operation that is under way, if there is a set and one is.
    async fn in_progress(&self) -> Result<Option<Operation>, AwsError> {
        match in_progress(self.sets, &self.set.name).await {
            Err(error) if error.is_not_found() => Ok(None),
            found => found,
        }
    }

    /// Does these steps in their order.
    pub async fn apply(&self, definition: &Definition, steps: &[Step]) -> Result<Went, Failure> {
        let mut failed = 0;
        for step in steps {
            let id = operation_token("deploy", initiator().as_deref());
            let begun = match step {
                Step::CreateSet => {
                    self.sets.create_set(definition, &id).await?;
                    self.ui.say(&format!("Stack set {} is made", self.set.name));
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
                Went::Done(some) => failed += some,
                detached => return Ok(detached),
            }
        }
        Ok(Went::Done(failed))
    }

    /// Deletes stacks, or with `retain` lets go of them.
    pub async fn remove(&self, all: &[Targets], retain: bool) -> Result<Went, Failure> {
        let mut failed = 0;
        for targets in all {
            let id = operation_token("destroy", initiator().as_deref());
            let begun = self.sets.delete_stacks(self.set, targets, retain, &id).await;
            match self.through(&id, begun, true).await? {
                Went::Done(some) => failed += some,
                detached => return Ok(detached),
            }
        }
        Ok(Went::Done(failed))
    }

    /// Follows the operation that was begun to its end, and judges it.
    async fn through(
        &self,
        id: &str,
        begun: Result<(), AwsError>,
        deletes: bool,
    ) -> Result<Went, Failure> {
        self.check_begun(id, begun).await?;
        match self.watch(id).await? {
            End::Detached(signal) => Ok(Went::Detached(self.detached(signal, id))),
            End::Over((operation, outcome)) => self.judged(&operation, &outcome, deletes),
        }
    }

    /// Whether an operation was begun. The answer to a first try may have been lost, and a second
    /// one is refused.
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

    /// How an operation ended that is over.
    pub fn judged(
        &self,
        operation: &Operation,
        outcome: &Outcome,
        deletes: bool,
    ) -> Result<Went, Failure> {
        let table = view::results(outcome, self.ui.look);
        if outcome.results.len() > 1 {
            self.ui.say(&format!("\n{table}"));
        }
        let count = |status| outcome.count(status);
        let counts = ["SUCCEEDED", "FAILED", "CANCELLED"].map(count);
        self.ui.emit(&Event::operation(&self.set.name, operation, counts));
        if operation.status != "SUCCEEDED" {
            return Err(view::failed(&self.set.name, operation, outcome, deletes));
        }
        Ok(Went::Done(count("FAILED")))
    }

    /// Shows an operation while it goes on.
    pub async fn watch(&self, id: &str) -> Result<End<(Operation, Outcome)>, AwsError> {
        let ui = self.ui;
        let end = follow(self.sets, &self.set.name, id, stop_signal(), |result, outcome| {
            clear(ui);
            if result.status != "PENDING" {
                ui.emit(&Event::Result {
                    stack_set: &self.set.name,
                    operation: id,
                    account: &result.account,
                    region: &result.region,
                    status: &result.status,
                    reason: result.reason.as_deref(),
                });
            }
            if ui.live {
                let line = clip(&view::progress(outcome), ui.look.width.saturating_sub(1));
                ui.raw(line.as_bytes());
            }
        });
        let end = end.await;
        clear(ui);
        end
    }

    /// What is told when somebody lets go of an operation, and how the program ends.
    pub fn detached(&self, signal: Signal, id: &str) -> Exit {
        let (name, env) = (&self.set.name, self.env);
        let attach = format!("guardian attach --env {env} --operation {id}");
        let cancel = format!("guardian cancel --env {env}");
        self.ui.note(&format!(
            "detached: CloudFormation goes on with this operation on stack set `{name}`; nothing \
             else is begun.\n  {attach}   follows it again, from any terminal\n  {cancel}   stops \
             it\nthe same command again does what is left"
        ));
        let (subject, operation) = (Subject::StackSet(name), Some(id));
        self.ui.emit(&Event::Detached { subject, operation, attach: &attach, cancel: &cancel });
        signal.into()
    }

    fn at_work(&self, operation: &Operation) -> String {
        let who = match token_owner(&operation.id) {
            Some((verb, who)) => format!("`guardian {verb}` of {who}"),
            None => format!("operation {}", plain(&operation.id)),
        };
        format!(
            "{who} is at work on stack set `{}`: {} is {} since {}",
            self.set.name,
            operation.action,
            operation.status,
            time(operation.began_ms)
        )
    }

    /// The failure of whoever finds somebody else at work.
    fn busy(&self, operation: &Operation) -> Failure {
        Failure::error(self.at_work(operation)).help(format!(
            "wait until it is done and run the same command again (`guardian deploy --wait` does \
             both); `guardian attach --env {}` shows how far it is",
            self.env
        ))
    }
}
