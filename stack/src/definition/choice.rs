//! The rules of a Choice state: comparisons in JSONPath, conditions in JSONata.

use super::fields::Language;
use super::language::{Checker, nearest};
use super::paths::is_placeholder;
use super::state::is_timestamp;
use crate::document::{Kind, Node};

/// What an operator compares with.
#[derive(Clone, Copy)]
enum Operand {
    Text,
    Number,
    Boolean,
    Timestamp,
    Path,
}

/// The operand of an operator, if it is one: a family with a relation, or a test.
fn operand(name: &str) -> Option<Operand> {
    if matches!(
        name,
        "IsNull" | "IsPresent" | "IsNumeric" | "IsString" | "IsBoolean" | "IsTimestamp"
    ) {
        return Some(Operand::Boolean);
    }
    if name == "StringMatches" {
        return Some(Operand::Text);
    }
    let (name, path) = match name.strip_suffix("Path") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let families = [
        ("String", Operand::Text),
        ("Numeric", Operand::Number),
        ("Timestamp", Operand::Timestamp),
        ("Boolean", Operand::Boolean),
    ];
    let (relation, operand) = families
        .iter()
        .find_map(|(family, operand)| Some((name.strip_prefix(family)?, *operand)))?;
    let known = match operand {
        Operand::Boolean => relation == "Equals",
        _ => matches!(
            relation,
            "Equals" | "LessThan" | "GreaterThan" | "LessThanEquals" | "GreaterThanEquals"
        ),
    };
    known.then_some(if path { Operand::Path } else { operand })
}

/// The operators, for the help of a misspelt one.
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringLessThan",
    "StringGreaterThan",
    "StringLessThanEquals",
    "StringGreaterThanEquals",
    "StringMatches",
    "NumericEquals",
    "NumericLessThan",
    "NumericGreaterThan",
    "NumericLessThanEquals",
    "NumericGreaterThanEquals",
    "BooleanEquals",
    "TimestampEquals",
    "TimestampLessThan",
    "TimestampGreaterThan",
    "TimestampLessThanEquals",
    "TimestampGreaterThanEquals",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
    "And",
    "Or",
    "Not",
];
/// What a rule has beside its comparison.
const PLAIN: &[&str] = &["Variable", "Next", "Comment", "Assign", "Output"];

impl<'a> Checker<'a> {
    /// A rule of `Choices`, except its `Next`, which is a transition.
    pub(super) fn choice_rule(&mut self, rule: &'a Node, language: Language) {
        if rule.fields().is_none() {
            return;
        }
        self.values(rule, language);
        match language {
            Language::JsonPath => self.comparison(rule, true),
            Language::Jsonata => self.condition(rule),
        }
    }

    fn condition(&mut self, rule: &Node) {
        let place = rule.span.start..rule.span.start + 1;
        let Some(condition) = rule.get("Condition") else {
            let message = "this choice has no `Condition`".to_owned();
            let help = "in JSONata a choice is as in \"Condition\": \"{% $states.input.n > 1 %}\"";
            return self.error(&place, message, Some(help.to_owned()));
        };
        let good = match &condition.kind {
            Kind::Bool(_) => true,
            Kind::Text(text) => text.starts_with("{%") || is_placeholder(text),
            _ => false,
        };
        if !good {
            let message = "Condition is a JSONata expression, as in `{% $states.input.n > 1 %}`";
            self.error(&condition.span, message.to_owned(), None);
        }
    }

    fn comparison(&mut self, rule: &'a Node, outermost: bool) {
        let place = rule.span.start..rule.span.start + 1;
        let fields = rule.fields().unwrap_or_default();
        if let Some((key, _)) = rule.entry("Condition") {
            let message = "`Condition` needs JSONata, and the state uses JSONPath".to_owned();
            let help = "write \"QueryLanguage\": \"JSONata\" in the state, or compare a `Variable`";
            return self.error(&key.span, message, Some(help.to_owned()));
        }
        if let Some((key, _)) = rule.entry("Next").filter(|_| !outermost) {
            let message = "`Next` belongs to the whole choice, not to a part of it".to_owned();
            self.error(&key.span, message, None);
        }
        let operators: Vec<_> = fields
            .iter()
            .filter(|(key, _)| {
                matches!(&*key.name, "And" | "Or" | "Not") || operand(&key.name).is_some()
            })
            .collect();
        match operators[..] {
            [] => {
                let other = fields.iter().find(|(key, _)| !PLAIN.contains(&&*key.name));
                let (span, message, help) = match other {
                    Some((key, _)) => (
                        key.span.clone(),
                        format!("there is no operator `{}`", key.name),
                        nearest(&key.name, OPERATORS.iter().copied()),
                    ),
                    None => (place, "this choice compares nothing".to_owned(), None),
                };
                let help = help.or(Some("add an operator, as in \"NumericEquals\": 1".to_owned()));
                self.error(&span, message, help);
            }
            [(key, value)] => match (&*key.name, operand(&key.name)) {
                ("Not", _) => self.nested(value),
                (_, None) => {
                    let rules = value.items().unwrap_or_default();
                    if rules.is_empty() {
                        let message = format!("`{}` takes a list of rules", key.name);
                        self.error(&value.span, message, None);
                    }
                    rules.iter().for_each(|rule| self.nested(rule));
                }
                (name, Some(operand)) => {
                    match rule.get("Variable") {
                        None => {
                            self.error(&place, "this choice has no `Variable`".to_owned(), None)
                        }
                        Some(variable) => self.path("Variable", variable),
                    }
                    self.operand(name, value, operand);
                }
            },
            [_, (key, _), ..] => {
                let message = "this choice has more than one operator".to_owned();
                let help = "write one rule for each and join them with `And` or `Or`".to_owned();
                self.error(&key.span, message, Some(help));
            }
        }
    }

    fn nested(&mut self, rule: &'a Node) {
        if rule.fields().is_some() {
            return self.comparison(rule, false);
        }
        let message = format!("a rule is an object, and this is {}", rule.what());
        self.error(&rule.span, message, None);
    }

    fn operand(&mut self, name: &str, value: &Node, operand: Operand) {
        if value.text().is_some_and(is_placeholder) {
            return;
        }
        let (good, what) = match operand {
            Operand::Text => (value.text().is_some(), "a string"),
            Operand::Number => (value.number().is_some(), "a number"),
            Operand::Boolean => (matches!(value.kind, Kind::Bool(_)), "true or false"),
            Operand::Timestamp => {
                (value.text().is_some_and(is_timestamp), "a time as in 2030-01-31T08:00:00Z")
            }
            Operand::Path => return self.path(name, value),
        };
        if !good {
            self.error(&value.span, format!("{name} compares with {what}"), None);
        }
    }
}
