//! Turns the settings of one environment into the application: definitions are read, patterns become
//! the machines of the lock, every machine gets its alarms, and settings are checked against each
//! other.

use super::alarms::AlarmSpec;
use super::files::Files;
use super::machines::ManagedSpec;
use super::origin::Setting;
use super::reader::Findings;
use super::settings::Settings;
use super::verify::Verify;
use crate::alarm_rules::{Evaluation, MAX_NAME};
use crate::app::{Alarm, App, MachineType, Managed, Metric, Watched};
use crate::definition;
use crate::lock::{self, Lock, Locked, Pattern, Wanted};
use crate::problem::{Problem, Reason, Warning, nearest};
use crate::stack_policy::Protection;
use guardian_contract::{
    LARGE_LIST_EXECUTIONS, MachineKey, Patterns, Quota, Scope, count, glob_matches,
    list_executions_quota,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Seconds that a Lambda function may run.
const LONGEST_RUN_S: f64 = 900.0;

/// An application with its warnings and the origins of its settings.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The application itself.
    pub app: App,
    /// The machine of `guardian verify`.
    pub verify: Option<Verify>,
    /// The stack policy.
    pub stack_policy: Option<Protection>,
    /// What is allowed and probably a mistake.
    pub warnings: Vec<Warning>,
    /// Every setting with its origin.
    pub origins: Vec<Setting>,
}

/// The existing machines that the settings need.
pub(super) fn wanted(settings: &Settings) -> Wanted {
    Wanted {
        env: settings.env.clone(),
        region: settings.region.clone(),
        patterns: settings.watched.iter().map(|spec| spec.pattern.clone()).collect(),
        exclude: settings.exclude.iter().map(|(glob, _)| glob.clone()).collect(),
        managed: settings.managed.iter().map(|spec| spec.key.clone()).collect(),
        schedules: settings.watch.asks_for_schedules(),
    }
}

pub(super) fn resolve(
    file: &str,
    text: &str,
    settings: Settings,
    findings: Findings,
    files: &dyn Files,
    lock: Option<&Lock>,
) -> Result<Resolved, Vec<Problem>> {
    let locked = lock.and_then(|lock| lock.environments.get(&settings.env));
    let mut resolver = Resolver {
        file,
        text,
        problems: Vec::new(),
        warnings: findings.warnings,
        rare_sweeps: false,
    };
    let watched = resolver.watched(&settings, locked, &lookup_help(&settings, lock));
    let managed: Vec<Managed> = settings
        .managed
        .iter()
        .filter_map(|spec| resolver.managed(spec, &settings, files))
        .collect();
    let watching = resolver.watching(&settings, &managed, &watched, locked);
    let chosen = resolver.chosen(&settings, &watched, locked);
    let keys = chosen.as_ref().map(|chosen| &chosen.keys);
    let alarms = resolver.alarms(&settings, &watched, watching.alarms, keys);
    let routes = resolver.routes(&settings, &watched);
    let guard = settings.guard.iter().map(|guard| &guard.actions);
    let fleet = settings.fleet.iter().map(|fleet| &fleet.actions);
    let actions = alarms.iter().map(|alarm| &alarm.actions).chain(guard).chain(fleet);
    let actions = actions.flat_map(|of| of.alarm.iter().chain(&of.ok).chain(&of.insufficient_data));
    resolver.check_actions(actions, settings.region.as_deref());
    let scope = scope(&settings, &watched);
    resolver.sweep_time(&settings, &watched);
    let verify = resolver.verify(&settings, &watched);
    let stack_policy = resolver.protection(&settings, &watched, files);
    if !resolver.problems.is_empty() {
        return Err(resolver.problems);
    }
    let app = App {
        project: settings.project,
        env: settings.env,
        region: settings.region,
        stack_name: settings.stack_name,
        stack_set: settings.target.stack_set,
        permissions_boundary: settings.permissions_boundary,
        semantics: settings.semantics,
        aborted: settings.aborted,
        schedule: settings.schedule,
        events: settings.events,
        function: settings.function,
        log_prefix: settings.log_prefix,
        managed,
        watched,
        scope,
        alarms,
        watch: watching.watch,
        guard: settings.guard,
        fleet: settings.fleet,
        groups: settings.groups,
        memory: settings.memory,
        routes,
        each: chosen.map(|chosen| chosen.patterns),
        high_resolution: settings.alarms.high_resolution,
        notifications: settings.notifications,
        mute: settings.mute,
        dashboard: settings.dashboard,
        tags: settings.tags,
    };
    Ok(Resolved {
        app,
        verify,
        stack_policy,
        warnings: resolver.warnings,
        origins: findings.settings,
    })
}

/// The help where the lock does not know the machines: it never uses another region's.
fn lookup_help(settings: &Settings, lock: Option<&Lock>) -> String {
    let entries = lock.iter().flat_map(|lock| lock.environments.keys());
    let of_env =
        |name: &&String| name.strip_prefix(&settings.env).is_some_and(|rest| rest.starts_with('.'));
    let others: Vec<&str> = entries.filter(of_env).map(String::as_str).collect();
    let flag = match &settings.region {
        Some(region) if !others.is_empty() => format!(" --region {region}"),
        _ => String::new(),
    };
    let has = match others.as_slice() {
        [] => String::new(),
        others => {
            format!(
                "guardian.lock has {}, and each region has its own machines; ",
                others.join(", ")
            )
        }
    };
    format!(
        "{has}run `guardian synth{flag}` with network: it finds the machines and writes them to \
         guardian.lock"
    )
}

struct AlarmSource<'a> {
    key: &'a MachineKey,
    machine_type: MachineType,
    declared: Vec<&'a AlarmSpec>,
}

pub(super) struct Resolver<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    problems: Vec<Problem>,
    pub(super) warnings: Vec<Warning>,
    /// Whether rare sweeps have been warned of.
    pub(super) rare_sweeps: bool,
}

impl Resolver<'_> {
    pub(super) fn problem(&mut self, span: &Range<usize>, reason: Reason) {
        self.problems.push(Problem::at(self.file, self.text, span, reason));
    }

    pub(super) fn problem_elsewhere(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn problem_without_location(&mut self, reason: Reason) {
        self.problems.push(Problem::without_location(self.file, reason));
    }

    pub(super) fn warn(&mut self, span: &Range<usize>, reason: Reason) {
        self.warnings.push(Problem::at(self.file, self.text, span, reason));
    }

    /// `guardian verify` runs a machine with a light.
    fn verify(&mut self, settings: &Settings, watched: &[Watched]) -> Option<Verify> {
        let spec = settings.verify.as_ref()?;
        let managed = settings.managed.iter().map(|spec| &spec.key);
        let keys: Vec<&str> =
            managed.chain(watched.iter().map(|w| &w.key)).map(MachineKey::as_str).collect();
        let wanted = spec.verify.machine.as_str();
        if !keys.contains(&wanted) {
            let reason = Reason::new(format!("there is no machine `{wanted}`"));
            let reason = match nearest(wanted, keys.iter().copied()) {
                Some(near) => reason.help(format!("did you mean `{near}`?")),
                None => reason.help("`verify` runs a managed or a watched machine"),
            };
            self.problem(&spec.span, reason);
        }
        Some(spec.verify.clone())
    }

    fn watched(
        &mut self,
        settings: &Settings,
        locked: Option<&Locked>,
        help: &str,
    ) -> Vec<Watched> {
        let nothing = Locked::default();
        let known = locked.unwrap_or(&nothing);
        let (env, there) = (&settings.env, known.region.as_deref());
        if let (Some(here), Some(there)) = (settings.region.as_deref(), there)
            && here != there
        {
            let message = format!("environment `{env}` is for {here}; the lock is of {there}");
            let reason = Reason::new(message).help(help);
            self.problems.push(Problem::without_location(lock::FILE, reason));
        }
        let mut watched = BTreeMap::new();
        for spec in &settings.watched {
            if let Pattern::Name(name) = &spec.pattern {
                let machine_type = known.machines.get(name).map(|m| m.machine_type);
                let setting = Some(spec.path.clone());
                watched.extend(watch(name, machine_type.unwrap_or_default(), setting));
            } else if !known.patterns.contains(&spec.pattern.to_string()) {
                let message = format!(
                    "the machines of `{}` are not known for environment `{env}`",
                    spec.pattern
                );
                self.problem(&spec.span, Reason::new(message).help(help));
            }
        }
        let open: BTreeSet<String> = settings
            .watched
            .iter()
            .filter(|spec| spec.pattern.is_open())
            .map(|spec| spec.pattern.to_string())
            .collect();
        let excluded = |name: &str| settings.exclude.iter().any(|(g, _)| glob_matches(g, name));
        let managed: BTreeMap<&MachineKey, String> =
            settings.managed.iter().map(|s| (&s.key, s.key.managed_name())).collect();
        for (name, machine) in &known.machines {
            if open.contains(&machine.by) && !excluded(name) {
                let Some((key, machine)) = watch(name, machine.machine_type, None) else {
                    continue;
                };
                if managed.get(&key) == Some(name) {
                    continue;
                }
                if managed.contains_key(&key) {
                    let message = format!("`{name}`, found by a pattern, would be `{key}` as well");
                    let help = format!("add `{name}` to `machines.exclude`");
                    let reason = Reason::new(message).help(help);
                    self.problems.push(Problem::without_location(lock::FILE, reason));
                }
                watched.entry(key).or_insert(machine);
            }
        }
        watched.into_values().collect()
    }

    fn managed(
        &mut self,
        spec: &ManagedSpec,
        settings: &Settings,
        files: &dyn Files,
    ) -> Option<Managed> {
        let own = spec.tags.keys().chain(settings.tags.keys());
        let tags = own.collect::<BTreeSet<_>>().len();
        if tags > super::limits::MAX_TAGS {
            let message = format!("with those of the stack, `{}` has {tags} tags", spec.key);
            let reason = Reason::new(message).help("AWS takes 50");
            self.problem(&spec.span, reason);
        }
        let (file, definition) = self.definition(spec, settings, files)?;
        Some(Managed {
            key: spec.key.clone(),
            machine_type: spec.machine_type,
            definition,
            file,
            substitutions: spec.substitutions.clone(),
            log_level: spec.log_level.clone(),
            log_execution_data: spec.log_execution_data,
            log_retention_days: spec.log_retention_days,
            statements: spec.statements.clone(),
            managed_policies: spec.managed_policies.clone(),
            tags: spec.tags.clone(),
        })
    }

    /// The file of a machine's definition, and the checked definition.
    fn definition(
        &mut self,
        spec: &ManagedSpec,
        settings: &Settings,
        files: &dyn Files,
    ) -> Option<(String, String)> {
        let (tried, span) = match &spec.definition {
            Some((path, span)) => (vec![path.clone()], span),
            None => (definition_paths(&spec.key), &spec.span),
        };
        let mut there = tried.iter().filter_map(|path| files.read(path).map(|text| (path, text)));
        let Some((path, text)) = there.next() else {
            let message = format!("the definition of `{}` is missing", spec.key);
            let help = format!("write it in Amazon States Language; tried: {}", tried.join(", "));
            self.problem(span, Reason::new(message).help(help));
            return None;
        };
        if let Some((other, _)) = there.next() {
            let message = format!("{path} is used; {other} is there too");
            let reason = Reason::new(message).help("remove one, or name the file as `definition`");
            self.warnings.push(Problem::at(self.file, self.text, span, reason));
        }
        let text = match text {
            Ok(text) => text,
            Err(reason) => {
                let message = format!("the definition {path} cannot be read: {reason}");
                self.problem(span, Reason::new(message));
                return None;
            }
        };
        match definition::check(path, &text, spec.machine_type) {
            Ok(checked) => {
                self.warnings.extend(checked.warnings);
                let text = (path.as_str(), text.as_str());
                self.check_texts(&spec.key, text, &checked.root, &spec.substitutions, settings);
                Some((path.clone(), checked.definition))
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn alarms(
        &mut self,
        settings: &Settings,
        watched: &[Watched],
        mut marks: BTreeMap<MachineKey, Vec<Alarm>>,
        chosen: Option<&BTreeSet<MachineKey>>,
    ) -> Vec<Alarm> {
        let managed = settings.managed.iter().map(|spec| AlarmSource {
            key: &spec.key,
            machine_type: spec.machine_type,
            declared: spec.alarms.iter().collect(),
        });
        let watched = watched.iter().map(|machine| AlarmSource {
            key: &machine.key,
            machine_type: machine.machine_type,
            declared: Vec::new(),
        });
        let mut sources: Vec<AlarmSource<'_>> = managed.chain(watched).collect();
        let index: BTreeMap<&MachineKey, usize> =
            sources.iter().enumerate().map(|(index, machine)| (machine.key, index)).collect();
        for (written, span, specs) in &settings.machine_alarms {
            let key = MachineKey::of_machine(written).ok();
            match key.and_then(|key| index.get(&key)) {
                Some(at) => sources[*at].declared.extend(specs),
                None => {
                    let reason = Reason::new(format!("there is no machine `{written}`"));
                    let reason = match nearest(written, index.keys().map(|key| key.as_str())) {
                        Some(near) => reason.help(format!("did you mean `{near}`?")),
                        None => reason.help("alarms are for managed and watched machines"),
                    };
                    self.problem(span, reason);
                }
            }
        }
        let defaults_span = &settings.alarms.prefix_span;
        let mut alarms = Vec::new();
        let mut lines: BTreeMap<String, Range<usize>> = BTreeMap::new();
        for machine in &sources {
            let marks = marks.remove(machine.key).unwrap_or_default();
            let marks = marks.into_iter().map(|alarm| (alarm, defaults_span.clone()));
            // Alarms of a machine that is not chosen are checked, too.
            let of_machine = self.alarms_of(machine, settings).into_iter().chain(marks);
            let own = chosen.is_none_or(|chosen| chosen.contains(machine.key));
            for (alarm, span) in of_machine.filter(|_| own) {
                let length = alarm.name.chars().count();
                if length > MAX_NAME {
                    let message =
                        format!("the alarm's name {} has {length} characters", alarm.name);
                    let help = format!("CloudWatch takes {MAX_NAME}; shorten `alarms.prefix`");
                    self.problem(&span, Reason::new(message).help(help));
                }
                if lines.insert(alarm.name.clone(), span.clone()).is_some() {
                    let message = format!("two alarms have the name `{}`", alarm.name);
                    let help = "give this one a `name` of its own";
                    self.problem(&span, Reason::new(message).help(help));
                }
                alarms.push(alarm);
            }
        }
        alarms
    }

    /// The status alarm of a machine, then those that are declared for it.
    fn alarms_of(
        &mut self,
        machine: &AlarmSource<'_>,
        settings: &Settings,
    ) -> Vec<(Alarm, Range<usize>)> {
        let defaults = &settings.alarms;
        let express = machine.machine_type == MachineType::Express;
        let name = format!("{}{}", defaults.prefix, machine.key);
        let (metric, evaluation) = if express {
            (defaults.express, Evaluation::of_metric(defaults.express))
        } else {
            (Metric::Status, defaults.status)
        };
        // An EXPRESS machine's executions cannot be listed, so it has no status metric.
        let mut status = AlarmSpec {
            name: None,
            metric,
            evaluation,
            // The function sends no notification about an EXPRESS machine.
            actions: if express { settings.alarm_only.clone() } else { defaults.actions.clone() },
            description: None,
            span: defaults.prefix_span.clone(),
            path: None,
        };
        let mut others = Vec::new();
        for spec in &machine.declared {
            if express && spec.metric == Metric::Status {
                let message = format!("`{}` is EXPRESS and has no status", machine.key);
                let help = "its executions cannot be listed; use AWS/States' metrics, such as \
                            ExecutionsFailed";
                self.problem(&spec.span, Reason::new(message).help(help));
            } else if spec.name.is_none() {
                status = (*spec).clone();
            } else {
                others.push(*spec);
            }
        }
        let full = |spec: &AlarmSpec| match &spec.name {
            Some(short) => format!("{name}-{short}"),
            None => name.clone(),
        };
        std::iter::once(&status)
            .chain(others)
            .map(|spec| (alarm(full(spec), machine.key, spec), spec.span.clone()))
            .collect()
    }

    /// A sweep needs one ListExecutions for each STANDARD machine; the account has a quota.
    /// Ticks read a slice of them.
    fn sweep_time(&mut self, settings: &Settings, watched: &[Watched]) {
        if settings.memory.is_some() {
            return;
        }
        let types = settings.managed.iter().map(|spec| spec.machine_type);
        let types = types.chain(watched.iter().map(|machine| machine.machine_type));
        let machines = types.filter(|t| *t == MachineType::Standard).count();
        let region = settings.region.as_deref();
        let Quota { burst, refill } = region.map_or(LARGE_LIST_EXECUTIONS, list_executions_quota);
        let burst = settings.function.list_burst.unwrap_or(burst);
        let refill = settings.function.list_refill.unwrap_or(refill);
        let left = machines.saturating_sub(burst as usize);
        let seconds = (left as f64 / refill).ceil();
        let needs = format!(
            "a sweep of {} takes {seconds} s at least: the account may make {} of ListExecutions at \
             once and {refill} a second",
            count(machines, "machine"),
            count(burst as usize, "call"),
        );
        let timeout = settings.function.timeout_s;
        if seconds > LONGEST_RUN_S {
            let reason = Reason::new(format!("{needs}; a function may run {LONGEST_RUN_S} s"));
            self.problems.push(Problem::without_location(
                self.file,
                reason.help(
                    "watch fewer machines, or have the quota raised and set `function.list_burst` \
                     and `function.list_refill`",
                ),
            ));
        } else if seconds > f64::from(timeout) {
            let reason = Reason::new(format!("{needs}; `function.timeout` is {timeout}"));
            let help = format!("set `function.timeout` to {} or more", seconds + 10.0);
            self.warnings.push(Problem::without_location(self.file, reason.help(help)));
        }
    }
}

/// The function's scope: names and globs as configured, and the names of machines found by tags,
/// which the function does not read.
fn scope(settings: &Settings, watched: &[Watched]) -> Scope {
    let mut exclude: Vec<String> = settings.exclude.iter().map(|(glob, _)| glob.clone()).collect();
    let mut include: Vec<String> =
        settings.managed.iter().map(|spec| spec.key.managed_name()).collect();
    let patterns = settings.watched.iter().map(|spec| &spec.pattern);
    let written = patterns.filter(|pattern| !matches!(pattern, Pattern::Tags(_)));
    let written = Patterns::from(written.map(Pattern::to_string).collect::<Vec<_>>());
    include.extend(written.iter().cloned());
    let by_tag = watched.iter().map(|machine| &machine.name).filter(|name| !written.matches(name));
    include.extend(by_tag.cloned());
    if include.is_empty() {
        // An empty list would be every machine, and no machine has these tags.
        exclude = vec!["*".to_owned()];
    }
    Scope { include: include.into(), exclude: exclude.into() }
}

fn watch(
    name: &str,
    machine_type: MachineType,
    setting: Option<String>,
) -> Option<(MachineKey, Watched)> {
    let key = MachineKey::of_machine(name).ok()?;
    Some((key.clone(), Watched { key, name: name.to_owned(), machine_type, setting }))
}

fn alarm(name: String, machine: &MachineKey, spec: &AlarmSpec) -> Alarm {
    Alarm {
        name,
        machine: machine.clone(),
        metric: spec.metric,
        statistic: spec.evaluation.statistic,
        period_s: spec.evaluation.period_s,
        evaluation_periods: spec.evaluation.evaluation_periods,
        datapoints_to_alarm: spec.evaluation.datapoints_to_alarm,
        threshold: spec.evaluation.threshold,
        comparison: spec.evaluation.comparison,
        missing: spec.evaluation.missing,
        actions: spec.actions.clone(),
        description: spec.description.clone(),
        setting: spec.path.clone(),
    }
}

/// The default paths of a machine's definition.
fn definition_paths(key: &MachineKey) -> Vec<String> {
    ["json", "asl.json", "yaml", "asl.yaml"]
        .iter()
        .map(|ending| format!("definitions/{key}.{ending}"))
        .collect()
}
