//! The model of CloudFormation as the deployer's port, by the simulated clock, and a program that dies at a
//! chosen call.

use guardian_aws::AwsError;
use guardian_cli::approve::Approval;
use guardian_cli::exit::Failure;
use guardian_cli::rollout::{Outcome, Prepared, Rollout};
use guardian_cli::ui::Ui;
use guardian_deploy::change::{Action, Change};
use guardian_deploy::change_set::{request, sha256};
use guardian_deploy::stack::{
    ChangeSetPage, ChangeSetRequest, Deletion, Detection, Drifted, Invalid, ListedChangeSet,
    PropertyDrift, ResourceDrift, TemplateSource,
};
use guardian_deploy::{Page, Stack, StackEvent, StackResource, Stacks};
pub use guardian_tests::cloudformation::resources_of as wanted;
use guardian_tests::cloudformation::{self as model, Answer, CloudFormation, Resources, page};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;
use tokio::time::Instant;

pub const NAME: &str = "orders";

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

/// At which call the program dies, and whether the call is carried out.
#[derive(Debug, Clone, Copy)]
pub struct Death {
    pub at: usize,
    pub carried_out: bool,
}

pub struct Account {
    began: Instant,
    model: Mutex<CloudFormation>,
    calls: Mutex<Vec<String>>,
    /// When the program dies.
    pub death: Mutex<Option<Death>>,
    /// Notified of its death.
    pub died: Notify,
    /// Whether the answer to the next execution is lost, and a second try of it refused.
    pub loses_answer: AtomicBool,
    /// What was changed by hand.
    by_hand: Mutex<BTreeMap<String, Value>>,
    /// The error code with which stack policies cannot be read.
    unreadable_policy: Mutex<Option<&'static str>>,
}

impl Account {
    pub fn new() -> Self {
        let mut model = CloudFormation::default();
        model.making = 3;
        Self {
            began: Instant::now(),
            model: Mutex::new(model),
            calls: Mutex::default(),
            death: Mutex::new(None),
            died: Notify::new(),
            loses_answer: AtomicBool::new(false),
            by_hand: Mutex::default(),
            unreadable_policy: Mutex::default(),
        }
    }

    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_secs()).unwrap()
    }

    /// The model as it is now.
    fn with<T>(&self, act: impl FnOnce(&mut CloudFormation) -> T) -> T {
        let mut model = self.model.lock().unwrap();
        model.advance(self.now());
        act(&mut model)
    }

    /// Carries out a call, unless the program dies at it.
    async fn call<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut CloudFormation) -> Answer<T>,
    ) -> Result<T, AwsError> {
        let count = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(name.to_owned());
            calls.len()
        };
        let death = self.death.lock().unwrap().filter(|death| death.at == count);
        if death.is_none_or(|death| death.carried_out) {
            let answer = self.with(act);
            if death.is_none() {
                return answer.map_err(|r| AwsError::refused("do it", r.code, &r.message));
            }
        }
        self.died.notify_one();
        std::future::pending().await
    }

    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    pub fn count(&self, call: &str) -> usize {
        self.calls().iter().filter(|name| *name == call).count()
    }

    /// The stack that currently has the name.
    pub fn found(&self) -> Option<Stack> {
        self.with(|model| model.stack(NAME).ok().map(of_stack))
    }

    pub fn status(&self) -> String {
        self.found().map(|stack| stack.status).unwrap_or_default()
    }

    /// What the stack holds.
    pub fn holds(&self) -> Resources {
        self.with(|model| model.stack(NAME).map(|s| s.properties.clone()).unwrap_or_default())
    }

    /// What exists and belongs to no stack, and change sets that still could be executed.
    pub fn orphans(&self) -> Vec<String> {
        self.with(|model| model.orphans())
    }

    /// Makes the rollback or delete of a resource fail, or lets it go well again.
    pub fn stubborn(&self, id: &str, reason: Option<&str>) {
        self.with(|model| match reason {
            Some(reason) => drop(model.stubborn.insert(id.to_owned(), reason.to_owned())),
            None => drop(model.stubborn.remove(id)),
        });
    }

    /// Changes a resource outside of CloudFormation.
    pub fn by_hand(&self, id: &str, properties: Value) {
        self.by_hand.lock().unwrap().insert(id.to_owned(), properties);
    }

    /// A stack in this status, as if it had come there by itself.
    pub fn put(&self, status: &str, template: &Value) {
        self.with(|model| model.put(NAME, status, template));
    }

    /// The policy of the stack that has the name now.
    pub fn policy_now(&self) -> Option<String> {
        self.with(|model| model.stack(NAME).ok()?.policy.clone())
    }

    pub fn set_policy_now(&self, policy: &str) {
        self.with(|model| model.stack_mut(NAME).unwrap().policy = Some(policy.to_owned()));
    }

    /// Makes each read of a stack policy fail with this error code.
    pub fn unreadable_policy(&self, code: &'static str) {
        *self.unreadable_policy.lock().unwrap() = Some(code);
    }

    /// Gives the stack this status, as an emulator does that reports a failed update as a failed
    /// create.
    pub fn mislabel(&self, status: &str) {
        self.with(|model| model.stack_mut(NAME).unwrap().status = status.to_owned());
    }

    pub fn protect_now(&self) {
        self.with(|model| model.stack_mut(NAME).unwrap().protected = true);
    }
}

fn millis(second: i64) -> i64 {
    second * 1_000
}

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn of_stack(stack: &model::Stack) -> Stack {
    Stack {
        id: stack.id.clone(),
        name: stack.name.clone(),
        status: stack.status.clone(),
        reason: filled(&stack.reason),
        created_ms: millis(stack.created),
        updated_ms: stack.updated.map(millis),
        termination_protection: stack.protected,
        ..Stack::default()
    }
}

fn of_event(event: &model::Event) -> StackEvent {
    StackEvent {
        id: event.id.clone(),
        stack_id: event.stack_id.clone(),
        stack_name: event.stack_name.clone(),
        logical_id: event.logical_id.clone(),
        physical_id: event.physical_id.clone(),
        resource_type: event.kind.clone(),
        status: event.status.to_owned(),
        reason: filled(&event.reason),
        time_ms: millis(event.second),
        token: filled(&event.token),
    }
}

fn of_resource(event: &model::Event) -> StackResource {
    StackResource {
        logical_id: event.logical_id.clone(),
        physical_id: Some(event.physical_id.clone()),
        resource_type: event.kind.clone(),
        status: event.status.to_owned(),
        reason: filled(&event.reason),
    }
}

fn of_change((action, id, kind): &(&str, String, String)) -> Change {
    let action = match *action {
        "Add" => Action::Add,
        "Remove" => Action::Remove,
        _ => Action::Modify,
    };
    Change { action, ..Change::add(&[], id, kind) }
}

fn all<T>(items: impl Iterator<Item = T>) -> Page<T> {
    Page { items: items.collect(), next: None }
}

impl Stacks for Account {
    async fn stack(&self, stack: &str) -> Result<Option<Stack>, AwsError> {
        self.call("stack", |model| Ok(model.stack(stack).ok().map(of_stack))).await
    }

    async fn events(&self, stack: &str, token: Option<&str>) -> Result<Page<StackEvent>, AwsError> {
        self.call("events", |model| {
            let newest_first = model.stack(stack)?.events.iter().rev().map(of_event);
            // Short pages: a caller that forgets the next page is always noticed.
            let (items, next) = page(newest_first, token.unwrap_or_default(), 4);
            Ok(Page { items, next })
        })
        .await
    }

    async fn resources(
        &self,
        stack: &str,
        _: Option<&str>,
    ) -> Result<Page<StackResource>, AwsError> {
        let answer = |model: &mut CloudFormation| {
            Ok(all(model.stack(stack)?.resources.values().map(of_resource)))
        };
        self.call("resources", answer).await
    }

    async fn template(&self, stack: &str) -> Result<String, AwsError> {
        self.call("template", |model| Ok(model.stack(stack)?.template.clone())).await
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<String, AwsError> {
        let TemplateSource::Body(template) = &request.template else { panic!("no body") };
        self.call("create_change_set", |model| {
            model.create_change_set(&request.stack, &request.name, request.create, template)
        })
        .await
    }

    async fn change_set(
        &self,
        _: Option<&str>,
        id: &str,
        _: Option<&str>,
    ) -> Result<ChangeSetPage, AwsError> {
        self.call("change_set", |model| {
            let (found, status, execution) = model.change_set(id)?;
            Ok(ChangeSetPage {
                status: status.into(),
                reason: found.fails.map(str::to_owned),
                execution: execution.into(),
                stack_id: found.stack_id.clone(),
                changes: found.changes.iter().map(of_change).collect(),
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
        let of = |c: &model::ChangeSet| ListedChangeSet {
            id: c.id.clone(),
            name: c.name.clone(),
            status: "CREATE_COMPLETE".into(),
            created_ms: millis(c.made),
        };
        self.call("change_sets", |model| Ok(all(model.change_sets(stack)?.map(of)))).await
    }

    async fn validation(
        &self,
        _: &str,
        _: &str,
        _: Option<&str>,
    ) -> Result<Page<Invalid>, AwsError> {
        Ok(all(std::iter::empty()))
    }

    async fn delete_change_set(&self, _: &str, id: &str) -> Result<(), AwsError> {
        self.call("delete_change_set", |model| {
            model.delete_change_set(id);
            Ok(())
        })
        .await
    }

    async fn execute(&self, _: &str, id: &str, token: &str) -> Result<(), AwsError> {
        self.call("execute", |model| model.execute(id, token)).await?;
        if self.loses_answer.swap(false, Ordering::Relaxed) {
            let code = "InvalidChangeSetStatus";
            return Err(AwsError::refused("execute", code, "it is being executed"));
        }
        Ok(())
    }

    async fn delete_stack(&self, stack: &str, how: &Deletion, token: &str) -> Result<(), AwsError> {
        let retain = match how {
            Deletion::Retaining(ids) => ids.as_slice(),
            _ => &[],
        };
        let force = *how == Deletion::Force;
        self.call("delete_stack", |model| model.delete_stack(stack, retain, force, token)).await
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> Result<(), AwsError> {
        self.call("cancel_update", |model| model.cancel_update(stack, token)).await
    }

    async fn continue_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> Result<(), AwsError> {
        self.call("continue_rollback", |model| model.continue_rollback(stack, skip, token)).await
    }

    async fn detect_drift(&self, stack: &str) -> Result<String, AwsError> {
        self.call("detect_drift", |_| Ok(format!("{stack} {}", self.now() + 5))).await
    }

    async fn detection(&self, id: &str) -> Result<Detection, AwsError> {
        let done: i64 = id.rsplit(' ').next().unwrap().parse().unwrap();
        let is_done = self.call("detection", |_| Ok(done <= self.now())).await?;
        Ok(if is_done { Detection::Complete } else { Detection::InProgress })
    }

    async fn drifts(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> Result<Page<ResourceDrift>, AwsError> {
        self.call("drifts", |model| {
            let by_hand = self.by_hand.lock().unwrap();
            let drifts = model.stack(stack)?.properties.iter().map(|(id, expected)| {
                let actual = by_hand.get(id).unwrap_or(expected);
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
            let (items, next) = page(drifts, token.unwrap_or_default(), 1);
            Ok(Page { items, next })
        })
        .await
    }

    async fn policy(&self, stack: &str) -> Result<Option<String>, AwsError> {
        let policy = self.call("policy", |model| Ok(model.stack(stack)?.policy.clone())).await?;
        match *self.unreadable_policy.lock().unwrap() {
            Some(code) => Err(AwsError::refused("read the stack policy", code, "no")),
            None => Ok(policy),
        }
    }

    async fn set_policy(&self, stack: &str, policy: &str) -> Result<(), AwsError> {
        self.call("set_policy", |model| {
            model.stack_mut(stack)?.policy = Some(policy.to_owned());
            Ok(())
        })
        .await
    }

    async fn protect(&self, stack: &str, on: bool) -> Result<(), AwsError> {
        self.call("protect", |model| {
            model.stack_mut(stack)?.protected = on;
            Ok(())
        })
        .await
    }
}

/// How a deploy without an error ended.
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

/// The change set that a deploy requests.
pub fn asked(existing: Option<&Stack>, template: &Value) -> ChangeSetRequest {
    let body = template.to_string();
    let sha = sha256(&body);
    let none = BTreeMap::new;
    request(NAME, existing.is_none(), TemplateSource::Body(body), &sha, none(), none())
}

/// The text of a failure, help included.
pub fn said(failure: &Failure) -> String {
    let help = failure.report.help().map(|help| help.to_string()).unwrap_or_default();
    format!("{}\n{help}", failure.report)
}
