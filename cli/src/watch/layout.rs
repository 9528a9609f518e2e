//! Which lines of the screen each part has.

use super::header;
use super::state::{Mode, State};
use guardian_board::text::fold;

/// The smallest screen.
pub const SMALLEST: (u16, u16) = (40, 10);
/// Lines of the list that are kept beside the header.
const LEAST: u16 = 3;

/// Lines of each part, from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The header.
    pub header: u16,
    /// The list.
    pub list: u16,
    /// Details, the form or the keys.
    pub pane: u16,
    /// The result of the last action.
    pub notice: u16,
    /// The keys.
    pub footer: u16,
}

/// The layout; none if the screen is too small.
pub fn layout(state: &State) -> Option<Layout> {
    let (width, height) = state.size;
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return None;
    }
    let lines = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let footer = 1;
    let notice = lines(notice(state).len()).min((height / 3).max(4));
    let room = height - footer - notice;
    let header = lines(header::lines(state).len()).min(room - LEAST);
    let room = room - header;
    let pane = match state.mode {
        Mode::List | Mode::Search(..) => 0,
        // One line separates it from the list.
        Mode::Form(_) => 5.min(room - 1),
        Mode::Details(_) | Mode::Help(_) => (room - 1).min((room * 3 / 4).max(LEAST)),
    };
    Some(Layout { header, list: room - pane, pane, notice, footer })
}

/// The lines of the notice; what does not fit a line goes on in the next.
pub fn notice(state: &State) -> Vec<String> {
    let Some(text) = &state.notice else { return Vec::new() };
    fold(text, usize::from(state.size.0))
}
