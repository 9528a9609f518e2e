//! Assumes the role that a target names.

use crate::error::{AwsError, Cause, SessionError, chain};
use crate::identity::initiator;
use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use std::error::Error;

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// Its ARN.
    pub arn: String,
    /// The external id that its trust policy requires.
    pub external_id: Option<String>,
}

/// Characters of a session's name [AssumeRole].
const MAX_NAME: usize = 64;

/// Name of the session, which CloudTrail shows with every call: `guardian-<who>`.
pub(crate) fn session_name(who: Option<&str>) -> String {
    let fits = |c: &char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c);
    let who: String = who.unwrap_or_default().chars().filter(fits).collect();
    let who = if who.is_empty() { "somebody" } else { &who };
    format!("guardian-{who}").chars().take(MAX_NAME).collect()
}

/// The configuration with the role's credentials, which are refreshed before they expire.
///
/// Errors: the role cannot be assumed.
pub async fn assume(config: SdkConfig, role: &AssumeRole) -> Result<SdkConfig, SessionError> {
    let mut provider = AssumeRoleProvider::builder(&role.arn)
        .configure(&config)
        .session_name(session_name(initiator().as_deref()));
    if let Some(region) = config.region() {
        provider = provider.region(region.clone());
    }
    if let Some(id) = &role.external_id {
        provider = provider.external_id(id);
    }
    let provider = provider.build().await;
    // Here, where it is known which role is meant: any later call would fail for the same reason.
    if let Err(error) = provider.provide_credentials().await {
        return Err(match Cause::of_credentials(&error) {
            Cause::BadCredentials(reason) => SessionError::RoleRefused {
                role: role.arn.clone(),
                reason: sts_reason(&error).unwrap_or(reason),
            },
            cause => AwsError { what: format!("assume the role {}", role.arn), cause }.into(),
        });
    }
    let provider = SharedCredentialsProvider::new(provider);
    Ok(config.into_builder().credentials_provider(provider).build())
}

/// The reason in STS's words, if STS is what refused.
fn sts_reason(error: &(dyn Error + 'static)) -> Option<String> {
    let meta = chain(error).find_map(|e| e.downcast_ref::<AssumeRoleError>())?.meta();
    Some(format!("{}: {}", meta.code()?, meta.message().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_who_is_at_work_in_characters_that_sts_takes() {
        assert_eq!(session_name(Some("ann.b@example.org")), "guardian-ann.b@example.org");
        assert_eq!(session_name(Some("Ann Ö")), "guardian-Ann");
        assert_eq!(session_name(None), "guardian-somebody");
        assert_eq!(session_name(Some(&"x".repeat(99))).len(), MAX_NAME);
    }
}
