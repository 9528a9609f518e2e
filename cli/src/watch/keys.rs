//! The keys, in one table: the source for the program, its help and docs/board.md.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// A screen up.
    PageUp,
    /// A screen down.
    PageDown,
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
    /// Details of a machine, or the members of a group.
    Details,
    /// Search.
    Search,
    /// Faults alone.
    Faults,
    /// Groups, or one list.
    Groups,
    /// Folds or unfolds a group.
    Fold,
    /// The next order.
    Order,
    /// Reads now, and puts the rows in order.
    Now,
    /// Opens the link, or shows it.
    Open,
    /// Acknowledges the fault.
    Acknowledge,
    /// The keys.
    Help,
    /// One step back.
    Back,
    /// Ends.
    Quit,
    /// Ends, as interrupted.
    Interrupt,
    /// Back to the shell, until `fg`.
    Suspend,
    /// Draws everything again.
    Redraw,
}

/// Keys that ask for the same.
#[derive(Debug)]
pub struct Binding {
    /// The keys, separated by spaces.
    pub keys: &'static str,
    /// The command that they give.
    pub action: Action,
    /// A word for the footer; none where there is no room for it.
    pub short: Option<&'static str>,
    /// What they do.
    pub does: &'static str,
}

const fn key(
    keys: &'static str,
    action: Action,
    short: Option<&'static str>,
    does: &'static str,
) -> Binding {
    Binding { keys, action, short, does }
}

/// Every key. The footer has them in this order, as many as fit.
pub const BINDINGS: &[Binding] = &[
    key("?", Action::Help, Some("help"), "the keys"),
    key("q", Action::Quit, Some("quit"), "quit"),
    key("/", Action::Search, Some("search"), "search, in the language of `--filter`"),
    key("f", Action::Faults, Some("faults"), "only what is not green or grey; keeps the search"),
    key("Enter", Action::Details, Some("details"), "details of the machine; unfolds a group"),
    key("a", Action::Acknowledge, Some("ack"), "acknowledge the fault: for how long, and why"),
    key("r", Action::Now, Some("refresh"), "read now, and put the rows in order"),
    key("g", Action::Groups, Some("groups"), "groups, or one list"),
    key("s", Action::Order, Some("order"), "order: worst first, newest change first, by key"),
    key("o", Action::Open, Some("link"), "open the link of the run, or show it"),
    key("Space", Action::Fold, None, "fold or unfold the group"),
    key("↓ j", Action::Down, None, "one line down"),
    key("↑ k", Action::Up, None, "one line up"),
    key("PgDn Ctrl-F", Action::PageDown, None, "a screen down"),
    key("PgUp Ctrl-B", Action::PageUp, None, "a screen up"),
    key("Home", Action::Top, None, "to the first line"),
    key("End G", Action::Bottom, None, "to the last line"),
    key("Esc", Action::Back, None, "one step back: details, search, faults, selection"),
    key("Ctrl-L", Action::Redraw, None, "draw everything again"),
    key("Ctrl-Z", Action::Suspend, None, "back to the shell; `fg` continues"),
    key("Ctrl-C", Action::Interrupt, None, "quit, with exit code 130"),
];

/// What a key asks for.
pub fn action(event: KeyEvent) -> Option<Action> {
    let name = name(event)?;
    let has = |binding: &&Binding| binding.keys.split(' ').any(|key| key == name);
    BINDINGS.iter().find(has).map(|binding| binding.action)
}

fn name(event: KeyEvent) -> Option<String> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let name = match event.code {
        KeyCode::Up => "↑",
        KeyCode::Down => "↓",
        KeyCode::PageUp => "PgUp",
        KeyCode::PageDown => "PgDn",
        KeyCode::Home => "Home",
        KeyCode::End => "End",
        KeyCode::Enter => "Enter",
        KeyCode::Esc => "Esc",
        KeyCode::Char(' ') => "Space",
        KeyCode::Char(c) if control => return Some(format!("Ctrl-{}", c.to_ascii_uppercase())),
        KeyCode::Char(c) => return Some(c.to_string()),
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_asks_for_two_things() {
        let keys: Vec<&str> = BINDINGS.iter().flat_map(|b| b.keys.split(' ')).collect();
        let unique: std::collections::BTreeSet<&&str> = keys.iter().collect();
        assert_eq!(unique.len(), keys.len());
    }

    #[test]
    fn control_keys_are_others_than_letters() {
        let press = |c, modifiers| action(KeyEvent::new(KeyCode::Char(c), modifiers));
        assert_eq!(press('c', KeyModifiers::CONTROL), Some(Action::Interrupt));
        assert_eq!(press('c', KeyModifiers::NONE), None);
        assert_eq!(press('f', KeyModifiers::NONE), Some(Action::Faults));
        assert_eq!(press('f', KeyModifiers::CONTROL), Some(Action::PageDown));
    }

    #[test]
    fn the_documentation_has_every_key_and_no_other() {
        let page = include_str!("../../../docs/board.md");
        let rows = page.lines().skip_while(|line| *line != "| key | |").skip(2);
        let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
        let table: Vec<String> = BINDINGS
            .iter()
            .map(|binding| {
                let keys: Vec<String> =
                    binding.keys.split(' ').map(|key| format!("`{key}`")).collect();
                format!("| {} | {} |", keys.join(", "), binding.does)
            })
            .collect();
        assert_eq!(rows, table);
    }
}
