//! The tiers that `alarms.each` chooses between, for the machines of an application: what each is
//! billed for by its templates, and what its load costs.

use super::model::{Estimate, Limits, Load, Workings, estimate};
use super::{Billed, billed};
use crate::deployment::tree;
use crate::exit::Failure;
use guardian_contract::{
    DOUBT_METRIC, LARGE_LIST_EXECUTIONS, LATE_METRIC, MachineKey, Quota, RED_METRIC, STUCK_METRIC,
    TURNED_BAD_METRIC, list_executions_quota,
};
use guardian_deploy::change::{Tree, text};
use guardian_stack::app::{App, Architecture, MachineType};
use guardian_stack::templates::templates;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Share of the runs that fail, where nothing else is known.
pub const FAILURES: f64 = 0.01;
/// Events of one run: its start and its end.
const EVENTS: f64 = 2.0;
/// What a tick publishes of all machines, whether an alarm evaluates it or not.
const PUBLISHED: [&str; 5] =
    [RED_METRIC, LATE_METRIC, STUCK_METRIC, DOUBT_METRIC, TURNED_BAD_METRIC];
/// Metrics of each group: as above.
const PUBLISHED_OF_GROUP: u64 = 5;

/// Which machines have a metric and alarms of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// None.
    None,
    /// Those that the configuration chooses.
    Configured,
    /// All.
    All,
}

/// A tier with its cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// Which it is.
    pub tier: Tier,
    /// Whether it is what the configuration says.
    pub configured: bool,
    /// Machines with alarms of their own.
    pub guarded: usize,
    /// EXPRESS machines without: nothing covers them.
    pub not_covered: usize,
    /// Its fixed monthly charges.
    pub billed: Billed,
    /// What it costs.
    pub estimate: Estimate,
}

/// What costs are estimated from besides the application.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Runs {
    /// Runs of each machine in an hour.
    pub an_hour: f64,
    /// Share of them that fails.
    pub failures: f64,
}

/// The machines of an application with their types.
pub fn machines(app: &App) -> BTreeMap<&MachineKey, MachineType> {
    let managed = app.managed.iter().map(|one| (&one.key, one.machine_type));
    managed.chain(app.watched.iter().map(|one| (&one.key, one.machine_type))).collect()
}

/// The tiers, the cheapest first; those that are the same as the configured one are left out.
pub fn tiers(app: &App, runs: Runs) -> Result<Vec<Priced>, Failure> {
    let all_keys: BTreeSet<&MachineKey> = machines(app).into_keys().collect();
    let guarded = app.guarded();
    let mut found = Vec::new();
    if !guarded.is_empty() {
        found.push(priced(app, Tier::None, runs)?);
    }
    let configured = priced(app, Tier::Configured, runs)?;
    found.push(configured);
    if app.each.is_some() && guarded.len() < all_keys.len() {
        found.push(priced(app, Tier::All, runs)?);
    }
    Ok(found)
}

fn priced(app: &App, tier: Tier, runs: Runs) -> Result<Priced, Failure> {
    let own: App;
    let of_tier = match tier {
        Tier::None => {
            own = App { alarms: Vec::new(), each: Some(Vec::new()), ..app.clone() };
            &own
        }
        Tier::Configured => app,
        Tier::All => {
            own = App { each: None, ..app.clone() };
            &own
        }
    };
    // A watched machine without an alarm of its own has nothing in the templates that is charged.
    let guarded = of_tier.guarded();
    let watched = of_tier.watched.iter().filter(|one| guarded.contains(&one.key)).cloned();
    let charged = App { watched: watched.collect(), ..of_tier.clone() };
    let made = templates(&charged, &BTreeMap::new());
    let made = made.map_err(|error| Failure::from(Failure::invalid(error.to_string())))?;
    let tree = tree(&made);
    let mut billed = billed(&tree);
    billed.custom_metrics += published_without_alarm(&tree, app.groups.len() as u64);
    let known = machines(app);
    let mut guarded = guarded;
    if tier == Tier::All {
        for (key, machine_type) in &known {
            if guarded.insert(key) {
                add_alarms(&mut billed, app, key, *machine_type);
            }
        }
    }
    let of_type = |wanted: MachineType, among: &dyn Fn(&MachineKey) -> bool| {
        known.iter().filter(|(key, kind)| **kind == wanted && among(key)).count()
    };
    let is_guarded = |key: &MachineKey| guarded.contains(key);
    let standard = of_type(MachineType::Standard, &|_| true);
    let with_metrics = of_type(MachineType::Standard, &is_guarded);
    let not_covered = of_type(MachineType::Express, &|key| !is_guarded(key));
    let load = Load {
        machines: standard as f64,
        with_metrics: with_metrics as f64,
        runs_an_hour: runs.an_hour,
        failures: runs.failures,
        events_a_run: EVENTS,
    };
    let estimate = estimate(&billed, &load, &workings(app, standard as f64));
    let configured = tier == Tier::Configured;
    Ok(Priced { tier, configured, guarded: guarded.len(), not_covered, billed, estimate })
}

/// What a deployment of so many machines adds for each of them with so many runs, beside what the
/// stack is billed for.
pub fn busy(app: &App, machines: f64, an_hour: f64) -> Estimate {
    let (failures, events_a_run) = (FAILURES, EVENTS);
    let load = Load { machines, with_metrics: 0.0, runs_an_hour: an_hour, failures, events_a_run };
    estimate(&Billed::default(), &load, &workings(app, machines))
}

fn workings(app: &App, machines: f64) -> Workings {
    let quota = app.region.as_deref().map_or(LARGE_LIST_EXECUTIONS, list_executions_quota);
    let limits = Limits {
        quota: Quota {
            burst: app.function.list_burst.unwrap_or(quota.burst),
            refill: app.function.list_refill.unwrap_or(quota.refill),
        },
        share: app.memory.as_ref().map_or(0.0, |memory| f64::from(memory.quota_share)),
        timeout_s: f64::from(app.function.timeout_s),
    };
    let arm = app.function.architecture == Architecture::Arm64;
    Workings::built(app.function.memory_mb, arm, limits, machines)
}

/// What the function publishes that no alarm of the templates evaluates.
fn published_without_alarm(tree: &Tree, groups: u64) -> u64 {
    let evaluated: BTreeSet<String> = tree
        .resources()
        .filter(|(_, _, body)| text(body, "Type") == Some("AWS::CloudWatch::Alarm"))
        .filter_map(|(_, _, body)| {
            let properties = body.get("Properties")?;
            let name = properties.get("MetricName")?.as_str()?;
            let dimensions = properties.get("Dimensions")?.as_array()?.len();
            PUBLISHED.contains(&name).then(|| match dimensions {
                1 => name.to_owned(),
                _ => format!("{name} {}", properties["Dimensions"]),
            })
        })
        .collect();
    (PUBLISHED.len() as u64 + groups * PUBLISHED_OF_GROUP).saturating_sub(evaluated.len() as u64)
}

/// Adds the alarms that a machine has by default, with the metrics that they evaluate.
fn add_alarms(billed: &mut Billed, app: &App, key: &MachineKey, machine_type: MachineType) {
    if machine_type == MachineType::Express {
        // Failed, timed out and aborted, by metric math.
        billed.alarm_metrics += 3;
        return;
    }
    let declared = app.watch.of(key);
    let others = [declared.expects(), declared.limits(), declared.incomplete == Some(true)];
    let others = others.into_iter().filter(|has| *has).count() as u64;
    let status = if app.high_resolution {
        &mut billed.fast_alarm_metrics
    } else {
        &mut billed.alarm_metrics
    };
    *status += 1;
    billed.alarm_metrics += others;
    // A limit by what runs usually take is published beside the running time.
    billed.custom_metrics += 1 + others + u64::from(declared.limits_by_p99());
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use guardian_stack::config::{Config, Files, Overrides};

    struct NoFiles;

    impl Files for NoFiles {
        fn read(&self, _: &str) -> Option<Result<String, String>> {
            None
        }
    }

    pub(crate) fn app(machines: usize, more: &str) -> App {
        let names: Vec<String> = (0..machines).map(|n| format!("import-{n:05}")).collect();
        let text = format!(
            "project: shop\nregion: eu-central-1\n{more}machines:\n  watched: [{}]\n",
            names.join(", ")
        );
        let config = Config::parse("guardian.yaml", &text).unwrap();
        config.resolve(&Overrides::default(), &NoFiles, None).unwrap().app
    }

    pub(crate) const HOURLY: Runs = Runs { an_hour: 1.0, failures: FAILURES };

    fn totals(app: &App) -> Vec<(Tier, bool, f64)> {
        let tiers = tiers(app, HOURLY).unwrap();
        tiers.iter().map(|one| (one.tier, one.configured, one.estimate.total())).collect()
    }

    /// Dollars a month with all that this version does: events of starts, every alarm and metric of
    /// self-monitoring, logs, PutMetricData, the wait of ticks for the quota. The goals are $14 for 1,000
    /// machines and $40 for 10,000.
    #[test]
    fn what_this_version_costs_without_alarms_of_their_own() {
        for (machines, region, least, most) in [
            (100, "eu-central-1", 10.1, 10.6),
            (1_000, "eu-central-1", 13.5, 14.0),
            (10_000, "eu-central-1", 33.5, 34.9),
            (1_000, "us-east-1", 13.7, 14.0),
            (10_000, "us-east-1", 38.1, 39.7),
        ] {
            let app = app(machines, "alarms: { each: none }\n");
            let totals = totals(&App { region: Some(region.to_owned()), ..app });
            let (tier, configured, total) = totals[0];
            assert_eq!((tier, configured), (Tier::Configured, true));
            println!("{machines} machines, {region}: {total:.2}");
            assert!((least..most).contains(&total), "{machines} {region}: {total}");
        }
    }

    #[test]
    fn the_tiers_differ_by_an_alarm_and_a_metric_a_machine() {
        let by_default = totals(&app(1_000, ""));
        assert_eq!(by_default.len(), 2);
        assert_eq!((by_default[0].0, by_default[1].0), (Tier::None, Tier::Configured));
        let none = totals(&app(1_000, "alarms: { each: none }\n"));
        assert_eq!((none[0].0, none[1].0), (Tier::Configured, Tier::All));
        // The same from either direction.
        assert!((by_default[0].2 - none[0].2).abs() < 0.01, "{by_default:?} {none:?}");
        assert!((by_default[1].2 - none[1].2).abs() < 0.01, "{by_default:?} {none:?}");
        assert!((390.0..420.0).contains(&(none[1].2 - none[0].2)), "{none:?}");
        let some = totals(&app(20, "alarms: { each: [import-00001] }\n"));
        assert_eq!(
            some.iter().map(|one| one.0).collect::<Vec<_>>(),
            [Tier::None, Tier::Configured, Tier::All]
        );
        assert!(some[0].2 < some[1].2 && some[1].2 < some[2].2, "{some:?}");
    }

    #[test]
    fn ten_machines_with_a_run_a_second_each_are_priced() {
        let total = busy(&app(10, ""), 10.0, 3_600.0).total();
        assert!((25.0..60.0).contains(&total), "{total}");
    }

    /// The model takes a row for one write unit: 1 KB with its keys.
    #[test]
    fn a_row_of_eight_runs_is_one_write_unit() {
        use guardian_contract::{Listed, Row, Run, Status};
        let key = MachineKey::new("customer-invoices-00001").unwrap();
        let arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:customer-invoices-00001";
        let mut row = Row::new(key, arn.to_owned(), 0);
        let runs = (0..40).map(|n| Run {
            arn: format!(
                "{}:3f2b8c1e-5a77-4d0e-9b61-7c2f4e8d9a{n:02}",
                arn.replace("stateMachine", "execution")
            ),
            status: Status::Succeeded,
            start_ms: 1_790_000_000_000 - n * 3_600_000,
            stop_ms: Some(1_790_000_100_000 - n * 3_600_000),
            redrive_ms: None,
            redrive_count: 0,
        });
        let at_ms = 1_790_000_200_000;
        row.list(Listed { runs: runs.collect(), complete: true, at_ms, ..Listed::default() });
        let size = row.encode().len() + 80;
        assert!((500..1_024).contains(&size), "{size}");
    }
}
