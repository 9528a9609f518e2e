//! What stands around the parts: the document with its policy, or the widget's fragment; which parts
//! there are at which size; the limit of an answer.

use super::parts::{Can, about, causes, counts, groups, machines};
use super::tiles::{Tile, tiles};
use super::untrusted::Text;
use crate::board::{Board, Scale, Shown};
use crate::query::Query;
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

/// The one script: it fetches the page again and swaps its parts.
pub const SCRIPT: &str = include_str!("board.js");

// A test computes them from the texts.
pub(super) const STYLE_HASH: &str = "sha256-wQKgKUObxc1+HxbHNqtmQZD9yygS5H0nflpKoTyyr90=";
pub(super) const SCRIPT_HASH: &str = "sha256-H83sy1BilbHtzOCumvDRzjOJHpOTneYMZwVm0hAMliI=";

/// Which form the HTML has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// A page of a server: it refreshes itself by a script and can be searched.
    #[default]
    Page,
    /// A file: it refreshes itself by a `<meta>`, without script.
    File,
    /// A page for a wall: header and worst alone, large, without controls and links.
    Kiosk,
    /// The fragment of a CloudWatch custom widget.
    Widget,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the viewer's system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Pixels that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Across.
    pub width: usize,
    /// Down.
    pub height: usize,
}

/// How the board is looked at.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Which form.
    pub mode: Mode,
    /// Light or dark.
    pub theme: Theme,
    /// Pixels, where they are known.
    pub size: Option<Size>,
    /// What is to be shown.
    pub filter: Query,
    /// Seconds from one refresh to the next; 30 if it is 0.
    pub refresh_s: u32,
}

/// The policy of a page, for its header. A page carries the same in a `<meta>`, but for
/// `frame-ancestors`, which only a header can say.
pub fn policy(mode: Mode) -> String {
    format!("{}; frame-ancestors 'none'", inner_policy(mode))
}

fn inner_policy(mode: Mode) -> String {
    let script = match mode {
        Mode::Page | Mode::Kiosk => format!("script-src '{SCRIPT_HASH}'; connect-src 'self'; "),
        Mode::File | Mode::Widget => String::new(),
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

fn theme(view: &View) -> &'static str {
    match view.theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

fn document(board: &Board, shown: &Shown<'_>, view: &View, parts: Parts) -> String {
    let refresh_s = if view.refresh_s == 0 { 30 } else { view.refresh_s };
    let kiosk = view.mode == Mode::Kiosk;
    let scripted = matches!(view.mode, Mode::Page | Mode::Kiosk);
    let audience = if kiosk { Audience::Everybody } else { Audience::Team };
    let can = Can { link: !kiosk, search: view.mode == Mode::Page, audience };
    let page = markup! {
        (DOCTYPE)
        html.g.(theme(view)).kiosk[kiosk] lang="en" data-refresh=(refresh_s) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(inner_policy(view.mode));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                @if !scripted { meta http-equiv="refresh" content=(refresh_s); }
                title { (board.counts.summary()) " – Guardian" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Guardian" }
                    ul.counts #counts aria-live="polite" aria-label="machines by state" { (counts(board, can)) }
                    p.banner #age hidden role="status" {}
                    @if view.mode == Mode::Page { (search(&view.filter)) }
                    div #about { (about(board, shown, &view.filter, can)) }
                }
                main #board { (body(board, shown, view, can, parts)) }
                p.old #old { "This copy of the board is more than 3 minutes old: nothing refreshes it." }
                @if scripted { script { (PreEscaped(SCRIPT)) } }
            }
        }
    };
    page.into_string()
}

fn search(filter: &Query) -> Markup {
    markup! {
        form role="search" method="get" action="?" {
            label for="q" { "Search " kbd { "/" } }
            input #q name="q" type="search" value=(Text(filter.text())) autocomplete="off"
                placeholder="is:red group:billing -charge" aria-keyshortcuts="/";
            button type="submit" { "Search" }
            nav aria-label="searches" {
                a href="?q=is%3Abad" { "only faults" } " " a href="?" { "all" } " "
                a href="?kiosk" { "kiosk" }
            }
        }
    }
}

fn body(board: &Board, shown: &Shown<'_>, view: &View, can: Can, parts: Parts) -> Markup {
    let scale = shown.scale();
    let bad = shown.bad();
    if view.mode == Mode::Kiosk {
        // A row with its cause takes about 110 pixels, and the header 300.
        let fits = view.size.map_or(8, |size| (size.height.saturating_sub(300) / 110).clamp(1, 40));
        return worst(board, bad, fits, can);
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
fn worst(board: &Board, rows: &[&crate::machine::Machine], most: usize, can: Can) -> Markup {
    let (first, rest) = rows.split_at(rows.len().min(most));
    markup! {
        @if first.is_empty() {
            p { "Nothing to look at." }
        } @else {
            (machines(board, "The worst first", first, can))
        }
        @if !rest.is_empty() {
            p { "… and " (number(rest.len())) " more"
                @if can.search { ": " a href="?q=is%3Abad" { "only faults" } } }
        }
    }
}

// No form and no `<cwdb-action>`: what acts, acts with the rights of the viewer.
fn widget(board: &Board, shown: &Shown<'_>, view: &View, parts: Parts) -> String {
    let can = Can { link: true, search: false, audience: Audience::Team };
    let narrow = view.size.is_some_and(|size| size.width < 600);
    let fragment = markup! {
        style { (PreEscaped(STYLE)) }
        div.g.(theme(view)).narrow[narrow].cwdb-no-default-styles lang="en" {
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
