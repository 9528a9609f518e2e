//! The grid of tiles: one tile a machine, by group. Bad ones are elements of their own with a link, a
//! letter and a title; the others of a group are one path, or a page of 10,000 machines would be
//! megabytes.

use super::untrusted::Text;
use crate::group::Group;
use crate::machine::Machine;
use crate::state::Rank;
use crate::text::{clip, count, number, shorten};
use maud::{Markup, html};
use std::fmt::Write as _;

/// Bad tiles that are elements of their own; what is beyond is part of a path.
const LINKED: usize = 500;
/// Pixels of a group's name.
const NAME: usize = 20;
/// Pixels between groups.
const GAP: usize = 14;
/// Pixels of one letter of a name, and a little more.
const LETTER: usize = 8;

/// Sides of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tile {
    /// For about 100.
    Large,
    /// For thousands.
    Small,
}

impl Tile {
    /// Pixels from tile to tile.
    fn pitch(self) -> usize {
        match self {
            Tile::Large => 22,
            Tile::Small => 11,
        }
    }

    fn side(self) -> usize {
        self.pitch() - 2
    }
}

/// Where a group's tiles are.
#[derive(Debug, Clone, Copy)]
struct Block {
    left: usize,
    top: usize,
    columns: usize,
    tile: Tile,
}

impl Block {
    fn spot(self, n: usize) -> (usize, usize) {
        let pitch = self.tile.pitch();
        let row = self.top + NAME + n / self.columns * pitch;
        (self.left + n % self.columns * pitch + 1, row + 1)
    }
}

/// The grid, for a width in pixels.
pub fn tiles(groups: &[Group<'_>], tile: Tile, width: usize, links: bool, now_ms: i64) -> Markup {
    let (blocks, height) = blocks(groups, tile, width);
    let total: usize = groups.iter().map(|group| group.members.len()).sum();
    let bad = groups.iter().flat_map(|group| &group.members).filter(|m| m.state().is_bad()).count();
    let mut linked = LINKED;
    let drawn: Vec<Markup> = groups
        .iter()
        .zip(blocks)
        .map(|(group, block)| drawn(group, block, &mut linked, links, now_ms))
        .collect();
    let label = format!(
        "One tile for each of {}; {} to look at; the tables name the worst.",
        count(total, "machine"),
        number(bad)
    );
    html! {
        div.box tabindex="0" role="group" aria-label="tiles" {
            svg.large[tile == Tile::Large] role=(if links { "group" } else { "img" })
                aria-label=(label) width=(width) height=(height)
                viewBox={ "0 0 " (width) " " (height) } {
                @for group in drawn { (group) }
            }
        }
        @if bad > LINKED { p.dim { (number(bad - LINKED)) " of the tiles have no letter and no link." } }
    }
}

/// Lays groups out from left to right, in rows as high as their highest group.
fn blocks(groups: &[Group<'_>], tile: Tile, width: usize) -> (Vec<Block>, usize) {
    let pitch = tile.pitch();
    let (mut left, mut top, mut highest) = (0, 0, 0);
    let mut blocks = Vec::new();
    for group in groups {
        let members = group.members.len();
        let columns = members.clamp(1, (width / pitch).max(1));
        let named = (name(group).chars().count() * LETTER).min(width);
        let across = (columns * pitch).max(named);
        if left > 0 && left + across > width {
            (left, top, highest) = (0, top + highest, 0);
        }
        blocks.push(Block { left, top, columns, tile });
        left += across + GAP;
        highest = highest.max(NAME + members.div_ceil(columns) * pitch + 6);
    }
    (blocks, top + highest)
}

fn name(group: &Group<'_>) -> String {
    format!("{} {}", clip(&group.name, 40), number(group.members.len()))
}

fn drawn(group: &Group<'_>, block: Block, linked: &mut usize, links: bool, now_ms: i64) -> Markup {
    let side = block.tile.side();
    let own = group.members.iter().take_while(|m| m.state().is_bad()).count().min(*linked);
    *linked -= own;
    let (first, rest) = group.members.split_at(own);
    // Tiles of one rank stand side by side, since members are in the board's order.
    let mut paths: Vec<(Rank, String, (usize, usize))> = Vec::new();
    for (n, machine) in rest.iter().enumerate() {
        let (x, y) = block.spot(own + n);
        let rank = machine.state().rank();
        match paths.last_mut() {
            Some((last, path, (x0, y0))) if *last == rank => {
                let (dx, dy) = (signed(x) - signed(*x0), signed(y) - signed(*y0));
                let _ = write!(path, "m{dx} {dy}h{side}v{side}h-{side}z");
                (*x0, *y0) = (x, y);
            }
            _ => paths.push((rank, format!("M{x} {y}h{side}v{side}h-{side}z"), (x, y))),
        }
    }
    html! {
        text.name x=(block.left) y=(block.top + 14) { (Text(&name(group))) }
        @for (n, machine) in first.iter().enumerate() {
            @match links.then(|| machine.link()).flatten() {
                // The tables have the same links in the order of reading.
                Some(link) => a href=(Text(&link)) target="_blank" rel="noopener noreferrer" tabindex="-1" {
                    (single(machine, block, n, now_ms))
                },
                None => g { (single(machine, block, n, now_ms)) },
            }
        }
        @for (rank, path, _) in &paths { path class=(rank.name()) d=(path) {} }
    }
}

fn single(machine: &Machine, block: Block, n: usize, now_ms: i64) -> Markup {
    let (x, y) = block.spot(n);
    let side = block.tile.side();
    let rank = machine.state().rank().name();
    html! {
        title { (Text(&shorten(&machine.key, 80))) ": " (machine.words(now_ms)) }
        rect class=(rank) x=(x) y=(y) width=(side) height=(side) {}
        @if let Some(letter) = machine.state().letter() {
            text class={ "l-" (rank) } x={ (x + side / 2) @if side % 2 == 1 { ".5" } }
                y=(y + side * 7 / 9) { (letter) }
        }
    }
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
