//! A Lambda function of the package: what those that the stack has share.

use super::origins::Origin;
use crate::app::{App, Architecture};
use guardian_cfn::{Id, Val, iam, lambda, logs};

/// Names and values of environment variables, with the settings that give them.
pub(super) type Variables = Vec<(String, &'static [&'static str], Val<String>)>;

/// What two functions of one package differ in.
pub(super) struct Deployed<'a> {
    pub name: &'a str,
    pub description: &'a str,
    pub memory_mb: u32,
    pub timeout_s: u32,
}

/// A function of the package, and its origin with those of the variables.
pub(super) fn packaged(
    app: &App,
    of: Deployed<'_>,
    code: lambda::function::Code,
    (role, log): (&Id<iam::Role>, &Id<logs::LogGroup>),
    variables: Variables,
    origin: Origin,
) -> (lambda::Function, Origin) {
    let origin = variables.iter().fold(origin, |origin, (name, settings, _)| {
        origin.property(&format!("Environment/Variables/{name}"), settings.iter().copied())
    });
    let variables: Vec<_> = variables.into_iter().map(|(name, _, value)| (name, value)).collect();
    let function = lambda::Function::new()
        .code(code)
        .role(role.arn())
        .function_name(of.name)
        .description(of.description)
        .runtime("provided.al2023")
        .handler("bootstrap")
        .architectures([architecture(app)])
        .memory_size(of.memory_mb)
        .timeout(of.timeout_s)
        .environment(lambda::function::Environment::new().variables(variables))
        // JSON, as the function's own lines are: one parser reads the whole log.
        .logging_config(
            lambda::function::LoggingConfig::new()
                .log_format(lambda::function::LogFormat::Json)
                .log_group(log.reference()),
        );
    (function, origin)
}

fn architecture(app: &App) -> lambda::function::Architecture {
    match app.function.architecture {
        Architecture::X86_64 => lambda::function::Architecture::X86_64,
        Architecture::Arm64 => lambda::function::Architecture::Arm64,
    }
}
