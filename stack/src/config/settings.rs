//! The settings of one environment, typed and checked one by one. Checks that need files, the lock or
//! other settings are in `resolve`.

use super::alarms::{self, AlarmDefaults, AlarmSpec};
use super::keys;
use super::limits;
use super::machines::{self, ManagedSpec, WatchSpec};
use super::notifications;
use super::origin::{Origin, Override, Overrides};
use super::protection::{self, ProtectionSpec};
use super::reader::{Field, Reader, Section};
use super::stack_set::{self, SetContext};
use super::state;
use super::tags::tags;
use super::target::{self, Target};
use super::verify::{self, VerifySpec};
use super::watch;
use crate::app::{
    Actions, Architecture, Dashboard, Fleet, Function, Guard, Memory, Mute, Notifications,
    RECIPE_LOGS,
};
use crate::document::Node;
use crate::problem::{Problem, Reason};
use guardian_contract::{Aborted, Semantics};
use std::collections::BTreeMap;
use std::ops::Range;

/// The recipe's schedule: every three hours, on the hour.
pub const DEFAULT_SCHEDULE: &str = "cron(0 */3 * * ? *)";
/// The default schedule where machines can be late or stuck.
pub const WATCHING_SCHEDULE: &str = "rate(5 minutes)";
/// The schedule of the reconciler.
pub const TICK: &str = "rate(1 minute)";
/// The recipe's dashboard.
pub const DEFAULT_DASHBOARD: &str = "StepFunctionStatusDashboard";
/// The recipe's title of the alarm widget.
pub const DEFAULT_TITLE: &str = "Step Functions Last Execution Status";

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub project: String,
    pub env: String,
    pub region: Option<String>,
    pub target: Target,
    pub stack_name: String,
    pub semantics: Semantics,
    pub aborted: Aborted,
    pub schedule: String,
    pub events: bool,
    pub function: Function,
    pub log_prefix: String,
    pub managed: Vec<ManagedSpec>,
    pub watched: Vec<WatchSpec>,
    pub exclude: Vec<(String, Range<usize>)>,
    pub alarms: AlarmDefaults,
    /// Which machines have alarms of their own.
    pub each: state::EachSpec,
    /// Alarms under `alarms.machines`, with the key as it is written and its place.
    pub machine_alarms: Vec<(String, Range<usize>, Vec<AlarmSpec>)>,
    /// Actions of alarms that alone report something.
    pub alarm_only: Actions,
    pub watch: watch::WatchSpec,
    pub guard: Option<Guard>,
    pub fleet: Option<Fleet>,
    pub groups: BTreeMap<String, Vec<String>>,
    pub memory: Option<Memory>,
    pub routes: state::RouteSpecs,
    pub notifications: Notifications,
    pub mute: Vec<Mute>,
    pub verify: Option<VerifySpec>,
    pub dashboard: Option<Dashboard>,
    pub permissions_boundary: Option<String>,
    pub protection: Option<ProtectionSpec>,
    pub tags: BTreeMap<String, String>,
}

impl Settings {
    /// Reads an environment; the reader keeps its problems.
    pub fn read(
        reader: &Reader<'_>,
        root: &Node,
        env: &Environment,
        overrides: &Overrides,
    ) -> Self {
        let root = reader.root(root, keys::ROOT);
        let Base { project, region, target, several, stack_name } =
            Base::read(reader, &root, env, overrides);
        let semantics = root
            .setting("semantics", Semantics::default(), |f| f.word(&["last-finished", "original"]));
        let aborted = root.setting("aborted", Aborted::default(), |f| f.word(&["red", "ignore"]));
        if let (Semantics::Original, Aborted::Ignore, Some(field)) =
            (semantics, aborted, root.get("aborted"))
        {
            let reason = Reason::new("`aborted: ignore` means nothing under `original`");
            field.warn(reason.help("it is for `semantics: last-finished`"));
        }
        let watch = watch::read(&root.child("watch", keys::WATCH), semantics);
        let schedule = schedule(&root, &watch, semantics);
        let events = events(&root, semantics);
        let memory = root.get("memory").is_some();
        let memory = state::memory(&root.child("memory", keys::MEMORY), semantics, memory);
        let routes = state::routes(root.get("routes"), semantics);
        let function =
            read_function(&root.child("function", keys::FUNCTION), &project, env, semantics);
        // Another prefix replaces the groups of a stack that exists, so the default stays.
        let log_prefix =
            root.child("logging", keys::LOGS)
                .setting("prefix", RECIPE_LOGS.to_owned(), |f| limits::log_prefix(f.text()?));
        let notifications = notifications::notifications(
            &root.child("notifications", keys::NOTIFICATIONS),
            semantics,
        );
        let has_topic = notifications.topic.is_some();
        let section = root.child("alarms", keys::ALARMS);
        let (alarms, machine_alarms) = alarms::read(&section, semantics, has_topic);
        let each = state::each(&section, semantics);
        let alarm_only = notifications::alarm_only(&alarms, &notifications);
        let guard = notifications::guard(
            &root.child("guard", keys::GUARD),
            semantics,
            &alarm_only,
            has_topic,
        );
        if guard.is_none() && each.is_some() && semantics == Semantics::LastFinished {
            let reason = Reason::new(
                "the alarms over the machines without alarms of their own are among those of `guard`",
            );
            section.problem_at("each", reason.help("remove `guard.enabled: false`, or `each`"));
        }
        let section = root.child("fleet", keys::FLEET);
        let fleet = notifications::fleet(&section, has_topic);
        let groups = state::groups(&section, semantics);
        let mute = notifications::mutes(root.get("mute"));
        let verify = verify::read(&root.child("verify", keys::VERIFY));
        let section = root.child("machines", keys::MACHINES);
        let managed = machines::managed(&section, &alarms);
        let watched = machines::watched(&section);
        let exclude = machines::exclude(&section);
        machines::refuse_duplicates(reader, &managed, &watched);
        machines::refuse_excluded(reader, &managed, &watched, &exclude);
        let dashboard =
            read_dashboard(&root.child("dashboard", keys::DASHBOARD), several, semantics);
        let permissions_boundary =
            root.optional("permissions_boundary", |f| limits::boundary(f.text()?));
        let protection = protection::read(&root.child("stack_policy", keys::STACK_POLICY));
        let tags = root.get("tags").map(tags).unwrap_or_default();
        Self {
            project,
            env: env.name.clone(),
            region,
            target,
            stack_name,
            semantics,
            aborted,
            schedule,
            events,
            function,
            log_prefix,
            managed,
            watched,
            exclude,
            alarms,
            each,
            machine_alarms,
            alarm_only,
            watch,
            guard,
            fleet,
            groups,
            memory,
            routes,
            notifications,
            mute,
            verify,
            dashboard,
            permissions_boundary,
            protection,
            tags,
        }
    }
}

/// What comes first: where the environment is, and what its stack is called.
struct Base {
    project: String,
    region: Option<String>,
    target: Target,
    /// Whether there are several regions.
    several: bool,
    stack_name: String,
}

/// Where an environment is, without its other settings: reading those of 1,000 machines takes long.
pub(super) fn target_of(
    reader: &Reader<'_>,
    root: &Node,
    env: &Environment,
    overrides: &Overrides,
) -> Target {
    Base::read(reader, &reader.root(root, keys::ROOT), env, overrides).target
}

impl Base {
    fn read(
        reader: &Reader<'_>,
        root: &Section<'_>,
        env: &Environment,
        overrides: &Overrides,
    ) -> Self {
        if root.get("project").is_none() {
            let help = "add a line such as `project: shop`; generated names begin with it";
            reader.problem(&(0..1), Reason::new("`project` is missing").help(help));
        }
        let project = root
            .optional("project", |f| limits::short_name("a project", f.text()?))
            .unwrap_or_else(|| "project".to_owned());
        reader.note("env".to_owned(), &env.name, env.origin.clone());
        let is_set = root.get("stack_set").is_some();
        // CI systems set AWS_REGION for every job, whatever the regions of a stack set are.
        let given = overrides.region.as_ref().filter(|_| !is_set);
        let given = overridden(reader, "region", given, limits::region);
        if let (Some(region), Some(from)) = (&given, &overrides.region)
            && let Some(warn) = limits::unknown_region(region)
        {
            reader.warn_elsewhere(Problem::without_location(&from.source, warn));
        }
        let written = target::regions(root);
        let several = overrides.one_of_several || written.len() > 1;
        let regions = match &given {
            Some(region) => vec![region.clone()],
            None => written,
        };
        // With several regions, none of them is the one region of this run.
        let region = regions.first().filter(|_| regions.len() == 1).cloned();
        let default_stack = format!("{project}-{}", env.name);
        let stack_set = stack_set::read(
            &root.child("stack_set", keys::STACK_SET),
            SetContext { name: &default_stack, regions: &regions, written: is_set },
        );
        let region = stack_set.as_ref().map(|set| set.admin_region.clone()).or(region);
        let target = Target { regions, assume_role: target::assume_role(root), stack_set };
        let stack_name =
            overridden(reader, "stack_name", overrides.stack_name.as_ref(), limits::stack_name)
                .unwrap_or_else(|| {
                    root.setting("stack_name", default_stack, |f| limits::stack_name(f.text()?))
                });
        Self { project, region, target, several, stack_name }
    }
}

/// The schedule of the sweep under `original`, and that of the tick otherwise.
fn schedule(root: &Section<'_>, watch: &watch::WatchSpec, semantics: Semantics) -> String {
    if semantics == Semantics::LastFinished {
        if let Some(field) = root.get("schedule") {
            let reason = Reason::new(
                "`schedule` is for `semantics: original`; with a state table the function \
                 reconciles once a minute",
            );
            // A value that is given is still checked.
            if let Err(reason) = watch::expression(field) {
                field.problem(reason);
            }
            field.warn(reason.help("remove `schedule`"));
        }
        return TICK.to_owned();
    }
    // Only sweeps report what is late or stuck.
    let default = if watch.needs_sweeps() { WATCHING_SCHEDULE } else { DEFAULT_SCHEDULE };
    root.setting("schedule", default.to_owned(), watch::expression)
}

/// Whether execution events are taken: they update the state table, and the published recipe has
/// neither.
fn events(root: &Section<'_>, semantics: Semantics) -> bool {
    let events = semantics == Semantics::LastFinished;
    let written = root.setting("events", events, Field::boolean);
    if written != events {
        let reason = match semantics {
            Semantics::Original => Reason::new("`semantics: original` takes no events").help(
                "it is the published recipe, without a state table; remove `events`, or use \
                 `semantics: last-finished`",
            ),
            Semantics::LastFinished => Reason::new("`semantics: last-finished` takes events").help(
                "they update its state table; remove `events`, or use `semantics: original`, \
                     which only sweeps",
            ),
        };
        root.problem_at("events", reason);
    }
    events
}

/// The chosen environment.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    pub name: String,
    pub origin: Origin,
}

/// A value that a flag or a variable gave.
fn overridden(
    reader: &Reader<'_>,
    path: &str,
    given: Option<&Override>,
    check: impl FnOnce(&str) -> Result<String, Reason>,
) -> Option<String> {
    let given = given?;
    match check(&given.value) {
        Ok(value) => reader.note(path.to_owned(), &value, Origin::Override(given.source.clone())),
        Err(reason) => reader.problem_elsewhere(Problem::without_location(&given.source, reason)),
    }
    Some(given.value.clone())
}

fn read_function(
    section: &Section<'_>,
    project: &str,
    env: &Environment,
    semantics: Semantics,
) -> Function {
    let default_name = format!("{project}-{}-step-function-status-check", env.name);
    if section.get("name").is_none()
        && let Err(reason) = limits::function_name(&default_name)
    {
        section.problem(reason);
    }
    let name = section.setting("name", default_name, |f| limits::function_name(f.text()?));
    let memory = |f: &Field<'_>| limits::between("memory in MB", f.whole()?, 128, 10_240);
    let timeout = |f: &Field<'_>| limits::between("a timeout in seconds", f.whole()?, 1, 900);
    Function {
        name,
        architecture: section
            .setting("architecture", Architecture::default(), |f| f.word(&["x86_64", "arm64"])),
        memory_mb: section.setting("memory", 256, memory),
        timeout_s: section.setting("timeout", 30, timeout),
        log_retention_days: section
            .setting("log_retention_days", 90, |f| limits::retention(f.whole()?)),
        // The published recipe has it.
        publish: section.setting("publish", semantics == Semantics::Original, Field::boolean),
        list_burst: section
            .optional("list_burst", |f| limits::between("a burst", f.whole()?, 1, 100_000)),
        list_refill: section.optional("list_refill", |f| {
            let refill = f.number()?;
            let fits = refill.is_finite() && (0.01..=10_000.0).contains(&refill);
            let help = "calls a second, 0.01 to 10000";
            fits.then_some(refill)
                .ok_or_else(|| Reason::new(format!("a refill cannot be {refill}")).help(help))
        }),
    }
}

fn read_dashboard(
    section: &Section<'_>,
    per_region: bool,
    semantics: Semantics,
) -> Option<Dashboard> {
    let enabled = section.setting("enabled", true, Field::boolean);
    let name = section
        .setting("name", DEFAULT_DASHBOARD.to_owned(), |f| limits::dashboard_name(f.text()?));
    let title = section.setting("title", DEFAULT_TITLE.to_owned(), |f| Ok(f.text()?.to_owned()));
    let has_table = semantics == Semantics::LastFinished;
    let widget = section.setting("widget", has_table, Field::boolean);
    if widget && !has_table {
        let reason = Reason::new("`semantics: original` has no board on its dashboard");
        let help = "the board reads the state table; remove `widget`, or use `last-finished`";
        section.problem_at("widget", reason.help(help));
    }
    enabled.then_some(Dashboard { name, title, widget, per_region })
}
