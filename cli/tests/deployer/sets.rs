//! Stack sets against CloudFormation in memory, by the simulated clock: an operation goes through
//! its accounts and regions one by one, five seconds each, and stops at the first that fails.

use guardian_aws::AwsError;
use guardian_cli::exit::{Exit, Failure};
use guardian_cli::set_rollout::{RolloutEnd, SetRollout};
use guardian_cli::ui::Ui;
use guardian_deploy::Page;
use guardian_deploy::stack_set::plan::{emptied, plan};
use guardian_deploy::stack_set::state::{InstanceStatus, OperationStatus, ResultStatus};
use guardian_deploy::stack_set::{
    Definition, Instance, Operation, OperationResult, StackSet, StackSets, Targets, find,
};
use guardian_deploy::testing::{accounts, definition};
use guardian_stack::app::{self, Grant};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long an operation takes in one account and region.
const EACH: Duration = Duration::from_secs(5);
const NAME: &str = "shop-prod";

type Pair = (String, String);

/// A stack: what it was made of, and what CloudFormation says of it.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    made_of: Option<(String, BTreeMap<String, String>)>,
    status: InstanceStatus,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Does {
    Create,
    Update,
    Delete,
}

struct Running {
    id: String,
    does: Does,
    began: Instant,
    pairs: Vec<Pair>,
    /// The result in each account and region that is done.
    results: Vec<(ResultStatus, Option<String>)>,
    stops_after: Option<usize>,
}

impl Running {
    fn is_over(&self) -> bool {
        self.results.len() == self.pairs.len()
    }

    fn status(&self) -> OperationStatus {
        match () {
            () if !self.is_over() && self.stops_after.is_some() => OperationStatus::Stopping,
            () if !self.is_over() => OperationStatus::Running,
            () if self.stops_after.is_some() => OperationStatus::Stopped,
            () if self.results.iter().any(|(status, _)| *status == ResultStatus::Failed) => {
                OperationStatus::Failed
            }
            () => OperationStatus::Succeeded,
        }
    }
}

#[derive(Default)]
struct State {
    set: Option<StackSet>,
    held: BTreeMap<Pair, Held>,
    operations: Vec<Running>,
    calls: Vec<String>,
}

/// At which call the program dies, and whether the call is carried out.
#[derive(Debug, Clone, Copy)]
struct Death {
    at: usize,
    carried_out: bool,
}

#[derive(Default)]
struct Account {
    state: Mutex<State>,
    /// Where stacks fail, and why.
    fails: Mutex<BTreeMap<Pair, String>>,
    death: Mutex<Option<Death>>,
    died: Notify,
    /// One in this many reads is throttled; 0: none.
    throttles: AtomicUsize,
    /// Whether the answer to the next operation is lost, and a second try of it refused.
    loses_answer: AtomicBool,
}

impl Account {
    /// Advances the clock, counts a call, and dies in it if that is the chosen one.
    async fn call<T>(
        &self,
        name: &str,
        what: impl FnOnce(&mut State) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let fails = self.fails.lock().unwrap().clone();
        let (number, done) = {
            let mut state = self.state.lock().unwrap();
            state.go_on(&fails);
            state.calls.push(name.to_owned());
            let number = state.calls.len();
            let dies = self.death.lock().unwrap().filter(|death| death.at == number);
            let done = match dies {
                Some(death) if !death.carried_out => None,
                Some(_) => {
                    let _ = what(&mut state);
                    None
                }
                None => Some(what(&mut state)),
            };
            (number, done)
        };
        let Some(done) = done else {
            self.died.notify_one();
            return std::future::pending().await;
        };
        let throttles = self.throttles.load(Ordering::Relaxed);
        let reads = name == "operation" || name == "results";
        if reads && throttles > 0 && number.is_multiple_of(throttles) {
            return Err(AwsError::refused(name, "Throttling", "Rate exceeded"));
        }
        done
    }

    /// Begins an operation. The same id again is refused, as CloudFormation does.
    async fn begin(
        &self,
        name: &str,
        id: &str,
        does: Does,
        what: impl FnOnce(&mut State) -> Vec<Pair>,
    ) -> Result<(), AwsError> {
        let begun = self.call(name, |state| {
            if state.operations.iter().any(|o| o.id == id) {
                return Err(AwsError::refused(name, "OperationIdAlreadyExistsException", "again"));
            }
            if state.operations.iter().any(|o| !o.is_over()) {
                return Err(AwsError::refused(name, "OperationInProgressException", "busy"));
            }
            let pairs = what(state);
            let (id, began) = (id.to_owned(), Instant::now());
            let results = Vec::new();
            state.operations.push(Running { id, does, began, pairs, results, stops_after: None });
            Ok(())
        });
        begun.await?;
        if self.loses_answer.swap(false, Ordering::Relaxed) {
            return Err(AwsError::refused(name, "OperationIdAlreadyExistsException", "again"));
        }
        Ok(())
    }

    fn holds(&self, definition: &Definition) -> Vec<Pair> {
        let state = self.state.lock().unwrap();
        let wanted = Held {
            made_of: Some((definition.template.clone(), definition.parameters.clone())),
            status: InstanceStatus::Current,
        };
        let all = state.held.iter();
        all.map(|(pair, held)| {
            assert_eq!(*held, wanted, "{pair:?}");
            pair.clone()
        })
        .collect()
    }

    fn calls(&self) -> Vec<String> {
        self.state.lock().unwrap().calls.clone()
    }
}

impl State {
    fn go_on(&mut self, fails: &BTreeMap<Pair, String>) {
        let Some(operation) = self.operations.last_mut() else { return };
        while !operation.is_over() {
            let number = operation.results.len();
            let ends = operation.began + EACH * (u32::try_from(number).unwrap() + 1);
            let pair = operation.pairs[number].clone();
            let cancelled =
                operation.results.iter().any(|(status, _)| *status == ResultStatus::Failed)
                    || operation.stops_after.is_some_and(|stop| number > stop);
            if cancelled {
                operation.results.push((ResultStatus::Cancelled, None));
                continue;
            }
            if ends > Instant::now() {
                return;
            }
            let failure = fails.get(&pair).cloned();
            let set = self.set.clone().unwrap_or_default();
            let held = self.held.entry(pair.clone());
            match (&failure, operation.does) {
                (Some(_), Does::Delete) => {
                    held.and_modify(|held| held.status = InstanceStatus::Inoperable);
                }
                (Some(_), _) => {
                    held.and_modify(|held| held.status = InstanceStatus::Outdated)
                        .or_insert(Held { made_of: None, status: InstanceStatus::Outdated });
                }
                (None, Does::Delete) => {
                    self.held.remove(&pair);
                }
                (None, _) => {
                    let made_of = Some((set.template, set.parameters));
                    held.insert_entry(Held { made_of, status: InstanceStatus::Current });
                }
            }
            let status =
                if failure.is_some() { ResultStatus::Failed } else { ResultStatus::Succeeded };
            operation.results.push((status, failure));
        }
    }
}

fn product(targets: &Targets) -> Vec<Pair> {
    let regions = targets.regions.iter();
    regions.flat_map(|r| targets.accounts.iter().map(move |a| (a.clone(), r.clone()))).collect()
}

fn shown(operation: &Running) -> Operation {
    Operation {
        id: operation.id.clone(),
        action: format!("{:?}", operation.does).to_uppercase().as_str().into(),
        status: operation.status(),
        began_ms: 0,
        reason: None,
    }
}

impl StackSets for Account {
    async fn set(&self, _: &str) -> Result<Option<StackSet>, AwsError> {
        self.call("set", |state| Ok(state.set.clone())).await
    }

    async fn instances(&self, _: &str, token: Option<&str>) -> Result<Page<Instance>, AwsError> {
        // One item on a page.
        let at: usize = token.map_or(0, |t| t.parse().unwrap());
        self.call("instances", |state| {
            let of = |((account, region), held): (&Pair, &Held)| Instance {
                account: account.clone(),
                region: region.clone(),
                unit: None,
                stack_id: held.made_of.as_ref().map(|_| "arn".to_owned()),
                status: held.status.clone(),
                detail: None,
                reason: None,
            };
            let next = (at + 1 < state.held.len()).then(|| (at + 1).to_string());
            Ok(Page { items: state.held.iter().skip(at).take(1).map(of).collect(), next })
        })
        .await
    }

    async fn operations(&self, name: &str, _: Option<&str>) -> Result<Page<Operation>, AwsError> {
        self.call("operations", |state| {
            if state.set.is_none() {
                return Err(AwsError::refused(name, "StackSetNotFoundException", "none"));
            }
            Ok(Page { items: state.operations.iter().rev().map(shown).collect(), next: None })
        })
        .await
    }

    async fn operation(&self, _: &str, id: &str) -> Result<Option<Operation>, AwsError> {
        self.call("operation", |state| Ok(state.operations.iter().find(|o| o.id == id).map(shown)))
            .await
    }

    async fn results(
        &self,
        _: &str,
        id: &str,
        _: Option<&str>,
    ) -> Result<Page<OperationResult>, AwsError> {
        self.call("results", |state| {
            let operation = state.operations.iter().find(|o| o.id == id).unwrap();
            let of = |(number, (account, region)): (usize, &Pair)| {
                let (status, reason) =
                    operation.results.get(number).cloned().unwrap_or((ResultStatus::Pending, None));
                OperationResult { account: account.clone(), region: region.clone(), status, reason }
            };
            Ok(Page { items: operation.pairs.iter().enumerate().map(of).collect(), next: None })
        })
        .await
    }

    async fn create_set(&self, definition: &Definition, _: &str) -> Result<(), AwsError> {
        self.call("create_set", |state| {
            if state.set.is_some() {
                return Err(AwsError::refused("make", "NameAlreadyExistsException", "there"));
            }
            state.set = Some(StackSet {
                id: "1".into(),
                template: definition.template.clone(),
                parameters: definition.parameters.clone(),
                tags: definition.tags.clone(),
                ..StackSet::default()
            });
            Ok(())
        })
        .await
    }

    async fn update_set(
        &self,
        definition: &Definition,
        _: &[String],
        id: &str,
    ) -> Result<(), AwsError> {
        self.begin("update_set", id, Does::Update, |state| {
            let set = state.set.as_mut().unwrap();
            set.template.clone_from(&definition.template);
            set.parameters.clone_from(&definition.parameters);
            let usable =
                state.held.iter_mut().filter(|(_, held)| held.status != InstanceStatus::Inoperable);
            usable
                .map(|(pair, held)| {
                    held.status = InstanceStatus::Outdated;
                    pair.clone()
                })
                .collect()
        })
        .await
    }

    async fn create_stacks(
        &self,
        _: &app::StackSet,
        targets: &Targets,
        id: &str,
    ) -> Result<(), AwsError> {
        self.begin("create_stacks", id, Does::Create, |state| {
            let pairs = product(targets);
            for pair in &pairs {
                let new = Held { made_of: None, status: InstanceStatus::Outdated };
                assert!(state.held.insert(pair.clone(), new).is_none(), "{pair:?} is there");
            }
            pairs
        })
        .await
    }

    async fn delete_stacks(
        &self,
        _: &app::StackSet,
        targets: &Targets,
        _: bool,
        id: &str,
    ) -> Result<(), AwsError> {
        self.begin("delete_stacks", id, Does::Delete, |_| product(targets)).await
    }

    async fn delete_set(&self, _: &str) -> Result<(), AwsError> {
        self.call("delete_set", |state| {
            if !state.held.is_empty() {
                return Err(AwsError::refused("delete", "StackSetNotEmptyException", "stacks"));
            }
            state.set = None;
            Ok(())
        })
        .await
    }

    async fn stop(&self, _: &str, id: &str) -> Result<(), AwsError> {
        self.call("stop", |state| {
            let operation = state.operations.iter_mut().find(|o| o.id == id).unwrap();
            operation.stops_after = Some(operation.results.len());
            Ok(())
        })
        .await
    }
}

fn wanted(on: &[&str], regions: &[&str], package: &str) -> Definition {
    let parameters = [("PackageKey".to_owned(), package.to_owned())].into();
    Definition { parameters, ..definition(accounts(on), regions) }
}

fn pairs(definition: &Definition) -> Vec<Pair> {
    let Grant::Accounts { accounts, .. } = &definition.set.grant else { panic!() };
    let of = |a: &String| definition.set.regions.iter().map(|r| (a.clone(), r.clone())).collect();
    let mut all: Vec<Pair> = accounts.iter().flat_map(|a| -> Vec<Pair> { of(a) }).collect();
    all.sort();
    all
}

/// What `guardian deploy` does once it is approved; returns its output.
async fn deploy(
    account: &Account,
    definition: &Definition,
) -> (Result<RolloutEnd, Failure>, String) {
    let (ui, said) = Ui::into_text(false);
    let rollout = SetRollout { sets: account, ui: &ui, set: &definition.set, env: "prod" };
    let end = async {
        rollout.ready(true).await?;
        let steps = plan(definition, &find(account, NAME).await?).unwrap();
        rollout.apply(definition, &steps.steps).await
    };
    let end = end.await;
    let said = said.lock().unwrap().clone();
    (end, said)
}

async fn destroy(account: &Account, definition: &Definition) -> Result<RolloutEnd, Failure> {
    let (ui, _) = Ui::into_text(false);
    let rollout = SetRollout { sets: account, ui: &ui, set: &definition.set, env: "prod" };
    rollout.ready(true).await?;
    let found = find(account, NAME).await?;
    let Some(set) = &found.set else { return Ok(RolloutEnd::Done(0)) };
    let went = rollout.remove(&emptied(set, &found.instances), false).await?;
    account.delete_set(NAME).await?;
    Ok(went)
}

fn first() -> Definition {
    wanted(&["111111111111", "222222222222"], &["r1", "r2"], "one")
}

/// An account is removed, one is added, a region is added, and the package changes.
fn second() -> Definition {
    wanted(&["222222222222", "333333333333"], &["r1", "r2", "r3"], "two")
}

#[tokio::test(start_paused = true)]
async fn a_set_is_created_updated_and_kept_when_it_matches_its_definition() {
    let account = Account::default();
    for definition in [first(), second()] {
        let (end, said) = deploy(&account, &definition).await;
        assert_eq!(end.unwrap(), RolloutEnd::Done(0), "{said}");
        assert_eq!(account.holds(&definition), pairs(&definition));
    }
    let before = account.calls().len();
    assert_eq!(deploy(&account, &second()).await.0.unwrap(), RolloutEnd::Done(0));
    let calls = account.calls()[before..].to_vec();
    assert!(calls.iter().all(|c| ["set", "instances", "operations"].contains(&c.as_str())));
}

#[tokio::test(start_paused = true)]
async fn throttling_never_fails_an_operation_and_each_change_is_reported_once() {
    let account = Account::default();
    account.throttles.store(3, Ordering::Relaxed);
    let (end, said) = deploy(&account, &first()).await;
    assert_eq!(end.unwrap(), RolloutEnd::Done(0));
    let succeeded = said.lines().filter(|line| line.starts_with("  succeeded"));
    assert_eq!(succeeded.count(), 4, "{said}");
}

#[tokio::test(start_paused = true)]
async fn an_operation_whose_response_was_lost_is_followed_anyway() {
    let account = Account::default();
    account.loses_answer.store(true, Ordering::Relaxed);
    assert_eq!(deploy(&account, &first()).await.0.unwrap(), RolloutEnd::Done(0));
    assert_eq!(account.calls().iter().filter(|c| *c == "create_stacks").count(), 1);
    assert_eq!(account.holds(&first()), pairs(&first()));
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_fails_is_the_root_cause_and_the_next_deploy_updates_the_outdated_ones() {
    let account = Account::default();
    deploy(&account, &first()).await.0.unwrap();
    let bad = ("222222222222".to_owned(), "r1".to_owned());
    account.fails.lock().unwrap().insert(bad, "Function: quota reached".into());
    let changed = wanted(&["111111111111", "222222222222"], &["r1", "r2"], "two");
    let (end, said) = deploy(&account, &changed).await;
    let failure = end.unwrap_err();
    assert_eq!(failure.exit, Exit::RolledBack);
    let text = failure.report.to_string();
    let cause = "account 222222222222 in r1: Function: quota reached";
    assert_eq!(text.lines().nth(1), Some(cause), "{text}");
    assert!(said.contains("failed"), "{said}");
    account.fails.lock().unwrap().clear();
    assert_eq!(deploy(&account, &changed).await.0.unwrap(), RolloutEnd::Done(0));
    assert_eq!(account.holds(&changed), pairs(&changed));
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_could_not_be_deleted_is_stuck_and_is_deleted_the_next_time() {
    let account = Account::default();
    deploy(&account, &first()).await.0.unwrap();
    let bad = ("111111111111".to_owned(), "r2".to_owned());
    account.fails.lock().unwrap().insert(bad, "the bucket is not empty".into());
    assert_eq!(destroy(&account, &first()).await.unwrap_err().exit, Exit::Stuck);
    // It is defined again: the inoperable stack is deleted and recreated.
    account.fails.lock().unwrap().clear();
    assert_eq!(deploy(&account, &first()).await.0.unwrap(), RolloutEnd::Done(0));
    assert_eq!(account.holds(&first()), pairs(&first()));
    destroy(&account, &first()).await.unwrap();
    assert!(account.state.lock().unwrap().set.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_second_operation_waits_or_is_refused_with_the_initiator_of_the_first() {
    let account = Account::default();
    deploy(&account, &first()).await.0.unwrap();
    let (one, two) = (first(), second());
    let late = async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        let (ui, _) = Ui::into_text(false);
        let rollout = SetRollout { sets: &account, ui: &ui, set: &one.set, env: "prod" };
        rollout.ready(false).await.unwrap_err().report.to_string()
    };
    let (first, refusal) = tokio::join!(deploy(&account, &two), late);
    assert_eq!(first.0.unwrap(), RolloutEnd::Done(0));
    assert!(
        refusal.contains("`guardian deploy` of") && refusal.contains("is RUNNING since"),
        "{refusal}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stopped_operation_is_an_error_and_the_next_one_finishes_it() {
    let account = Account::default();
    let definition = first();
    let stops = async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        let id = account.state.lock().unwrap().operations.last().unwrap().id.clone();
        account.stop(NAME, &id).await.unwrap();
    };
    let ((end, _), ()) = tokio::join!(deploy(&account, &definition), stops);
    let failure = end.unwrap_err();
    assert_eq!(failure.exit, Exit::Error);
    assert!(failure.report.to_string().contains("was stopped"), "{}", failure.report);
    assert_eq!(deploy(&account, &definition).await.0.unwrap(), RolloutEnd::Done(0));
    assert_eq!(account.holds(&definition), pairs(&definition));
}

/// How many points of a run are tried.
const POINTS: usize = 30;

/// Kills a run at each of the points, waits for a while, and runs it again.
async fn killed_anywhere<R>(before: Option<Definition>, run: R, after: Option<Definition>)
where
    R: AsyncFn(&Account),
{
    let ready = async || {
        // Pauses have jitter: with the same seed a run makes the same calls again.
        fastrand::seed(1);
        let account = Account::default();
        if let Some(before) = &before {
            deploy(&account, before).await.0.unwrap();
        }
        account
    };
    let whole = ready().await;
    let already = whole.calls().len();
    run(&whole).await;
    let calls = whole.calls().len() - already;
    assert!(calls >= 8, "{:?}", whole.calls());
    for point in 0..POINTS {
        let account = ready().await;
        let death = Death { at: already + 1 + point * calls / POINTS, carried_out: point % 2 == 1 };
        *account.death.lock().unwrap() = Some(death);
        tokio::select! {
            biased;
            () = account.died.notified() => {}
            () = run(&account) => panic!("{death:?}: it ended"),
        }
        fastrand::seed(100 + point as u64);
        tokio::time::sleep(Duration::from_secs(fastrand::u64(0..30))).await;
        run(&account).await;
        match &after {
            Some(after) => assert_eq!(account.holds(after), pairs(after), "{death:?}"),
            None => assert!(account.state.lock().unwrap().set.is_none(), "{death:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_deploy_of_a_set_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let run = async |account: &Account| {
        assert_eq!(deploy(account, &first()).await.0.unwrap(), RolloutEnd::Done(0))
    };
    killed_anywhere(None, run, Some(first())).await;
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_set_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let run = async |account: &Account| {
        assert_eq!(deploy(account, &second()).await.0.unwrap(), RolloutEnd::Done(0))
    };
    killed_anywhere(Some(first()), run, Some(second())).await;
}

#[tokio::test(start_paused = true)]
async fn a_destroy_of_a_set_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let run = async |account: &Account| {
        assert_eq!(destroy(account, &first()).await.unwrap(), RolloutEnd::Done(0))
    };
    killed_anywhere(Some(first()), run, None).await;
}
