//! The calls that the command line's source makes are those that the CI policy is derived from.

#![allow(clippy::unwrap_used, reason = "source that cannot be read is a test that fails")]

use guardian_stack::ci::calls::CALLS;
use guardian_tests::sources;
use std::collections::BTreeSet;
use std::path::Path;

/// Methods without arguments that begin like calls but are not: those of clap and tokio.
const NO_CALLS: [&str; 4] = ["enable_all", "enable_io", "get_name", "get_subcommands"];
/// How the names of AWS's operations begin.
const VERBS: [&str; 26] = [
    "cancel", "continue", "copy", "create", "delete", "describe", "detect", "disable", "enable",
    "execute", "get", "head", "invoke", "list", "put", "query", "redrive", "rollback", "send",
    "set", "start", "stop", "tag", "untag", "update", "validate",
];

/// The methods that are called without arguments, as the SDK's operations are.
fn methods(text: &str, found: &mut BTreeSet<String>) {
    for piece in text.split("()").filter(|piece| !piece.is_empty()) {
        let start = piece.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let Some(start) = start.filter(|at| piece[*at..].starts_with('.')) else { continue };
        let name = &piece[start + 1..];
        let verb = name.split('_').next().unwrap_or_default();
        if VERBS.contains(&verb) && (["invoke", "query"].contains(&name) || name.contains('_')) {
            found.insert(name.to_owned());
        }
    }
}

#[test]
fn every_call_of_the_source_is_in_the_list_and_every_listed_call_is_made() {
    let mut made = BTreeSet::new();
    let crates = ["src", "deploy/src", "aws/src"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (_, text) in crates.iter().flat_map(|dir| sources(&root.join(dir)).unwrap()) {
        methods(&text, &mut made);
    }
    made.retain(|name| !NO_CALLS.contains(&name.as_str()));
    let listed: BTreeSet<String> = CALLS.iter().map(|call| call.method.to_owned()).collect();
    let unlisted: Vec<_> = made.difference(&listed).collect();
    assert!(unlisted.is_empty(), "add to stack/src/ci/calls.rs: {unlisted:?}");
    let unmade: Vec<_> = listed.difference(&made).collect();
    assert!(unmade.is_empty(), "take out of stack/src/ci/calls.rs: {unmade:?}");
}

#[test]
fn calls_are_found_in_source() {
    let mut found = BTreeSet::new();
    methods(
        "self.0.describe_stacks().send(); x.len(); c\n  .invoke()\n.get(); y.get_mut(k)",
        &mut found,
    );
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["describe_stacks", "invoke"]);
}
