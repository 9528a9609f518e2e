//! The SDK's clients, made once from flags, environment and profile as every AWS tool does.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

/// Where to talk to AWS.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// `--region`, or what the configuration says; none: AWS_REGION, then the profile.
    pub region: Option<String>,
    /// `--profile`; none: AWS_PROFILE.
    pub profile: Option<String>,
}

/// Loads region, credentials and endpoint. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> are
/// honoured by aws-config itself.
pub async fn load(target: &Target) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if let Some(region) = &target.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &target.profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await
}
