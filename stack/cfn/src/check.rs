//! The checks that a template passes before it is written: each reference has a target, no
//! resources depend on each other in a circle, and CloudFormation's limits hold.

use crate::template::{Entry, Template};
use crate::{
    Bound, MAX_DESCRIPTION, MAX_MAPPINGS, MAX_OUTPUTS, MAX_PARAMETERS, MAX_RESOURCES, Synth,
    SynthError, SynthErrors,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

impl Template {
    /// Checks the template and returns it as it will be sent.
    pub fn synth(mut self) -> Result<Synth, SynthErrors> {
        let errors = Check::of(&self);
        if !errors.is_empty() {
            return Err(SynthErrors(errors));
        }
        let mut root = Map::new();
        root.insert("AWSTemplateFormatVersion".to_owned(), json!("2010-09-09"));
        if let Some(text) = self.description {
            root.insert("Description".to_owned(), json!(text));
        }
        let count = self.resources.len();
        let resources = self.resources.into_iter().map(|(id, e)| (id, Value::Object(e.body)));
        self.sections.insert("Resources", resources.collect());
        for section in ["Metadata", "Parameters", "Mappings", "Conditions", "Resources", "Outputs"]
        {
            if let Some(map) = self.sections.remove(section) {
                root.insert(section.to_owned(), Value::Object(map));
            }
        }
        Ok(Synth { value: Value::Object(root), resources: count })
    }
}

/// Where a value is in the template. Most values have no error, so the path becomes text only for
/// those that have one.
#[derive(Clone, Copy)]
enum Path<'a> {
    Entry(&'static str, &'a str),
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn section(&self) -> &'static str {
        match self {
            Path::Entry(section, _) => section,
            Path::Field(parent, _) | Path::Item(parent, _) => parent.section(),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Entry(section, name) => write!(f, "{section}.{name}"),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

struct Check<'a> {
    template: &'a Template,
    resources: BTreeMap<&'a str, &'a Entry>,
    errors: Vec<SynthError>,
    edges: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Check<'a> {
    /// Everything that is wrong with a template.
    fn of(template: &'a Template) -> Vec<SynthError> {
        let mut errors = template.errors.clone();
        let mut resources = BTreeMap::new();
        for (id, entry) in &template.resources {
            if resources.insert(id.as_str(), entry).is_some() {
                errors.push(SynthError::Duplicate { section: "Resources", id: id.clone() });
            }
        }
        let mut check = Check { template, resources, errors, edges: BTreeMap::new() };
        check.all();
        check.errors
    }

    fn all(&mut self) {
        let t = self.template;
        if t.resources.is_empty() {
            self.errors.push(SynthError::Empty);
        }
        if let Some(text) = t.description.as_ref().filter(|d| d.len() > MAX_DESCRIPTION) {
            self.errors.push(SynthError::LongDescription(text.len()));
        }
        for (section, count, limit) in [
            ("Resources", t.resources.len(), MAX_RESOURCES),
            ("Parameters", t.section("Parameters").count(), MAX_PARAMETERS),
            ("Mappings", t.section("Mappings").count(), MAX_MAPPINGS),
            ("Outputs", t.section("Outputs").count(), MAX_OUTPUTS),
        ] {
            if count > limit {
                self.errors.push(SynthError::TooMany { section, count, limit });
            }
        }
        let fits = |id: &str| {
            (1..=255).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let ids = t.resources.iter().map(|(id, _)| ("Resources", id));
        let others = ["Parameters", "Mappings", "Conditions", "Outputs"].into_iter();
        let others =
            others.flat_map(|section| t.section(section).map(move |(id, _)| (section, id)));
        for (section, id) in ids.chain(others).filter(|(_, id)| !fits(id)) {
            self.errors.push(SynthError::BadId { section, id: id.clone() });
        }
        for (name, expression) in t.section("Conditions") {
            self.walk(Path::Entry("Conditions", name), None, expression);
        }
        for (name, entry) in &t.resources {
            let from = Path::Entry("Resources", name);
            let properties = entry.body.get("Properties");
            for (property, bound) in entry.bounds {
                let value = properties.and_then(|p| p.get(*property));
                if let Some(reason) = value.and_then(|v| out_of_bounds(v, *bound)) {
                    let from = format!("{from}.Properties.{property}");
                    self.errors.push(SynthError::OutOfBounds { from, reason });
                }
            }
            for (key, value) in &entry.body {
                match key.as_str() {
                    "DependsOn" => {
                        for other in
                            value.as_array().into_iter().flatten().filter_map(Value::as_str)
                        {
                            if self.resources.contains_key(other) {
                                self.edge(Some(name), other);
                            } else {
                                self.dangling(from, "DependsOn", other);
                            }
                        }
                    }
                    "Condition" => self.condition(from, value),
                    _ => self.walk(Path::Field(&from, key), Some(name), value),
                }
            }
        }
        for (name, output) in t.section("Outputs") {
            let from = Path::Entry("Outputs", name);
            if let Some(condition) = output.get("Condition") {
                self.condition(from, condition);
            }
            self.walk(from, None, output);
        }
        self.cycles();
    }

    fn dangling(&mut self, from: Path<'_>, function: &str, to: &str) {
        self.errors.push(SynthError::Dangling {
            from: from.to_string(),
            function: function.to_owned(),
            to: to.to_owned(),
        });
    }

    fn condition(&mut self, from: Path<'_>, name: &Value) {
        let name = name.as_str().unwrap_or_default();
        if !self.template.has("Conditions", name) {
            self.dangling(from, "Condition", name);
        }
    }

    fn edge(&mut self, from: Option<&'a str>, to: &'a str) {
        if let Some(from) = from {
            self.edges.entry(from).or_default().insert(to);
        }
    }

    fn reference(&mut self, from: Path<'_>, owner: Option<&'a str>, function: &str, to: &'a str) {
        if self.resources.contains_key(to) {
            self.edge(owner, to);
        } else if !self.template.has("Parameters", to) && !to.starts_with("AWS::") {
            self.dangling(from, function, to);
        }
    }

    fn attribute(
        &mut self,
        from: Path<'_>,
        owner: Option<&'a str>,
        function: &str,
        to: &'a str,
        name: &str,
    ) {
        let Some(entry) = self.resources.get(to).copied() else {
            return self.dangling(from, function, to);
        };
        self.edge(owner, to);
        let kind = entry.body["Type"].as_str().unwrap_or_default();
        // The outputs of a nested stack are in its own template, which is not known here.
        let output = kind == "AWS::CloudFormation::Stack" && name.starts_with("Outputs.");
        if !entry.attributes.contains(&name) && !output {
            self.errors.push(SynthError::NoAttribute {
                from: from.to_string(),
                resource: to.to_owned(),
                kind: kind.to_owned(),
                attribute: name.to_owned(),
            });
        }
    }

    fn walk(&mut self, from: Path<'_>, owner: Option<&'a str>, value: &'a Value) {
        match value {
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.walk(Path::Item(&from, i), owner, item);
                }
            }
            Value::Object(map) => {
                if let (1, Some((key, argument))) = (map.len(), map.iter().next()) {
                    self.function(from, owner, key, argument);
                }
                for (key, item) in map {
                    let path = match key.starts_with("Fn::") {
                        true => from,
                        false => Path::Field(&from, key),
                    };
                    self.walk(path, owner, item);
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, from: Path<'_>, owner: Option<&'a str>, key: &str, argument: &'a Value) {
        match (key, argument) {
            ("Ref", Value::String(to)) => self.reference(from, owner, "Ref", to),
            ("Condition", Value::String(_)) if from.section() == "Conditions" => {
                self.condition(from, argument);
            }
            ("Fn::If", Value::Array(parts)) => {
                if let Some(name) = parts.first() {
                    self.condition(from, name);
                }
            }
            ("Fn::FindInMap", Value::Array(parts)) => {
                if let Some(Value::String(name)) = parts.first()
                    && !self.template.has("Mappings", name)
                {
                    self.dangling(from, "Fn::FindInMap", name);
                }
            }
            ("Fn::GetAtt", Value::String(path)) => {
                let (to, name) = path.split_once('.').unwrap_or((path, ""));
                self.attribute(from, owner, "Fn::GetAtt", to, name);
            }
            ("Fn::GetAtt", Value::Array(parts)) => {
                if let [Value::String(to), Value::String(name)] = &parts[..] {
                    self.attribute(from, owner, "Fn::GetAtt", to, name);
                }
            }
            ("Fn::Sub", Value::String(text)) => self.sub(from, owner, text, &Map::new()),
            ("Fn::Sub", Value::Array(parts)) => {
                if let [Value::String(text), Value::Object(own)] = &parts[..] {
                    self.sub(from, owner, text, own);
                }
            }
            _ => {}
        }
    }

    fn sub(
        &mut self,
        from: Path<'_>,
        owner: Option<&'a str>,
        text: &'a str,
        own: &Map<String, Value>,
    ) {
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            rest = &rest[start + 2..];
            let Some(end) = rest.find('}') else { break };
            let name = rest[..end].trim();
            rest = &rest[end + 1..];
            if name.starts_with('!') || own.contains_key(name) {
                continue;
            }
            match name.split_once('.') {
                Some((to, attribute)) => self.attribute(from, owner, "Fn::Sub", to, attribute),
                None => self.reference(from, owner, "Fn::Sub", name),
            }
        }
    }

    /// Removes resources without dependencies until nothing changes. What remains is in a circle, or
    /// depends on one.
    fn cycles(&mut self) {
        let mut left = self.edges.clone();
        loop {
            let waiting: BTreeSet<&str> = left.keys().copied().collect();
            let before: usize = left.values().map(BTreeSet::len).sum();
            for to in left.values_mut() {
                to.retain(|id| waiting.contains(*id));
            }
            left.retain(|_, to| !to.is_empty());
            if left.values().map(BTreeSet::len).sum::<usize>() == before {
                break;
            }
        }
        let Some(mut at) = left.keys().next().copied() else { return };
        let mut path = Vec::new();
        while !path.contains(&at) {
            path.push(at);
            let Some(next) = left.get(at).and_then(|to| to.first()) else { return };
            at = next;
        }
        let start = path.iter().position(|p| *p == at).unwrap_or_default();
        let mut circle = path.split_off(start);
        circle.push(at);
        let circle = circle.into_iter().map(str::to_owned).collect();
        self.errors.push(SynthError::Cycle(circle));
    }
}

/// The error of a literal. A value that is known only at deployment passes.
fn out_of_bounds(value: &Value, bound: Bound) -> Option<String> {
    let between = |n: u64, least: u64, most: u64, what: &str| {
        (n < least || n > most).then(|| match most {
            u64::MAX => format!("{n} {what}, and it takes {least} or more"),
            _ => format!("{n} {what}, and it takes {least} to {most}"),
        })
    };
    match (bound, value) {
        (Bound::Characters(least, most), Value::String(text)) => {
            between(text.chars().count() as u64, least, most, "characters")
        }
        (Bound::Items(least, most), Value::Array(items)) => {
            between(items.len() as u64, least, most, "items")
        }
        (Bound::Number(least, most), Value::Number(number)) => {
            let n = number.as_f64().filter(|n| !(least..=most).contains(n))?;
            Some(match (least.is_finite(), most.is_finite()) {
                (true, true) => format!("{n}, and it takes {least} to {most}"),
                (true, false) => format!("{n}, and it takes {least} or more"),
                _ => format!("{n}, and it takes {most} or less"),
            })
        }
        (Bound::OneOf(all), Value::Number(number)) => {
            let n = number.as_i64().filter(|n| all.contains(n)).is_none();
            n.then(|| {
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                format!("{number}, and it takes one of {}", all.join(", "))
            })
        }
        _ => None,
    }
}
