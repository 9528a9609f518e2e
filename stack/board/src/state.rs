//! What a machine is shown as: sign, letter, word and rank of each state. A colour only repeats
//! them.

use guardian_contract::Status;

/// What a machine is shown as: the worst that is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its last finished run failed, timed out or was aborted.
    Red(Status),
    /// A run was due and none has finished.
    Late,
    /// A run takes longer than its limit.
    Stuck,
    /// It cannot be read, or has not been read yet.
    Unread,
    /// It has not been read for two rounds.
    Stale,
    /// Its last run succeeded, and items of its Map Runs failed.
    Incomplete,
    /// Its last run failed, and still has time to be retried.
    Settling,
    /// No run settles the light: it stays as it was.
    Held,
    /// It is EXPRESS: its runs are not listed.
    Express,
    /// No finished run is known.
    Never,
    /// Its last finished run succeeded.
    Green,
}

/// How bad a state is; the first is the worst. Each has a colour of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Red.
    Red,
    /// Late or stuck.
    Amber,
    /// Not read.
    Unread,
    /// Incomplete or not settled.
    Doubt,
    /// Nothing is known that could be good or bad.
    Hollow,
    /// Green.
    Green,
}

impl Rank {
    /// Every rank, the worst first.
    pub const ALL: [Rank; 6] =
        [Rank::Red, Rank::Amber, Rank::Unread, Rank::Doubt, Rank::Hollow, Rank::Green];

    /// One word for it: its class in HTML, and its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Rank::Red => "red",
            Rank::Amber => "amber",
            Rank::Unread => "unread",
            Rank::Doubt => "doubt",
            Rank::Hollow => "hollow",
            Rank::Green => "green",
        }
    }
}

impl State {
    /// One of each state, the worst first.
    pub const ALL: [State; 13] = [
        State::Red(Status::Failed),
        State::Red(Status::TimedOut),
        State::Red(Status::Aborted),
        State::Stuck,
        State::Late,
        State::Unread,
        State::Stale,
        State::Incomplete,
        State::Settling,
        State::Held,
        State::Express,
        State::Never,
        State::Green,
    ];

    /// How bad it is.
    pub fn rank(self) -> Rank {
        match self {
            State::Red(_) => Rank::Red,
            State::Late | State::Stuck => Rank::Amber,
            State::Unread | State::Stale => Rank::Unread,
            State::Incomplete | State::Settling | State::Held => Rank::Doubt,
            State::Express | State::Never => Rank::Hollow,
            State::Green => Rank::Green,
        }
    }

    /// Whether it needs attention.
    pub fn is_bad(self) -> bool {
        self.rank() <= Rank::Doubt
    }

    /// Its shape.
    pub fn sign(self) -> char {
        match self {
            State::Red(_) => '✖',
            State::Late => '◷',
            State::Stuck => '■',
            State::Unread | State::Stale => '?',
            State::Incomplete | State::Settling | State::Held => '◐',
            State::Express | State::Never => '○',
            State::Green => '●',
        }
    }

    /// Its letter; none for green, which is the rule.
    pub fn letter(self) -> Option<char> {
        match self {
            State::Red(Status::TimedOut) => Some('T'),
            State::Red(Status::Aborted) => Some('A'),
            State::Red(_) => Some('F'),
            State::Late => Some('L'),
            State::Stuck => Some('S'),
            State::Unread | State::Stale => Some('?'),
            State::Incomplete => Some('i'),
            State::Settling | State::Held => Some('~'),
            State::Express => Some('x'),
            State::Never => Some('–'),
            State::Green => None,
        }
    }

    /// Its name in records and in the search language.
    pub fn name(self) -> &'static str {
        match self {
            State::Red(_) => "red",
            State::Late => "late",
            State::Stuck => "stuck",
            State::Unread => "unread",
            State::Stale => "stale",
            State::Incomplete => "incomplete",
            State::Settling => "settling",
            State::Held => "held",
            State::Express => "express",
            State::Never => "never",
            State::Green => "green",
        }
    }

    /// Its word on a row.
    pub fn word(self) -> &'static str {
        match self {
            State::Red(Status::TimedOut) => "timed out",
            State::Red(Status::Aborted) => "aborted",
            State::Red(_) => "failed",
            State::Unread | State::Stale => "not read",
            State::Held => "undecided",
            State::Express => "EXPRESS, not read",
            State::Never => "never run",
            State::Green => "succeeded",
            other => other.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn states_are_listed_worst_first_and_each_has_shape_letter_and_word() {
        assert!(State::ALL.windows(2).all(|two| two[0].rank() <= two[1].rank()));
        let words: BTreeSet<&str> = State::ALL.iter().map(|state| state.word()).collect();
        assert_eq!(words.len(), State::ALL.len() - 1, "only stale says the same as unread");
        for state in State::ALL {
            assert!(!state.word().is_empty() && !state.sign().is_whitespace());
            assert_eq!(state.letter().is_none(), state == State::Green);
        }
    }

    #[test]
    fn ranks_differ_in_shape_not_in_colour_alone() {
        let shapes: BTreeSet<(char, Rank)> =
            State::ALL.iter().map(|state| (state.sign(), state.rank())).collect();
        let signs: BTreeSet<char> = shapes.iter().map(|(sign, _)| *sign).collect();
        assert_eq!(signs.len(), shapes.len(), "no sign stands for two ranks");
    }
}
