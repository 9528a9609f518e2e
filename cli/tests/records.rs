//! docs/ndjson.md describes every record and every error id, and nothing else.

#![allow(clippy::unwrap_used, reason = "a document that cannot be read is a test that fails")]

use guardian_cli::event::{Event, SCHEMA_VERSION};
use guardian_cli::exit::ErrorId;
use std::collections::BTreeSet;
use std::path::Path;

fn document() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("../docs/ndjson.md")).unwrap()
}

/// The names in the first column of the tables, after or before the section on error ids.
fn first_column(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    rows.map(str::to_owned).collect()
}

#[test]
fn every_record_is_documented_and_every_documented_record_exists() {
    let text = document();
    let (records, ids) = text.split_once("\n## Error ids\n").unwrap();
    let emitted: BTreeSet<String> = Event::TYPES.iter().map(|&kind| kind.to_owned()).collect();
    assert_eq!(emitted, first_column(records));
    let known: BTreeSet<String> = ErrorId::ALL.iter().map(|id| id.as_str().to_owned()).collect();
    assert_eq!(known, first_column(ids));
    let schema = format!("\"v\": {SCHEMA_VERSION}");
    assert!(text.contains(&schema), "docs/ndjson.md is of another version than {schema}");
}
