//! The screen, as a function of the state. Only the lines that are seen are made.

use super::details;
use super::header::{self, Tone, tally};
use super::keys::BINDINGS;
use super::layout::{Layout, SMALLEST, layout, notice};
use super::lines::{Heading, Line as Entry};
use super::state::{Mode, State as Watched};
use guardian_board::machine::Why;
use guardian_board::text::{ago, clip, columns, number, pad, plain, shorten, span};
use guardian_board::{Machine, Mark, Rank, State, Weight};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

/// Columns of the state's words.
const WORDS: usize = 12;
/// Columns of the age.
const AGE: usize = 6;
/// Columns of the keys at least.
const KEY: usize = 12;
/// Columns from which the alarm has its own.
const WIDE: usize = 100;

/// Draws the state.
pub fn render(frame: &mut Frame<'_>, state: &Watched) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let Some(layout) = layout(state) else {
        let (width, height) = SMALLEST;
        let text = format!("too small: {width} × {height} at least");
        if area.height > 0 {
            buffer.set_stringn(0, 0, &text, usize::from(area.width), Style::new());
        }
        return;
    };
    let mut page = Page { state, buffer, width: area.width, height: area.height, y: 0 };
    page.header(&layout);
    page.list(&layout);
    page.pane(&layout);
    page.foot(&layout);
}

struct Page<'a> {
    state: &'a Watched,
    buffer: &'a mut Buffer,
    width: u16,
    height: u16,
    y: u16,
}

impl Page<'_> {
    /// Draws a line. A line below the screen is left out: a resize may not have arrived yet.
    fn put(&mut self, line: &Line<'_>) {
        if self.y < self.height {
            self.buffer.set_line(0, self.y, line, self.width);
        }
        self.y += 1;
    }

    fn put_text(&mut self, text: &str, style: Style) {
        self.put(&Line::styled(text.to_owned(), style));
    }

    fn ink(&self, colour: Color) -> Style {
        if self.state.colour { Style::new().fg(colour) } else { Style::new() }
    }

    fn rank(&self, rank: Rank) -> Style {
        match rank {
            Rank::Red => self.ink(Color::Red).add_modifier(Modifier::BOLD),
            Rank::Amber | Rank::Unread | Rank::Doubt => self.ink(Color::Yellow),
            Rank::Hollow => Style::new(),
            Rank::Green => self.ink(Color::Green),
        }
    }

    fn header(&mut self, layout: &Layout) {
        let lines = header::lines(self.state);
        // The text that is being typed comes last and is never left out.
        let skipped = lines.len().saturating_sub(usize::from(layout.header));
        let first = lines.len().min(1);
        for (at, (tone, text)) in lines.iter().enumerate() {
            if at >= first && at < first + skipped {
                continue;
            }
            let style = match tone {
                Tone::Plain => Style::new().add_modifier(Modifier::BOLD),
                Tone::Quiet => Style::new().add_modifier(Modifier::DIM),
                Tone::Warn => self.ink(Color::Yellow),
                Tone::Bad => self.ink(Color::Red),
            };
            self.put_text(text, style);
        }
    }

    fn list(&mut self, layout: &Layout) {
        let (state, begin) = (self.state, self.y);
        let lines = &state.list.lines;
        if lines.is_empty() && state.feed.good_ms.is_some() {
            let text = match state.board.counts.total {
                0 => "no machine is watched",
                _ => "nothing is found; Esc takes the search back",
            };
            self.put_text(text, Style::new());
        }
        let end = (state.top + usize::from(layout.list)).min(lines.len());
        let seen = &lines[state.top.min(end)..end];
        let longest = seen.iter().filter_map(|entry| match entry {
            Entry::Machine(at) => Some(columns(&plain(&state.board.machines[*at].key))),
            Entry::Group(at) => Some(columns(&plain(&state.list.headings[*at].name))),
            Entry::Gone(_) => None,
        });
        let room = (usize::from(self.width) * 2 / 5).max(KEY);
        let key = longest.max().unwrap_or(KEY).clamp(KEY, room);
        for (at, entry) in seen.iter().enumerate() {
            let chosen = state.cursor == Some(state.top + at);
            let mut line = match entry {
                Entry::Machine(index) => self.machine(&state.board.machines[*index], key),
                Entry::Group(index) => self.group(&state.list.headings[*index], key),
                Entry::Gone(id) => {
                    let name = shorten(&plain(&id.key), key);
                    Line::raw(format!("– {name} is not on the board any more"))
                }
            };
            line.spans.insert(0, Span::raw(if chosen { "› " } else { "  " }));
            if state.is_old() {
                line = line.patch_style(Style::new().add_modifier(Modifier::DIM));
            }
            if chosen {
                line = line.patch_style(Style::new().add_modifier(Modifier::REVERSED));
            }
            self.put(&line);
        }
        self.y = begin + layout.list;
    }

    fn machine(&self, machine: &Machine, key_width: usize) -> Line<'static> {
        let now_ms = self.state.now_ms;
        let style = self.rank(machine.state().rank());
        // How long has a column of its own.
        let words = match machine.state() {
            State::Settling => machine.words(now_ms),
            state => state.word().to_owned(),
        };
        let words = shorten(&words, WORDS);
        let since = machine.since_ms().map(|at| span(now_ms.saturating_sub(at)));
        let key = shorten(&plain(&machine.key), key_width);
        let mut rest = Vec::new();
        let several = self.state.board.several;
        let alarm = machine.alarm.word();
        if usize::from(self.width) >= WIDE {
            rest.push(format!("{alarm:8}"));
        }
        // Faults come first, then their reasons, then information.
        let marks = machine.all_marks(now_ms).into_iter();
        let (quiet, loud): (Vec<Mark>, Vec<Mark>) =
            marks.partition(|mark| mark.weight == Weight::Plain);
        rest.extend(loud.into_iter().map(|mark| mark.text));
        rest.extend(machine.why.as_deref().and_then(Why::line));
        rest.extend(machine.unread.as_ref().map(|error| plain(&clip(error, 200))));
        rest.extend(quiet.into_iter().map(|mark| mark.text));
        rest.extend(several.then(|| plain(&clip(&machine.target.region, 24))));
        let age = since.unwrap_or_default();
        Line::from(vec![
            Span::styled(format!("{} {words:WORDS$}", machine.state().sign()), style),
            Span::raw(format!(" {age:>AGE$}  {}  {}", pad(&key, key_width), rest.join("  "))),
        ])
    }

    fn group(&self, heading: &Heading, key_width: usize) -> Line<'static> {
        let name = shorten(&plain(&clip(&heading.name, 200)), key_width);
        let fold = if heading.open { '▾' } else { '▸' };
        let members = number(heading.members);
        let changed = heading
            .changed_ms
            .map(|at| format!("  changed {}", ago(self.state.now_ms.saturating_sub(at))));
        let tail = format!("{}{}", tally(&heading.ranks), changed.unwrap_or_default());
        Line::from(vec![
            Span::raw(format!("{fold} ")),
            Span::styled(heading.worst.sign().to_string(), self.rank(heading.worst.rank())),
            Span::raw(format!(" {} {members:>6}  {tail}", pad(&name, key_width))),
        ])
    }

    fn pane(&mut self, layout: &Layout) {
        if layout.pane == 0 {
            return;
        }
        let begin = self.y;
        let state = self.state;
        let (title, lines, scrolled) = match &state.mode {
            Mode::List | Mode::Search(..) => return,
            Mode::Details(scrolled) => match state.machine() {
                Some(machine) => ("details (Esc)", details::lines(state, machine), *scrolled),
                None => ("details (Esc)", vec!["not on the board any more".to_owned()], 0),
            },
            Mode::Help(scrolled) => ("keys (Esc)", help(), *scrolled),
            Mode::Form(form) => {
                let caret = |here: bool| if here { "▏" } else { "" };
                let length = format!("for  {}{}", form.length.0, caret(!form.at_why));
                let why = format!("why  {}{}", plain(&form.why.0), caret(form.at_why));
                // The end of a long reason is what is being typed.
                let kept = usize::from(self.width).saturating_sub(1);
                let mut shown = why.as_str();
                while columns(shown) > kept {
                    let mut rest = shown.chars();
                    rest.next();
                    shown = rest.as_str();
                }
                let why = shown.to_owned();
                let wrong = form.wrong.as_ref().map(|wrong| format!("! {wrong}"));
                let head = format!("acknowledge {}", plain(&form.id.key));
                let lines = [Some(head), Some(length), Some(why), wrong];
                ("acknowledge (Esc)", lines.into_iter().flatten().collect(), 0)
            }
        };
        let rule = format!("── {title} {}", "─".repeat(usize::from(self.width)));
        self.put_text(&rule, Style::new().add_modifier(Modifier::DIM));
        let room = usize::from(layout.pane).saturating_sub(1);
        let scrolled = scrolled.min(lines.len().saturating_sub(room));
        for line in lines.iter().skip(scrolled).take(room) {
            self.put_text(line, Style::new());
        }
        if scrolled + room < lines.len() {
            let more = format!("… {} more lines (PgDn)", lines.len() - scrolled - room + 1);
            self.y -= 1;
            self.put_text(&format!("{more:width$}", width = usize::from(self.width)), Style::new());
        }
        self.y = begin + layout.pane;
    }

    fn foot(&mut self, layout: &Layout) {
        for line in notice(self.state).iter().take(usize::from(layout.notice)) {
            self.put_text(line, self.ink(Color::Yellow));
        }
        let state = self.state;
        let text = match &state.mode {
            Mode::Search(..) => "Enter keep  Esc take back  ↑ ↓ move".to_owned(),
            Mode::Form(_) => "Enter next, send  Tab other field  Esc leave".to_owned(),
            Mode::List | Mode::Details(_) | Mode::Help(_) => keys(usize::from(self.width)),
        };
        self.put_text(&text, Style::new().add_modifier(Modifier::BOLD));
        let total = state.list.lines.len();
        let place = match state.cursor {
            Some(at) => format!(" {}/{}", number(at + 1), number(total)),
            None => format!(" {}", number(total)),
        };
        let taken = place.chars().count();
        if text.chars().count() + taken <= usize::from(self.width) && self.y <= self.height {
            let x = self.width - u16::try_from(taken).unwrap_or(self.width);
            self.buffer.set_stringn(x, self.y - 1, &place, taken, Style::new());
        }
    }
}

/// The keys that fit a line; help and quit are the first.
pub fn keys(width: usize) -> String {
    let mut text = String::new();
    for (binding, short) in BINDINGS.iter().filter_map(|b| b.short.map(|short| (b, short))) {
        let next = format!("{} {short}", binding.keys);
        let gap = if text.is_empty() { "" } else { "  " };
        if text.chars().count() + gap.len() + next.chars().count() > width {
            break;
        }
        text = format!("{text}{gap}{next}");
    }
    text
}

fn help() -> Vec<String> {
    let key = |binding: &super::keys::Binding| format!("{:12} {}", binding.keys, binding.does);
    let words = guardian_board::query::IS.join(", ");
    let mut lines: Vec<String> = BINDINGS.iter().map(key).collect();
    lines.push(format!("{:12} order, group:billing, error:timeout, -is:muted", "search"));
    lines.push(format!("{:12} is: {words}", ""));
    lines
}
