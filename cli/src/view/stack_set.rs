//! The plan, the progress and the failures of a stack set, as text and records.

use crate::cost::{Cost, dollars};
use crate::exit::{Exit, Failure};
use crate::text::{Paint, clip, count, plain};
use crate::ui::TextStyle;
use guardian_deploy::cause;
use guardian_deploy::stack_set::follow::Outcome;
use guardian_deploy::stack_set::plan::{Pair, Step, Steps};
use guardian_deploy::stack_set::state::{
    InstanceStatus, OperationAction, OperationStatus, ResultStatus, Sign,
};
use guardian_deploy::stack_set::{Definition, Instance, Operation, OperationResult};
use guardian_stack::app::Grant;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a table that are shown.
const ROWS: usize = 30;
/// Accounts or units of a list that are shown.
const NAMED: usize = 20;

/// The plan, without the changes of the template.
pub fn plan(definition: &Definition, steps: &Steps, style: TextStyle) -> String {
    let (paint, set) = (Paint(style.colour), &definition.set);
    let creates = steps.steps.contains(&Step::CreateSet);
    let verb = if creates { "is created" } else { "changes" };
    let mut lines = vec![
        paint.bold(&format!("Stack set {} in {} {verb}", plain(&set.name), set.admin_region)),
        format!("  {}", reach(definition)),
    ];
    lines.extend(listed(&steps.removed, "their stacks are deleted", |l| {
        paint.red(&format!("- {l}"))
    }));
    let differences: Vec<&str> = steps.differences().iter().map(|d| d.words()).collect();
    if !differences.is_empty() {
        let text = format!("~ {} that stay: {}", stacks(steps.kept), differences.join(", "));
        lines.push(format!("  {}", paint.yellow(&text)));
    }
    for one in steps.repaired.iter().take(NAMED) {
        let how = match one.status {
            InstanceStatus::Inoperable => "deleted and created again",
            _ => "retried",
        };
        let why = one.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        let text = format!("! {} {} is {}, {how}{why}", one.account, one.region, one.status);
        lines.push(format!("  {}", paint.magenta(&clip(&plain(&text), style.width.max(80)))));
    }
    if steps.repaired.len() > NAMED {
        lines.push(format!("    and {} more that are retried", steps.repaired.len() - NAMED));
    }
    lines.extend(listed(&steps.added, "stacks are created", |l| paint.green(&format!("+ {l}"))));
    if !steps.added.is_empty() {
        lines.push(
            "  A new stack waits for its scheduled sweep; its alarms have no data before"
                .to_owned(),
        );
    }
    lines.join("\n")
}

fn stacks(number: usize) -> String {
    count(number, "stack")
}

/// The extent of the set.
fn reach(definition: &Definition) -> String {
    let set = &definition.set;
    let regions = count(set.regions.len(), "region");
    match &set.grant {
        Grant::Accounts { accounts, .. } => format!(
            "{} in {regions}: {}, self-managed",
            count(accounts.len(), "account"),
            stacks(accounts.len() * set.regions.len())
        ),
        Grant::Units { units, auto_deployment, .. } => format!(
            "every account of {} in {regions}, with roles of AWS Organizations{}",
            count(units.len(), "unit"),
            if auto_deployment.is_some() { "; those that join later, too" } else { "" }
        ),
    }
}

/// Accounts or units, a line each with its regions.
fn listed(pairs: &[Pair], what: &str, paint: impl Fn(&str) -> String) -> Vec<String> {
    let mut by_target: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for pair in pairs {
        by_target.entry(&pair.target).or_default().push(&pair.region);
    }
    let of = |(target, regions): (&&str, &Vec<&str>)| {
        format!("  {}", paint(&plain(&format!("{target} in {}: {what}", regions.join(", ")))))
    };
    let mut lines: Vec<String> = by_target.iter().take(NAMED).map(of).collect();
    if by_target.len() > NAMED {
        lines.push(format!("    and {} more: {what}", by_target.len() - NAMED));
    }
    lines
}

/// The cost of all stacks, in words; none if it does not change. The number of accounts of a unit is
/// not known before their stacks exist.
pub fn cost(cost: &Cost, steps: &Steps, definition: &Definition) -> Option<String> {
    let per_stack = |billed: &crate::cost::Billed| dollars(billed.cents());
    if let Grant::Units { .. } = definition.set.grant {
        return (!steps.added.is_empty())
            .then(|| format!("about {} a month for each stack", per_stack(&cost.after)));
    }
    let (before, after) =
        (steps.kept + removed_count(steps), steps.kept + steps.added.len() + recreated(steps));
    let (was, is) = (cost.before.cents() * before as u64, cost.after.cents() * after as u64);
    if was == is {
        return None;
    }
    let sign = if is < was { '-' } else { '+' };
    Some(format!(
        "cost of all stacks about {sign}{} a month, then {}: {} of {} each (second-hand list prices \
         of us-east-1, the free tier not deducted)",
        dollars(is.abs_diff(was)),
        dollars(is),
        stacks(after),
        per_stack(&cost.after)
    ))
}

fn recreated(steps: &Steps) -> usize {
    steps.repaired.iter().filter(|one| one.status == InstanceStatus::Inoperable).count()
}

fn removed_count(steps: &Steps) -> usize {
    steps.removed.len() + recreated(steps)
}

/// The record `stack-set` of a plan.
pub fn record(definition: &Definition, steps: &Steps) -> Value {
    let retried = steps.repaired.iter().map(instance_record).collect::<Vec<_>>();
    json!({
        "stack_set": definition.set.name,
        "admin_region": definition.set.admin_region,
        "create": steps.steps.contains(&Step::CreateSet),
        "differences": steps.differences(),
        "kept": steps.kept,
        "added": steps.added,
        "removed": steps.removed,
        "mended": retried,
    })
}

/// The record `instance` of a stack.
pub fn instance_record(instance: &Instance) -> Value {
    json!({
        "account": instance.account,
        "region": instance.region,
        "unit": instance.unit,
        "stack_id": instance.stack_id,
        "status": instance.status,
        "detail": instance.detail,
        "reason": instance.reason,
    })
}

/// The result in an account and region, as a line.
pub fn line(result: &OperationResult, style: TextStyle) -> String {
    let word = format!("{:9}", result.status.as_str().to_lowercase());
    let word = painted(Sign::from(&result.status), &word, style);
    let reason = result.reason.as_deref().filter(|_| result.status == ResultStatus::Failed);
    let reason = reason.map(|r| format!("  {}", plain(r))).unwrap_or_default();
    format!("  {word}  {} {}{reason}", plain(&result.account), plain(&result.region))
}

/// The progress line of a terminal.
pub fn progress(outcome: &Outcome) -> String {
    let all = outcome.results.len();
    let mut line = format!("{} of {} done", all - outcome.open(), stacks(all));
    for (status, word) in [(ResultStatus::Running, "in progress"), (ResultStatus::Failed, "failed")]
    {
        let count = outcome.count(&status);
        if count > 0 {
            line.push_str(&format!(", {count} {word}"));
        }
    }
    line
}

fn painted(sign: Sign, text: &str, style: TextStyle) -> String {
    let paint = Paint(style.colour);
    match sign {
        Sign::Good => paint.green(text),
        Sign::Bad => paint.red(text),
        Sign::Neutral => paint.yellow(text),
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its status.
    pub word: String,
    /// Its colour.
    pub sign: Sign,
}

impl From<&InstanceStatus> for Cell {
    fn from(status: &InstanceStatus) -> Self {
        Self { word: status.to_string(), sign: status.into() }
    }
}

impl From<&ResultStatus> for Cell {
    fn from(status: &ResultStatus) -> Self {
        Self { word: status.to_string(), sign: status.into() }
    }
}

/// Accounts in rows and regions in columns, with a status in each; accounts with failures come first,
/// and only the first rows are shown. If the columns do not fit, the regions are in the rows.
pub fn table(cells: &BTreeMap<(String, String), Cell>, style: TextStyle) -> String {
    let regions: BTreeSet<&String> = cells.keys().map(|(_, region)| region).collect();
    let mut accounts: BTreeMap<&String, bool> = BTreeMap::new();
    for ((account, _), cell) in cells {
        *accounts.entry(account).or_insert(true) &= cell.sign == Sign::Good;
    }
    let mut rows: Vec<(&String, bool)> = accounts.into_iter().collect();
    rows.sort_by_key(|(account, well)| (*well, *account));
    let width = |region: &String| {
        let of = cells.iter().filter(|((_, r), _)| r == region).map(|(_, cell)| cell.word.len());
        of.chain([region.len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = regions.iter().map(|region| width(region)).collect();
    let fits = 16 + widths.iter().map(|w| w + 2).sum::<usize>() <= style.width;
    let cell = |account: &String, region: &String, width: usize| {
        let found = cells.get(&(account.clone(), region.clone()));
        let found = found.filter(|cell| !cell.word.is_empty());
        let word = found.map_or_else(|| "-".to_owned(), |cell| cell.word.to_lowercase());
        let sign = found.map_or(Sign::Neutral, |cell| cell.sign);
        painted(sign, &format!("{word:width$}"), style)
    };
    let mut lines = Vec::new();
    if fits {
        let head: Vec<String> =
            regions.iter().zip(&widths).map(|(region, w)| format!("{region:w$}")).collect();
        let head = format!("  {:12}  {}", "Account", head.join("  "));
        lines.push(Paint(style.colour).bold(head.trim_end()));
    }
    for (account, _) in rows.iter().take(ROWS) {
        let row: Vec<String> = regions
            .iter()
            .zip(&widths)
            .filter(|(region, _)| {
                fits || cells.contains_key(&((*account).clone(), (**region).clone()))
            })
            .map(|(region, width)| match fits {
                true => cell(account, region, *width),
                false => format!("{region} {}", cell(account, region, 0)),
            })
            .collect();
        let row = row.join(if fits { "  " } else { ", " });
        lines.push(format!("  {:12}  {row}", plain(account)).trim_end().to_owned());
    }
    if rows.len() > ROWS {
        let rest = &rows[ROWS..];
        let how = if rest.iter().all(|(_, well)| *well) { " without failures" } else { "" };
        lines.push(format!("  and {}{how}", count(rest.len(), "more account")));
    }
    lines.join("\n")
}

/// The table of an operation.
pub fn results(outcome: &Outcome, style: TextStyle) -> String {
    let cells = outcome.results.iter();
    table(&cells.map(|(key, result)| (key.clone(), Cell::from(&result.status))).collect(), style)
}

/// The failure of an operation, its root cause first. Each stack that failed was rolled back by
/// CloudFormation on its own; the set itself keeps its new definition.
pub fn failed(set: &str, operation: &Operation, outcome: &Outcome, deletes: bool) -> Failure {
    let failures = outcome.count(&ResultStatus::Failed);
    let action = match operation.action {
        OperationAction::Create => "creating stacks",
        OperationAction::Delete => "deleting stacks",
        _ => "the update",
    };
    let stopped = operation.status == OperationStatus::Stopped;
    let verb = if stopped { "was stopped" } else { "failed" };
    let mut text = format!(
        "{action} of stack set `{set}` {verb}: {failures} of {} failed",
        stacks(outcome.results.len())
    );
    let mut causes = outcome.failed.iter().filter_map(|key| outcome.results.get(key)).map(sentence);
    match causes.next() {
        Some(first) => text.push_str(&format!("\n{first}")),
        None => {
            if let Some(reason) = &operation.reason {
                text.push_str(&format!("\n{}", plain(reason)));
            }
        }
    }
    for other in causes.take(5) {
        text.push_str(&format!("\nalso {other}"));
    }
    let left = outcome.count(&ResultStatus::Cancelled);
    if left > 0 {
        text.push_str(&format!(
            "\n{} not attempted",
            if left == 1 { "1 stack was".to_owned() } else { format!("{left} stacks were") }
        ));
    }
    let found = outcome.first_failure().and_then(|r| r.reason.as_deref()).and_then(advice);
    let next = if deletes {
        "fix the cause and run the same command again; `guardian destroy --retain-stacks` keeps \
         stacks that cannot be deleted"
    } else {
        "`guardian deploy` continues with the outdated stacks, `guardian status` lists them"
    };
    let help = found.map_or_else(|| next.to_owned(), |advice| format!("{advice}. {next}"));
    let exit = match (stopped, deletes) {
        (true, _) => Exit::Error,
        (false, true) => Exit::Stuck,
        (false, false) => Exit::RolledBack,
    };
    Failure::say(exit, text).help(help)
}

fn sentence(result: &OperationResult) -> String {
    let reason = result.reason.as_deref().unwrap_or("CloudFormation gives no reason");
    plain(&format!("account {} in {}: {reason}", result.account, result.region))
}

/// The fixes of reasons that only stack sets have.
fn advice(reason: &str) -> Option<String> {
    let lower = reason.to_lowercase();
    if lower.contains("should have") && lower.contains("role")
        || lower.contains("stacksetexecutionrole") && lower.contains("trust")
    {
        return Some(
            "the account needs the execution role, which has to trust the administration role; \
             docs/accounts.md shows how to create both"
                .to_owned(),
        );
    }
    cause::advice(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Billed;
    use guardian_deploy::stack_set::plan::{Difference, plan as steps_of};
    use guardian_deploy::stack_set::{Found, Targets};
    use guardian_deploy::testing::{accounts, definition as wanted};

    const STYLE: TextStyle = TextStyle { width: 80, colour: false };

    fn result(account: &str, region: &str, status: &str, reason: Option<&str>) -> OperationResult {
        OperationResult {
            account: account.into(),
            region: region.into(),
            status: status.into(),
            reason: reason.map(str::to_owned),
        }
    }

    fn outcome(all: &[OperationResult]) -> Outcome {
        let key = |r: &OperationResult| (r.account.clone(), r.region.clone());
        Outcome {
            results: all.iter().map(|r| (key(r), r.clone())).collect(),
            failed: all.iter().filter(|r| r.status == ResultStatus::Failed).map(key).collect(),
        }
    }

    #[test]
    fn the_plan_is_shown_by_account_with_its_regions() {
        let definition =
            wanted(accounts(&["111111111111", "222222222222"]), &["eu-west-1", "us-east-1"]);
        let new = steps_of(&definition, &Found::default()).unwrap();
        insta::assert_snapshot!(plan(&definition, &new, STYLE));
        let pair =
            |target: &str, region: &str| Pair { target: target.into(), region: region.into() };
        let behind = Instance {
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            unit: None,
            stack_id: None,
            status: InstanceStatus::Outdated,
            detail: None,
            reason: Some("ResourceLogicalId:Function failed".into()),
        };
        let some = Steps {
            steps: vec![
                Step::Delete(Targets::default()),
                Step::Update(vec![Difference::Template, Difference::Parameters]),
            ],
            added: vec![pair("222222222222", "us-east-1")],
            removed: vec![pair("333333333333", "eu-west-1"), pair("333333333333", "us-east-1")],
            repaired: vec![behind],
            kept: 3,
        };
        insta::assert_snapshot!(plan(&definition, &some, STYLE));
        let colour = TextStyle { width: 120, colour: true };
        insta::assert_snapshot!(plan(&definition, &some, colour).replace('\u{1b}', "ESC"));
        insta::assert_json_snapshot!(record(&definition, &some));
        let one = |alarms| Billed { alarm_metrics: alarms, ..Billed::default() };
        let both = Cost { before: one(1), after: one(2) };
        insta::assert_snapshot!(cost(&both, &some, &definition).unwrap());
    }

    #[test]
    fn a_table_lists_failures_first_and_fits_the_terminal() {
        let cells: BTreeMap<(String, String), Cell> = outcome(&[
            result("111111111111", "eu-west-1", "SUCCEEDED", None),
            result("111111111111", "us-east-1", "SUCCEEDED", None),
            result("222222222222", "eu-west-1", "FAILED", None),
            result("222222222222", "us-east-1", "CANCELLED", None),
            result("333333333333", "us-east-1", "RUNNING", None),
        ])
        .results
        .into_iter()
        .map(|(key, result)| (key, Cell::from(&result.status)))
        .collect();
        insta::assert_snapshot!(table(&cells, STYLE));
        insta::assert_snapshot!(table(&cells, TextStyle { width: 30, colour: false }));
        let many = (0..40)
            .map(|n| ((format!("{n:012}"), "r1".to_owned()), Cell::from(&InstanceStatus::Current)));
        let text = table(&many.collect(), STYLE);
        assert_eq!(text.lines().count(), 32);
        assert!(text.ends_with("and 10 more accounts without failures"), "{text}");
    }

    #[test]
    fn a_failure_shows_its_root_cause_the_other_failures_and_the_stacks_not_attempted() {
        let all = outcome(&[
            result(
                "222222222222",
                "eu-west-1",
                "FAILED",
                Some("AccessDenied: not authorized to perform: iam:CreateRole on x"),
            ),
            result("333333333333", "eu-west-1", "FAILED", None),
            result(
                "222222222222",
                "us-east-1",
                "CANCELLED",
                Some("Cancelled since failure tolerance has exceeded"),
            ),
            result("111111111111", "eu-west-1", "SUCCEEDED", None),
        ]);
        let operation = |action: &str, status: &str| Operation {
            id: "o".into(),
            action: action.into(),
            status: status.into(),
            began_ms: 0,
            reason: None,
        };
        let shown = |operation: &Operation, deletes| {
            let failure = failed("shop-prod", operation, &all, deletes);
            let help = failure.report.help().map(|h| h.to_string()).unwrap_or_default();
            format!("{:?}\n{}\nhelp: {help}", failure.exit, failure.report)
        };
        insta::assert_snapshot!(shown(&operation("UPDATE", "FAILED"), false));
        insta::assert_snapshot!(shown(&operation("DELETE", "FAILED"), true));
        assert!(
            shown(&operation("CREATE", "STOPPED"), false).starts_with("Error\ncreating stacks")
        );
        insta::assert_snapshot!(line(&all.results.values().nth(1).unwrap().clone(), STYLE));
        assert_eq!(progress(&all), "4 of 4 stacks done, 2 failed");
    }
}
