//! The event bus of notifications: what the function calls it by, and what it may put there. The
//! bus exists already; the stack creates none.

use crate::app::{App, EventBus};
use guardian_cfn::{Arn, Statement};
use guardian_contract::event;
use serde_json::json;
use std::collections::BTreeSet;

/// Its name or its ARN, as PutEvents takes it.
pub(super) fn target(app: &App) -> Option<&str> {
    app.notifications.event_bus.as_ref().map(|bus| match bus {
        EventBus::Named(name) => name.as_str(),
        EventBus::Arn(arn) => arn.as_str(),
    })
}

/// Lets the function put its own events on that bus, and no others.
pub(super) fn statement(app: &App) -> Option<Statement> {
    let routed = app.routes.0.iter().filter_map(|route| route.event_bus.as_deref());
    let buses: BTreeSet<&str> = target(app).into_iter().chain(routed).collect();
    if buses.is_empty() {
        return None;
    }
    let arns = buses.into_iter().map(|bus| match bus.starts_with("arn:") {
        true => Arn::of(bus),
        false => Arn::here("events", &format!("event-bus/{bus}")),
    });
    // `events:source` has several values, which is how it is asked for in EventBridge's own
    // examples; that the call has one at all is for the type to make sure of, which has one value.
    Some(
        Statement::allow(["events:PutEvents"], arns)
            .sid("TellBus")
            .when("ForAllValues:StringEquals", "events:source", event::SOURCE)
            .when("StringEquals", "events:detail-type", json!([event::LIGHT_CHANGE, event::DRILL])),
    )
}
