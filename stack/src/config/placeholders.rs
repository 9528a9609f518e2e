//! Checks the strings of definitions and of alarm actions: placeholders without a value, and
//! ARNs of a wrong partition or region.

use super::resolve::Resolver;
use super::settings::Settings;
use super::substitutions::is_name;
use crate::document::{Kind, Node};
use crate::problem::{Problem, Reason, nearest};
use guardian_contract::{MachineKey, Partition};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The names in a text's `${Name}`, with their places.
fn placeholders(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    text.match_indices("${").filter_map(|(at, _)| {
        let (name, _) = text[at + 2..].split_once('}')?;
        is_name(name).then_some((name, at..at + name.len() + 3))
    })
}

/// Calls `each` with every text of a definition but its comments.
fn texts<'a>(node: &'a Node, each: &mut dyn FnMut(&'a str)) {
    match &node.kind {
        Kind::Text(text) => each(text),
        Kind::Array(items) => items.iter().for_each(|item| texts(item, each)),
        Kind::Object(fields) => {
            for (_, field) in fields.iter().filter(|(key, _)| key.name != "Comment") {
                texts(field, each);
            }
        }
        _ => {}
    }
}

/// Partition and region of an ARN.
fn parts(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split(':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let region = parts.next()?;
    let known = Partition::named(partition).is_some() && !service.is_empty();
    (arn == "arn" && known).then_some((partition, region))
}

/// The error of an ARN in a stack of this region, and whether it can be deployed nevertheless.
fn judged(arn: &str, here: &str) -> Option<(Reason, bool)> {
    let (partition, region) = parts(arn)?;
    let own = Partition::of_region(here)?.name;
    if partition != own {
        let message =
            format!("`{arn}` is in the partition `{partition}`, and {here} is in `{own}`");
        let help = "no stack reaches another partition: name a resource of this one";
        return Some((Reason::new(message).help(help), false));
    }
    // AWS accepts some ARNs of another region, so it may be intended.
    let elsewhere = !region.is_empty() && region != here && Partition::of_region(region).is_some();
    elsewhere.then(|| {
        let message = format!("`{arn}` is in {region}, and the stack in {here}");
        (
            Reason::new(message).help("most services are reached in the stack's own region only"),
            true,
        )
    })
}

impl Resolver<'_> {
    /// Refuses placeholders of a definition that have no value, and ARNs that no stack of this region
    /// can use.
    pub(super) fn check_texts(
        &mut self,
        key: &MachineKey,
        (file, text): (&str, &str),
        definition: &Node,
        substitutions: &BTreeMap<String, String>,
        settings: &Settings,
    ) {
        let (mut named, mut arns) = (BTreeSet::new(), BTreeSet::new());
        texts(definition, &mut |text| {
            named.extend(placeholders(text).map(|(name, _)| name));
            arns.insert(text);
        });
        for name in named.iter().filter(|name| !substitutions.contains_key(**name)) {
            let at = placeholders(text).find(|(found, _)| found == name);
            let span = at.map_or(0..1, |(_, span)| span);
            let message = format!("nothing is put in for `${{{name}}}`");
            let help = match nearest(name, substitutions.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `${{{near}}}`?"),
                None => format!("add `substitutions: {{ {name}: … }}` to the machine `{key}`"),
            };
            self.problem_elsewhere(Problem::at(file, text, &span, Reason::new(message).help(help)));
        }
        let Some(here) = &settings.region else { return };
        for arn in arns {
            let Some((reason, possible)) = judged(arn, here) else { continue };
            let span = text.find(arn).map_or(0..1, |at| at..at + arn.len());
            let problem = Problem::at(file, text, &span, reason);
            if possible {
                self.warnings.push(problem);
            } else {
                self.problem_elsewhere(problem);
            }
        }
    }

    /// The same for the ARNs that alarms act on.
    pub(super) fn check_actions<'a>(
        &mut self,
        actions: impl Iterator<Item = &'a String>,
        here: Option<&str>,
    ) {
        let Some(here) = here else { return };
        for arn in actions.collect::<BTreeSet<_>>() {
            let Some((reason, possible)) = judged(arn, here) else { continue };
            let span = self.text.find(arn.as_str()).map_or(0..1, |at| at..at + arn.len());
            if possible {
                self.warn(&span, reason);
            } else {
                self.problem(&span, reason);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_a_name_in_braces_after_a_dollar() {
        let names = |text| placeholders(text).map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("${A}:${b_1}"), ["A", "b_1"]);
        assert!(names("${} $A {A} ${a b} ${AWS::Region} ${").is_empty());
    }

    #[test]
    fn an_arn_is_held_against_the_region_of_the_stack() {
        let possible = |arn, here| judged(arn, here).map(|(_, possible)| possible);
        let function = "arn:aws:lambda:eu-west-1:123456789012:function:f";
        assert_eq!(possible(function, "eu-west-1"), None);
        assert_eq!(possible(function, "us-east-1"), Some(true));
        assert_eq!(possible(function, "cn-north-1"), Some(false));
        assert_eq!(possible("arn:aws:states:::lambda:invoke", "us-gov-west-1"), Some(false));
        assert_eq!(possible("arn:aws:states:::lambda:invoke", "us-east-1"), None);
        assert_eq!(possible("arn:aws:iam::aws:policy/X", "eu-west-1"), None);
        assert_eq!(possible("topic", "eu-west-1"), None);
    }
}
