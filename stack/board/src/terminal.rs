//! The board as text for a terminal or a pipe. Shape and word stand beside each colour, and colours
//! change no word.
//!
//! State, status, age and alarm are never cut. A long key loses its middle, marks that do not fit
//! get a line of their own, a cause is cut at its end, and a link is left whole.

use crate::board::{Board, Scale, Shown};
use crate::group::Group;
use crate::machine::{Alarm, Machine, Mark, Weight, Why};
use crate::query::Query;
use crate::state::{Rank, State};
use crate::target::Audience;
use crate::text::{ago, clip, columns, count, number, pad, plain, shorten, time, wrap};
use guardian_contract::Light;

/// Columns before what is said of a machine: its light and spaces.
const LIGHT: usize = 10;
/// Columns after the key: status, age, alarm, and the spaces before each.
const STATES: usize = 2 + 9 + 1 + 10 + 2 + 8;
/// The shortest that a key is made.
const SHORTEST_KEY: usize = 12;
/// Lines that the cause of a failure may take.
const CAUSE_LINES: usize = 2;
/// Lines that may say why something could not be read: more than the longest refusal of KMS.
const REFUSAL_LINES: usize = 12;
/// Rows of the worst machines where there are about 1,000.
const WORST: usize = 10;
/// Lines of a screen whose height is not known.
const HEIGHT: usize = 40;

/// What the text is written for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Columns.
    pub width: usize,
    /// Lines, where they are known.
    pub height: Option<usize>,
    /// Whether colours may be used.
    pub colour: bool,
    /// How many past runs stand under a machine.
    pub history: usize,
    /// What is to be shown.
    pub filter: Query,
    /// Whether every machine that is shown has a row in full, however many there are.
    pub all: bool,
}

/// The board for people.
pub fn text(board: &Board, options: &Options) -> String {
    let shown = board.shown(&options.filter);
    let mut page = Page { board, options, lines: Vec::new() };
    page.banners();
    match scale(&shown, options) {
        Scale::Few => {
            page.machines(&shown.machines);
            page.gap();
            page.header(&shown);
        }
        Scale::Dozens => {
            page.header(&shown);
            page.gap();
            page.machines(shown.bad());
            page.gap();
            page.groups(&shown, usize::MAX);
        }
        Scale::Hundreds => {
            page.header(&shown);
            page.clusters(&shown, 5);
            page.gap();
            page.worst(&shown, WORST, usize::MAX);
            page.gap();
            page.groups(&shown, usize::MAX);
        }
        Scale::Thousands => {
            page.header(&shown);
            page.clusters(&shown, 5);
            page.gap();
            let height = options.height.unwrap_or(HEIGHT);
            let half = height.saturating_sub(page.lines.len() + 2) / 2;
            page.worst(&shown, 20, half.max(4));
            page.gap();
            let left = height.saturating_sub(page.lines.len() + 1);
            page.groups(&shown, left.max(4));
        }
    }
    page.legend(&shown);
    page.lines.join("\n")
}

/// A search that finds dozens lists all of its results, and not only the faults among them.
fn scale(shown: &Shown<'_>, options: &Options) -> Scale {
    match shown.scale() {
        _ if options.all => Scale::Few,
        Scale::Dozens if !options.filter.is_empty() => Scale::Few,
        scale => scale,
    }
}

struct Page<'a> {
    board: &'a Board,
    options: &'a Options,
    lines: Vec<String>,
}

/// ANSI colours, or none.
#[derive(Debug, Clone, Copy)]
enum Ink {
    Red,
    Green,
    Yellow,
    Dim,
    None,
}

impl Page<'_> {
    fn paint(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Red => "31",
            Ink::Green => "32",
            Ink::Yellow => "33",
            Ink::Dim => "2",
            Ink::None => return text.to_owned(),
        };
        if self.options.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn push(&mut self, ink: Ink, line: &str) {
        self.lines.push(self.paint(ink, line));
    }

    /// An empty line, unless there is one.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn ago(&self, at: i64) -> String {
        ago(self.board.as_of_ms.saturating_sub(at))
    }

    fn banners(&mut self) {
        for banner in &self.board.banners {
            let lines = wrap(
                &banner.text(self.board.as_of_ms, Audience::Team),
                self.options.width.saturating_sub(2),
            );
            for (n, line) in lines.iter().enumerate() {
                let first = if n == 0 { "!" } else { " " };
                self.push(Ink::Yellow, &format!("{first} {line}"));
            }
        }
        self.gap();
    }

    /// Counts, the fleet's alarm, the newest change, the age of what is shown.
    fn header(&mut self, shown: &Shown<'_>) {
        // A number stays with its word.
        let counts = self.board.counts.summary().replace(' ', "\u{a0}").replace("·\u{a0}", "· ");
        for line in wrap(&counts, self.options.width) {
            self.lines.push(line.replace('\u{a0}', " "));
        }
        if !self.options.filter.is_empty() {
            let found = number(shown.machines.len());
            let text = plain(self.options.filter.text());
            let line = format!("showing {found} of {}: {text}", number(self.board.counts.total));
            self.push(Ink::Yellow, &clip(&line, self.options.width.max(20)));
            for problem in self.options.filter.problems() {
                for line in wrap(&problem.text(), self.options.width) {
                    self.push(Ink::Yellow, &line);
                }
            }
        }
        if let Some((alarm, line)) = self.board.fleet_line() {
            let ink = if alarm == Alarm::Alarm { Ink::Red } else { Ink::None };
            for line in wrap(&line, self.options.width) {
                self.push(ink, &line);
            }
        }
        let about = [self.board.newest_line(), self.board.oldest_line()];
        let about: Vec<String> = about.into_iter().flatten().collect();
        for line in wrap(&about.join("; "), self.options.width) {
            if !line.is_empty() {
                self.push(Ink::Dim, &line);
            }
        }
        self.push(Ink::Dim, &format!("as of {}", time(self.board.as_of_ms)));
    }

    fn clusters(&mut self, shown: &Shown<'_>, most: usize) {
        if shown.clusters.is_empty() {
            return;
        }
        self.gap();
        for cluster in shown.clusters.iter().take(most) {
            let since = cluster.since_ms.map(|at| format!(", since {}", self.ago(at)));
            let line =
                format!("{}{}: {}", cluster.title(), since.unwrap_or_default(), cluster.spread());
            let lines = wrap(&clip(&line, 3 * self.options.width), self.options.width);
            for (n, line) in lines.iter().take(3).enumerate() {
                let indent = if n == 0 { "" } else { "  " };
                self.push(Ink::Red, &format!("{indent}{}", clip(line, self.options.width)));
            }
        }
        if shown.clusters.len() > most {
            let more = count(shown.clusters.len() - most, "more cause");
            self.push(Ink::Dim, &format!("… and {more}"));
        }
    }

    fn machines(&mut self, machines: &[&Machine]) {
        let width = self.key_width(machines);
        for machine in machines {
            self.machine(machine, width, true);
        }
    }

    /// The worst, as many as `rows` and `lines` allow.
    fn worst(&mut self, shown: &Shown<'_>, rows: usize, lines: usize) {
        let bad = shown.bad();
        let width = self.key_width(&bad[..bad.len().min(rows)]);
        let (start, mut done) = (self.lines.len(), 0);
        for machine in bad.iter().take(rows) {
            let before = self.lines.len();
            self.machine(machine, width, false);
            if self.lines.len() - start > lines && done > 0 {
                self.lines.truncate(before);
                break;
            }
            done += 1;
        }
        if bad.len() > done {
            let filter = self.options.filter.and("is:bad");
            let filter = match filter.as_ref().map(Query::text) {
                Some("is:bad") => " --filter is:bad".to_owned(),
                // A text that a shell would not take as it is has to be typed.
                Some(text) if text.chars().all(|c| c.is_alphanumeric() || " :-._".contains(c)) => {
                    format!(" --filter \"{text}\"")
                }
                _ => String::new(),
            };
            let line = format!("… and {} more (--all{filter})", number(bad.len() - done));
            self.push(Ink::Dim, &line);
        }
    }

    fn key_width(&self, machines: &[&Machine]) -> usize {
        let longest = machines.iter().map(|machine| columns(&plain(&machine.key))).max();
        let room = self.options.width.saturating_sub(LIGHT + STATES).max(SHORTEST_KEY);
        longest.unwrap_or(0).min(room)
    }

    /// The lines of one machine.
    fn machine(&mut self, machine: &Machine, key_width: usize, full: bool) {
        let (now_ms, width) = (self.board.as_of_ms, self.options.width);
        let indent = " ".repeat(LIGHT);
        let (word, ink) = light(machine);
        let light = self.paint(ink, &format!("{} {word:6}", machine.state().sign()));
        let key = shorten(&plain(&machine.key), key_width);
        let age = machine.at_ms.map(|at| self.ago(at)).unwrap_or_default();
        let status = clip(&plain(machine.status()), 16);
        let alarm = machine.alarm.word();
        let states = format!("{}  {status:9} {age:10}  {alarm}", pad(&key, key_width));
        let states = states.trim_end();
        let mut marks = machine.all_marks(now_ms);
        let own = machine.words(now_ms);
        // The light's column has no room for them.
        let own = match machine.state() {
            State::Late | State::Stuck => Some((Weight::Bad, own)),
            State::Settling => Some((Weight::Doubtful, format!("settling ({own})"))),
            State::Incomplete | State::Held | State::Stale => Some((Weight::Doubtful, own)),
            _ => None,
        };
        marks.splice(0..0, own.map(|(weight, text)| Mark { weight, text }));
        if self.board.several {
            let text = plain(&machine.target.name(Audience::Team));
            marks.push(Mark { weight: Weight::Plain, text });
        }
        let words = marks.iter().map(|mark| mark.text.as_str()).collect::<Vec<_>>().join(", ");
        let painted: Vec<String> = marks.iter().map(|mark| self.mark(mark)).collect();
        let painted = painted.join(", ");
        // Marks of all machines begin in the same column.
        let column = key_width + STATES;
        let room = width.saturating_sub(LIGHT);
        if marks.is_empty() {
            self.lines.push(format!("{light}  {states}"));
        } else if LIGHT + column + 2 + columns(&words) <= width {
            self.lines.push(format!("{light}  {}  {painted}", pad(states, column)));
        } else {
            self.lines.push(format!("{light}  {states}"));
            for line in self.mark_lines(&marks, room) {
                self.lines.push(format!("{indent}{line}"));
            }
        }
        if let Some(error) = &machine.unread {
            for line in wrap(&plain(&clip(error, 600)), room) {
                self.lines.push(format!("{indent}{}", self.paint(Ink::Yellow, &line)));
            }
        }
        if let Some(why) = machine.why.as_deref().and_then(Why::line) {
            // A refusal names what is missing at its end.
            let refused = machine.why.as_ref().is_some_and(|why| why.unread.is_some());
            let most = if refused { REFUSAL_LINES } else { CAUSE_LINES };
            for line in wrap(&clip(&why, most * room), room).iter().take(most) {
                self.lines.push(format!("{indent}{}", clip(line, room)));
            }
        }
        if !full {
            return;
        }
        let skipped = machine.history.chars().count().saturating_sub(self.options.history);
        let runs: Vec<char> = machine.history.chars().skip(skipped).collect();
        if !runs.is_empty() {
            let shapes: String = runs.iter().map(|run| self.run(*run)).collect();
            let words = match runs.len() {
                1 => "last run".to_owned(),
                runs => format!("last {runs} runs, newest at the right"),
            };
            self.lines.push(format!("{indent}{shapes}  {words}"));
        }
        if machine.state().rank() == Rank::Red
            && let Some(link) = machine.link()
        {
            self.push(Ink::Dim, &format!("{indent}{}", plain(&link)));
        }
    }

    /// Marks in lines of so many columns, each of them whole where a line has room for it.
    fn mark_lines(&self, marks: &[Mark], room: usize) -> Vec<String> {
        let mut lines: Vec<(usize, String)> = Vec::new();
        for mark in marks {
            let own = columns(&mark.text);
            match lines.last_mut() {
                Some((used, line)) if *used + 2 + own <= room => {
                    *used += 2 + own;
                    line.push_str(", ");
                    line.push_str(&self.mark(mark));
                }
                _ if own <= room => lines.push((own, self.mark(mark))),
                _ => {
                    let parts = wrap(&mark.text, room).into_iter();
                    lines.extend(parts.map(|part| (room, clip(&part, room))));
                }
            }
        }
        lines.into_iter().map(|(_, line)| line).collect()
    }

    fn mark(&self, mark: &Mark) -> String {
        let ink = match mark.weight {
            Weight::Bad => Ink::Red,
            Weight::Doubtful => Ink::Yellow,
            Weight::Plain => Ink::None,
        };
        self.paint(ink, &mark.text)
    }

    /// A run as one character: a shape on a coloured board, a letter on a plain one.
    fn run(&self, letter: char) -> String {
        if !self.options.colour {
            return plain(&letter.to_string());
        }
        match letter {
            'S' => self.paint(Ink::Green, "✓"),
            'F' => self.paint(Ink::Red, "✗"),
            'T' => self.paint(Ink::Red, "◷"),
            'A' => self.paint(Ink::Red, "⊘"),
            'R' => "▶".to_owned(),
            other => plain(&other.to_string()),
        }
    }

    /// One line for each group, in at most so many lines.
    fn groups(&mut self, shown: &Shown<'_>, most: usize) {
        let fits = shown.groups.len() <= most;
        let (first, rest) =
            shown.groups.split_at(if fits { shown.groups.len() } else { most.saturating_sub(1) });
        let name = |group: &Group<'_>| plain(&clip(&group.name, 40));
        let longest = first.iter().map(|group| columns(&name(group))).max().unwrap_or(0);
        let room = (self.options.width / 4).max(SHORTEST_KEY);
        let name_width = longest.min(room);
        for group in first {
            let worst = group.members.first().map_or(State::Never, |machine| machine.state());
            let bar: Vec<String> = group
                .bar()
                .into_iter()
                .map(|(rank, n)| self.paint(ink(rank), &cell(rank).to_string().repeat(n)))
                .collect();
            let key = shorten(&name(group), name_width);
            let total = number(group.members.len());
            let head = format!(
                "{} {} {total:>6} {} ",
                self.paint(ink(worst.rank()), &worst.sign().to_string()),
                pad(&key, name_width),
                bar.concat()
            );
            // The bar has ten cells; the rest is one wide each.
            let taken = 2 + name_width + 1 + total.len().max(6) + 12;
            let changed = group.changed_ms().map(|at| format!("changed {}", self.ago(at)));
            let tail = format!("{}  {}", tally(group), changed.unwrap_or_default());
            let room = self.options.width.saturating_sub(taken);
            self.lines.push(format!("{head}{}", clip(tail.trim_end(), room)).trim_end().to_owned());
        }
        if !rest.is_empty() {
            let good = |group: &Group<'_>| group.members.iter().all(|m| !m.state().is_bad());
            let groups = count(rest.len(), "more group");
            let all = if rest.iter().all(good) { ", nothing bad in them" } else { "" };
            self.push(Ink::Dim, &format!("… {groups}{all}"));
        }
    }

    /// What letters mean, where letters stand for runs or cells.
    fn legend(&mut self, shown: &Shown<'_>) {
        let runs = self.options.history > 0 && shown.machines.iter().any(|m| !m.history.is_empty());
        if runs && !self.options.colour && scale(shown, self.options) <= Scale::Dozens {
            self.push(Ink::Dim, "S succeeded, F failed, T timed out, A aborted, R running");
        }
    }
}

/// `2 red, 1 late or stuck, 28 green`.
fn tally(group: &Group<'_>) -> String {
    let word = |rank| match rank {
        Rank::Red => "red",
        Rank::Amber => "late or stuck",
        Rank::Unread => "not read",
        Rank::Doubt => "in doubt",
        Rank::Hollow => "grey",
        Rank::Green => "green",
    };
    let counts = Rank::ALL.map(|rank| (group.count(rank), word(rank)));
    let parts = counts.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts.map(|(n, word)| format!("{} {word}", number(*n))).collect();
    parts.join(", ")
}

/// A cell of a group's bar.
fn cell(rank: Rank) -> char {
    match rank {
        Rank::Red => '✖',
        Rank::Amber => '◷',
        Rank::Unread => '?',
        Rank::Doubt => '◐',
        Rank::Hollow => '○',
        Rank::Green => '●',
    }
}

fn ink(rank: Rank) -> Ink {
    match rank {
        Rank::Red => Ink::Red,
        Rank::Amber | Rank::Unread | Rank::Doubt => Ink::Yellow,
        Rank::Hollow => Ink::Dim,
        Rank::Green => Ink::Green,
    }
}

/// The word of the first column, of six letters at most, and its colour.
fn light(machine: &Machine) -> (&'static str, Ink) {
    let word = match machine.state() {
        State::Red(_) => "red",
        State::Late => "late",
        State::Stuck => "stuck",
        State::Unread => "unread",
        State::Stale => "stale",
        State::Express | State::Never => "grey",
        State::Green => "green",
        State::Incomplete | State::Settling | State::Held => match machine.light {
            Some(Light::Red) => "red",
            Some(Light::Green) => "green",
            Some(Light::Grey) | None => "grey",
        },
    };
    (word, ink(machine.state().rank()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use std::fmt::Write as _;

    fn options(width: usize, colour: bool) -> Options {
        Options { width, colour, history: 10, ..Options::default() }
    }

    fn bare(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            out.push_str(before);
            rest = after.split_once('m').map_or("", |(_, rest)| rest);
        }
        out + rest
    }

    /// A view's first lines, with the size of the whole.
    fn summary(text: &str) -> String {
        let mut out: String = text.lines().take(60).map(|line| format!("{line}\n")).collect();
        let _ = write!(out, "[{} lines, {} bytes]", text.lines().count(), text.len());
        out
    }

    #[test]
    fn the_board_scales_from_none_to_ten_thousand() {
        for (n, width) in [(0, 80), (8, 80), (8, 120), (100, 100), (1_000, 100), (10_000, 120)] {
            let text = text(&sample::board(n), &options(width, false));
            insta::assert_snapshot!(format!("terminal_{n}_at_{width}"), summary(&text));
        }
    }

    #[test]
    fn every_line_fits_but_a_link() {
        for n in [0, 8, 100, 1_000] {
            for width in [80, 100, 200] {
                let text = text(&sample::board(n), &options(width, false));
                for line in text.lines().filter(|line| !line.contains("https://")) {
                    assert!(columns(line) <= width, "{n} at {width}: {line}");
                }
            }
        }
    }

    #[test]
    fn ten_thousand_machines_fit_a_screen() {
        for height in [24, 40, 60] {
            let options = Options { height: Some(height), ..options(100, false) };
            let text = text(&sample::board(10_000), &options);
            assert!(text.lines().count() <= height.max(30), "{text}");
        }
    }

    #[test]
    fn colours_change_no_word() {
        for n in [8, 100, 1_000] {
            let board = sample::board(n);
            let at = |colour| text(&board, &Options { history: 0, ..options(100, colour) });
            assert_eq!(bare(&at(true)), at(false));
        }
    }

    #[test]
    fn nothing_that_a_terminal_would_obey_gets_through() {
        for n in [8, 100, 1_000, 10_000] {
            let text = text(&sample::board(n), &options(100, false));
            let obeyed = |c: &char| crate::text::is_obeyed(*c) && *c != '\n';
            assert_eq!(text.chars().find(obeyed), None);
        }
    }

    #[test]
    fn no_width_is_too_small() {
        for n in [0, 8, 100, 1_000] {
            let board = sample::board(n);
            for width in [0, 1, 9, 20, 40] {
                let options = Options { height: Some(width), ..options(width, false) };
                let text = text(&board, &options);
                assert!(board.machines.is_empty() || text.contains("order-charge") || n > 100);
            }
        }
    }

    #[test]
    fn a_filter_leaves_the_counts_as_they_are() {
        let board = sample::board(1_000);
        let filter = Query::parse("is:red is:odd");
        let text = text(&board, &Options { filter, ..options(100, false) });
        assert!(text.contains("of 1,000") && text.contains("showing 0 of 1,000"), "{text}");
        assert!(text.contains("no machine is `odd`"));
    }

    #[test]
    fn a_search_lists_what_it_finds_and_all_lists_everything() {
        let board = sample::board(1_000);
        let rows = |options: Options| {
            let text = text(&board, &options);
            board.machines.iter().filter(|m| text.contains(&format!("  {} ", m.key))).count()
        };
        let filter = Query::parse("group:billing");
        let found = board.shown(&filter).machines.len();
        assert!((25..=250).contains(&found), "{found}");
        assert_eq!(rows(Options { filter, ..options(160, false) }), found);
        assert_eq!(rows(Options { all: true, ..options(160, false) }), board.machines.len());
        assert!(rows(options(160, false)) <= WORST);
    }

    #[test]
    fn the_fleets_alarm_names_the_worst() {
        let board =
            Board { fleet: Some((Alarm::Alarm, Some(sample::NOW - 60_000))), ..sample::board(8) };
        let text = text(&board, &options(80, false));
        assert!(text.contains("fleet ALARM since 1 min ago; the worst is order-charge, red for"));
    }
}
