//! The claims that the run checks, each with the place in the code that relies on it and the expected
//! finding; where the emulator is known to differ; and the problems that the findings are.

/// A claim about AWS, or about Guardian on AWS.
#[derive(Debug)]
pub struct Claim {
    /// Its name in the report.
    pub id: &'static str,
    /// What is claimed.
    pub text: &'static str,
    /// The file that relies on it, and words that stand there.
    pub place: (&'static str, &'static str),
    /// What has to be found.
    pub expected: &'static str,
    /// Why no run can check it; such a claim is only reported.
    pub never: Option<&'static str>,
    /// How the emulator is known to differ.
    pub emulator: Option<Difference>,
}

/// A known difference of the emulator.
#[derive(Debug, Clone, Copy)]
pub struct Difference {
    /// Where it is from.
    pub why: &'static str,
    /// Words of the finding: another difference than this one is not known.
    pub finds: &'static str,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As claimed.
    Confirmed,
    /// Something else was seen.
    Refuted,
    /// Nothing follows from the observation; the reason.
    NotCheckable(String),
}

/// What was seen, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was seen.
    pub found: String,
    /// What follows.
    pub verdict: Verdict,
}

impl Finding {
    /// Confirmed if it holds, else refuted.
    pub fn of(holds: bool, found: impl Into<String>) -> Self {
        let verdict = if holds { Verdict::Confirmed } else { Verdict::Refuted };
        Self { found: found.into(), verdict }
    }

    /// Nothing follows from it.
    pub fn not_checkable(why: impl Into<String>) -> Self {
        Self { found: String::new(), verdict: Verdict::NotCheckable(why.into()) }
    }
}

/// Where a run takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A real account.
    Aws,
    /// The embedded emulator.
    Emulator,
}

const fn claim(
    id: &'static str,
    text: &'static str,
    place: (&'static str, &'static str),
    expected: &'static str,
) -> Claim {
    Claim { id, text, place, expected, never: None, emulator: None }
}

impl Claim {
    const fn never(mut self, why: &'static str) -> Self {
        self.never = Some(why);
        self
    }

    const fn emulator(mut self, why: &'static str, finds: &'static str) -> Self {
        self.emulator = Some(Difference { why, finds });
        self
    }
}

/// Every claim, in the report's order.
pub const CLAIMS: &[Claim] = &[
    claim(
        "deploy",
        "`guardian deploy` creates the stack, its function and its alarms.",
        ("cli/src/commands/deploy.rs", "wants_sweep"),
        "exit code 0 and CREATE_COMPLETE",
    ),
    claim(
        "first-deploy-notifications",
        "A first deploy notifies of nothing: the heartbeat's alarm warms up instead of taking \
         missing data for a failure.",
        ("stack/src/templates/guard.rs", "A new alarm finds no heartbeat yet"),
        "no message on the topic, no alarm of the stack in ALARM in its history",
    ),
    claim(
        "light-success",
        "A run that succeeds makes the light green, by its event.",
        ("lambda/src/events.rs", "STATUS_CHANGE"),
        "green, and an event SUCCEEDED of the execution",
    ),
    claim(
        "light-failure",
        "A run that fails makes the light red, and the topic gets a message.",
        ("lambda/src/events.rs", "STATUS_CHANGE"),
        "red, an event FAILED, and a message about the machine",
    ),
    claim(
        "redrive",
        "A redriven run keeps its ARN, counts redrives in its events, and makes the light green.",
        ("lambda/src/events.rs", "redrive_count"),
        "an event SUCCEEDED of the failed execution with redriveCount 1, and green",
    )
    .emulator("ministack has no RedriveExecution: it refuses the call as unknown", "Unknown action: RedriveExecution"),
    claim(
        "light-abort",
        "A run that is stopped makes the light red.",
        ("stack/contract/src/status.rs", "Aborted"),
        "red, and an event ABORTED of the execution",
    ),
    claim(
        "map-children-events",
        "Executions of a Map Run (STANDARD) have status events of their own.",
        ("stack/src/templates/hints.rs", "PENDING_REDRIVE is a state of Map Run children"),
        "events of the parent, and at least one of a child",
    )
    .emulator(
        "ministack sends no events for the children of a Map Run; AWS's documentation does not say \
         whether there are any, only that PENDING_REDRIVE, a child's status, is one of an event's", "2 events of the parent, 0 of 2 children"
    ),
    claim(
        "map-children-arn",
        "A child's ARN has NAME/LABEL where its machine's has NAME, so that its runs and events are \
         told apart from the machine's own.",
        ("lambda/src/events.rs", "a Map Run's child"),
        "a `/` in the machine's part of every child's ARN",
    ),
    claim(
        "map-run-light",
        "A Map Run is one run of its machine: the light is green after it.",
        ("lambda/src/events.rs", "is_map_run"),
        "green, decided by the parent's run",
    ),
    claim(
        "update",
        "A changed setting reaches the function by an update.",
        ("cli/src/commands/deploy.rs", "wants_sweep"),
        "exit code 0, UPDATE_COMPLETE, 512 MB",
    ),
    claim(
        "rollback",
        "A failing update is rolled back, and the exit code says so.",
        ("cli/src/exit.rs", "RolledBack"),
        "exit code 4 and UPDATE_ROLLBACK_COMPLETE",
    ),
    claim(
        "root-cause",
        "The failing resource of a rolled back update is named, with CloudFormation's reason.",
        ("cli/deploy/src/failing_resource.rs", "reason"),
        "the error names the machine and \"custom-named\"",
    ),
    claim(
        "repair",
        "After a rollback the next deploy succeeds.",
        ("cli/deploy/src/recovery.rs", "Rollback"),
        "exit code 0 and UPDATE_COMPLETE",
    ),
    claim(
        "recover",
        "`guardian recover` brings back a stack whose first create failed, by deleting it.",
        ("cli/deploy/src/history.rs", "Evidence"),
        "ROLLBACK_COMPLETE before, exit code 0 and no stack after",
    ),
    claim(
        "widget-describe",
        "The board's function answers CloudWatch's `describe` with Markdown.",
        ("lambda/src/widget.rs", "\\\"describe\\\": true"),
        "an object with `markdown`",
    ),
    claim(
        "widget-context",
        "It answers a `widgetContext` with the board as HTML, in less than ten seconds.",
        ("lambda/src/widget.rs", "widgetContext"),
        "HTML with every machine, without `<script`",
    ),
    claim(
        "widget-timeout",
        "The console waits no longer than ten seconds for a widget.",
        ("stack/src/templates/board.rs", "the console waits no longer for one [INF]"),
        "an error in the console after ten seconds",
    )
    .never("only the console shows it: there is no API for a dashboard's widget"),
    claim(
        "evaluation-range",
        "CloudWatch evaluates more periods than EvaluationPeriods says: a point that is two periods \
         old decides an alarm over one period.",
        ("cli/replay/src/text.rs", "the evaluation range"),
        "the alarm over a point of 150 s ago leaves INSUFFICIENT_DATA",
    )
    .emulator("ministack evaluates exactly Period x EvaluationPeriods", "INSUFFICIENT_DATA"),
    claim(
        "late-point",
        "A point that arrives after its timestamp has left the evaluation range is never evaluated.",
        ("ARCHITECTURE.md", "evaluates a point that"),
        "the alarm over a point of 2 h ago stays INSUFFICIENT_DATA, while one over a new point moves",
    ),
    claim(
        "fill-without-points",
        "`FILL` in metric math fills a series without any point, too.",
        ("stack/src/templates/alarms.rs", "FILL also fills a series without any point"),
        "GetMetricData gives zeros for FILL(m, 0) over a metric that was never published",
    )
    .emulator("ministack gives no values for an expression over no points", "0 values"),
    claim(
        "set-state-ignore",
        "A state that SetAlarmState sets stays under TreatMissingData `ignore`; without it the next \
         evaluation takes it back.",
        ("cli/src/alarm.rs", "set_alarm_state"),
        "ALARM stays under `ignore`, and goes back to OK under `notBreaching`",
    )
    .emulator("ministack does not evaluate an alarm whose metric has no point, so neither goes back", "was not evaluated either"),
    claim(
        "alarm-history",
        "The alarm's history has an entry for each action, with the summary or the fields that \
         `guardian drill` reads.",
        ("cli/src/drill.rs", "[MEM], so each of the two is enough"),
        "an Action entry that names the topic and success",
    )
    .emulator("ministack records state changes only, no actions", "no Action entry"),
    claim(
        "stack-policy",
        "A stack policy may name resources that no template has.",
        ("stack/cfn/src/stack_policy.rs", "CloudFormation does not"),
        "SetStackPolicy takes it, GetStackPolicy gives it back",
    ),
    claim(
        "create-sets-updated",
        "Executing the change set that creates a stack sets LastUpdatedTime.",
        ("cli/deploy/src/history.rs", "MEM: executing the change set"),
        "CREATE_COMPLETE with a LastUpdatedTime",
    ),
    claim(
        "early-validation",
        "A property that the type does not have fails the change set, and DescribeEvents says where.",
        ("cli/deploy/src/failing_resource.rs", "Early validation"),
        "a FAILED change set and an event VALIDATION_ERROR",
    )
    .emulator("ministack has no early validation: the change set can be executed", "CREATE_COMPLETE"),
    claim(
        "change-set-condition",
        "The condition on cloudformation:ChangeSetName, as `guardian ci` writes it, admits previews \
         by name and by ARN, and no other change set.",
        ("stack/src/ci/policy.rs", "The condition key has the change set's name or its ARN"),
        "create by name and delete by ARN allowed, another name denied",
    )
    .emulator("ministack does not enforce IAM policies: the other name is not denied", "another name allowed"),
    claim(
        "ttl-enabled",
        "The state table expires items by the attribute `expires`.",
        ("stack/src/templates/table.rs", "TimeToLiveSpecification"),
        "ENABLED or ENABLING, attribute `expires`",
    )
    .emulator("ministack's CloudFormation leaves out a table's TimeToLiveSpecification", "DISABLED"),
    claim(
        "ttl-read",
        "An expired item can be read until DynamoDB deletes it, so readers judge times themselves.",
        ("cli/src/state_table.rs", "until_ms"),
        "an item that expired an hour ago is read",
    ),
    claim(
        "ttl-deletes",
        "DynamoDB deletes an expired item within a few days.",
        ("lambda/src/table.rs", "expires_s"),
        "the item is gone after days",
    )
    .never("it takes days, and the run takes minutes"),
    claim(
        "log-group-names",
        "Log groups under /aws/vendedlogs/ share one entry of the account's log delivery policy.",
        ("stack/src/templates/mod.rs", "/aws/vendedlogs/"),
        "a resource policy has the shared entry, and none names a group of the run",
    )
    .emulator("ministack writes no resource policy for log deliveries", "0 policies"),
];

/// What is wrong with a run's findings; nothing if it passed.
pub fn problems(ground: Ground, findings: &[(&'static str, Finding)]) -> Vec<String> {
    let mut problems = Vec::new();
    for claim in CLAIMS.iter().filter(|claim| claim.never.is_none()) {
        let id = claim.id;
        let Some((_, finding)) = findings.iter().find(|(of, _)| *of == id) else {
            problems.push(format!("{id}: not reached"));
            continue;
        };
        let known = claim.emulator.filter(|_| ground == Ground::Emulator);
        match (&finding.verdict, known) {
            (Verdict::Confirmed, None) => {}
            (Verdict::Confirmed, Some(known)) => problems.push(format!(
                "{id}: the emulator no longer differs; delete the difference from claims.rs ({})",
                known.why
            )),
            (Verdict::Refuted, Some(known)) if finding.found.contains(known.finds) => {}
            (Verdict::NotCheckable(why), Some(known)) if why.contains(known.finds) => {}
            (Verdict::Refuted, _) => problems.push(format!("{id}: refuted: {}", finding.found)),
            (Verdict::NotCheckable(why), _) => {
                problems.push(format!("{id}: could not be checked: {why}"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_tests::{repository, sources};
    use std::collections::BTreeSet;

    /// The findings of a run on which everything is as it should be.
    fn passing(ground: Ground) -> Vec<(&'static str, Finding)> {
        let checked = CLAIMS.iter().filter(|claim| claim.never.is_none());
        checked
            .map(|claim| match claim.emulator {
                Some(known) if ground == Ground::Emulator => {
                    (claim.id, Finding::of(false, format!("seen: {}", known.finds)))
                }
                _ => (claim.id, Finding::of(true, "seen")),
            })
            .collect()
    }

    #[test]
    fn a_run_passes_if_every_claim_is_confirmed_or_a_known_difference() {
        assert_eq!(problems(Ground::Aws, &passing(Ground::Aws)), [""; 0]);
        assert_eq!(problems(Ground::Emulator, &passing(Ground::Emulator)), [""; 0]);
    }

    #[test]
    fn a_refuted_a_missing_and_an_unchecked_claim_fail_a_run() {
        let mut findings = passing(Ground::Aws);
        findings[0].1 = Finding::of(false, "ROLLBACK_COMPLETE");
        findings[1].1 = Finding::not_checkable("no message came at all");
        let (gone, _) = findings.remove(2);
        let expected = [
            "deploy: refuted: ROLLBACK_COMPLETE".to_owned(),
            "first-deploy-notifications: could not be checked: no message came at all".to_owned(),
            format!("{gone}: not reached"),
        ];
        assert_eq!(problems(Ground::Aws, &findings), expected);
    }

    #[test]
    fn a_known_difference_of_the_emulator_is_none_on_aws_and_must_still_differ() {
        let on_aws = problems(Ground::Aws, &passing(Ground::Emulator));
        let known = CLAIMS.iter().filter(|claim| claim.emulator.is_some()).count();
        assert_eq!(on_aws.len(), known);
        let gone = problems(Ground::Emulator, &passing(Ground::Aws));
        assert!(gone.len() == known && gone[0].contains("no longer differs"), "{gone:?}");
    }

    #[test]
    fn another_difference_than_the_known_one_fails_the_emulator() {
        let mut findings = passing(Ground::Emulator);
        for (id, finding) in &mut findings {
            if *id == "redrive" {
                *finding = Finding::of(false, "AccessDenied");
            }
        }
        assert_eq!(problems(Ground::Emulator, &findings), ["redrive: refuted: AccessDenied"]);
    }

    #[test]
    fn every_claim_has_a_name_of_its_own_and_a_place_that_is_there() {
        let ids: BTreeSet<&str> = CLAIMS.iter().map(|claim| claim.id).collect();
        assert_eq!(ids.len(), CLAIMS.len());
        for claim in CLAIMS {
            let (file, words) = claim.place;
            let text = std::fs::read_to_string(repository().join(file)).expect(file);
            assert!(text.contains(words), "{}: {file} has no `{words}`", claim.id);
        }
    }

    #[test]
    fn every_file_with_a_fact_from_memory_or_inference_has_a_claim() {
        let places: BTreeSet<&str> = CLAIMS.iter().map(|claim| claim.place.0).collect();
        let mut marked = 0;
        for directory in ["stack", "lambda/src", "cli"] {
            for (path, text) in sources(&repository().join(directory)).expect(directory) {
                let marks = |line: &str| line.contains("//") && is_marked(line);
                if text.lines().any(marks) {
                    let file = path.strip_prefix(repository()).unwrap_or(&path);
                    let file = file.display().to_string();
                    assert!(places.contains(file.as_str()), "{file} has MEM or INF, and no claim");
                    marked += 1;
                }
            }
        }
        assert!(marked > 0, "no mark was found anywhere");
    }

    fn is_marked(line: &str) -> bool {
        line.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "MEM" | "INF"))
    }
}
