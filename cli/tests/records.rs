//! Every kind of record that the source emits is documented, and every documented one is emitted.

#![allow(clippy::unwrap_used, reason = "source that cannot be read is a test that fails")]

use guardian_tests::sources;
use std::collections::BTreeSet;
use std::path::Path;

/// What a record's kind stands behind, whatever follows it.
const EMITS: [&str; 2] = [".record(", ".push(("];

/// The kinds in a source file, its tests left out.
fn kinds(source: &str, found: &mut BTreeSet<String>) {
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    for (at, _) in source.match_indices('(') {
        let Some(rest) = source[at + 1..].trim_start().strip_prefix('"') else { continue };
        let Some((kind, rest)) = rest.split_once('"') else { continue };
        let Some(rest) = rest.trim_start().strip_prefix(',') else { continue };
        let emits = EMITS.iter().any(|mark| source[..=at].ends_with(mark));
        let is_word = kind.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if is_word && (emits || rest.trim_start().starts_with("json!(")) {
            found.insert(kind.to_owned());
        }
    }
}

#[test]
fn every_kind_of_record_is_documented_and_every_documented_one_is_emitted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut emitted = BTreeSet::new();
    for (_, text) in sources(&root.join("src")).unwrap() {
        kinds(&text, &mut emitted);
    }
    let text = std::fs::read_to_string(root.join("../docs/ndjson.md")).unwrap();
    let documented: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = emitted.difference(&documented).collect();
    assert!(missing.is_empty(), "describe in docs/ndjson.md: {missing:?}");
    let idle: Vec<_> = documented.difference(&emitted).collect();
    assert!(idle.is_empty(), "docs/ndjson.md describes what nothing emits: {idle:?}");
    let schema = format!("\"v\": {}", guardian_cli::ui::SCHEMA_VERSION);
    assert!(text.contains(&schema), "docs/ndjson.md is of another version than {schema}");
}

#[test]
fn kinds_are_found_where_they_are_emitted() {
    let mut found = BTreeSet::new();
    kinds(
        "ui.record(\"one\", x); ui.record(\n    \"two\",\n x); all.push((\"three\", y)); \
         ui.record(kind, z); names.push((\"Not A Kind\", 1));\n#[cfg(test)]\nmod tests { \
         ui.record(\"four\", x) }",
        &mut found,
    );
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["one", "three", "two"]);
}
