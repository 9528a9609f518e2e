//! Why there are no templates.

use guardian_cfn::SynthErrors;
use guardian_contract::MachineKey;

/// Resources that a template is filled to: CloudFormation takes 500, and a machine that gets
/// another alarm must find room where it is.
pub const FULL: usize = 450;

/// Why there are no templates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// An alarm on a machine that is not there.
    #[error(
        "alarm `{alarm}` is on the machine `{machine}`, which is neither managed nor watched; \
         add the machine or take the alarm out"
    )]
    UnknownMachine {
        /// Name of the alarm.
        alarm: String,
        /// The machine.
        machine: MachineKey,
    },
    /// A place that no stack of ours has.
    #[error(
        "the lock file says that the machine `{key}` lives in the stack `{stack}`, which Guardian \
         does not make: `root` or `Machines` with a number; take the entry out of the lock file"
    )]
    UnknownStack {
        /// The machine.
        key: MachineKey,
        /// What the lock file says.
        stack: String,
    },
    /// A machine that is too much for a template.
    #[error(
        "the machine `{key}` with its alarms is too much for one template: {resources} resources \
         (500 at most) and {bytes} bytes (1,000,000 at most); give it fewer alarms or a shorter \
         definition"
    )]
    MachineTooLarge {
        /// The machine.
        key: MachineKey,
        /// Its resources.
        resources: usize,
        /// Bytes that they take.
        bytes: usize,
    },
    /// No room for another nested stack.
    #[error(
        "the main template would have {resources} resources, nested stacks among them: {nested}; \
         CloudFormation takes 500; divide the machines between two environments or projects"
    )]
    RootFull {
        /// Resources of the main template.
        resources: usize,
        /// How many of them are nested stacks.
        nested: usize,
    },
    /// A template past the longest body.
    #[error(
        "the template of {stack} would have {bytes} bytes and CloudFormation reads 1,000,000; \
         shorten the definitions of its machines, or divide them between two projects"
    )]
    TooLarge {
        /// `root` or the logical id of the nested stack.
        stack: String,
        /// Its length.
        bytes: usize,
    },
    /// A nested stack where there can be none.
    #[error(
        "the template has nested stacks ({nested}), and a stack set with `organizational_units` \
         takes none: its roles cannot make them. One template holds {FULL} resources; `fleet`, \
         `mute` and further dashboards are nested stacks, too. Take them out of this environment, \
         divide the machines between two projects, or write `accounts` instead"
    )]
    NestedInSet {
        /// Their logical ids.
        nested: String,
    },
    /// A template that its own checks refuse.
    #[error("the template of {stack} cannot be written:\n{errors}")]
    Synth {
        /// `root` or the logical id of the nested stack.
        stack: String,
        /// What they say.
        errors: SynthErrors,
    },
}
