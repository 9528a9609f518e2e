//! The function's binary as a process, in front of a stub of Lambda's runtime API: one invocation
//! at a time, as an execution environment has it.

use crate::wire::now_ms;
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What an invocation may take: the stack's default.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// Path of the runtime API.
const API: &str = "/2018-06-01/runtime/";

/// A process of the function.
pub struct Process {
    child: Child,
    invocations: Sender<String>,
    answers: Mutex<Receiver<Answer>>,
    /// From the start of the process until it asked for its first invocation.
    pub init: Duration,
    // Serves for as long as the process lives.
    _runtime: Stub,
}

/// What the process says to its runtime.
enum Answer {
    Ready,
    Done(Value),
    Failed(String),
}

/// What a process has taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    /// Seconds of a processor.
    pub cpu_s: f64,
    /// Its highest resident memory, in bytes.
    pub peak: u64,
}

impl Process {
    /// Starts the binary with these variables, and waits until it is ready.
    pub fn start(binary: &Path, variables: &[(String, String)]) -> Result<Self, String> {
        let (answer, answers) = channel();
        let (invocations, invoked) = channel::<String>();
        let (answer, invoked) = (Mutex::new(answer), Mutex::new(invoked));
        let runtime = Stub::serve(move |request| {
            let say = |what: Answer| {
                // The receiver is gone while the process is being ended.
                drop(answer.lock().unwrap_or_else(PoisonError::into_inner).send(what));
            };
            serve(request, say, &invoked)
        })?;
        let address = runtime.endpoint().replace("http://", "");
        let started = Instant::now();
        let child = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "guardian")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            // The stub does not unpack.
            .env("AWS_DISABLE_REQUEST_COMPRESSION", "true")
            .envs(variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", binary.display()))?;
        let answers = Mutex::new(answers);
        let mut process =
            Self { child, invocations, answers, init: Duration::ZERO, _runtime: runtime };
        match process.answer(Duration::from_secs(10)) {
            Ok(Answer::Ready) => process.init = started.elapsed(),
            Ok(Answer::Failed(error)) => {
                return Err(format!("the function does not start: {error}"));
            }
            _ => return Err("the function asks for no invocation".to_owned()),
        }
        Ok(process)
    }

    /// Has it answer an event.
    pub fn invoke(&self, event: &Value) -> Result<Value, String> {
        self.invocations.send(event.to_string()).map_err(|error| error.to_string())?;
        loop {
            match self.answer(TIMEOUT + Duration::from_secs(5)) {
                Ok(Answer::Done(answer)) => return Ok(answer),
                Ok(Answer::Failed(error)) => return Err(error),
                Ok(Answer::Ready) => {}
                Err(_) => return Err("the function does not answer in its time".to_owned()),
            }
        }
    }

    fn answer(&self, within: Duration) -> Result<Answer, RecvTimeoutError> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(within)
    }

    /// What it has taken until now.
    pub fn taken(&self) -> Result<Taken, String> {
        let directory = format!("/proc/{}", self.child.id());
        let read = |name: &str| {
            fs::read_to_string(format!("{directory}/{name}")).map_err(|e| format!("{name}: {e}"))
        };
        let status = read("status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        let stat = read("stat")?;
        // The name in parentheses comes second; user and system time are the 14th and 15th.
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        // Linux counts in hundredths of a second for programs, whatever the kernel does.
        Ok(Taken { cpu_s: ticks as f64 / 100.0, peak: peak.unwrap_or(0) * 1_024 })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // If it has ended already, this only collects its status.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(request: &Request, say: impl Fn(Answer), invoked: &Mutex<Receiver<String>>) -> Reply {
    let path = request.path.strip_prefix(API).unwrap_or_default();
    let accepted = Reply::json(&Value::Null);
    if path == "invocation/next" {
        say(Answer::Ready);
        let next = invoked.lock().unwrap_or_else(PoisonError::into_inner).recv();
        // The process is being ended.
        let Ok(event) = next else { return accepted };
        let deadline_ms = now_ms() + i64::try_from(TIMEOUT.as_millis()).unwrap_or(0);
        return Reply::json_text(event)
            .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
            .header("lambda-runtime-deadline-ms", deadline_ms)
            .header(
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:eu-central-1:1:function:f",
            );
    }
    if path.ends_with("/response") {
        say(Answer::Done(request.json.clone()));
    } else {
        say(Answer::Failed(format!("{path}: {}", request.body)));
    }
    accepted
}
