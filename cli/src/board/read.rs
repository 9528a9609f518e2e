//! Reads the board from Step Functions: the machines' newest runs, why a red one failed, and the states
//! of the alarms; one call or two a machine, of the quota that the function needs. Machines whose runs
//! cannot be listed are in `express`.

use super::alarms::Alarmed;
use super::names::Names;
use super::{Member, Reading, express, incomplete, why};
use crate::alarm::{CloudWatch, millis};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_sfn::types::{ExecutionListItem, ExecutionStatus};
use guardian_aws::AwsError;
use guardian_aws::pagination::Page;
use guardian_board::evaluated::{Meaning, StatusAlarm, none_in_days};
use guardian_board::{Machine, Target};
use guardian_contract::{
    LIST_PAGES, LISTED, Light, MachineKey, Run, Semantics, Status, deciding_runs, list_decides,
    p99_ms, running_runs, verdict,
};
use std::cmp::Reverse;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Machines read at once; each is a call or two.
const AT_ONCE: usize = 16;
/// Tries of a call: ListExecutions gets 2 to 5 tokens a second back when its bucket is empty
/// (Step Functions quotas), so reading many machines takes many tries.
const TRIES: u32 = 12;

/// Reads every machine, the last `past` runs of each one by one. A machine that cannot be read has
/// the reason.
pub async fn reading(
    config: &SdkConfig,
    target: &Arc<Target>,
    meaning: Meaning,
    members: Vec<Member>,
    names: &Names,
    past: usize,
    now_ms: i64,
) -> Result<Reading, AwsError> {
    let retries = RetryConfig::standard().with_max_attempts(TRIES);
    let sfn = aws_sdk_sfn::config::Builder::from(config).retry_config(retries.clone());
    let sfn = aws_sdk_sfn::Client::from_conf(sfn.build());
    let metrics = aws_sdk_cloudwatch::config::Builder::from(config).retry_config(retries);
    let metrics = aws_sdk_cloudwatch::Client::from_conf(metrics.build());
    let mut alarmed = Alarmed::read(&CloudWatch::new(config), names, usize::MAX).await?;

    // A machine with such an alarm gets its mark from the alarm.
    let unalarmed = |m: &&Member| {
        m.declared.incomplete == Some(true) && names.of_machine(m.key.as_str()).incomplete.is_none()
    };
    let looked_into: Vec<MachineKey> =
        members.iter().filter(unalarmed).map(|m| m.key.clone()).collect();
    let (express, listed): (Vec<_>, Vec<_>) = members.into_iter().partition(|m| m.express);
    let mut machines = express::machines(&metrics, target, meaning, &express, now_ms).await?;
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for member in listed {
        let (sfn, target, gate) = (sfn.clone(), Arc::clone(target), Arc::clone(&gate));
        let alarm = alarmed.of_status(names.of_machine(member.key.as_str()));
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = gate.acquire().await;
            machine(&sfn, &target, meaning, &member, alarm, past, now_ms).await
        });
    }
    machines.extend(tasks.join_all().await);
    for machine in &mut machines {
        let alarm_names = names.of_machine(&machine.key);
        alarmed.apply(machine, alarm_names);
        alarmed.mark(machine, alarm_names);
    }
    if let Err(error) = incomplete::mark(&metrics, &mut machines, &looked_into, now_ms).await {
        alarmed.notes.push(format!("{error}; it is marked only where it is an alarm"));
    }
    Ok(Reading {
        target: Target::clone(target),
        machines,
        guard: alarmed.of_guard(names),
        fleet: alarmed.fleet,
        notes: alarmed.notes,
        as_of_ms: now_ms,
        ..Reading::default()
    })
}

async fn machine(
    sfn: &aws_sdk_sfn::Client,
    target: &Arc<Target>,
    meaning: Meaning,
    member: &Member,
    alarm: Option<StatusAlarm>,
    past: usize,
    now_ms: i64,
) -> Machine {
    let mut machine = member.unknown(target);
    let arn = target.machine_arn(&member.name);
    let meaning = member.meaning(meaning);
    let listed = match listed(sfn, &arn, meaning).await {
        Ok(listed) => listed,
        Err(error) => {
            machine.unread = Some(if error.is_not_found() {
                "the machine does not exist (any more)".to_owned()
            } else {
                error.to_string()
            });
            return machine;
        }
    };
    let decided_by = evaluate(&mut machine, meaning, &listed, alarm, now_ms);
    take(&mut machine, &listed.runs, past);
    if meaning.semantics == Semantics::LastFinished {
        let known = as_a_row(member, &arn, &listed.runs, now_ms);
        let known = guardian_contract::evaluate(&known, &member.declared, meaning.aborted, now_ms);
        machine.take_limits(&known, now_ms);
    }
    machine.link_to(decided_by, &arn);
    if let (Some(Light::Red), Some(run), false) = (machine.light, decided_by, machine.redriving) {
        machine.why = Some(Box::new(why::why(sfn, &run.arn).await));
    }
    if listed.is_empty() {
        machine.none_in_days = none_in_days(created_ms(sfn, &arn).await, now_ms);
        machine.never_run = machine.none_in_days.is_none();
    }
    machine
}

/// Sets what the machine's runs show besides its light, the last `past` of them one by one.
fn take(machine: &mut Machine, runs: &[Run], past: usize) {
    let running = running_runs(runs);
    machine.running = running.len();
    machine.running_since_ms = running.iter().map(|run| run.began_ms()).min();
    let good = runs.iter().filter(|run| run.status == Status::Succeeded);
    machine.last_success_ms = good.map(Run::changed_ms).max();
    let mut last: Vec<&Run> = runs.iter().collect();
    last.sort_by_key(|run| Reverse(run.order()));
    let letters = last.iter().take(past).rev().filter_map(|run| run.status.as_str().chars().next());
    machine.history = letters.collect();
}

/// The row that the function would make of these runs, by which it decides what is late or stuck.
fn as_a_row(member: &Member, arn: &str, runs: &[Run], now_ms: i64) -> guardian_contract::Row {
    let mut row = guardian_contract::Row::new(member.key.clone(), arn.to_owned(), now_ms);
    let p99_ms = p99_ms(runs);
    row.list(guardian_contract::Listed {
        runs: runs.to_vec(),
        at_ms: now_ms,
        p99_ms,
        ..guardian_contract::Listed::default()
    });
    row
}

/// When a machine was created. Without permission for this call it is not known.
async fn created_ms(sfn: &aws_sdk_sfn::Client, arn: &str) -> Option<i64> {
    let described = sfn.describe_state_machine().state_machine_arn(arn).send().await;
    described.ok().map(|machine| millis(machine.creation_date))
}

/// Sets the light as the function decides it, and returns the run that decided it. While the function
/// publishes nothing, the light is the one that its alarm still shows.
fn evaluate<'a>(
    machine: &mut Machine,
    meaning: Meaning,
    listed: &'a Listed,
    alarm: Option<StatusAlarm>,
    now_ms: i64,
) -> Option<&'a Run> {
    let Meaning { semantics, aborted, settle_ms } = meaning;
    let runs = &listed.runs;
    let verdict = verdict(semantics, aborted, settle_ms, runs, listed.unknown_ms, now_ms);
    let held = alarm.and_then(StatusAlarm::light).unwrap_or(Light::Grey);
    let decided_by = machine.decide(meaning, &verdict, runs, held);
    machine.compare(meaning, &verdict, alarm, now_ms);
    decided_by
}

/// The listed runs of a machine.
#[derive(Debug, Default)]
struct Listed {
    runs: Vec<Run>,
    /// When the newest execution began whose status this version does not know.
    unknown_ms: Option<i64>,
    /// When the oldest came to be what it is.
    back_to_ms: Option<i64>,
}

impl Listed {
    fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.unknown_ms.is_none()
    }

    fn add(&mut self, executions: Vec<ExecutionListItem>) {
        for execution in executions {
            let status = Status::parse(execution.status.as_str());
            let run = Run {
                arn: execution.execution_arn,
                status: status.unwrap_or(Status::Running),
                start_ms: millis(execution.start_date),
                stop_ms: execution.stop_date.map(millis),
                redrive_ms: execution.redrive_date.map(millis),
                redrive_count: execution.redrive_count.and_then(|n| n.try_into().ok()).unwrap_or(0),
            };
            let changed_ms = run.stop_ms.unwrap_or_else(|| run.began_ms());
            self.back_to_ms = Some(self.back_to_ms.map_or(changed_ms, |at| at.min(changed_ms)));
            if status.is_some() {
                self.runs.push(run);
            } else {
                self.unknown_ms = self.unknown_ms.max(Some(run.began_ms()));
            }
        }
    }
}

/// The newest runs of a machine, as far back as the function reads them: enough to find the one that
/// decides, however many go on. Beside it the last success, for its age.
async fn listed(
    sfn: &aws_sdk_sfn::Client,
    arn: &str,
    meaning: Meaning,
) -> Result<Listed, AwsError> {
    let Meaning { semantics, aborted, .. } = meaning;
    let mut listed = Listed::default();
    let mut token = None;
    for _ in 0..LIST_PAGES {
        let page = list(sfn, arn, None, token.as_deref()).await?;
        listed.add(page.items);
        token = page.next.filter(|next| token.as_ref() != Some(next));
        let decided = match semantics {
            Semantics::Original => !listed.is_empty(),
            Semantics::LastFinished => {
                list_decides(semantics, aborted, &listed.runs, listed.back_to_ms)
            }
        };
        if decided || token.is_none() {
            break;
        }
    }
    let decided = !deciding_runs(semantics, aborted, &listed.runs).is_empty();
    let succeeded = listed.runs.iter().any(|run| run.status == Status::Succeeded);
    let ended = [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted];
    // A full page may have no token although there are more runs.
    let more = token.is_some() || listed.runs.len() >= usize::from(LISTED);
    let missing = match more {
        true if !decided => &ended[..],
        true if !succeeded => &ended[..1],
        _ => &[],
    };
    for status in missing {
        let page = list(sfn, arn, Some(*status), None).await?;
        listed.add(page.items);
    }
    Ok(listed)
}

async fn list(
    sfn: &aws_sdk_sfn::Client,
    arn: &str,
    status: Option<Status>,
    token: Option<&str>,
) -> Result<Page<ExecutionListItem>, AwsError> {
    let filter = status.map(|s| ExecutionStatus::from(s.as_str()));
    let call = sfn.list_executions().state_machine_arn(arn).set_status_filter(filter);
    let call = call.max_results(i32::from(LISTED)).set_next_token(token.map(str::to_owned));
    let page = call.send().await.map_err(|e| AwsError::of("list the executions", &e))?;
    Ok(Page { items: page.executions, next: page.next_token })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::State;
    use aws_smithy_types::DateTime;
    use guardian_board::evaluated::FOLLOWS_MS;
    use guardian_board::target::console_link;
    use guardian_contract::{Aborted, Declared};

    fn run(arn: &str, status: Status, start_ms: i64) -> Run {
        let stop_ms = status.is_finished().then_some(start_ms + 5);
        Run { arn: arn.into(), status, start_ms, stop_ms, redrive_ms: None, redrive_count: 0 }
    }

    const MEANING: Meaning =
        Meaning { semantics: Semantics::LastFinished, aborted: Aborted::Red, settle_ms: 0 };

    fn alarm(state: State) -> StatusAlarm {
        StatusAlarm { state: state.into(), since_ms: Some(0) }
    }

    fn evaluated(
        meaning: Meaning,
        runs: &[Run],
        alarm: Option<StatusAlarm>,
        now_ms: i64,
    ) -> Machine {
        let mut machine = Machine::new("a", Target::default());
        let listed = Listed { runs: runs.to_vec(), ..Listed::default() };
        let _ = evaluate(&mut machine, meaning, &listed, alarm, now_ms);
        take(&mut machine, runs, 0);
        machine
    }

    fn settling(settle_ms: i64) -> Meaning {
        Meaning { settle_ms, ..MEANING }
    }

    #[test]
    fn within_the_time_to_settle_the_light_is_as_it_was() {
        let runs = [
            run("c", Status::Running, 30),
            run("b", Status::Failed, 20),
            run("a", Status::Succeeded, 1),
        ];
        let at = |now_ms| evaluated(settling(100), &runs, None, now_ms);
        let row = at(40);
        let expected = (Some(Light::Green), 1, Some(125), Some(6));
        assert_eq!((row.light, row.running, row.settles_at_ms, row.at_ms), expected);
        let row = at(125);
        assert_eq!((row.light, row.settles_at_ms), (Some(Light::Red), None));
        let first = evaluated(settling(100), &runs[..2], None, 40);
        assert_eq!((first.light, first.settles_at_ms), (Some(Light::Grey), Some(125)));
        let recipe = Meaning { semantics: Semantics::Original, ..settling(100) };
        assert_eq!(evaluated(recipe, &runs[1..], None, 40).settles_at_ms, None);
    }

    #[test]
    fn a_redrive_under_way_is_red_as_the_function_publishes_it() {
        let again = Run { redrive_ms: Some(50), redrive_count: 1, ..run("b", Status::Running, 10) };
        let runs = [again, run("a", Status::Succeeded, 1)];
        let row = evaluated(MEANING, &runs, None, 99);
        let expected = (Some(Light::Red), None, true, Some(50), Some(50));
        let is = (row.light, row.decided, row.redriving, row.at_ms, row.light_since_ms);
        assert_eq!(is, expected);
        let alone = evaluated(MEANING, &runs[..1], None, 99);
        assert_eq!((alone.light, alone.redriving), (Some(Light::Red), true));
        // While the light is not known, it is the one that the alarm shows.
        let ignoring = Meaning { aborted: Aborted::Ignore, ..MEANING };
        for (state, light) in [(State::Alarm, Light::Red), (State::Ok, Light::Green)] {
            let row = evaluated(ignoring, &runs, Some(alarm(state)), 1_000_000);
            assert_eq!((row.light, row.disagrees_since_ms), (Some(light), None));
        }
    }

    #[test]
    fn a_short_failure_behind_110_long_successes_is_found_on_the_second_page() {
        let minute = |n: i64| DateTime::from_millis(n * 60_000);
        let item = |n: i64, status: ExecutionStatus, start: i64, stop: i64| {
            ExecutionListItem::builder()
                .execution_arn(n.to_string())
                .state_machine_arn("m")
                .name(n.to_string())
                .status(status)
                .start_date(minute(start))
                .stop_date(minute(stop))
                .build()
                .unwrap()
        };
        let mut all: Vec<_> =
            (0..110).map(|n| item(n, ExecutionStatus::Succeeded, 0, 118)).collect();
        all.push(item(110, ExecutionStatus::Failed, 60, 61));
        let rest = all.split_off(usize::from(LISTED));
        let decides = |listed: &Listed| {
            let Meaning { semantics, aborted, .. } = MEANING;
            list_decides(semantics, aborted, &listed.runs, listed.back_to_ms)
        };
        let mut listed = Listed::default();
        listed.add(all);
        assert!(!decides(&listed));
        listed.add(rest);
        let row = evaluated(MEANING, &listed.runs, None, 120 * 60_000);
        assert_eq!((row.light, row.decided), (Some(Light::Red), Some(Status::Failed)));
    }

    #[test]
    fn a_light_and_an_alarm_that_disagree_for_more_than_two_minutes_are_marked() {
        let runs = [run("b", Status::Failed, 95), run("a", Status::Failed, 5)];
        let disagrees = |state, settle_ms, now_ms| {
            evaluated(settling(settle_ms), &runs, Some(alarm(state)), now_ms).disagrees_since_ms
        };
        assert_eq!(disagrees(State::Ok, 0, 10 + FOLLOWS_MS), None);
        assert_eq!(disagrees(State::Ok, 0, 11 + FOLLOWS_MS), Some(10));
        assert_eq!(disagrees(State::Ok, 10, 11 + FOLLOWS_MS), None);
        assert_eq!(disagrees(State::InsufficientData, 0, 11 + FOLLOWS_MS), Some(10));
        assert_eq!(disagrees(State::Alarm, 0, 11 + FOLLOWS_MS), None);
    }

    #[test]
    fn late_and_stuck_are_evaluated_as_the_function_does() {
        let declared = Declared {
            expect_every_s: Some(3_600),
            max_duration_s: Some(60),
            ..Declared::default()
        };
        let machine = Member {
            key: MachineKey::new("a").unwrap(),
            name: "a".into(),
            express: false,
            declared,
        };
        let of = |runs: &[Run], now_ms| {
            let row = as_a_row(&machine, "arn:aws:states:eu-west-1:1:stateMachine:a", runs, now_ms);
            let row = guardian_contract::evaluate(&row, &machine.declared, Aborted::Red, now_ms);
            (row.is_late(), row.is_stuck())
        };
        let name = |n: &str| format!("arn:aws:states:eu-west-1:1:execution:a:{n}");
        let runs = [
            run(&name("b"), Status::Running, 3_000_000),
            run(&name("a"), Status::Succeeded, 1_000),
        ];
        assert_eq!(of(&runs[1..], 3_000_000), (false, false));
        assert_eq!(of(&runs, 3_050_000), (false, false));
        assert_eq!(of(&runs, 3_061_000), (false, true));
        assert_eq!(of(&runs[1..], 4_000_000), (true, false));
    }

    #[test]
    fn links_lead_to_the_console_of_the_partition() {
        let of = |region: &str| {
            let target = Target { account: "123456789012".into(), region: region.into() };
            (target.machine_arn("m"), console_link(&target.machine_arn("m")))
        };
        let (arn, link) = of("cn-north-1");
        assert_eq!(arn, "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:m");
        assert!(link.unwrap().starts_with("https://cn-north-1.console.amazonaws.cn/states"));
        let (arn, link) = of("eusc-de-east-1");
        assert_eq!(arn, "arn:aws-eusc:states:eusc-de-east-1:123456789012:stateMachine:m");
        assert!(
            link.unwrap().starts_with("https://eusc-de-east-1.console.amazonaws-eusc.eu/states")
        );
        assert_eq!(of("us-iso-east-1").1, None);
    }
}
