//! What stands around the parts: the document with its policy, or the widget's fragment; which parts
//! there are at which size; the limit of an answer.

use super::parts::{Capabilities, about, causes, counts, groups, machines};
use super::tiles::{Tile, tiles};
use super::untrusted::Text;
use super::view::{Mode, Theme, View};
use crate::board::{Board, Scale, Shown};
use crate::machine::Machine;
use crate::target::Audience;
use crate::text::number;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

/// Bytes of an answer, at most: past it tiles are left out, then groups.
pub const CAP: usize = 1_000_000;

/// The one style. Its colours are those of `light.css` and `dark.css`.
pub const STYLE: &str = concat!(
    ".g{",
    include_str!("light.css"),
    "}.g.dark{",
    include_str!("dark.css"),
    "}@media (prefers-color-scheme:dark){.g.auto{",
    include_str!("dark.css"),
    "}}\n",
    include_str!("board.css")
);

/// The script of a server's page: it fetches the page again and swaps its parts.
pub const SCRIPT: &str = include_str!("board.js");

/// The script of a file: it shows that the file is old, however often it is loaded again.
pub const FILE_SCRIPT: &str = include_str!("file.js");

// A test computes them from the texts.
pub(super) const STYLE_HASH: &str = "sha256-577BrAOnkoiLEHoqaL5izUUmwLpuen7JJUK5s0M4gNA=";
pub(super) const SCRIPT_HASH: &str = "sha256-Ltru0wI3gQGBdnyOKi5R4WySz20fwq/DV70HwCeGWSM=";
pub(super) const FILE_SCRIPT_HASH: &str = "sha256-/QX3AF6x7nGd/rikVUCc0hAqi80ZNMvI4oZa/JnMs28=";

/// The policy of a page, for its header. A page carries the same in a `<meta>`, but for
/// `frame-ancestors`, which only a header can say.
pub fn policy(mode: Mode) -> String {
    format!("{}; frame-ancestors 'none'", inner_policy(mode))
}

fn inner_policy(mode: Mode) -> String {
    let script = match mode {
        Mode::Page | Mode::Kiosk => format!("script-src '{SCRIPT_HASH}'; connect-src 'self'; "),
        Mode::File => format!("script-src '{FILE_SCRIPT_HASH}'; "),
        Mode::Widget => String::new(),
    };
    let form = if mode == Mode::Page { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; style-src '{STYLE_HASH}'; {script}base-uri 'none'; form-action {form}"
    )
}

/// The parts that a size leaves room for.
#[derive(Debug, Clone, Copy)]
struct Parts {
    tiles: bool,
    groups: bool,
}

/// The board as HTML: a document, or a widget's fragment.
pub fn html(board: &Board, view: &View) -> String {
    within(board, view, CAP)
}

pub(super) fn within(board: &Board, view: &View, cap: usize) -> String {
    let shown = board.shown(&view.filter);
    let steps = [(true, true), (false, true), (false, false)];
    let mut out = String::new();
    for (tiles, groups) in steps {
        out = match view.mode {
            Mode::Widget => widget(board, &shown, view, Parts { tiles, groups }),
            _ => document(board, &shown, view, Parts { tiles, groups }),
        };
        if out.len() <= cap {
            break;
        }
    }
    out
}

/// A viewer asks for the page again after so many seconds at most: otherwise a page of a rare board
/// would look like one that nothing refreshes.
const AGAIN_S: u32 = 60;
/// From how many seconds on a file is old.
const OLD_S: u32 = 180;

fn document(board: &Board, shown: &Shown<'_>, view: &View, parts: Parts) -> String {
    let every_s = if view.refresh_s == 0 { 30 } else { view.refresh_s };
    let again_s = every_s.min(AGAIN_S);
    let kiosk = view.mode == Mode::Kiosk;
    let file = view.mode == Mode::File;
    let audience = if kiosk { Audience::Everybody } else { Audience::Team };
    let search = (view.mode == Mode::Page).then_some(view);
    let can = Capabilities { link: !kiosk, search, audience };
    let script = if file { FILE_SCRIPT } else { SCRIPT };
    let as_of = file.then_some(board.as_of_ms);
    let limit_s = file.then_some(every_s.saturating_mul(3).max(OLD_S));
    let page = markup! {
        (DOCTYPE)
        html.g.(view.class()).kiosk[kiosk] lang="en" data-refresh=(again_s) data-as-of=[as_of] data-limit=[limit_s] {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(inner_policy(view.mode));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                @if file { meta http-equiv="refresh" content=(again_s); }
                title { (board.counts.summary()) " – Guardian" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Guardian" }
                    ul.counts #counts aria-live="polite" aria-label="machines by state" { (counts(board, can)) }
                    p.banner #age hidden role="status" {}
                    @if let Some(view) = search { (search_form(view)) }
                    div #about { (about(board, shown, &view.filter, can)) }
                }
                main #board { (body(board, shown, view, can, parts)) }
                p.old #old { "This copy of the board is out of date: nothing refreshes it." }
                script { (PreEscaped(script)) }
            }
        }
    };
    page.into_string()
}

fn search_form(view: &View) -> Markup {
    let filter = &view.filter;
    let faults = filter.and("is:bad");
    let faults = faults.as_ref().unwrap_or(filter);
    markup! {
        form role="search" method="get" action="?" {
            label for="q" { "Search " kbd { "/" } }
            input #q name="q" type="search" value=(Text(filter.text())) autocomplete="off"
                placeholder="is:red group:billing -charge" aria-keyshortcuts="/";
            @if view.theme != Theme::Auto { input type="hidden" name="theme" value=(view.class()); }
            button type="submit" { "Search" }
            nav aria-label="searches" {
                a href=(view.address(faults.text())) { "only faults" } " "
                a href=(view.address("")) { "all" } " "
                a href={ (view.address(filter.text())) "&kiosk" } { "kiosk" }
            }
        }
    }
}

fn body(
    board: &Board,
    shown: &Shown<'_>,
    view: &View,
    can: Capabilities<'_>,
    parts: Parts,
) -> Markup {
    let scale = shown.scale();
    let bad = shown.bad();
    if view.mode == Mode::Kiosk {
        // A row with its cause takes up to 115 pixels, and the header 400. The style hides rows that do
        // not fit, so their number is above them.
        let fits = view.size.map_or(8, |size| (size.height.saturating_sub(400) / 115).clamp(1, 40));
        let caption = format!("{} to look at, the worst first", number(bad.len()));
        return markup! {
            @if bad.is_empty() { p { "Nothing to look at." } }
            @else { (machines(board, &caption, &bad[..bad.len().min(fits)], can)) }
        };
    }
    let tile_width = view.size.map_or(1_200, |size| size.width.clamp(240, 2_000));
    let list = !view.filter.is_empty() && scale > Scale::Few;
    markup! {
        @if shown.machines.is_empty() { p { "No machine to show." } }
        @if list {
            (worst(board, &shown.machines, 200, can))
        } @else if scale == Scale::Few {
            @if !shown.machines.is_empty() {
                (machines(board, "Machines, the worst first", &shown.machines, can))
            }
        } @else {
            @if scale > Scale::Dozens { (causes(&shown.clusters, board.as_of_ms)) }
            @let most = match scale { Scale::Few | Scale::Dozens => 200, Scale::Hundreds => 10, Scale::Thousands => 20 };
            (worst(board, bad, most, can))
        }
        @if scale > Scale::Few && !list {
            @if parts.groups {
                @if scale > Scale::Dozens {
                    (groups(board, &shown.groups, if scale == Scale::Thousands { 30 } else { 60 }, can))
                }
            } @else { p { "The groups are left out: the answer would be larger than " (number(CAP / 1_000)) " kB." } }
            @if parts.tiles {
                h2 { "Tiles by group" }
                @let tile = if scale == Scale::Dozens { Tile::Large } else { Tile::Small };
                (tiles(&shown.groups, tile, tile_width, can.link, board.as_of_ms))
            } @else { p { "The tiles are left out: the answer would be larger than " (number(CAP / 1_000)) " kB." } }
        }
    }
}

/// A table of the first `most`, and how many more there are.
fn worst(board: &Board, rows: &[&Machine], most: usize, can: Capabilities<'_>) -> Markup {
    let (first, rest) = rows.split_at(rows.len().min(most));
    let faults = can.search.and_then(|view| Some((view, view.filter.and("is:bad")?)));
    markup! {
        @if first.is_empty() {
            p { "Nothing to look at." }
        } @else {
            (machines(board, "The worst first", first, can))
        }
        @if !rest.is_empty() {
            p { "… and " (number(rest.len())) " more"
                @if let Some((view, faults)) = &faults {
                    ": " a href=(view.address(faults.text())) { "only faults" }
                } @else if can.search.is_some() { ": narrow the search to see them" } }
        }
    }
}

// No form and no `<cwdb-action>`: what acts, acts with the rights of the viewer.
fn widget(board: &Board, shown: &Shown<'_>, view: &View, parts: Parts) -> String {
    let can = Capabilities { link: true, search: None, audience: Audience::Team };
    let narrow = view.size.is_some_and(|size| size.width < 600);
    let fragment = markup! {
        style { (PreEscaped(STYLE)) }
        div.g.(view.class()).narrow[narrow].cwdb-no-default-styles lang="en" {
            h1 { "Guardian" }
            ul.counts aria-label="machines by state" { (counts(board, can)) }
            (about(board, shown, &view.filter, can))
            (body(board, shown, view, can, parts))
            p.old { "This line shows by itself when the copy is more than 3 minutes old: reload the dashboard." }
        }
    };
    // The answer is a JSON string, in which each double quote would cost a backslash. Texts have
    // none of either kind, see `Text`.
    fragment.into_string().replace('"', "'")
}
