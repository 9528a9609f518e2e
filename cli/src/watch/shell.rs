//! The loop: keys, time, signals and readings in; frames and calls out.

use super::draw::render;
use super::lines::View;
use super::pace::UNATTENDED_MS;
use super::screen::{Screen, give_back};
use super::state::State;
use super::update::{Effect, End, Event, update};
use super::worker::{self, Order};
use crate::board::targets::Targets;
use crate::exit::{Exit, Failure};
use crate::signal::stop_signal;
use crate::ui::Ui;
use guardian_aws::clock::now_ms;
use guardian_board::Query;
use guardian_deploy::host::Signal;
use ratatui::crossterm::event::{self, Event as Input, KeyEventKind};
use ratatui::crossterm::terminal;
use rustix::process::{Signal as Os, getpid, getsid, kill_current_process_group, kill_process};
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{MissedTickBehavior, interval};

/// The targets of a live board, and its options.
#[derive(Debug)]
pub struct Watch {
    /// The targets.
    pub targets: Targets,
    /// The search at the beginning.
    pub filter: Query,
    /// The interval that was asked for, in milliseconds.
    pub asked_ms: i64,
    /// Whether a new fault rings the bell.
    pub bell: bool,
}

/// Shows the board until the user leaves it.
pub async fn run(watch: Watch, ui: &Ui) -> Result<Exit, Failure> {
    let (sender, mut events) = unbounded_channel();
    let routes = watch.targets.routes.clone();
    let orders = worker::start(watch.targets, sender.clone());
    let io = |error: io::Error| Failure::error(format!("the terminal cannot be used: {error}"));
    let kind = |signal: Os| SignalKind::from_raw(signal.as_raw());
    let mut hangups = signal(SignalKind::hangup()).map_err(io)?;
    let mut stops = signal(kind(Os::TSTP)).map_err(io)?;
    let stopped = stop_signal();
    tokio::pin!(stopped);
    let mut state = State {
        view: View { query: watch.filter, ..View::default() },
        asked_ms: watch.asked_ms,
        bell: watch.bell,
        routes,
        colour: ui.style.colour,
        started_ms: now_ms(),
        ..State::default()
    };
    let mut screen = Screen::open().map_err(io)?;
    state.size = terminal::size().map_err(io)?;
    std::thread::spawn(move || keys(&sender));
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if screen.is_lost() {
            return Err(Failure::error("the board has ended because of an error in Guardian")
                .help("please report it with the text above"));
        }
        screen.terminal.draw(|frame| render(frame, &state)).map_err(io)?;
        let mut todo = Vec::new();
        tokio::select! {
            event = events.recv() => {
                // The thread that reads keys has a sender; it ends with the terminal.
                let Some(event) = event else { return Ok(Exit::Terminated) };
                todo.extend(update(&mut state, event, now_ms(), fastrand::f64()));
                // Many keys, such as from one that is held down, need only one frame.
                while let Ok(event) = events.try_recv() {
                    todo.extend(update(&mut state, event, now_ms(), fastrand::f64()));
                }
            }
            _ = ticks.tick() => {
                todo.extend(update(&mut state, Event::Tick, now_ms(), fastrand::f64()));
            }
            signal = &mut stopped => return Ok(match signal {
                Signal::Interrupt => Exit::Interrupted,
                Signal::Terminate => Exit::Terminated,
            }),
            _ = hangups.recv() => return Ok(Exit::Terminated),
            _ = stops.recv() => suspend(&mut screen, &mut state).map_err(io)?,
        }
        for effect in todo {
            match effect {
                // The worker ends only with the program.
                Effect::Read => drop(orders.send(Order::Read)),
                Effect::Acknowledge { id, seconds, why } => {
                    drop(orders.send(Order::Acknowledge(id, seconds, why)));
                }
                Effect::Open(link) => {
                    let opened = Event::Opened(open(&link));
                    update(&mut state, opened, now_ms(), fastrand::f64());
                }
                Effect::Bell => screen.bell(),
                Effect::Redraw => screen.redraw().map_err(io)?,
                Effect::Suspend => ask_to_stop(&mut state),
                Effect::End(end) => {
                    drop(screen);
                    return Ok(ended(end, ui));
                }
            }
        }
    }
}

fn ended(end: End, ui: &Ui) -> Exit {
    match end {
        End::Quit => Exit::Done,
        End::Interrupted => Exit::Interrupted,
        End::Unattended => {
            let hours = UNATTENDED_MS / 3_600_000;
            ui.note(&format!("note: no key for {hours} h, so the board has ended"));
            Exit::Done
        }
    }
}

/// Reads keys until the terminal is gone.
fn keys(events: &UnboundedSender<Event>) {
    loop {
        let event = match event::read() {
            Ok(Input::Key(key)) if key.kind != KeyEventKind::Release => Event::Key(key),
            Ok(Input::Resize(width, height)) => Event::Resize(width, height),
            Ok(_) => continue,
            // The terminal is gone: with this sender the loop ends by its hang-up.
            Err(_) => return,
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

/// Stops the whole process group, as the terminal does for Ctrl-Z. The first process of a session has
/// no shell that could continue it.
fn ask_to_stop(state: &mut State) {
    let stopped = match getsid(None) {
        Ok(session) if session == getpid() => {
            state.notice = Some("there is no shell to go back to".to_owned());
            return;
        }
        _ => kill_current_process_group(Os::TSTP),
    };
    if let Err(error) = stopped {
        state.notice = Some(format!("! cannot be stopped: {error}"));
    }
}

/// Gives the terminal back, stops, and takes it again when the shell continues.
fn suspend(screen: &mut Screen, state: &mut State) -> io::Result<()> {
    give_back();
    kill_process(getpid(), Os::STOP)?;
    screen.again()?;
    let (width, height) = terminal::size()?;
    update(state, Event::Resize(width, height), now_ms(), fastrand::f64());
    Ok(())
}

/// Opens a link where there is a browser; else shows it, for the terminal to open or the user to copy.
fn open(link: &str) -> Result<String, String> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let remote = set("SSH_CONNECTION") || set("SSH_TTY");
    let opener = match () {
        () if remote => None,
        () if cfg!(target_os = "macos") => Some("open"),
        () if set("DISPLAY") || set("WAYLAND_DISPLAY") => Some("xdg-open"),
        () => None,
    };
    let Some(opener) = opener else { return Ok(link.to_owned()) };
    let child = Command::new(opener)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child {
        Ok(mut child) => {
            // Waits for it, so that it does not stay as a zombie.
            std::thread::spawn(move || child.wait());
            Ok(format!("opened {link}"))
        }
        Err(_) => Err(link.to_owned()),
    }
}
