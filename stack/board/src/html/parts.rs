//! The parts of a page: header, causes, table of machines, table of groups.

use super::tiles::bar;
use super::untrusted::Text;
use super::view::View;
use crate::board::{Board, Shown};
use crate::cluster::Cluster;
use crate::group::Group;
use crate::machine::{Machine, Weight, Why};
use crate::query::Query;
use crate::state::{Rank, State};
use crate::target::Audience;
use crate::text::{ago, clip, count, number, plain, shorten, time};
use maud::{Markup, html};

/// What a part may do.
#[derive(Debug, Clone, Copy)]
pub struct Capabilities<'a> {
    /// Link to the console.
    pub link: bool,
    /// Link to a search of this page.
    pub search: Option<&'a View>,
    /// Who sees it.
    pub audience: Audience,
}

/// A time, relative and absolute.
fn moment(at: Option<i64>, now_ms: i64) -> Markup {
    html! {
        @if let Some(at) = at {
            time datetime=(time(at)) title=(time(at)) { (ago(now_ms.saturating_sub(at))) }
        } @else { "–" }
    }
}

/// The counts, the worst first. Each finds its machines where the page can search.
pub fn counts(board: &Board, can: Capabilities<'_>) -> Markup {
    let counts = &board.counts;
    html! {
        @if counts.total == 0 { li { "no machine is watched" } }
        @for (n, word, state, search) in counts.parts() {
            li class=(state.rank().name()) {
                span aria-hidden="true" { (state.sign()) " " }
                @if let Some(view) = can.search { a href=(view.address(search)) { (number(n)) " " (word) } }
                @else { (number(n)) " " (word) }
            }
        }
        @if counts.total > 0 { li.dim { "of " (number(counts.total)) } }
        @if counts.new > 0 { li { "! " (number(counts.new)) " new" } }
        @if counts.acknowledged > 0 { li.dim { "✓ " (number(counts.acknowledged)) " acknowledged" } }
        @if counts.muted > 0 { li.dim { "∅ " (number(counts.muted)) " muted" } }
    }
}

/// Banners, the newest change, and the age of what is shown.
pub fn about(board: &Board, shown: &Shown<'_>, filter: &Query, can: Capabilities<'_>) -> Markup {
    html! {
        @for banner in &board.banners {
            p class={ "banner" @if banner.is_bad() { " bad" } } role="note" {
                "⚠ " (Text(&banner.text(board.as_of_ms, can.audience)))
            }
        }
        @if let Some((_, line)) = board.fleet_line() { p { (Text(&line)) } }
        @if let Some(line) = board.newest_line() { p { (Text(&line)) } }
        p.dim {
            "as of " time datetime=(time(board.as_of_ms)) { (time(board.as_of_ms)) }
            @if let Some(line) = board.oldest_line() { "; " (line) }
        }
        @if !filter.is_empty() {
            p { strong {
                "showing " (number(shown.machines.len())) " of " (number(board.counts.total))
            } ": " (Text(filter.text())) }
        }
        @for problem in filter.problems() {
            p.banner role="status" { "⚠ Search: " (Text(&problem.text())) }
        }
    }
}

/// Causes that several machines share.
pub fn causes(clusters: &[Cluster], now_ms: i64) -> Markup {
    const MOST: usize = 8;
    html! {
        @if !clusters.is_empty() {
            table {
                caption { "One cause, several machines" }
                thead { tr { th scope="col" { "Cause" } th scope="col" { "Since" } th.wide scope="col" { "Groups" } } }
                tbody {
                    @for cluster in clusters.iter().take(MOST) {
                        tr {
                            th scope="row" { span.red { "✖ " } (Text(&cluster.title())) }
                            td.n { (moment(cluster.since_ms, now_ms)) }
                            td.wide { (Text(&cluster.spread())) }
                        }
                    }
                }
            }
            @if clusters.len() > MOST { p.dim { "… and " (count(clusters.len() - MOST, "more cause")) } }
        }
    }
}

/// A table of machines.
pub fn machines(board: &Board, caption: &str, rows: &[&Machine], can: Capabilities<'_>) -> Markup {
    let alarms = rows.iter().any(|machine| !machine.alarm.word().is_empty());
    html! {
        table {
            caption { (caption) }
            thead { tr {
                th scope="col" { "State" }
                th scope="col" { "Machine" }
                th scope="col" { "Last run" }
                @if alarms { th.wide scope="col" { "Alarm" } }
                th.wide scope="col" { "Runs, newest at the right" }
            } }
            tbody { @for machine in rows { (row(board, machine, alarms, can)) } }
        }
    }
}

fn row(board: &Board, machine: &Machine, alarms: bool, can: Capabilities<'_>) -> Markup {
    let now_ms = board.as_of_ms;
    let key = shorten(&machine.key, 80);
    html! {
        tr {
            td class={ "s " (machine.state().rank().name()) } {
                span aria-hidden="true" { (machine.state().sign()) " " } (machine.words(now_ms))
            }
            th scope="row" {
                @match can.link.then(|| machine.link()).flatten() {
                    Some(link) => a href=(Text(&link)) target="_blank" rel="noopener noreferrer" { (Text(&key)) },
                    None => span.key { (Text(&key)) },
                }
                span.dim {
                    " " (Text(&clip(&machine.group, 60)))
                    @if board.several { " · " (Text(&machine.target.name(can.audience))) }
                }
                @if let Some(unread) = &machine.unread { p.why { (Text(&can.audience.text(&clip(unread, 300)))) } }
                @if let Some(why) = machine.why.as_deref().and_then(Why::line) { p.why { (Text(&can.audience.text(&why))) } }
                @let marks = machine.all_marks(now_ms);
                @if !marks.is_empty() { p.marks {
                    @for (n, mark) in marks.iter().enumerate() {
                        @if n > 0 { ", " }
                        @let text = can.audience.text(&mark.text);
                        @match mark.weight {
                            Weight::Bad => strong { (Text(&text)) },
                            Weight::Doubtful => em { (Text(&text)) },
                            Weight::Plain => (Text(&text)),
                        }
                    }
                } }
            }
            td.n { (moment(machine.at_ms, now_ms)) }
            @if alarms { td.wide.n { (machine.alarm.word()) } }
            td.wide.runs { (history(&machine.history)) }
        }
    }
}

/// Past runs by letters; what did not succeed is underlined.
fn history(letters: &str) -> Markup {
    html! {
        @for letter in letters.chars().take(30) {
            @if letter == 'S' { "S" } @else { b { (Text(&letter.to_string())) } }
        }
    }
}

/// A table of groups, at most so many; the others are folded in one line.
pub fn groups(board: &Board, groups: &[Group<'_>], most: usize, can: Capabilities<'_>) -> Markup {
    let (first, rest) = groups.split_at(groups.len().min(most));
    html! {
        table {
            caption { "Groups" }
            thead { tr {
                th scope="col" { "Worst" } th scope="col" { "Group" } th scope="col" { "Machines" }
                th.wide scope="col" { "Share" } th scope="col" { "Changed" }
            } }
            tbody { @for group in first { (group_row(board, group, can)) } }
        }
        @if !rest.is_empty() {
            @let machines: usize = rest.iter().map(|group| group.members.len()).sum();
            @let good = rest.iter().all(|group| group.members.iter().all(|m| !m.state().is_bad()));
            p.dim { "… " (count(rest.len(), "more group")) " with " (count(machines, "machine"))
                @if good { ", nothing bad in them" } }
        }
    }
}

fn group_row(board: &Board, group: &Group<'_>, can: Capabilities<'_>) -> Markup {
    let worst = group.members.first().map_or(State::Never, |machine| machine.state());
    let name = clip(&group.name, 60);
    // A name with quotes or control characters is no search that could be typed.
    let simple =
        group.inner.is_empty() && name == group.name && plain(&name) == name && !name.contains('"');
    let parts = Rank::ALL.map(|rank| (group.count(rank), rank));
    html! {
        tr {
            td class={ "s " (worst.rank().name()) } {
                span aria-hidden="true" { (worst.sign()) " " } (worst.word())
            }
            th scope="row" {
                @if let Some(view) = can.search.filter(|_| simple) {
                    a href=(view.address(&format!("group:\"{name}\""))) { (Text(&name)) }
                } @else { (Text(&name)) }
                @if !group.inner.is_empty() { span.dim { " " (count(group.inner.len(), "group")) } }
            }
            td {
                (number(group.members.len())) ": "
                @for (n, (count, rank)) in parts.iter().filter(|(n, _)| *n > 0).enumerate() {
                    @if n > 0 { ", " }
                    (number(*count)) " " (word(*rank))
                }
            }
            td.wide { (bar(group)) }
            td.n { (moment(group.changed_ms(), board.as_of_ms)) }
        }
    }
}

fn word(rank: Rank) -> &'static str {
    match rank {
        Rank::Red => "red",
        Rank::Amber => "late or stuck",
        Rank::Unread => "not read",
        Rank::Doubt => "in doubt",
        Rank::Hollow => "grey",
        Rank::Green => "green",
    }
}
