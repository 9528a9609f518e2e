//! The emulator ministack, on a free port with a directory of its own, until the value is dropped: an AWS
//! account for one test.

use crate::aws::{Aws, REGION};
use crate::python::Python;
use crate::{Error, wait, work_directory};
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// It takes a second on an idle computer, but tests run many at a time.
const START: Duration = Duration::from_secs(60);

/// A running emulator. It ends with all its processes when the value is dropped, or when this program
/// dies in any way, since its standard input then closes.
#[derive(Debug)]
pub struct Emulator {
    process: Child,
    input: Option<ChildStdin>,
    endpoint: String,
    directory: TempDir,
}

impl Emulator {
    /// Starts an emulator and waits until it is ready.
    pub fn start() -> Result<Self, Error> {
        let python = Python::ready()?;
        let mut log = String::new();
        // Another program may take the free port before the emulator does.
        for _ in 0..5 {
            let mut emulator = Self::spawn(python, free_port()?)?;
            if emulator.is_ready() {
                return Ok(emulator);
            }
            log = fs::read_to_string(emulator.log()).unwrap_or_default();
        }
        Err(format!("the emulator does not start; its log:\n{log}"))
    }

    fn spawn(python: &Python, port: u16) -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("emulator-")
            .tempdir_in(work_directory()?)
            .map_err(|e| format!("cannot create a directory for the emulator: {e}"))?;
        let path = directory.path();
        let log = File::create(path.join("log")).map_err(|e| format!("the emulator's log: {e}"))?;
        let copy = log.try_clone().map_err(|e| format!("the emulator's log: {e}"))?;
        let mut command = python.script("emulator.py");
        command
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_REGION", REGION)
            .env("STATE_DIR", path)
            .env("TMPDIR", path)
            .env_remove("AWS_ENDPOINT_URL")
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(copy)
            // Its own group, so that Ctrl-C reaches only this program, and the emulator ends as a whole.
            .process_group(0);
        let mut process = command.spawn().map_err(|e| format!("cannot run {command:?}: {e}"))?;
        let input = process.stdin.take();
        Ok(Self { process, input, endpoint: format!("http://127.0.0.1:{port}"), directory })
    }

    fn is_ready(&mut self) -> bool {
        let url = format!("{}/_ministack/health", self.endpoint);
        let ready = wait::until(START, || match self.process.try_wait() {
            Ok(None) => ureq::get(&url).call().is_ok().then_some(true),
            _ => Some(false),
        });
        ready == Some(true)
    }

    /// The URL to use as `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A client without an SDK.
    pub fn aws(&self) -> Aws {
        Aws::new(&self.endpoint)
    }

    /// Resets it to its initial state.
    pub fn reset(&self) -> Result<(), Error> {
        let url = format!("{}/_ministack/reset", self.endpoint);
        ureq::post(&url).send_empty().map(drop).map_err(|e| format!("the emulator's reset: {e}"))
    }

    /// Its log file.
    pub fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// Its process id, which is also its group's.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Environment variables for programs that use this account.
    pub fn environment(&self) -> Vec<(String, String)> {
        crate::aws::environment(&self.endpoint)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // At the end of its input it kills its whole group.
        self.input.take();
        if wait::until(Duration::from_secs(5), || self.process.try_wait().ok().flatten()).is_none()
        {
            // Errors are ignored: a destructor cannot report them.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

fn free_port() -> Result<u16, Error> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|e| format!("there is no free port: {e}"))
}
