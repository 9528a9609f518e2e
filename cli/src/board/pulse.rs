//! What the state table shows of Guardian itself: whether it ticks, and its other faults. Pure.

use super::{Heart, Pulse};
use crate::state_table::State;
use crate::text::{count, duration, plain};
use guardian_board::Machine;
use guardian_board::board::YOUNG_MS;
use guardian_board::text::ago;
use guardian_contract::Doubt;
use guardian_contract::table::{Fleet, SILENT_MS};
use guardian_deploy::Stack;

/// The stack and its table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// The contents of its table.
    pub state: &'a State,
    /// The time.
    pub now_ms: i64,
}

impl Watched<'_> {
    /// When the stack was deployed last.
    pub fn deployed_ms(&self) -> i64 {
        self.stack.updated_ms.unwrap_or(self.stack.created_ms)
    }

    /// What the last tick found, and what the reconciler found between two of them.
    pub fn fleet(&self) -> Option<Fleet> {
        let fault = self.state.sweep.rule_fault.clone();
        let fleet = self.state.fleet.clone().or_else(|| fault.is_some().then(Fleet::default));
        fleet.map(|fleet| Fleet { rule_fault: fleet.rule_fault.clone().or(fault), ..fleet })
    }
}

/// Whether ticks come to their end.
pub(super) fn pulse(watched: &Watched<'_>) -> Pulse {
    let Watched { state, now_ms, .. } = *watched;
    let tick_ms = state.fleet.as_ref().map(|fleet| fleet.tick_ms).filter(|at_ms| *at_ms > 0);
    let young = now_ms - watched.deployed_ms() < YOUNG_MS;
    let heart = match tick_ms {
        Some(at_ms) if now_ms - at_ms <= SILENT_MS => Heart::Beats,
        _ if young => Heart::Young,
        _ => Heart::Stopped,
    };
    Pulse { heart, tick_ms }
}

/// Further faults of Guardian itself, the worst first.
pub(super) fn notes(watched: &Watched<'_>, machines: &[Machine]) -> Vec<String> {
    let Watched { state, now_ms, .. } = *watched;
    let mut notes = Vec::new();
    let fleet = state.fleet.as_ref();
    let unread = machines.iter().filter(|m| m.doubt == Some(Doubt::Unread)).count();
    if unread > 0 {
        let (have, their) = if unread == 1 { ("has", "its") } else { ("have", "their") };
        let many = count(unread, "machine");
        notes.push(format!("{many} {have} not been read yet: {their} lights rest on events alone"));
    }
    let oldest_ms = fleet.and_then(|fleet| fleet.oldest_ms);
    if let (Some(oldest_ms), Some(round_ms)) = (oldest_ms, state.sweep.round_took_ms)
        && now_ms - oldest_ms > 2 * round_ms.max(60_000)
    {
        notes.push(format!(
            "the reconciler is behind: a machine was last confirmed {}, and its last round took {}",
            ago(now_ms - oldest_ms),
            duration(round_ms)
        ));
    }
    notes.extend(state.broken.iter().map(|(sort, why)| {
        format!("the record `{}` of the state table cannot be read: {}", plain(sort), plain(why))
    }));
    notes
}
