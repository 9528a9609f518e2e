//! The board, key by key, on a screen in memory.

use super::draw::{keys, render};
use super::header;
use super::lines::{Line, Order};
use super::state::{Mode, State};
use super::update::{Effect, End, Event, update};
use guardian_board::sample::{self, NOW};
use guardian_board::text::is_obeyed;
use guardian_board::{Board, Machine};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::{Color, Modifier};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

static HUNDRED: LazyLock<Board> = LazyLock::new(|| sample::board(100));

fn state(board: Board, size: (u16, u16)) -> State {
    let mut state = State { size, started_ms: NOW, colour: true, ..State::default() };
    assert_eq!(update(&mut state, Event::Tick, NOW, 0.5), [Effect::Read]);
    update(&mut state, Event::Read(Arc::new(board)), NOW, 0.5);
    state
}

fn press(state: &mut State, code: KeyCode) -> Vec<Effect> {
    let now_ms = state.now_ms;
    update(state, Event::Key(KeyEvent::new(code, KeyModifiers::NONE)), now_ms, 0.5)
}

/// Types keys; `⏎` is Enter, `⎋` Esc, `⇥` Tab, `↓` and `↑` are arrows.
fn typed(state: &mut State, keys: &str) -> Vec<Effect> {
    let press = |c: char| {
        press(
            state,
            match c {
                '⏎' => KeyCode::Enter,
                '⎋' => KeyCode::Esc,
                '⇥' => KeyCode::Tab,
                '⌫' => KeyCode::Backspace,
                '↓' => KeyCode::Down,
                '↑' => KeyCode::Up,
                c => KeyCode::Char(c),
            },
        )
    };
    keys.chars().flat_map(press).collect()
}

fn drawn(state: &State) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| render(frame, state)).unwrap();
    terminal
}

fn text(state: &State) -> String {
    drawn(state).backend().to_string()
}

fn snapshot(name: &str, state: &State) {
    insta::assert_snapshot!(name, text(state));
}

fn chosen(state: &State) -> &str {
    &state.machine().expect("a machine is selected").key
}

/// The board a minute later, on which one green machine is red and another is gone.
fn changed(board: &Board) -> Board {
    let mut machines: Vec<Machine> = board.machines.clone();
    let last = machines.len() - 1;
    let red = machines[0].clone();
    let one = &mut machines[last];
    (one.light, one.decided, one.why) = (red.light, red.decided, red.why);
    one.light_since_ms = Some(NOW + 30_000);
    machines.remove(last - 1);
    let grouping = sample::settings().grouping;
    let mut board = Board::of_machines(machines, board.banners.clone(), &grouping, NOW + 60_000);
    board.several = true;
    board
}

#[test]
fn boards_of_every_size_are_drawn() {
    for n in [0, 8, 100, 1_000, 10_000] {
        snapshot(&format!("{n}_at_80"), &state(sample::board(n), (80, 24)));
    }
    snapshot("1000_at_160", &state(sample::board(1_000), (160, 40)));
}

#[test]
fn groups_details_help_the_form_and_a_failure_are_drawn() {
    let mut state = state(sample::board(8), (80, 24));
    typed(&mut state, "↓⏎");
    snapshot("details", &state);
    typed(&mut state, "⎋a1x⏎");
    snapshot("form", &state);
    typed(&mut state, "⎋?");
    snapshot("help", &state);
    typed(&mut state, "⎋⎋/is:broken");
    snapshot("search", &state);
    typed(&mut state, "⎋");
    update(&mut state, Event::Tick, NOW + 30_000, 0.5);
    let why = "ThrottlingException: \u{1b}[2Jslow down".to_owned();
    update(&mut state, Event::Failed(why), NOW + 40_000, 0.5);
    snapshot("failed", &state);
    let mut state = self::state(HUNDRED.clone(), (100, 30));
    typed(&mut state, "g↓ ");
    snapshot("groups", &state);
}

#[test]
fn the_selection_follows_its_machine_and_rows_stay_until_r() {
    let mut state = state(HUNDRED.clone(), (80, 24));
    typed(&mut state, "↓↓↓↓");
    let (key, before) = (chosen(&state).to_owned(), state.list.lines.len());
    let first: Vec<&str> =
        state.board.machines.iter().take(10).map(|machine| machine.key.as_str()).collect();
    let first: Vec<String> = first.into_iter().map(str::to_owned).collect();
    update(&mut state, Event::Tick, NOW + 60_000, 0.5);
    update(&mut state, Event::Read(Arc::new(changed(&HUNDRED))), NOW + 60_000, 0.5);
    assert_eq!((chosen(&state), state.list.lines.len()), (key.as_str(), before));
    let now: Vec<&String> =
        (0..10).map(|at| &state.board.machines[state.list.machine(at).unwrap()].key).collect();
    assert_eq!(now, first.iter().collect::<Vec<_>>(), "no row has moved");
    assert_eq!(state.waiting, 2, "one is red and one is gone");
    assert!(text(&state).contains("2 changes wait for their place (r)"));
    assert!(state.list.lines.iter().any(|line| matches!(line, Line::Gone(_))));
    assert_eq!(press(&mut state, KeyCode::Char('r')), [], "it was read just now");
    assert_eq!((state.waiting, chosen(&state)), (0, key.as_str()));
    assert_eq!(state.list.lines.len(), before - 1);
    let place = state.list.lines.iter().position(|line| *line == Line::Machine(0));
    assert_eq!(place, Some(0), "the newest fault is on top");
}

#[test]
fn without_a_reader_the_order_is_that_of_the_newest_board() {
    let mut state = state(HUNDRED.clone(), (80, 24));
    update(&mut state, Event::Read(Arc::new(changed(&HUNDRED))), NOW + 60_000, 0.5);
    assert_eq!((state.waiting, state.list.lines.len()), (0, HUNDRED.machines.len() - 1));
    // A key holds the order for a while; then the waiting changes come in without a key.
    press(&mut state, KeyCode::Char('s'));
    press(&mut state, KeyCode::Char('s'));
    press(&mut state, KeyCode::Char('s'));
    assert_eq!(state.view.order, Order::Worst);
    update(&mut state, Event::Read(Arc::new(HUNDRED.clone())), NOW + 61_000, 0.5);
    assert!(state.waiting > 0);
    update(&mut state, Event::Tick, NOW + 80_000, 0.5);
    assert_eq!(state.waiting, 0);
}

#[test]
fn the_search_filters_with_each_letter_and_keeps_faults_only() {
    let mut state = state(HUNDRED.clone(), (80, 24));
    press(&mut state, KeyCode::Char('f'));
    let bad = state.list.lines.len();
    assert!(bad > 0 && bad < 100);
    typed(&mut state, "/order");
    let found = state.list.lines.len();
    assert!(found > 0 && found < bad, "{found} of {bad}");
    assert!(text(&state).contains("faults only (f)"));
    typed(&mut state, "⏎");
    assert_eq!(state.view.query.text(), "order");
    typed(&mut state, "/⌫⌫⌫⌫⌫is:nothing");
    assert!(text(&state).contains("no machine is `nothing`"));
    typed(&mut state, "⎋");
    assert_eq!((state.view.query.text(), state.list.lines.len()), ("order", found));
    typed(&mut state, "⎋");
    assert_eq!(state.list.lines.len(), bad);
    typed(&mut state, "⎋");
    assert_eq!(state.list.lines.len(), 100);
}

#[test]
fn a_fault_is_acknowledged_with_length_and_reason() {
    let mut state = state(sample::board(8), (80, 24));
    assert_eq!(press(&mut state, KeyCode::Char('a')), []);
    assert!(state.notice.as_ref().unwrap().contains("select a machine"));
    typed(&mut state, "↓a⌫⌫");
    assert_eq!(typed(&mut state, "9d⏎"), []);
    assert!(text(&state).contains("7d at most"));
    let key = chosen(&state).to_owned();
    let effects = typed(&mut state, "⌫⌫2h⏎vendor q⏎");
    let [Effect::Acknowledge { id, seconds, why }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!((&id.key, *seconds, why.as_str()), (&key, 7_200, "vendor q"));
    let done = Event::Acknowledged(Err("denied \u{1b}[2J".to_owned()));
    assert_eq!(update(&mut state, done, NOW, 0.5), []);
    assert!(text(&state).contains("! denied \\u{1b}[2J"));
    // The form keeps the typed text, but only for this machine.
    assert_eq!(typed(&mut state, "a⏎"), effects);
    let done = Event::Acknowledged(Ok("acknowledged".to_owned()));
    assert_eq!(update(&mut state, done, NOW, 0.5), [Effect::Read]);
    typed(&mut state, "a");
    assert!(matches!(&state.mode, Mode::Form(form) if form.why.0.is_empty()));
    typed(&mut state, "⎋");
    // A green machine has nothing to acknowledge.
    press(&mut state, KeyCode::End);
    press(&mut state, KeyCode::Char('a'));
    assert!(state.notice.as_ref().unwrap().contains("has no fault"));
    assert_eq!(state.mode, Mode::List);
}

#[test]
fn a_failed_reading_keeps_and_dims_the_rows_and_the_pauses_grow() {
    let mut state = state(sample::board(8), (80, 24));
    let dim = |state: &State| {
        let terminal = drawn(state);
        let buffer = terminal.backend().buffer();
        let y = u16::try_from(header::lines(state).len()).unwrap();
        buffer.cell((16, y)).unwrap().modifier.contains(Modifier::DIM)
    };
    assert!(!dim(&state));
    let mut pauses = Vec::new();
    for n in 1..=3 {
        let at = NOW + n * 10_000;
        update(&mut state, Event::Failed("no answer".to_owned()), at, 0.5);
        pauses.push(state.feed.next_ms - at);
    }
    assert_eq!(pauses, [10_000, 20_000, 40_000]);
    assert!(dim(&state) && state.list.lines.len() == 8);
    assert!(text(&state).contains("! no answer for 30 s, 3 failures, again in 40 s: no answer"));
    update(&mut state, Event::Read(Arc::new(sample::board(8))), NOW + 50_000, 0.5);
    assert!(!dim(&state) && state.feed.next_ms == NOW + 55_000);
}

#[test]
fn a_bell_rings_for_a_new_fault_alone() {
    let mut state = state(HUNDRED.clone(), (80, 24));
    state.bell = true;
    let same = Event::Read(Arc::new(HUNDRED.clone()));
    assert_eq!(update(&mut state, same, NOW + 10_000, 0.5), []);
    let new = Event::Read(Arc::new(changed(&HUNDRED)));
    assert_eq!(update(&mut state, new, NOW + 20_000, 0.5), [Effect::Bell]);
}

#[test]
fn it_ends_when_asked_and_when_left_alone() {
    let mut state = state(sample::board(8), (80, 24));
    assert_eq!(press(&mut state, KeyCode::Char('q')), [Effect::End(End::Quit)]);
    // A letter of a search does not end it, Ctrl-C does.
    assert_eq!(typed(&mut state, "/q"), []);
    let control = |c| Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    assert_eq!(update(&mut state, control('c'), NOW, 0.5), [Effect::End(End::Interrupted)]);
    assert_eq!(update(&mut state, control('z'), NOW, 0.5), [Effect::Suspend]);
    let late = NOW + 13 * 3_600_000;
    assert_eq!(update(&mut state, Event::Tick, late, 0.5), [Effect::End(End::Unattended)]);
}

#[test]
fn a_link_is_opened_and_one_that_cannot_be_is_shown_whole() {
    let mut state = state(sample::board(8), (80, 24));
    press(&mut state, KeyCode::Down);
    let link = state.machine().unwrap().link().unwrap();
    assert_eq!(press(&mut state, KeyCode::Char('o')), [Effect::Open(link.clone())]);
    update(&mut state, Event::Opened(Ok(link.clone())), NOW, 0.5);
    let shown = text(&state).replace("\"\n\"", "");
    assert!(shown.contains(&link), "{shown}");
}

#[test]
fn a_small_screen_says_so() {
    for size in [(39, 24), (80, 9), (1, 1)] {
        let state = state(sample::board(8), size);
        assert!(
            "too small: 40 × 10 at least".starts_with(text(&state).trim_matches(['"', '\n', ' ']))
        );
    }
    assert!(text(&state(sample::board(1_000), (40, 10))).contains("? help"));
}

#[test]
fn without_colours_nothing_is_coloured_and_with_them_no_word_differs() {
    let mut state = state(HUNDRED.clone(), (120, 40));
    typed(&mut state, "g↓↓");
    let colourful = text(&state);
    state.colour = false;
    let terminal = drawn(&state);
    assert!(terminal.backend().buffer().content().iter().all(|cell| cell.fg == Color::Reset));
    assert_eq!(terminal.backend().to_string(), colourful);
}

#[test]
fn the_footer_has_help_and_quit_on_the_smallest_screen() {
    assert!(keys(40).starts_with("? help  q quit  / search"));
    assert!(keys(80).chars().count() <= 80);
}

fn code() -> impl Strategy<Value = KeyCode> {
    let letters = prop::sample::select("?q/fargsogjkGx1: ".chars().collect::<Vec<_>>());
    prop_oneof![
        letters.prop_map(KeyCode::Char),
        prop::sample::select(vec![
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::PageUp,
            KeyCode::PageDown,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Backspace,
            KeyCode::Tab,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_keys_and_no_screen_break_it_and_no_control_character_is_drawn(
        steps in prop::collection::vec((code(), 0..12u8, 1..140u16, 1..50u16), 1..40),
    ) {
        let mut state = state(HUNDRED.clone(), (80, 24));
        for (code, what, width, height) in steps {
            let now_ms = state.now_ms + 1_000;
            match what {
                0 => drop(update(&mut state, Event::Resize(width, height), now_ms, 0.5)),
                1 => drop(update(&mut state, Event::Read(Arc::new(changed(&HUNDRED))), now_ms, 0.5)),
                2 => drop(update(&mut state, Event::Read(Arc::new(HUNDRED.clone())), now_ms, 0.5)),
                3 => drop(update(&mut state, Event::Failed("\u{202e}no".into()), now_ms, 0.5)),
                4 => drop(update(&mut state, Event::Tick, now_ms, 0.5)),
                _ => drop(press(&mut state, code)),
            }
            prop_assert!(state.cursor.is_none_or(|at| at < state.list.lines.len()));
            let terminal = drawn(&state);
            for cell in terminal.backend().buffer().content() {
                prop_assert!(!cell.symbol().chars().any(is_obeyed), "{:?}", cell.symbol());
            }
        }
    }
}

/// `cargo test -p guardian-cli --lib figures_at -- --ignored --nocapture`
#[test]
#[ignore = "figures for docs/benchmarks.md"]
fn figures_at_10_000_machines() {
    let memory = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
        line.to_owned()
    };
    let board = sample::board(10_000);
    let mut state = state(board, (200, 60));
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
    let (mut worst, mut all, mut frames) = (0.0_f64, 0.0, 0.0);
    for step in 0..3_000 {
        let began = Instant::now();
        press(&mut state, if step % 50 == 49 { KeyCode::PageDown } else { KeyCode::Down });
        terminal.draw(|frame| render(frame, &state)).unwrap();
        let took = began.elapsed().as_secs_f64() * 1e3;
        (worst, all, frames) = (worst.max(took), all + took, frames + 1.0);
    }
    println!("scrolling: mean {:.2} ms, worst {worst:.2} ms a frame", all / frames);
    let began = Instant::now();
    for _ in 0..60 {
        let now_ms = state.now_ms + 1;
        update(&mut state, Event::Tick, now_ms, 0.5);
        terminal.draw(|frame| render(frame, &state)).unwrap();
    }
    println!("a second without a key: {:.2} ms", began.elapsed().as_secs_f64() * 1e3 / 60.0);
    let next = Arc::new(changed(&state.board));
    let began = Instant::now();
    update(&mut state, Event::Read(next), NOW + 60_000, 0.5);
    println!("a new board while a person reads: {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    let began = Instant::now();
    typed(&mut state, "/order");
    println!("a letter of a search: {:.1} ms", began.elapsed().as_secs_f64() * 1e3 / 6.0);
    println!("{}", memory());
}
