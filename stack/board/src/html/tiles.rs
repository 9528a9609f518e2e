//! The grid of tiles: one tile a machine, by group. Bad ones are elements of their own with a link, a
//! letter and a title; the others of a group are one path, or a page of 10,000 machines would be
//! megabytes.

use super::untrusted::Text;
use crate::group::Group;
use crate::machine::Machine;
use crate::place::Place;
use crate::state::Rank;
use crate::text::{clip, count, number, shorten};
use maud::{Markup, html};
use std::fmt::Write as _;

/// Bad tiles that are elements of their own; what is beyond is part of a path.
const LINKED: usize = 500;
/// From tile to tile.
const PITCH: usize = 11;
/// Side of a tile.
const SIDE: usize = 9;
/// Lines of a group's name.
const NAME: usize = 20;

/// The grid, for a width in pixels.
pub fn tiles(groups: &[Group<'_>], width: usize, links: bool, now_ms: i64) -> Markup {
    let columns = (width / PITCH).max(10);
    let mut linked = LINKED;
    let mut top = 0;
    let total: usize = groups.iter().map(|group| group.members.len()).sum();
    let bad = groups.iter().flat_map(|group| &group.members).filter(|m| m.state.is_bad()).count();
    let drawn: Vec<Markup> = groups
        .iter()
        .map(|group| {
            let one = drawn(group, top, columns, &mut linked, links, now_ms);
            top += NAME + group.members.len().div_ceil(columns) * PITCH + 6;
            one
        })
        .collect();
    let label = format!(
        "One tile for each of {}; {} to look at, which the tables name.",
        count(total, "machine"),
        number(bad)
    );
    html! {
        div.box tabindex="0" role="group" aria-label="tiles" {
            svg role="img" aria-label=(label) width=(columns * PITCH) height=(top)
                viewBox={ "0 0 " (columns * PITCH) " " (top) } {
                @for group in drawn { (group) }
            }
        }
        @if bad > LINKED { p.dim { (number(bad - LINKED)) " of the tiles have no letter and no link." } }
    }
}

fn drawn(
    group: &Group<'_>,
    top: usize,
    columns: usize,
    linked: &mut usize,
    links: bool,
    now_ms: i64,
) -> Markup {
    let spot = |n: usize| (n % columns * PITCH, top + NAME + n / columns * PITCH);
    let single = |machine: &Machine| machine.state.is_bad();
    let own = group.members.iter().take_while(|m| single(m)).count().min(*linked);
    *linked -= own;
    let (first, rest) = group.members.split_at(own);
    // Tiles of one rank stand side by side, since members are in the board's order.
    let mut paths: Vec<(Rank, String, (usize, usize))> = Vec::new();
    for (n, machine) in rest.iter().enumerate() {
        let (x, y) = spot(own + n);
        let rank = machine.state.rank();
        match paths.last_mut() {
            Some((last, path, (x0, y0))) if *last == rank => {
                let (dx, dy) = (signed(x) - signed(*x0), signed(y) - signed(*y0));
                let _ = write!(path, "m{dx} {dy}h{SIDE}v{SIDE}h-{SIDE}z");
                (*x0, *y0) = (x, y);
            }
            _ => paths.push((rank, format!("M{x} {y}h{SIDE}v{SIDE}h-{SIDE}z"), (x, y))),
        }
    }
    html! {
        text.name x="0" y=(top + 14) { (Text(&clip(&group.name, 60))) " " (number(group.members.len())) }
        @for (n, machine) in first.iter().enumerate() {
            @let (x, y) = spot(n);
            @match machine.link.as_deref().filter(|_| links) {
                Some(link) => a href=(Text(link)) target="_blank" rel="noopener noreferrer" {
                    (tile(machine, x, y, now_ms))
                },
                None => (tile(machine, x, y, now_ms)),
            }
        }
        @for (rank, path, _) in &paths { path class=(rank.name()) d=(path) {} }
    }
}

fn tile(machine: &Machine, x: usize, y: usize, now_ms: i64) -> Markup {
    let rank = machine.state.rank().name();
    html! {
        rect class=(rank) x=(x) y=(y) width=(SIDE) height=(SIDE) {
            title { (Text(&shorten(&machine.key, 80))) ": " (machine.words(now_ms)) }
        }
        @if let Some(letter) = machine.state.letter() {
            text class={ "l-" (rank) } x=(half(x)) y=(y + 7) { (letter) }
        }
    }
}

/// The middle of a tile.
fn half(x: usize) -> String {
    format!("{}.5", x + SIDE / 2)
}

fn signed(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A group's bar of ten cells.
pub fn bar(group: &Group<'_>) -> Markup {
    let mut cells = Vec::new();
    for (rank, n) in group.bar() {
        cells.extend((0..n).map(|_| rank));
    }
    html! {
        svg width="101" height="12" aria-hidden="true" {
            @for (n, rank) in cells.iter().enumerate() {
                rect class=(rank.name()) x=(n * 10 + 1) y="1" width="8" height="10" {}
            }
        }
    }
}

/// The name of a place, cut on a screen that everybody sees.
pub fn place(place: &Place, public: bool) -> String {
    if public { place.short() } else { place.name() }
}
