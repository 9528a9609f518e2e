//! The stack policy that a configuration asks for.

pub use guardian_cfn::stack_policy::{MAX_BODY, Policy};

use crate::app::App;
use crate::templates::{ROOT, alarm_id, stem};
use guardian_contract::MachineKey;
use std::collections::{BTreeMap, BTreeSet};

/// What a configuration has protected from being replaced and deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protected {
    /// Everything.
    All,
    /// The state machines.
    Machines,
    /// The alarms.
    Alarms,
    /// One machine, with its alarms.
    Machine(MachineKey),
}

/// The policy that a configuration asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Protection {
    /// One that protects this.
    Of(Vec<Protected>),
    /// This one, as it is written.
    Raw(Policy),
}

/// The policy that protects `wanted`. `assignment` has the stack of each machine. Also returns
/// notes on what a policy cannot protect.
pub fn protecting(
    app: &App,
    assignment: &BTreeMap<MachineKey, String>,
    wanted: &[Protected],
) -> (Policy, Vec<String>) {
    let (mut types, mut names, mut all) = (BTreeSet::new(), BTreeSet::new(), false);
    let mut away: BTreeSet<&str> = BTreeSet::new();
    let mut elsewhere = |key: Option<&MachineKey>| {
        let stacks = assignment.iter().filter(|(own, _)| key.is_none_or(|key| key == *own));
        away.extend(stacks.map(|(_, stack)| stack.as_str()).filter(|stack| *stack != ROOT));
    };
    for protected in wanted {
        match protected {
            Protected::All => {
                all = true;
                elsewhere(None);
            }
            Protected::Machines => {
                types.insert("AWS::StepFunctions::StateMachine");
                elsewhere(None);
            }
            Protected::Alarms => {
                types.extend(["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"]);
                elsewhere(None);
            }
            Protected::Machine(key) => {
                let stem = stem(key);
                if app.managed.iter().any(|managed| managed.key == *key) {
                    let own = ["Machine", "MachineRole", "MachineLogGroup"];
                    names.extend(own.map(|end| format!("{stem}{end}")));
                }
                let alarms = app.alarms.iter().filter(|alarm| alarm.machine == *key);
                names.extend(alarms.map(|alarm| alarm_id(&stem, alarm)));
                elsewhere(Some(key));
            }
        }
    }
    names.extend(away.iter().map(|stack| (*stack).to_owned()));
    let note = (!away.is_empty()).then(|| {
        format!(
            "`stack_policy` protects {} as a whole: a stack's policy does not reach into the \
             stacks that are nested in it, so what is in there can still be replaced and deleted",
            away.into_iter().collect::<Vec<_>>().join(", ")
        )
    });
    (Policy::denying(all, &types, &names), note.into_iter().collect())
}
