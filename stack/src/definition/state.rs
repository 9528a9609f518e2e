//! The rules of Amazon States Language for one state, by its type. Fields that are not known here
//! are warned of and never refused: the language grows.

use super::document::{Key, Kind, Node};
use super::fields::{COMMON, PROCESSOR, RESULT, TYPES, WAITS};
use super::language::{Checker, Moves, inner_scopes, nearest};
use std::ops::Range;

impl<'a> Checker<'a> {
    /// Checks a state, and says where it leads.
    pub(super) fn state(&mut self, key: &'a Key, state: &'a Node) -> Moves<'a> {
        let mut moves = Moves::default();
        let name = &key.name;
        if state.fields().is_none() {
            let message = format!("the state `{name}` is an object, and this is {}", state.what());
            self.error(&state.span, message, None);
            return Moves::unknown(state);
        }
        let Some(kind) = state.get("Type") else {
            self.error(&key.span, format!("the state `{name}` has no `Type`"), None);
            return Moves::unknown(state);
        };
        let Some((kind, own)) = TYPES.iter().find(|(known, _)| kind.text() == Some(known)) else {
            let help = nearest(kind.text().unwrap_or_default(), TYPES.iter().map(|(n, _)| *n));
            let all = TYPES.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
            let help = help.unwrap_or(format!("the types are {all}"));
            self.error(&kind.span, format!("the state `{name}` has an unknown type"), Some(help));
            return Moves::unknown(state);
        };
        let worker = matches!(*kind, "Task" | "Parallel" | "Map");
        let results = if worker { RESULT } else { &[] };
        let known = [COMMON, own, results].concat();
        self.known_fields(state, &known, &format!("a {kind} state"));
        self.query_language(state);
        if worker {
            self.error_rules(state, "Retry", &mut moves);
            self.error_rules(state, "Catch", &mut moves);
        }
        match *kind {
            "Task" => self.task(key, state),
            "Choice" => return self.choice(key, state, moves),
            "Wait" => self.wait(key, state),
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
                moves.ends = true;
                return moves;
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
            self.scope(inner, &place);
        }
        self.transition(key, state, moves)
    }

    /// Exactly one of Next and End.
    fn transition(&mut self, key: &'a Key, state: &'a Node, mut moves: Moves<'a>) -> Moves<'a> {
        let end = state.entry("End");
        if let Some((_, value)) = end
            && !matches!(value.kind, Kind::Bool(_))
        {
            let message = format!("End must be true, and this is {}", value.what());
            self.error(&value.span, message, None);
        }
        let ends = end.filter(|(_, value)| !matches!(value.kind, Kind::Bool(false)));
        moves.ends = ends.is_some();
        match (state.get("Next"), ends) {
            (Some(next), None) => moves.targets.extend(self.target(next, "Next")),
            (None, Some(_)) => {}
            (None, None) => {
                moves.unclear = true;
                let message = format!("the state `{}` has neither `Next` nor `End`", key.name);
                let help = "say what comes after it, or \"End\": true".to_owned();
                self.error(&key.span, message, Some(help));
            }
            (Some(next), Some((end, _))) => {
                let message = format!("the state `{}` has both `Next` and `End`", key.name);
                self.error(&end.span, message, Some("remove one of them".to_owned()));
                moves.targets.extend(self.target(next, "Next"));
            }
        }
        moves
    }

    /// A field that must be there; `empty` tells of a value of the right kind whether it is empty.
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
        let limits = ["TimeoutSeconds", "HeartbeatSeconds"];
        let limited = limits.into_iter().any(|limit| {
            state.get(limit).is_some() || state.get(&format!("{limit}Path")).is_some()
        });
        if let Some(resource) = state.get("Resource")
            && resource.text().is_some_and(|text| text.ends_with(".waitForTaskToken"))
            && !limited
        {
            let message = format!("the state `{}` waits for a token without limit", key.name);
            let help = "add HeartbeatSeconds or TimeoutSeconds: a token that is lost would else \
                        hold the run for up to a year";
            self.warn(&resource.span, message, Some(help.to_owned()));
        }
    }

    fn choice(&mut self, key: &'a Key, state: &'a Node, mut moves: Moves<'a>) -> Moves<'a> {
        self.required(key, state, "Choices", "an array", |n| n.items().map(<[_]>::is_empty));
        for rule in state.get("Choices").and_then(Node::items).unwrap_or_default() {
            let place = rule.span.start..rule.span.start + 1;
            match rule.get("Next") {
                Some(next) => moves.targets.extend(self.target(next, "Next")),
                None => self.error(&place, "this choice has no `Next`".to_owned(), None),
            }
        }
        if let Some(default) = state.get("Default") {
            moves.targets.extend(self.target(default, "Default"));
        }
        for (extra, _) in ["Next", "End"].into_iter().filter_map(|n| state.entry(n)) {
            let message = format!("a Choice state has no `{}`", extra.name);
            let help = "the way on when no choice matches is `Default`".to_owned();
            self.error(&extra.span, message, Some(help));
        }
        moves
    }

    fn wait(&mut self, key: &'a Key, state: &'a Node) {
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
    }

    fn map(&mut self, key: &'a Key, state: &'a Node) {
        match (state.get("ItemProcessor"), state.entry("Iterator")) {
            (None, None) => {
                let message = format!("the state `{}` has no `ItemProcessor`", key.name);
                self.error(&key.span, message, None);
            }
            (Some(_), Some((iterator, _))) => {
                let message = "`Iterator` is the older name of `ItemProcessor`".to_owned();
                self.error(&iterator.span, message, Some("remove one of them".to_owned()));
            }
            _ => {}
        }
        self.at_least(state, "MaxConcurrency", 0.0);
        self.at_least(state, "ToleratedFailureCount", 0.0);
        self.at_least(state, "ToleratedFailurePercentage", 0.0);
    }

    /// Retry and Catch: lists of rules for errors.
    fn error_rules(&mut self, state: &'a Node, field: &str, moves: &mut Moves<'a>) {
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
                    Some(next) => moves.targets.extend(self.target(next, "Next")),
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
