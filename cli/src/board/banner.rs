//! What the state table says of Guardian itself, in sentences: it has stopped, it is behind, or
//! events do not arrive. Pure.

use super::view::ago;
use super::{Heart, Pulse, Row};
use crate::state_table::State;
use crate::text::{count, duration};
use guardian_contract::Doubt;
use guardian_deploy::Stack;

/// A tick is due each minute; after three there is none.
const STOPPED_MS: i64 = 180_000;
/// How long a new stack may take to its first tick: the schedule, a cold start, and the first list
/// of machines.
const YOUNG_MS: i64 = 300_000;

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// What its table says.
    pub state: &'a State,
    /// The time.
    pub now_ms: i64,
}

/// Whether ticks come to their end.
pub(super) fn pulse(watched: &Watched<'_>) -> Pulse {
    let Watched { stack, state, now_ms } = *watched;
    let tick_ms = state.fleet.as_ref().map(|fleet| fleet.tick_ms).filter(|at_ms| *at_ms > 0);
    let changed_ms = stack.updated_ms.unwrap_or(stack.created_ms);
    let young = now_ms - changed_ms < YOUNG_MS;
    let heart = match tick_ms {
        Some(at_ms) if now_ms - at_ms <= STOPPED_MS => Heart::Beats,
        _ if young => Heart::Young,
        _ => Heart::Stopped,
    };
    Pulse { heart, tick_ms }
}

/// What is not well, the worst first. That ticks have stopped is said by the pulse.
pub(super) fn banners(watched: &Watched<'_>, rows: &[Row]) -> Vec<String> {
    let Watched { state, now_ms, .. } = *watched;
    let mut banners = Vec::new();
    let fleet = state.fleet.as_ref();
    let fault = fleet.and_then(|fleet| fleet.rule_fault.as_ref());
    if let Some(fault) = fault.or(state.sweep.rule_fault.as_ref()) {
        banners.push(format!(
            "events do not arrive: {fault}. Until that is fixed a light follows its runs only when \
             the reconciler reads the machine."
        ));
    }
    let unread = rows.iter().filter(|row| row.doubt == Some(Doubt::Unread)).count();
    if unread > 0 {
        let (have, their) = if unread == 1 { ("has", "its") } else { ("have", "their") };
        let machines = count(unread, "machine");
        banners.push(format!(
            "{machines} {have} not been read yet: {their} lights rest on events alone"
        ));
    }
    let oldest_ms = fleet.and_then(|fleet| fleet.oldest_ms);
    if let (Some(oldest_ms), Some(round_ms)) = (oldest_ms, state.sweep.round_took_ms)
        && now_ms - oldest_ms > 2 * round_ms.max(60_000)
    {
        banners.push(format!(
            "the reconciler is behind: a machine was last confirmed {}, and its last round took {}",
            ago(now_ms - oldest_ms),
            duration(round_ms)
        ));
    }
    if let Some(fleet) = fleet.filter(|fleet| fleet.throttled > 0) {
        banners.push(format!(
            "Step Functions throttled {} of the last tick, which uses {:.0} % of the quota now; \
             others in the account use the same quota",
            count(usize::try_from(fleet.throttled).unwrap_or(usize::MAX), "call"),
            fleet.share
        ));
    }
    banners
}
