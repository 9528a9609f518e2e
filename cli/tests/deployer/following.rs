//! A CloudFormation that answers by a script and the clock: pages, throttles, change sets with
//! nothing in them, and nested stacks.

use guardian_aws::AwsError;
use guardian_cli::rollout::failure;
use guardian_cli::ui::Ui;
use guardian_deploy::change::Change;
use guardian_deploy::change_set::{ChangeSetError, prepare, request};
use guardian_deploy::follow::{End, Operation, follow, newest_event};
use guardian_deploy::host::Signal;
use guardian_deploy::stack::ResourceDrift;
use guardian_deploy::stack::{
    ChangeSetPage, ChangeSetRequest, Deletion, Detection, Invalid, ListedChangeSet, TemplateSource,
};
use guardian_deploy::{Page, Stack, StackEvent, StackResource, Stacks};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::Instant;

const ROOT: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/orders/1";
const NESTED: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/orders-Nested/2";
const TOKEN: &str = "guardian-deploy-ann-1";

/// What it answers is a function of the (simulated) time since it was made.
struct Fake {
    began: Instant,
    /// Events by stack, oldest first, each with the second at which it appears.
    events: BTreeMap<String, Vec<(u64, StackEvent)>>,
    /// Status of the root from each second on.
    statuses: Vec<(u64, &'static str)>,
    /// Every so-many-th call is throttled.
    throttle_each: Option<usize>,
    /// Whether reading any stack is denied.
    denies: bool,
    /// How many calls were made of each action, and how many of all were throttled.
    calls: Mutex<BTreeMap<&'static str, usize>>,
    throttled: AtomicUsize,
    /// The end of a change set: its status and reason.
    change_set: (&'static str, Option<&'static str>),
    /// What its validation found, in pages, newest first.
    invalid: Vec<Vec<Invalid>>,
    /// Changes by change set, in pages.
    changes: BTreeMap<String, Vec<Vec<Change>>>,
    /// Change sets and stacks that were deleted.
    deleted: Mutex<Vec<String>>,
}

impl Fake {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            events: BTreeMap::new(),
            statuses: vec![(0, "CREATE_IN_PROGRESS")],
            throttle_each: None,
            denies: false,
            calls: Mutex::default(),
            throttled: AtomicUsize::new(0),
            change_set: ("CREATE_COMPLETE", None),
            invalid: Vec::new(),
            changes: BTreeMap::new(),
            deleted: Mutex::default(),
        }
    }

    fn call(&self, action: &'static str) -> Result<u64, AwsError> {
        let n = {
            let mut calls = self.calls.lock().unwrap();
            *calls.entry(action).or_default() += 1;
            calls.values().sum::<usize>()
        };
        match self.throttle_each {
            Some(each) if n.is_multiple_of(each) => {
                self.throttled.fetch_add(1, Ordering::Relaxed);
                Err(AwsError::refused("ask", "Throttling", "Rate exceeded"))
            }
            _ => Ok(self.began.elapsed().as_secs()),
        }
    }

    fn push(
        &mut self,
        second: u64,
        stack: &str,
        logical_id: &str,
        physical_id: &str,
        status: &str,
    ) {
        let events = self.events.entry(stack.to_owned()).or_default();
        let kind = match physical_id.starts_with("arn:aws:cloudformation") {
            true => "AWS::CloudFormation::Stack",
            false => "AWS::SQS::Queue",
        };
        let event = StackEvent {
            id: format!("{stack}-{}", events.len()),
            stack_id: stack.to_owned(),
            stack_name: "orders".into(),
            logical_id: logical_id.into(),
            physical_id: physical_id.into(),
            resource_type: kind.into(),
            status: status.into(),
            reason: None,
            time_ms: i64::try_from(second).unwrap() * 1_000,
            token: Some(TOKEN.into()),
        };
        events.push((second, event));
    }
}

impl Stacks for Fake {
    async fn stack(&self, stack: &str) -> Result<Option<Stack>, AwsError> {
        let now = self.call("DescribeStacks")?;
        if self.denies {
            return Err(AwsError::refused("look", "AccessDenied", "no"));
        }
        let status = self.statuses.iter().rev().find(|(from, _)| *from <= now);
        let status = status.map_or("CREATE_IN_PROGRESS", |(_, s)| *s);
        Ok(Some(Stack { id: stack.into(), status: status.into(), ..Stack::default() }))
    }

    async fn events(&self, stack: &str, token: Option<&str>) -> Result<Page<StackEvent>, AwsError> {
        let now = self.call("DescribeStackEvents")?;
        let all = self.events.get(stack).map_or(&[][..], Vec::as_slice);
        let seen: Vec<_> =
            all.iter().rev().filter(|(at, _)| *at <= now).map(|(_, e)| e.clone()).collect();
        let from: usize = token.map_or(0, |t| t.parse().unwrap());
        let items: Vec<_> = seen.iter().skip(from).take(100).cloned().collect();
        let next = (from + 100 < seen.len()).then(|| (from + 100).to_string());
        Ok(Page { items, next })
    }

    async fn resources(&self, _: &str, _: Option<&str>) -> Result<Page<StackResource>, AwsError> {
        Ok(Page { items: Vec::new(), next: None })
    }

    async fn template(&self, _: &str) -> Result<String, AwsError> {
        Ok("{}".into())
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<String, AwsError> {
        self.call("CreateChangeSet")?;
        Ok(format!("arn:{}", request.name))
    }

    async fn change_set(
        &self,
        _: Option<&str>,
        id: &str,
        token: Option<&str>,
    ) -> Result<ChangeSetPage, AwsError> {
        let now = self.call("DescribeChangeSet")?;
        let (status, reason) = self.change_set;
        if now < 3 {
            let status = "CREATE_IN_PROGRESS".into();
            return Ok(ChangeSetPage { status, stack_id: ROOT.into(), ..Default::default() });
        }
        let key = if self.changes.contains_key(id) { id } else { "" };
        let pages = self.changes.get(key).map_or(&[][..], Vec::as_slice);
        let page: usize = token.map_or(0, |t| t.parse().unwrap());
        Ok(ChangeSetPage {
            status: status.into(),
            reason: reason.map(str::to_owned),
            execution: "AVAILABLE".into(),
            stack_id: ROOT.into(),
            changes: pages.get(page).cloned().unwrap_or_default(),
            next: (page + 1 < pages.len()).then(|| (page + 1).to_string()),
        })
    }

    async fn change_sets(
        &self,
        _: &str,
        _: Option<&str>,
    ) -> Result<Page<ListedChangeSet>, AwsError> {
        Ok(Page { items: Vec::new(), next: None })
    }

    async fn validation(
        &self,
        _: &str,
        _: &str,
        token: Option<&str>,
    ) -> Result<Page<Invalid>, AwsError> {
        let page: usize = token.map_or(0, |t| t.parse().unwrap());
        let items = self.invalid.get(page).cloned().unwrap_or_default();
        let next = (page + 1 < self.invalid.len()).then(|| (page + 1).to_string());
        Ok(Page { items, next })
    }

    async fn delete_change_set(&self, _: &str, id: &str) -> Result<(), AwsError> {
        self.deleted.lock().unwrap().push(id.to_owned());
        Ok(())
    }

    async fn execute(&self, _: &str, _: &str, _: &str) -> Result<(), AwsError> {
        Ok(())
    }

    async fn delete_stack(&self, stack: &str, _: &Deletion, _: &str) -> Result<(), AwsError> {
        self.deleted.lock().unwrap().push(stack.to_owned());
        Ok(())
    }

    async fn cancel_update(&self, _: &str, _: &str) -> Result<(), AwsError> {
        unreachable!("nothing here cancels")
    }

    async fn continue_rollback(&self, _: &str, _: &[String], _: &str) -> Result<(), AwsError> {
        unreachable!("no test continues a rollback")
    }

    async fn detect_drift(&self, _: &str) -> Result<String, AwsError> {
        unreachable!("nothing here looks for drift")
    }

    async fn detection(&self, _: &str) -> Result<Detection, AwsError> {
        unreachable!("nothing here looks for drift")
    }

    async fn drifts(&self, _: &str, _: Option<&str>) -> Result<Page<ResourceDrift>, AwsError> {
        unreachable!("nothing here looks for drift")
    }

    async fn policy(&self, _: &str) -> Result<Option<String>, AwsError> {
        Ok(None)
    }

    async fn set_policy(&self, _: &str, _: &str) -> Result<(), AwsError> {
        unreachable!("nothing sets a policy here")
    }

    async fn protect(&self, _: &str, _: bool) -> Result<(), AwsError> {
        Ok(())
    }
}

fn operation(last_event: Option<String>) -> Operation {
    Operation {
        stack_id: ROOT.into(),
        token: Some(TOKEN.into()),
        last_event,
        deletes_on_failure: false,
    }
}

/// A deploy of 400 resources in a nested stack that takes two minutes.
fn long_deploy() -> Fake {
    let mut fake = Fake::new();
    fake.push(0, ROOT, "orders", ROOT, "REVIEW_IN_PROGRESS");
    fake.push(1, ROOT, "orders", ROOT, "CREATE_IN_PROGRESS");
    fake.push(2, ROOT, "Nested", "", "CREATE_IN_PROGRESS");
    fake.push(3, ROOT, "Nested", NESTED, "CREATE_IN_PROGRESS");
    for n in 0..400 {
        fake.push(4 + n / 4, NESTED, &format!("Q{n}"), "", "CREATE_IN_PROGRESS");
        fake.push(10 + n / 4, NESTED, &format!("Q{n}"), "q", "CREATE_COMPLETE");
    }
    // Events appear in chronological order.
    if let Some(events) = fake.events.get_mut(NESTED) {
        events.sort_by_key(|(at, _)| *at);
    }
    fake.push(118, ROOT, "Nested", NESTED, "CREATE_COMPLETE");
    fake.push(120, ROOT, "orders", ROOT, "CREATE_COMPLETE");
    fake.statuses.push((120, "CREATE_COMPLETE"));
    fake
}

#[tokio::test(start_paused = true)]
async fn a_deploy_of_400_resources_under_throttling_tells_each_event_once_and_does_not_fail() {
    let mut fake = long_deploy();
    let last = newest_event(&fake, ROOT).await.unwrap();
    assert_eq!(last.as_deref(), Some(format!("{ROOT}-0").as_str()));
    fake.throttle_each = Some(5);
    let mut shown: Vec<StackEvent> = Vec::new();
    let ours = operation(last);
    let end = follow(&fake, &ours, std::future::pending(), |e| shown.push(e.clone())).await;
    let End::Over(stack) = end.unwrap() else { panic!("it detached") };
    assert_eq!(stack.status, "CREATE_COMPLETE");
    let mut ids: Vec<&str> = shown.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids.len(), 800 + 5);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 800 + 5, "an event was shown twice");
    let calls = fake.calls.lock().unwrap().clone();
    let throttled = fake.throttled.load(Ordering::Relaxed);
    println!("400 resources in 120 s, 1 in 5 throttled: {calls:?}, {throttled} of them throttled");
    // At most a round each 1.6 s (two seconds less a fifth), and three for the quick start: 78. A
    // round asks for the status once, and for the events of two stacks; a page has 100 of them, and
    // no more than 17 come in a round, so that only a round after throttled ones reads a second.
    let (statuses, events) = (calls["DescribeStacks"], calls["DescribeStackEvents"]);
    assert!((20..=78).contains(&statuses), "{calls:?}");
    assert!((40..=2 * 78 + 10).contains(&events), "{calls:?}");
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(throttled, (statuses + events) / 5);
}

#[tokio::test(start_paused = true)]
async fn detaching_returns_at_once_and_the_operation_continues() {
    let fake = long_deploy();
    let let_go = async {
        tokio::time::sleep(std::time::Duration::from_secs(30)).await;
        Signal::Interrupt
    };
    let end = follow(&fake, &operation(None), let_go, |_| {}).await.unwrap();
    assert!(matches!(end, End::Detached(Signal::Interrupt)));
    assert_eq!(fake.began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_while_following_is_an_error_and_not_a_wait() {
    let denied = Fake { denies: true, ..Fake::new() };
    let end = follow(&denied, &operation(None), std::future::pending(), |_| {}).await;
    assert_eq!(end.unwrap_err().code(), "AccessDenied");
}

fn a_request(create: bool) -> ChangeSetRequest {
    let template = TemplateSource::Body("{}".into());
    request("orders", create, template, "0123456789abcdef", BTreeMap::new(), BTreeMap::new())
}

#[tokio::test(start_paused = true)]
async fn no_changes_are_no_error_and_leave_neither_change_set_nor_stack() {
    let mut fake = Fake::new();
    fake.change_set = ("FAILED", Some("The submitted information didn't contain changes."));
    fake.statuses = vec![(0, "REVIEW_IN_PROGRESS")];
    assert_eq!(prepare(&fake, &a_request(true)).await.unwrap(), None);
    let deleted = fake.deleted.lock().unwrap();
    assert!(deleted[0].starts_with("arn:guardian-0123456789ab-"));
    assert_eq!(deleted[1..], [ROOT.to_owned()]);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_that_fails_shows_the_reason_and_an_existing_stack_is_kept() {
    let mut fake = Fake::new();
    fake.change_set = ("FAILED", Some("Template error: no such attribute"));
    fake.statuses = vec![(0, "UPDATE_COMPLETE")];
    let error = prepare(&fake, &a_request(false)).await.unwrap_err();
    assert!(matches!(&error, ChangeSetError::Failed { reason, .. } if reason.contains("no such")));
    assert_eq!(fake.deleted.lock().unwrap().len(), 1, "only the change set is deleted");
}

#[tokio::test(start_paused = true)]
async fn the_first_finding_of_the_validation_is_the_root_cause_and_every_page_is_read() {
    let invalid = |id: &str| Invalid {
        logical_id: Some(id.into()),
        resource_type: Some("AWS::SQS::Queue".into()),
        path: Some(format!("/Resources/{id}/Properties/QueueName")),
        reason: format!("{id} already exists"),
    };
    let mut fake = Fake::new();
    fake.change_set = ("FAILED", Some("The following hook(s)/validation failed: [2]"));
    fake.statuses = vec![(0, "UPDATE_COMPLETE")];
    fake.invalid = vec![vec![invalid("Late")], vec![invalid("Early")]];
    let error = prepare(&fake, &a_request(false)).await.unwrap_err();
    let failure = failure(error.into(), &Ui::into_text(false).0, None);
    let shown = failure.report.to_string();
    let (early, late) = (shown.find("Early (AWS"), shown.find("also Late (AWS"));
    assert!(early.is_some() && early < late, "{shown}");
    assert!(shown.contains("/Resources/Early/Properties/QueueName"), "{shown}");
    assert!(failure.report.help().unwrap().to_string().contains("outside this stack"));
}

#[tokio::test(start_paused = true)]
async fn every_page_of_every_nested_change_set_is_read() {
    let mut fake = Fake::new();
    let add = |id: &str| Change::add(&[], id, "AWS::SQS::Queue");
    let nested = Change { change_set: Some("arn:nested".into()), ..add("Nested") };
    fake.changes.insert(String::new(), vec![vec![add("A")], vec![nested, add("B")]]);
    fake.changes.insert("arn:nested".into(), vec![vec![add("C")], vec![add("D")]]);
    let change_set = prepare(&fake, &a_request(false)).await.unwrap().unwrap();
    let paths: Vec<_> = change_set.changes.iter().map(Change::path).collect();
    assert_eq!(paths, ["A", "Nested", "Nested/C", "Nested/D", "B"]);
}
