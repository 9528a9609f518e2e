//! The function: the Lambda runtime, the clients and the watcher put together.

use guardian_contract::env;
use guardian_lambda::{Caller, Handler, Packaged, Settings, Watcher, Widget, aws};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;
use tracing::Level;

// One thread: the function has a fraction of a processor and waits most of its time.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let level = variable("AWS_LAMBDA_LOG_LEVEL").or_else(|| variable("RUST_LOG"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level.and_then(|l| Level::from_str(&l).ok()).unwrap_or(Level::INFO))
        .init();
    let settings = settings(variable).inspect_err(|error| {
        tracing::error!(error = %error, "the function cannot start");
    })?;
    if let Some(mismatch) = &settings.mismatch {
        tracing::error!(mismatch, "the settings are those of another configuration");
    }
    // The lists may be longer than a line of the log.
    tracing::info!(
        semantics = ?settings.semantics,
        include = settings.scope.include.len(),
        exclude = settings.scope.exclude.len(),
        declared = settings.watch.machines.len(),
        guarded = settings.guarded.as_ref().map(HashSet::len),
        version = env!("CARGO_PKG_VERSION"),
        "started"
    );
    match variable(env::ROLE).as_deref() {
        None | Some("") => {}
        Some(env::BOARD) => {
            let widget = &Widget::new(aws::clients(variable), settings);
            return run(service_fn(|event: LambdaEvent<Value>| async move {
                let caller = Caller {
                    function_arn: event.context.invoked_function_arn,
                    deadline_ms: event.context.deadline,
                };
                Box::pin(widget.answer(&event.payload, &caller)).await
            }))
            .await;
        }
        Some(other) => {
            let error = format!(
                "environment variable {} of the function is `{other}`; it takes {}, or nothing. \
                 Deploy the stack again, or fix the variable",
                env::ROLE,
                env::BOARD
            );
            tracing::error!(error, "the function cannot start");
            return Err(error.into());
        }
    }
    let handler = &Handler::new(Watcher::new(aws::clients(variable), settings));
    run(service_fn(|event: LambdaEvent<Value>| async move {
        // Boxed: the future holds those of the SDK, and its type is too deep to be laid out inline.
        Box::pin(handler.handle(&event.payload, event.context.deadline)).await
    }))
    .await
}

/// The environment variables, and those that are in the package's settings file.
fn settings(variable: impl Fn(&str) -> Option<String>) -> Result<Settings, lambda_runtime::Error> {
    let packaged = match variable(env::SETTINGS) {
        Some(name) => {
            let package = variable("LAMBDA_TASK_ROOT").unwrap_or_else(|| ".".to_owned());
            Packaged::read(Path::new(&package), &name)?
        }
        None => Packaged::default(),
    };
    let settings = Settings::from_env(|name| variable(name).or_else(|| packaged.variable(name)))?;
    Ok(Settings { mismatch: packaged.mismatch, ..settings })
}
