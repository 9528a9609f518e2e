//! A YAML 1.1 reader, like CloudFormation's, reads the binding's YAML as the same value.
#![allow(clippy::unwrap_used)]

use guardian_tests::python::Python;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

/// Texts that YAML 1.1 reads as something else if they are not quoted.
const TRAPS: &[&str] = &[
    "no",
    "On",
    "y",
    "N",
    "TRUE",
    "~",
    "null",
    "Null",
    "",
    "1:30",
    "1:30.5",
    "0o17",
    "017",
    "0x1F",
    "0b101",
    "1_000",
    "1.5e3",
    "1e3",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "2030-01-01",
    "2030-01-01T00:00:00Z",
    "<<",
    "=",
    "!x",
    "&a",
    "*a",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
    "#b",
    "@a",
    "`a",
    "%a",
    "|",
    ">",
    "{",
    "[",
    "---",
    "...",
    " a",
    "a ",
    "a\nb",
    "\ta",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "\u{10ffff}",
    "é",
    "日本",
    "'",
    "\"",
    "\\",
    "a:",
    "key:",
];

/// Reads pairs of a YAML and a JSON document of the same value, and writes what the YAML is where
/// the two differ. Comparing is Python's: it reads floats exactly.
const READER: &str = "
import json, sys, yaml
def same(a, b):
    return json.dumps(a, sort_keys=True, default=repr) == json.dumps(b, sort_keys=True)
pairs = json.load(sys.stdin)
read = [(yaml.safe_load(text), json.loads(value)) for text, value in pairs]
json.dump([None if same(a, b) else repr(a) for a, b in read], sys.stdout)
";

fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        prop::sample::select(TRAPS).prop_map(str::to_owned),
        any::<String>(),
        "[a-z0-9:._ -]{0,12}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("JSON has no NaN", |f| f.is_finite().then(|| f.into())),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let object = prop::collection::vec((text.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::from),
            object.prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What Python reads of each pair, where that is something else.
fn differences(pairs: &[(String, String)]) -> Vec<Option<String>> {
    let mut python = Python::ready().unwrap().program("python");
    let piped = python.args(["-c", READER]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = piped.spawn().unwrap();
    let input = serde_json::to_vec(pairs).unwrap();
    process.stdin.take().unwrap().write_all(&input).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "PyYAML cannot read one of them");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_yaml_1_1_reader_reads_what_was_written() {
    // One process for all cases: starting Python takes longer than reading a thousand.
    let mut runner = TestRunner::default();
    let strategy = values();
    let mut values: Vec<Value> = TRAPS.iter().map(|trap| (*trap).into()).collect();
    values.extend(TRAPS.iter().map(|trap| serde_json::json!({*trap: [*trap]})));
    values.extend((0..2_000).map(|_| strategy.new_tree(&mut runner).unwrap().current()));
    let pair = |value: &Value| (guardian_cfn::yaml::write(value), value.to_string());
    let pairs: Vec<_> = values.iter().map(pair).collect();
    for ((yaml, json), read) in pairs.iter().zip(differences(&pairs)) {
        assert_eq!(read, None, "{json} was written as\n{yaml}");
    }
}
