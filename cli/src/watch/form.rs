//! The form that acknowledges a fault.

use super::id::Id;
use crate::acknowledge::{LONGEST_S, LONGEST_WHY};
use guardian_board::text::is_obeyed;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Characters of a length.
const LONGEST_LENGTH: usize = 12;

/// A text that is typed. Only its end is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field(pub String);

impl Field {
    /// Takes a key; whether the text has changed.
    pub fn key(&mut self, event: KeyEvent, longest: usize) -> bool {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let before = self.0.len();
        match event.code {
            KeyCode::Backspace => drop(self.0.pop()),
            KeyCode::Char('u') if control => self.0.clear(),
            KeyCode::Char('w') if control => {
                let kept = self.0.trim_end().rfind(' ').map_or(0, |at| at + 1);
                self.0.truncate(kept);
            }
            KeyCode::Char(c) if !control && !is_obeyed(c) && self.0.chars().count() < longest => {
                self.0.push(c);
            }
            _ => {}
        }
        self.0.len() != before
    }
}

/// The form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The machine.
    pub id: Id,
    /// For how long.
    pub length: Field,
    /// Why.
    pub why: Field,
    /// Whether the reason is being typed, and not the length.
    pub at_why: bool,
    /// The error of the input.
    pub wrong: Option<String>,
}

/// The result of a key in a form.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The form stays open.
    Open,
    /// The form is closed, and nothing is done.
    Left,
    /// The fault is to be acknowledged for this many seconds.
    Sent(u32),
}

impl Form {
    /// The form for a machine.
    pub fn new(id: Id) -> Self {
        let length = Field("4h".to_owned());
        Self { id, length, why: Field::default(), at_why: false, wrong: None }
    }

    /// Takes a key.
    pub fn key(&mut self, event: KeyEvent) -> Outcome {
        match event.code {
            KeyCode::Esc => return Outcome::Left,
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => {
                self.at_why = !self.at_why;
            }
            KeyCode::Enter if !self.at_why => match seconds(&self.length.0) {
                Ok(_) => (self.at_why, self.wrong) = (true, None),
                Err(wrong) => self.wrong = Some(wrong),
            },
            KeyCode::Enter => match seconds(&self.length.0) {
                Ok(seconds) => return Outcome::Sent(seconds),
                Err(wrong) => (self.at_why, self.wrong) = (false, Some(wrong)),
            },
            _ if self.at_why => drop(self.why.key(event, LONGEST_WHY)),
            _ => drop(self.length.key(event, LONGEST_LENGTH)),
        }
        Outcome::Open
    }
}

/// The seconds of `4h`, as `guardian ack --for` takes them.
fn seconds(text: &str) -> Result<u32, String> {
    match guardian_stack::config::duration(text.trim()) {
        Ok(0..60) => Err("a minute at least".to_owned()),
        Ok(seconds) if seconds > LONGEST_S => Err("7d at most".to_owned()),
        Ok(seconds) => Ok(seconds),
        Err(_) => Err("write 30m, 4h or 2d".to_owned()),
    }
}
