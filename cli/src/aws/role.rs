//! Takes on the role that the configuration names for an environment.

use super::failure::chain;
use super::{Cause, tell};
use crate::exit::Failure;
use crate::operation::who;
use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use guardian_stack::config::AssumeRole;
use std::error::Error;

/// Characters of a session's name [AssumeRole].
const MAX_NAME: usize = 64;

/// Name of the session, which CloudTrail shows with every call: `guardian-<who>`.
fn session_name(who: Option<&str>) -> String {
    let fits = |c: &char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c);
    let who: String = who.unwrap_or_default().chars().filter(fits).collect();
    let who = if who.is_empty() { "somebody" } else { &who };
    format!("guardian-{who}").chars().take(MAX_NAME).collect()
}

/// The configuration with the role's credentials, which are fetched anew before they end.
///
/// Errors: the role cannot be taken on.
pub async fn taken_on(config: SdkConfig, role: &AssumeRole) -> Result<SdkConfig, Failure> {
    let mut provider = AssumeRoleProvider::builder(&role.arn)
        .configure(&config)
        .session_name(session_name(who().as_deref()));
    if let Some(region) = config.region() {
        provider = provider.region(region.clone());
    }
    if let Some(id) = &role.external_id {
        provider = provider.external_id(id);
    }
    let provider = provider.build().await;
    // Here, where it is known which role is meant: any later call would fail for the same reason.
    if let Err(error) = provider.provide_credentials().await {
        let what = format!("take on the role {}", role.arn);
        return Err(match Cause::of_credentials(&error) {
            Cause::BadCredentials(why) => refused(&what, &said(&error).unwrap_or(why)),
            cause => tell(&what, &cause),
        });
    }
    let provider = SharedCredentialsProvider::new(provider);
    Ok(config.into_builder().credentials_provider(provider).build())
}

/// What STS says, if it is what has refused.
fn said(error: &(dyn Error + 'static)) -> Option<String> {
    let meta = chain(error).find_map(|e| e.downcast_ref::<AssumeRoleError>())?.meta();
    Some(format!("{}: {}", meta.code()?, meta.message().unwrap_or_default()))
}

fn refused(what: &str, why: &str) -> Failure {
    Failure::error(format!("cannot {what}: {why}")).help(
        "the role must trust these credentials (its trust policy, and `external_id` if that asks \
         for one), and they must be allowed sts:AssumeRole on it; `aws sts get-caller-identity` \
         says whose they are",
    )
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
