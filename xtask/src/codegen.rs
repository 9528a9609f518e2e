//! Generates the resource types of `stack/cfn`, and the IAM actions of their handlers, from the
//! CloudFormation resource schemas.

#[path = "enums.rs"]
mod enums;

use enums::Enums;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Attributes that CloudFormation returns although their schemas do not list them as read-only.
const MORE_ATTRIBUTES: &[(&str, &str)] =
    &[("AWS::SQS::Queue", "QueueName"), ("AWS::SNS::Topic", "TopicName")];

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else", "enum",
    "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod",
    "move", "mut", "new", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "type", "unsafe", "use", "where", "while", "yield",
];

/// Reads the schemas of one directory and writes (or, with `check`, compares) the modules.
///
/// Returns the names of the files that were written or that differ.
pub fn run(schemas: &Path, out: &Path, check: bool) -> Result<Vec<String>, String> {
    let files = generate(schemas)?;
    let mut changed = Vec::new();
    for (name, text) in &files {
        let path = out.join(name);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(text) {
            changed.push(name.clone());
            if !check {
                std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
            }
        }
    }
    let listed = std::fs::read_dir(out).map_err(|e| format!("{}: {e}", out.display()))?;
    for entry in listed.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rs") && !files.contains_key(&name) {
            if !check {
                std::fs::remove_file(entry.path()).map_err(|e| format!("{name}: {e}"))?;
            }
            changed.push(name);
        }
    }
    Ok(changed)
}

/// The text of every generated module, by file name.
pub fn generate(schemas: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut services: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let listed = std::fs::read_dir(schemas).map_err(|e| format!("{}: {e}", schemas.display()))?;
    for entry in listed.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let schema: Value =
            serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = schema["typeName"].as_str().unwrap_or_default();
        let parts: Vec<&str> = name.split("::").collect();
        let [_, service, resource] = parts[..] else {
            return Err(format!("{}: typeName `{name}` is not A::B::C", path.display()));
        };
        let (service, resource) = (service.to_lowercase(), resource.to_owned());
        services.entry(service).or_default().insert(resource, schema);
    }
    if services.is_empty() {
        return Err(format!("{}: no schema found", schemas.display()));
    }
    let head = "// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.\n\n";
    let mut files = BTreeMap::new();
    let mut index = format!(
        "//! The resource types, a module per service, and the IAM actions of their handlers.\n{head}"
    );
    for (service, resources) in &services {
        writeln!(index, "pub mod {service};").map_err(|e| e.to_string())?;
        let mut text = format!("//! Resource types of the service `{service}`.\n{head}");
        for (name, schema) in resources {
            text.push_str(&resource(name, schema));
        }
        files.insert(format!("{service}.rs"), format_rust(&text)?);
    }
    index.push_str("pub mod handlers;\n");
    files.insert("mod.rs".to_owned(), format_rust(&index)?);
    files.insert("handlers.rs".to_owned(), format_rust(&handlers(&services, head))?);
    Ok(files)
}

/// The table of the IAM actions that each type's handlers call.
fn handlers(services: &BTreeMap<String, BTreeMap<String, Value>>, head: &str) -> String {
    let mut text = format!(
        "//! The IAM actions that CloudFormation needs to handle a resource of each type.\n\
         {head}\
         /// IAM actions of a type's handlers, for all properties together.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\n\
         pub struct Handlers {{\n"
    );
    const KINDS: [(&str, &str); 4] = [
        ("create", "creating"),
        ("read", "reading"),
        ("update", "updating"),
        ("delete", "deleting"),
    ];
    for (kind, doing) in KINDS {
        let _ = writeln!(
            text,
            "/// Actions for {doing} a resource.\npub {kind}: &'static [&'static str],"
        );
    }
    text += "}\n\n/// The types, in order.\npub const TYPES: &[&str] = &[";
    let mut arms = String::new();
    let mut types: Vec<&Value> = services.values().flat_map(BTreeMap::values).collect();
    types.sort_by_key(|schema| schema["typeName"].as_str());
    for schema in types {
        let _ = write!(text, "{:?}, ", schema["typeName"].as_str().unwrap_or_default());
        let _ =
            write!(arms, "{:?} => Handlers {{ ", schema["typeName"].as_str().unwrap_or_default());
        for (kind, _) in KINDS {
            let actions = schema["handlers"][kind]["permissions"].as_array();
            let mut actions: Vec<&str> =
                actions.into_iter().flatten().filter_map(Value::as_str).collect();
            actions.sort_unstable();
            actions.dedup();
            let _ = write!(arms, "{kind}: &{actions:?}, ");
        }
        arms += "},\n";
    }
    let _ = write!(
        text,
        "];\n\n/// The handlers of a type, such as `AWS::SQS::Queue`; none for an unknown type.\n\
         #[must_use]\npub fn of(resource_type: &str) -> Option<Handlers> {{\n\
         Some(match resource_type {{\n{arms}_ => return None,\n}})\n}}\n"
    );
    text
}

fn format_rust(text: &str) -> Result<String, String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=100,use_small_heuristics=Max"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("rustfmt: {e} (rustup component add rustfmt)"))?;
    let mut input = child.stdin.take().ok_or("rustfmt has no input")?;
    let owned = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(owned.as_bytes()));
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    writer.join().map_err(|_| "rustfmt: writer failed")?.map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err("rustfmt refused the generated code".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|e| e.to_string())
}

fn resource(name: &str, schema: &Value) -> String {
    let cfn = schema["typeName"].as_str().unwrap_or_default();
    let module = snake(name);
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let read_only: Vec<String> = schema["readOnlyProperties"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str()?.strip_prefix("/properties/").map(|p| p.replace('/', ".")))
        .filter(|p| !p.contains('*'))
        .collect();
    let mut attributes = Vec::new();
    for path in read_only
        .iter()
        .cloned()
        .chain(MORE_ATTRIBUTES.iter().filter(|(t, _)| *t == cfn).map(|(_, a)| (*a).to_owned()))
    {
        let kind = lookup(schema, &path).map_or(String::new(), |p| rust_type(schema, p, &module));
        if ["String", "i64", "f64", "bool", "Vec<String>"].contains(&kind.as_str()) {
            attributes.push((path, kind));
        }
    }
    let writable: Map<String, Value> = properties
        .iter()
        .filter(|(k, _)| !read_only.contains(k))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();

    let definitions = schema["definitions"].as_object().unwrap_or(&empty);
    let structures = || definitions.iter().filter(|(_, def)| is_structure(def));
    let resolved = |of: &'_ Map<String, Value>| -> Vec<(String, Value)> {
        of.iter().map(|(k, p)| (k.clone(), resolve(schema, p).clone())).collect()
    };
    let mut owners = vec![(name.to_owned(), resolved(&writable))];
    owners.extend(structures().map(|(def_name, def)| {
        (def_name.clone(), resolved(def["properties"].as_object().unwrap_or(&empty)))
    }));
    let enums = Enums::find(
        owners.iter().map(|(owner, properties)| {
            (owner.as_str(), properties.iter().map(|(k, p)| (k.as_str(), p)).collect())
        }),
        &structures().map(|(def_name, _)| def_name.as_str()).collect::<BTreeSet<_>>(),
    );

    let mut text = String::new();
    text += &docs(schema["description"].as_str(), &format!("CloudFormation: `{cfn}`."));
    text += &structure(name, schema, &writable, &schema["required"], &module, &enums);
    let names: Vec<String> = attributes.iter().map(|(a, _)| format!("{a:?}")).collect();
    let _ = write!(
        text,
        "impl crate::Resource for {name} {{\n const TYPE: &'static str = {cfn:?};\n\
         const ATTRIBUTES: &'static [&'static str] = &[{}];\n\
         const BOUNDS: &'static [(&'static str, crate::Bound)] = &[{}];\n\
         fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {{ self.0 }}\n}}\n\n",
        names.join(", "),
        bounds(schema, &writable)
    );
    if !attributes.is_empty() {
        let _ = writeln!(text, "impl crate::Id<{name}> {{");
        for (path, kind) in &attributes {
            let what = lookup(schema, path).unwrap_or(&Value::Null);
            text += &docs(
                what["description"].as_str(),
                &format!("CloudFormation: `Fn::GetAtt` of `{path}`."),
            );
            let _ = write!(
                text,
                "#[must_use]\npub fn {}(&self) -> crate::Val<{kind}> {{ self.attribute({path:?}) }}\n\n",
                ident(&path.replace('.', ""))
            );
        }
        text += "}\n\n";
    }
    let mut nested = String::new();
    for (def_name, def) in structures() {
        let props = def["properties"].as_object().unwrap_or(&empty);
        nested += &docs(
            def["description"].as_str(),
            &format!("CloudFormation: property type `{def_name}` of `{cfn}`."),
        );
        nested += &structure(def_name, schema, props, &def["required"], "", &enums);
        let _ = write!(
            nested,
            "impl From<{def_name}> for crate::Val<{def_name}> {{\n\
             fn from(value: {def_name}) -> Self {{ crate::Val::raw(serde_json::Value::Object(value.0)) }}\n}}\n\n"
        );
    }
    nested += &enums.text();
    if !nested.is_empty() {
        let _ =
            write!(text, "/// Property types of [`{name}`].\npub mod {module} {{\n{nested}}}\n\n");
    }
    text
}

/// A type with one setter per property; the required ones are arguments of `new`.
fn structure(
    name: &str,
    schema: &Value,
    properties: &Map<String, Value>,
    required: &Value,
    module: &str,
    enums: &Enums,
) -> String {
    let mut text = format!(
        "#[derive(Debug, Clone, PartialEq{})]\npub struct {name}(pub(crate) serde_json::Map<String, serde_json::Value>);\n\n",
        if required.as_array().is_none_or(Vec::is_empty) { ", Default" } else { "" }
    );
    let _ = writeln!(text, "#[allow(clippy::wrong_self_convention)]\nimpl {name} {{");
    let mut needed: Vec<&str> = required
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|k| properties.contains_key(*k))
        .collect();
    // Many are strings, which the compiler cannot tell apart. The schemas have no order, so all
    // types use the alphabetical one, as their documentation does.
    needed.sort_unstable();
    let kind_of = |key: &str| match enums.name(name, key) {
        Some(kind) => {
            let kind =
                if module.is_empty() { kind.to_owned() } else { format!("{module}::{kind}") };
            let list = resolve(schema, &properties[key])["type"].as_str() == Some("array");
            if list { format!("Vec<{kind}>") } else { kind }
        }
        None => rust_type(schema, &properties[key], module),
    };
    let arguments: Vec<String> = needed
        .iter()
        .map(|k| {
            let kind = kind_of(k);
            format!("{}: impl Into<crate::Val<{kind}>>", ident(k))
        })
        .collect();
    let summary = if needed.is_empty() {
        "Starts with no property set.".to_owned()
    } else {
        "Starts with the properties that CloudFormation requires, in alphabetical order.".to_owned()
    };
    let _ = writeln!(
        text,
        "/// {summary}\n#[must_use]\n{}pub fn new({}) -> Self {{",
        if needed.len() > 7 { "#[allow(clippy::too_many_arguments)]\n" } else { "" },
        arguments.join(", ")
    );
    if needed.is_empty() {
        text += "Self(serde_json::Map::new())\n";
    } else {
        text += "let mut map = serde_json::Map::new();\n";
        for key in &needed {
            let _ = writeln!(
                text,
                "map.insert({key:?}.to_owned(), {}.into().into_json());",
                ident(key)
            );
        }
        text += "Self(map)\n";
    }
    text += "}\n\n";
    for (key, property) in properties {
        let kind = kind_of(key);
        let target = resolve(schema, property);
        let described = property["description"].as_str().or(target["description"].as_str());
        text += &docs(described, &constraints(key, target, needed.contains(&key.as_str())));
        let _ = write!(
            text,
            "#[must_use]\npub fn {}(mut self, value: impl Into<crate::Val<{kind}>>) -> Self {{\n\
             self.0.insert({key:?}.to_owned(), value.into().into_json());\nself\n}}\n\n",
            ident(key)
        );
    }
    text += "}\n\n";
    text
}

/// The bounds of literal values of a resource's own properties.
fn bounds(schema: &Value, properties: &Map<String, Value>) -> String {
    let mut all = String::new();
    for (key, property) in properties {
        let p = resolve(schema, property);
        let kind = p["type"].as_str().unwrap_or_default();
        let pair = |least: &str, most: &str| {
            let (least, most) = (p[least].as_u64(), p[most].as_u64());
            (least.unwrap_or(0) > 0 || most.is_some()).then(|| {
                let most = most.map_or("u64::MAX".to_owned(), |n| n.to_string());
                format!("({}, {most})", least.unwrap_or(0))
            })
        };
        let float = |field: &str, none: &str| {
            p[field].as_f64().map_or(format!("f64::{none}"), |n| format!("{n:?}"))
        };
        let integers: Option<Vec<String>> = p["enum"]
            .as_array()
            .and_then(|all| all.iter().map(|v| v.as_i64().map(|n| n.to_string())).collect());
        let bound = match (kind, integers) {
            ("integer", Some(all)) => Some(format!("OneOf(&[{}])", all.join(", "))),
            ("integer" | "number", _) if p["minimum"].is_number() || p["maximum"].is_number() => {
                let (least, most) =
                    (float("minimum", "NEG_INFINITY"), float("maximum", "INFINITY"));
                Some(format!("Number({least}, {most})"))
            }
            ("string", _) => pair("minLength", "maxLength").map(|p| format!("Characters{p}")),
            ("array", _) => pair("minItems", "maxItems").map(|p| format!("Items{p}")),
            _ => None,
        };
        if let Some(bound) = bound {
            let _ = write!(all, "({key:?}, crate::Bound::{bound}),");
        }
    }
    all
}

/// The schema's constraints of a property, as one sentence.
fn constraints(key: &str, p: &Value, required: bool) -> String {
    let mut text = format!("CloudFormation: `{key}`");
    if let Some(kind) = p["type"].as_str() {
        let _ = write!(text, ", {kind}");
    }
    if required {
        text += ", required";
    }
    for (field, phrase) in [
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minimum", "at least {}"),
        ("maximum", "at most {}"),
        ("minItems", "at least {} items"),
        ("maxItems", "at most {} items"),
    ] {
        if p[field].is_number() {
            let _ = write!(text, ", {}", phrase.replace("{}", &p[field].to_string()));
        }
    }
    let allowed = p["enum"].as_array().or(p["items"]["enum"].as_array());
    if let Some(values) = allowed.filter(|v| v.len() <= 40) {
        let listed: Vec<String> = values
            .iter()
            .map(|v| format!("`{}`", v.as_str().map_or(v.to_string(), str::to_owned)))
            .collect();
        let _ = write!(text, "; one of {}", listed.join(", "));
    }
    if let Some(pattern) =
        p["pattern"].as_str().filter(|p| p.len() < 80 && !p.contains(['`', '\n']))
    {
        let _ = write!(text, "; pattern `{pattern}`");
    }
    text + "."
}

/// The doc comment: the first paragraph of the description, then the schema's constraints.
fn docs(description: Option<&str>, constraints: &str) -> String {
    let first = description.unwrap_or_default().lines().map(str::trim).find(|l| !l.is_empty());
    let mut text = String::new();
    if let Some(first) = first {
        let _ = write!(text, "/// {}\n///\n", plain(first));
    }
    let _ = writeln!(text, "/// {constraints}");
    text
}

/// One line of prose, escaped for rustdoc; links become their text.
fn plain(text: &str) -> String {
    let mut rest = text.replace("``", "`");
    let mut out = String::new();
    while let Some(open) = rest.find('[') {
        let link = rest[open..].find("](").and_then(|mid| {
            let end = rest[open + mid..].find(')')?;
            Some((rest[open + 1..open + mid].to_owned(), open + mid + end + 1))
        });
        let Some((label, end)) = link else { break };
        out.push_str(&rest[..open]);
        out.push_str(&label);
        rest = rest[end..].to_owned();
    }
    out.push_str(&rest);
    let balanced = out.matches('`').count().is_multiple_of(2);
    let mut escaped = String::new();
    let mut code = false;
    for c in out.chars() {
        match c {
            '`' if balanced => {
                code = !code;
                escaped.push(c);
            }
            '[' | ']' | '<' | '>' | '`' | '*' | '_' if !code => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
        .split_whitespace()
        .map(|word| {
            if word.contains("://") && !word.contains('`') {
                format!("`{word}`")
            } else {
                word.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_structure(p: &Value) -> bool {
    p["type"].as_str() == Some("object") && p["properties"].is_object()
}

fn resolve<'a>(schema: &'a Value, p: &'a Value) -> &'a Value {
    match p["$ref"].as_str().and_then(|r| r.strip_prefix("#/definitions/")) {
        Some(name) => &schema["definitions"][name],
        None => p,
    }
}

fn lookup<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = schema;
    for part in path.split('.') {
        at = resolve(schema, at)["properties"].get(part)?;
    }
    Some(at)
}

/// The `T` of a property's `Val<T>`, as seen from inside `module` (empty: the nested module).
fn rust_type(schema: &Value, p: &Value, module: &str) -> String {
    if let Some(name) = p["$ref"].as_str().and_then(|r| r.strip_prefix("#/definitions/")) {
        let target = &schema["definitions"][name];
        if is_structure(target) {
            return if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        }
        return rust_type(schema, target, module);
    }
    match p["type"].as_str() {
        Some("string") => "String".to_owned(),
        Some("integer") => "i64".to_owned(),
        Some("number") => "f64".to_owned(),
        Some("boolean") => "bool".to_owned(),
        Some("array") => format!("Vec<{}>", rust_type(schema, &p["items"], module)),
        Some("object") => {
            match p["patternProperties"].as_object().and_then(|m| m.values().next()) {
                Some(of) => {
                    format!("std::collections::BTreeMap<String, {}>", rust_type(schema, of, module))
                }
                None => "crate::Json".to_owned(),
            }
        }
        _ => "crate::Json".to_owned(),
    }
}

fn ident(key: &str) -> String {
    let name = snake(key);
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// `S3Bucket` is `s3_bucket`, `OKActions` `ok_actions`, `NotificationARNs` `notification_arns`.
pub fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            let before = chars[i - 1];
            let plural = chars.get(i + 1) == Some(&'s')
                && chars.get(i + 2).is_none_or(|c| c.is_ascii_uppercase());
            let starts_word = chars.get(i + 1).is_some_and(char::is_ascii_lowercase) && !plural;
            if !before.is_ascii_uppercase() || starts_word {
                out.push('_');
            }
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
