//! The state table of a deployed stack and what the reconciler wrote into it: whether the function can
//! use it, whether ticks come, and how much of the quota they get. Pure; `probe_state` reads them.

use super::judge::Failed;
use super::{Check, Verdict};
use crate::neighbours::{LESS, shared};
use crate::text::{count, duration, plain};
use guardian_contract::table::{EXPIRES, Fleet, PARTITION, SCHEMA, SILENT_MS, SORT, Sweep};

/// The same, when something is wrong.
const NO_TICK_MS: i64 = 600_000;
/// The longest that a lease lasts: the longest timeout of a function, and what it lasts beyond. The
/// function ignores a longer one.
const LONGEST_LEASE_MS: i64 = 910_000;

/// A table as DynamoDB describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: String,
    /// Names of its partition key and its sort key.
    pub keys: Vec<String>,
    /// Whether it has no fixed capacity.
    pub on_demand: bool,
}

/// The table itself.
pub fn table(found: Result<Option<Table>, Failed>) -> Check {
    const NAME: &str = "table";
    let table = match found {
        Ok(Some(table)) => table,
        Ok(None) => {
            return Check::new(NAME, Verdict::Problem, "the stack's table does not exist").help(
                "it was deleted outside of CloudFormation: restore it from a backup under its name, or \
                 create the stack again; the function fills an empty table",
            );
        }
        Err(failed) => return failed.check(NAME, Verdict::Warning),
    };
    let name = plain(&table.name);
    if table.keys != [PARTITION, SORT] {
        let keys = plain(&table.keys.join(", "));
        let found = format!("`{name}` has the keys {keys}, not {PARTITION} and {SORT}");
        return Check::new(NAME, Verdict::Problem, found)
            .help("`guardian drift` shows what was changed; the function cannot use it");
    }
    if table.status != "ACTIVE" {
        let found = format!("`{name}` is {}", plain(&table.status));
        let verdict = match table.status.as_str() {
            // It can be read and written meanwhile [DynamoDB guide].
            "UPDATING" => Verdict::Warning,
            _ => Verdict::Problem,
        };
        return Check::new(NAME, verdict, found).help("wait until it is ACTIVE");
    }
    if !table.on_demand {
        let found = format!("`{name}` has a fixed capacity");
        return Check::new(NAME, Verdict::Warning, found).help(
            "events on the full hour need more than most capacities have: set its billing mode to \
             PAY_PER_REQUEST, as the template has it",
        );
    }
    Check::new(NAME, Verdict::Ok, format!("`{name}` is there"))
}

/// Whether expired records are deleted: status and attribute.
pub fn time_to_live(found: Result<(String, Option<String>), Failed>) -> Check {
    const NAME: &str = "table-expiry";
    match found {
        Ok((status, attribute))
            if matches!(status.as_str(), "ENABLED" | "ENABLING")
                && attribute.as_deref().unwrap_or(EXPIRES) == EXPIRES =>
        {
            Check::new(NAME, Verdict::Ok, "incidents and deleted machines expire")
        }
        Ok((status, attribute)) => {
            let on = attribute.map(|name| format!(" on `{}`", plain(&name))).unwrap_or_default();
            let found = format!("time to live is {}{on}", plain(&status.to_lowercase()));
            Check::new(NAME, Verdict::Warning, found).help(format!(
                "incidents and the rows of deleted machines stay for ever: switch it on for the \
                 attribute `{EXPIRES}`; a change takes up to an hour"
            ))
        }
        Err(failed) => failed.check(NAME, Verdict::Warning),
    }
}

/// What the reconciler wrote.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    /// What the last tick found.
    pub fleet: Option<Fleet>,
    /// Where it is.
    pub sweep: Sweep,
    /// Records that cannot be read, and why.
    pub broken: Vec<(String, String)>,
}

/// Why the records cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// A newer version writes them: this schema.
    Newer(u64),
    /// They cannot be read.
    Failed(Failed),
}

/// The schema, the lease, the last tick and the quota.
pub fn reconciler(
    found: Result<Written, Unusable>,
    configured_share: u32,
    now_ms: i64,
) -> Vec<Check> {
    const NAME: &str = "table-schema";
    let written = match found {
        Ok(written) => written,
        Err(Unusable::Newer(version)) => {
            let found = format!("the rows have schema {version}, and this version writes {SCHEMA}");
            let help = "deploy the newer version again: this one's function holds all lights";
            return vec![Check::new(NAME, Verdict::Problem, found).help(help)];
        }
        Err(Unusable::Failed(failed)) => return vec![failed.check(NAME, Verdict::Warning)],
    };
    let schema = match written.broken.first() {
        Some((record, why)) => {
            let found = format!("the record {} cannot be read: {}", plain(record), plain(why));
            let help =
                "the function's log has the same error; delete the record: a tick writes a new one";
            Check::new(NAME, Verdict::Problem, found).help(help)
        }
        None => Check::new(NAME, Verdict::Ok, format!("schema {SCHEMA}")),
    };
    let Some(fleet) = &written.fleet else {
        let found = "no tick has finished: the table is empty";
        let tick = Check::new("tick", Verdict::Warning, found);
        return vec![schema, tick.help("`guardian run` starts one and shows its error")];
    };
    vec![
        schema,
        tick(fleet, now_ms),
        lease(&written.sweep, fleet, now_ms),
        quota(fleet, &written.sweep, configured_share),
    ]
}

fn tick(fleet: &Fleet, now_ms: i64) -> Check {
    let age_ms = now_ms.saturating_sub(fleet.tick_ms).max(0);
    let found = format!("the last tick was {} ago", duration(age_ms));
    match age_ms {
        0..SILENT_MS => {
            let unread = match fleet.unread {
                0 => String::new(),
                some => format!("; not read yet: {}", count(some as usize, "machine")),
            };
            Check::new("tick", Verdict::Ok, found + &unread)
        }
        SILENT_MS..NO_TICK_MS => Check::new("tick", Verdict::Warning, found)
            .help("one comes each minute: look at the function's log"),
        _ => Check::new("tick", Verdict::Problem, format!("{found}: nothing repairs the lights"))
            .help(
                "`guardian run` starts one and shows its error; look whether the rule of the schedule \
                 is enabled and whether the function is throttled",
            ),
    }
}

fn lease(sweep: &Sweep, fleet: &Fleet, now_ms: i64) -> Check {
    const NAME: &str = "lease";
    let left_ms = sweep.until_ms.saturating_sub(now_ms);
    if left_ms <= 0 {
        return Check::new(NAME, Verdict::Ok, "free");
    }
    let held = format!("{} has it for {}", plain(&sweep.holder), duration(left_ms));
    if left_ms > LONGEST_LEASE_MS {
        let found = format!("{held}, by a clock that is wrong");
        return Check::new(NAME, Verdict::Warning, found)
            .help("the next tick takes it all the same; look who writes into the table");
    }
    if now_ms.saturating_sub(fleet.tick_ms) < SILENT_MS {
        return Check::new(NAME, Verdict::Ok, held);
    }
    Check::new(NAME, Verdict::Warning, format!("{held}, and no tick has ended since"))
        .help("its process is dead or hangs: the next tick takes the lease when it is over")
}

fn quota(fleet: &Fleet, sweep: &Sweep, configured: u32) -> Check {
    const NAME: &str = "quota-share";
    let found = format!(
        "ticks use {:.0} % of ListExecutions' quota, of {configured} % configured",
        fleet.share
    );
    let help = "other callers of the account use the quota as well: look for them in CloudTrail, have \
                the quota raised, or lower `memory.quota_share`";
    if fleet.throttled > 0 {
        let times = count(usize::try_from(fleet.throttled).unwrap_or(usize::MAX), "time");
        let found = format!("{found}; the last tick was throttled {times}");
        return Check::new(NAME, Verdict::Warning, found).help(help);
    }
    if fleet.share < f64::from(configured) {
        let found = format!("{found}: an earlier tick was throttled");
        return Check::new(NAME, Verdict::Warning, found).help(help);
    }
    let found = match sweep.overdrawn {
        0 => found,
        calls => {
            let calls = count(usize::try_from(calls).unwrap_or(usize::MAX), "call");
            format!("{found}; the next ticks save {calls} that were above it")
        }
    };
    Check::new(NAME, Verdict::Ok, found)
}

/// The rule that delivers the events: whether it is enabled, and what the function found.
pub fn event_rule(found: Result<Option<bool>, Failed>, fault: Option<&str>) -> Check {
    const NAME: &str = "event-rule";
    let help = "events do not arrive: lights follow at the pace of the quota. `aws events enable-rule` \
                enables it; deploy if it was deleted";
    match (found, fault) {
        (Ok(Some(true)), None) => Check::new(NAME, Verdict::Ok, "enabled"),
        (Ok(Some(true)), Some(_)) => {
            Check::new(NAME, Verdict::Ok, "enabled again; the next tick notices it")
        }
        (Ok(Some(false)), _) => Check::new(NAME, Verdict::Problem, "disabled").help(help),
        (Ok(None), _) => Check::new(NAME, Verdict::Problem, "it does not exist").help(help),
        (Err(_), Some(fault)) => Check::new(NAME, Verdict::Problem, plain(fault)).help(help),
        (Err(failed), None) => failed.check(NAME, Verdict::Warning),
    }
}

/// Other deployments with the same quota.
pub fn deployments(found: Result<Vec<String>, Failed>, share: u32) -> Check {
    const NAME: &str = "deployments";
    match found.map(|others| shared(&others, share)) {
        Ok(None) => Check::new(NAME, Verdict::Ok, "no other one in this account and region"),
        Ok(Some((text, false))) => Check::new(NAME, Verdict::Ok, text),
        Ok(Some((text, true))) => Check::new(NAME, Verdict::Warning, text).help(LESS),
        Err(failed) => failed.check(NAME, Verdict::Warning),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    fn there() -> Table {
        Table {
            name: "shop-dev-StateTable-1".into(),
            status: "ACTIVE".into(),
            keys: vec![PARTITION.into(), SORT.into()],
            on_demand: true,
        }
    }

    fn failed() -> Failed {
        Failed { why: "access denied".into(), help: None }
    }

    #[test]
    fn a_table_that_the_function_cannot_use_is_a_problem() {
        let verdict = |table: Table| super::table(Ok(Some(table))).verdict;
        assert_eq!(verdict(there()), Verdict::Ok);
        assert_eq!(verdict(Table { status: "UPDATING".into(), ..there() }), Verdict::Warning);
        assert_eq!(verdict(Table { status: "DELETING".into(), ..there() }), Verdict::Problem);
        assert_eq!(verdict(Table { on_demand: false, ..there() }), Verdict::Warning);
        assert_eq!(verdict(Table { keys: vec!["id".into()], ..there() }), Verdict::Problem);
        assert_eq!(super::table(Ok(None)).verdict, Verdict::Problem);
        assert_eq!(super::table(Err(failed())).verdict, Verdict::Warning);
    }

    #[test]
    fn a_table_that_keeps_expired_records_is_a_warning() {
        let verdict = |status: &str, on: Option<&str>| {
            time_to_live(Ok((status.to_owned(), on.map(str::to_owned)))).verdict
        };
        assert_eq!(verdict("ENABLED", Some(EXPIRES)), Verdict::Ok);
        assert_eq!(verdict("ENABLING", Some(EXPIRES)), Verdict::Ok);
        assert_eq!(verdict("ENABLED", Some("ttl")), Verdict::Warning);
        assert_eq!(verdict("DISABLED", None), Verdict::Warning);
        assert_eq!(time_to_live(Err(failed())).verdict, Verdict::Warning);
    }

    fn written(tick_s: i64, change: impl Fn(&mut Written)) -> Vec<Check> {
        let fleet = Fleet { tick_ms: NOW - tick_s * 1_000, share: 50.0, ..Fleet::default() };
        let mut written = Written { fleet: Some(fleet), ..Written::default() };
        change(&mut written);
        reconciler(Ok(written), 50, NOW)
    }

    fn verdict(checks: &[Check], name: &str) -> Verdict {
        checks.iter().find(|check| check.name == name).unwrap().verdict
    }

    #[test]
    fn ticks_that_stop_are_a_problem_and_a_table_without_one_a_warning() {
        assert!(written(30, |_| ()).iter().all(|check| check.verdict == Verdict::Ok));
        assert_eq!(verdict(&written(200, |_| ()), "tick"), Verdict::Warning);
        assert_eq!(verdict(&written(700, |_| ()), "tick"), Verdict::Problem);
        assert_eq!(verdict(&written(0, |w| w.fleet = None), "tick"), Verdict::Warning);
    }

    #[test]
    fn a_lease_of_a_dead_process_and_one_from_a_wrong_clock_are_seen() {
        let lease = |tick_s: i64, left_s: i64| {
            let checks = written(tick_s, |w| {
                w.sweep.holder = "00c0ffee".into();
                w.sweep.until_ms = NOW + left_s * 1_000;
            });
            verdict(&checks, "lease")
        };
        assert_eq!(lease(30, -5), Verdict::Ok);
        assert_eq!(lease(30, 35), Verdict::Ok);
        assert_eq!(lease(300, 35), Verdict::Warning);
        assert_eq!(lease(30, 86_400), Verdict::Warning);
    }

    #[test]
    fn throttles_and_a_share_that_they_lowered_are_warnings() {
        let quota = |share: f64, throttled: u64| {
            let checks = written(30, |w| {
                let fleet = w.fleet.as_mut().unwrap();
                (fleet.share, fleet.throttled) = (share, throttled);
            });
            verdict(&checks, "quota-share")
        };
        assert_eq!(quota(50.0, 0), Verdict::Ok);
        assert_eq!(quota(25.0, 0), Verdict::Warning);
        assert_eq!(quota(50.0, 3), Verdict::Warning);
    }

    #[test]
    fn rows_of_a_newer_version_and_broken_records_are_problems() {
        let newer = reconciler(Err(Unusable::Newer(9)), 50, NOW);
        assert_eq!((newer.len(), newer[0].verdict), (1, Verdict::Problem));
        let broken = written(30, |w| w.broken.push(("fleet".into(), "no\u{1b}[2J".into())));
        assert_eq!(verdict(&broken, "table-schema"), Verdict::Problem);
        let denied = reconciler(Err(Unusable::Failed(failed())), 50, NOW);
        assert_eq!(denied[0].verdict, Verdict::Warning);
    }

    #[test]
    fn a_rule_that_delivers_nothing_is_a_problem() {
        assert_eq!(event_rule(Ok(Some(true)), None).verdict, Verdict::Ok);
        assert_eq!(event_rule(Ok(Some(true)), Some("disabled")).verdict, Verdict::Ok);
        assert_eq!(event_rule(Ok(Some(false)), None).verdict, Verdict::Problem);
        assert_eq!(event_rule(Ok(None), None).verdict, Verdict::Problem);
        assert_eq!(event_rule(Err(failed()), Some("disabled")).verdict, Verdict::Problem);
        assert_eq!(event_rule(Err(failed()), None).verdict, Verdict::Warning);
    }

    #[test]
    fn other_deployments_are_named_and_too_many_shares_a_warning() {
        let check = |others: &[&str], share| {
            deployments(Ok(others.iter().map(|one| (*one).to_owned()).collect()), share)
        };
        assert_eq!(check(&[], 50).verdict, Verdict::Ok);
        let one = check(&["billing"], 50);
        assert_eq!((one.verdict, one.found.contains("`billing`")), (Verdict::Ok, true));
        assert_eq!(check(&["billing", "shop-prod"], 50).verdict, Verdict::Warning);
    }
}
