//! From the project on disk to its templates, with a look at the account where the configuration
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

/// How the account is looked at.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct LookArgs {
    /// Take guardian.lock as it is: no look at the account
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
    /// What is allowed and probably not meant.
    pub warnings: Vec<Warning>,
}

impl Synthesis {
    /// Tells the warnings.
    pub fn warn(&self, ui: &Ui) {
        self.project.warn(ui, &self.warnings);
    }
}

/// Opens the project, looks at the account unless told not to, makes the templates and writes the
/// lock where something changed.
pub async fn synthesize(global: &Global, look: LookArgs, ui: &Ui) -> Result<Synthesis, Failure> {
    let mut project = Project::open(global)?;
    let mut warnings = Vec::new();
    if !look.locked {
        warnings = refresh(&mut project, global, ui).await?;
    }
    let mut synthesis = make(project)?;
    if !look.locked {
        keep_stacks(&mut synthesis);
        synthesis.project.write_lock()?;
    }
    warnings.append(&mut synthesis.warnings);
    synthesis.warnings = warnings;
    Ok(synthesis)
}

/// The templates of a project as it is, without a look at the account; nothing is written.
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
    // What was kept once stays kept: a stack that becomes smaller may grow again.
    let stacks = if many || !before.stacks.is_empty() {
        templates.assignment.clone()
    } else {
        before.stacks.clone()
    };
    project.set_locked(&app.env, Locked { stacks, ..before });
}

/// Brings the project's lock up to date with the account, and says what changed.
async fn refresh(project: &mut Project, global: &Global, ui: &Ui) -> Result<Vec<Warning>, Failure> {
    let wanted = project.wanted()?;
    let before = project.locked(&wanted.env).cloned();
    let discovery = if must_look(&wanted, before.as_ref()) {
        let target = global.target(wanted.region.as_deref());
        match look(&target, &wanted, before.as_ref(), ui).await {
            Ok(discovery) => discovery,
            Err(Looked::Failed(failed) | Looked::Clock(failed))
                if may_go_on(&failed, &wanted, before.as_ref()) =>
            {
                let why = Failure::from(failed).report.to_string();
                ui.note(&format!("note: {why}; guardian.lock is used as it is"));
                return Ok(Vec::new());
            }
            Err(Looked::Failed(failed)) => return Err(failed.into()),
            Err(Looked::Clock(failed)) => return Err(clock::failure(failed)),
            Err(Looked::NoTarget(failure)) => return Err(failure),
            Err(Looked::Refused(problems)) => return Err(project.refused(problems)),
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
/// their types are known. What starts them by the clock changes as patterns do.
fn must_look(wanted: &Wanted, locked: Option<&Locked>) -> bool {
    let known = |name: &str| locked.is_some_and(|l| l.machines.contains_key(name));
    wanted.schedules
        || wanted.patterns.iter().any(|pattern| match pattern {
            Pattern::Name(name) => !known(name),
            Pattern::Glob(_) | Pattern::Tags(_) => true,
        })
}

/// Without network what is known has to do: each pattern must have been looked for once, and what
/// starts machines by the clock too, where it is asked for. Of a plain name only the type is not
/// known.
fn may_go_on(failed: &AwsError, wanted: &Wanted, locked: Option<&Locked>) -> bool {
    let looked_for = |pattern: &Pattern| {
        !pattern.is_open() || locked.is_some_and(|l| l.patterns.contains(&pattern.to_string()))
    };
    let schedules = !wanted.schedules || locked.is_some_and(|l| l.schedules.is_some());
    failed.cause.is_offline() && schedules && wanted.patterns.iter().all(looked_for)
}

enum Looked {
    NoTarget(Failure),
    /// No look at the machines.
    Failed(AwsError),
    /// No look at what starts them.
    Clock(AwsError),
    Refused(Problems),
}

async fn look(
    target: &guardian_aws::Target,
    wanted: &Wanted,
    before: Option<&Locked>,
    ui: &Ui,
) -> Result<Discovery, Looked> {
    let config =
        guardian_aws::load(target).await.map_err(|error| Looked::NoTarget(error.into()))?;
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
        found = discover::look(&client, wanted, waiting).await.map_err(Looked::Failed)?;
    }
    let discovery = discover(wanted, Some(&region), &found, before).map_err(Looked::Refused)?;
    if wanted.schedules {
        let managed = wanted.managed.iter().map(MachineKey::managed_name);
        let ours = discovery.locked.machines.keys().cloned().chain(managed).collect();
        let clock = EventBridge::new(&config);
        let schedules = clock::look(&clock, &ours, Some(&region)).await.map_err(Looked::Clock)?;
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

/// What changed in the lock, in lines.
fn changes(env: &str, discovery: &Discovery) -> String {
    const SHOWN: usize = 10;
    let mut text = format!("guardian.lock ({env}):");
    for (mark, names, what) in [
        ("+", &discovery.added, ""),
        ("-", &discovery.removed, ""),
        ("~", &discovery.retyped, ""),
        ("~", &discovery.rescheduled, " (what starts it by the clock)"),
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
    use guardian_aws::Cause;
    use guardian_stack::app::MachineType;
    use guardian_stack::lock::LockedMachine;
    use std::collections::BTreeMap;

    fn wanted(patterns: Vec<Pattern>) -> Wanted {
        Wanted {
            env: "dev".into(),
            region: None,
            patterns,
            exclude: vec![],
            managed: vec![],
            schedules: false,
        }
    }

    fn locked() -> Locked {
        let machine = LockedMachine { machine_type: MachineType::Standard, by: "a".into() };
        Locked {
            patterns: ["x*".to_owned()].into(),
            machines: [("a".to_owned(), machine)].into(),
            ..Locked::default()
        }
    }

    #[test]
    fn names_that_the_lock_knows_need_no_look_and_patterns_always_do() {
        let (a, b) = (Pattern::Name("a".into()), Pattern::Name("b".into()));
        assert!(!must_look(&wanted(vec![a.clone()]), Some(&locked())));
        assert!(must_look(&wanted(vec![a.clone(), b]), Some(&locked())));
        assert!(must_look(&wanted(vec![a]), None));
        assert!(must_look(&wanted(vec![Pattern::Glob("x*".into())]), Some(&locked())));
        assert!(!must_look(&wanted(vec![]), None));
        assert!(must_look(&Wanted { schedules: true, ..wanted(vec![]) }, Some(&locked())));
    }

    #[test]
    fn without_network_the_lock_will_do_where_it_has_each_pattern() {
        let failed = |cause| AwsError { what: "list".into(), cause };
        let offline = failed(Cause::NoCredentials);
        let (known, other) = (Pattern::Glob("x*".into()), Pattern::Glob("y*".into()));
        assert!(may_go_on(&offline, &wanted(vec![known.clone()]), Some(&locked())));
        assert!(may_go_on(&offline, &wanted(vec![Pattern::Name("n".into())]), None));
        assert!(!may_go_on(&offline, &wanted(vec![known.clone(), other]), Some(&locked())));
        assert!(!may_go_on(&offline, &wanted(vec![known.clone()]), None));
        let asked = Wanted { schedules: true, ..wanted(vec![known.clone()]) };
        assert!(!may_go_on(&offline, &asked, Some(&locked())));
        let looked = Locked { schedules: Some(BTreeMap::new()), ..locked() };
        assert!(may_go_on(&offline, &asked, Some(&looked)));
        let denied = failed(Cause::Refused {
            code: "AccessDenied".into(),
            message: String::new(),
            request_id: None,
        });
        assert!(!may_go_on(&denied, &wanted(vec![known]), Some(&locked())));
    }

    #[test]
    fn what_changed_in_the_lock_is_told_in_a_few_lines() {
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
