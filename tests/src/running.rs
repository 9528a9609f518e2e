//! A program while it runs: what it has said so far, signals for it, and how it ends.

use crate::{Error, wait};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// After so long a program counts as one that hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ended {
    /// Both streams.
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The same value, if the program ended with this exit code.
    ///
    /// # Panics
    /// If it did not, with both streams.
    #[track_caller]
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "it wrote:\n{}", self.said());
        self
    }
}

/// A running program. Dropping it ends it.
#[derive(Debug)]
pub struct Running {
    process: Child,
    streams: [Stream; 2],
}

#[derive(Debug)]
struct Stream {
    said: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn of(mut from: impl Read + Send + 'static) -> Self {
        let said: Arc<Mutex<String>> = Arc::default();
        let into = Arc::clone(&said);
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = from.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..read]);
                into.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            }
        });
        Self { said, reader: Some(reader) }
    }

    fn text(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Running {
    /// Starts a command.
    pub fn of(mut command: Command) -> Result<Self, Error> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = command.spawn();
        let mut process = spawned.map_err(|e| format!("cannot run {command:?}: {e}"))?;
        let (Some(stdout), Some(stderr)) = (process.stdout.take(), process.stderr.take()) else {
            return Err(format!("cannot read what {command:?} says"));
        };
        Ok(Self { process, streams: [Stream::of(stdout), Stream::of(stderr)] })
    }

    /// What it has said so far, on both streams.
    pub fn said(&self) -> String {
        self.streams.iter().map(Stream::text).collect()
    }

    /// Waits until it has said this.
    ///
    /// # Panics
    /// If it does not say it within a minute, with what it says instead.
    #[track_caller]
    pub fn says(&self, text: &str) {
        let there = wait::until(LIMIT, || self.said().contains(text).then_some(()));
        assert!(there.is_some(), "it does not say `{text}`:\n{}", self.said());
    }

    /// Sends it a signal: `INT`, `TERM`.
    pub fn signal(&self, name: &str) -> Result<(), Error> {
        let kill = format!("kill -{name} {}", self.process.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        match sent {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("{kill}: {other:?}")),
        }
    }

    /// Kills it as `kill -9` does.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.process.kill().map_err(|e| format!("kill -9: {e}"))
    }

    /// Whether it has ended.
    pub fn is_over(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// If it does not end within a minute, with what it says.
    #[track_caller]
    pub fn ends(mut self) -> Ended {
        let status = wait::until(LIMIT, || self.process.try_wait().ok().flatten());
        let Some(status) = status else { panic!("it does not end:\n{}", self.said()) };
        for reader in self.streams.iter_mut().filter_map(|stream| stream.reader.take()) {
            // A reader that broke has read what there was.
            let _ = reader.join();
        }
        let [stdout, stderr] = &self.streams;
        Ended { code: status.code(), stdout: stdout.text(), stderr: stderr.text() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is only waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
