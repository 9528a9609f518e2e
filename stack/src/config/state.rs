//! Reads what goes with the state table: the section `memory`, which machines have alarms of their
//! own, groups with metrics of their own, and routes.

use super::keys;
use super::limits;
use super::machines;
use super::notifications;
use super::reader::{Field, Section};
use crate::app::{EventBus, Memory};
use crate::lock::Pattern;
use crate::problem::Reason;
use guardian_contract::{Format, Route, Semantics};
use std::collections::BTreeMap;
use std::ops::Range;

/// Days that incidents are kept by default: a year and a bit, so that a year can be compared.
const INCIDENT_DAYS: u32 = 400;
/// Default percentage of the ListExecutions quota: the other half is for other callers.
const QUOTA_SHARE: u32 = 50;
/// Groups that a deployment may have: each is two alarms and five metrics.
const MAX_GROUPS: usize = 60;

/// Reads the section `memory`; none under `original`, which keeps no state.
pub(super) fn memory(section: &Section<'_>, semantics: Semantics, written: bool) -> Option<Memory> {
    let memory = Memory {
        kms_key: section.optional("kms_key", |f| limits::key(f.text()?)),
        point_in_time_recovery: section.setting("point_in_time_recovery", false, Field::boolean),
        incident_days: section.setting("incident_days", INCIDENT_DAYS, |f| {
            limits::between("a number of days", f.whole()?, 1, 3_650)
        }),
        quota_share: section.setting("quota_share", QUOTA_SHARE, |f| {
            limits::between("a percentage of the quota", f.whole()?, 1, 100)
        }),
    };
    if semantics == Semantics::LastFinished {
        return Some(memory);
    }
    if written {
        let reason = Reason::new("`semantics: original` has no state table");
        section.problem(reason.help("remove `memory`, or use `semantics: last-finished`"));
    }
    None
}

/// The machines that have alarms of their own; none: all of them.
pub(super) type EachSpec = Option<Vec<(Pattern, Range<usize>)>>;

/// Reads `alarms.each`.
pub(super) fn each(section: &Section<'_>, semantics: Semantics) -> EachSpec {
    let Some(field) = section.get("each") else {
        section.note_default("each", &"all");
        return None;
    };
    let each = match field.text() {
        Ok("all") => None,
        Ok("none") => Some(Vec::new()),
        Ok(other) => {
            field.problem(
                Reason::new(format!("`{}` cannot be `{}`", field.path, other.escape_debug()))
                    .help("write all, none, or a list of names, globs and tags"),
            );
            None
        }
        Err(_) => Some(
            field
                .items()
                .iter()
                .filter_map(|item| match machines::pattern(item) {
                    Ok(pattern) => Some((pattern, item.span().clone())),
                    Err(reason) => {
                        item.problem(reason);
                        None
                    }
                })
                .collect(),
        ),
    };
    if semantics == Semantics::Original && each.is_some() {
        let reason = Reason::new("under `semantics: original` every machine has an alarm");
        field.problem(reason.help("without a state table nothing else would report a failure"));
    }
    let shown: Vec<String> =
        each.iter().flatten().map(|(pattern, _)| pattern.to_string()).collect();
    match &each {
        None => field.note(&"all"),
        Some(patterns) if patterns.is_empty() => field.note(&"none"),
        Some(_) => field.note(&shown),
    }
    each
}

/// Reads `fleet.groups`.
pub(super) fn groups(section: &Section<'_>, semantics: Semantics) -> BTreeMap<String, Vec<String>> {
    let Some(field) = section.get("groups") else { return BTreeMap::new() };
    if semantics == Semantics::Original {
        let reason = Reason::new("`semantics: original` has no metrics of groups");
        field.problem(reason.help("remove `groups`, or use `semantics: last-finished`"));
    }
    let mut groups = BTreeMap::new();
    for group in field.fields() {
        if let Err(reason) = limits::short_name("a group", group.key) {
            group.problem(reason);
            continue;
        }
        let machines = group.list(|item| machines::glob_text(item.text()?));
        if machines.is_empty() {
            let reason = Reason::new(format!("the group `{}` has no machines", group.key));
            group.problem(reason.help("write names or globs, as in [\"pay-*\"]"));
        }
        groups.insert(group.key.to_owned(), machines);
    }
    if groups.len() > MAX_GROUPS {
        let reason = Reason::new(format!("{} groups", groups.len()));
        field.problem(
            reason.help(format!("at most {MAX_GROUPS}: each has metrics and alarms of its own")),
        );
    }
    groups
}

/// The routes, each with its place.
pub(super) type RouteSpecs = Vec<(Route, Range<usize>)>;

/// Reads the list `routes`.
pub(super) fn routes(field: Option<&Field<'_>>, semantics: Semantics) -> RouteSpecs {
    let Some(field) = field else { return RouteSpecs::new() };
    if semantics == Semantics::Original {
        let reason = Reason::new("under `semantics: original` the function sends no notifications");
        field.problem(reason.help("remove `routes`, or use `semantics: last-finished`"));
    }
    let items = field.items();
    let routes: RouteSpecs =
        items.iter().filter_map(|item| Some((route(item)?, item.span().clone()))).collect();
    field.note(&routes.len());
    routes
}

fn route(item: &Field<'_>) -> Option<Route> {
    if !item.is_map() {
        let help = "write it as in `- { machines: [\"pay-*\"], team: payments }`";
        item.problem(Reason::new("a route is a map").help(help));
        return None;
    }
    let section = item.section(keys::ROUTE);
    let machines =
        section.get("machines").map(|f| f.list(|item| machines::glob_text(item.text()?)));
    let tags = section
        .get("tag")
        .and_then(|field| super::tags::wanted(field).map_err(|reason| field.problem(reason)).ok());
    let tags = tags.unwrap_or_default();
    let topic = section.optional("topic", |field| {
        let arn = limits::arn(field.text()?)?;
        let reason = || Reason::new(format!("`{arn}` is not an SNS topic"));
        arn.contains(":sns:")
            .then(|| arn.clone())
            .ok_or_else(|| reason().help("write it as in arn:aws:sns:eu-west-1:123456789012:topic"))
    });
    let event_bus = section.optional("event_bus", |field| {
        notifications::event_bus(field.text()?).map(|bus| match bus {
            EventBus::Named(text) | EventBus::Arn(text) => text,
        })
    });
    let format = section.optional("format", |field| field.word(&Format::WORDS));
    let line = |key: &str| {
        section.optional(key, |field| {
            let text = field.text()?;
            let fits =
                (1..=300).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned())
                .ok_or_else(|| Reason::new("1 to 300 characters in one line"))
        })
    };
    let runbook = section.optional("runbook", |field| {
        let text = field.text()?;
        let fits = (text.starts_with("https://") || text.starts_with("http://"))
            && text.len() <= 300
            && text.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| text.to_owned()).ok_or_else(|| {
            Reason::new("a runbook is a link").help("300 characters, beginning with https://")
        })
    });
    let route = Route {
        machines: machines.unwrap_or_default(),
        tags,
        topic,
        event_bus,
        format,
        team: line("team"),
        runbook,
    };
    let says = route.topic.is_some()
        || route.event_bus.is_some()
        || route.format.is_some()
        || route.team.is_some()
        || route.runbook.is_some();
    if !says {
        let reason = Reason::new("this route leads nowhere");
        item.problem(
            reason.help("give it a `topic`, an `event_bus`, a `format`, a `team` or a `runbook`"),
        );
    }
    Some(route)
}
