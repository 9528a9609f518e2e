//! A session: region, credentials, endpoint and trusted certificates, found the way every AWS tool
//! finds them.

use crate::connect::Wait;
use crate::environment::value;
use crate::error::SessionError;
use crate::mfa::AskCode;
use crate::role::AssumeRole;
use crate::{connect, environment, mfa, profile, role};
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::path::PathBuf;
use std::time::Duration;

/// Attempts of a call, unless AWS_MAX_ATTEMPTS is set: throttling and transient errors are retried
/// with exponential backoff and jitter.
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
    /// Asks for the MFA code of a profile's role; none: such a profile is refused.
    pub ask_mfa_code: Option<AskCode>,
    /// Called while an answer takes long.
    pub waiting: Option<fn(&Wait)>,
}

/// Whether the environment names a region, which then overrides a configured one.
pub fn region_is_set() -> bool {
    ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().any(|name| value(name).is_some())
}

/// Loads region, credentials and endpoint. AWS_ENDPOINT_URL and `AWS_ENDPOINT_URL_<SERVICE>` are
/// honoured by aws-config itself. Fails where there is no region, or where a variable or a profile
/// has a value that the SDK cannot use.
pub async fn load(target: &Target) -> Result<SdkConfig, SessionError> {
    environment::check(std::env::vars_os())?;
    let with_code = match (profile::check(target.profile.as_deref()).await?, target.ask_mfa_code) {
        (Some(role), Some(ask)) => Some((role, ask)),
        (Some(role), None) => {
            let (profile, key) = (role.profile, "mfa_serial");
            return Err(SessionError::UnsupportedCredentials {
                within: profile.clone(),
                profile,
                key,
            });
        }
        (None, _) => None,
    };
    let client = connect::Client::new(&trust()?, target.waiting);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .retry_config(retries())
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
    let mut config = loader.load().await;
    check_region(config.region().map(AsRef::as_ref), target.profile.as_deref())?;
    if let Some((role, ask)) = with_code {
        let source = credentials_of(&role.source, &config, client);
        let source = config.to_builder().credentials_provider(source).build();
        let credentials = mfa::assume(&source, &role, ask).await?;
        config = config.into_builder().credentials_provider(credentials).build();
    } else if let Some(profile) = &target.profile {
        let credentials = credentials_of(profile, &config, client);
        config = config.into_builder().credentials_provider(credentials).build();
    }
    match &target.assume_role {
        Some(role) => role::assume(config, role).await,
        None => Ok(config),
    }
}

/// The credentials of a profile that `--profile` names. As in the AWS CLI, those of the environment
/// do not override it; they would be of another account.
fn credentials_of(
    profile: &str,
    config: &SdkConfig,
    client: connect::Client,
) -> SharedCredentialsProvider {
    let conf = ProviderConfig::without_region()
        .with_region(config.region().cloned())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack())
        .with_http_client(client);
    let of_profile =
        ProfileFileCredentialsProvider::builder().configure(&conf).profile_name(profile).build();
    let chain = CredentialsProviderChain::first_try("Profile", of_profile)
        .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(&conf).build())
        .or_else(
            "Ec2InstanceMetadata",
            ImdsCredentialsProvider::builder().configure(&conf).build(),
        );
    SharedCredentialsProvider::new(chain)
}

/// How often a call is tried, and with which pauses; AWS_MAX_ATTEMPTS and AWS_RETRY_MODE are
/// [checked](environment::check).
fn retries() -> RetryConfig {
    let adaptive =
        value("AWS_RETRY_MODE").is_some_and(|mode| mode.eq_ignore_ascii_case("adaptive"));
    let config = if adaptive { RetryConfig::adaptive() } else { RetryConfig::standard() };
    let tries = value("AWS_MAX_ATTEMPTS").and_then(|tries| tries.parse().ok());
    config.with_max_attempts(tries.unwrap_or(TRIES))
}

/// The profile that the credentials are from: `flag`, which `--profile` gives, else AWS_PROFILE,
/// unless there are keys in the environment.
pub fn profile(flag: Option<&str>) -> Option<String> {
    let keys = value("AWS_ACCESS_KEY_ID").is_some();
    flag.map(str::to_owned).or_else(|| value("AWS_PROFILE").filter(|_| !keys))
}

/// The same configuration in another region.
pub fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

/// The certificates that are trusted: those of the system, and AWS_CA_BUNDLE, which the AWS CLI
/// reads too and aws-config does not.
pub(crate) fn trust() -> Result<TlsContext, SessionError> {
    let mut store = TrustStore::default();
    if let Some(path) = value("AWS_CA_BUNDLE").map(PathBuf::from) {
        let pem = std::fs::read(&path)
            .map_err(|source| SessionError::CaBundle { path: path.clone(), source })?;
        check_certificates(&pem).map_err(|why| SessionError::NoCertificates { path, why })?;
        store.add_pem_certificate(pem);
    }
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| SessionError::Certificates(error.into()))
}

/// Refuses what is not a bundle of certificates: the SDK would panic.
fn check_certificates(pem: &[u8]) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|e| format!("is not in PEM form: {e}"))?;
        store
            .add(certificate)
            .map_err(|e| format!("has an invalid certificate, number {}: {e}", store.len() + 1))?;
    }
    if store.is_empty() { Err("contains no certificate in PEM form".to_owned()) } else { Ok(()) }
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
    fn what_is_not_a_bundle_of_certificates_is_refused() {
        let pem = |body: &str| {
            format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
        };
        let refused = |pem: &str| check_certificates(pem.as_bytes()).unwrap_err();
        assert_eq!(refused(""), "contains no certificate in PEM form");
        assert_eq!(refused("hello"), "contains no certificate in PEM form");
        assert!(refused(&pem("????")).contains("is not in PEM form"));
        assert!(refused(&pem("AAAA")).contains("has an invalid certificate, number 1"));
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
