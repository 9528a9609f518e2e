//! The subcommands of an environment that is a stack set.

pub(crate) mod deploy;
pub(crate) mod destroy;
pub(crate) mod show;

use crate::board::targets::SetPlace;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::session::Session;
use crate::ui::Ui;
use guardian_deploy::stack_set::aws::CloudFormationSets;
use guardian_stack::app::{Grant, StackSet};

/// The set, its region and its client, for one command.
pub(crate) struct SetContext<'a> {
    /// The set, as the configuration has it.
    set: &'a StackSet,
    /// Options of the command line.
    global: &'a Global,
    /// Where the set is kept.
    session: Session,
    /// Its CloudFormation.
    sets: CloudFormationSets,
    ui: &'a Ui,
}

impl<'a> SetContext<'a> {
    /// Where the set is, for who reads its stacks.
    pub(crate) fn place(&'a self) -> SetPlace<'a> {
        let (session, sets) = (&self.session, &self.sets);
        SetPlace { name: &self.set.name, global: self.global, session, sets }
    }
}

/// Options of a deploy that are for one stack.
pub(crate) fn refuse_options(args: &super::deploy::Args) -> Result<(), Failure> {
    let given = [
        ("--plan", args.plan.is_some()),
        ("--revert-drift", args.revert_drift),
        ("--override-stack-policy", args.override_stack_policy),
        ("--termination-protection", args.termination_protection.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            Err(Failure::say(Exit::Usage, format!("{option} is for a stack, not for a stack set"))
                .help("leave it out"))
        }
        None => Ok(()),
    }
}

/// Only the configuration gives the administration region: another region has another set.
pub(crate) async fn context<'a>(
    own: &Global,
    global: &'a Global,
    set: &'a StackSet,
    ui: &'a Ui,
) -> Result<SetContext<'a>, Failure> {
    let refuse = |option: &str, help: &str| {
        Err(Failure::say(Exit::Usage, format!("{option} is not for a stack set")).help(help))
    };
    if !global.regions.is_empty() {
        return refuse(
            "--region",
            "its regions are those of guardian.yaml: a stack outside them is deleted. Change \
             `regions` there",
        );
    }
    if global.stack_name.is_some() {
        return refuse("--stack-name", "write `name` under `stack_set` in guardian.yaml");
    }
    let session = Session::open(own, None).await?;
    let delegated = matches!(set.grant, Grant::Units { delegated: true, .. });
    let sets = CloudFormationSets::new(&session.config, delegated);
    Ok(SetContext { set, global, session, sets, ui })
}
