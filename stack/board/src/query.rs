//! The search language of all views: words are substrings of key and group; `is:`, `group:` and
//! `error:` ask for one thing; `-` before a term negates it. All terms must hold.

use crate::machine::Machine;
use crate::state::{Rank, State};

/// Characters of a query that are read; the rest is cut off.
pub const MAX_QUERY: usize = 200;

/// A search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    text: String,
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Not(Box<Term>),
    Is(String),
    Group(String),
    Error(String),
    Word(String),
}

/// The words that may follow `is:`.
pub const IS: [&str; 16] = [
    "red",
    "late",
    "stuck",
    "unread",
    "stale",
    "incomplete",
    "settling",
    "held",
    "express",
    "never",
    "green",
    "muted",
    "acknowledged",
    "new",
    "running",
    "bad",
];

impl Query {
    /// Reads a query. Every text is one: what is no term of the language is a word.
    pub fn parse(text: &str) -> Self {
        let text: String = text.trim().chars().take(MAX_QUERY).collect();
        let text = text.trim_end().to_owned();
        let terms = split(&text).iter().map(|word| term(word)).collect();
        Self { text, terms }
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Words after `is:` that mean nothing; no machine is that.
    pub fn unknown(&self) -> Vec<&str> {
        self.terms.iter().filter_map(Term::unknown).collect()
    }

    /// Whether a machine is asked for.
    pub fn matches(&self, machine: &Machine, now_ms: i64) -> bool {
        self.terms.iter().all(|term| term.matches(machine, now_ms))
    }
}

/// Words, parted by white space that is in no quotes.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        if c == '"' {
            quoted = !quoted;
        } else if c.is_whitespace() && !quoted {
            words.push(std::mem::take(&mut word));
        } else {
            word.push(c);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn term(word: &str) -> Term {
    // As many signs as there are negate as often; a sign alone is a word.
    let rest = word.trim_start_matches('-');
    let (rest, signs) = match rest.is_empty() {
        true => ("-", word.len() - 1),
        false => (rest, word.len() - rest.len()),
    };
    let term = plain_term(rest);
    if signs % 2 == 1 { Term::Not(Box::new(term)) } else { term }
}

fn plain_term(word: &str) -> Term {
    let lower = word.to_lowercase();
    match lower.split_once(':') {
        Some(("is", what)) => Term::Is(what.to_owned()),
        Some(("group", name)) => Term::Group(name.to_owned()),
        Some(("error", text)) => Term::Error(text.to_owned()),
        _ => Term::Word(lower),
    }
}

impl Term {
    fn unknown(&self) -> Option<&str> {
        match self {
            Term::Not(term) => term.unknown(),
            Term::Is(what) if !IS.contains(&what.as_str()) => Some(what),
            _ => None,
        }
    }

    fn matches(&self, machine: &Machine, now_ms: i64) -> bool {
        let has = |text: &str, part: &str| text.to_lowercase().contains(part);
        match self {
            Term::Not(term) => !term.matches(machine, now_ms),
            Term::Is(what) => is(machine, what, now_ms),
            Term::Group(name) => has(&machine.group, name),
            Term::Error(text) => machine.why.as_ref().is_some_and(|why| {
                let parts = [&why.error, &why.cause, &why.state];
                parts.into_iter().flatten().any(|part| has(part, text))
            }),
            Term::Word(word) => has(&machine.key, word) || has(&machine.group, word),
        }
    }
}

fn is(machine: &Machine, what: &str, now_ms: i64) -> bool {
    match what {
        "late" => machine.late || machine.state == State::Late,
        "stuck" => machine.stuck || machine.state == State::Stuck,
        "unread" => machine.state.rank() == Rank::Unread,
        "stale" => machine.stale,
        "incomplete" => machine.incomplete,
        "muted" => machine.muted,
        "acknowledged" => machine.acknowledged.is_some(),
        "new" => machine.is_new(now_ms),
        "running" => machine.running > 0,
        "bad" => machine.state.is_bad(),
        other => machine.state.name() == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::target::Target;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static HUNDRED: LazyLock<crate::board::Board> = LazyLock::new(|| sample::board(100));

    fn keys(query: &str) -> Vec<String> {
        let board = sample::board(8);
        let query = Query::parse(query);
        let found = board.machines.iter().filter(|m| query.matches(m, board.as_of_ms));
        found.map(|machine| machine.key.clone()).collect()
    }

    #[test]
    fn words_states_groups_and_errors_combine() {
        assert_eq!(keys("").len(), 8);
        assert_eq!(keys("is:red"), ["order-charge"]);
        assert_eq!(keys("order -charge"), ["order-archive"]);
        assert_eq!(keys("IS:RED group:other"), ["order-charge"]);
        assert_eq!(keys("error:carderror"), ["order-charge"]);
        assert_eq!(keys("is:nonsense"), [""; 0]);
        assert_eq!(keys("-is:nonsense").len(), 8);
        assert_eq!(Query::parse("-is:x is:red").unknown(), ["x"]);
        assert_eq!(keys("\"order charge\""), [""; 0]);
    }

    #[test]
    fn only_faults_combines_with_a_search() {
        assert_eq!(keys("is:bad order"), ["order-charge"]);
    }

    #[test]
    fn every_word_after_is_means_something() {
        let known = State::ALL.map(State::name);
        let marks = ["muted", "acknowledged", "new", "running", "bad"];
        assert!(IS.iter().all(|word| known.contains(word) || marks.contains(word)));
        assert!(known.iter().all(|word| IS.contains(word)));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_for_a_query(text in "\\PC{0,300}|[ \"a:-]{0,300}|(?s).{0,80}") {
            let query = Query::parse(&text);
            let machine = Machine::new(&text, Target::default());
            query.matches(&machine, 0);
            query.unknown();
            prop_assert!(query.text().chars().count() <= MAX_QUERY);
            prop_assert_eq!(Query::parse(query.text()), query);
        }

        #[test]
        fn negation_is_the_complement(
            term in "(is:|group:|error:|-|)(red|late|green|new|order|card|[a-z:-]{0,6})",
            at in 0usize..100,
        ) {
            prop_assume!(!term.is_empty());
            let board = &*HUNDRED;
            let machine = &board.machines[at];
            let (plain, negated) = (Query::parse(&term), Query::parse(&format!("-{term}")));
            prop_assert_ne!(
                plain.matches(machine, board.as_of_ms),
                negated.matches(machine, board.as_of_ms)
            );
        }

        #[test]
        fn terms_only_narrow(a in "-?(is:red|is:bad|order|group:o)", b in "-?(is:late|is:green|a)") {
            let board = &*HUNDRED;
            let (both, one) = (Query::parse(&format!("{a} {b}")), Query::parse(&a));
            for machine in &board.machines {
                if both.matches(machine, board.as_of_ms) {
                    prop_assert!(one.matches(machine, board.as_of_ms));
                }
            }
        }
    }
}
