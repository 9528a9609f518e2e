//! Generates the resource types of `stack/cfn`, and the IAM actions of their handlers, from the
//! CloudFormation resource schemas. The output is a table; the macros of `stack/cfn/src/table.rs`
//! give its rows their meaning.

#[path = "enums.rs"]
mod enums;
#[path = "names.rs"]
pub mod names;
#[path = "schemas.rs"]
pub mod schemas;

use enums::Enums;
use names::{Names, ident, type_name};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Attributes that CloudFormation returns although their schemas do not list them as read-only.
const MORE_ATTRIBUTES: &[(&str, &str)] =
    &[("AWS::SQS::Queue", "QueueName"), ("AWS::SNS::Topic", "TopicName")];

/// Methods that every id has; an attribute of that name gets a `_`.
const ID_METHODS: &[&str] = &["named", "logical_id", "reference", "attribute", "output"];

/// How many `$ref` in a row are followed; a schema may refer to itself.
const MAX_DEPTH: usize = 16;

/// The widest line of a list.
const WIDTH: usize = 100;

/// The text before and after the list of features in the manifest.
const FEATURES: [&str; 2] =
    ["# A feature per service, by `cargo xtask codegen`.\n", "# Until here.\n"];

/// The schemas by service and resource name.
type Services = BTreeMap<String, BTreeMap<String, Value>>;

/// Writes (or, with `check`, compares) the modules and the features of the binding in a directory.
///
/// Returns the names of the files that were written or that differ.
pub fn run(binding: &Path, check: bool) -> Result<Vec<String>, String> {
    let out = binding.join("src/resources");
    let (files, services) = generate(&binding.join("schemas"))?;
    let mut changed = Vec::new();
    let mut write = |path: &Path, name: &str, text: &str| {
        if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
            changed.push(name.to_owned());
            if !check {
                std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
            }
        }
        Ok::<(), String>(())
    };
    for (name, text) in &files {
        write(&out.join(name), name, text)?;
    }
    let manifest = binding.join("Cargo.toml");
    let text =
        std::fs::read_to_string(&manifest).map_err(|e| format!("{}: {e}", manifest.display()))?;
    write(&manifest, "Cargo.toml", &with_features(&text, &services)?)?;
    let listed = std::fs::read_dir(&out).map_err(|e| format!("{}: {e}", out.display()))?;
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

/// The text of every generated module, by file name, and the names of the services.
pub fn generate(schemas: &Path) -> Result<(BTreeMap<String, String>, Vec<String>), String> {
    let services = read(schemas)?;
    Ok((modules(&services), services.into_keys().collect()))
}

/// The text of the modules for these schemas.
#[allow(dead_code, reason = "a test of stack/cfn has the types of the whole archive")]
pub fn text_of(
    schemas: impl IntoIterator<Item = Value>,
) -> Result<BTreeMap<String, String>, String> {
    let mut services = Services::new();
    for schema in schemas {
        place(&mut services, schema)?;
    }
    Ok(modules(&services))
}

/// Adds a schema to those of its service.
fn place(services: &mut Services, schema: Value) -> Result<(), String> {
    let name = schema["typeName"].as_str().unwrap_or_default();
    let parts: Vec<&str> = name.split("::").collect();
    let [_, service, resource] = parts[..] else {
        return Err(format!("typeName `{name}` is not A::B::C"));
    };
    let (service, resource) = (service.to_lowercase(), resource.to_owned());
    services.entry(service).or_default().insert(resource, schema);
    Ok(())
}

/// The schemas of a directory.
fn read(schemas: &Path) -> Result<Services, String> {
    let mut services = Services::new();
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
        place(&mut services, schema).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if services.is_empty() {
        return Err(format!("{}: no schema found", schemas.display()));
    }
    Ok(services)
}

fn modules(services: &Services) -> BTreeMap<String, String> {
    let head = "// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.\n\n";
    let mut files = BTreeMap::new();
    let mut index: BTreeMap<String, String> =
        ["handlers", "missing"].map(|name| (name.to_owned(), format!("pub mod {name};\n"))).into();
    let mut markers = BTreeSet::new();
    for (service, resources) in services {
        let module = format!("#[cfg(feature = {service:?})]\npub mod {};\n", ident(service));
        index.insert(ident(service), module);
        let mut text = format!("//! Resource types of the service `{service}`.\n{head}");
        let tables: Vec<Table<'_>> =
            resources.iter().map(|(name, schema)| Table::of(name, schema)).collect();
        text += &short_paths(&tables);
        for table in &tables {
            text += &table.text(&mut markers);
        }
        files.insert(format!("{service}.rs"), text.trim_end().to_owned() + "\n");
    }
    let index: String = index.into_values().collect();
    let index = format!(
        "//! The resource types, a module and a feature per service, and the IAM actions of their\n\
         //! handlers.\n{head}{index}"
    );
    files.insert("mod.rs".to_owned(), index);
    files.insert("handlers.rs".to_owned(), handlers(services, head));
    let list = wrapped(markers.iter().cloned(), " ", 4);
    let text = format!(
        "//! The markers of required properties that are not set.\n{head}missing! {{\n{list}}}\n"
    );
    files.insert("missing.rs".to_owned(), text);
    files
}

/// The manifest with a feature per service.
fn with_features(manifest: &str, services: &[String]) -> Result<String, String> {
    let [from, to] = FEATURES;
    let parts = manifest.split_once(from).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(to)?;
        Some((before, after))
    });
    let (before, after) = parts
        .ok_or_else(|| format!("Cargo.toml has no lines `{}` and `{}`", from.trim(), to.trim()))?;
    let names = services.iter().map(|service| format!("{service:?},"));
    let mut text = format!("{before}{from}all = [\n{}]\n", wrapped(names, " ", 4));
    for service in services {
        let _ = writeln!(text, "{service} = []");
    }
    Ok(text + to + after)
}

/// Words on lines of at most [`WIDTH`] characters, each line indented.
fn wrapped(words: impl Iterator<Item = String>, separator: &str, indent: usize) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for word in words {
        if !line.is_empty() && indent + line.len() + separator.len() + word.len() > WIDTH {
            let _ = writeln!(text, "{:indent$}{line}", "");
            line.clear();
        }
        if !line.is_empty() {
            line += separator;
        }
        line += &word;
    }
    if !line.is_empty() {
        let _ = writeln!(text, "{:indent$}{line}", "");
    }
    text
}

/// The table of the IAM actions that each type's handlers call.
fn handlers(services: &Services, head: &str) -> String {
    let mut text = format!(
        "//! The IAM actions that CloudFormation needs to handle a resource of each type.\n\
         {head}handlers! {{\n"
    );
    let mut types: Vec<&Value> = services.values().flat_map(BTreeMap::values).collect();
    types.sort_by_key(|schema| schema["typeName"].as_str());
    for schema in types {
        let _ = writeln!(text, "    {:?} {{", schema["typeName"].as_str().unwrap_or_default());
        for kind in ["create", "read", "update", "delete"] {
            let actions = schema["handlers"][kind]["permissions"].as_array();
            let mut actions: Vec<&str> =
                actions.into_iter().flatten().filter_map(Value::as_str).collect();
            actions.sort_unstable();
            actions.dedup();
            let one = format!("        {kind}: {actions:?}");
            if one.len() <= WIDTH {
                let _ = writeln!(text, "{one}");
            } else {
                let list = wrapped(actions.iter().map(|a| format!("{a:?},")), " ", 12);
                let _ = write!(text, "        {kind}: [\n{list}        ]\n");
            }
        }
        text += "    }\n";
    }
    text + "}\n"
}

/// Re-exports of the property types and sets whose name only one resource of the service uses.
fn short_paths(tables: &[Table<'_>]) -> String {
    let mut owners: BTreeMap<&str, Vec<&Table<'_>>> = BTreeMap::new();
    for table in tables {
        for name in table.nested_names() {
            owners.entry(name).or_default().push(table);
        }
    }
    let resources: BTreeSet<&str> = tables.iter().map(|t| t.name.as_str()).collect();
    let mut text = String::new();
    for table in tables {
        let alone = |name: &&str| owners[name].len() == 1 && !resources.contains(name);
        let names: BTreeSet<&str> = table.nested_names().into_iter().filter(alone).collect();
        if names.is_empty() {
            continue;
        }
        let one = names.iter().copied().collect::<Vec<_>>().join(", ");
        let module = &table.module;
        let line = match names.len() {
            1 => format!("pub use {module}::{one};\n"),
            _ => format!("pub use {module}::{{{one}}};\n"),
        };
        if line.len() <= WIDTH {
            text += &line;
        } else {
            let list = wrapped(names.iter().map(|n| format!("{n},")), " ", 4);
            let _ = write!(text, "#[rustfmt::skip]\npub use {module}::{{\n{list}}};\n");
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// A resource type on its way into the table.
struct Table<'a> {
    name: String,
    module: String,
    schema: &'a Value,
    names: Names,
    enums: Enums,
    attributes: Vec<(String, String)>,
    writable: Map<String, Value>,
}

impl<'a> Table<'a> {
    fn of(name: &str, schema: &'a Value) -> Self {
        let empty = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&empty);
        let cfn = schema["typeName"].as_str().unwrap_or_default();
        let read_only: Vec<String> = schema["readOnlyProperties"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str()?.strip_prefix("/properties/").map(|p| p.replace('/', ".")))
            .filter(|p| !p.contains('*'))
            .collect();
        let writable: Map<String, Value> = properties
            .iter()
            .filter(|(k, _)| !read_only.contains(k))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        let structures = structures(schema);
        let names = Names::of(structures.iter().map(|(name, _)| name.as_str()));
        let resolved = |of: &Map<String, Value>| -> Vec<(String, Value)> {
            of.iter().map(|(k, p)| (k.clone(), resolve(schema, p).clone())).collect()
        };
        let mut owners = vec![(name.to_owned(), resolved(&writable))];
        owners.extend(structures.iter().map(|(def_name, def)| {
            (names.rust(def_name), resolved(def["properties"].as_object().unwrap_or(&empty)))
        }));
        let enums = Enums::find(
            owners.iter().map(|(owner, properties)| {
                (owner.as_str(), properties.iter().map(|(k, p)| (k.as_str(), p)).collect())
            }),
            &names.taken(),
        );
        let name = type_name(name);
        let mut table = Self {
            module: ident(&name),
            name,
            schema,
            names,
            enums,
            attributes: Vec::new(),
            writable,
        };
        let more = MORE_ATTRIBUTES.iter().filter(|(t, _)| *t == cfn).map(|(_, a)| (*a).to_owned());
        for path in read_only.into_iter().chain(more) {
            let kind = lookup(schema, &path).map_or(String::new(), |p| table.rust_type(p, true, 0));
            if kind == "String" && path.ends_with("Arn") {
                table.attributes.push((path, "crate::Arn".to_owned()));
            } else if ["String", "i64", "f64", "bool", "Vec<String>"].contains(&kind.as_str()) {
                table.attributes.push((path, format!("crate::Val<{kind}>")));
            }
        }
        table
    }

    /// The names of the property types and the closed sets.
    fn nested_names(&self) -> Vec<&str> {
        self.names.taken().into_iter().chain(self.enums.names()).collect()
    }

    fn text(&self, markers: &mut BTreeSet<String>) -> String {
        let cfn = self.schema["typeName"].as_str().unwrap_or_default();
        let mut text = String::from("resource! {\n");
        let described = docs(self.schema["description"].as_str().unwrap_or_default(), 4);
        text += &if described.is_empty() { format!("    /// `{cfn}`.\n") } else { described };
        let _ = write!(text, "    {} = {cfn:?};\n    attributes {{\n", self.name);
        let mut taken: BTreeSet<String> = ID_METHODS.iter().map(|m| (*m).to_owned()).collect();
        for (path, kind) in &self.attributes {
            let mut name = ident(&path.replace('.', ""));
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            let what = lookup(self.schema, path).unwrap_or(&Value::Null);
            text += &docs(what["description"].as_str().unwrap_or_default(), 8);
            let _ = writeln!(text, "        {name}: {kind} = {path:?};");
        }
        text += "    }\n";
        text += &self.rows(&self.name, &self.writable, &self.schema["required"], true, markers);
        text += "}\n\n";
        let mut nested = String::new();
        let empty = Map::new();
        for (def_name, def) in structures(self.schema) {
            let name = self.names.rust(def_name);
            let properties = def["properties"].as_object().unwrap_or(&empty);
            nested += "    structure! {\n";
            let described = docs(def["description"].as_str().unwrap_or_default(), 8);
            let none = || format!("        /// Property type `{def_name}` of `{cfn}`.\n");
            nested += &if described.is_empty() { none() } else { described };
            let _ = writeln!(nested, "        {name};");
            nested += &self.rows(&name, properties, &def["required"], false, markers);
            nested += "    }\n\n";
        }
        nested += &self.enums.text();
        if !nested.is_empty() {
            let (name, nested) = (&self.name, nested.trim_end());
            let _ = write!(
                text,
                "/// Property types of [`{name}`].\npub mod {} {{\n{nested}\n}}\n\n",
                self.module,
            );
        }
        text
    }

    /// The rows of a type: the required ones first, in alphabetical order. The schemas have none.
    fn rows(
        &self,
        owner: &str,
        properties: &Map<String, Value>,
        required: &Value,
        outer: bool,
        markers: &mut BTreeSet<String>,
    ) -> String {
        let mut needed: Vec<&str> = required
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|k| properties.contains_key(*k))
            .collect();
        needed.sort_unstable();
        needed.dedup();
        let optional = properties.keys().map(String::as_str).filter(|k| !needed.contains(k));
        let mut taken = BTreeSet::new();
        let mut text = String::new();
        for (section, keys) in [("required", needed.clone()), ("properties", optional.collect())] {
            let indent = if outer { 4 } else { 8 };
            if keys.is_empty() {
                let _ = writeln!(text, "{:indent$}{section} {{}}", "");
                continue;
            }
            let _ = writeln!(text, "{:indent$}{section} {{", "");
            for key in keys {
                let mut name = ident(key);
                while !taken.insert(name.clone()) {
                    name.push('_');
                }
                if section == "required" {
                    markers.insert(name.clone());
                }
                text += &self.row(owner, key, &name, &properties[key], outer);
            }
            let _ = writeln!(text, "{:indent$}}}", "");
        }
        text
    }

    fn row(&self, owner: &str, key: &str, name: &str, property: &Value, outer: bool) -> String {
        let indent = if outer { 8 } else { 12 };
        let target = resolve(self.schema, property);
        let closed = self.enums.name(owner, key);
        let kind = match closed {
            Some(set) => {
                let kind = self.path(set, outer);
                let list = target["type"].as_str() == Some("array");
                if list { format!("Vec<{kind}>") } else { kind }
            }
            None => self.rust_type(property, outer, 0),
        };
        let described = property["description"].as_str().or(target["description"].as_str());
        let mut text = docs(described.unwrap_or_default(), indent);
        let _ = write!(text, "{:indent$}{name}: {kind} = {key:?}", "");
        let says = constraints(target, closed.is_some());
        if !says.is_empty() {
            let _ = write!(text, " [{says:?}]");
        }
        if let Some(bound) = Some(target).filter(|_| outer).and_then(bound) {
            let _ = write!(text, " {bound}");
        }
        text + ";\n"
    }

    /// A property type or a closed set, as the resource (`outer`) or another property type sees it.
    fn path(&self, name: &str, outer: bool) -> String {
        // `self::`, because a required property may have the module's name for its type parameter.
        if outer { format!("self::{}::{name}", self.module) } else { name.to_owned() }
    }

    /// The `T` of a property's `Val<T>`.
    fn rust_type(&self, p: &Value, outer: bool, depth: usize) -> String {
        if depth > MAX_DEPTH {
            return "crate::Json".to_owned();
        }
        if let Some(pointer) = p["$ref"].as_str() {
            let target = at(self.schema, pointer);
            return match pointer.strip_prefix("#/definitions/") {
                Some(name) if is_structure(target) => self.path(&self.names.rust(name), outer),
                _ => self.rust_type(target, outer, depth + 1),
            };
        }
        match p["type"].as_str() {
            Some("string") => "String".to_owned(),
            Some("integer") => "i64".to_owned(),
            Some("number") => "f64".to_owned(),
            Some("boolean") => "bool".to_owned(),
            Some("array") => format!("Vec<{}>", self.rust_type(&p["items"], outer, depth + 1)),
            Some("object") => {
                match p["patternProperties"].as_object().and_then(|m| m.values().next()) {
                    Some(of) => format!("crate::Keyed<{}>", self.rust_type(of, outer, depth + 1)),
                    None => "crate::Json".to_owned(),
                }
            }
            _ => "crate::Json".to_owned(),
        }
    }
}

/// The bound of a literal value, as a variant of `Bound`.
fn bound(p: &Value) -> Option<String> {
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
    match (p["type"].as_str().unwrap_or_default(), integers) {
        ("integer", Some(all)) => Some(format!("OneOf(&[{}])", all.join(", "))),
        ("integer" | "number", _) if p["minimum"].is_number() || p["maximum"].is_number() => {
            let (least, most) = (float("minimum", "NEG_INFINITY"), float("maximum", "INFINITY"));
            Some(format!("Number({least}, {most})"))
        }
        ("string", _) => pair("minLength", "maxLength").map(|p| format!("Characters{p}")),
        ("array", _) => pair("minItems", "maxItems").map(|p| format!("Items{p}")),
        _ => None,
    }
}

/// The schema's constraints of a property. A closed set has its own documentation.
fn constraints(p: &Value, closed: bool) -> String {
    let mut all = Vec::new();
    for (field, phrase) in [
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minimum", "at least {}"),
        ("maximum", "at most {}"),
        ("minItems", "at least {} items"),
        ("maxItems", "at most {} items"),
    ] {
        let least_is_none = field.starts_with("minL") || field.starts_with("minI");
        if p[field].is_number() && !(least_is_none && p[field].as_u64() == Some(0)) {
            all.push(phrase.replace("{}", &p[field].to_string()));
        }
    }
    let allowed = p["enum"].as_array().or(p["items"]["enum"].as_array());
    if let Some(values) = allowed.filter(|v| !closed && v.len() <= 40) {
        let listed: Vec<String> = values
            .iter()
            .map(|v| format!("`{}`", v.as_str().map_or(v.to_string(), str::to_owned)))
            .collect();
        all.push(format!("one of {}", listed.join(", ")));
    }
    if let Some(pattern) =
        p["pattern"].as_str().filter(|p| p.len() < 80 && !p.contains(['`', '\n']))
    {
        all.push(format!("pattern `{pattern}`"));
    }
    all.join(", ")
}

/// The doc comment: the first sentence of the description.
fn docs(description: &str, indent: usize) -> String {
    let first = description.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    let sentence = plain(first_sentence(first));
    if sentence.is_empty() { sentence } else { format!("{:indent$}/// {sentence}\n", "") }
}

/// The text up to the end of its first sentence. The point of an abbreviation does not end one.
fn first_sentence(text: &str) -> &str {
    for (end, _) in text.match_indices(". ") {
        let word = text[..end].rsplit([' ', '(']).next().unwrap_or_default();
        let starts = text[end + 2..].trim_start().chars().next();
        if !["e.g", "i.e", "etc", "vs", "ex"].contains(&word)
            && starts.is_some_and(|c| !c.is_ascii_lowercase())
        {
            return &text[..=end];
        }
    }
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

/// The definitions that become property types.
fn structures(schema: &Value) -> Vec<(&String, &Value)> {
    let all = schema["definitions"].as_object();
    all.into_iter().flatten().filter(|(_, def)| is_structure(def)).collect()
}

/// What a `$ref` of the schema points at.
fn at<'a>(schema: &'a Value, pointer: &str) -> &'a Value {
    pointer.strip_prefix('#').and_then(|p| schema.pointer(p)).unwrap_or(&Value::Null)
}

fn resolve<'a>(schema: &'a Value, p: &'a Value) -> &'a Value {
    let mut p = p;
    for _ in 0..MAX_DEPTH {
        match p["$ref"].as_str() {
            Some(pointer) => p = at(schema, pointer),
            None => return p,
        }
    }
    &Value::Null
}

fn lookup<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = schema;
    for part in path.split('.') {
        at = resolve(schema, at)["properties"].get(part)?;
    }
    Some(at)
}
