//! A template that becomes part of another one: its logical ids and outputs get a prefix, so that they
//! do not collide with those of the other. And what a caller can read about its resources.

use crate::{Id, Resource, Template};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

impl Template {
    /// The template with a prefix before every logical id and every output's name, and in all
    /// references to them. Parameters, conditions and mappings keep their names.
    #[must_use]
    pub fn prefixed(mut self, prefix: &str) -> Self {
        let ids: BTreeSet<String> = self.resources.iter().map(|(id, _)| id.clone()).collect();
        let prefixing = Prefixing { ids, prefix };
        for (id, entry) in &mut self.resources {
            id.insert_str(0, prefix);
            for (key, value) in &mut entry.body {
                match (key.as_str(), value) {
                    ("DependsOn", Value::Array(others)) => {
                        others.iter_mut().for_each(|other| prefixing.function("Ref", other));
                    }
                    (_, value) => prefixing.value(value),
                }
            }
        }
        let outputs = self.sections.remove("Outputs").into_iter().flatten();
        let outputs: Map<String, Value> = outputs
            .map(|(name, mut output)| {
                prefixing.value(&mut output);
                (format!("{prefix}{name}"), output)
            })
            .collect();
        if !outputs.is_empty() {
            self.sections.insert("Outputs", outputs);
        }
        self
    }

    /// A property of a resource, as it was set; none if it is not set, or if there is no such resource.
    #[must_use]
    pub fn property<T: Resource>(&self, id: &Id<T>, name: &str) -> Option<&Value> {
        let (_, entry) = self.resources.iter().find(|(other, _)| other == id.logical_id())?;
        entry.body.get("Properties")?.get(name)
    }

    /// The resources of a type, in the order in which they were added.
    #[must_use]
    pub fn ids<T: Resource>(&self) -> Vec<Id<T>> {
        let of_type = self.resources.iter().filter(|(_, entry)| entry.body["Type"] == T::TYPE);
        of_type.map(|(id, _)| Id::named(id)).collect()
    }
}

struct Prefixing<'a> {
    ids: BTreeSet<String>,
    prefix: &'a str,
}

impl Prefixing<'_> {
    fn name(&self, name: &mut String) {
        let id = name.split('.').next().unwrap_or_default();
        if self.ids.contains(id) {
            name.insert_str(0, self.prefix);
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(map) => {
                if let (1, Some((key, argument))) = (map.len(), map.iter_mut().next()) {
                    self.function(key, argument);
                }
                map.values_mut().for_each(|item| self.value(item));
            }
            _ => {}
        }
    }

    fn function(&self, key: &str, argument: &mut Value) {
        match (key, argument) {
            ("Ref" | "Fn::GetAtt", Value::String(name)) => self.name(name),
            ("Fn::GetAtt", Value::Array(parts)) => {
                if let Some(Value::String(name)) = parts.first_mut() {
                    self.name(name);
                }
            }
            ("Fn::Sub", Value::String(text)) => *text = self.text(text, &Map::new()),
            ("Fn::Sub", Value::Array(parts)) => {
                if let [Value::String(text), Value::Object(own)] = &mut parts[..] {
                    *text = self.text(text, own);
                }
            }
            _ => {}
        }
    }

    /// A text of `Fn::Sub`.
    fn text(&self, text: &str, own: &Map<String, Value>) -> String {
        let mut parts = text.split("${");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str("${");
            let name = part.split('}').next().unwrap_or_default().trim();
            let id = name.split('.').next().unwrap_or_default();
            if !own.contains_key(name) && self.ids.contains(id) {
                out.push_str(self.prefix);
                out.push_str(part.trim_start());
            } else {
                out.push_str(part);
            }
        }
        out
    }
}

#[cfg(all(test, feature = "sqs", feature = "sns"))]
mod tests {
    use crate::{Output, Template, Val, sns, sqs};

    #[test]
    fn a_prefix_reaches_every_id_and_every_reference_and_nothing_else() {
        let mut part = Template::new();
        let queue = part.add("Queue", sqs::Queue::new().queue_name("Queue"));
        let text = "${Queue.Arn} ${!Queue} ${Own} ${AWS::Region}";
        let name = Val::sub(text, [("Own", queue.reference())]);
        let topic = part.add("Topic", sns::Topic::new().display_name(name));
        part.resource_mut(&topic).depends_on(&queue);
        part.output("Arn", Output::new(queue.arn()));
        let mut whole = Template::new();
        whole.add("Queue", sqs::Queue::new());
        whole.append(part.prefixed("Part"));
        assert_eq!(whole.ids::<sqs::Queue>().len(), 2);
        let synth = whole.synth().unwrap();
        let resources = &synth.value()["Resources"];
        assert_eq!(resources["PartQueue"]["Properties"]["QueueName"], "Queue");
        assert_eq!(resources["PartTopic"]["DependsOn"][0], "PartQueue");
        let name = &resources["PartTopic"]["Properties"]["DisplayName"]["Fn::Sub"];
        assert_eq!(name[0], "${PartQueue.Arn} ${!Queue} ${Own} ${AWS::Region}");
        assert_eq!(name[1]["Own"]["Ref"], "PartQueue");
        assert_eq!(synth.value()["Outputs"]["PartArn"]["Value"]["Fn::GetAtt"][0], "PartQueue");
    }
}
