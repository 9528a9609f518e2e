//! A session: region, credentials, endpoint and trusted certificates, found the way every AWS tool
//! finds them.

use crate::error::SessionError;
use crate::role::AssumeRole;
use crate::{connect, role};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use std::path::PathBuf;
use std::time::Duration;

/// Tries of a call: throttles and bad moments are waited out, with exponential, jittered pauses.
const TRIES: u32 = 6;
/// How long an endpoint may take to accept a connection. [`connect`] tries a first connection three
/// times, so that a wrong endpoint is reported within about ten seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an answer may take to begin once the request is sent.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Where to talk to AWS, and as whom.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The region; none: AWS_REGION, then the profile's.
    pub region: Option<String>,
    /// The profile; none: AWS_PROFILE.
    pub profile: Option<String>,
    /// The role to assume, if any.
    pub assume_role: Option<AssumeRole>,
}

/// Whether the environment names a region, which then overrides a configured one.
pub fn region_is_set() -> bool {
    ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}

/// Loads region, credentials and endpoint. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> are
/// honoured by aws-config itself. Fails where there is no region, or one that cannot be.
pub async fn load(target: &Target) -> Result<SdkConfig, SessionError> {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .tls_context(trust()?)
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(connect::Client::new(http))
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
        Some(role) => role::assume(config, role).await,
        None => Ok(config),
    }
}

/// The same configuration in another region.
pub fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

/// The certificates that are trusted: those of the system, and AWS_CA_BUNDLE, which the AWS CLI
/// reads too and aws-config does not.
fn trust() -> Result<TlsContext, SessionError> {
    let mut store = TrustStore::default();
    if let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|p| !p.is_empty()) {
        let path = PathBuf::from(path);
        let pem = std::fs::read(&path)
            .map_err(|source| SessionError::CaBundle { path: path.clone(), source })?;
        store.add_pem_certificate(pem);
    }
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| SessionError::Certificates(error.into()))
}

/// A region becomes part of a host name: one that cannot be part of it is refused before any call.
fn check_region(region: Option<&str>, profile: Option<&str>) -> Result<(), SessionError> {
    let Some(region) = region else {
        return Err(SessionError::NoRegion { profile: profile.map(str::to_owned) });
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.contains('-') && region.chars().all(fits) {
        return Ok(());
    }
    Err(SessionError::InvalidRegion(region.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(region: Option<&str>, profile: Option<&str>) -> String {
        check_region(region, profile).unwrap_err().to_string()
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
