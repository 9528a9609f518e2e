//! An account whose stacks go through CloudFormation's statuses, by the simulated clock. A resource
//! with the property `Fails` (a reason) fails when it is created or updated.

use guardian_aws::AwsError;
use guardian_cfn::stack_policy::{Action as Update, Policy, Verdict};
use guardian_cli::approve::Approval;
use guardian_cli::exit::Failure;
use guardian_cli::rollout::{Outcome, Prepared, Rollout};
use guardian_cli::ui::Ui;
use guardian_deploy::change::{Action, Change};
use guardian_deploy::change_set::{request, sha256};
use guardian_deploy::stack::{
    ChangeSetPage, ChangeSetRequest, Deletion, Detection, Invalid, ListedChangeSet, STACK_TYPE,
    TemplateSource,
};
use guardian_deploy::stack::{Drifted, PropertyDrift, ResourceDrift};
use guardian_deploy::{Page, Stack, StackEvent, StackResource, Stacks};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;
use tokio::time::Instant;

pub const NAME: &str = "orders";

/// Resources by logical id, with their properties.
pub type Resources = BTreeMap<String, Value>;

/// A template of queues: logical ids and a property each.
pub fn template(queues: &[(&str, Value)]) -> Value {
    let resources: serde_json::Map<String, Value> = queues
        .iter()
        .map(|(id, properties)| {
            ((*id).to_owned(), json!({"Type": "AWS::SQS::Queue", "Properties": properties}))
        })
        .collect();
    json!({ "Resources": resources })
}

fn resources_of(template: &Value) -> Resources {
    let resources = template["Resources"].as_object().unwrap();
    resources.iter().map(|(id, body)| (id.clone(), body["Properties"].clone())).collect()
}

/// At which call the program dies, and whether the call is carried out.
#[derive(Debug, Clone, Copy)]
pub struct Death {
    pub at: usize,
    pub carried_out: bool,
}

pub struct Account {
    began: Instant,
    state: Mutex<State>,
    /// When the program dies.
    pub death: Mutex<Option<Death>>,
    /// Notified of its death.
    pub died: Notify,
    /// Whether the answer to the next execution is lost, and a second try of it refused.
    pub loses_answer: AtomicBool,
}

#[derive(Default)]
struct State {
    stacks: Vec<Simulated>,
    change_sets: Vec<ChangeSet>,
    /// Everything that exists, by physical id.
    physical: BTreeSet<String>,
    calls: Vec<String>,
    made: usize,
    /// Resources whose rollback or delete fails, with the reason.
    stubborn: BTreeMap<String, String>,
    /// What was changed by hand.
    by_hand: BTreeMap<String, Value>,
    /// The error code with which stack policies cannot be read.
    unreadable_policy: Option<&'static str>,
}

#[derive(Default)]
struct Simulated {
    stack: Stack,
    template: String,
    resources: BTreeMap<String, StackResource>,
    properties: Resources,
    /// The properties before the operation in progress.
    before: Resources,
    events: Vec<StackEvent>,
    /// What happens next: the second and the effect.
    ahead: VecDeque<(i64, Effect)>,
    token: String,
    policy: Option<String>,
}

#[derive(Clone)]
enum Effect {
    Stack(&'static str, Option<String>),
    /// A resource, its status, why, and what becomes of it.
    Resource(String, &'static str, Option<String>, Becomes),
}

#[derive(Clone)]
enum Becomes {
    Same,
    Is(Value),
    Gone,
    /// The stack forgets it, and it stays.
    Left,
}

struct ChangeSet {
    id: String,
    name: String,
    stack_id: String,
    create: bool,
    template: String,
    made: i64,
    changes: Vec<Change>,
    obsolete: bool,
}

/// Seconds that a change set takes to be made, and each step of an operation.
const MAKING: i64 = 3;
const STEP: i64 = 2;

impl Account {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            state: Mutex::default(),
            death: Mutex::new(None),
            died: Notify::new(),
            loses_answer: AtomicBool::new(false),
        }
    }

    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_secs()).unwrap()
    }

    /// The state as it is now.
    fn with<T>(&self, act: impl FnOnce(&mut State, i64) -> T) -> T {
        let now = self.now();
        let mut state = self.state.lock().unwrap();
        state.settle(now);
        act(&mut state, now)
    }

    /// Carries out a call, unless the program dies at it.
    async fn call<T>(&self, name: &str, act: impl FnOnce(&mut State, i64) -> T) -> T {
        let count = self.with(|state, _| {
            state.calls.push(name.to_owned());
            state.calls.len()
        });
        let death = self.death.lock().unwrap().filter(|death| death.at == count);
        if death.is_none_or(|death| death.carried_out) {
            let answer = self.with(act);
            if death.is_none() {
                return answer;
            }
        }
        self.died.notify_one();
        std::future::pending().await
    }

    pub fn calls(&self) -> Vec<String> {
        self.with(|state, _| state.calls.clone())
    }

    pub fn count(&self, call: &str) -> usize {
        self.calls().iter().filter(|name| *name == call).count()
    }

    /// The stack that has the name now.
    pub fn found(&self) -> Option<Stack> {
        self.with(|state, _| state.alive(NAME).map(|at| state.stacks[at].stack.clone()))
    }

    pub fn status(&self) -> String {
        self.found().map(|stack| stack.status).unwrap_or_default()
    }

    /// What the stack holds.
    pub fn holds(&self) -> Resources {
        self.with(|state, _| {
            state.alive(NAME).map(|at| state.stacks[at].properties.clone()).unwrap_or_default()
        })
    }

    /// What exists and belongs to no stack, and change sets that still could be run.
    pub fn orphans(&self) -> Vec<String> {
        self.with(|state, _| {
            let owned: BTreeSet<String> = state
                .stacks
                .iter()
                .flat_map(|s| s.properties.keys().map(|id| format!("{}/{id}", s.stack.id)))
                .collect();
            let waiting = state.change_sets.iter().filter(|c| !c.obsolete).map(|c| c.name.clone());
            state.physical.difference(&owned).cloned().chain(waiting).collect()
        })
    }

    /// Makes the rollback or delete of a resource fail, or lets it go well again.
    pub fn stubborn(&self, id: &str, reason: Option<&str>) {
        self.with(|state, _| match reason {
            Some(reason) => drop(state.stubborn.insert(id.to_owned(), reason.to_owned())),
            None => drop(state.stubborn.remove(id)),
        });
    }

    /// Changes a resource outside of CloudFormation.
    pub fn by_hand(&self, id: &str, properties: Value) {
        self.with(|state, _| state.by_hand.insert(id.to_owned(), properties));
    }

    /// A stack in this status, as if it had come there by itself.
    pub fn put(&self, status: &str, template: &Value) {
        self.with(|state, now| {
            let at = state.new_stack(NAME, now);
            let stack = &mut state.stacks[at];
            stack.template = template.to_string();
            stack.stack.status = status.to_owned();
            stack.event(now, &Effect::Stack("CREATE_IN_PROGRESS", None));
            for (id, properties) in resources_of(template) {
                let made = Effect::Resource(id, "CREATE_COMPLETE", None, Becomes::Is(properties));
                state.apply(at, now, made);
            }
            state.stacks[at].stack.status = status.to_owned();
            let rest = match status {
                "ROLLBACK_COMPLETE" => "ROLLBACK_COMPLETE",
                _ => "CREATE_COMPLETE",
            };
            state.stacks[at].event(now, &Effect::Stack(rest, None));
        });
    }

    /// The policy of the stack that has the name now.
    pub fn policy_now(&self) -> Option<String> {
        self.with(|state, _| state.alive(NAME).and_then(|at| state.stacks[at].policy.clone()))
    }

    pub fn set_policy_now(&self, policy: &str) {
        self.with(|state, _| {
            let at = state.alive(NAME).unwrap();
            state.stacks[at].policy = Some(policy.to_owned());
        });
    }

    /// Makes each read of a stack policy fail with this error code.
    pub fn unreadable_policy(&self, code: &'static str) {
        self.with(|state, _| state.unreadable_policy = Some(code));
    }

    /// Gives the stack this status, as an emulator does that reports a failed update as a failed
    /// create.
    pub fn mislabel(&self, status: &str) {
        self.with(|state, _| {
            let at = state.alive(NAME).unwrap();
            state.stacks[at].stack.status = status.to_owned();
        });
    }

    pub fn protect_now(&self) {
        self.with(|state, _| {
            let at = state.alive(NAME).unwrap();
            state.stacks[at].stack.termination_protection = true;
        });
    }
}

impl State {
    /// The stack that has this name or ARN; of a name the one that is not deleted.
    fn alive(&self, stack: &str) -> Option<usize> {
        self.stacks.iter().rposition(|s| {
            s.stack.id == stack || (s.stack.name == stack && s.stack.status != "DELETE_COMPLETE")
        })
    }

    fn new_stack(&mut self, name: &str, now: i64) -> usize {
        self.made += 1;
        let id = format!("arn:aws:cloudformation:eu-west-1:1:stack/{name}/{}", self.made);
        let stack = Stack {
            id,
            name: name.to_owned(),
            status: "REVIEW_IN_PROGRESS".into(),
            created_ms: now * 1_000,
            ..Stack::default()
        };
        self.stacks.push(Simulated { stack, ..Simulated::default() });
        self.stacks.len() - 1
    }

    /// Lets happen what has happened by now.
    fn settle(&mut self, now: i64) {
        for at in 0..self.stacks.len() {
            while let Some((second, _)) = self.stacks[at].ahead.front()
                && *second <= now
            {
                let (second, effect) = self.stacks[at].ahead.pop_front().unwrap();
                self.apply(at, second, effect);
            }
        }
    }

    fn apply(&mut self, at: usize, second: i64, effect: Effect) {
        let simulated = &mut self.stacks[at];
        simulated.event(second, &effect);
        match effect {
            Effect::Stack(status, reason) => {
                simulated.stack.status = status.to_owned();
                simulated.stack.reason = reason;
                if status == "DELETE_COMPLETE" {
                    let id = simulated.stack.id.clone();
                    self.change_sets.retain(|c| c.stack_id != id);
                }
            }
            Effect::Resource(id, status, reason, becomes) => {
                let physical = format!("{}/{id}", simulated.stack.id);
                match becomes {
                    Becomes::Same => {}
                    Becomes::Is(properties) => {
                        self.physical.insert(physical.clone());
                        simulated.properties.insert(id.clone(), properties);
                    }
                    Becomes::Gone => {
                        self.physical.remove(&physical);
                        simulated.properties.remove(&id);
                    }
                    Becomes::Left => drop(simulated.properties.remove(&id)),
                }
                let row = StackResource {
                    logical_id: id.clone(),
                    physical_id: Some(physical),
                    resource_type: "AWS::SQS::Queue".into(),
                    status: status.to_owned(),
                    reason,
                };
                if simulated.properties.contains_key(&id) {
                    simulated.resources.insert(id, row);
                } else {
                    simulated.resources.remove(&id);
                }
            }
        }
    }

    fn begin(&mut self, at: usize, token: &str, ahead: Vec<(i64, Effect)>, now: i64) {
        let simulated = &mut self.stacks[at];
        simulated.token = token.to_owned();
        simulated.ahead = ahead.into();
        self.settle(now);
    }

    /// What an update to `wanted` does, one resource after the other.
    fn deploying(&self, at: usize, wanted: &Resources, create: bool, now: i64) -> Schedule {
        let simulated = &self.stacks[at];
        let mut schedule = Schedule { second: now, ahead: Vec::new() };
        let verb = if create { "CREATE_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" };
        schedule.stack(verb, Some("User Initiated"));
        let mut held = simulated.properties.clone();
        for (id, properties) in wanted {
            let [begun, done, failed] = match held.get(id) {
                Some(now) if now == properties => continue,
                Some(_) => ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_FAILED"],
                None => ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED"],
            };
            schedule.resource(id, begun, None, Becomes::Same);
            schedule.second += STEP;
            let denied = match held.contains_key(id) {
                true => simulated.denied(Update::Modify, id),
                false => None,
            };
            if let Some(reason) = properties["Fails"].as_str().or(denied.as_deref()) {
                schedule.resource(id, failed, Some(reason), Becomes::Same);
                schedule.resource(
                    "Other",
                    failed,
                    Some("Resource creation cancelled"),
                    Becomes::Same,
                );
                self.rolling_back(at, &held, create, &mut schedule);
                return schedule;
            }
            schedule.resource(id, done, None, Becomes::Is(properties.clone()));
            held.insert(id.clone(), properties.clone());
        }
        if create {
            schedule.stack("CREATE_COMPLETE", None);
            return schedule;
        }
        // Before anything is cleaned up it is known what may be.
        for id in held.keys().filter(|id| !wanted.contains_key(*id)) {
            if let Some(reason) = simulated.denied(Update::Delete, id) {
                schedule.resource(id, "DELETE_FAILED", Some(&reason), Becomes::Same);
                self.rolling_back(at, &held, create, &mut schedule);
                return schedule;
            }
        }
        schedule.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
        for id in held.keys().filter(|id| !wanted.contains_key(*id)) {
            schedule.second += STEP;
            schedule.resource(id, "DELETE_COMPLETE", None, Becomes::Gone);
        }
        schedule.stack("UPDATE_COMPLETE", None);
        schedule
    }

    /// The rollback of a stack with these resources.
    fn rolling_back(&self, at: usize, held: &Resources, create: bool, schedule: &mut Schedule) {
        if create {
            // OnStackFailure=DELETE.
            schedule.stack("CREATE_FAILED", Some("The following resource(s) failed"));
            schedule.second += STEP;
            self.deleting(held, &Deletion::Standard, schedule);
            return;
        }
        schedule.stack("UPDATE_ROLLBACK_IN_PROGRESS", Some("The following resource(s) failed"));
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
                    failed.push(id.clone());
                    schedule.resource(id, "UPDATE_FAILED", Some(reason), Becomes::Same);
                }
                // What is skipped is believed to be as before.
                (None, Some(was)) => {
                    schedule.resource(id, "UPDATE_COMPLETE", None, Becomes::Is(was.clone()));
                }
                (None, None) => schedule.resource(id, "DELETE_COMPLETE", None, Becomes::Gone),
            }
        }
        if failed.is_empty() {
            schedule.stack("UPDATE_ROLLBACK_COMPLETE", None);
        } else {
            let why = format!("The following resource(s) failed to update: {failed:?}");
            schedule.stack("UPDATE_ROLLBACK_FAILED", Some(&why));
        }
    }

    fn deleting(&self, held: &Resources, how: &Deletion, schedule: &mut Schedule) {
        schedule.stack("DELETE_IN_PROGRESS", None);
        let mut failed = false;
        for id in held.keys() {
            schedule.second += STEP;
            let left = match how {
                Deletion::Standard => false,
                Deletion::Retaining(ids) => ids.contains(id),
                Deletion::Force => self.stubborn.contains_key(id),
            };
            match self.stubborn.get(id) {
                _ if left => schedule.resource(id, "DELETE_SKIPPED", None, Becomes::Left),
                Some(reason) => {
                    failed = true;
                    schedule.resource(id, "DELETE_FAILED", Some(reason), Becomes::Same);
                }
                None => schedule.resource(id, "DELETE_COMPLETE", None, Becomes::Gone),
            }
        }
        let (status, reason) = match failed {
            true => ("DELETE_FAILED", Some("The following resource(s) failed to delete")),
            false => ("DELETE_COMPLETE", None),
        };
        schedule.stack(status, reason);
    }
}

/// What is going to happen, and up to when that is known.
struct Schedule {
    second: i64,
    ahead: Vec<(i64, Effect)>,
}

impl Schedule {
    fn stack(&mut self, status: &'static str, reason: Option<&str>) {
        self.ahead.push((self.second, Effect::Stack(status, reason.map(str::to_owned))));
    }

    fn resource(&mut self, id: &str, status: &'static str, reason: Option<&str>, becomes: Becomes) {
        let effect = Effect::Resource(id.into(), status, reason.map(str::to_owned), becomes);
        self.ahead.push((self.second, effect));
    }
}

impl Simulated {
    fn event(&mut self, second: i64, effect: &Effect) {
        let (id, physical, kind, status, reason) = match effect {
            Effect::Stack(status, reason) => {
                (self.stack.name.clone(), self.stack.id.clone(), STACK_TYPE, *status, reason)
            }
            Effect::Resource(id, status, reason, _) => {
                (id.clone(), format!("{}/{id}", self.stack.id), "AWS::SQS::Queue", *status, reason)
            }
        };
        self.events.push(StackEvent {
            id: format!("{}-{}", self.stack.id, self.events.len()),
            stack_id: self.stack.id.clone(),
            stack_name: self.stack.name.clone(),
            logical_id: id,
            physical_id: physical,
            resource_type: kind.into(),
            status: status.into(),
            reason: reason.clone(),
            time_ms: second * 1_000,
            token: Some(self.token.clone()).filter(|t| !t.is_empty()),
        });
    }

    /// Why the stack's policy refuses this, in CloudFormation's words.
    fn denied(&self, action: Update, id: &str) -> Option<String> {
        let policy = Policy::parse(self.policy.as_deref()?).unwrap();
        match policy.judge(action, id, "AWS::SQS::Queue") {
            Verdict::Allowed => None,
            Verdict::Denied(number) => Some(format!(
                "Action denied by stack policy: Statement [#{number}] does not allow [{action}] \
                 for resource [LogicalResourceId/{id}];"
            )),
            Verdict::NotAllowed => Some("Action not allowed by stack policy".to_owned()),
        }
    }

    fn works(&self) -> bool {
        self.stack.status.ends_with("_IN_PROGRESS") && self.stack.status != "REVIEW_IN_PROGRESS"
    }
}

fn refused<T>(message: &str) -> Result<T, AwsError> {
    Err(AwsError::refused("do it", "ValidationError", message))
}

const MISSING: &str = "Stack does not exist";

impl Stacks for Account {
    async fn stack(&self, stack: &str) -> Result<Option<Stack>, AwsError> {
        let found = |s: &mut State, _| Ok(s.alive(stack).map(|at| s.stacks[at].stack.clone()));
        self.call("stack", found).await
    }

    async fn events(&self, stack: &str, token: Option<&str>) -> Result<Page<StackEvent>, AwsError> {
        self.call("events", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            let from: usize = token.map_or(0, |t| t.parse().unwrap());
            let newest_first = state.stacks[at].events.iter().rev();
            // Short pages: there is always a next one to be forgotten.
            let items: Vec<_> = newest_first.skip(from).take(4).cloned().collect();
            let more = from + items.len() < state.stacks[at].events.len();
            Ok(Page { next: more.then(|| (from + items.len()).to_string()), items })
        })
        .await
    }

    async fn resources(
        &self,
        stack: &str,
        _: Option<&str>,
    ) -> Result<Page<StackResource>, AwsError> {
        self.call("resources", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            Ok(Page { items: state.stacks[at].resources.values().cloned().collect(), next: None })
        })
        .await
    }

    async fn template(&self, stack: &str) -> Result<String, AwsError> {
        self.call("template", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            Ok(state.stacks[at].template.clone())
        })
        .await
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<String, AwsError> {
        self.call("create_change_set", |state, now| {
            if let Some(same) = state.change_sets.iter().find(|c| c.name == request.name) {
                return Ok(same.id.clone());
            }
            let at = match state.alive(&request.stack) {
                Some(at)
                    if request.create && state.stacks[at].stack.status != "REVIEW_IN_PROGRESS" =>
                {
                    return refused("Stack already exists and cannot be created again");
                }
                Some(at) => at,
                None if request.create => state.new_stack(&request.stack, now),
                None => return refused(MISSING),
            };
            let simulated = &mut state.stacks[at];
            let status = simulated.stack.status.clone();
            if simulated.works()
                || matches!(&*status, "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_FAILED")
            {
                return refused(&format!("Stack is in {status} state and can not be updated."));
            }
            if request.create && simulated.events.is_empty() {
                simulated.event(now, &Effect::Stack("REVIEW_IN_PROGRESS", None));
            }
            let TemplateSource::Body(template) = &request.template else { panic!("no body") };
            let wanted = resources_of(&serde_json::from_str(template).unwrap());
            let held = &simulated.properties;
            let change =
                |id: &String, action| Change { action, ..Change::add(&[], id, "AWS::SQS::Queue") };
            let mut changes: Vec<Change> = wanted
                .iter()
                .filter(|(id, properties)| held.get(*id) != Some(properties))
                .map(|(id, _)| {
                    change(id, if held.contains_key(id) { Action::Modify } else { Action::Add })
                })
                .collect();
            let gone = held.keys().filter(|id| !wanted.contains_key(*id));
            changes.extend(gone.map(|id| change(id, Action::Remove)));
            let id = format!("arn:change-set/{}", request.name);
            state.change_sets.push(ChangeSet {
                id: id.clone(),
                name: request.name.clone(),
                stack_id: state.stacks[at].stack.id.clone(),
                create: request.create,
                template: template.clone(),
                made: now + MAKING,
                changes,
                obsolete: false,
            });
            Ok(id)
        })
        .await
    }

    async fn change_set(
        &self,
        _: Option<&str>,
        id: &str,
        _: Option<&str>,
    ) -> Result<ChangeSetPage, AwsError> {
        self.call("change_set", |state, now| {
            let Some(found) = state.change_sets.iter().find(|c| c.id == id) else {
                return Err(AwsError::refused("read", "ChangeSetNotFound", "it is gone"));
            };
            let empty = found.changes.is_empty();
            let (status, execution) = match (found.made <= now, empty) {
                (false, _) => ("CREATE_IN_PROGRESS", "UNAVAILABLE"),
                (true, true) => ("FAILED", "UNAVAILABLE"),
                (true, false) if found.obsolete => ("CREATE_COMPLETE", "OBSOLETE"),
                (true, false) => ("CREATE_COMPLETE", "AVAILABLE"),
            };
            let reason = "The submitted information didn't contain changes.";
            Ok(ChangeSetPage {
                status: status.into(),
                reason: empty.then(|| reason.to_owned()),
                execution: execution.into(),
                stack_id: found.stack_id.clone(),
                changes: found.changes.clone(),
                next: None,
            })
        })
        .await
    }

    async fn change_sets(
        &self,
        stack: &str,
        _: Option<&str>,
    ) -> Result<Page<ListedChangeSet>, AwsError> {
        self.call("change_sets", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            let own = state.change_sets.iter().filter(|c| c.stack_id == state.stacks[at].stack.id);
            let of = |c: &ChangeSet| ListedChangeSet {
                id: c.id.clone(),
                name: c.name.clone(),
                status: "CREATE_COMPLETE".into(),
                created_ms: c.made * 1_000,
            };
            Ok(Page { items: own.map(of).collect(), next: None })
        })
        .await
    }

    async fn validation(
        &self,
        _: &str,
        _: &str,
        _: Option<&str>,
    ) -> Result<Page<Invalid>, AwsError> {
        Ok(Page { items: Vec::new(), next: None })
    }

    async fn delete_change_set(&self, _: &str, id: &str) -> Result<(), AwsError> {
        self.call("delete_change_set", |state, _| {
            state.change_sets.retain(|c| c.id != id);
            Ok(())
        })
        .await
    }

    async fn execute(&self, _: &str, id: &str, token: &str) -> Result<(), AwsError> {
        self.call("execute", |state, now| {
            let Some(found) = state.change_sets.iter().position(|c| c.id == id) else {
                return Err(AwsError::refused("execute", "ChangeSetNotFound", "it is gone"));
            };
            let stack_id = state.change_sets[found].stack_id.clone();
            let at = state.alive(&stack_id).unwrap();
            if state.change_sets[found].obsolete || state.stacks[at].works() {
                let code = "InvalidChangeSetStatus";
                return Err(AwsError::refused("execute", code, "it cannot be executed"));
            }
            let change_set = state.change_sets.remove(found);
            state
                .change_sets
                .iter_mut()
                .filter(|c| c.stack_id == stack_id)
                .for_each(|c| c.obsolete = true);
            let simulated = &mut state.stacks[at];
            simulated.template.clone_from(&change_set.template);
            simulated.before = simulated.properties.clone();
            if !change_set.create {
                simulated.stack.updated_ms = Some(now * 1_000);
            }
            let wanted = resources_of(&serde_json::from_str(&change_set.template).unwrap());
            let schedule = state.deploying(at, &wanted, change_set.create, now);
            state.begin(at, token, schedule.ahead, now);
            if self.loses_answer.swap(false, Ordering::Relaxed) {
                let code = "InvalidChangeSetStatus";
                return Err(AwsError::refused("execute", code, "it is being executed"));
            }
            Ok(())
        })
        .await
    }

    async fn delete_stack(&self, stack: &str, how: &Deletion, token: &str) -> Result<(), AwsError> {
        self.call("delete_stack", |state, now| {
            let Some(at) = state.alive(stack) else { return Ok(()) };
            if state.stacks[at].stack.termination_protection {
                return refused("Stack cannot be deleted while TerminationProtection is enabled");
            }
            if *how != Deletion::Standard && state.stacks[at].stack.status != "DELETE_FAILED" {
                return refused("Invalid operation on a stack that is not DELETE_FAILED");
            }
            let held = state.stacks[at].properties.clone();
            let mut schedule = Schedule { second: now, ahead: Vec::new() };
            state.deleting(&held, how, &mut schedule);
            state.begin(at, token, schedule.ahead, now);
            Ok(())
        })
        .await
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> Result<(), AwsError> {
        self.call("cancel_update", |state, now| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            if state.stacks[at].stack.status != "UPDATE_IN_PROGRESS" {
                return refused("CancelUpdateStack cannot be called from current stack status");
            }
            let held = state.stacks[at].properties.clone();
            let mut schedule = Schedule { second: now, ahead: Vec::new() };
            state.rolling_back(at, &held, false, &mut schedule);
            state.begin(at, token, schedule.ahead, now);
            Ok(())
        })
        .await
    }

    async fn continue_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> Result<(), AwsError> {
        self.call("continue_rollback", |state, now| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            if state.stacks[at].stack.status != "UPDATE_ROLLBACK_FAILED" {
                return refused("Stack is not UPDATE_ROLLBACK_FAILED");
            }
            let held = state.stacks[at].properties.clone();
            let mut schedule = Schedule { second: now, ahead: Vec::new() };
            schedule.stack("UPDATE_ROLLBACK_IN_PROGRESS", Some("User Initiated"));
            state.restoring(at, &held, skip, &mut schedule);
            state.begin(at, token, schedule.ahead, now);
            Ok(())
        })
        .await
    }

    async fn detect_drift(&self, stack: &str) -> Result<String, AwsError> {
        self.call("detect_drift", |_, now| Ok(format!("{stack} {}", now + 5))).await
    }

    async fn detection(&self, id: &str) -> Result<Detection, AwsError> {
        let done: i64 = id.rsplit(' ').next().unwrap().parse().unwrap();
        let detection = |_: &mut State, now| match done <= now {
            true => Ok(Detection::Complete),
            false => Ok(Detection::InProgress),
        };
        self.call("detection", detection).await
    }

    async fn drifts(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> Result<Page<ResourceDrift>, AwsError> {
        self.call("drifts", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            let from: usize = token.map_or(0, |t| t.parse().unwrap());
            let all = &state.stacks[at].properties;
            // One a page.
            let items = all.iter().skip(from).take(1).map(|(id, expected)| {
                let actual = state.by_hand.get(id).unwrap_or(expected);
                let property = PropertyDrift {
                    path: "/".into(),
                    expected: expected.to_string(),
                    actual: actual.to_string(),
                };
                let differs = actual != expected;
                ResourceDrift {
                    within: Vec::new(),
                    logical_id: id.clone(),
                    physical_id: format!("{stack}/{id}"),
                    resource_type: "AWS::SQS::Queue".into(),
                    drifted: if differs { Drifted::Modified } else { Drifted::No },
                    properties: if differs { vec![property] } else { Vec::new() },
                }
            });
            let items: Vec<_> = items.collect();
            Ok(Page { items, next: (from + 1 < all.len()).then(|| (from + 1).to_string()) })
        })
        .await
    }

    async fn policy(&self, stack: &str) -> Result<Option<String>, AwsError> {
        self.call("policy", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            match state.unreadable_policy {
                Some(code) => Err(AwsError::refused("read the stack policy", code, "no")),
                None => Ok(state.stacks[at].policy.clone()),
            }
        })
        .await
    }

    async fn set_policy(&self, stack: &str, policy: &str) -> Result<(), AwsError> {
        self.call("set_policy", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            state.stacks[at].policy = Some(policy.to_owned());
            Ok(())
        })
        .await
    }

    async fn protect(&self, stack: &str, on: bool) -> Result<(), AwsError> {
        self.call("protect", |state, _| {
            let Some(at) = state.alive(stack) else { return refused(MISSING) };
            state.stacks[at].stack.termination_protection = on;
            Ok(())
        })
        .await
    }
}

/// How a deploy ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Deployed,
    UpToDate,
}

/// A deploy as a person or a pipeline makes it, from the stack as it is found to its end.
pub async fn deploy(account: &Account, template: &Value, wait: bool) -> Result<Done, Failure> {
    let (ui, _) = Ui::into_text(false);
    let rollout = rollout(account, &ui, wait);
    match rollout.prepare(|existing| asked(existing, template)).await? {
        Prepared::UpToDate(_) => Ok(Done::UpToDate),
        Prepared::Detached(exit) => panic!("it detached: {exit:?}"),
        Prepared::Change(_, change_set) => match rollout.execute(&change_set).await? {
            Outcome::Deployed(_) => Ok(Done::Deployed),
            Outcome::Detached(exit) => panic!("it detached: {exit:?}"),
        },
    }
}

/// What a deploy works with that needs no approval.
pub fn rollout<'a>(account: &'a Account, ui: &'a Ui, wait: bool) -> Rollout<'a, Account> {
    Rollout { stacks: account, ui, name: NAME, wait, approval: Approval::Never, project: None }
}

/// The change set that is asked for.
pub fn asked(existing: Option<&Stack>, template: &Value) -> ChangeSetRequest {
    let body = template.to_string();
    let sha = sha256(&body);
    let none = BTreeMap::new;
    request(NAME, existing.is_none(), TemplateSource::Body(body), &sha, none(), none())
}

/// What the template asks for.
pub fn wanted(template: &Value) -> Resources {
    resources_of(template)
}

/// What a failure says, help included.
pub fn said(failure: &Failure) -> String {
    let help = failure.report.help().map(|help| help.to_string()).unwrap_or_default();
    format!("{}\n{help}", failure.report)
}
