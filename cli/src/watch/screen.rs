//! The terminal: taken, and given back as it was, whatever ends the program.

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is taken.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal, while it is taken.
#[derive(Debug)]
pub struct Screen {
    /// Where frames are drawn.
    pub terminal: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal. A panic gives it back before it is reported.
    pub fn open() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let report = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                give_back();
                report(panic);
            }));
        });
        take()?;
        match terminal() {
            Ok(terminal) => Ok(Self { terminal }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Takes it again after [`give_back`], and draws all of it with the next frame.
    pub fn again(&mut self) -> io::Result<()> {
        take()?;
        self.redraw()
    }

    /// Draws all of it with the next frame. ratatui's own `clear` asks the terminal for the cursor's
    /// position, and the thread that reads the keys would take the answer.
    pub fn redraw(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        self.terminal = terminal()?;
        Ok(())
    }

    /// Whether a panic on any thread has given it back.
    pub fn is_lost(&self) -> bool {
        !TAKEN.load(Ordering::SeqCst)
    }

    /// Rings.
    pub fn bell(&mut self) {
        // The board works without a bell.
        let _ = stdout().write_all(b"\x07").and_then(|()| stdout().flush());
    }
}

fn terminal() -> io::Result<ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>> {
    ratatui::Terminal::new(CrosstermBackend::new(BufWriter::new(stdout())))
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    // Set first, so that a terminal that is only half taken is given back, too.
    TAKEN.store(true, Ordering::SeqCst);
    let taken = enable_raw_mode().and_then(|()| execute!(stdout(), EnterAlternateScreen, Hide));
    if taken.is_err() {
        give_back();
    }
    taken
}

/// Gives the terminal back, if it is taken.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // The terminal may be gone.
        let _ = execute!(stdout(), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}
