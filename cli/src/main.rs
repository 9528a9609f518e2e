//! The `guardian` binary: parses the command line, runs the command, and returns the exit code.

use guardian_cli::exit::{Exit, Failure};
use guardian_cli::{args, dispatch, report, start, ui::Ui, ui::write_failure};
use std::process::ExitCode;

// One thread: a command waits for AWS most of its time, and starts sooner without a pool.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if let Some(end) = start::with_clean_environment() {
        return end;
    }
    start::report_panics();
    let exit = match args::parse(std::env::args_os()) {
        Ok(args) => {
            let mut ui = Ui::new(args.global.json);
            ui.verbose = args.global.verbose;
            ui.global_options = args.global.global_options();
            // Boxed: the futures of the SDK are too large to lie on the stack of `main`.
            match Box::pin(dispatch::run(&args.command, &args.global, &ui)).await {
                Ok(exit) => exit,
                Err(failure) => {
                    report::failure(&ui, &failure);
                    failure.exit
                }
            }
        }
        Err(end) => end.print(),
    };
    let Some(why) = write_failure() else { return exit.into() };
    // On standard error alone: a record could not be written either.
    let failure: Failure =
        Failure::error(format!("standard output cannot be written to: {why}")).into();
    report::failure(&Ui::new(false), &failure);
    match exit {
        Exit::Done | Exit::Differences | Exit::Warnings => Exit::Error.into(),
        exit => exit.into(),
    }
}
