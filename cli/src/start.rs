//! What happens before the command line is read: a clean environment, and the report of a panic.

use crate::event::Event;
use crate::exit::{ErrorId, Exit};
use crate::ui::Ui;
use guardian_aws::environment::corrections;
use serde_json::{Map, json};
use std::process::{Command, ExitCode};

/// Starts the program again where variables of AWS or of a proxy are blank or padded: they are read
/// in many places, by the SDK and by programs that it starts, and a process cannot safely change its
/// own. None: nothing had to change, or the program could not be started again.
pub fn with_clean_environment() -> Option<ExitCode> {
    let corrections = corrections(std::env::vars_os());
    if corrections.is_empty() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.args(std::env::args_os().skip(1));
    for (name, value) in corrections {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    replace(command)
}

#[cfg(unix)]
fn replace(mut command: Command) -> Option<ExitCode> {
    use std::os::unix::process::CommandExt;
    if let Some(name) = std::env::args_os().next() {
        command.arg0(name);
    }
    // It returns only where it has failed.
    let _ = command.exec();
    None
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> Option<ExitCode> {
    let code = command.status().ok()?.code()?;
    Some(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Has a panic, which is a bug, end the program as any other error does: with its exit code, and with
/// a record where the command line asks for records.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let at = panic.location().map(|at| format!(" ({at})")).unwrap_or_default();
        let message = format!("guardian has failed{at}: {}", text.unwrap_or("no reason is known"));
        let help = "this is a bug; please report it with the command and this message";
        let json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
        let ui = Ui::new(json);
        if json {
            ui.emit(&Event::Error(Map::from_iter([
                ("message".to_owned(), json!(message)),
                ("help".to_owned(), json!(help)),
                ("id".to_owned(), json!(ErrorId::Error.as_str())),
                ("exit".to_owned(), json!(Exit::Error as u8)),
            ])));
        } else {
            ui.note(&format!("error: {message}\nhelp: {help}"));
        }
        std::process::exit(Exit::Error as i32);
    }));
}
