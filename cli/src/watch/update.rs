//! State and event → the next state and its effects. Pure: time and chance come in.

use super::form::{Field, Form, Outcome};
use super::id::Id;
use super::keys::{Action, action};
use super::layout::layout;
use super::lines::{Line, List};
use super::pace::{UNATTENDED_MS, interval_ms, pause_ms};
use super::state::{Chosen, Mode, State};
use guardian_board::query::MAX_QUERY;
use guardian_board::text::plain;
use guardian_board::{Board, Machine, Query, Rank};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::HashSet;
use std::sync::Arc;

/// The shortest time from one reading to the next that a key starts.
const AGAIN_MS: i64 = 1_000;

/// What happens.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// The screen has this size.
    Resize(u16, u16),
    /// The lights were read.
    Read(Arc<Board>),
    /// They could not be read, and why.
    Failed(String),
    /// The result of an acknowledgement.
    Acknowledged(Result<String, String>),
    /// The result of opening a link.
    Opened(Result<String, String>),
    /// Time has passed.
    Tick,
}

/// An effect that the shell carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the lights.
    Read,
    /// Open a link.
    Open(String),
    /// Acknowledge a fault.
    Acknowledge {
        /// Of which machine.
        id: Id,
        /// For how long.
        seconds: u32,
        /// Why.
        why: String,
    },
    /// Stop, until the shell continues it.
    Suspend,
    /// Draw all of the screen again.
    Redraw,
    /// Ring.
    Bell,
    /// End.
    End(End),
}

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As asked.
    Quit,
    /// By Ctrl-C.
    Interrupted,
    /// No key was pressed for hours.
    Unattended,
}

/// Takes an event. `chance` is from 0 to 1.
pub fn update(state: &mut State, event: Event, now_ms: i64, chance: f64) -> Vec<Effect> {
    state.now_ms = now_ms;
    let effects = match event {
        Event::Key(event) => {
            state.key_ms = now_ms;
            key(state, event)
        }
        Event::Resize(width, height) => {
            state.size = (width, height);
            Vec::new()
        }
        Event::Read(board) => read(state, board, chance),
        Event::Failed(why) => {
            failed(state, why, chance);
            Vec::new()
        }
        Event::Acknowledged(done) => {
            let well = done.is_ok();
            state.notice = Some(plain(&done.unwrap_or_else(|why| format!("! {why}"))));
            if well {
                state.sent = None;
                begin(state)
            } else {
                Vec::new()
            }
        }
        Event::Opened(done) => {
            state.notice = Some(plain(&done.unwrap_or_else(|why| why)));
            Vec::new()
        }
        Event::Tick => tick(state),
    };
    follow(state);
    effects
}

fn tick(state: &mut State) -> Vec<Effect> {
    if state.waiting > 0 && !state.is_held() {
        rebuild(state);
    }
    let attended_ms = state.key_ms.max(state.started_ms);
    if state.now_ms.saturating_sub(attended_ms) > UNATTENDED_MS {
        return vec![Effect::End(End::Unattended)];
    }
    if state.now_ms >= state.feed.next_ms { begin(state) } else { Vec::new() }
}

/// Starts a reading, unless one is in progress.
fn begin(state: &mut State) -> Vec<Effect> {
    if state.feed.reading_ms.is_some() {
        return Vec::new();
    }
    state.feed.reading_ms = Some(state.now_ms);
    vec![Effect::Read]
}

fn read(state: &mut State, board: Arc<Board>, chance: f64) -> Vec<Effect> {
    let first = state.feed.good_ms.is_none();
    let rings = state.bell && !first && has_new_fault(&state.board, &board);
    let pause = pause_ms(interval_ms(state.asked_ms, board.counts.total), 0, chance);
    state.feed.good_ms = Some(state.now_ms);
    state.feed.reading_ms = None;
    state.feed.failed = None;
    state.feed.next_ms = state.now_ms.saturating_add(pause);
    if first || !state.is_held() {
        state.board = board;
        rebuild(state);
    } else {
        let (list, waiting) = state.list.held(&state.board, &board, &state.view);
        (state.list, state.waiting, state.board) = (list, waiting, board);
    }
    if rings { vec![Effect::Bell] } else { Vec::new() }
}

fn failed(state: &mut State, why: String, chance: f64) {
    let failures = state.feed.failed.as_ref().map_or(1, |(n, _)| n.saturating_add(1));
    let interval = interval_ms(state.asked_ms, state.board.counts.total);
    state.feed.reading_ms = None;
    state.feed.next_ms = state.now_ms.saturating_add(pause_ms(interval, failures, chance));
    state.feed.failed = Some((failures, why));
}

/// Whether a machine is red, late or stuck that was not.
fn has_new_fault(old: &Board, new: &Board) -> bool {
    let faults = |board: &Board| -> HashSet<Id> {
        let bad = board.machines.iter().filter(|machine| machine.state().rank() <= Rank::Amber);
        bad.filter(|machine| !machine.is_quiet()).map(Id::of).collect()
    };
    let known = faults(old);
    faults(new).iter().any(|id| !known.contains(id))
}

/// Rebuilds the list in its current order.
fn rebuild(state: &mut State) {
    state.list = List::of(&state.board, &state.view);
    state.waiting = 0;
    let at = match &state.chosen {
        None => None,
        Some(chosen) => state.list.lines.iter().position(|line| is(state, line, chosen)),
    };
    if at.is_none() {
        state.chosen = None;
        if matches!(state.mode, Mode::Details(_)) {
            state.mode = Mode::List;
        }
    }
    state.cursor = at;
}

fn is(state: &State, line: &Line, chosen: &Chosen) -> bool {
    match (line, chosen) {
        (Line::Machine(at), Chosen::Machine(id)) => id.is(&state.board.machines[*at]),
        (Line::Gone(gone), Chosen::Machine(id)) => gone == id,
        (Line::Group(at), Chosen::Group(name)) => state.list.headings[*at].name == *name,
        _ => false,
    }
}

/// Keeps the selection on the screen.
fn follow(state: &mut State) {
    let height = layout(state).map_or(1, |layout| usize::from(layout.list)).max(1);
    let last = state.list.lines.len().saturating_sub(height);
    state.top = state.top.min(last);
    if let Some(at) = state.cursor {
        state.top = state.top.min(at).max((at + 1).saturating_sub(height));
    }
}

/// Selects a line.
fn select(state: &mut State, at: usize) {
    let Some(last) = state.list.lines.len().checked_sub(1) else { return };
    let at = at.min(last);
    state.cursor = Some(at);
    state.chosen = Some(match &state.list.lines[at] {
        Line::Machine(index) => Chosen::Machine(Id::of(&state.board.machines[*index])),
        Line::Gone(id) => Chosen::Machine(id.clone()),
        Line::Group(index) => Chosen::Group(state.list.headings[*index].name.clone()),
    });
    // The details of another machine begin at their first line.
    if matches!(state.mode, Mode::Details(_)) {
        let machine = matches!(state.chosen, Some(Chosen::Machine(_)));
        state.mode = if machine { Mode::Details(0) } else { Mode::List };
    }
}

fn key(state: &mut State, event: KeyEvent) -> Vec<Effect> {
    let asked = action(event);
    match asked {
        Some(Action::Interrupt) => return vec![Effect::End(End::Interrupted)],
        Some(Action::Suspend) => return vec![Effect::Suspend],
        Some(Action::Redraw) => return vec![Effect::Redraw],
        _ => {}
    }
    match &mut state.mode {
        Mode::Search(..) => {
            search(state, event);
            Vec::new()
        }
        Mode::Form(form) => match form.key(event) {
            Outcome::Open => Vec::new(),
            Outcome::Left => {
                state.mode = Mode::List;
                Vec::new()
            }
            Outcome::Sent(seconds) => {
                let (id, why) = (form.id.clone(), form.why.0.trim().to_owned());
                state.sent = Some(form.clone());
                state.mode = Mode::List;
                state.notice = Some(format!("acknowledging {}", plain(&id.key)));
                vec![Effect::Acknowledge { id, seconds, why }]
            }
        },
        Mode::Help(scrolled) => {
            match asked {
                Some(Action::Down) => *scrolled = (*scrolled + 1).min(super::keys::BINDINGS.len()),
                Some(Action::Up) => *scrolled = scrolled.saturating_sub(1),
                Some(Action::Quit) => return vec![Effect::End(End::Quit)],
                Some(_) => state.mode = Mode::List,
                None => {}
            }
            Vec::new()
        }
        Mode::Details(_) | Mode::List => asked.map_or(Vec::new(), |asked| obey(state, asked)),
    }
}

/// A key in the search. The list follows each letter.
fn search(state: &mut State, event: KeyEvent) {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let Mode::Search(field, before) = &mut state.mode else { return };
    match event.code {
        KeyCode::Enter => state.mode = Mode::List,
        KeyCode::Esc => {
            state.view.query = Query::parse(before);
            state.mode = Mode::List;
            rebuild(state);
        }
        KeyCode::Up => select(state, state.cursor.map_or(0, |at| at.saturating_sub(1))),
        KeyCode::Down => select(state, state.cursor.map_or(0, |at| at + 1)),
        _ if control && !matches!(event.code, KeyCode::Char('u' | 'w')) => {}
        _ => {
            if field.key(event, MAX_QUERY) {
                state.view.query = Query::parse(&field.0);
                state.top = 0;
                rebuild(state);
            }
        }
    }
}

fn obey(state: &mut State, asked: Action) -> Vec<Effect> {
    let page = layout(state).map_or(1, |layout| usize::from(layout.list)).max(2) - 1;
    let at = state.cursor;
    let had_notice = state.notice.take().is_some();
    match asked {
        Action::Quit => return vec![Effect::End(End::Quit)],
        // Without a selection the first step selects the top line.
        Action::Down => select(state, at.map_or(state.top, |at| at + 1)),
        Action::Up => select(state, at.map_or(state.top, |at| at.saturating_sub(1))),
        Action::PageDown | Action::PageUp if matches!(state.mode, Mode::Details(_)) => {
            if let Mode::Details(scrolled) = &mut state.mode {
                *scrolled = match asked {
                    Action::PageDown => (*scrolled + 5).min(100),
                    _ => scrolled.saturating_sub(5),
                };
            }
        }
        Action::PageDown => select(state, at.unwrap_or(state.top) + page),
        Action::PageUp => select(state, at.unwrap_or(state.top).saturating_sub(page)),
        Action::Top => select(state, 0),
        Action::Bottom => select(state, usize::MAX),
        Action::Details => details(state),
        Action::Search => {
            let text = state.view.query.text().to_owned();
            state.mode = Mode::Search(Field(text.clone()), text);
        }
        Action::Faults => {
            state.view.faults = !state.view.faults;
            rebuild(state);
        }
        Action::Groups => {
            state.view.grouped = !state.view.grouped;
            rebuild(state);
        }
        Action::Fold => fold(state),
        Action::Order => {
            state.view.order = state.view.order.next();
            state.notice = Some(format!("order: {}", state.view.order.words()));
            rebuild(state);
        }
        Action::Now => {
            rebuild(state);
            let fresh = state.feed.good_ms.is_some_and(|at| state.now_ms - at < AGAIN_MS);
            if !fresh {
                return begin(state);
            }
        }
        Action::Open => match state.machine().map(Machine::link) {
            Some(Some(link)) => return vec![Effect::Open(link)],
            Some(None) => state.notice = Some("no run of it is known to link to".to_owned()),
            None => state.notice = Some("select a machine first (↓)".to_owned()),
        },
        Action::Acknowledge => ask(state),
        Action::Help => state.mode = Mode::Help(0),
        Action::Back if had_notice => {}
        Action::Back => back(state),
        Action::Interrupt | Action::Suspend | Action::Redraw => {}
    }
    Vec::new()
}

fn details(state: &mut State) {
    match (&state.mode, &state.chosen) {
        (Mode::Details(_), _) => state.mode = Mode::List,
        (_, Some(Chosen::Machine(_))) if state.machine().is_some() => {
            state.mode = Mode::Details(0);
        }
        (_, Some(Chosen::Group(_))) => fold(state),
        (_, None) => select(state, state.top),
        _ => {}
    }
}

/// Folds or unfolds the group that is selected, or that the selected machine is in.
fn fold(state: &mut State) {
    let Some(at) = state.cursor else { return };
    let group = state.list.lines[..=at].iter().rev().find_map(|line| match line {
        Line::Group(index) => Some(state.list.headings[*index].name.clone()),
        _ => None,
    });
    let Some(name) = group else { return };
    if !state.view.open.remove(&name) {
        state.view.open.insert(name.clone());
    }
    state.chosen = Some(Chosen::Group(name));
    rebuild(state);
}

fn ask(state: &mut State) {
    let Some(machine) = state.machine() else {
        state.notice = Some("select a machine first (↓)".to_owned());
        return;
    };
    if machine.state().rank() >= Rank::Hollow {
        let key = plain(&machine.key);
        state.notice = Some(format!("{key} has no fault to acknowledge"));
    } else {
        let id = Id::of(machine);
        // The user need not type again what could not be written.
        let sent = state.sent.take().filter(|form| form.id == id);
        state.mode = Mode::Form(sent.unwrap_or_else(|| Form::new(id)));
    }
}

fn back(state: &mut State) {
    if matches!(state.mode, Mode::Details(_)) {
        state.mode = Mode::List;
    } else if !state.view.query.is_empty() {
        state.view.query = Query::default();
        rebuild(state);
    } else if state.view.faults {
        state.view.faults = false;
        rebuild(state);
    } else {
        (state.cursor, state.chosen, state.top) = (None, None, 0);
        rebuild(state);
    }
}
