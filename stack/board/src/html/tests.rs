//! The HTML views: snapshots, the policy, hostile texts, sizes, what is left when a
//! widget loses half of its elements, and the rules of accessibility.

use super::shell::*;
use super::untrusted::Text;
use super::view::*;
use crate::board::Board;
use crate::machine::{Machine, Why};
use crate::query::Query;
use crate::state::State;
use crate::target::Target;
use crate::{acknowledgement::Acknowledgement, sample};
use maud::Render as _;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

const SIZES: [usize; 5] = [0, 8, 100, 1_000, 10_000];
const MODES: [Mode; 4] = [Mode::Page, Mode::File, Mode::Kiosk, Mode::Widget];

fn view(mode: Mode) -> View {
    let size = Some(Size { width: 1_200, height: 900 });
    View { mode, size, ..View::default() }
}

fn page(n: usize, mode: Mode) -> String {
    html(board(n), &view(mode))
}

/// The sample's boards, made once.
fn board(n: usize) -> &'static Board {
    static BOARDS: LazyLock<Vec<Board>> =
        LazyLock::new(|| SIZES.iter().map(|n| sample::board(*n)).collect());
    let at = SIZES.iter().position(|size| *size == n);
    &BOARDS[at.unwrap()]
}

fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |all, n| all << 8 | u32::from(*three.get(n).unwrap_or(&0)));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// A page's parts without style and script, one element a line: the whole of a small one, of a
/// large one the head; and how large it is.
fn summary(text: &str) -> String {
    let style = STYLE.replace('"', "'");
    let short = text
        .replace(STYLE, "…")
        .replace(&style, "…")
        .replace(SCRIPT, "…")
        .replace(FILE_SCRIPT, "…");
    let short = short
        .replace(STYLE_HASH, "sha256-style")
        .replace(SCRIPT_HASH, "sha256-script")
        .replace(FILE_SCRIPT_HASH, "sha256-file-script");
    let mut out = String::new();
    for line in short.replace("><", ">\n<").lines().take(120) {
        let _ = writeln!(out, "{}", crate::text::clip(line, 400));
    }
    let hash: String = digest(&short).iter().take(8).fold(String::new(), |mut all, byte| {
        let _ = write!(all, "{byte:02x}");
        all
    });
    let _ = write!(out, "[{} bytes, SHA-256 {hash}…]", short.len());
    out
}

#[test]
fn the_page_scales_from_none_to_ten_thousand() {
    for n in SIZES {
        insta::assert_snapshot!(format!("page_{n}"), summary(&page(n, Mode::Page)));
    }
}

#[test]
fn the_other_forms() {
    for n in SIZES {
        insta::assert_snapshot!(format!("widget_{n}"), summary(&page(n, Mode::Widget)));
    }
    insta::assert_snapshot!("file_8", summary(&page(8, Mode::File)));
    insta::assert_snapshot!("kiosk_1000", summary(&page(1_000, Mode::Kiosk)));
}

#[test]
fn the_policy_names_the_hashes_of_the_one_style_and_the_one_script() {
    let (style, script) = (base64(&digest(STYLE)), base64(&digest(SCRIPT)));
    let policy = policy(Mode::Page);
    assert!(policy.contains(&format!("style-src 'sha256-{style}'")), "the style is {style}");
    assert!(policy.contains(&format!("script-src 'sha256-{script}'")), "the script is {script}");
    assert!(policy.ends_with("frame-ancestors 'none'"));
    let file_script = base64(&digest(FILE_SCRIPT));
    assert!(
        super::policy(Mode::File).contains(&format!("script-src 'sha256-{file_script}'; base"))
    );
    for (mode, script) in [(Mode::Page, SCRIPT), (Mode::File, FILE_SCRIPT), (Mode::Kiosk, SCRIPT)] {
        let page = page(100, mode);
        assert_eq!((page.matches("<style").count(), page.matches(STYLE).count()), (1, 1));
        assert_eq!((page.matches("<script").count(), page.matches(script).count()), (1, 1));
        let metas = usize::from(mode == Mode::File);
        assert_eq!(page.matches("http-equiv=\"refresh\"").count(), metas);
    }
}

#[test]
fn a_page_is_asked_for_again_each_minute_and_a_file_knows_when_it_is_old() {
    let tag = |mode, refresh_s| {
        let page = html(&sample::board(8), &View { refresh_s, ..view(mode) });
        let (_, rest) = page.split_once("<html ").unwrap();
        rest.split_once('>').unwrap().0.split_once("lang=\"en\" ").unwrap().1.to_owned()
    };
    assert_eq!(tag(Mode::Page, 15), "data-refresh=\"15\"");
    assert_eq!(tag(Mode::Kiosk, 3_600), "data-refresh=\"60\"");
    let file = |refresh, limit| {
        let as_of = sample::NOW;
        format!("data-refresh=\"{refresh}\" data-as-of=\"{as_of}\" data-limit=\"{limit}\"")
    };
    assert_eq!(tag(Mode::File, 0), file(30, 180));
    assert_eq!(tag(Mode::File, 300), file(60, 900));
}

#[test]
fn links_of_a_page_keep_its_search_and_its_theme() {
    let hrefs = |n: usize, q: &str, theme: Theme| {
        let view = View { filter: Query::parse(q), theme, ..view(Mode::Page) };
        let page = html(&sample::board(n), &view);
        let tags = tags(&page).into_iter().filter(|(name, _)| name == "a");
        let hrefs = tags.filter_map(|(_, mut attributes)| attributes.remove("href"));
        hrefs.filter(|href| href.starts_with('?')).collect::<Vec<_>>()
    };
    let links = hrefs(8, "order", Theme::Dark);
    assert!(links.iter().all(|href| href.contains("&amp;theme=dark")), "{links:?}");
    assert!(links.contains(&"?q=is%3Abad%20order&amp;theme=dark".to_owned()), "{links:?}");
    assert!(links.contains(&"?q=order&amp;theme=dark&amp;kiosk".to_owned()), "{links:?}");
    assert!(hrefs(8, "", Theme::Auto).iter().all(|href| !href.contains("theme")));
    // A search that has the term already is not offered again.
    let page = |q: &str| {
        let view = View { filter: Query::parse(q), ..view(Mode::Page) };
        html(&sample::board(10_000), &view)
    };
    assert!(
        page("-is:never").contains("more: <a href=\"?q=is%3Abad%20-is%3Anever\">only faults</a>")
    );
    let narrowed = page("-is:green is:bad");
    assert!(narrowed.contains("more: narrow the search") || !narrowed.contains(" more"));
}

/// A tag of a page: its name, and its attributes.
type Tag = (String, BTreeMap<String, String>);

/// Reads the tags of a page, as strict as no browser is: a quote or a `<` at a wrong place fails.
fn tags(page: &str) -> Vec<Tag> {
    let mut page = page.replace(STYLE, "").replace(SCRIPT, "").replace(FILE_SCRIPT, "");
    for style in [STYLE, SCRIPT] {
        page = page.replace(&style.replace('"', "'"), "");
    }
    let mut tags = Vec::new();
    let mut rest = page.as_str();
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "{}", &rest[..at]);
        rest = &rest[at + 1..];
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap();
        let name = rest[..name_end].to_owned();
        rest = rest[name_end..].trim_start();
        let mut attributes = BTreeMap::new();
        while !rest.starts_with('>') {
            let end = rest.find(|c: char| c == '=' || c == '>' || c.is_whitespace()).unwrap();
            let key = rest[..end].to_owned();
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix('=') {
                let quote = quoted.chars().next().unwrap();
                assert!(quote == '"' || quote == '\'', "{key} has no quotes");
                let (inner, after) = quoted[1..].split_once(quote).unwrap();
                value = inner.to_owned();
                rest = after;
            }
            assert!(attributes.insert(key.clone(), value).is_none(), "{key} twice in {name}");
            rest = rest.trim_start();
        }
        rest = &rest[1..];
        tags.push((name, attributes));
    }
    tags
}

const ELEMENTS: [&str; 41] = [
    "!DOCTYPE", "html", "head", "meta", "title", "style", "script", "body", "header", "main",
    "nav", "h1", "h2", "p", "ul", "li", "a", "span", "strong", "em", "b", "time", "div", "form",
    "label", "input", "button", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg",
    "rect", "path", "text", "g", "kbd", "small",
];

/// A board with a hostile text in every place that can hold one.
fn hostile(texts: &[&str]) -> Board {
    let texts = texts.iter().copied();
    let machines = texts.enumerate().flat_map(|(n, text)| {
        let own = || Some(text.to_owned());
        (0..3).map(move |m| {
            let state = if m == 2 { State::Unread } else { State::ALL[n % 6] };
            let since_ms = Some(sample::NOW - 1_000);
            sample::in_state(
                state,
                since_ms,
                Machine {
                    target: Target { account: text.to_owned(), region: text.to_owned() }.into(),
                    group: text.into(),
                    tags: [("team".to_owned(), text.to_owned())].into(),
                    name: text.to_owned(),
                    unread: own(),
                    others: vec![text.to_owned()],
                    why: Some(
                        Why { state: own(), error: own(), cause: own(), unread: None }.into(),
                    ),
                    acknowledged: Some(Box::new(Acknowledgement {
                        machine: text.to_owned(),
                        by: text.to_owned(),
                        at_ms: 0,
                        until_ms: i64::MAX,
                        why: text.to_owned(),
                    })),
                    history: text.chars().take(30).collect(),
                    linked: Some(
                        format!(
                            "arn:aws:states:eu-west-1:123456789012:execution:a:{}",
                            text.replace(':', "")
                        )
                        .into(),
                    ),
                    ..Machine::new(&format!("{text}{n}{m}"), Target::default())
                },
            )
        })
    });
    let banners = sample::HOSTILE.iter().map(|text| crate::Banner::Note((*text).to_owned()));
    let grouping = crate::Grouping { tag: Some("team".into()), named: Vec::new() };
    let mut board =
        Board::of_machines(machines.collect(), banners.collect(), &grouping, sample::NOW);
    board.several = true;
    board
}

fn assert_harmless(page: &str, mode: Mode) {
    for (name, attributes) in tags(page) {
        let element = name.trim_start_matches('/');
        assert!(ELEMENTS.contains(&element), "<{name}>");
        for (key, value) in &attributes {
            assert!(!key.starts_with("on") && key != "style" && key != "src", "{name} {key}");
            if key == "href" {
                let console = value.starts_with("https://eu-west-1.console.aws.amazon.com/")
                    || value.starts_with("https://eu-central-1.console.aws.amazon.com/");
                assert!(console || value.starts_with('?'), "{value}");
                let rel = attributes.get("rel").map(String::as_str);
                assert!(!console || rel == Some("noopener noreferrer"));
            }
        }
        if ["form", "input", "button"].contains(&element) {
            assert_eq!(mode, Mode::Page);
        }
    }
    let obeyed = |c: &char| crate::text::is_obeyed(*c) && *c != '\n';
    assert_eq!(page.chars().find(obeyed), None);
}

#[test]
fn no_text_becomes_an_element_an_attribute_or_a_link_on_any_face() {
    let long = "<script>".repeat(131_072);
    let (endless, hostile) = (hostile(&[&long]), hostile(&sample::HOSTILE));
    for mode in MODES {
        let cut = html(&endless, &view(mode));
        assert_harmless(&cut, mode);
        assert!(cut.len() < 100_000, "{} bytes", cut.len());
        for text in sample::HOSTILE.iter().copied().chain(["", "is:red"]) {
            let view = View { filter: Query::parse(text), ..view(mode) };
            assert_harmless(&html(&hostile, &view), mode);
        }
        for n in SIZES {
            assert_harmless(&page(n, mode), mode);
        }
    }
}

#[test]
fn the_other_faces_hold_hostile_texts_as_well() {
    let hostile = hostile(&sample::HOSTILE);
    let obeyed = |c: &char| crate::text::is_obeyed(*c) && *c != '\n';
    let options =
        crate::terminal::Options { width: 80, history: 10, ..crate::terminal::Options::default() };
    for filter in ["", "is:unread", "\u{1b}[2J"] {
        let options = crate::terminal::Options { filter: Query::parse(filter), ..options.clone() };
        assert_eq!(crate::terminal::text(&hostile, &options).chars().find(obeyed), None);
    }
    let metrics = crate::metrics::metrics(&hostile);
    assert_eq!(metrics.chars().find(obeyed), None);
    let json = crate::json::json(&hostile, &Query::default()).to_string();
    assert_eq!(json.chars().find(|c| c.is_ascii_control()), None);
}

proptest! {
    #[test]
    fn a_text_is_read_back_as_it_was(text in "(?s).{0,60}|[<>&'\"a;#]{0,30}") {
        let escaped = Text(&text).render().into_string();
        prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
        let read = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        let read = read.iter().fold(escaped, |all, (from, to)| all.replace(from, to));
        prop_assert_eq!(read, crate::text::plain(&text));
    }
}

#[test]
fn ten_thousand_machines_are_under_400_kb() {
    for mode in MODES {
        let page = page(10_000, mode);
        assert!(page.len() < 400_000, "{mode:?}: {} bytes", page.len());
        let json = serde_json::to_string(&page).unwrap();
        // Style and line feeds are what costs a backslash.
        assert!(json.len() < page.len() + 3_000 || mode != Mode::Widget, "{}", json.len());
    }
    assert!(page(10_000, Mode::Page).matches('<').count() < 20_000);
}

#[test]
fn an_answer_is_cut_at_a_megabyte_and_says_so() {
    let machines = (0..80_000).map(|i| {
        let machine = Machine::new(&format!("k{}-{i}", i % 50), Target::default());
        sample::in_state(State::ALL[if i < 300 { i % 10 } else { 12 }], None, machine)
    });
    let grouping = crate::Grouping::default();
    let many = Board::of_machines(machines.collect(), Vec::new(), &grouping, sample::NOW);
    let cut = html(&many, &view(Mode::Widget));
    assert!(cut.len() <= CAP && !cut.contains("Tiles by group"), "{}", cut.len());
    assert!(cut.contains("The tiles are left out: the answer would be larger than 1,000 kB."));
    assert!(cut.contains("<caption>Groups") && !cut.contains("The groups are left out"));
    let least = within(board(1_000), &view(Mode::Page), 20_000);
    assert!(least.contains("The tiles are left out") && least.contains("The groups are left out"));
    assert!(page(1_000, Mode::Page).contains("Tiles by group"));
}

/// Text of a page without the elements that an unpublished sanitiser may remove, and without tags.
fn left_over(page: &str) -> String {
    let mut page = page.to_owned();
    for element in ["style", "script", "form", "details", "svg", "cwdb-action", "title"] {
        let (open, close) = (format!("<{element}"), format!("</{element}>"));
        while let Some(from) = page.find(&open) {
            let to = page[from..].find(&close).map_or(page.len(), |at| from + at + close.len());
            page.replace_range(from..to, " ");
        }
    }
    let mut out = String::new();
    for part in page.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        out.push(' ');
    }
    out
}

#[test]
fn the_widget_is_readable_without_forms_styles_drawings_and_actions() {
    let board = sample::board(1_000);
    let text = left_over(&page(1_000, Mode::Widget));
    for word in ["red", "late", "stuck", "not read", "in doubt", "green", "of 1,000"] {
        assert!(text.contains(word), "{word}");
    }
    assert!(text.contains("as of") && text.contains("cannot read 210987654321/us-east-1"));
    assert!(text.contains("Lambda.TooManyRequestsException in Charge"));
    for machine in board.machines.iter().take(10) {
        assert!(text.contains(&machine.key) && text.contains(&machine.words(sample::NOW)));
    }
    let text = left_over(&page(8, Mode::Widget));
    for machine in &sample::board(8).machines {
        assert!(text.contains(&machine.key) && text.contains(&machine.words(sample::NOW)));
    }
    assert!(text.contains("CardError") && text.contains("acknowledged by ann"));
}

#[test]
fn a_wall_shows_no_account_no_link_and_no_control() {
    let page = page(1_000, Mode::Kiosk);
    let main = &page[page.find("<main").unwrap()..];
    assert!(
        !page.contains("123456789012")
            && !page.contains("210987654321")
            && main.contains("…9012/eu-west-1")
    );
    assert!(!page.contains("<a ") && !page.contains("<form"));
    assert!(!page.contains("<svg"));
}

// Accessibility, rule by rule.

#[test]
fn each_state_has_its_sign_its_letter_and_its_word_in_the_row() {
    let machines = State::ALL.map(|state| {
        let key = format!("m-{}-{}", state.name(), state.word());
        sample::in_state(state, None, Machine::new(&key, Target::default()))
    });
    let board =
        Board::of_machines(machines.to_vec(), Vec::new(), &crate::Grouping::default(), sample::NOW);
    for mode in MODES {
        let size = Some(Size { width: 1_200, height: 9_000 });
        let page = html(&board, &View { size, ..view(mode) });
        for machine in &board.machines {
            let bar = page.replace('\'', "\"");
            let row = format!(
                "<span aria-hidden=\"true\">{} </span>{}</td>",
                machine.state().sign(),
                machine.words(sample::NOW)
            );
            let shown = mode != Mode::Kiosk || machine.state().is_bad();
            assert_eq!(bar.contains(&row), shown, "{mode:?} {row}");
        }
    }
    // The tiles of those that are to be looked at have a letter.
    let many: Vec<Machine> = (0..10).flat_map(|_| machines.clone()).collect();
    let board = Board::of_machines(many, Vec::new(), &crate::Grouping::default(), sample::NOW);
    let page = html(&board, &view(Mode::Page));
    for state in State::ALL.into_iter().filter(|state| state.is_bad()) {
        let letter = state.letter().unwrap();
        let class = format!("class=\"l-{}\"", state.rank().name());
        let has =
            page.split("<text ").any(|t| t.contains(&class) && t.contains(&format!(">{letter}<")));
        assert!(has, "{state:?}");
    }
}

#[test]
fn tables_have_captions_and_scopes_and_the_page_one_heading_and_a_language() {
    for n in SIZES {
        for mode in MODES {
            let page = page(n, mode);
            let tags = tags(&page);
            let of = |name: &str| tags.iter().filter(|(tag, _)| tag == name).collect::<Vec<_>>();
            assert_eq!(of("table").len(), of("caption").len());
            assert!(of("th").iter().all(|(_, attributes)| attributes.contains_key("scope")));
            assert_eq!(of("h1").len(), 1);
            assert!(
                tags.iter()
                    .any(|(_, attributes)| attributes.get("lang").is_some_and(|l| l == "en"))
            );
            let live: Vec<_> = tags.iter().filter(|(_, a)| a.contains_key("aria-live")).collect();
            let expected = usize::from(mode != Mode::Widget);
            assert_eq!(live.len(), expected, "the counts alone speak");
            assert!(live.iter().all(|(_, a)| a["aria-live"] == "polite" && a["id"] == "counts"));
            for (_, svg) in of("svg") {
                let role = svg.get("role").is_some_and(|r| r == "img" || r == "group");
                let labelled = role && svg.contains_key("aria-label");
                assert!(labelled || svg.contains_key("aria-hidden"), "{svg:?}");
            }
            let mut ids: Vec<&String> = tags.iter().filter_map(|(_, a)| a.get("id")).collect();
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count, "an id is there once");
            for target in of("label").iter().filter_map(|(_, label)| label.get("for")) {
                assert!(ids.contains(&target));
            }
            for (_, time) in of("time") {
                assert!(time["datetime"].ends_with('Z'), "absolute beside relative");
            }
        }
    }
}

#[test]
fn links_and_controls_are_24_pixels_and_focus_is_visible() {
    assert!(STYLE.contains("min-height:24px;min-width:24px"));
    assert!(STYLE.contains(".g input,.g button{font:inherit;min-height:28px"));
    assert!(STYLE.contains("a:focus-visible") && STYLE.contains("outline:3px solid var(--link)"));
}

#[test]
fn nothing_blinks_and_both_schemes_are_served() {
    assert_eq!(STYLE.matches("animation:").count(), 1);
    assert!(
        STYLE.contains("animation:g-old 0s linear 180s forwards") && !STYLE.contains("infinite")
    );
    for word in
        ["prefers-color-scheme:dark", "prefers-reduced-motion", "forced-colors", "max-width:600px"]
    {
        assert!(STYLE.contains(word), "{word}");
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    for (theme, class) in [(Theme::Light, "light"), (Theme::Dark, "dark"), (Theme::Auto, "auto")] {
        let page = html(&sample::board(8), &View { theme, ..view(Mode::Page) });
        assert!(page.contains(&format!("<html class=\"g {class}\" lang=\"en\"")), "{class}");
    }
}

#[test]
fn both_signs_of_age_are_on_every_form() {
    for mode in MODES {
        let page = page(8, mode).replace('\'', "\"");
        assert!(page.contains("as of <time datetime=\"2023-11-14T22:13:20Z\">"), "{mode:?}");
        assert_eq!(page.matches("<p class=\"old\"").count(), 1, "{mode:?}");
    }
}

/// The colours of a theme by name, linear red, green and blue.
fn palette(text: &str) -> BTreeMap<String, [f64; 3]> {
    let colours = text.trim().split(';').map(|pair| {
        let (name, colour) = pair.split_once(":#").unwrap();
        let part = |n: usize| {
            let c = f64::from(u8::from_str_radix(&colour[2 * n..2 * n + 2], 16).unwrap()) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        (name.trim_start_matches("--").to_owned(), [part(0), part(1), part(2)])
    });
    colours.collect()
}

fn palettes() -> [(&'static str, BTreeMap<String, [f64; 3]>); 2] {
    [("light", palette(include_str!("light.css"))), ("dark", palette(include_str!("dark.css")))]
}

fn luminance([r, g, b]: [f64; 3]) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn texts_have_a_contrast_of_five_and_edges_of_three() {
    for (theme, palette) in palettes() {
        let background = palette["bg"];
        let ratio = |name: &str| contrast(palette[name], background);
        for name in ["text", "dim", "link"] {
            assert!(ratio(name) >= 5.0, "{theme} {name} {:.1}", ratio(name));
        }
        for rank in crate::Rank::ALL.map(crate::Rank::name) {
            let (text, edge) = (format!("{rank}-text"), format!("{rank}-edge"));
            assert!(ratio(&text) >= 5.0, "{theme} {text} {:.1}", ratio(&text));
            assert!(ratio(&edge) >= 3.0, "{theme} {edge} {:.1}", ratio(&edge));
            let letter =
                contrast(palette[&format!("{rank}-letter")], palette[&format!("{rank}-fill")]);
            assert!(letter >= 4.5, "{theme} letter on {rank} {letter:.1}");
        }
    }
}

/// Simulations of colour blindness by Machado, Oliveira and Fernandes (2009), severity 1, on linear
/// colours: protanopia, deuteranopia, tritanopia.
const BLIND: [[[f64; 3]; 3]; 3] = [
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

/// CIE L*a*b*, D65.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47);
    let y = f(luminance([r, g, b]));
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn difference(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (lab(a), lab(b));
    (0..3).map(|n| (a[n] - b[n]).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn fills_differ_for_every_kind_of_colour_blindness() {
    for (theme, palette) in palettes() {
        for (kind, matrix) in BLIND.iter().enumerate() {
            let seen = |rank: &str| {
                let colour = palette[&format!("{rank}-fill")];
                let row = |n: usize| (0..3).map(|k| matrix[n][k] * colour[k]).sum::<f64>();
                [row(0), row(1), row(2)].map(|c| c.clamp(0.0, 1.0))
            };
            let amber = difference(seen("red"), seen("amber"));
            let green = difference(seen("red"), seen("green"));
            let least = if theme == "light" { (50.0, 60.0) } else { (28.0, 26.0) };
            assert!(amber >= least.0, "{theme}, kind {kind}: red and amber {amber:.0}");
            assert!(green >= least.1, "{theme}, kind {kind}: red and green {green:.0}");
        }
    }
}

#[test]
fn fills_keep_their_order_of_lightness() {
    let [(_, light), (_, dark)] = palettes();
    let l = |palette: &BTreeMap<String, [f64; 3]>, rank: &str| {
        luminance(palette[&format!("{rank}-fill")])
    };
    let rising = ["red", "amber", "green", "doubt"].map(|rank| l(&light, rank));
    assert!(rising.windows(2).all(|two| two[0] < two[1]), "{rising:?}");
    let falling = ["amber", "red", "green"].map(|rank| l(&dark, rank));
    assert!(falling.windows(2).all(|two| two[0] > two[1]), "{falling:?}");
}
