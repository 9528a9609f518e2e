//! Writes the sample board in every form and size to a directory, and prints bytes and times.
//!
//! `cargo run --release -p guardian-board --example pages -- DIRECTORY`

use guardian_board::html::{Mode, Size, Theme, View, html};
use guardian_board::terminal::{Options, text};
use guardian_board::{Board, Query, json, metrics, sample};
use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let directory = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "pages".to_owned()));
    fs::create_dir_all(&directory)?;
    for n in [0, 8, 100, 1_000, 10_000] {
        let started = Instant::now();
        let (tables, settings) = (sample::tables(n), sample::settings());
        println!("{n:>6} rows made: {:?}", started.elapsed());
        let started = Instant::now();
        let sources = sample::of_tables(&tables, &settings);
        let board = Board::of_sources(sources, &settings, sample::NOW);
        println!("{n:>6} rows to a board: {:?}", started.elapsed());
        let write = |name: String, make: &dyn Fn() -> String| -> io::Result<()> {
            let started = Instant::now();
            let text = make();
            println!("{n:>6} {name:<24} {:>8} bytes  {:?}", text.len(), started.elapsed());
            fs::write(directory.join(name), text)
        };
        let wide = Some(Size { width: 1_200, height: 900 });
        for (mode, word) in [(Mode::Page, "page"), (Mode::File, "file"), (Mode::Kiosk, "kiosk")] {
            let view = View { mode, size: wide, ..View::default() };
            write(format!("{word}-{n}.html"), &|| html(&board, &view))?;
        }
        let filter = Query::parse("is:bad");
        let view = View { filter, size: wide, ..View::default() };
        write(format!("filtered-{n}.html"), &|| html(&board, &view))?;
        for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let view = View { mode: Mode::Widget, theme, size: wide, ..View::default() };
            write(format!("widget-{word}-{n}.html"), &|| html(&board, &view))?;
        }
        let options = Options { width: 120, history: 10, ..Options::default() };
        write(format!("terminal-{n}.txt"), &|| text(&board, &options))?;
        let options = Options { width: 100, colour: true, ..Options::default() };
        write(format!("terminal-{n}.ansi"), &|| text(&board, &options))?;
        write(format!("metrics-{n}.txt"), &|| metrics::metrics(&board))?;
        write(format!("board-{n}.json"), &|| json::json(&board, &Query::default()).to_string())?;
    }
    Ok(())
}
