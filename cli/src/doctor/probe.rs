//! Collects the findings: from the account behind the endpoint, the environment variables, and the
//! tools of this machine. Each request has a timeout.

use super::judge::{Bucket, Failed, Tools};
use super::log_delivery::Policy;
use crate::aws_failure::of_cause;
use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::{DateTime, Format};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use guardian_aws::Cause;
use guardian_deploy::stack_set::aws::CloudFormationSets;
use guardian_deploy::stack_set::find;
use guardian_deploy::stack_set::state::InstanceStatus;
use guardian_deploy::token::unique;
use guardian_stack::app::{Grant, StackSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::process::Command;
use tokio::time::timeout;

/// How long the account may take to answer a question, retries and all.
const PATIENCE: Duration = Duration::from_secs(15);
/// Timeout of a tool that prints its version.
const TOOL_PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn refused<E>(what: &str, error: &SdkError<E, HttpResponse>) -> Failed
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    Failed::of(&of_cause(what, &Cause::of(error)))
}

/// Waits for an answer, up to the timeout.
pub(super) async fn within<T>(
    what: &str,
    answer: impl Future<Output = Result<T, Failed>>,
) -> Result<T, Failed> {
    timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
        Err(Failed {
            why: format!("cannot {what}: no answer within {} s", PATIENCE.as_secs()),
            help: Some("check the network, its proxy (HTTPS_PROXY) and the endpoint".to_owned()),
        })
    })
}

/// The caller identity.
#[derive(Debug)]
pub struct Identity {
    /// Account and ARN.
    pub who: Result<(String, String), Failed>,
    /// Seconds by which this machine's clock is ahead of the endpoint's; none without an answer.
    pub ahead: Option<i64>,
}

/// Asks STS, and compares the clocks by the date of its answer, be it a refusal.
pub async fn identity(config: &SdkConfig) -> Identity {
    let ahead = Ahead::default();
    let client = aws_sdk_sts::Client::new(config);
    let what = "ask AWS whose credentials these are";
    let call = client.get_caller_identity().customize().interceptor(ahead.clone());
    let who = within(what, async {
        let answer = call.send().await.map_err(|e| refused(what, &e))?;
        Ok((answer.account.unwrap_or_default(), answer.arn.unwrap_or_default()))
    })
    .await;
    Identity { who, ahead: ahead.get() }
}

/// Keeps by how much the clock is ahead of the last answer's date.
#[derive(Debug, Clone, Default)]
struct Ahead(Arc<Mutex<Option<i64>>>);

impl Ahead {
    fn get(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Ahead {
    fn name(&self) -> &'static str {
        "Ahead"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date {
            let now = DateTime::from(SystemTime::now()).secs();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now - date.secs());
        }
        Ok(())
    }
}

/// How many stacks the region takes.
pub async fn stack_limit(config: &SdkConfig) -> Result<Option<i32>, Failed> {
    let client = aws_sdk_cloudformation::Client::new(config);
    let what = "read the limits of CloudFormation";
    within(what, async {
        let answer = client.describe_account_limits().send().await;
        let answer = answer.map_err(|e| refused(what, &e))?;
        let limits = answer.account_limits.unwrap_or_default();
        let stacks = limits.into_iter().find(|limit| limit.name.as_deref() == Some("StackLimit"));
        Ok(stacks.and_then(|limit| limit.value))
    })
    .await
}

/// How many stacks a stack set has, and how many of them are as it says; none if there is no set.
pub async fn stack_set(
    config: &SdkConfig,
    set: &StackSet,
) -> Result<Option<(usize, usize)>, Failed> {
    let delegated = matches!(set.grant, Grant::Units { delegated: true, .. });
    let sets = CloudFormationSets::new(config, delegated);
    within(&format!("look at stack set `{}`", set.name), async {
        let found = find(&sets, &set.name).await.map_err(|e| Failed::of(&e.into()))?;
        let current = found.instances.iter().filter(|i| i.status == InstanceStatus::Current);
        let current = current.count();
        Ok(found.set.map(|_| (found.instances.len(), current)))
    })
    .await
}

/// How many executions of functions at once are reserved for none.
pub async fn concurrency(config: &SdkConfig) -> Result<i64, Failed> {
    let client = aws_sdk_lambda::Client::new(config);
    let what = "read the limits of Lambda";
    within(what, async {
        let answer = client.get_account_settings().send().await;
        let limit = answer.map_err(|e| refused(what, &e))?.account_limit;
        let free = limit.and_then(|limit| limit.unreserved_concurrent_executions);
        free.map(i64::from).ok_or_else(|| Failed {
            why: "Lambda names no limit of executions at once".to_owned(),
            help: None,
        })
    })
    .await
}

/// The resource policies of CloudWatch Logs in the region.
pub async fn log_policies(config: &SdkConfig) -> Result<Vec<Policy>, Failed> {
    let client = aws_sdk_cloudwatchlogs::Client::new(config);
    let what = "read the resource policies of CloudWatch Logs";
    within(what, async {
        let (mut policies, mut next) = (Vec::new(), None);
        loop {
            let page = client.describe_resource_policies().set_next_token(next).send().await;
            let page = page.map_err(|e| refused(what, &e))?;
            policies.extend(page.resource_policies.unwrap_or_default().into_iter().map(|policy| {
                let (name, document) = (policy.policy_name, policy.policy_document);
                Policy { name: name.unwrap_or_default(), document: document.unwrap_or_default() }
            }));
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(policies);
            }
        }
    })
    .await
}

/// Whether the artifact bucket is there and can be written to.
pub async fn bucket(config: &SdkConfig, name: &str, account: &str) -> Result<Bucket, Failed> {
    let own = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(config.endpoint_url().is_some())
        .build();
    let client = aws_sdk_s3::Client::from_conf(own);
    let what = "look at the artifact bucket";
    within(what, async {
        let head = client.head_bucket().bucket(name).expected_bucket_owner(account).send().await;
        match head {
            Ok(_) => writable(&client, name, account).await,
            Err(error) => match error.raw_response().map(|raw| raw.status().as_u16()) {
                Some(404) => Ok(Bucket::Missing),
                Some(403) => Ok(Bucket::Forbidden),
                _ => Err(refused(what, &error)),
            },
        }
    })
    .await
}

/// Whether an object could be put into the bucket. Nothing is: the condition that the object be
/// there already, with a content that it cannot have, holds for none, and S3 looks at it after
/// the caller's rights [conditional writes, from memory].
async fn writable(
    client: &aws_sdk_s3::Client,
    name: &str,
    account: &str,
) -> Result<Bucket, Failed> {
    let key = format!("guardian/doctor/{}", unique());
    let put = client.put_object().bucket(name).key(&key).expected_bucket_owner(account);
    match put.if_match("\"00000000000000000000000000000000\"").send().await {
        Ok(put) => {
            // Not S3 itself: the condition was not looked at. What it has made is taken away.
            let away = client.delete_object().bucket(name).key(&key);
            let away = away.set_version_id(put.version_id).expected_bucket_owner(account);
            let away = away.send().await;
            away.map_err(|e| refused(&format!("remove s3://{name}/{key} again"), &e))?;
            Ok(Bucket::There)
        }
        Err(error) => match error.raw_response().map(|raw| raw.status().as_u16()) {
            Some(404 | 409 | 412) => Ok(Bucket::There),
            Some(403) => Ok(Bucket::ReadOnly),
            _ => Err(refused("see whether the artifact bucket can be written to", &error)),
        },
    }
}

/// Variables that name endpoints, in their order.
pub fn endpoints() -> Vec<(String, String)> {
    let ignored = std::env::var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if ignored.is_ok_and(|value| value.eq_ignore_ascii_case("true")) {
        return Vec::new();
    }
    let mut set: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| name.starts_with("AWS_ENDPOINT_URL") && !value.is_empty())
        .collect();
    set.sort();
    set
}

/// The tools that build the function.
pub async fn tools() -> Tools {
    let (cargo, targets) = tokio::join!(
        said("cargo", &["--version"]),
        said("rustup", &["target", "list", "--installed"])
    );
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = |tool: &str| {
        let file = format!("{tool}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&path).any(|dir| dir.join(&file).is_file())
    };
    Tools {
        cargo,
        zigbuild: there("cargo-zigbuild"),
        lambda: there("cargo-lambda"),
        targets: targets.map(|all| all.lines().map(|line| line.trim().to_owned()).collect()),
    }
}

/// What a tool says on its standard output; none if it is not there, fails or takes too long.
async fn said(tool: &str, words: &[&str]) -> Option<String> {
    let mut command = Command::new(tool);
    command.args(words).kill_on_drop(true).stdin(std::process::Stdio::null());
    let output = timeout(TOOL_PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}
