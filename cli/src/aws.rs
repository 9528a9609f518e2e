//! The SDK's clients, made once from flags, environment and profile as every AWS tool does, and
//! what a call that failed means for people.

pub mod executions;
mod failure;
mod reach;
mod role;

pub use failure::{Cause, failure, tell};

use crate::args::Global;
use crate::exit::Failure;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use guardian_stack::config::AssumeRole;
use std::time::Duration;

/// Tries of a call: throttles and bad moments are waited out, with exponential, jittered pauses.
const TRIES: u32 = 6;
/// How long an endpoint may take to accept a connection. [`reach`] tries a first connection three
/// times, so that a wrong endpoint is told within about ten seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an answer may take to begin once the request is sent.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Where to talk to AWS.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// `--region`, or what the configuration says; none: AWS_REGION, then the profile.
    pub region: Option<String>,
    /// `--profile`; none: AWS_PROFILE.
    pub profile: Option<String>,
    /// The role that is taken on, if any.
    pub assume_role: Option<AssumeRole>,
}

impl Target {
    /// From the flags and the configuration's region, which AWS_REGION overrides.
    pub fn new(global: &Global, configured: Option<&str>) -> Self {
        let variable = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
        let configured = configured.filter(|_| !variable).map(str::to_owned);
        Self {
            region: global.region.clone().or(configured),
            profile: global.profile.clone(),
            assume_role: global.assume_role.clone(),
        }
    }
}

/// Loads region, credentials and endpoint. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> are
/// honoured by aws-config itself. Fails where there is no region, or one that cannot be.
pub async fn load(target: &Target) -> Result<SdkConfig, Failure> {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .tls_context(trust()?)
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(reach::Client::new(http))
        .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(READ_TIMEOUT)
                .build(),
        );
    if let Some(region) = &target.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &target.profile {
        loader = loader.profile_name(profile);
    }
    let config = loader.load().await;
    check_region(config.region().map(AsRef::as_ref), target.profile.as_deref())?;
    match &target.assume_role {
        Some(role) => role::taken_on(config, role).await,
        None => Ok(config),
    }
}

/// The same configuration in another region.
pub fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

/// The certificates that are trusted: those of the system, and AWS_CA_BUNDLE, which the AWS CLI
/// reads too and aws-config does not.
fn trust() -> Result<TlsContext, Failure> {
    let mut store = TrustStore::default();
    if let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|p| !p.is_empty()) {
        let pem = std::fs::read(&path).map_err(|error| {
            Failure::error(format!("cannot read AWS_CA_BUNDLE `{}`", path.display()))
                .because(error)
                .help("name a file of certificates in PEM form, or unset AWS_CA_BUNDLE")
        })?;
        store.add_pem_certificate(pem);
    }
    TlsContext::builder().with_trust_store(store).build().map_err(|error| {
        Failure::error("the trusted certificates cannot be used").because(error).into()
    })
}

/// A region becomes part of a host name: one that cannot be in it is refused before any call.
fn check_region(region: Option<&str>, profile: Option<&str>) -> Result<(), Failure> {
    let help = "give --region, set AWS_REGION, or write `region:` into guardian.yaml";
    let Some(region) = region else {
        let profile = profile.map(|p| format!("; profile `{p}` does not exist or names none"));
        return Err(Failure::error(format!(
            "no AWS region is known{}",
            profile.unwrap_or_default()
        ))
        .help(help));
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.contains('-') && region.chars().all(fits) {
        return Ok(());
    }
    Err(Failure::error(format!("`{}` cannot be an AWS region", region.escape_debug()))
        .help(format!("a region looks like `eu-west-1`; {help}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(region: Option<&str>, profile: Option<&str>) -> String {
        check_region(region, profile).unwrap_err().report.to_string()
    }

    #[test]
    fn a_region_that_is_missing_or_cannot_be_is_refused_before_any_call() {
        assert!(check_region(Some("eu-west-1"), None).is_ok());
        assert_eq!(refused(None, None), "no AWS region is known");
        assert!(refused(None, Some("prod")).contains("profile `prod`"));
        assert!(refused(Some("Frankfurt"), None).contains("`Frankfurt` cannot be"));
        assert!(refused(Some("eu-west-1/x"), None).contains("cannot be an AWS region"));
    }
}
