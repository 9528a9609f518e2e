//! Stack sets against the model of CloudFormation in memory, by the simulated clock: an operation goes
//! through its accounts and regions one by one, five seconds each, and stops at the first that fails.

use guardian_aws::AwsError;
use guardian_cli::exit::{Exit, Failure};
use guardian_cli::set_rollout::{RolloutEnd, SetRollout};
use guardian_cli::ui::Ui;
use guardian_deploy::Page;
use guardian_deploy::stack_set::plan::{emptied, plan};
use guardian_deploy::stack_set::{
    Definition, Instance, Operation, OperationResult, StackSet, StackSets, Targets, find,
};
use guardian_deploy::testing::{accounts, definition};
use guardian_stack::app::{self, Grant};
use guardian_tests::cloudformation::{Answer, page};
use guardian_tests::stack_sets::{self as model, Pair};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Seconds that an operation takes in one account and region.
const EACH: i64 = 5;
const NAME: &str = "shop-prod";

/// At which call the program dies, and whether the call is carried out.
#[derive(Debug, Clone, Copy)]
struct Death {
    at: usize,
    carried_out: bool,
}

struct Account {
    began: Instant,
    model: Mutex<model::StackSets>,
    calls: Mutex<Vec<String>>,
    death: Mutex<Option<Death>>,
    died: Notify,
    /// One in this many reads is throttled; 0: none.
    throttles: AtomicUsize,
    /// Whether the answer to the next operation is lost, and a second try of it refused.
    loses_answer: AtomicBool,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            model: Mutex::new(model::StackSets::new(EACH, 1)),
            calls: Mutex::default(),
            death: Mutex::default(),
            died: Notify::new(),
            throttles: AtomicUsize::default(),
            loses_answer: AtomicBool::default(),
        }
    }
}

impl Account {
    /// The model as it is now.
    fn with<T>(&self, act: impl FnOnce(&mut model::StackSets) -> T) -> T {
        let mut model = self.model.lock().unwrap();
        model.advance(i64::try_from(self.began.elapsed().as_secs()).unwrap());
        act(&mut model)
    }

    /// Advances the clock, counts a call, and dies in it if that is the chosen one.
    async fn call<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut model::StackSets) -> Answer<T>,
    ) -> Result<T, AwsError> {
        let number = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(name.to_owned());
            calls.len()
        };
        let death = self.death.lock().unwrap().filter(|death| death.at == number);
        let answer = death.is_none_or(|death| death.carried_out).then(|| self.with(act));
        let (Some(answer), None) = (answer, death) else {
            self.died.notify_one();
            return std::future::pending().await;
        };
        let throttles = self.throttles.load(Ordering::Relaxed);
        let reads = name == "operation" || name == "results";
        if reads && throttles > 0 && number.is_multiple_of(throttles) {
            return Err(AwsError::refused(name, "Throttling", "Rate exceeded"));
        }
        answer.map_err(|refusal| AwsError::refused(name, refusal.code, &refusal.message))
    }

    /// Begins an operation.
    async fn begin(
        &self,
        name: &str,
        act: impl FnOnce(&mut model::StackSets) -> Answer<()>,
    ) -> Result<(), AwsError> {
        self.call(name, act).await?;
        if self.loses_answer.swap(false, Ordering::Relaxed) {
            return Err(AwsError::refused(name, "OperationIdAlreadyExistsException", "again"));
        }
        Ok(())
    }

    fn holds(&self, definition: &Definition) -> Vec<Pair> {
        let wanted = model::Stack { made_of: Some(made_of(definition)), status: "CURRENT" };
        self.with(|model| {
            let all = model.stacks().iter();
            all.map(|(pair, stack)| {
                assert_eq!(*stack, wanted, "{pair:?}");
                pair.clone()
            })
            .collect()
        })
    }

    fn has_set(&self) -> bool {
        self.with(|model| model.set().is_ok())
    }

    fn fails(&self, account: &str, region: &str, reason: &str) {
        let pair = (account.to_owned(), region.to_owned());
        self.with(|model| model.fails.insert(pair, reason.to_owned()));
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

fn made_of(definition: &Definition) -> model::Definition {
    model::Definition {
        template: definition.template.clone(),
        parameters: definition.parameters.clone(),
        tags: definition.tags.clone(),
        service_managed: false,
    }
}

fn product(targets: &Targets) -> Vec<Pair> {
    let regions = targets.regions.iter();
    regions.flat_map(|r| targets.accounts.iter().map(move |a| (a.clone(), r.clone()))).collect()
}

fn shown(operation: &model::Operation) -> Operation {
    Operation {
        id: operation.id.clone(),
        action: operation.action().into(),
        status: operation.status().into(),
        began_ms: 0,
        reason: None,
    }
}

impl StackSets for Account {
    async fn set(&self, _: &str) -> Result<Option<StackSet>, AwsError> {
        self.call("set", |model| {
            let of = |set: &model::Definition| StackSet {
                id: "1".into(),
                template: set.template.clone(),
                parameters: set.parameters.clone(),
                tags: set.tags.clone(),
                ..StackSet::default()
            };
            Ok(model.set().ok().map(of))
        })
        .await
    }

    async fn instances(&self, _: &str, token: Option<&str>) -> Result<Page<Instance>, AwsError> {
        self.call("instances", |model| {
            let of = |((account, region), stack): (&Pair, &model::Stack)| Instance {
                account: account.clone(),
                region: region.clone(),
                unit: None,
                stack_id: stack.made_of.as_ref().map(|_| "arn".to_owned()),
                status: stack.status.into(),
                detail: None,
                reason: None,
            };
            // One item on a page.
            let (items, next) = page(model.stacks().iter().map(of), token.unwrap_or_default(), 1);
            Ok(Page { items, next })
        })
        .await
    }

    async fn operations(&self, _: &str, _: Option<&str>) -> Result<Page<Operation>, AwsError> {
        self.call("operations", |model| {
            Ok(Page { items: model.operations()?.iter().rev().map(shown).collect(), next: None })
        })
        .await
    }

    async fn operation(&self, _: &str, id: &str) -> Result<Option<Operation>, AwsError> {
        self.call("operation", |model| Ok(model.operation(id).ok().map(shown))).await
    }

    async fn results(
        &self,
        _: &str,
        id: &str,
        _: Option<&str>,
    ) -> Result<Page<OperationResult>, AwsError> {
        self.call("results", |model| {
            let of =
                |((account, region), result): (&Pair, model::OperationResult)| OperationResult {
                    account: account.clone(),
                    region: region.clone(),
                    status: result.status.into(),
                    reason: result.reason,
                };
            Ok(Page { items: model.operation(id)?.results().map(of).collect(), next: None })
        })
        .await
    }

    async fn create_set(&self, definition: &Definition, _: &str) -> Result<(), AwsError> {
        self.call("create_set", |model| model.create(made_of(definition))).await
    }

    async fn update_set(
        &self,
        definition: &Definition,
        _: &[String],
        id: &str,
    ) -> Result<(), AwsError> {
        self.begin("update_set", |model| model.update(made_of(definition), id)).await
    }

    async fn create_stacks(
        &self,
        _: &app::StackSet,
        targets: &Targets,
        id: &str,
    ) -> Result<(), AwsError> {
        self.begin("create_stacks", |model| model.create_stacks(product(targets), id)).await
    }

    async fn delete_stacks(
        &self,
        _: &app::StackSet,
        targets: &Targets,
        _: bool,
        id: &str,
    ) -> Result<(), AwsError> {
        self.begin("delete_stacks", |model| model.delete_stacks(product(targets), id)).await
    }

    async fn delete_set(&self, _: &str) -> Result<(), AwsError> {
        self.call("delete_set", model::StackSets::delete).await
    }

    async fn stop(&self, _: &str, id: &str) -> Result<(), AwsError> {
        self.call("stop", |model| model.stop(id)).await
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
    account.fails("222222222222", "r1", "Function: quota reached");
    let changed = wanted(&["111111111111", "222222222222"], &["r1", "r2"], "two");
    let (end, said) = deploy(&account, &changed).await;
    let failure = end.unwrap_err();
    assert_eq!(failure.exit, Exit::RolledBack);
    let text = failure.report.to_string();
    let cause = "account 222222222222 in r1: Function: quota reached";
    assert_eq!(text.lines().nth(1), Some(cause), "{text}");
    assert!(said.contains("failed"), "{said}");
    account.with(|model| model.fails.clear());
    assert_eq!(deploy(&account, &changed).await.0.unwrap(), RolloutEnd::Done(0));
    assert_eq!(account.holds(&changed), pairs(&changed));
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_could_not_be_deleted_is_stuck_and_is_deleted_the_next_time() {
    let account = Account::default();
    deploy(&account, &first()).await.0.unwrap();
    account.fails("111111111111", "r2", "the bucket is not empty");
    assert_eq!(destroy(&account, &first()).await.unwrap_err().exit, Exit::Stuck);
    // It is defined again: the inoperable stack is deleted and recreated.
    account.with(|model| model.fails.clear());
    assert_eq!(deploy(&account, &first()).await.0.unwrap(), RolloutEnd::Done(0));
    assert_eq!(account.holds(&first()), pairs(&first()));
    destroy(&account, &first()).await.unwrap();
    assert!(!account.has_set());
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
        let id = account.with(|model| model.operations().unwrap().last().unwrap().id.clone());
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
            None => assert!(!account.has_set(), "{death:?}"),
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
