//! The rules of Amazon States Language for one state, by its type. A field that is in no state's
//! table is warned of and never refused: the language grows.

use super::fields::{EITHER, FIELDS, Field, Language, PROCESSOR, TYPES, UNSURE, WAITS};
use super::language::{Checker, Transitions, inner_scopes, nearest};
use super::paths::is_placeholder;
use crate::document::{Key, Kind, Node};
use jiff::civil::DateTime;
use std::ops::Range;

impl<'a> Checker<'a> {
    /// Checks a state; returns its transitions.
    pub(super) fn state(&mut self, key: &'a Key, state: &'a Node) -> Transitions<'a> {
        let mut transitions = Transitions::default();
        let name = &key.name;
        if state.fields().is_none() {
            let message = format!("the state `{name}` is an object, and this is {}", state.what());
            self.error(&state.span, message, None);
            return Transitions::unknown(state);
        }
        let Some(kind) = state.get("Type") else {
            self.error(&key.span, format!("the state `{name}` has no `Type`"), None);
            return Transitions::unknown(state);
        };
        let Some(kind) = TYPES.iter().find(|known| kind.text() == Some(known)) else {
            let help = nearest(kind.text().unwrap_or_default(), TYPES.iter().copied());
            let help = help.unwrap_or(format!("the types are {}", TYPES.join(", ")));
            self.error(&kind.span, format!("the state `{name}` has an unknown type"), Some(help));
            return Transitions::unknown(state);
        };
        self.query_language(state);
        let language = self.state_language(state);
        self.fields(state, kind, language);
        if let Some(language) = language {
            self.values(state, language);
        }
        if matches!(*kind, "Task" | "Parallel" | "Map") {
            self.error_rules(state, "Retry", &mut transitions);
            self.error_rules(state, "Catch", &mut transitions);
        }
        match *kind {
            "Task" => self.task(key, state),
            "Choice" => return self.choice(key, state, language, transitions),
            "Wait" => self.wait(key, state, language),
            "Parallel" => {
                let empty = |n: &Node| n.items().map(<[_]>::is_empty);
                self.required(key, state, "Branches", "an array", empty);
            }
            "Map" => self.map(key, state),
            "Succeed" | "Fail" => {
                for (extra, _) in ["Next", "End"].into_iter().filter_map(|n| state.entry(n)) {
                    let message =
                        format!("a {kind} state ends the run: `{}` does nothing", extra.name);
                    self.warn(&extra.span, message, Some("remove it".to_owned()));
                }
                transitions.ends = true;
                return transitions;
            }
            _ => {}
        }
        for (place, inner) in inner_scopes(state) {
            if inner.fields().is_none() {
                let message = format!("states in an object belong here, not {}", inner.what());
                self.error(&inner.span, message, None);
                continue;
            }
            self.known_fields(inner, PROCESSOR, "a branch or processor");
            if *kind == "Map"
                && let Some((key, _)) = inner.entry("QueryLanguage")
            {
                let message = "a Map's processor has no `QueryLanguage` of its own".to_owned();
                let help =
                    "its states take the machine's; write it in each that differs".to_owned();
                self.error(&key.span, message, Some(help));
            }
            self.scope(inner, &place);
        }
        self.transition(key, state, transitions)
    }

    /// The language of a state: its own, or the machine's, whatever is in between.
    fn state_language(&mut self, state: &Node) -> Option<Language> {
        let Some(declared) = state.get("QueryLanguage") else { return self.language };
        let language = Language::declared(declared);
        if (self.language, language) == (Some(Language::Jsonata), Some(Language::JsonPath)) {
            let message = "a state of a JSONata machine cannot use JSONPath".to_owned();
            let help = "write JSONata in the states that use it, and not in the machine".to_owned();
            self.error(&declared.span, message, Some(help));
            return None;
        }
        language
    }

    /// Which fields a state of this type and language has.
    fn fields(&mut self, state: &Node, kind: &str, language: Option<Language>) {
        let unsure = UNSURE.iter().filter(|(of, _)| *of == kind).flat_map(|(_, names)| *names);
        let unsure: Vec<&str> = unsure.copied().collect();
        let own = |field: &&Field| field.types.contains(&kind);
        for (key, _) in state.fields().unwrap_or_default() {
            let name = key.name.as_str();
            let known = FIELDS.iter().find(|field| field.name == name);
            let Some(field) = known.filter(|field| own(field) || !unsure.contains(&name)) else {
                let message = format!("`{name}` is not known as a field of a {kind} state");
                let help = nearest(name, FIELDS.iter().filter(own).map(|field| field.name));
                self.warn(&key.span, message, help.filter(|_| known.is_none()));
                continue;
            };
            if !own(&field) {
                let message = format!("a {kind} state has no `{name}`");
                let help = format!("only these have: {}", field.types.join(", "));
                self.error(&key.span, message, Some(help));
            } else if let (Some(needs), Some(language)) = (field.language, language)
                && needs != language
            {
                let message = format!(
                    "`{name}` needs {}, and the state uses {}",
                    needs.name(),
                    language.name()
                );
                self.error(&key.span, message, Some(instead(name, needs)));
            }
        }
        self.exclusive(state);
    }

    /// Fields that exclude each other.
    fn exclusive(&mut self, node: &Node) {
        for (one, other) in EITHER {
            if let (Some(_), Some((key, _))) = (node.get(one), node.entry(other)) {
                let message = format!("`{one}` and `{other}` are both here");
                self.error(&key.span, message, Some("remove one of them".to_owned()));
            }
        }
    }

    /// Exactly one of Next and End.
    fn transition(
        &mut self,
        key: &'a Key,
        state: &'a Node,
        mut transitions: Transitions<'a>,
    ) -> Transitions<'a> {
        let end = state.entry("End");
        if let Some((_, value)) = end
            && !matches!(value.kind, Kind::Bool(_))
        {
            let message = format!("End must be true, and this is {}", value.what());
            self.error(&value.span, message, None);
        }
        let ends = end.filter(|(_, value)| !matches!(value.kind, Kind::Bool(false)));
        transitions.ends = ends.is_some();
        match (state.get("Next"), ends) {
            (Some(next), None) => transitions.targets.extend(self.target(next, "Next")),
            (None, Some(_)) => {}
            (None, None) => {
                transitions.unclear = true;
                let message = format!("the state `{}` has neither `Next` nor `End`", key.name);
                let help = "say what comes after it, or \"End\": true".to_owned();
                self.error(&key.span, message, Some(help));
            }
            (Some(next), Some((end, _))) => {
                let message = format!("the state `{}` has both `Next` and `End`", key.name);
                self.error(&end.span, message, Some("remove one of them".to_owned()));
                transitions.targets.extend(self.target(next, "Next"));
            }
        }
        transitions
    }

    /// A required field; `empty` is none for a value of the wrong kind.
    fn required(
        &mut self,
        key: &Key,
        state: &Node,
        name: &str,
        what: &str,
        empty: impl Fn(&Node) -> Option<bool>,
    ) {
        match state.get(name) {
            None => {
                let message = format!("the state `{}` has no `{name}`", key.name);
                self.error(&key.span, message, None);
            }
            Some(value) => match empty(value) {
                Some(false) => {}
                Some(true) => self.error(&value.span, format!("`{name}` is empty"), None),
                None => {
                    let message = format!("`{name}` is {what}, and this is {}", value.what());
                    self.error(&value.span, message, None);
                }
            },
        }
    }

    fn task(&mut self, key: &'a Key, state: &'a Node) {
        self.required(key, state, "Resource", "a string", |n| n.text().map(str::is_empty));
        let timeout = self.at_least(state, "TimeoutSeconds", 1.0);
        let heartbeat = self.at_least(state, "HeartbeatSeconds", 1.0);
        if let (Some(timeout), Some(heartbeat)) = (timeout, heartbeat)
            && heartbeat >= timeout
            && let Some(value) = state.get("HeartbeatSeconds")
        {
            let message = format!(
                "HeartbeatSeconds is {heartbeat}, which is not smaller than TimeoutSeconds, {timeout}"
            );
            self.error(&value.span, message, None);
        }
        if let Some(resource) = state.get("Resource") {
            self.resource(resource);
        }
        self.credentials(state);
        let limits = ["TimeoutSeconds", "HeartbeatSeconds"];
        let limited = limits.into_iter().any(|limit| {
            state.get(limit).is_some() || state.get(&format!("{limit}Path")).is_some()
        });
        if let Some(resource) = state.get("Resource")
            && resource.text().is_some_and(|text| text.ends_with(".waitForTaskToken"))
            && !limited
            && !self.express
        {
            let message = format!("the state `{}` waits for a token without limit", key.name);
            let help = "add HeartbeatSeconds or TimeoutSeconds: a token that is lost would else \
                        hold the run for up to a year";
            self.warn(&resource.span, message, Some(help.to_owned()));
        }
    }

    /// The role that a Task takes [recorded: "The field 'RoleArn' is required but was missing"].
    fn credentials(&mut self, state: &Node) {
        let Some(credentials) = state.get("Credentials") else { return };
        let good = match credentials.text() {
            Some(text) => text.starts_with("{%") || is_placeholder(text),
            None => ["RoleArn", "RoleArn.$"].iter().any(|name| credentials.get(name).is_some()),
        };
        if !good {
            let message = "Credentials is an object with a `RoleArn`".to_owned();
            self.error(&credentials.span, message, None);
        }
    }

    fn choice(
        &mut self,
        key: &'a Key,
        state: &'a Node,
        language: Option<Language>,
        mut transitions: Transitions<'a>,
    ) -> Transitions<'a> {
        self.required(key, state, "Choices", "an array", |n| n.items().map(<[_]>::is_empty));
        for rule in state.get("Choices").and_then(Node::items).unwrap_or_default() {
            let place = rule.span.start..rule.span.start + 1;
            match rule.get("Next") {
                Some(next) => transitions.targets.extend(self.target(next, "Next")),
                None => self.error(&place, "this choice has no `Next`".to_owned(), None),
            }
            if let Some(language) = language {
                self.choice_rule(rule, language);
            }
        }
        if let Some(default) = state.get("Default") {
            transitions.targets.extend(self.target(default, "Default"));
        }
        for (extra, _) in ["Next", "End"].into_iter().filter_map(|n| state.entry(n)) {
            let message = format!("a Choice state has no `{}`", extra.name);
            let help = "the way on when no choice matches is `Default`".to_owned();
            self.error(&extra.span, message, Some(help));
        }
        transitions
    }

    fn wait(&mut self, key: &'a Key, state: &'a Node, language: Option<Language>) {
        let given: Vec<_> = WAITS.iter().filter_map(|name| state.entry(name)).collect();
        let message = match given[..] {
            [] => format!("the state `{}` does not say how long to wait", key.name),
            [_] => String::new(),
            _ => format!("the state `{}` says more than once how long to wait", key.name),
        };
        if !message.is_empty() {
            let help = format!("exactly one of {} belongs here", WAITS.join(", "));
            self.error(
                &given.last().map_or(&key.span, |(k, _)| &k.span).clone(),
                message,
                Some(help),
            );
        }
        self.at_least(state, "Seconds", 0.0);
        if let Some(timestamp) = state.get("Timestamp") {
            let text = timestamp.text().unwrap_or_default();
            let expression = language != Some(Language::JsonPath) && text.starts_with("{%");
            if !expression && !is_placeholder(text) && !is_timestamp(text) {
                let message = "Timestamp is a time as in 2030-01-31T08:00:00Z".to_owned();
                self.error(&timestamp.span, message, None);
            }
        }
    }

    fn map(&mut self, key: &'a Key, state: &'a Node) {
        if state.get("ItemProcessor").is_none() && state.get("Iterator").is_none() {
            let message = format!("the state `{}` has no `ItemProcessor`", key.name);
            self.error(&key.span, message, None);
        }
        for part in [state.get("ItemBatcher"), state.get("ItemReader")].into_iter().flatten() {
            self.exclusive(part);
            if let Some(config) = part.get("ReaderConfig") {
                self.exclusive(config);
            }
        }
        self.processor_config(state);
        self.at_least(state, "MaxConcurrency", 0.0);
        self.at_least(state, "ToleratedFailureCount", 0.0);
        let percentage = self.at_least(state, "ToleratedFailurePercentage", 0.0);
        if let (Some(percentage), Some(value)) =
            (percentage, state.get("ToleratedFailurePercentage"))
            && percentage > 100.0
        {
            let message = format!("ToleratedFailurePercentage is {percentage}; the most is 100");
            self.error(&value.span, message, None);
        }
    }

    fn processor_config(&mut self, state: &Node) {
        let processors = ["ItemProcessor", "Iterator"].into_iter().filter_map(|n| state.get(n));
        for config in processors.filter_map(|processor| processor.get("ProcessorConfig")) {
            let Some(mode) = config.get("Mode") else { continue };
            match mode.text() {
                Some("INLINE") => {}
                Some("DISTRIBUTED") if self.express => {
                    let message = "a machine of type EXPRESS has no DISTRIBUTED Map".to_owned();
                    self.error(&mode.span, message, Some("make the machine STANDARD".to_owned()));
                }
                Some("DISTRIBUTED") => match config.get("ExecutionType") {
                    None => {
                        let message = "a DISTRIBUTED Map has no `ExecutionType`".to_owned();
                        let help = "add \"ExecutionType\": \"STANDARD\" or \"EXPRESS\"".to_owned();
                        self.error(&mode.span, message, Some(help));
                    }
                    Some(kind) if !matches!(kind.text(), Some("STANDARD" | "EXPRESS")) => {
                        let message = "ExecutionType is \"STANDARD\" or \"EXPRESS\"".to_owned();
                        self.error(&kind.span, message, None);
                    }
                    Some(_) => {}
                },
                _ => {
                    let message = "Mode is \"INLINE\" or \"DISTRIBUTED\"".to_owned();
                    self.error(&mode.span, message, None);
                }
            }
        }
    }

    /// Retry and Catch: lists of rules for errors.
    fn error_rules(&mut self, state: &'a Node, field: &str, transitions: &mut Transitions<'a>) {
        let Some(list) = state.get(field) else { return };
        let Some(rules) = list.items() else {
            let message = format!("{field} is an array, and this is {}", list.what());
            return self.error(&list.span, message, None);
        };
        for (index, rule) in rules.iter().enumerate() {
            let place = rule.span.start..rule.span.start + 1;
            self.error_names(rule, &place, index + 1 == rules.len(), field);
            if field == "Catch" {
                match rule.get("Next") {
                    Some(next) => transitions.targets.extend(self.target(next, "Next")),
                    None => self.error(&place, "this Catch has no `Next`".to_owned(), None),
                }
            } else {
                self.at_least(rule, "IntervalSeconds", 1.0);
                self.at_least(rule, "MaxAttempts", 0.0);
                self.at_least(rule, "BackoffRate", 1.0);
                self.at_least(rule, "MaxDelaySeconds", 1.0);
                if let Some(jitter) = rule.get("JitterStrategy")
                    && !matches!(jitter.text(), Some("FULL" | "NONE"))
                {
                    let message = "JitterStrategy is \"FULL\" or \"NONE\"".to_owned();
                    self.error(&jitter.span, message, None);
                }
            }
        }
    }

    fn error_names(&mut self, rule: &Node, place: &Range<usize>, last: bool, field: &str) {
        let names = rule.get("ErrorEquals").and_then(Node::items).unwrap_or_default();
        if names.is_empty() || names.iter().any(|name| name.text().is_none()) {
            let message = format!("this {field} needs `ErrorEquals`, a list of names of errors");
            return self.error(place, message, None);
        }
        let Some(all) = names.iter().find(|name| name.text() == Some("States.ALL")) else { return };
        if names.len() > 1 {
            let message = "States.ALL must stand alone in its ErrorEquals".to_owned();
            self.error(&all.span, message, None);
        }
        if !last {
            let message =
                format!("States.ALL must be in the last {field}: none after it would count");
            self.error(&all.span, message, None);
        }
    }
}

/// What the other language has in a field's place.
fn instead(name: &str, needs: Language) -> String {
    if needs == Language::Jsonata {
        return "write \"QueryLanguage\": \"JSONata\" in the state or in the machine".to_owned();
    }
    match name {
        "InputPath" => "JSONata reads `$states.input`".to_owned(),
        "Parameters" => "JSONata has `Arguments`, or `Output` in a Pass".to_owned(),
        "ItemsPath" => "JSONata has `Items`".to_owned(),
        "OutputPath" | "ResultPath" | "ResultSelector" | "Result" => {
            "JSONata has `Output`".to_owned()
        }
        _ => format!("JSONata has an expression in `{}`", name.trim_end_matches("Path")),
    }
}

/// A time of RFC 3339 with a capital T, and a capital Z or an offset.
pub(super) fn is_timestamp(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(19) else { return false };
    let zone = rest.strip_prefix('.').map_or(rest, |rest| {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() < rest.len() { digits } else { "" }
    });
    let offset = |zone: &str| {
        zone.strip_prefix(['+', '-']).is_some_and(|zone| {
            zone.len() == 5
                && zone.split_once(':').is_some_and(|(hours, minutes)| {
                    [hours, minutes]
                        .iter()
                        .all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                })
        })
    };
    clock.as_bytes().get(10) == Some(&b'T')
        && clock.parse::<DateTime>().is_ok()
        && (zone == "Z" || offset(zone))
}
