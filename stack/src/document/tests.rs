//! What is read, with which value, and where it is.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::ops::Range;

fn places(text: &str, node: &Node, found: &mut Vec<(String, String)>) {
    for (key, value) in node.entries() {
        let written = |span: &Range<usize>| text[span.clone()].to_owned();
        found.push((written(&key.span), written(&value.span)));
        places(text, value, found);
    }
    let items = node.items().unwrap_or_default();
    items.iter().for_each(|item| places(text, item, found));
}

fn places_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    places(text, &yaml::read(text).unwrap(), &mut found);
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn keys_and_values_have_the_bytes_they_are_written_with() {
    let text = "é: 'x'\n\"b\": [1, {c: d}]\ne:\n  f: g\n  h:\n  - i: j\n";
    assert_eq!(
        places_of(text),
        pairs(&[
            ("é", "'x'"),
            ("\"b\"", "[1, {c: d}]"),
            ("c", "d"),
            ("e", "f: g\n  h:\n  - i: j"),
            ("f", "g"),
            ("h", "i: j"),
            ("i", "j"),
        ])
    );
}

#[test]
fn what_an_alias_stands_for_has_the_place_of_the_alias() {
    let text = "a: &x { b: c }\nd: *x\n";
    assert_eq!(
        places_of(text),
        pairs(&[("a", "&x { b: c }"), ("b", "c"), ("d", "*x"), ("*x", "*x")])
    );
}

#[test]
fn nothing_lies_over_nothing_and_a_list_over_a_list() {
    let base = yaml::read("a: { b: 1, c: [1] }\nd: 2\n").unwrap();
    let over = yaml::read("a: { c: [2, 3], e: 4 }\nd:\n").unwrap();
    let laid = base.overlaid(&over).to_value();
    assert_eq!(laid, serde_json::json!({"a": {"b": 1, "c": [2, 3], "e": 4}, "d": 2}));
}

#[test]
fn aliases_of_aliases_that_would_fill_the_memory_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = format!("*a{}, ", n - 1).repeat(10);
        text += &format!("a{n}: &a{n} [{before}]\n");
    }
    assert!(yaml::read(&text).is_err());
}

#[test]
fn yaml_is_read_by_the_core_schema_with_aliases() {
    let text = "
Result: {yes: no, n: ~, f: 1.5e3, i: -7, s: '5', t: 2030-01-01, b: true, o: 0o17, big: 18446744073709551615}
Parameters: &same [a, b]
ResultPath: |
  $.a
Comment: !!str 5
Again: *same
";
    let read = yaml::read(text).unwrap().to_value();
    assert_eq!(
        read["Result"],
        json!({"yes": "no", "n": null, "f": 1500.0, "i": -7, "s": "5", "t": "2030-01-01",
               "b": true, "o": 15, "big": 18_446_744_073_709_551_615_u64})
    );
    assert_eq!(read["Again"], json!(["a", "b"]));
    assert_eq!(read["ResultPath"], "$.a\n");
    assert_eq!(read["Comment"], "5");
}

#[test]
fn numbers_pass_as_they_are_written() {
    for number in ["12345678901234567890123", "0.1234567890123456789", "6E1", "-0", "1.10", "1e400"]
    {
        let text = format!("{{\"n\": [{number}]}}");
        if number != "1e400" {
            assert_eq!(json::read(&text).unwrap().to_json(), format!("{{\"n\":[{number}]}}"));
        }
        let number = number.replace('E', "e");
        assert_eq!(yaml::read(&text).unwrap().to_json(), format!("{{\"n\":[{number}]}}"));
    }
    for (yaml, json) in [
        ("012345678901", "\"012345678901\""),
        ("01234", "\"01234\""),
        ("0777", "\"0777\""),
        ("-01", "\"-01\""),
        ("+49301234", "\"+49301234\""),
        ("1_000", "\"1_000\""),
        ("0o17", "15"),
        ("0x10", "16"),
        ("0", "0"),
        ("-7", "-7"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("0.10", "0.10"),
        ("1.5e+3", "1.5e+3"),
        (".inf", "\".inf\""),
        (".", "\".\""),
        ("1e", "\"1e\""),
        ("18446744073709551616", "18446744073709551616"),
        ("2030-01-01", "\"2030-01-01\""),
        ("12:30:45", "\"12:30:45\""),
        ("no", "\"no\""),
        ("~", "null"),
        ("True", "true"),
    ] {
        let read = yaml::read(&format!("a: {yaml}\n")).unwrap();
        assert_eq!(read.to_json(), format!("{{\"a\":{json}}}"), "{yaml}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_moves_no_place() {
    let text = "\u{feff}{\"é\": [1]}";
    for node in [json::read(text).unwrap(), yaml::read(text).unwrap()] {
        let (key, value) = &node.entries()[0];
        assert_eq!(&text[key.span.clone()], "\"é\"");
        assert_eq!(&text[value.span.clone()], "[1]");
        assert_eq!(node.to_json(), "{\"é\":[1]}");
    }
    let broken = json::read("\u{feff}{\"a\": tru}").unwrap_err();
    assert_eq!(broken.span.start, 12);
}

#[test]
fn merge_keys_add_what_a_map_does_not_have_itself() {
    let text = "
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
one: {<<: *base, b: 9}
both:
  z: 0
  <<: [*base, *more]
  c: 5
text: {'<<': 1}
";
    let read = yaml::read(text).unwrap();
    let of = |key: &str| read.get(key).unwrap().to_json();
    assert_eq!(of("one"), r#"{"a":1,"b":9}"#);
    assert_eq!(of("both"), r#"{"z":0,"a":1,"b":2,"c":5}"#);
    assert_eq!(of("text"), r#"{"<<":1}"#);
    assert_eq!(repeated_keys(&read, text).len(), 0);
    // Where an error in what is merged would be reported.
    let (key, _) = read.get("one").unwrap().entry("a").unwrap();
    assert_eq!(&text[key.span.clone()], "*base");
    let refused = yaml::read("a: {<<: 1}\n").unwrap_err();
    assert_eq!(refused.message, "this YAML cannot be read: a merge key `<<` takes a map");
}

#[test]
fn a_repeated_key_is_found_at_its_second_place_with_the_line_of_the_first() {
    let text = "a: 1\nb:\n  - {c: 1, c: 2}\na: 3\n";
    let found = repeated_keys(&yaml::read(text).unwrap(), text);
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    let expected = [
        "the key `a` is here twice; the first is in line 1",
        "the key `c` is here twice; the first is in line 3",
    ];
    for message in expected {
        assert!(messages.contains(&message), "{messages:?}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("JSON has no NaN", |f| f.is_finite().then(|| f.into())),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Documents of maps, lists and texts in block and flow style.
fn document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = "[a-zé :#'-]{0,6}".prop_map(serde_json::Value::from);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let map = prop::collection::vec(("[a-zé ]{1,4}", inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(serde_json::Value::from),
            map.prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_is_read_as_serde_json_reads_it(value in values()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let read = json::read(&text).unwrap();
            prop_assert_eq!(read.to_json(), value.to_string());
            prop_assert_eq!(read.to_value(), value.clone());
        }
    }

    #[test]
    fn yaml_of_the_binding_is_read_back(value in values()) {
        let text = guardian_cfn::yaml::write(&value);
        let read = yaml::read(&text).map(|node| node.to_value());
        let read = read.map_err(|e| TestCaseError::fail(format!("{}\n{text}", e.message)))?;
        prop_assert_eq!(read, value, "{}", text);
    }

    #[test]
    fn values_are_serde_yamls_and_each_key_is_read_back_from_its_place(value in document()) {
        for text in [serde_yaml::to_string(&value).unwrap(), value.to_string()] {
            let node = yaml::read(&text).unwrap();
            prop_assert_eq!(&node.to_value(), &value);
            let mut stack = vec![&node];
            while let Some(node) = stack.pop() {
                for (key, value) in node.entries() {
                    let written: String = serde_yaml::from_str(&text[key.span.clone()]).unwrap();
                    prop_assert_eq!(&written, &key.name);
                    stack.push(value);
                }
                stack.extend(node.items().unwrap_or_default());
            }
        }
    }
}
