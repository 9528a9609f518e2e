//! Assumes the role of a profile with `mfa_serial`. The SDK has no prompt for the code and would assume the
//! role without it.

use crate::error::{AwsError, Cause, SessionError};
use crate::identity::initiator;
use crate::role::session_name;
use aws_config::SdkConfig;
use aws_config::profile::Profile;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Asks a person for the code of a device, by its serial number or ARN.
pub type AskCode = fn(serial: &str) -> std::io::Result<String>;

/// Credentials that expire sooner are not used again.
const LEAST_LEFT: Duration = Duration::from_secs(60);

/// The credentials of this process by profile. A command loads several sessions, and AWS takes a code once.
static ASSUMED: Mutex<BTreeMap<String, Credentials>> = Mutex::new(BTreeMap::new());

/// A role that a profile assumes with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MfaRole {
    /// The profile.
    pub profile: String,
    /// The device.
    pub serial: String,
    /// The profile with the credentials that assume the role.
    pub source: String,
    role: String,
    external_id: Option<String>,
    session_name: Option<String>,
    duration_s: Option<i32>,
}

impl MfaRole {
    /// The role of a profile that has `role_arn`, `mfa_serial` and another profile as `source_profile`.
    pub fn of(profile: &Profile) -> Option<Self> {
        let text = |key| profile.get(key).map(str::to_owned);
        let source = text("source_profile").filter(|source| source != profile.name())?;
        Some(Self {
            profile: profile.name().to_owned(),
            serial: text("mfa_serial")?,
            source,
            role: text("role_arn")?,
            external_id: text("external_id"),
            session_name: text("role_session_name"),
            duration_s: profile.get("duration_seconds").and_then(|text| text.trim().parse().ok()),
        })
    }
}

/// The role's credentials; `config` has those of its source.
pub(crate) async fn assume(
    config: &SdkConfig,
    role: &MfaRole,
    ask: AskCode,
) -> Result<SharedCredentialsProvider, SessionError> {
    let kept = ASSUMED.lock().unwrap_or_else(PoisonError::into_inner).get(&role.profile).cloned();
    if let Some(credentials) = kept.filter(lasts) {
        return Ok(SharedCredentialsProvider::new(credentials));
    }
    let code = ask(&role.serial).map_err(SessionError::MfaCode)?;
    let call = aws_sdk_sts::Client::new(config)
        .assume_role()
        .role_arn(&role.role)
        .role_session_name(
            role.session_name.clone().unwrap_or_else(|| session_name(initiator().as_deref())),
        )
        .set_external_id(role.external_id.clone())
        .set_duration_seconds(role.duration_s)
        .serial_number(&role.serial)
        .token_code(code);
    let refused = |reason| SessionError::RoleRefused { role: role.role.clone(), reason };
    let answer = call.send().await.map_err(|error| {
        let error = AwsError::of(format!("assume the role {}", role.role), &error);
        match &error.cause {
            Cause::Refused { code, message, .. } => refused(format!("{code}: {message}")),
            _ => error.into(),
        }
    })?;
    let given = answer.credentials.ok_or_else(|| refused("STS gave no credentials".to_owned()))?;
    let expiry = SystemTime::try_from(given.expiration).ok();
    let (id, secret) = (given.access_key_id, given.secret_access_key);
    let credentials =
        Credentials::new(id, secret, Some(given.session_token), expiry, "AssumeRoleWithMfa");
    ASSUMED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(role.profile.clone(), credentials.clone());
    Ok(SharedCredentialsProvider::new(credentials))
}

/// Whether credentials can be used for some time.
fn lasts(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| end > SystemTime::now() + LEAST_LEFT)
}
