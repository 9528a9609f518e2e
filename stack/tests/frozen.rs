//! Logical ids, types and physical names of deployed stacks never change: CloudFormation would
//! replace a queue with its messages, and a renamed alarm forgets its state. `frozen.txt` lists those
//! of cfn-templates as they were released; a new resource may be added, a listed one has to stay.
#![allow(clippy::unwrap_used, reason = "a template that cannot be read is a test that fails")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Parameters, outputs, and each resource with its type and its literal names.
fn names(stack: &str, template: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for section in ["Parameters", "Outputs"] {
        let section_of = template[section].as_object().into_iter().flatten();
        lines.extend(section_of.map(|(name, _)| format!("{stack} {section} {name}")));
    }
    for (id, resource) in template["Resources"].as_object().unwrap() {
        let kind = resource["Type"].as_str().unwrap();
        let properties = resource["Properties"].as_object().into_iter().flatten();
        let named = properties.filter(|(name, _)| {
            name.ends_with("Name") && !["FunctionName", "TableName"].contains(&name.as_str())
                || (*name == "FunctionName" && kind == "AWS::Lambda::Function")
        });
        let named: Vec<String> = named.map(|(name, value)| format!(" {name}={value}")).collect();
        lines.insert(format!("{stack} {id} {kind}{}", named.concat()));
    }
    lines
}

#[test]
fn released_logical_ids_types_and_names_stay() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut now = BTreeSet::new();
    for stack in ["recipe", "shop"] {
        let path = root.join(format!("../cfn-templates/{stack}/template.yaml"));
        let template = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        now.extend(names(stack, &template));
    }
    let frozen = std::fs::read_to_string(root.join("tests/frozen.txt")).unwrap();
    let frozen: BTreeSet<String> = frozen.lines().map(str::to_owned).collect();
    assert!(frozen.len() > 50, "tests/frozen.txt is not complete");
    let missing: Vec<_> = frozen.difference(&now).collect();
    assert!(missing.is_empty(), "these were released and have to stay: {missing:#?}");
}
