//! A model of CloudFormation: stacks that go through its statuses, by a clock that the caller keeps. It knows
//! neither the wire, which `stub::account` serves it on, nor the types of a client.
//!
//! An operation deploys a template of queues; one with the property `Fails` (a reason) fails when it is
//! created or updated. With a script, an operation is the steps of the script instead.
#![allow(clippy::unwrap_used, reason = "a double that breaks is a test that fails")]

use guardian_cfn::stack_policy::{Action, Policy, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Resources by logical id, with their properties.
pub type Resources = BTreeMap<String, Value>;

/// The resources of a template.
pub fn resources_of(template: &Value) -> Resources {
    let resources = template["Resources"].as_object().into_iter().flatten();
    resources.map(|(id, body)| (id.clone(), body["Properties"].clone())).collect()
}

/// A page of `size` items, and the token of the next one.
pub fn page<T>(
    all: impl ExactSizeIterator<Item = T>,
    token: &str,
    size: usize,
) -> (Vec<T>, Option<String>) {
    let from = token.parse().unwrap_or(0);
    let next = from + size;
    let more = next < all.len();
    (all.skip(from).take(size).collect(), more.then(|| next.to_string()))
}

/// A refused call.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// AWS's error code.
    pub code: &'static str,
    /// Why.
    pub message: String,
}

/// The answer to a call.
pub type Answer<T> = Result<T, Refusal>;

pub(crate) fn refuse<T>(code: &'static str, message: impl Into<String>) -> Answer<T> {
    Err(Refusal { code, message: message.into() })
}

fn invalid<T>(message: impl Into<String>) -> Answer<T> {
    refuse("ValidationError", message)
}

/// CloudFormation in one account. Times are seconds of the caller's clock.
#[derive(Debug, Default)]
pub struct CloudFormation {
    /// How long a change set takes to be made.
    pub making: i64,
    /// The steps of every execution of a change set, one a second. Its change set adds a function.
    pub script: Option<Vec<Step>>,
    /// Why change sets fail.
    pub change_set_fails: Option<&'static str>,
    /// Resources whose rollback or delete fails, with the reason.
    pub stubborn: BTreeMap<String, String>,
    now: i64,
    stacks: Vec<Stack>,
    change_sets: Vec<ChangeSet>,
    /// Everything that exists, by physical id.
    physical: BTreeSet<String>,
}

/// A stack.
#[derive(Debug, Default)]
pub struct Stack {
    /// ARN.
    pub id: String,
    /// Name.
    pub name: String,
    /// Status.
    pub status: String,
    /// Why; may be empty.
    pub reason: String,
    /// When it was created.
    pub created: i64,
    /// When it was last updated, if ever.
    pub updated: Option<i64>,
    /// Whether a delete is refused.
    pub protected: bool,
    /// Its stack policy.
    pub policy: Option<String>,
    /// The template of the last operation.
    pub template: String,
    /// Its events, oldest first.
    pub events: Vec<Event>,
    /// The last event of each resource that exists.
    pub resources: BTreeMap<String, Event>,
    /// What it holds.
    pub properties: Resources,
    /// The properties before the operation in progress.
    before: Resources,
    /// The next steps: when, and what happens.
    ahead: VecDeque<(i64, Step)>,
    token: String,
}

/// A stack event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Unique id.
    pub id: String,
    /// ARN of the stack.
    pub stack_id: String,
    /// Name of the stack.
    pub stack_name: String,
    /// Logical id; the stack's name for the stack itself.
    pub logical_id: String,
    /// Physical id.
    pub physical_id: String,
    /// Type of the resource.
    pub kind: String,
    /// Status.
    pub status: &'static str,
    /// Why; may be empty.
    pub reason: String,
    /// When.
    pub second: i64,
    /// Client request token of the operation; may be empty.
    pub token: String,
}

/// A change set.
#[derive(Debug)]
pub struct ChangeSet {
    /// ARN.
    pub id: String,
    /// Name.
    pub name: String,
    /// ARN of the stack.
    pub stack_id: String,
    /// When it is made.
    pub made: i64,
    /// Action, logical id and type of each change.
    pub changes: Vec<(&'static str, String, String)>,
    /// Why it fails.
    pub fails: Option<&'static str>,
    create: bool,
    template: String,
    obsolete: bool,
}

/// What happens to a stack or to a resource of it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Logical id; empty for the stack itself.
    id: String,
    kind: String,
    status: &'static str,
    reason: String,
    becomes: Becomes,
}

#[derive(Debug, Clone)]
enum Becomes {
    Same,
    Is(Value),
    Gone,
    /// The stack forgets it, and it stays.
    Left,
}

/// A step of a script: a resource's new status, and CloudFormation's reason; may be empty.
pub fn step(id: &str, kind: &str, status: &'static str, reason: &str) -> Step {
    let becomes = match status {
        "DELETE_COMPLETE" => Becomes::Gone,
        _ => Becomes::Is(Value::Null),
    };
    Step { id: id.to_owned(), kind: kind.to_owned(), status, reason: reason.to_owned(), becomes }
}

/// A step of a script: the stack's new status.
pub fn stack_is(status: &'static str) -> Step {
    step("", "AWS::CloudFormation::Stack", status, "")
}

const QUEUE: &str = "AWS::SQS::Queue";
const ARN: &str = "arn:aws:cloudformation:us-east-1:123456789012";
/// Seconds of a step of an operation.
const STEP: i64 = 2;

impl CloudFormation {
    /// Applies every step up to now.
    pub fn advance(&mut self, now: i64) {
        self.now = now;
        for at in 0..self.stacks.len() {
            while let Some((second, step)) =
                self.stacks[at].ahead.pop_front_if(|(second, _)| *second <= now)
            {
                self.apply(at, second, step);
            }
        }
    }

    /// Whether an operation is in progress.
    pub fn has_steps(&self) -> bool {
        self.stacks.iter().any(|stack| !stack.ahead.is_empty())
    }

    /// The stack that has this name or ARN; for a name, the one that is not deleted.
    fn position(&self, stack: &str) -> Answer<usize> {
        let is = |s: &Stack| s.id == stack || (s.name == stack && s.status != "DELETE_COMPLETE");
        match self.stacks.iter().rposition(is) {
            Some(at) => Ok(at),
            None => invalid(format!("Stack with id {stack} does not exist")),
        }
    }

    /// The stack that has this name or ARN.
    pub fn stack(&self, stack: &str) -> Answer<&Stack> {
        self.position(stack).map(|at| &self.stacks[at])
    }

    /// The stack that has this name or ARN.
    pub fn stack_mut(&mut self, stack: &str) -> Answer<&mut Stack> {
        self.position(stack).map(|at| &mut self.stacks[at])
    }

    /// What exists and belongs to no stack, and change sets that still could be executed.
    pub fn orphans(&self) -> Vec<String> {
        let owned = |s: &Stack| s.properties.keys().map(|id| s.physical(id)).collect::<Vec<_>>();
        let owned: BTreeSet<String> = self.stacks.iter().flat_map(owned).collect();
        let waiting = self.change_sets.iter().filter(|c| !c.obsolete).map(|c| c.name.clone());
        self.physical.difference(&owned).cloned().chain(waiting).collect()
    }

    fn new_stack(&mut self, name: &str) -> usize {
        self.stacks.push(Stack {
            id: format!("{ARN}:stack/{name}/{}", self.stacks.len() + 1),
            name: name.to_owned(),
            status: "REVIEW_IN_PROGRESS".to_owned(),
            created: self.now,
            ..Stack::default()
        });
        self.stacks.len() - 1
    }

    /// A stack in this status, as if it had come there by itself.
    pub fn put(&mut self, name: &str, status: &str, template: &Value) {
        let (at, now) = (self.new_stack(name), self.now);
        self.stacks[at].template = template.to_string();
        self.apply(at, now, stack_is("CREATE_IN_PROGRESS"));
        for (id, properties) in resources_of(template) {
            let made = Step {
                becomes: Becomes::Is(properties),
                ..step(&id, QUEUE, "CREATE_COMPLETE", "")
            };
            self.apply(at, now, made);
        }
        let rest = match status {
            "ROLLBACK_COMPLETE" => "ROLLBACK_COMPLETE",
            _ => "CREATE_COMPLETE",
        };
        self.apply(at, now, stack_is(rest));
        status.clone_into(&mut self.stacks[at].status);
    }

    fn apply(&mut self, at: usize, second: i64, step: Step) {
        let Step { id, status, reason, becomes, .. } = step.clone();
        let stack = &mut self.stacks[at];
        let event = stack.event(second, step);
        if id.is_empty() {
            status.clone_into(&mut stack.status);
            stack.reason = reason;
            if status == "DELETE_COMPLETE" {
                self.change_sets.retain(|c| c.stack_id != event.stack_id);
            }
            return;
        }
        match becomes {
            Becomes::Same => {}
            Becomes::Is(properties) => {
                self.physical.insert(event.physical_id.clone());
                stack.properties.insert(id.clone(), properties);
            }
            Becomes::Gone => {
                self.physical.remove(&event.physical_id);
                stack.properties.remove(&id);
            }
            Becomes::Left => drop(stack.properties.remove(&id)),
        }
        match stack.properties.contains_key(&id) {
            true => stack.resources.insert(id, event),
            false => stack.resources.remove(&id),
        };
    }

    fn begin(&mut self, at: usize, token: &str, schedule: Schedule) {
        token.clone_into(&mut self.stacks[at].token);
        self.stacks[at].ahead = schedule.ahead.into();
        self.advance(self.now);
    }

    fn schedule(&self) -> Schedule {
        Schedule { second: self.now, ahead: Vec::new() }
    }

    /// Begins to create a change set; returns its ARN.
    pub fn create_change_set(
        &mut self,
        stack: &str,
        name: &str,
        create: bool,
        template: &str,
    ) -> Answer<String> {
        if let Some(same) = self.change_sets.iter().find(|c| c.name == name) {
            return Ok(same.id.clone());
        }
        let at = match self.position(stack) {
            Ok(at) if create && self.stacks[at].status != "REVIEW_IN_PROGRESS" => {
                return invalid("Stack already exists and cannot be created again");
            }
            Err(_) if create => self.new_stack(stack),
            found => found?,
        };
        let (now, stack) = (self.now, &mut self.stacks[at]);
        let status = &stack.status;
        if stack.is_in_progress()
            || matches!(status.as_str(), "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_FAILED")
        {
            return invalid(format!("Stack is in {status} state and can not be updated."));
        }
        if create && stack.events.is_empty() && self.script.is_none() {
            stack.event(now, stack_is("REVIEW_IN_PROGRESS"));
        }
        let mut changes = Vec::new();
        if self.script.is_some() {
            changes.push(("Add", "Function".to_owned(), "AWS::Lambda::Function".to_owned()));
        } else {
            let change = |action, id: &String| (action, id.clone(), QUEUE.to_owned());
            let (wanted, held) = (parsed(template), &stack.properties);
            changes.extend(
                wanted.iter().filter(|(id, p)| held.get(*id) != Some(p)).map(|(id, _)| {
                    change(if held.contains_key(id) { "Modify" } else { "Add" }, id)
                }),
            );
            let gone = held.keys().filter(|id| !wanted.contains_key(*id));
            changes.extend(gone.map(|id| change("Remove", id)));
        }
        let none = "The submitted information didn't contain changes.";
        let id = format!("{ARN}:changeSet/{name}/1");
        self.change_sets.push(ChangeSet {
            id: id.clone(),
            name: name.to_owned(),
            stack_id: stack.id.clone(),
            made: now + self.making,
            fails: self.change_set_fails.or(changes.is_empty().then_some(none)),
            changes,
            create,
            template: template.to_owned(),
            obsolete: false,
        });
        Ok(id)
    }

    /// A change set, its status and its execution status.
    pub fn change_set(&self, id: &str) -> Answer<(&ChangeSet, &'static str, &'static str)> {
        let Some(found) = self.change_sets.iter().find(|c| c.id == id) else {
            return refuse("ChangeSetNotFound", "it is gone");
        };
        let (status, execution) = match (found.made <= self.now, found.fails) {
            (false, _) => ("CREATE_IN_PROGRESS", "UNAVAILABLE"),
            (true, Some(_)) => ("FAILED", "UNAVAILABLE"),
            (true, None) if found.obsolete => ("CREATE_COMPLETE", "OBSOLETE"),
            (true, None) => ("CREATE_COMPLETE", "AVAILABLE"),
        };
        Ok((found, status, execution))
    }

    /// The change sets of a stack.
    pub fn change_sets(&self, stack: &str) -> Answer<impl Iterator<Item = &ChangeSet>> {
        let id = &self.stack(stack)?.id;
        Ok(self.change_sets.iter().filter(move |c| c.stack_id == *id))
    }

    /// Deletes a change set; one that does not exist is no error.
    pub fn delete_change_set(&mut self, id: &str) {
        self.change_sets.retain(|c| c.id != id);
    }

    /// Executes a change set.
    pub fn execute(&mut self, id: &str, token: &str) -> Answer<()> {
        let Some(found) = self.change_sets.iter().position(|c| c.id == id) else {
            return refuse("ChangeSetNotFound", "it is gone");
        };
        let at = self.position(&self.change_sets[found].stack_id)?;
        if self.change_sets[found].obsolete || self.stacks[at].is_in_progress() {
            return refuse("InvalidChangeSetStatus", "it cannot be executed");
        }
        let ChangeSet { template, create, .. } = self.change_sets.remove(found);
        let stack = &mut self.stacks[at];
        let others = self.change_sets.iter_mut().filter(|c| c.stack_id == stack.id);
        others.for_each(|c| c.obsolete = true);
        stack.before = stack.properties.clone();
        if !create {
            stack.updated = Some(self.now);
        }
        let verb = if create { "CREATE_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" };
        verb.clone_into(&mut stack.status);
        stack.template = template;
        let mut schedule = self.schedule();
        match &self.script {
            Some(steps) => schedule.ahead = (self.now + 1..).zip(steps.iter().cloned()).collect(),
            None => {
                schedule.stack(verb, "User Initiated");
                self.deploying(at, &parsed(&self.stacks[at].template), create, &mut schedule);
            }
        }
        self.begin(at, token, schedule);
        Ok(())
    }

    /// Begins to delete a stack; with `force`, resources that cannot be deleted are retained.
    pub fn delete_stack(
        &mut self,
        stack: &str,
        retain: &[String],
        force: bool,
        token: &str,
    ) -> Answer<()> {
        let Ok(at) = self.position(stack) else { return Ok(()) };
        let stack = &self.stacks[at];
        if stack.protected {
            return invalid("Stack cannot be deleted while TerminationProtection is enabled");
        }
        if (force || !retain.is_empty()) && stack.status != "DELETE_FAILED" {
            return invalid("Invalid operation on a stack that is not DELETE_FAILED");
        }
        if self.script.is_some() {
            // A script has no steps for a delete.
            "DELETE_COMPLETE".clone_into(&mut self.stacks[at].status);
            return Ok(());
        }
        let mut schedule = self.schedule();
        self.deleting(&stack.properties, retain, force, &mut schedule);
        self.begin(at, token, schedule);
        Ok(())
    }

    /// Cancels an update in progress.
    pub fn cancel_update(&mut self, stack: &str, token: &str) -> Answer<()> {
        let at = self.position(stack)?;
        if self.stacks[at].status != "UPDATE_IN_PROGRESS" {
            return invalid("CancelUpdateStack cannot be called from current stack status");
        }
        let mut schedule = self.schedule();
        self.rolling_back(at, &self.stacks[at].properties, false, &mut schedule);
        self.begin(at, token, schedule);
        Ok(())
    }

    /// Continues a rollback that failed.
    pub fn continue_rollback(&mut self, stack: &str, skip: &[String], token: &str) -> Answer<()> {
        let at = self.position(stack)?;
        if self.stacks[at].status != "UPDATE_ROLLBACK_FAILED" {
            return invalid("Stack is not UPDATE_ROLLBACK_FAILED");
        }
        let mut schedule = self.schedule();
        schedule.stack("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
        self.restoring(at, &self.stacks[at].properties, skip, &mut schedule);
        self.begin(at, token, schedule);
        Ok(())
    }

    /// An update to `wanted`, one resource after the other.
    fn deploying(&self, at: usize, wanted: &Resources, create: bool, schedule: &mut Schedule) {
        let stack = &self.stacks[at];
        let mut held = stack.properties.clone();
        for (id, properties) in wanted {
            let [begun, done, failed] = match held.get(id) {
                Some(now) if now == properties => continue,
                Some(_) => ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_FAILED"],
                None => ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED"],
            };
            schedule.resource(id, begun, "", Becomes::Same);
            schedule.second += STEP;
            let denied = held.get(id).and_then(|_| stack.denied(Action::Modify, id));
            if let Some(reason) = properties["Fails"].as_str().or(denied.as_deref()) {
                schedule.resource(id, failed, reason, Becomes::Same);
                let cancelled = "Resource creation cancelled";
                schedule.resource("Other", failed, cancelled, Becomes::Same);
                return self.rolling_back(at, &held, create, schedule);
            }
            schedule.resource(id, done, "", Becomes::Is(properties.clone()));
            held.insert(id.clone(), properties.clone());
        }
        if create {
            return schedule.stack("CREATE_COMPLETE", "");
        }
        // Before the cleanup, the stack policy decides what may be deleted.
        let gone = || held.keys().filter(|id| !wanted.contains_key(*id));
        for id in gone() {
            if let Some(reason) = stack.denied(Action::Delete, id) {
                schedule.resource(id, "DELETE_FAILED", &reason, Becomes::Same);
                return self.rolling_back(at, &held, create, schedule);
            }
        }
        schedule.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "");
        for id in gone() {
            schedule.second += STEP;
            schedule.resource(id, "DELETE_COMPLETE", "", Becomes::Gone);
        }
        schedule.stack("UPDATE_COMPLETE", "");
    }

    /// The rollback of a stack with these resources.
    fn rolling_back(&self, at: usize, held: &Resources, create: bool, schedule: &mut Schedule) {
        let reason = "The following resource(s) failed";
        if create {
            // OnStackFailure=DELETE.
            schedule.stack("CREATE_FAILED", reason);
            schedule.second += STEP;
            return self.deleting(held, &[], false, schedule);
        }
        schedule.stack("UPDATE_ROLLBACK_IN_PROGRESS", reason);
        self.restoring(at, held, &[], schedule);
    }

    fn restoring(&self, at: usize, held: &Resources, skip: &[String], schedule: &mut Schedule) {
        let before = &self.stacks[at].before;
        let mut failed = Vec::new();
        for id in held.keys().chain(before.keys()).collect::<BTreeSet<_>>() {
            if held.get(id) == before.get(id) {
                continue;
            }
            schedule.second += STEP;
            let stubborn = self.stubborn.get(id).filter(|_| !skip.contains(id));
            match (stubborn, before.get(id)) {
                (Some(reason), _) => {
                    failed.push(id);
                    schedule.resource(id, "UPDATE_FAILED", reason, Becomes::Same);
                }
                // CloudFormation assumes that a skipped resource is as before.
                (None, Some(was)) => {
                    schedule.resource(id, "UPDATE_COMPLETE", "", Becomes::Is(was.clone()));
                }
                (None, None) => schedule.resource(id, "DELETE_COMPLETE", "", Becomes::Gone),
            }
        }
        if failed.is_empty() {
            schedule.stack("UPDATE_ROLLBACK_COMPLETE", "");
        } else {
            let why = format!("The following resource(s) failed to update: {failed:?}");
            schedule.stack("UPDATE_ROLLBACK_FAILED", &why);
        }
    }

    fn deleting(&self, held: &Resources, retain: &[String], force: bool, schedule: &mut Schedule) {
        schedule.stack("DELETE_IN_PROGRESS", "");
        let mut failed = false;
        for id in held.keys() {
            schedule.second += STEP;
            match self.stubborn.get(id) {
                Some(_) if force => schedule.resource(id, "DELETE_SKIPPED", "", Becomes::Left),
                _ if retain.contains(id) => {
                    schedule.resource(id, "DELETE_SKIPPED", "", Becomes::Left);
                }
                Some(reason) => {
                    failed = true;
                    schedule.resource(id, "DELETE_FAILED", reason, Becomes::Same);
                }
                None => schedule.resource(id, "DELETE_COMPLETE", "", Becomes::Gone),
            }
        }
        match failed {
            true => schedule.stack("DELETE_FAILED", "The following resource(s) failed to delete"),
            false => schedule.stack("DELETE_COMPLETE", ""),
        }
    }
}

fn parsed(template: &str) -> Resources {
    resources_of(&serde_json::from_str(template).unwrap())
}

/// The steps to come, and the second of the last one.
struct Schedule {
    second: i64,
    ahead: Vec<(i64, Step)>,
}

impl Schedule {
    fn stack(&mut self, status: &'static str, reason: &str) {
        let step = Step { reason: reason.to_owned(), ..stack_is(status) };
        self.ahead.push((self.second, step));
    }

    fn resource(&mut self, id: &str, status: &'static str, reason: &str, becomes: Becomes) {
        self.ahead.push((self.second, Step { becomes, ..step(id, QUEUE, status, reason) }));
    }
}

impl Stack {
    fn physical(&self, id: &str) -> String {
        if id.is_empty() { self.id.clone() } else { format!("{}/{id}", self.id) }
    }

    fn event(&mut self, second: i64, step: Step) -> Event {
        let physical_id = self.physical(&step.id);
        let event = Event {
            id: format!("event-{}", self.events.len()),
            stack_id: self.id.clone(),
            stack_name: self.name.clone(),
            logical_id: if step.id.is_empty() { self.name.clone() } else { step.id },
            physical_id,
            kind: step.kind,
            status: step.status,
            reason: step.reason,
            second,
            token: self.token.clone(),
        };
        self.events.push(event.clone());
        event
    }

    /// Why the stack's policy refuses this, in CloudFormation's words.
    fn denied(&self, action: Action, id: &str) -> Option<String> {
        let policy = Policy::parse(self.policy.as_deref()?).unwrap();
        match policy.judge(action, id, QUEUE) {
            Verdict::Allowed => None,
            Verdict::Denied(number) => Some(format!(
                "Action denied by stack policy: Statement [#{number}] does not allow [{action}] \
                 for resource [LogicalResourceId/{id}];"
            )),
            Verdict::NotAllowed => Some("Action not allowed by stack policy".to_owned()),
        }
    }

    fn is_in_progress(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && self.status != "REVIEW_IN_PROGRESS"
    }
}
