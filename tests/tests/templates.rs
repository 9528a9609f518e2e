//! cfn-lint finds nothing in the templates that Guardian writes.
#![allow(clippy::unwrap_used)]

use guardian_stack::config::{Config, Files, Overrides};
use guardian_stack::templates::templates;
use guardian_tests::examples::{committed, synthesised};
use guardian_tests::python::Python;
use guardian_tests::repository;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The same definition for every machine.
struct OneForAll(&'static str);

impl Files for OneForAll {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        relative.ends_with(".json").then(|| Ok(self.0.to_owned()))
    }
}

/// Asserts that cfn-lint reports nothing about these files.
#[track_caller]
fn clean(files: &[PathBuf]) {
    assert!(!files.is_empty());
    let mut lint = Python::ready().unwrap().program("cfn-lint");
    let output = lint.args(["--format", "json", "--"]).args(files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let found: Vec<Value> = serde_json::from_str(&said)
        .unwrap_or_else(|e| panic!("{e}: {said}{}", String::from_utf8_lossy(&output.stderr)));
    let found: Vec<_> = found
        .iter()
        .map(|f| format!("{} {} {}", f["Filename"], f["Rule"]["Id"], f["Message"]))
        .collect();
    assert!(found.is_empty() && output.status.success(), "{}", found.join("\n"));
}

#[test]
fn the_committed_templates_are_those_of_the_examples() {
    let mut written = synthesised().unwrap();
    written.sort();
    let committed = committed().unwrap();
    let names =
        |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&written), "run `cargo xtask templates`");
    for ((name, committed), (_, written)) in committed.iter().zip(&written) {
        assert!(committed == written, "{name} differs: run `cargo xtask templates`");
    }
}

#[test]
fn cfn_lint_finds_nothing_in_the_committed_templates() {
    let committed = committed().unwrap();
    clean(&committed.iter().map(|(name, _)| repository().join(name)).collect::<Vec<_>>());
}

#[test]
fn cfn_lint_finds_nothing_in_nested_templates() {
    let machines: String = (0..150).map(|n| format!("    - machine-{n:03}\n")).collect();
    let text = format!("project: fleet\nmachines:\n  managed:\n{machines}");
    let one = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    let config = Config::parse("guardian.yaml", &text).unwrap();
    let resolved = config.resolve(&Overrides::default(), &OneForAll(one), None).unwrap();
    let templates = templates(&resolved.app, &BTreeMap::new()).unwrap();
    assert!(!templates.nested.is_empty(), "150 machines fit one template now");
    let to = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, synth) in templates.files() {
        let path = to.path().join(format!("{name}.json"));
        fs::write(&path, synth.to_json_min()).unwrap();
        files.push(path);
    }
    clean(&files);
}
