//! The header above the list: banners, counts, the age of the rows.

use super::state::{Mode, State};
use guardian_board::text::{ago, clip, count, duration, number, plain, time, wrap};
use guardian_board::{Audience, Rank};

/// Banners that are shown; each may mean that lights are wrong.
const BANNERS: usize = 3;
/// Shared causes that are shown on a large screen.
const CAUSES: usize = 3;
/// Lines from which a screen has room for causes.
const TALL: u16 = 24;

/// How a line of the header is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As usual.
    Plain,
    /// For information.
    Quiet,
    /// Something to notice.
    Warn,
    /// Something is wrong.
    Bad,
}

/// The lines of the header, escaped, not wider than the screen.
pub fn lines(state: &State) -> Vec<(Tone, String)> {
    let (width, board) = (usize::from(state.size.0), &state.board);
    let mut lines = Vec::new();
    for banner in board.banners.iter().take(BANNERS) {
        let text = format!("! {}", banner.text(state.now_ms, Audience::Team));
        lines.push((Tone::Warn, clip(&text, width)));
    }
    if board.banners.len() > BANNERS {
        let more = count(board.banners.len() - BANNERS, "more warning");
        lines.push((Tone::Warn, clip(&format!("! {more}: `guardian status` has all"), width)));
    }
    if state.feed.good_ms.is_none() {
        lines.push((Tone::Plain, clip("reading the lights", width)));
    } else {
        // A line break never separates a number from its word.
        let counts = board.counts.summary().replace(' ', "\u{a0}").replace("·\u{a0}", "· ");
        let counts = wrap(&counts, width).into_iter().take(3);
        lines.extend(counts.map(|line| (Tone::Plain, clip(&line.replace('\u{a0}', " "), width))));
    }
    lines.extend(age(state).into_iter().map(|(tone, text)| (tone, clip(&text, width))));
    if state.size.1 >= TALL {
        for cluster in state.list.clusters.iter().take(CAUSES) {
            let text = format!("{}: {}", cluster.title(), cluster.spread());
            lines.push((Tone::Bad, clip(&text, width)));
        }
    }
    lines.extend(search(state).into_iter().map(|(tone, text)| (tone, clip(&text, width))));
    if state.waiting > 0 {
        let text = format!("{} wait for their place (r)", count(state.waiting, "change"));
        lines.push((Tone::Warn, clip(&text, width)));
    }
    lines
}

/// The age of the board, and the progress of the next reading.
fn age(state: &State) -> Vec<(Tone, String)> {
    let feed = &state.feed;
    let since = |at: i64| state.now_ms.saturating_sub(at);
    let mut lines = Vec::new();
    if let Some((failures, why)) = &feed.failed {
        let silent = match feed.good_ms {
            Some(at) => format!("no answer for {}", duration(since(at))),
            None => "no answer yet".to_owned(),
        };
        let again = match feed.reading_ms {
            Some(_) => "reading".to_owned(),
            None => format!("again in {}", duration(feed.next_ms.saturating_sub(state.now_ms))),
        };
        let times = count(usize::try_from(*failures).unwrap_or(usize::MAX), "failure");
        let text = format!("! {silent}, {times}, {again}: {}", plain(&clip(why, 400)));
        lines.push((Tone::Warn, text));
    }
    let Some(good_ms) = feed.good_ms else { return lines };
    let mut parts = vec![format!("as of {}", time(state.board.as_of_ms))];
    match feed.reading_ms {
        Some(at) if since(at) > 3_000 => parts.push(format!("reading for {}", duration(since(at)))),
        _ if feed.failed.is_some() => parts.push(format!("{}, so dimmed", ago(since(good_ms)))),
        _ => {}
    }
    parts.extend(state.board.oldest_line());
    parts.extend(state.board.newest_line());
    lines.push((Tone::Quiet, parts.join(" · ")));
    lines
}

/// The search and the number of its results.
fn search(state: &State) -> Vec<(Tone, String)> {
    let (view, mut lines) = (&state.view, Vec::new());
    let typing = match &state.mode {
        Mode::Search(field, _) => Some(&field.0),
        _ => None,
    };
    if let Some(text) = typing {
        lines.push((Tone::Plain, format!("/{}▏", plain(text))));
    }
    if !view.query.is_empty() || view.faults || typing.is_some() {
        let mut what = Vec::new();
        if !view.query.is_empty() {
            what.push(plain(view.query.text()));
        }
        if view.faults {
            what.push("faults only (f)".to_owned());
        }
        let (found, all) = (number(state.list.found), number(state.board.counts.total));
        let what = if what.is_empty() { String::new() } else { format!(": {}", what.join(" · ")) };
        lines.push((Tone::Warn, format!("showing {found} of {all}{what}")));
    }
    for problem in view.query.problems().iter().take(2) {
        lines.push((Tone::Bad, problem.text()));
    }
    lines
}

/// Members of a group by rank: `2 red, 1 amber, 28 green`.
pub fn tally(ranks: &[usize; 6]) -> String {
    let words = ["red", "late or stuck", "not read", "in doubt", "grey", "green"];
    debug_assert_eq!(words.len(), Rank::ALL.len());
    let parts = ranks.iter().zip(words).filter(|(n, _)| **n > 0);
    parts.map(|(n, word)| format!("{} {word}", number(*n))).collect::<Vec<_>>().join(", ")
}
