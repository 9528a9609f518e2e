//! The board as a JSON document, for `/board.json`; its schema is [`SCHEMA`].

use crate::board::Board;
use crate::cluster::Cluster;
use crate::group::Group;
use crate::machine::Machine;
use crate::query::Query;
use crate::state::Rank;
use crate::target::Audience;
use serde_json::{Map, Value, json as value};

/// The schema of [`json`], as JSON Schema.
pub const SCHEMA: &str = include_str!("../board.schema.json");

/// What a search finds, with the counts of all.
pub fn json(board: &Board, filter: &Query) -> Value {
    let shown = board.shown(filter);
    let counts = &board.counts;
    let banners = board
        .banners
        .iter()
        .map(|banner| value!({ "kind": banner.kind(), "text": banner.text(board.as_of_ms, Audience::Team) }));
    value!({
        "v": 1,
        "as_of_ms": board.as_of_ms,
        "oldest_ms": board.oldest_ms,
        "counts": {
            "red": counts.red, "late": counts.late, "stuck": counts.stuck, "unread": counts.unread,
            "doubt": counts.doubt, "express": counts.express, "never": counts.never,
            "green": counts.green,
            "total": counts.total, "running": counts.running, "muted": counts.muted,
            "acknowledged": counts.acknowledged, "new": counts.new,
        },
        "problems": filter.problems().iter().map(|problem| value!({ "at": problem.at, "text": problem.text() })).collect::<Vec<_>>(),
        "banners": banners.collect::<Vec<_>>(),
        "clusters": shown.clusters.iter().map(cluster).collect::<Vec<_>>(),
        "groups": shown.groups.iter().map(group).collect::<Vec<_>>(),
        "machines": shown.machines.iter().map(|one| machine(one)).collect::<Vec<_>>(),
    })
}

fn cluster(cluster: &Cluster) -> Value {
    let groups: Map<String, Value> =
        cluster.groups.iter().map(|(name, n)| (name.clone(), value!(n))).collect();
    value!({
        "error": cluster.error, "state": cluster.state, "members": cluster.members,
        "since_ms": cluster.since_ms, "groups": groups,
    })
}

fn group(group: &Group<'_>) -> Value {
    let ranks = Rank::ALL.iter().map(|rank| (rank.name().to_owned(), value!(group.count(*rank))));
    value!({
        "name": group.name, "machines": group.members.len(),
        "worst": group.members.first().map(|machine| &machine.key),
        "ranks": ranks.collect::<Map<_, _>>(), "changed_ms": group.changed_ms(),
    })
}

fn machine(machine: &Machine) -> Value {
    let why = machine.why.as_ref();
    value!({
        "key": machine.key, "account": machine.target.account, "region": machine.target.region,
        "group": &*machine.group, "state": machine.state().name(), "rank": machine.state().rank().name(),
        "since_ms": machine.since_ms(), "light": machine.light, "status": machine.status(),
        "at_ms": machine.at_ms, "late": machine.late, "stuck": machine.stuck,
        "incomplete": machine.incomplete, "stale": machine.stale, "muted": machine.muted,
        "settles_at_ms": machine.settles_at_ms, "running": machine.running,
        "running_since_ms": machine.running_since_ms, "last_success_ms": machine.last_success_ms,
        "read_ms": machine.read_ms, "unread": machine.unread,
        "failed_state": why.and_then(|why| why.state.as_ref()),
        "error": why.and_then(|why| why.error.as_ref()),
        "cause": why.and_then(|why| why.cause.as_ref()),
        "acknowledged": machine.acknowledged, "history": machine.history, "link": machine.link(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    /// Holds a value to the part of JSON Schema that the schema uses.
    fn check(schema: &Value, value: &Value, path: &str) {
        if let Some(types) = schema.get("type") {
            let name = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "integer",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            let allowed =
                types.as_array().map_or(types == name, |all| all.iter().any(|t| t == name));
            assert!(allowed, "{path}: {name}, not {types}");
        }
        if let Some(all) = schema.get("enum").and_then(Value::as_array) {
            assert!(all.contains(value), "{path}: {value}");
        }
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(value.get(key.as_str().unwrap()).is_some(), "{path} has no {key}");
        }
        for (n, item) in value.as_array().into_iter().flatten().enumerate() {
            check(&schema["items"], item, &format!("{path}[{n}]"));
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            let own = schema.get("properties").and_then(|all| all.get(key));
            let other = schema.get("additionalProperties").filter(|other| other.is_object());
            let schema =
                own.or(other).unwrap_or_else(|| panic!("{path}.{key} is not in the schema"));
            check(schema, inner, &format!("{path}.{key}"));
        }
    }

    #[test]
    fn the_document_is_as_its_schema_says() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        for n in [0, 8, 100, 1_000] {
            check(&schema, &json(&sample::board(n), &Query::default()), "board");
        }
    }

    #[test]
    fn the_document_of_eight_machines() {
        insta::assert_snapshot!(
            serde_json::to_string_pretty(&json(&sample::board(8), &Query::parse("is:bad")))
                .unwrap()
        );
    }
}
