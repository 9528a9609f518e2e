//! What the live board knows and shows.

use super::form::{Field, Form};
use super::id::Id;
use super::lines::{List, View};
use guardian_board::{Board, Machine};
use guardian_contract::Routes;
use std::sync::Arc;

/// The selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A machine.
    Machine(Id),
    /// A group.
    Group(String),
}

/// What keys go to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mode {
    /// The list.
    #[default]
    List,
    /// The search, and the text that was there before.
    Search(Field, String),
    /// The details of the selected machine, scrolled by this many lines.
    Details(usize),
    /// The form of an acknowledgement.
    Form(Form),
    /// The keys, scrolled by this many lines.
    Help(usize),
}

/// How the last readings went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Since when a reading has been in progress.
    pub reading_ms: Option<i64>,
    /// When the next one begins.
    pub next_ms: i64,
    /// Failures in a row, and why the last one failed.
    pub failed: Option<(u32, String)>,
    /// When a reading last succeeded.
    pub good_ms: Option<i64>,
}

/// Everything.
#[derive(Debug, Default)]
pub struct State {
    /// The last reading.
    pub board: Arc<Board>,
    /// Which part of it is listed.
    pub view: View,
    /// The list.
    pub list: List,
    /// Where the selection is in the list.
    pub cursor: Option<usize>,
    /// The selected machine or group.
    pub chosen: Option<Chosen>,
    /// The first line on the screen.
    pub top: usize,
    /// Changes that wait while the order is held.
    pub waiting: usize,
    /// What keys go to.
    pub mode: Mode,
    /// The readings.
    pub feed: Feed,
    /// The form that was sent last, until it is known that it was written.
    pub sent: Option<Form>,
    /// The result of the last action, or its error.
    pub notice: Option<String>,
    /// Columns and lines.
    pub size: (u16, u16),
    /// Now, in milliseconds since the epoch.
    pub now_ms: i64,
    /// When it began.
    pub started_ms: i64,
    /// When a key was last pressed.
    pub key_ms: i64,
    /// Whether colours may be used.
    pub colour: bool,
    /// Whether a new fault rings the bell.
    pub bell: bool,
    /// The interval that was asked for, in milliseconds.
    pub asked_ms: i64,
    /// Who is responsible for which machine.
    pub routes: Routes,
}

/// For how long the order is held after a key.
pub const HOLD_MS: i64 = 10_000;

impl State {
    /// Whether rows keep their places, because a person reads them.
    pub fn is_held(&self) -> bool {
        let pressed = self.key_ms > 0 && self.now_ms.saturating_sub(self.key_ms) < HOLD_MS;
        pressed || self.cursor.is_some() || self.top > 0 || self.mode != Mode::List
    }

    /// The selected machine, if it is on the board.
    pub fn machine(&self) -> Option<&Machine> {
        let Some(Chosen::Machine(id)) = &self.chosen else { return None };
        let at = self.cursor.and_then(|at| self.list.machine(at));
        let at = at.and_then(|index| self.board.machines.get(index));
        at.filter(|machine| id.is(machine))
            .or_else(|| self.board.machines.iter().find(|machine| id.is(machine)))
    }

    /// Whether the data is older than it should be, so that it is dimmed.
    pub fn is_old(&self) -> bool {
        self.feed.failed.is_some()
    }
}
