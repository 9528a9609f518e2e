//! The search language of all views: words are substrings of key and group; `is:`, `group:` and
//! `error:` ask for one thing; `-` before a term negates it; quotes hold words together, and what
//! begins with one is a word. All terms must hold. Every text is a search; its mistakes are kept for its
//! writer.

use crate::machine::Machine;
use crate::state::{Rank, State};
use crate::text::{clip, plain};

/// Characters of a query that are read; the rest is cut off.
pub const MAX_QUERY: usize = 200;

/// A search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    text: String,
    terms: Vec<Term>,
    problems: Vec<Problem>,
}

/// What is wrong with a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The character where it is, from 1.
    pub at: usize,
    /// What it is.
    pub kind: ProblemKind,
}

/// What can be wrong with a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// A quote has no end.
    OpenQuote,
    /// There is no such state.
    State(String),
    /// There is no such field.
    Field(String),
    /// Nothing follows the field.
    NoValue(&'static str),
    /// The rest was cut off.
    TooLong,
}

impl Problem {
    /// What is wrong, where, and how to fix it; escaped.
    pub fn text(&self) -> String {
        let at = self.at;
        let name = |name: &str| plain(&clip(name, 40));
        match &self.kind {
            ProblemKind::OpenQuote => {
                format!("the quote at character {at} has no end: add a `\"`, or leave it out")
            }
            ProblemKind::State(state) => format!(
                "no machine is `{}` (character {at}); after `is:` there are {}",
                name(state),
                IS.join(", ")
            ),
            ProblemKind::Field(field) => format!(
                "`{}:` is no field (character {at}): there are `is:`, `group:` and `error:`; put a \
                 word with a colon in quotes",
                name(field)
            ),
            ProblemKind::NoValue("is") => {
                format!("`is:` at character {at} needs a state, one of {}", IS.join(", "))
            }
            ProblemKind::NoValue(field) => {
                let value = if *field == "group" { "billing" } else { "timeout" };
                format!("`{field}:` at character {at} needs a text, as in `{field}:{value}`")
            }
            ProblemKind::TooLong => {
                format!("what follows character {at} is left out: shorten the search")
            }
        }
    }
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
    /// Reads a query. Every text is one: anything else than a term of the language is a word.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let mut problems = Vec::new();
        let mut problem = |at, kind| problems.push(Problem { at, kind });
        let kept: String = text.chars().take(MAX_QUERY).collect();
        if kept.len() < text.len() {
            problem(MAX_QUERY, ProblemKind::TooLong);
        }
        let text = kept.trim_end().to_owned();
        let (words, open) = split(&text);
        if let Some(at) = open {
            problem(at, ProblemKind::OpenQuote);
        }
        let terms = words.iter().map(|word| term(word, &mut problem)).collect();
        problems.sort_by_key(|problem| problem.at);
        Self { text, terms, problems }
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// This search and another term before it; none if it has that term already, or no room for it.
    pub fn and(&self, term: &str) -> Option<Self> {
        let term = Self::parse(term);
        let known = term.terms.iter().all(|one| self.terms.contains(one));
        let both = Self::parse(&format!("{} {}", term.text, self.text));
        (!known && both.text.ends_with(&self.text)).then_some(both)
    }

    /// What it says of names and groups alone, whatever the states are.
    #[must_use]
    pub fn scope(&self) -> Self {
        let terms = self.terms.iter().filter(|term| term.is_of_names()).cloned().collect();
        Self { terms, ..self.clone() }
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What is wrong with it, from left to right.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether a machine is asked for.
    pub fn matches(&self, machine: &Machine, now_ms: i64) -> bool {
        self.terms.iter().all(|term| term.matches(machine, now_ms))
    }
}

/// A word of a search.
#[derive(Debug, Default)]
struct Word {
    /// Its first character, from 1.
    at: usize,
    /// Signs before it.
    signs: usize,
    /// Whether it begins with a quote.
    quoted: bool,
    /// Its text, without signs and quotes.
    text: String,
}

/// Words, parted by white space that is in no quotes; and the place of a quote that has no end.
fn split(text: &str) -> (Vec<Word>, Option<usize>) {
    let (mut words, mut word, mut open) = (Vec::new(), Word::default(), None);
    for (before, c) in text.chars().enumerate() {
        let at = before + 1;
        if c.is_whitespace() && open.is_none() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        if word.at == 0 {
            word.at = at;
        }
        match c {
            '"' => {
                word.quoted |= word.text.is_empty();
                open = if open.is_some() { None } else { Some(at) };
            }
            // As many signs as there are negate as often.
            '-' if word.text.is_empty() && !word.quoted => word.signs += 1,
            c => word.text.push(c),
        }
    }
    words.push(word);
    for word in &mut words {
        if word.text.is_empty() && word.signs > 0 && !word.quoted {
            // A sign alone is a word.
            (word.text, word.signs) = ("-".to_owned(), word.signs - 1);
        }
    }
    words.retain(|word| !word.text.is_empty());
    (words, open)
}

fn term(word: &Word, problem: &mut impl FnMut(usize, ProblemKind)) -> Term {
    let lower = word.text.to_lowercase();
    let term = match lower.split_once(':').filter(|_| !word.quoted) {
        None => Term::Word(lower),
        Some((field, value)) => {
            let field = match field {
                "is" => Some("is"),
                "group" => Some("group"),
                "error" => Some("error"),
                _ => None,
            };
            match field {
                Some(field) if value.is_empty() => problem(word.at, ProblemKind::NoValue(field)),
                Some("is") if !IS.contains(&value) => {
                    problem(word.at, ProblemKind::State(value.to_owned()));
                }
                Some(_) => {}
                None => {
                    let name = lower.split(':').next().unwrap_or_default().to_owned();
                    problem(word.at, ProblemKind::Field(name));
                }
            }
            match field {
                Some("is") => Term::Is(value.to_owned()),
                Some("group") => Term::Group(value.to_owned()),
                Some(_) => Term::Error(value.to_owned()),
                None => Term::Word(lower),
            }
        }
    };
    if word.signs % 2 == 1 { Term::Not(Box::new(term)) } else { term }
}

impl Term {
    fn is_of_names(&self) -> bool {
        match self {
            Term::Not(term) => term.is_of_names(),
            Term::Word(_) | Term::Group(_) => true,
            Term::Is(_) | Term::Error(_) => false,
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
        "late" => machine.late || machine.state() == State::Late,
        "stuck" => machine.stuck || machine.state() == State::Stuck,
        "unread" => machine.state().rank() == Rank::Unread,
        "stale" => machine.stale,
        "incomplete" => machine.incomplete,
        "muted" => machine.muted,
        "acknowledged" => machine.acknowledged.is_some(),
        "new" => machine.is_new(now_ms),
        "running" => machine.running > 0,
        "bad" => machine.state().is_bad(),
        other => machine.state().name() == other,
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
        assert_eq!(keys("\"order charge\""), [""; 0]);
        assert_eq!(keys("\"is:red\""), [""; 0], "in quotes it is a word");
        assert_eq!(keys("group:\"other\" -\"charge\"").len(), 7);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_what_to_do() {
        let said = |text: &str| {
            let query = Query::parse(text);
            query.problems().iter().map(Problem::text).collect::<Vec<_>>().join("\n")
        };
        for fine in ["", "order", "-", "--", "is:red -is:muted", "group:\"a b\" \"a:b\"", "\"\""] {
            assert_eq!(said(fine), "", "{fine}");
        }
        let long = format!("order {} is:odd", "x".repeat(MAX_QUERY));
        let all = [
            "group:\"order charge",
            "äö \"",
            "is:red -is:rde",
            "is:",
            "order -group: error:\"\"",
            "name:order -\u{1b}[2J:x",
            ":",
            &long,
        ];
        insta::assert_snapshot!(all.map(said).join("\n"));
    }

    #[test]
    fn only_faults_combines_with_a_search() {
        assert_eq!(keys("is:bad order"), ["order-charge"]);
        let and = |text: &str| Query::parse(text).and("is:bad").map(|query| query.text);
        assert_eq!(and(""), Some("is:bad".to_owned()));
        assert_eq!(and("order \"a b"), Some("is:bad order \"a b".to_owned()));
        assert_eq!(and("order is:bad"), None);
        assert_eq!(and(&"x".repeat(MAX_QUERY - 3)), None, "the last term would be another");
        let scope = |text: &str| Query::parse(text).scope().terms;
        assert_eq!(scope("is:red -is:muted error:x"), []);
        assert_eq!(scope("is:red -group:a b"), Query::parse("-group:a b").terms);
        assert_eq!(and("-is:bad"), Some("is:bad -is:bad".to_owned()));
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
            prop_assert!(query.problems().iter().all(|one| one.at > 0 && !one.text().is_empty()));
            prop_assert!(query.text().chars().count() <= MAX_QUERY);
            prop_assert_eq!(Query::parse(query.text()).terms, query.terms);
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
