//! Reads the board from AWS: the machines' newest runs, why a red one failed, and the states of the
//! alarms. Machines whose runs cannot be listed are in `express`.

use super::names::Names;
use super::{Account, Board, Evaluation, Machine, Row, express, incomplete, sort, why};
use crate::alarm::{Alarms, CloudWatch, millis};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use guardian_aws::AwsError;
use guardian_contract::{Light, MachineKey, Reading, Run, Status, deciding_runs, read, settles_at};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Machines read at once; each is a call or two.
const AT_ONCE: usize = 16;
/// Tries of a call: ListExecutions gets 2 to 5 tokens a second back when its bucket is empty
/// (Step Functions quotas), so many machines take patience.
const TRIES: u32 = 12;

/// Reads every machine, the last `past` runs of each one by one. A machine that cannot be read has
/// the reason in its row.
pub async fn board(
    config: &SdkConfig,
    place: &Account,
    meaning: Evaluation,
    machines: Vec<Machine>,
    names: &Names,
    past: usize,
    now_ms: i64,
) -> Result<Board, AwsError> {
    let retries = RetryConfig::standard().with_max_attempts(TRIES);
    let sfn = aws_sdk_sfn::config::Builder::from(config).retry_config(retries.clone());
    let sfn = aws_sdk_sfn::Client::from_conf(sfn.build());
    let metrics = aws_sdk_cloudwatch::config::Builder::from(config).retry_config(retries);
    let metrics = aws_sdk_cloudwatch::Client::from_conf(metrics.build());
    let cloudwatch = CloudWatch::new(config);

    let alarms = cloudwatch.alarms(&names.all()).await?;
    let mut notes = Vec::new();
    let mut muted: BTreeSet<String> = BTreeSet::new();
    if !names.mutes.is_empty() {
        match cloudwatch.muting().await {
            Ok(rules) => {
                let alarms = rules.iter().filter_map(|rule| names.mutes.get(rule));
                muted.extend(alarms.flatten().cloned());
            }
            Err(error) => notes.push(format!("{error}; what is muted is not marked")),
        }
    }

    let mut fleet = None;
    if let Some(name) = &names.fleet {
        match cloudwatch.composite(name).await {
            Ok(found) => fleet = found,
            Err(error) => notes.push(format!("{error}; the fleet's alarm is not shown")),
        }
    }

    // What has an alarm is marked by it.
    let unalarmed =
        |m: &&Machine| m.incomplete && names.of_machine(m.key.as_str()).incomplete.is_none();
    let looked_into: Vec<MachineKey> =
        machines.iter().filter(unalarmed).map(|m| m.key.clone()).collect();
    let (express, listed): (Vec<_>, Vec<_>) = machines.into_iter().partition(|m| m.express);
    let mut rows = express::rows(&metrics, place, meaning, &express, now_ms).await?;
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for machine in listed {
        let (sfn, place, gate) = (sfn.clone(), place.clone(), Arc::clone(&gate));
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = gate.acquire().await;
            row(&sfn, &place, meaning, &machine, past, now_ms).await
        });
    }
    rows.extend(tasks.join_all().await);
    for row in &mut rows {
        let lamps = names.of_machine(&row.key);
        row.take_alarms(&lamps, &alarms, &muted);
    }
    if let Err(error) = incomplete::mark(&metrics, &mut rows, &looked_into, now_ms).await {
        notes.push(format!("{error}; it is marked only where it is an alarm"));
    }
    sort(&mut rows);
    let guard = names.guard.iter().filter_map(|name| alarms.get(name).cloned()).collect();
    Ok(Board { rows, fleet, guard, notes, as_of_ms: now_ms })
}

async fn row(
    sfn: &aws_sdk_sfn::Client,
    place: &Account,
    meaning: Evaluation,
    machine: &Machine,
    past: usize,
    now_ms: i64,
) -> Row {
    let mut row = Row::new(machine.key.as_str(), &machine.name);
    let arn = place.arn(&machine.name);
    match runs(sfn, &arn, meaning).await {
        Ok(runs) => {
            let (reading, settles_at) = settled(meaning, machine.settle_ms, &runs, now_ms);
            row.take(&reading, &runs, past);
            row.settles_at_ms = settles_at;
            row.red_since_ms = red_since(meaning, &runs).filter(|_| reading.light == Light::Red);
            row.link = match &reading.decided_by {
                Some(run) => place.link("v2/executions/details", &run.arn),
                None => place.link("statemachines/view", &arn),
            };
            if let (Light::Red, Some(run)) = (reading.light, &reading.decided_by) {
                row.why = Some(why::why(sfn, &run.arn).await);
            }
        }
        Err(error) if error.is_not_found() => {
            row.error = Some("the machine does not exist (any more)".to_owned());
        }
        Err(error) => row.error = Some(error.to_string()),
    }
    row
}

/// What the runs say, as the function publishes it: a first failure that may still be retried is left
/// out, with when it will count.
fn settled(
    meaning: Evaluation,
    settle_ms: i64,
    runs: &[Run],
    now_ms: i64,
) -> (Reading, Option<i64>) {
    let Evaluation { semantics, aborted } = meaning;
    let reading = read(semantics, aborted, runs);
    let due = settles_at(semantics, aborted, settle_ms, runs, now_ms);
    let (Some(_), Some(failed)) = (due, &reading.decided_by) else { return (reading, None) };
    let before: Vec<Run> = runs.iter().filter(|run| run.arn != failed.arn).cloned().collect();
    (read(semantics, aborted, &before), due)
}

/// When the first of the failures in a row ended, as far back as the runs go.
fn red_since(meaning: Evaluation, runs: &[Run]) -> Option<i64> {
    let deciding = deciding_runs(meaning.semantics, meaning.aborted, runs);
    deciding.iter().rev().take_while(|run| run.is_red()).last().map(|run| run.changed_ms())
}

/// Runs that are listed of a machine at first.
const LISTED: usize = 100;

/// The newest runs of a machine: enough to find the last finished one, however many go on, and the
/// last success.
async fn runs(
    sfn: &aws_sdk_sfn::Client,
    arn: &str,
    meaning: Evaluation,
) -> Result<Vec<Run>, AwsError> {
    let mut runs = list(sfn, arn, None, LISTED).await?;
    let reading = read(meaning.semantics, meaning.aborted, &runs);
    let all = runs.len() < LISTED;
    let succeeded = runs.iter().any(|run| run.status == Status::Succeeded);
    let missing: &[Status] = match reading.decided_by {
        None if !all => &[Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted],
        // For the age of the last success.
        Some(_) if !all && !succeeded => &[Status::Succeeded],
        _ => &[],
    };
    for status in missing {
        runs.extend(list(sfn, arn, Some(*status), 1).await?);
    }
    Ok(runs)
}

async fn list(
    sfn: &aws_sdk_sfn::Client,
    arn: &str,
    status: Option<Status>,
    limit: usize,
) -> Result<Vec<Run>, AwsError> {
    let filter = status.map(|s| aws_sdk_sfn::types::ExecutionStatus::from(s.as_str()));
    let call = sfn.list_executions().state_machine_arn(arn).set_status_filter(filter);
    let page = call.max_results(i32::try_from(limit).unwrap_or(1)).send().await;
    let page = page.map_err(|e| AwsError::of("list the executions", &e))?;
    let run = |e: aws_sdk_sfn::types::ExecutionListItem| {
        // A status that this version does not know decides nothing.
        let status = Status::parse(e.status.as_str())?;
        Some(Run {
            arn: e.execution_arn,
            status,
            start_ms: millis(e.start_date),
            stop_ms: e.stop_date.map(millis),
            redrive_ms: e.redrive_date.map(millis),
            redrive_count: e.redrive_count.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        })
    };
    Ok(page.executions.into_iter().filter_map(run).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::{Aborted, Semantics};

    fn run(arn: &str, status: Status, start_ms: i64) -> Run {
        let stop_ms = status.is_finished().then_some(start_ms + 5);
        Run { arn: arn.into(), status, start_ms, stop_ms, redrive_ms: None, redrive_count: 0 }
    }

    #[test]
    fn within_the_time_to_settle_the_light_is_as_it_was() {
        let meaning = Evaluation { semantics: Semantics::LastFinished, aborted: Aborted::Red };
        let runs = [
            run("c", Status::Running, 30),
            run("b", Status::Failed, 20),
            run("a", Status::Succeeded, 1),
        ];
        let at = |now_ms| settled(meaning, 100, &runs, now_ms);
        let (reading, due) = at(40);
        assert_eq!((reading.light, reading.running, due), (Light::Green, 1, Some(125)));
        assert_eq!(reading.decided_by.unwrap().arn, "a");
        let (reading, due) = at(125);
        assert_eq!((reading.light, due), (Light::Red, None));
        let first = settled(meaning, 100, &runs[..2], 40);
        assert_eq!((first.0.light, first.1), (Light::Grey, Some(125)));
        let recipe = Evaluation { semantics: Semantics::Original, ..meaning };
        assert_eq!(settled(recipe, 100, &runs[1..], 40).1, None);
    }

    #[test]
    fn a_light_is_red_since_the_first_of_the_failures_in_a_row() {
        let meaning = Evaluation { semantics: Semantics::LastFinished, aborted: Aborted::Red };
        let runs = [
            run("d", Status::Failed, 30),
            run("c", Status::TimedOut, 20),
            run("b", Status::Succeeded, 10),
            run("a", Status::Failed, 1),
        ];
        assert_eq!(red_since(meaning, &runs), Some(25));
        assert_eq!(red_since(meaning, &runs[2..]), None);
    }

    #[test]
    fn links_lead_to_the_console_of_the_partition() {
        let place = Account { account: "1".into(), region: "cn-north-1".into() };
        assert_eq!(place.arn("m"), "arn:aws-cn:states:cn-north-1:1:stateMachine:m");
        assert!(
            place.link("x", "y").unwrap().starts_with("https://cn-north-1.console.amazonaws.cn/")
        );
        let sovereign = Account { region: "eusc-de-east-1".into(), ..place.clone() };
        assert_eq!(sovereign.arn("m"), "arn:aws-eusc:states:eusc-de-east-1:1:stateMachine:m");
        let link = sovereign.link("x", "y").unwrap();
        assert!(link.starts_with("https://eusc-de-east-1.console.amazonaws-eusc.eu/states"));
        let isolated = Account { region: "us-iso-east-1".into(), ..place };
        assert_eq!(isolated.link("x", "y"), None);
    }
}
