//! Reads `stack_set`: the accounts and regions of one template, and the roles.

use super::limits;
use super::reader::{Field, Section};
use crate::app::{AutoDeployment, Grant, Share, StackSet};
use crate::problem::Reason;
use std::collections::BTreeSet;

/// Organizational units that one operation takes [CreateStackInstances].
const MAX_UNITS: usize = 50;

/// Stack instances of a stack set [CloudFormation quotas, from memory]: no share of its accounts is
/// larger.
const MAX_INSTANCES: u32 = 100_000;

/// Keys that only one of the two kinds of permissions knows.
const OF_ACCOUNTS: [&str; 2] = ["admin_role", "execution_role"];
const OF_UNITS: [&str; 3] = ["auto_deployment", "retain_on_removal", "call_as"];

/// The environment, as far as it is read before the section.
#[derive(Debug, Clone, Copy)]
pub(super) struct SetContext<'a> {
    /// `{project}-{env}`.
    pub name: &'a str,
    /// The regions that are written.
    pub regions: &'a [String],
    /// The section itself is there.
    pub written: bool,
}

/// Reads the section; none where it is missing or unusable.
pub(super) fn read(section: &Section<'_>, context: SetContext<'_>) -> Option<StackSet> {
    if !context.written {
        return None;
    }
    let name = section.setting("name", context.name.to_owned(), |f| limits::stack_name(f.text()?));
    let admin_region = admin_region(section, context.regions);
    let organization = section.optional("organization", |f| limits::organization(f.text()?));
    let grant = grant(section, organization.is_some());
    let failure_tolerance =
        section.setting("failure_tolerance", Share::Count(0), |f| share(f, 0, "failures"));
    let max_concurrent =
        section.setting("max_concurrent", Share::Count(1), |f| share(f, 1, "accounts at once"));
    if let (Share::Count(failures), Share::Count(at_once)) = (failure_tolerance, max_concurrent)
        && at_once > failures + 1
        && let Some(field) = section.get("max_concurrent")
    {
        let message = format!("{at_once} accounts at once with `failure_tolerance: {failures}`");
        let help = format!(
            "CloudFormation works in {} at most: one more than may fail; raise \
             `failure_tolerance`",
            failures + 1
        );
        field.warn(Reason::new(message).help(help));
    }
    let parallel_regions = section.setting("region_concurrency", "sequential".to_owned(), |f| {
        f.word::<String>(&["sequential", "parallel"])
    }) == "parallel";
    Some(StackSet {
        name,
        admin_region: admin_region?,
        regions: context.regions.to_vec(),
        grant: grant?,
        organization,
        failure_tolerance,
        max_concurrent,
        parallel_regions,
    })
}

/// The region of the stack set itself. The order of several regions does not decide it: sorting the
/// list would create a second stack set.
fn admin_region(section: &Section<'_>, regions: &[String]) -> Option<String> {
    let written = section.optional("admin_region", |f| limits::region(f.text()?));
    match (written, regions) {
        (_, []) => {
            let reason = Reason::new("a stack set without `regions`");
            section.problem(reason.help("write the regions that its stacks are in as `regions`"));
            None
        }
        (Some(region), _) => Some(region),
        // The refusal has already been reported.
        (None, _) if section.get("admin_region").is_some() => None,
        (None, [region]) => {
            section.note_default("admin_region", region);
            Some(region.clone())
        }
        (None, _) => {
            let reason = Reason::new("`stack_set` has no `admin_region`");
            section.problem(reason.help(
                "of several regions, say in which one the stack set itself is kept; it cannot \
                 move later",
            ));
            None
        }
    }
}

fn grant(section: &Section<'_>, organization: bool) -> Option<Grant> {
    let (accounts, units) = (section.get("accounts"), section.get("organizational_units"));
    let refuse = |keys: &[&str], with: &str| {
        for field in keys.iter().filter_map(|key| section.get(key)) {
            let message = format!("`{}` is for a stack set with `{with}`", field.key);
            field.problem(Reason::new(message).help("take it out"));
        }
    };
    match (accounts, units) {
        (Some(_), Some(units)) => {
            let reason = Reason::new("`accounts` and `organizational_units` are both written");
            units.problem(reason.help(
                "`accounts` is for roles of your own, `organizational_units` for those of AWS \
                 Organizations; a stack set has one of them",
            ));
            None
        }
        (None, None) => {
            let reason = Reason::new("`stack_set` names no accounts");
            section.problem(reason.help(
                "write `accounts: ['111111111111']`, or `organizational_units: [ou-ab12-cdefgh34]`",
            ));
            None
        }
        (Some(accounts), None) => {
            refuse(&OF_UNITS, "organizational_units");
            Some(Grant::Accounts {
                accounts: each_once(accounts, "account", limits::account),
                admin_role: section.optional("admin_role", |f| limits::role(f.text()?)),
                execution_role: section
                    .optional("execution_role", |f| limits::role_name(f.text()?)),
            })
        }
        (None, Some(units)) => {
            refuse(&OF_ACCOUNTS, "accounts");
            if !organization {
                let reason = Reason::new("`stack_set` has no `organization`");
                section.problem(reason.help(
                    "write its id, such as `organization: o-a1b2c3d4e5`: the accounts of it, and \
                     no others, may read the function's package",
                ));
            }
            let named = each_once(units, "unit", limits::organizational_unit);
            if named.len() > MAX_UNITS {
                let message = format!("{} organizational units", named.len());
                let help = format!(
                    "CloudFormation takes {MAX_UNITS} in one operation; name the unit above them"
                );
                units.problem(Reason::new(message).help(help));
            }
            let enabled = section.setting("auto_deployment", false, Field::boolean);
            let retain = section.setting("retain_on_removal", false, Field::boolean);
            if let Some(field) = section.get("retain_on_removal").filter(|_| retain && !enabled) {
                let reason = Reason::new("`retain_on_removal` without `auto_deployment`");
                field.problem(reason.help("it is about accounts that leave a unit by themselves"));
            }
            let call_as: String = section
                .setting("call_as", "SELF".to_owned(), |f| f.word(&["SELF", "DELEGATED_ADMIN"]));
            Some(Grant::Units {
                units: named,
                auto_deployment: enabled.then_some(AutoDeployment { retain_on_removal: retain }),
                delegated: call_as == "DELEGATED_ADMIN",
            })
        }
    }
}

/// A list of names, each checked and each once; an empty one is refused.
fn each_once(
    field: &Field<'_>,
    what: &str,
    check: impl Fn(&str) -> Result<String, Reason>,
) -> Vec<String> {
    if field.items().is_empty() && !field.is_nothing() {
        field.problem(Reason::new(format!("`{}` is empty", field.key)).help("name one or more"));
    }
    let seen = std::cell::RefCell::new(BTreeSet::new());
    field.list(|item| {
        let name = check(item.text()?)?;
        if seen.borrow_mut().insert(name.clone()) {
            return Ok(name);
        }
        Err(Reason::new(format!("the {what} `{name}` is written twice")).help("take one out"))
    })
}

/// A count, or a percentage as `10%`.
fn share(field: &Field<'_>, least: u32, what: &str) -> Result<Share, Reason> {
    let Ok(text) = field.text() else {
        return limits::between(what, field.whole()?, least, MAX_INSTANCES).map(Share::Count);
    };
    let number = text.strip_suffix('%').and_then(|digits| digits.trim().parse().ok());
    let Some(number) = number else {
        let message = format!("`{}` cannot be `{}`", field.path, text.escape_debug());
        return Err(Reason::new(message).help("a whole number, or a percentage such as `10%`"));
    };
    limits::between(&format!("a percentage of {what}"), number, least, 100).map(Share::Percent)
}
