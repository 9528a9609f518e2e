//! A running program: its output so far, signals, and its end.

use crate::{Error, wait};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Limit for a program to write an expected text, or to end.
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
    pub fn output(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The same value, if the program ended with this exit code.
    ///
    /// # Panics
    /// If it did not, with both streams.
    #[track_caller]
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "output:\n{}", self.output());
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
    text: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn of(mut from: impl Read + Send + 'static) -> Self {
        let text: Arc<Mutex<String>> = Arc::default();
        let into = Arc::clone(&text);
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = from.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..read]);
                into.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            }
        });
        Self { text, reader: Some(reader) }
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Running {
    /// Starts a command.
    pub fn start(mut command: Command) -> Result<Self, Error> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = command.spawn();
        let mut process = spawned.map_err(|e| format!("cannot run {command:?}: {e}"))?;
        let (Some(stdout), Some(stderr)) = (process.stdout.take(), process.stderr.take()) else {
            return Err(format!("cannot read the output of {command:?}"));
        };
        Ok(Self { process, streams: [Stream::of(stdout), Stream::of(stderr)] })
    }

    /// The output so far, both streams.
    pub fn output(&self) -> String {
        self.streams.iter().map(Stream::text).collect()
    }

    /// Waits for a text in the output.
    ///
    /// # Panics
    /// If it does not come within a minute, with the output.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        let there = wait::until(LIMIT, || self.output().contains(text).then_some(()));
        assert!(there.is_some(), "`{text}` is not in the output:\n{}", self.output());
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

    /// Whether the program has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// Waits for the end of the program.
    ///
    /// # Panics
    /// If it does not end within a minute, with the output.
    #[track_caller]
    pub fn wait(mut self) -> Ended {
        let status = wait::until(LIMIT, || self.process.try_wait().ok().flatten());
        let Some(status) = status else { panic!("it does not end:\n{}", self.output()) };
        for reader in self.streams.iter_mut().filter_map(|stream| stream.reader.take()) {
            // A reader that failed keeps the text that it has read.
            let _ = reader.join();
        }
        let [stdout, stderr] = &self.streams;
        Ended { code: status.code(), stdout: stdout.text(), stderr: stderr.text() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // If it has ended already, this only collects its status.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
