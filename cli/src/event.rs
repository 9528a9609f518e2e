//! The program's messages and records. A new message or record is a variant of [`Event`]: with
//! `--json` it is written as a record, and otherwise as its text for people. docs/ndjson.md
//! describes every record.
//!
//! Some events are parts of a larger text, such as a table; these have no text of their own, and the
//! command prints the whole with [`Ui::say`].

use crate::text::{count, plain, size};
use crate::ui::{TextStyle, Ui};
use crate::view::{progress, stack_set};
use guardian_deploy::StackEvent;
use guardian_deploy::change::Change;
use guardian_deploy::permissions::AddedPermission;
use guardian_deploy::plan::Counts;
use guardian_deploy::refusals::Refusal;
use guardian_deploy::stack::ResourceDrift;
use guardian_deploy::stack_set::{Operation, OperationResult};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;
use strum::VariantNames;

/// Version of the schema of the records; a field that changes its meaning or is removed raises it.
pub const SCHEMA_VERSION: u32 = 1;

/// The stack or stack set that an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject<'a> {
    /// Name of a stack.
    Stack(&'a str),
    /// Name of a stack set.
    StackSet(&'a str),
}

impl std::fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stack(name) => write!(f, "Stack {}", plain(name)),
            Self::StackSet(name) => write!(f, "Stack set {}", plain(name)),
        }
    }
}

/// An event. The name of a variant, in kebab case, is the `type` of its record. Fields are described
/// in docs/ndjson.md.
#[derive(Debug, Serialize, VariantNames)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[expect(missing_docs, reason = "docs/ndjson.md describes each field")]
pub enum Event<'a> {
    /// Where a command that changes something works.
    Account {
        account: &'a str,
        region: &'a str,
        profile: Option<&'a str>,
        role: Option<&'a str>,
        arn: Option<&'a str>,
    },
    /// An acknowledgement; its text is the command's.
    Acknowledgement(Value),
    /// The artifact bucket was created, or shared with the accounts of a stack set.
    Bucket {
        bucket: &'a str,
        #[serde(skip_serializing_if = "is_false")]
        made: bool,
        #[serde(skip_serializing_if = "is_false")]
        shared: bool,
    },
    /// A change of a plan; part of its table.
    Change(&'a Change),
    /// A check of `doctor`; part of its table.
    Check(Value),
    /// The files for CI were written.
    Ci { permissions_boundary: &'a str, outside: &'a [String] },
    /// Objects were removed from the artifact bucket; its receipt is the text.
    Collected {
        bucket: &'a str,
        dry_run: bool,
        #[serde(flatten)]
        receipt: Value,
    },
    /// What a choice of `alarms.each` costs; part of a table.
    Cost(Value),
    /// The end of a deploy.
    Deployed {
        #[serde(flatten)]
        subject: Subject<'a>,
        changed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        outputs: Option<&'a BTreeMap<String, String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        failed: Option<usize>,
    },
    /// The end of a destroy; its receipt is the text.
    Destroyed {
        #[serde(flatten)]
        subject: Subject<'a>,
        deleted: bool,
        #[serde(flatten)]
        receipt: Value,
    },
    /// The program stops following an operation; a note on standard error says so.
    Detached {
        #[serde(flatten)]
        subject: Subject<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        operation: Option<&'a str>,
        attach: &'a str,
        cancel: &'a str,
    },
    /// The end of a diff.
    Diff {
        #[serde(flatten)]
        subject: Subject<'a>,
        different: bool,
    },
    /// A template file that differs.
    Difference { path: &'a Path, how: &'a str },
    /// A resource with drift; part of a table.
    Drift(&'a ResourceDrift),
    /// The end of a drift detection.
    Drifted { stack: &'a str, drifted: usize, looked_at: usize, unread: &'a [String] },
    /// The end of an alarm's drill; its table is the text.
    Drill(Value),
    /// The end of an operation that was followed, or nothing to follow.
    Ended {
        #[serde(flatten)]
        subject: Subject<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        operation: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<&'a str>,
        /// Whether an operation was followed.
        #[serde(skip)]
        followed: bool,
    },
    /// A command failed; its report goes to standard error.
    Error(Map<String, Value>),
    /// A stack event.
    Event {
        #[serde(flatten)]
        event: &'a StackEvent,
        duration_ms: Option<i64>,
        /// ARN of the stack that is followed; the event may be a nested stack's.
        #[serde(skip)]
        root: &'a str,
    },
    /// A file was written.
    File {
        path: &'a Path,
        #[serde(skip_serializing_if = "Option::is_none")]
        resources: Option<usize>,
        bytes: usize,
    },
    /// The fleet alarm; part of the board.
    Fleet(Value),
    /// A run that an alarm followed.
    Followed {
        #[serde(flatten)]
        run: Value,
        #[serde(skip)]
        text: String,
    },
    /// An alarm of self-monitoring; part of the board.
    Guard(Value),
    /// An incident; part of a table.
    Incident(Value),
    /// A stack of a stack set; part of a table.
    Instance(Value),
    /// A light; part of the board.
    Light(Value),
    /// The watched machines have changed; a note on standard error says so.
    Lock {
        environment: &'a str,
        added: &'a [String],
        removed: &'a [String],
        retyped: &'a [String],
        schedules: &'a [String],
    },
    /// A machine of a replay; part of its table.
    Machine(Value),
    /// An effect of a plan on lights; part of its table.
    Meaning {
        #[serde(flatten)]
        note: Value,
        text: String,
    },
    /// An object of the artifact bucket; part of a table.
    Object(Value),
    /// The end of a stack set operation.
    Operation {
        stack_set: &'a str,
        operation: &'a str,
        action: &'a str,
        status: &'a str,
        succeeded: usize,
        failed: usize,
        cancelled: usize,
        reason: Option<&'a str>,
    },
    /// A package was written; its description is the text.
    Package(Value),
    /// A page with the board was written.
    Page { path: &'a str, bytes: usize, machines: usize },
    /// A permission that a plan adds; part of its table.
    Permission(&'a AddedPermission),
    /// A plan; its table is the text.
    Plan {
        stack: &'a str,
        stack_id: Option<&'a str>,
        change_set: Option<&'a str>,
        create: bool,
        template_sha256: &'a str,
        package: Option<&'a str>,
        parameters: &'a BTreeMap<String, String>,
        tags: &'a BTreeMap<String, String>,
        counts: Counts,
        cost: Value,
        cost_text: Option<String>,
    },
    /// The stack policy was lifted or restored.
    Protection { stack: &'a str, on: bool },
    /// A recipe of a replay; part of its table.
    Recipe(Value),
    /// A stack was recovered.
    Recovered {
        stack: &'a str,
        status: &'a str,
        /// What was done.
        #[serde(skip)]
        outcome: &'a str,
    },
    /// A change that the stack policy refuses; part of a plan's table.
    Refused(&'a Refusal),
    /// The events that follow belong to this region.
    Region { region: &'a str, number: usize, of: usize },
    /// The end of a command in several regions; its table is the text.
    Regions { regions: Vec<Value> },
    /// A replay; its table is the text.
    Replay(Value),
    /// What a machine's incidents, or those of all, add up to; part of a table.
    Report(Value),
    /// A change in one account and region of a stack set.
    Result {
        stack_set: &'a str,
        operation: &'a str,
        #[serde(flatten)]
        result: &'a OperationResult,
    },
    /// Test notifications of the function; their table is the text.
    Sent { function: &'a str, machine: &'a str, sent: Value },
    /// The board is served at this address until the program is stopped.
    Serving { url: &'a str },
    /// A setting; part of a table.
    Setting(Value),
    /// The configured stack policy was set.
    StackPolicy { stack: &'a str, protects: bool },
    /// A plan or the status of a stack set; its table is the text.
    StackSet(Value),
    /// The state of a stack that may need recovery; `text` is the text.
    State { stack: &'a str, status: Option<&'a str>, text: &'a str, in_the_way: Vec<&'a str> },
    /// The end of the board.
    Summary(Value),
    /// A change set was replaced by a newer plan.
    Superseded { change_set: &'a str },
    /// A sweep of the function.
    Sweep {
        function: &'a str,
        summary: &'a Value,
        #[serde(skip)]
        text: String,
    },
    /// A state table whose stack is gone; part of a table.
    Table(Value),
    /// A template on standard output.
    Template { name: &'a str, template: &'a Value },
    /// What really happened to a machine of a replay; part of its table.
    Truth { machine: &'a str, truth: Value },
    /// An object was uploaded to the artifact bucket.
    Upload {
        key: &'a str,
        bytes: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        bucket: Option<&'a str>,
    },
    /// The configuration is valid; its description is the text.
    Valid(Value),
    /// The end of a verification.
    Verify { machine: &'a str, proven: bool, error: Option<String> },
    /// A warning; its report goes to standard error.
    Warning(Map<String, Value>),
}

fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize)]
struct Record<'a> {
    v: u32,
    #[serde(flatten)]
    event: &'a Event<'a>,
}

impl Event<'_> {
    /// The types of all records.
    pub const TYPES: &'static [&'static str] = Self::VARIANTS;

    /// The record, one line.
    pub fn record(&self) -> String {
        let record = Record { v: SCHEMA_VERSION, event: self };
        // Maps have texts as keys, and numbers are finite.
        serde_json::to_string(&record).unwrap_or_default()
    }

    /// The text for people; none for an event that is part of a larger text.
    pub fn text(&self, style: TextStyle) -> Option<String> {
        Some(match self {
            Self::Account { account, region, profile, role, .. } => {
                let part = |name: &str, value: &Option<&str>| {
                    value.map(|value| format!(", {name} {}", plain(value))).unwrap_or_default()
                };
                let (profile, role) = (part("profile", profile), part("role", role));
                format!("Account {}, region {region}{profile}{role}", plain(account))
            }
            Self::Bucket { bucket, shared: true, .. } => {
                format!("The accounts may read from {bucket}")
            }
            Self::Bucket { bucket, .. } => format!("Created the artifact bucket {bucket}"),
            Self::Deployed { subject, changed: false, .. } => {
                format!("{subject} is up to date; nothing to do")
            }
            Self::Deployed { failed: Some(1..), .. } => return None,
            Self::Deployed { subject, .. } => format!("\n{subject} is deployed"),
            Self::Diff { subject, different: false } => format!("{subject} has no differences"),
            Self::Difference { path, how } => format!("{} {how}", path.display()),
            Self::Ended { subject, status: Some(status), followed: true, .. } => {
                format!("\n{subject}: {}", progress::words(status))
            }
            Self::Ended { subject, status: Some(status), .. } => {
                format!("No operation is in progress: {} is {status}", lower(subject))
            }
            Self::Ended { subject, .. } => {
                format!("No operation is in progress on {}", lower(subject))
            }
            Self::Event { event, root, .. } if !progress::has_line(event, root) => return None,
            Self::Event { event, duration_ms, root } => {
                progress::line(event, root, *duration_ms, style)
            }
            Self::File { path, resources: Some(resources), bytes } => {
                let resources = count(*resources, "resource");
                format!("{} ({resources}, {bytes} bytes)", path.display())
            }
            Self::File { path, .. } => format!("wrote {}", path.display()),
            Self::Followed { text, .. } | Self::Sweep { text, .. } => text.clone(),
            Self::Protection { stack, on } => {
                let word = if *on { "on again" } else { "off for what this deploy changes" };
                format!("The protection of stack {} is {word}", plain(stack))
            }
            Self::Page { path, machines, .. } => {
                format!("Wrote {} with {}", plain(path), count(*machines, "machine"))
            }
            Self::Serving { url } => format!("Serving the board at {url} (Ctrl-C stops it)"),
            Self::Recovered { stack, outcome, .. } => {
                format!("Stack {} {outcome}; `guardian deploy` can continue", plain(stack))
            }
            Self::Region { region, number, .. } => {
                let gap = if *number == 1 { "" } else { "\n" };
                format!("{gap}{}", crate::text::Paint(style.colour).bold(&format!("In {region}")))
            }
            Self::Result { result, .. } => stack_set::line(result, style),
            Self::StackPolicy { stack, protects: true } => format!(
                "The policy of stack {} is set: an update neither replaces nor deletes what it \
                 protects",
                plain(stack)
            ),
            Self::StackPolicy { stack, .. } => format!(
                "The policy of stack {} protects nothing any more: guardian.yaml asks for no \
                 protection",
                plain(stack)
            ),
            Self::State { text, .. } => crate::text::fold(text, style.width),
            Self::Superseded { change_set } => {
                format!("Removed the change set {change_set}, which this plan supersedes")
            }
            Self::Upload { key, bytes, bucket } => {
                let to = bucket.map(|bucket| format!(" to {bucket}")).unwrap_or_default();
                let bytes = size(i64::try_from(*bytes).unwrap_or(i64::MAX));
                format!("Uploaded {key}{to} ({bytes})")
            }
            Self::Verify { machine, proven: true, .. } => {
                format!("proven: the light of `{}` follows its runs", plain(machine))
            }
            Self::Change(_)
            | Self::Check(_)
            | Self::Ci { .. }
            | Self::Collected { .. }
            | Self::Cost(_)
            | Self::Destroyed { .. }
            | Self::Detached { .. }
            | Self::Diff { .. }
            | Self::Drift(_)
            | Self::Drifted { .. }
            | Self::Acknowledgement(_)
            | Self::Drill(_)
            | Self::Error(_)
            | Self::Fleet(_)
            | Self::Guard(_)
            | Self::Incident(_)
            | Self::Instance(_)
            | Self::Light(_)
            | Self::Lock { .. }
            | Self::Machine(_)
            | Self::Meaning { .. }
            | Self::Object(_)
            | Self::Operation { .. }
            | Self::Package(_)
            | Self::Permission(_)
            | Self::Plan { .. }
            | Self::Recipe(_)
            | Self::Refused(_)
            | Self::Regions { .. }
            | Self::Replay(_)
            | Self::Report(_)
            | Self::Sent { .. }
            | Self::Setting(_)
            | Self::StackSet(_)
            | Self::Summary(_)
            | Self::Table(_)
            | Self::Template { .. }
            | Self::Truth { .. }
            | Self::Valid(_)
            | Self::Verify { .. }
            | Self::Warning(_) => return None,
        })
    }
}

/// A subject within a sentence.
fn lower(subject: &Subject<'_>) -> String {
    match subject {
        Subject::Stack(name) => format!("stack {}", plain(name)),
        Subject::StackSet(name) => format!("stack set {}", plain(name)),
    }
}

impl<'a> Event<'a> {
    /// A warning without a source location.
    pub fn warning(message: &str) -> Self {
        Self::Warning(Map::from_iter([("message".to_owned(), message.into())]))
    }

    /// The end of a stack set operation.
    pub fn operation(stack_set: &'a str, operation: &'a Operation, counts: [usize; 3]) -> Self {
        let [succeeded, failed, cancelled] = counts;
        Self::Operation {
            stack_set,
            operation: &operation.id,
            action: operation.action.as_str(),
            status: operation.status.as_str(),
            succeeded,
            failed,
            cancelled,
            reason: operation.reason.as_deref(),
        }
    }
}

impl Ui {
    /// Reports an event: its record with `--json`, otherwise its text.
    pub fn emit(&self, event: &Event<'_>) {
        if self.json {
            self.line(&event.record());
        } else if let Some(text) = event.text(self.style) {
            self.say(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const STYLE: TextStyle = TextStyle { width: 80, colour: false };

    #[test]
    fn a_record_begins_with_its_version_and_type_and_has_its_subject() {
        let event = Event::Ended {
            subject: Subject::StackSet("shop"),
            operation: Some("o"),
            status: Some("SUCCEEDED"),
            followed: true,
        };
        let record =
            r#"{"v":1,"type":"ended","stack_set":"shop","operation":"o","status":"SUCCEEDED"}"#;
        assert_eq!(event.record(), record);
        assert_eq!(event.text(STYLE).unwrap(), "\nStack set shop: succeeded");
    }

    #[test]
    fn a_field_that_has_nothing_to_say_is_missing() {
        let made = Event::Bucket { bucket: "b", made: true, shared: false };
        assert_eq!(made.record(), r#"{"v":1,"type":"bucket","bucket":"b","made":true}"#);
        let receipt = json!({ "removed": [], "stays": [] });
        let gone = Event::Destroyed { subject: Subject::Stack("s"), deleted: true, receipt };
        assert_eq!(
            gone.record(),
            r#"{"v":1,"type":"destroyed","stack":"s","deleted":true,"removed":[],"stays":[]}"#
        );
        assert_eq!(gone.text(STYLE), None);
    }

    #[test]
    fn text_from_elsewhere_cannot_move_the_cursor() {
        let event = Event::Recovered { stack: "s\u{1b}[2J", status: "X", outcome: "is deleted" };
        assert!(!event.text(STYLE).unwrap().contains('\u{1b}'));
    }
}
