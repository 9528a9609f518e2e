//! The `guardian` binary: parse, run, say how it ended.

use guardian_cli::{args, dispatch, report, ui::Ui};
use std::process::ExitCode;

// One thread: a command waits for AWS most of its time, and starts sooner without a pool.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (args, ui) = match args::parse(std::env::args_os()) {
        Ok(args) => {
            let mut ui = Ui::new(args.global.json);
            ui.same_place = args.global.same_place();
            (args, ui)
        }
        Err(end) => return end.print().into(),
    };
    // Boxed: the futures of the SDK are too large to lie on the stack of `main`.
    match Box::pin(dispatch::run(&args.command, &args.global, &ui)).await {
        Ok(exit) => exit.into(),
        Err(failure) => {
            report::failure(&ui, &failure);
            failure.exit.into()
        }
    }
}
