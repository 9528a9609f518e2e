//! The function: the Lambda runtime, the clients and the watcher put together.

use guardian_lambda::{Handler, Settings, Watcher, aws};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;
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
    let settings = Settings::from_env(|name| variable(name).map(beside_the_bootstrap))
        .inspect_err(|error| {
            tracing::error!(error = %error, "the function cannot start");
        })?;
    tracing::info!(?settings, version = env!("CARGO_PKG_VERSION"), "started");
    let (fleet, publisher, outbox) = aws::clients(variable);
    let handler = &Handler::new(Watcher::new(fleet, publisher, outbox, settings));
    run(service_fn(|event: LambdaEvent<Value>| async move {
        // Boxed: the future holds those of the SDK, and its type is too deep to be laid out inline.
        Box::pin(handler.handle(&event.payload, event.context.deadline)).await
    }))
    .await
}

/// The value of a variable, or what the file beside the bootstrap holds that it names with an `@`.
/// A file that is not there leaves the name, which no setting takes for a value.
fn beside_the_bootstrap(value: String) -> String {
    let Some(name) = value.strip_prefix('@') else { return value };
    let root = std::env::var("LAMBDA_TASK_ROOT").unwrap_or_else(|_| ".".to_owned());
    std::fs::read_to_string(Path::new(&root).join(name)).unwrap_or(value)
}
