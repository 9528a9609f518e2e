//! ministack on a free port, with a directory of its own, for as long as the value lives: a whole
//! AWS account that nobody else sees.

use crate::aws::{Aws, REGION};
use crate::python::Python;
use crate::{Error, wait, workshop};
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Ready in a second on an idle machine; tests run many at a time.
const START: Duration = Duration::from_secs(60);

/// A running emulator. Dropping it ends it and all processes it started; so does the death of
/// this program, in whatever way, since its standard input then closes.
#[derive(Debug)]
pub struct Emulator {
    process: Child,
    input: Option<ChildStdin>,
    endpoint: String,
    directory: TempDir,
}

impl Emulator {
    /// Starts one and waits until it is ready.
    pub fn start() -> Result<Self, Error> {
        let python = Python::ready()?;
        let mut said = String::new();
        // Between finding a free port and using it somebody else may have taken it.
        for _ in 0..5 {
            let mut emulator = Self::spawn(python, free_port()?)?;
            if emulator.is_ready() {
                return Ok(emulator);
            }
            said = fs::read_to_string(emulator.log()).unwrap_or_default();
        }
        Err(format!("the emulator does not start; it said:\n{said}"))
    }

    fn spawn(python: &Python, port: u16) -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("emulator-")
            .tempdir_in(workshop()?)
            .map_err(|e| format!("cannot make a directory for the emulator: {e}"))?;
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
            // Its own group: Ctrl-C is for this program, which ends it; and it ends as a group.
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

    /// Where it listens, as `AWS_ENDPOINT_URL` wants it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its API, without an SDK.
    pub fn aws(&self) -> Aws {
        Aws::new(&self.endpoint)
    }

    /// Makes it as it was when it started.
    pub fn forget(&self) -> Result<(), Error> {
        let url = format!("{}/_ministack/reset", self.endpoint);
        ureq::post(&url).send_empty().map(drop).map_err(|e| format!("the emulator's reset: {e}"))
    }

    /// What it says.
    pub fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// The id of its process, which is that of its group.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Environment variables for programs that are to see this account and no other.
    pub fn environment(&self) -> Vec<(String, String)> {
        crate::aws::environment(&self.endpoint)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The end of its input makes it kill its group, itself included.
        self.input.take();
        if wait::until(Duration::from_secs(5), || self.process.try_wait().ok().flatten()).is_none()
        {
            // Nothing better is left, and an error has nobody to go to.
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
