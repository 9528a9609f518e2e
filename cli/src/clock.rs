//! Reads the schedules of machines: the rules of the default event bus and the
//! schedules of EventBridge Scheduler. Which machines they start is decided in
//! `guardian_stack::lock`.

use crate::exit::Failure;
use aws_config::SdkConfig;
use aws_sdk_eventbridge::operation::list_targets_by_rule::ListTargetsByRuleError;
use aws_sdk_eventbridge::types::RuleState;
use aws_sdk_scheduler::operation::get_schedule::GetScheduleError;
use aws_sdk_scheduler::types::ScheduleState;
use guardian_aws::AwsError;
use guardian_aws::pagination::{Page, all};
use guardian_stack::lock::{Rule, Schedule, StartedBy, started_by};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// From one call for a single rule or schedule to the next. EventBridge allows some 50 a second of
/// such calls (from memory) and Scheduler more; the better half is left to others.
const PAUSE: Duration = Duration::from_millis(50);

/// Actions with their permissions; they complete "cannot …".
const RULES: &str = "list the rules of EventBridge (events:ListRules)";
const SCHEDULES: &str = "list the schedules of EventBridge (scheduler:ListSchedules)";

/// A schedule in the list, which does not have its expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its group.
    pub group: Option<String>,
    /// Its name, of which there may be one in each group.
    pub name: String,
    /// Whether it is not disabled.
    pub enabled: bool,
    /// The ARN of its target.
    pub target: String,
}

/// The port for rules and schedules.
#[allow(async_fn_in_trait, reason = "used by this crate alone, on one thread")]
pub trait Clock {
    /// A page of the rules of the default bus, their targets left empty.
    async fn rules(&self, next: Option<String>) -> Result<Page<Rule>, AwsError>;
    /// A page of the ARNs of a rule's targets; an empty one if it has gone meanwhile.
    async fn targets(&self, rule: &str, next: Option<String>) -> Result<Page<String>, AwsError>;
    /// A page of the schedules of all groups.
    async fn summaries(&self, next: Option<String>) -> Result<Page<Summary>, AwsError>;
    /// A schedule in full; none if it has gone meanwhile.
    async fn schedule(&self, summary: &Summary) -> Result<Option<Schedule>, AwsError>;
}

/// The schedules of these machines, by machine name, in `region`.
///
/// Only what can start one of them is read in full: of the rules those with an expression, of the
/// schedules those whose target is one of them or an API call that names its machine itself.
pub async fn schedules(
    clock: &impl Clock,
    ours: &BTreeSet<String>,
    region: Option<&str>,
) -> Result<BTreeMap<String, Vec<StartedBy>>, AwsError> {
    let mut pace = Pace::default();
    let mut rules = Vec::new();
    for mut rule in all(RULES, |next| clock.rules(next)).await? {
        if !rule.enabled || rule.expression.is_none() {
            continue;
        }
        pace.wait().await;
        let what = targets_of(&rule.name);
        rule.targets = all(&what, |next| clock.targets(&rule.name, next)).await?;
        rules.push(rule);
    }
    let mut schedules = Vec::new();
    for summary in all(SCHEDULES, |next| clock.summaries(next)).await? {
        if summary.enabled && may_start(&summary.target, ours) {
            pace.wait().await;
            schedules.extend(clock.schedule(&summary).await?);
        }
    }
    let mut found = started_by(&rules, &schedules, region);
    found.retain(|name, _| ours.contains(name));
    Ok(found)
}

/// Whether a target is one of the machines, or a call that may start one.
fn may_start(target: &str, ours: &BTreeSet<String>) -> bool {
    let Some((_, name)) = target.split_once(":stateMachine:") else {
        return target.to_ascii_lowercase().ends_with(":aws-sdk:sfn:startexecution");
    };
    name.split(':').next().is_some_and(|name| ours.contains(name))
}

fn targets_of(rule: &str) -> String {
    format!("read the targets of the rule `{rule}` (events:ListTargetsByRule)")
}

/// Keeps calls apart.
#[derive(Debug, Default)]
struct Pace(Option<Instant>);

impl Pace {
    async fn wait(&mut self) {
        let due = self.0.map_or_else(Instant::now, |due| due.max(Instant::now()));
        sleep_until(due).await;
        self.0 = Some(due + PAUSE);
    }
}

/// The failure; on a denied call with the permissions that reading schedules needs. Listing
/// machines does not imply them.
pub fn failure(failed: AwsError) -> Failure {
    if !failed.is_access_denied() {
        return failed.into();
    }
    let (what, code, message) = (&failed.what, failed.code(), failed.message());
    Failure::error(format!("cannot {what}: {code}: {message}")).help(
        "`schedules: auto` takes `events:ListRules`, `events:ListTargetsByRule`, \
         `scheduler:ListSchedules` and `scheduler:GetSchedule`: allow them, write the schedules \
         into guardian.yaml, or take guardian.lock as it is with --locked",
    )
}

/// EventBridge and its Scheduler.
#[derive(Debug, Clone)]
pub struct EventBridge {
    events: aws_sdk_eventbridge::Client,
    scheduler: aws_sdk_scheduler::Client,
}

impl EventBridge {
    /// Their clients.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            events: aws_sdk_eventbridge::Client::new(config),
            scheduler: aws_sdk_scheduler::Client::new(config),
        }
    }
}

impl Clock for EventBridge {
    async fn rules(&self, next: Option<String>) -> Result<Page<Rule>, AwsError> {
        let answer = self.events.list_rules().limit(100).set_next_token(next).send().await;
        let answer = answer.map_err(|error| AwsError::of(RULES, &error))?;
        let rules = answer.rules.unwrap_or_default().into_iter().filter_map(|rule| {
            Some(Rule {
                name: rule.name?,
                expression: rule.schedule_expression.filter(|text| !text.is_empty()),
                enabled: rule.state != Some(RuleState::Disabled),
                targets: Vec::new(),
            })
        });
        Ok(Page { items: rules.collect(), next: answer.next_token })
    }

    async fn targets(&self, rule: &str, next: Option<String>) -> Result<Page<String>, AwsError> {
        let call = self.events.list_targets_by_rule().rule(rule).limit(100).set_next_token(next);
        match call.send().await {
            Ok(answer) => {
                let targets = answer.targets.unwrap_or_default();
                let items = targets.into_iter().map(|target| target.arn).collect();
                Ok(Page { items, next: answer.next_token })
            }
            // A listed rule may be deleted before it is read.
            Err(error) => match error.as_service_error() {
                Some(ListTargetsByRuleError::ResourceNotFoundException(_)) => {
                    Ok(Page { items: Vec::new(), next: None })
                }
                _ => Err(AwsError::of(targets_of(rule), &error)),
            },
        }
    }

    async fn summaries(&self, next: Option<String>) -> Result<Page<Summary>, AwsError> {
        let call = self.scheduler.list_schedules().max_results(100).set_next_token(next);
        let answer = call.send().await.map_err(|error| AwsError::of(SCHEDULES, &error))?;
        let summaries = answer.schedules.into_iter().filter_map(|schedule| {
            Some(Summary {
                group: schedule.group_name,
                name: schedule.name?,
                enabled: schedule.state != Some(ScheduleState::Disabled),
                target: schedule.target?.arn,
            })
        });
        Ok(Page { items: summaries.collect(), next: answer.next_token })
    }

    async fn schedule(&self, summary: &Summary) -> Result<Option<Schedule>, AwsError> {
        let Summary { group, name, .. } = summary;
        let call = self.scheduler.get_schedule().set_group_name(group.clone()).name(name);
        let answer = match call.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let what = format!("read the schedule `{name}` (scheduler:GetSchedule)");
                return match error.as_service_error() {
                    Some(GetScheduleError::ResourceNotFoundException(_)) => Ok(None),
                    _ => Err(AwsError::of(what, &error)),
                };
            }
        };
        let (Some(expression), Some(target)) = (answer.schedule_expression, answer.target) else {
            return Ok(None);
        };
        let window = answer.flexible_time_window.and_then(|w| w.maximum_window_in_minutes);
        Ok(Some(Schedule {
            name: name.clone(),
            expression,
            timezone: answer.schedule_expression_timezone,
            enabled: answer.state != Some(ScheduleState::Disabled),
            window_minutes: window.and_then(|minutes| u32::try_from(minutes).ok()),
            target: target.arn,
            input: target.input,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    const ARN: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:";
    const CALL: &str = "arn:aws:scheduler:::aws-sdk:sfn:startExecution";

    /// Pages of one item each; `asked` has what was read in full.
    #[derive(Default)]
    struct Fake {
        rules: Vec<Rule>,
        schedules: Vec<Schedule>,
        gone: Option<&'static str>,
        asked: RefCell<Vec<String>>,
    }

    impl Fake {
        fn page<T: Clone>(&self, items: &[T], next: Option<String>) -> Page<T> {
            let at: usize = next.map_or(0, |token| token.parse().unwrap());
            let next = (at + 1 < items.len()).then(|| (at + 1).to_string());
            Page { items: items.iter().skip(at).take(1).cloned().collect(), next }
        }
    }

    impl Clock for Fake {
        async fn rules(&self, next: Option<String>) -> Result<Page<Rule>, AwsError> {
            let mut page = self.page(&self.rules, next);
            page.items.iter_mut().for_each(|rule| rule.targets.clear());
            Ok(page)
        }

        async fn targets(
            &self,
            rule: &str,
            next: Option<String>,
        ) -> Result<Page<String>, AwsError> {
            self.asked.borrow_mut().push(rule.to_owned());
            let targets = &self.rules.iter().find(|r| r.name == rule).unwrap().targets;
            let targets = if self.gone == Some(rule) { &[] } else { &targets[..] };
            Ok(self.page(targets, next))
        }

        async fn summaries(&self, next: Option<String>) -> Result<Page<Summary>, AwsError> {
            let page = self.page(&self.schedules, next);
            let items = page.items.into_iter().map(|schedule| Summary {
                group: None,
                name: schedule.name,
                enabled: schedule.enabled,
                target: schedule.target,
            });
            Ok(Page { items: items.collect(), next: page.next })
        }

        async fn schedule(&self, summary: &Summary) -> Result<Option<Schedule>, AwsError> {
            self.asked.borrow_mut().push(summary.name.clone());
            let found = self.schedules.iter().find(|s| s.name == summary.name).cloned();
            Ok(found.filter(|_| self.gone != Some(summary.name.as_str())))
        }
    }

    fn rule(name: &str, expression: Option<&str>, targets: &[&str]) -> Rule {
        Rule {
            name: name.into(),
            expression: expression.map(str::to_owned),
            enabled: true,
            targets: targets.iter().map(|name| format!("{ARN}{name}")).collect(),
        }
    }

    fn schedule(name: &str, target: &str) -> Schedule {
        Schedule {
            name: name.into(),
            expression: "cron(0 3 * * ? *)".into(),
            timezone: None,
            enabled: true,
            window_minutes: None,
            target: target.into(),
            input: Some(format!(r#"{{"StateMachineArn": "{ARN}report"}}"#)),
        }
    }

    fn account() -> Fake {
        Fake {
            rules: vec![
                rule("nightly", Some("rate(1 day)"), &["other", "report"]),
                rule("on-upload", None, &["report"]),
                Rule { enabled: false, ..rule("old", Some("rate(1 day)"), &["report"]) },
            ],
            schedules: vec![
                schedule("call", CALL),
                schedule("alias", &format!("{ARN}sync:PROD")),
                schedule("theirs", &format!("{ARN}other")),
                Schedule { enabled: false, ..schedule("off", CALL) },
                schedule("mail", "arn:aws:sns:eu-west-1:123456789012:mail"),
            ],
            ..Fake::default()
        }
    }

    fn ours() -> BTreeSet<String> {
        ["report", "sync"].map(str::to_owned).into()
    }

    async fn found(clock: &Fake) -> Vec<(String, Vec<String>)> {
        let found = schedules(clock, &ours(), Some("eu-west-1")).await.unwrap();
        let by = |entries: Vec<StartedBy>| entries.into_iter().map(|entry| entry.by).collect();
        found.into_iter().map(|(name, entries)| (name, by(entries))).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn every_page_is_read_and_in_full_only_what_may_start_a_machine_of_ours() {
        let clock = account();
        let expected = [
            ("report".to_owned(), vec!["rule nightly".to_owned(), "schedule call".to_owned()]),
            ("sync".to_owned(), vec!["schedule alias".to_owned()]),
        ];
        assert_eq!(found(&clock).await, expected);
        // Two pages of targets.
        assert_eq!(*clock.asked.borrow(), ["nightly", "nightly", "call", "alias"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_schedule_deleted_after_it_was_listed_is_left_out() {
        let of = |gone| Fake { gone: Some(gone), ..account() };
        assert_eq!(found(&of("nightly")).await[0].1, ["schedule call"]);
        assert_eq!(found(&of("call")).await[0].1, ["rule nightly"]);
    }

    #[tokio::test(start_paused = true)]
    async fn single_reads_are_kept_apart() {
        let schedules = (0..41).map(|n| schedule(&format!("s{n}"), CALL)).collect();
        let clock = Fake { schedules, ..Fake::default() };
        let start = Instant::now();
        super::schedules(&clock, &ours(), None).await.unwrap();
        assert!(start.elapsed() >= PAUSE * 40, "{:?}", start.elapsed());
    }

    #[test]
    fn a_denied_read_names_the_permissions_and_the_alternatives() {
        let failed = |code| AwsError::refused(RULES, code, "no");
        let help = |code| failure(failed(code)).report.help().map(|help| help.to_string());
        let denied = help("AccessDeniedException").unwrap();
        assert_eq!(help("UnauthorizedOperation").as_ref(), Some(&denied));
        for action in ["ListRules", "ListTargetsByRule", "ListSchedules", "GetSchedule", "--locked"]
        {
            assert!(denied.contains(action), "{denied}");
        }
        assert_eq!(help("ValidationException"), None);
    }
}
