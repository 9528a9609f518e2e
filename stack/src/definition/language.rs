//! The rules of Amazon States Language for a machine and its scopes: start, transitions and end. Those
//! for a single state are in `state`.

use super::fields::{Language, MACHINE};
use crate::app::MachineType;
use crate::document::{Finding, Key, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Characters of a state's name (Amazon States Language, "States").
const MAX_STATE_NAME: usize = 80;

#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<Finding>,
    pub(super) warnings: Vec<Finding>,
}

/// Checks a whole machine of this type.
pub(super) fn check(root: &Node, machine_type: MachineType) -> Findings {
    let language = root.get("QueryLanguage").map(Language::declared);
    let mut checker = Checker {
        found: Findings::default(),
        names: BTreeSet::new(),
        language: language.unwrap_or(Some(Language::JsonPath)),
        express: machine_type == MachineType::Express,
    };
    if root.fields().is_none() {
        let message = format!("a definition is an object, and this is {}", root.what());
        checker.error(&root.span, message, None);
        return checker.found;
    }
    checker.known_fields(root, MACHINE, "a definition");
    checker.query_language(root);
    checker.at_least(root, "TimeoutSeconds", 1.0);
    checker.scope(root, &(root.span.start..root.span.start + 1));
    // An EXPRESS machine ends after five minutes.
    if root.get("TimeoutSeconds").is_none() && !checker.express && has_task(root) {
        checker.warn(
            &root.entry("States").map_or(0..0, |(key, _)| key.span.clone()),
            "the machine has a Task and no TimeoutSeconds: a run that hangs stays RUNNING for up \
             to a year"
                .to_owned(),
            Some("add \"TimeoutSeconds\" beside \"StartAt\"".to_owned()),
        );
    }
    checker.found
}

/// Whether there is a Task in this scope or in a nested one.
fn has_task(scope: &Node) -> bool {
    let states = scope.get("States").and_then(Node::fields).unwrap_or_default();
    states.iter().any(|(_, state)| {
        state.get("Type").and_then(Node::text) == Some("Task")
            || inner_scopes(state).any(|(_, inner)| has_task(inner))
    })
}

/// The branches of a Parallel and the processor of a Map, each with the place to name it by.
pub(super) fn inner_scopes(state: &Node) -> impl Iterator<Item = (Range<usize>, &Node)> {
    let branches = state.get("Branches").and_then(Node::items).unwrap_or_default();
    let branches = branches.iter().map(|b| (b.span.start..b.span.start + 1, b));
    let processors = ["ItemProcessor", "Iterator"].into_iter().filter_map(|n| state.entry(n));
    branches.chain(processors.map(|(key, node)| (key.span.clone(), node)))
}

pub(super) struct Checker<'a> {
    found: Findings,
    /// Names of all states so far: they are unique in the whole machine.
    names: BTreeSet<&'a str>,
    /// The machine's language; none if it declares an unknown one.
    pub(super) language: Option<Language>,
    pub(super) express: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn error(&mut self, span: &Range<usize>, message: String, help: Option<String>) {
        self.found.errors.push(Finding::new(span, message, help));
    }

    pub(super) fn warn(&mut self, span: &Range<usize>, message: String, help: Option<String>) {
        self.found.warnings.push(Finding::new(span, message, help));
    }

    pub(super) fn known_fields(&mut self, node: &Node, known: &[&str], what: &str) {
        for (key, _) in node.fields().unwrap_or_default() {
            if !known.contains(&key.name.as_str()) {
                let message = format!("`{}` is not known as a field of {what}", key.name);
                let help = nearest(&key.name, known.iter().copied());
                self.warn(&key.span, message, help);
            }
        }
    }

    pub(super) fn query_language(&mut self, node: &Node) {
        if let Some(language) = node.get("QueryLanguage")
            && Language::declared(language).is_none()
        {
            let message = "QueryLanguage is \"JSONPath\" or \"JSONata\"".to_owned();
            self.error(&language.span, message, None);
        }
    }

    /// A number with a minimum, or a JSONata expression; returns the number.
    pub(super) fn at_least(&mut self, node: &Node, name: &str, least: f64) -> Option<f64> {
        let value = node.get(name)?;
        match value.number() {
            Some(number) if number >= least => return Some(number),
            Some(number) => {
                let message = format!("{name} is {number}; the least is {least}");
                self.error(&value.span, message, None);
            }
            None if is_expression(value) => {}
            None => {
                let message = format!("{name} must be a number, and this is {}", value.what());
                self.error(&value.span, message, None);
            }
        }
        None
    }

    /// A machine, a branch or a processor: states that reach no state outside.
    pub(super) fn scope(&mut self, scope: &'a Node, place: &Range<usize>) {
        let start = self.start(scope, place);
        let Some((states_key, states)) = scope.entry("States") else {
            return self.error(place, "`States` is missing".to_owned(), None);
        };
        let Some(states) = states.fields() else {
            let message = format!("`States` is an object, and this is {}", states.what());
            return self.error(&states.span, message, None);
        };
        if states.is_empty() {
            return self.error(&states_key.span, "`States` has no state".to_owned(), None);
        }
        let mut transitions = BTreeMap::new();
        let (mut ends, mut unclear) = (false, false);
        for (key, state) in states {
            let next = self.state(key, state);
            ends |= next.ends;
            unclear |= next.unclear;
            // A repeated name is reported as a repeated key.
            if !transitions.contains_key(key.name.as_str()) {
                self.name(key);
                transitions.insert(key.name.as_str(), next.targets);
            }
        }
        for target in transitions.values().flatten().copied().chain(start) {
            if let Some(name) = target.text()
                && !transitions.contains_key(name)
            {
                let message = format!("there is no state `{name}` here to go to");
                let help = nearest(name, transitions.keys().copied());
                self.error(&target.span, message, help);
                unclear = true;
            }
        }
        if !ends && !unclear {
            let message = "no state here ends: a run could never finish".to_owned();
            let help = "give one \"End\": true, or add a Succeed or Fail state".to_owned();
            self.error(&states_key.span, message, Some(help));
        }
        // A misspelt target leaves the state that it means unreachable: one mistake, one error.
        if !unclear && let Some(start) = start.and_then(Node::text) {
            let reached = reach(start, &transitions);
            for (key, _) in states.iter().filter(|(key, _)| !reached.contains(&*key.name)) {
                let message = format!("the state `{}` cannot be reached", key.name);
                let help = format!("no path from `{start}` leads to it: go to it or remove it");
                self.error(&key.span, message, Some(help));
            }
        }
    }

    fn start(&mut self, scope: &'a Node, place: &Range<usize>) -> Option<&'a Node> {
        let Some(start) = scope.get("StartAt") else {
            let help = "name the state that a run begins with".to_owned();
            self.error(place, "`StartAt` is missing".to_owned(), Some(help));
            return None;
        };
        self.target(start, "StartAt")
    }

    /// A value that names a state.
    pub(super) fn target(&mut self, node: &'a Node, field: &str) -> Option<&'a Node> {
        if node.text().is_some() {
            return Some(node);
        }
        let message = format!("{field} must be the name of a state, and this is {}", node.what());
        self.error(&node.span, message, None);
        None
    }

    fn name(&mut self, key: &'a Key) {
        let length = key.name.chars().count();
        if length == 0 || length > MAX_STATE_NAME {
            let message =
                format!("a state's name has 1 to {MAX_STATE_NAME} characters, not {length}");
            self.error(&key.span, message, None);
        }
        if !self.names.insert(&key.name) {
            let message = format!("another state of this machine is named `{}` too", key.name);
            let help = "names are unique in the whole machine, branches included".to_owned();
            self.error(&key.span, message, Some(help));
        }
    }
}

/// The states that can follow a state.
#[derive(Default)]
pub(super) struct Transitions<'a> {
    pub(super) targets: Vec<&'a Node>,
    /// Whether a run may end after it.
    pub(super) ends: bool,
    /// Whether the state has errors, so that targets may be missing.
    pub(super) unclear: bool,
}

impl<'a> Transitions<'a> {
    /// For a state with errors: a missing field is not reported a second time.
    pub(super) fn unknown(state: &'a Node) -> Self {
        let next = state.get("Next").filter(|next| next.text().is_some());
        Self { targets: next.into_iter().collect(), ends: false, unclear: true }
    }
}

/// A JSONata expression, which only a run evaluates.
fn is_expression(node: &Node) -> bool {
    node.text().is_some_and(|text| text.starts_with("{%") && text.ends_with("%}"))
}

/// States that a run can reach.
fn reach<'a>(start: &'a str, transitions: &BTreeMap<&'a str, Vec<&'a Node>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(
                transitions.get(name).into_iter().flatten().filter_map(|target| target.text()),
            );
        }
    }
    reached
}

/// "did you mean", where one of the names is near.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}
