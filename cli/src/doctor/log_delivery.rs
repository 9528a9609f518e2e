//! Whether the log groups of the managed machines fit into the account's log delivery policy. Step Functions
//! adds each group that it logs to; where the policy is full, the machine cannot be created.

use super::judge::Failed;
use super::{Check, Verdict};
use crate::text::count;
use guardian_contract::Partition;
use guardian_stack::app::{App, VENDED_LOGS};

/// The policy that log deliveries keep [aws/aws-cdk#28900].
const POLICY: &str = "AWSLogDeliveryWrite20150319";
/// Characters that a resource policy of CloudWatch Logs holds, and policies of a region [CloudWatch Logs
/// quotas].
const MAX_POLICY: usize = 5_120;
const MAX_POLICIES: usize = 10;
/// Groups below this share one entry.
const VENDED: &str = "/aws/vendedlogs/";
/// Characters of a policy without a group, from memory.
const FRAME: usize = 300;

/// A resource policy of CloudWatch Logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its document, as it is stored.
    pub document: String,
}

/// Names of the log groups that Step Functions has to be able to write to.
pub fn groups(app: &App) -> Vec<String> {
    let logging = app.managed.iter().filter(|machine| machine.log_level != "OFF");
    logging.map(|machine| format!("{}{}", app.log_prefix, machine.key.managed_name())).collect()
}

/// The check of a region's policies for these log groups.
pub fn check(
    found: Result<Vec<Policy>, Failed>,
    groups: &[String],
    (account, region): (&str, &str),
) -> Check {
    const NAME: &str = "log-delivery";
    let policies = match found {
        Ok(policies) => policies,
        Err(failed) => return failed.check(NAME, Verdict::Warning),
    };
    let of_delivery = policies.iter().find(|policy| policy.name == POLICY);
    let document = of_delivery.map(|policy| policy.document.as_str()).unwrap_or_default();
    // Other policies may name the same group: only that of log deliveries counts.
    let entries: Vec<String> = entries(groups, account, region)
        .into_iter()
        .filter(|entry| !document.contains(entry.trim_end_matches(":*")))
        .collect();
    let used = if document.is_empty() { FRAME } else { document.chars().count() };
    // Each with quotes and a comma.
    let needed = used + entries.iter().map(|entry| entry.len() + 3).sum::<usize>();
    let prefix = format!("`logging.prefix: {VENDED_LOGS}` takes one entry for all groups");
    if entries.is_empty() {
        return Check::new(NAME, Verdict::Ok, "the machines' log groups are in the policy");
    }
    if of_delivery.is_none() && policies.len() >= MAX_POLICIES {
        let found = format!(
            "CloudWatch Logs has {} of {MAX_POLICIES} resource policies, and none is {POLICY}",
            policies.len()
        );
        let help = "delete one that is not needed (`aws logs describe-resource-policies`): the \
                    machines cannot be created without it";
        return Check::new(NAME, Verdict::Warning, found).help(help);
    }
    let found = format!(
        "{POLICY} has {} characters; {} would make it {needed} of {MAX_POLICY}",
        document.chars().count(),
        count(entries.len(), "new log group")
    );
    match needed <= MAX_POLICY {
        true => Check::new(NAME, Verdict::Ok, found),
        false => {
            let help = format!(
                "Step Functions refuses the machines beyond that: {prefix}; entries of deleted \
                 groups can be removed from the policy"
            );
            Check::new(NAME, Verdict::Warning, found).help(help)
        }
    }
}

/// The entries that the policy needs for these groups.
fn entries(groups: &[String], account: &str, region: &str) -> Vec<String> {
    let partition = Partition::of_region(region).map_or("aws", |partition| partition.name);
    let arn = |group: &str| {
        format!("arn:{partition}:logs:{region}:{account}:log-group:{group}:log-stream:*")
    };
    let (vended, own): (Vec<_>, Vec<_>) = groups.iter().partition(|name| name.starts_with(VENDED));
    let shared = (!vended.is_empty()).then(|| arn(&format!("{VENDED}*")));
    shared.into_iter().chain(own.iter().map(|group| arn(group))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: (&str, &str) = ("123456789012", "eu-west-1");

    fn groups(prefix: &str, number: usize) -> Vec<String> {
        (0..number).map(|n| format!("{prefix}order-import{n:02}-step-function")).collect()
    }

    fn policy(name: &str, document: String) -> Policy {
        Policy { name: name.to_owned(), document }
    }

    fn delivery(characters: usize) -> Vec<Policy> {
        vec![policy(POLICY, "x".repeat(characters))]
    }

    fn verdict(found: Vec<Policy>, groups: &[String]) -> Verdict {
        check(Ok(found), groups, HERE).verdict
    }

    #[test]
    fn a_policy_that_would_overflow_is_a_warning_with_the_prefix_that_fits() {
        let recipe = groups("/aws/stepfunctions/", 3);
        assert_eq!(verdict(vec![], &recipe), Verdict::Ok);
        assert_eq!(verdict(delivery(4_700), &recipe), Verdict::Ok);
        let full = check(Ok(delivery(4_900)), &recipe, HERE);
        assert_eq!(full.verdict, Verdict::Warning);
        insta::assert_snapshot!(format!("{}\n{}", full.found, full.help.unwrap()));
        assert_eq!(verdict(vec![], &groups("/aws/stepfunctions/", 50)), Verdict::Warning);
        assert_eq!(verdict(vec![], &groups(VENDED_LOGS, 50)), Verdict::Ok);
    }

    #[test]
    fn groups_that_are_in_the_policy_need_nothing_more() {
        let recipe = groups("/aws/stepfunctions/", 2);
        let entries = entries(&recipe, HERE.0, HERE.1).join("\",\"");
        let filled = format!("{}{entries}", "x".repeat(4_900));
        assert_eq!(verdict(vec![policy(POLICY, filled)], &recipe), Verdict::Ok);
    }

    #[test]
    fn ten_other_policies_leave_no_room_for_that_of_log_deliveries() {
        let others = |number: usize| -> Vec<Policy> {
            (0..number).map(|n| policy(&format!("other{n}"), String::new())).collect()
        };
        let recipe = groups("/aws/stepfunctions/", 1);
        assert_eq!(verdict(others(9), &recipe), Verdict::Ok);
        assert_eq!(verdict(others(10), &recipe), Verdict::Warning);
        let with_it = [others(9), delivery(400)].concat();
        assert_eq!(verdict(with_it, &recipe), Verdict::Ok);
    }
}
