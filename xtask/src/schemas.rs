//! Where schemas come from: the archive of all types in the repository, or a file. What codegen does
//! not read is cut off, so that a schema's change is a change of the types.

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The schemas of all types, one a line, in the order of their names.
pub const ARCHIVE: &str = "all.jsonl.gz";

/// What codegen reads of a schema.
const KEPT: [&str; 8] = [
    "createOnlyProperties",
    "definitions",
    "description",
    "primaryIdentifier",
    "properties",
    "readOnlyProperties",
    "required",
    "typeName",
];

/// Writes the schema of a type into the directory, from the archive there or from a file or a
/// directory of schemas. Returns the file.
pub fn add(schemas: &Path, kind: &str, from: Option<&Path>) -> Result<PathBuf, String> {
    if kind.split("::").count() != 3 {
        return Err(format!("`{kind}` is no resource type: name one such as AWS::KMS::Key"));
    }
    let schema = match from {
        Some(path) => given(path, kind)?,
        None => archived(schemas, kind)?,
    };
    let path = schemas.join(format!("{}.json", kind.to_lowercase().replace("::", "-")));
    write(&path, pretty(&cut(&schema)).as_bytes())?;
    Ok(path)
}

/// Writes the archive from the directory `cfnlint/data/schemas` of an unpacked cfn-lint. Returns
/// the number of types.
#[allow(dead_code, reason = "the tests of stack/cfn have no cfn-lint")]
pub fn archive(schemas: &Path, cfn_lint: &Path) -> Result<usize, String> {
    let types = parse(&cfn_lint.join("providers/us-east-1.json"))?;
    let types = types.as_object().ok_or("providers/us-east-1.json is no object")?;
    let mut lines = BTreeMap::new();
    for (kind, file) in types {
        let file = format!("resources/{}.json", file.as_str().unwrap_or_default());
        lines.insert(kind, cut(&parse(&cfn_lint.join(file))?).to_string());
    }
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::best());
    for line in lines.values() {
        writeln!(gzip, "{line}").map_err(|e| e.to_string())?;
    }
    write(&schemas.join(ARCHIVE), &gzip.finish().map_err(|e| e.to_string())?)?;
    Ok(lines.len())
}

/// The schemas of the archive in the directory.
pub fn all(schemas: &Path) -> Result<Vec<Value>, String> {
    let path = schemas.join(ARCHIVE);
    let file = fs::File::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .map_err(|e| format!("{}: {e}", path.display()))?;
    let parsed = text.lines().map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().map_err(|e| format!("{}: {e}", path.display()))
}

fn archived(schemas: &Path, kind: &str) -> Result<Value, String> {
    let all = all(schemas)?;
    if let Some(schema) = all.iter().find(|schema| schema["typeName"] == kind) {
        return Ok(schema.clone());
    }
    let service = kind.rsplit_once("::").map_or(kind, |(service, _)| service);
    let of_service = |name: &&str| name.starts_with(&format!("{service}::"));
    let names = all.iter().filter_map(|schema| schema["typeName"].as_str());
    let near: Vec<&str> = names.filter(of_service).collect();
    let near = match near.is_empty() {
        true => format!("it has no type of {service}"),
        false => format!("of {service} it has {}", near.join(", ")),
    };
    Err(format!(
        "{ARCHIVE} has {} types and not `{kind}`; {near}. Correct the name, or pass the type's schema \
         with --from: `aws cloudformation describe-type --type RESOURCE --type-name {kind} \
         --query Schema --output text` prints it",
        all.len()
    ))
}

/// The schema of a type in a file, or in one of a directory's files.
fn given(path: &Path, kind: &str) -> Result<Value, String> {
    let files = if path.is_dir() {
        let listed = fs::read_dir(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let files = listed.flatten().map(|entry| entry.path());
        files.filter(|file| file.extension().is_some_and(|e| e == "json")).collect()
    } else {
        vec![path.to_owned()]
    };
    let mut names = Vec::new();
    for file in &files {
        let schema = parse(file)?;
        match schema["typeName"].as_str() {
            Some(name) if name == kind => return Ok(schema),
            name => names.push(name.unwrap_or("no typeName").to_owned()),
        }
    }
    let found = match &names[..] {
        [one] => format!("it has {one}"),
        _ => format!("{} files have other types", names.len()),
    };
    Err(format!("{}: no schema of `{kind}`; {found}", path.display()))
}

/// The schema with what codegen reads of it, its keys in order.
fn cut(schema: &Value) -> Value {
    let mut kept: Map<String, Value> =
        KEPT.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(key)?.clone()))).collect();
    if let Some(handlers) = schema["handlers"].as_object() {
        let of = |kind: &str| {
            let permissions = handlers.get(kind)?.get("permissions")?;
            Some((kind.to_owned(), json!({"permissions": permissions})))
        };
        let all: Map<String, Value> =
            ["create", "delete", "read", "update"].into_iter().filter_map(of).collect();
        kept.insert("handlers".to_owned(), Value::Object(all));
    }
    sorted(&Value::Object(kept))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: BTreeMap<&String, Value> = map.iter().map(|(k, v)| (k, sorted(v))).collect();
            Value::Object(map.into_iter().map(|(k, v)| (k.clone(), v)).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// JSON with one space of indentation and a newline at the end.
fn pretty(value: &Value) -> String {
    let mut text = String::new();
    for line in format!("{value:#}").lines() {
        let content = line.trim_start();
        text.push_str(&line[..(line.len() - content.len()) / 2]);
        text.push_str(content);
        text.push('\n');
    }
    text
}

fn parse(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}
