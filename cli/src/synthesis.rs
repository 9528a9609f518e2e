//! From the project on disk to its templates. Reads the account if the configuration
//! asks for machines that exist. The lock is written last: what fails leaves it as it was.

use crate::clock::{self, EventBridge};
use crate::discover;
use crate::event::Event;
use crate::exit::Failure;
use crate::global::Global;
use crate::project::Project;
use crate::text;
use crate::ui::Ui;
use guardian_aws::AwsError;
use guardian_cfn::stack_policy::Policy;
use guardian_contract::MachineKey;
use guardian_stack::app::App;
use guardian_stack::config::{Resolved, Verify};
use guardian_stack::lock::{Discovery, Locked, Pattern, Wanted, discover};
use guardian_stack::problem::{Problem, Problems, Reason, Warning};
use guardian_stack::stack_policy::{Protection, protecting};
use guardian_stack::templates::{Templates, templates};

/// Machines from which on the lock keeps the stack of each: with fewer, one template holds all of
/// them, and a machine that is added cannot move another.
const KEEP_STACKS_FROM: usize = 50;

/// Whether the account is read.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct LockArgs {
    /// Use guardian.lock as it is, without reading the account
    #[arg(long, alias = "offline")]
    pub locked: bool,
}

/// A project with its templates.
#[derive(Debug)]
pub struct Synthesis {
    /// The project.
    pub project: Project,
    /// The application.
    pub app: App,
    /// Its templates.
    pub templates: Templates,
    /// What `guardian verify` runs.
    pub verify: Option<Verify>,
    /// The policy that the stack is to have.
    pub stack_policy: Option<Policy>,
    /// Settings that are valid but probably not intended.
    pub warnings: Vec<Warning>,
}

impl Synthesis {
    /// Reports the warnings.
    pub fn warn(&self, ui: &Ui) {
        self.project.warn(ui, &self.warnings);
    }
}

/// Opens the project, reads the account unless `--locked`, makes the templates and writes the
/// lock where something changed.
pub async fn synthesize(global: &Global, lock: LockArgs, ui: &Ui) -> Result<Synthesis, Failure> {
    let mut project = Project::open(global)?;
    let mut warnings = Vec::new();
    if !lock.locked {
        warnings = refresh(&mut project, global, ui).await?;
    }
    let mut synthesis = make(project)?;
    if !lock.locked {
        keep_stacks(&mut synthesis);
        synthesis.project.write_lock()?;
    }
    warnings.append(&mut synthesis.warnings);
    synthesis.warnings = warnings;
    Ok(synthesis)
}

/// The templates of a project as it is, without reading the account; nothing is written.
pub fn make(project: Project) -> Result<Synthesis, Failure> {
    let Resolved { app, verify, stack_policy, mut warnings, .. } = project.resolve()?;
    let previous = project.locked(&app.env).map(|l| l.stacks.clone()).unwrap_or_default();
    let templates =
        templates(&app, &previous).map_err(|error| Failure::invalid(error.to_string()))?;
    let (stack_policy, limits) = match stack_policy {
        Some(Protection::Raw(policy)) => (Some(policy), Vec::new()),
        Some(Protection::Of(wanted)) => {
            let (policy, limits) = protecting(&app, &templates.assignment, &wanted);
            (Some(policy), limits)
        }
        None => (None, Vec::new()),
    };
    let doubts = templates.warnings.iter().cloned().chain(limits);
    warnings.extend(doubts.map(|text| Problem::without_location("templates", Reason::new(text))));
    Ok(Synthesis { project, app, templates, verify, stack_policy, warnings })
}

fn keep_stacks(synthesis: &mut Synthesis) {
    let Synthesis { project, app, templates, .. } = synthesis;
    let before = project.locked(&app.env).cloned().unwrap_or_default();
    let many = templates.assignment.len() >= KEEP_STACKS_FROM || !templates.nested.is_empty();
    // A nested stack stays once it exists: a project that becomes smaller may grow again.
    let stacks = if many || !before.stacks.is_empty() {
        templates.assignment.clone()
    } else {
        before.stacks.clone()
    };
    project.set_locked(&app.env, Locked { stacks, ..before });
}

/// Updates the project's lock from the account, and reports the changes.
async fn refresh(project: &mut Project, global: &Global, ui: &Ui) -> Result<Vec<Warning>, Failure> {
    let wanted = project.wanted()?;
    let before = project.locked(&wanted.env).cloned();
    let discovery = if needs_account(&wanted, before.as_ref()) {
        let target = global.target(wanted.region.as_deref());
        match read_account(&target, &wanted, before.as_ref(), ui).await {
            Ok(discovery) => discovery,
            Err(DiscoveryError::Failed(failed) | DiscoveryError::Clock(failed))
                if can_use_lock(&failed, &wanted, before.as_ref()) =>
            {
                let why = Failure::from(failed).report.to_string();
                ui.note(&format!("note: {why}; guardian.lock is used as it is"));
                return Ok(Vec::new());
            }
            Err(DiscoveryError::Failed(failed)) => return Err(failed.into()),
            Err(DiscoveryError::Clock(failed)) => return Err(clock::failure(failed)),
            Err(DiscoveryError::NoTarget(failure)) => return Err(failure),
            Err(DiscoveryError::Refused(problems)) => return Err(project.refused(problems)),
        }
    } else if wanted.patterns.is_empty() && before.as_ref().is_some_and(|l| !l.machines.is_empty())
    {
        // Nothing is watched any more: the lock forgets what it found.
        discover(&wanted, None, &[], before.as_ref()).map_err(|p| project.refused(p))?
    } else {
        return Ok(Vec::new());
    };
    announce(ui, &wanted.env, &discovery);
    project.set_locked(&wanted.env, discovery.locked);
    Ok(discovery.warnings)
}

/// Whether the lock cannot answer: patterns mean other machines from day to day, names only until
/// their types are known. Schedules change as patterns do.
fn needs_account(wanted: &Wanted, locked: Option<&Locked>) -> bool {
    let known = |name: &str| locked.is_some_and(|l| l.machines.contains_key(name));
    wanted.schedules
        || wanted.patterns.iter().any(|pattern| match pattern {
            Pattern::Name(name) => !known(name),
            Pattern::Glob(_) | Pattern::Tags(_) => true,
        })
}

/// Offline, the lock file replaces the account if it has an answer for every pattern, and for the
/// schedules if they are configured. A plain name lacks only its type.
fn can_use_lock(failed: &AwsError, wanted: &Wanted, locked: Option<&Locked>) -> bool {
    let locked_pattern = |pattern: &Pattern| {
        !pattern.is_open() || locked.is_some_and(|l| l.patterns.contains(&pattern.to_string()))
    };
    let schedules = !wanted.schedules || locked.is_some_and(|l| l.schedules.is_some());
    failed.cause.is_offline() && schedules && wanted.patterns.iter().all(locked_pattern)
}

enum DiscoveryError {
    NoTarget(Failure),
    /// The machines could not be read.
    Failed(AwsError),
    /// Their schedules could not be read.
    Clock(AwsError),
    Refused(Problems),
}

async fn read_account(
    target: &guardian_aws::Target,
    wanted: &Wanted,
    before: Option<&Locked>,
    ui: &Ui,
) -> Result<Discovery, DiscoveryError> {
    let config =
        guardian_aws::load(target).await.map_err(|error| DiscoveryError::NoTarget(error.into()))?;
    // `load` refuses a configuration without a region.
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let waiting = |left: usize| {
        ui.note(&format!(
            "reading the tags of {}: AWS allows about one a second",
            text::count(left, "more machine")
        ));
    };
    let mut found = Vec::new();
    if !wanted.patterns.is_empty() {
        let client = aws_sdk_sfn::Client::new(&config);
        found =
            discover::machines(&client, wanted, waiting).await.map_err(DiscoveryError::Failed)?;
    }
    let discovery =
        discover(wanted, Some(&region), &found, before).map_err(DiscoveryError::Refused)?;
    if wanted.schedules {
        let managed = wanted.managed.iter().map(MachineKey::managed_name);
        let ours = discovery.locked.machines.keys().cloned().chain(managed).collect();
        let clock = EventBridge::new(&config);
        let schedules =
            clock::schedules(&clock, &ours, Some(&region)).await.map_err(DiscoveryError::Clock)?;
        return Ok(discovery.with_schedules(schedules, before));
    }
    Ok(discovery)
}

fn announce(ui: &Ui, env: &str, discovery: &Discovery) {
    let Discovery { added, removed, retyped, rescheduled, .. } = discovery;
    if [added, removed, retyped, rescheduled].iter().all(|names| names.is_empty()) {
        return;
    }
    let (environment, schedules) = (env, rescheduled);
    ui.emit(&Event::Lock { environment, added, removed, retyped, schedules });
    if !ui.json {
        ui.note(&changes(env, discovery));
    }
}

/// The changes of the lock, one a line.
fn changes(env: &str, discovery: &Discovery) -> String {
    const SHOWN: usize = 10;
    let mut text = format!("guardian.lock ({env}):");
    for (mark, names, what) in [
        ("+", &discovery.added, ""),
        ("-", &discovery.removed, ""),
        ("~", &discovery.retyped, ""),
        ("~", &discovery.rescheduled, " (its schedules)"),
    ] {
        for name in names.iter().take(SHOWN) {
            text.push_str(&format!("\n  {mark} {name}{what}"));
        }
        if names.len() > SHOWN {
            text.push_str(&format!("\n  {mark} and {} more", names.len() - SHOWN));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::tests::wanted;
    use guardian_aws::Cause;
    use guardian_stack::app::MachineType;
    use guardian_stack::lock::LockedMachine;
    use std::collections::BTreeMap;

    fn locked() -> Locked {
        let machine = LockedMachine { machine_type: MachineType::Standard, by: "a".into() };
        Locked {
            patterns: ["x*".to_owned()].into(),
            machines: [("a".to_owned(), machine)].into(),
            ..Locked::default()
        }
    }

    #[test]
    fn names_in_the_lock_are_not_read_again_and_patterns_always_are() {
        let (a, b) = (Pattern::Name("a".into()), Pattern::Name("b".into()));
        assert!(!needs_account(&wanted(vec![a.clone()]), Some(&locked())));
        assert!(needs_account(&wanted(vec![a.clone(), b]), Some(&locked())));
        assert!(needs_account(&wanted(vec![a]), None));
        assert!(needs_account(&wanted(vec![Pattern::Glob("x*".into())]), Some(&locked())));
        assert!(!needs_account(&wanted(vec![]), None));
        assert!(needs_account(&Wanted { schedules: true, ..wanted(vec![]) }, Some(&locked())));
    }

    #[test]
    fn offline_the_lock_suffices_if_it_has_each_pattern() {
        let failed = |cause| AwsError { what: "list".into(), cause };
        let offline = failed(Cause::NoCredentials);
        let (known, other) = (Pattern::Glob("x*".into()), Pattern::Glob("y*".into()));
        assert!(can_use_lock(&offline, &wanted(vec![known.clone()]), Some(&locked())));
        assert!(can_use_lock(&offline, &wanted(vec![Pattern::Name("n".into())]), None));
        assert!(!can_use_lock(&offline, &wanted(vec![known.clone(), other]), Some(&locked())));
        assert!(!can_use_lock(&offline, &wanted(vec![known.clone()]), None));
        let asked = Wanted { schedules: true, ..wanted(vec![known.clone()]) };
        assert!(!can_use_lock(&offline, &asked, Some(&locked())));
        let looked = Locked { schedules: Some(BTreeMap::new()), ..locked() };
        assert!(can_use_lock(&offline, &asked, Some(&looked)));
        let denied = failed(Cause::Refused {
            code: "AccessDenied".into(),
            message: String::new(),
            request_id: None,
        });
        assert!(!can_use_lock(&denied, &wanted(vec![known]), Some(&locked())));
    }

    #[test]
    fn changes_of_the_lock_are_a_few_lines() {
        let discovery = Discovery {
            locked: Locked::default(),
            added: (0..12).map(|i| format!("orders-{i}")).collect(),
            removed: vec!["old".into()],
            retyped: vec!["quick".into()],
            rescheduled: vec!["nightly".into()],
            warnings: vec![],
        };
        insta::assert_snapshot!(changes("prod", &discovery));
    }
}
