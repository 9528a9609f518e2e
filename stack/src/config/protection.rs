//! Reads `stack_policy`: what an update must neither replace nor delete.

use super::reader::Section;
use crate::problem::Reason;
use std::ops::Range;

/// The section, before it is known which machines there are.
#[derive(Debug, Clone)]
pub(super) struct ProtectionSpec {
    /// Words and keys of machines, each with its place.
    pub protect: Vec<(String, Range<usize>)>,
    /// A policy in a file of its own, and where that is named.
    pub file: Option<(String, Range<usize>)>,
}

/// Reads the section; none if it is missing.
pub(super) fn read(section: &Section<'_>) -> Option<ProtectionSpec> {
    let protect = section.get("protect");
    let file = section.optional("file", |f| f.text().map(str::to_owned));
    if protect.is_some() && file.is_some() {
        let reason = Reason::new("`protect` and `file` are both written");
        section
            .problem_at("file", reason.help("a stack has one policy: keep the one or the other"));
    }
    let items = protect.map(|field| field.items()).unwrap_or_default();
    let mut names = Vec::new();
    for item in items {
        match item.text() {
            Ok(text) => names.push((text.to_owned(), item.span().clone())),
            Err(reason) => item.problem(reason),
        }
    }
    if let Some(field) = protect {
        field.note(&names.iter().map(|(name, _)| name).collect::<Vec<_>>());
    }
    let file = file.map(|path| (path, section.span_of("file")));
    (file.is_some() || !names.is_empty()).then_some(ProtectionSpec { protect: names, file })
}
