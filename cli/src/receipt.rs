//! The receipt of what was removed: what is gone, what stays and why. Pure; what removes things
//! fills it.

use crate::text::{self, Paint, plain, size};
use crate::ui::TextStyle;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A resource of the stack.
    Resource,
    /// An object of the artifact bucket, with all of its versions.
    Object,
    /// A stack of a stack set.
    Stack,
    /// A stack set.
    StackSet,
    /// A log group.
    LogGroup,
    /// The artifact bucket.
    Bucket,
}

/// All of them, in the order of the text.
const ALL: [Kind; 6] =
    [Kind::StackSet, Kind::Stack, Kind::Resource, Kind::Object, Kind::LogGroup, Kind::Bucket];

impl Kind {
    fn words(self, count: usize) -> String {
        let word = match self {
            Self::Resource => "resource",
            Self::Object => "object",
            Self::Stack => "stack",
            Self::StackSet => "stack set",
            Self::LogGroup => "log group",
            Self::Bucket => "bucket",
        };
        text::count(count, word)
    }
}

/// Something that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// What it was.
    pub kind: Kind,
    /// Its name: logical id with the stacks that it is in, key, or name.
    pub name: String,
    /// Resource type, or how many versions.
    pub detail: String,
    /// Its bytes, where it has some.
    pub bytes: Option<i64>,
}

/// Something that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stays {
    /// What it is.
    pub kind: Kind,
    /// Its name, as of [`Removed`].
    pub name: String,
    /// Why it stays.
    pub why: String,
}

/// What came of a removal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Receipt {
    /// What is gone.
    pub removed: Vec<Removed>,
    /// What stays.
    pub stays: Vec<Stays>,
}

impl Receipt {
    /// Adds something that stays.
    pub fn keep(&mut self, kind: Kind, name: impl Into<String>, why: impl Into<String>) {
        self.stays.push(Stays { kind, name: name.into(), why: why.into() });
    }

    /// The fields of its record: `removed` and `stays`, each a list.
    pub fn fields(&self) -> Value {
        json!(self)
    }

    /// The text for people; empty if nothing was removed or kept.
    pub fn text(&self, style: TextStyle) -> String {
        let paint = Paint(style.colour);
        let mut lines = Vec::new();
        if !self.removed.is_empty() {
            lines.push(paint.bold("Removed"));
        }
        for kind in ALL {
            let all: Vec<&Removed> = self.removed.iter().filter(|r| r.kind == kind).collect();
            if all.is_empty() {
                continue;
            }
            let bytes: i64 = all.iter().filter_map(|r| r.bytes).sum();
            let bytes = if bytes > 0 { format!(" ({})", size(bytes)) } else { String::new() };
            if kind == Kind::Resource {
                // A stack has hundreds; the record names each.
                lines.push(format!("  {}: {}", kind.words(all.len()), by_type(&all)));
                continue;
            }
            lines.push(format!("  {}{bytes}", kind.words(all.len())));
            for one in all {
                let detail = match (one.detail.as_str(), one.bytes) {
                    ("", None) => String::new(),
                    ("", Some(bytes)) => format!(" ({})", size(bytes)),
                    (detail, None) => format!(" ({detail})"),
                    (detail, Some(bytes)) => format!(" ({detail}, {})", size(bytes)),
                };
                lines.push(format!("    {}{}", plain(&one.name), plain(&detail)));
            }
        }
        if !self.stays.is_empty() {
            lines.push(paint.bold("Stays"));
        }
        for one in &self.stays {
            lines.push(format!("  {}: {}", plain(&one.name), plain(&one.why)));
        }
        lines.join("\n")
    }
}

/// `3 AWS::CloudWatch::Alarm, 1 AWS::IAM::Role`, the most first.
fn by_type(resources: &[&Removed]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in resources {
        *counts.entry(&resource.detail).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    let all: Vec<String> =
        counts.iter().map(|(kind, count)| format!("{count} {}", plain(kind))).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(kind: Kind, name: &str, detail: &str, bytes: Option<i64>) -> Removed {
        Removed { kind, name: name.into(), detail: detail.into(), bytes }
    }

    #[test]
    fn a_receipt_says_what_went_what_stays_and_why() {
        let package = format!("guardian/packages/{}.zip", "4f9c".repeat(16));
        let mut receipt = Receipt {
            removed: vec![
                removed(Kind::Resource, "FunctionRole", "AWS::IAM::Role", None),
                removed(Kind::Resource, "Machines1/AAlarm", "AWS::CloudWatch::Alarm", None),
                removed(Kind::Resource, "Machines1/BAlarm", "AWS::CloudWatch::Alarm", None),
                removed(Kind::Object, &package, "2 versions", Some(6_710_886)),
                removed(Kind::LogGroup, "/aws/lambda/check", "", Some(2_048)),
                removed(Kind::LogGroup, "/aws/\u{1b}[2J", "", None),
            ],
            stays: Vec::new(),
        };
        receipt.keep(Kind::Bucket, "guardian-artifacts-1-x", "other stacks of the account use it");
        let style = |width, colour| receipt.text(TextStyle { width, colour });
        insta::assert_snapshot!(style(80, false));
        insta::assert_snapshot!(style(120, true).replace('\u{1b}', "ESC"));
        insta::assert_json_snapshot!(receipt.fields());
        assert_eq!(Receipt::default().text(TextStyle { width: 80, colour: false }), "");
    }
}
