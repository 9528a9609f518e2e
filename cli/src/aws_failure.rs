//! What a failed AWS call means for people: the action that failed, the reason, and how to fix it.

use crate::exit::{ErrorId, Failure};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use guardian_aws::{AwsError, Cause, ErrorKind, SessionError};
use guardian_contract::Partition;
use std::error::Error;

/// The failure of a call. `what` completes "cannot …", such as `list the state machines`.
pub fn failure<E>(what: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    of_cause(what, &Cause::of(error))
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        of_cause(&error.what, &error.cause)
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let region = "give --region, set AWS_REGION, or write `region:` into guardian.yaml";
        let words = Failure::error(error.to_string());
        match error {
            SessionError::Aws(error) => error.into(),
            SessionError::Variable { name, .. } => {
                words.help(format!("correct {name}, or unset it; an empty value counts as unset"))
            }
            SessionError::ProfileFile(source) => words.because(source).help(
                "correct the file (~/.aws/config or ~/.aws/credentials, or what AWS_CONFIG_FILE and \
                 AWS_SHARED_CREDENTIALS_FILE name)",
            ),
            SessionError::UnknownProfile { known, named_by, .. } => {
                let known = match known.len() {
                    0 => "there are no profiles".to_owned(),
                    _ => format!("known profiles: {}", known.join(", ")),
                };
                words
                    .help(format!("{known}; correct {named_by}, or add one: `aws configure`"))
                    .with_id(ErrorId::CredentialsInvalid)
            }
            SessionError::ProfileValue { .. } => words.help("correct it in the AWS configuration"),
            SessionError::UnsupportedCredentials { profile, .. } => {
                words.help(export(&profile)).with_id(ErrorId::CredentialsInvalid)
            }
            SessionError::MfaCode(source) => words
                .because(source)
                .help("type the 6 digits that the device shows")
                .with_id(ErrorId::CredentialsInvalid),
            SessionError::NoCertificates { .. } => {
                words.help("name a file of certificates in PEM form, or unset AWS_CA_BUNDLE")
            }
            SessionError::CaBundle { source, .. } => words
                .because(source)
                .help("name a file of certificates in PEM form, or unset AWS_CA_BUNDLE"),
            SessionError::Certificates(source) => words.because(source).into(),
            SessionError::NoRegion { .. } => words.help(region).with_id(ErrorId::Region),
            SessionError::InvalidRegion(_) => {
                let help = format!("a region looks like `eu-west-1`; {region}");
                words.help(help).with_id(ErrorId::Region)
            }
            SessionError::RoleRefused { .. } => words
                .help(
                    "the role must trust these credentials (its trust policy, and `external_id` if \
                 that requires one), and they must be allowed sts:AssumeRole on it; `aws sts \
                 get-caller-identity` shows whose they are",
                )
                .with_id(ErrorId::RoleRefused),
        }
    }
}

/// What to do with credentials that only the AWS CLI can get.
fn export(profile: &str) -> String {
    format!(
        "Guardian asks for an MFA code on a terminal, for the role of the profile itself with another \
         profile as `source_profile`. Otherwise have the AWS CLI get the credentials, and leave out \
         --profile: `eval \"$(aws configure export-credentials --profile {profile} --format env)\"`"
    )
}

/// The failure with this cause. `what` completes "cannot …".
pub fn of_cause(what: &str, cause: &Cause) -> Failure {
    described(what, cause).with_id(match cause.kind() {
        ErrorKind::AccessDenied => ErrorId::AccessDenied,
        ErrorKind::ExpiredCredentials => ErrorId::CredentialsExpired,
        ErrorKind::InvalidCredentials => ErrorId::CredentialsInvalid,
        ErrorKind::NotEnabled => ErrorId::NotEnabled,
        ErrorKind::NotFound => ErrorId::NotFound,
        ErrorKind::OperationInProgress => ErrorId::OperationInProgress,
        ErrorKind::Throttled => ErrorId::Throttled,
        ErrorKind::Unavailable | ErrorKind::Unreachable => ErrorId::Unavailable,
        ErrorKind::Stale | ErrorKind::Other => ErrorId::AwsRefused,
    })
}

fn described(what: &str, cause: &Cause) -> Failure {
    let failed = |why: &str| Failure::error(format!("cannot {what}: {why}"));
    match cause {
        Cause::Unreachable { endpoint, reason } => {
            failed(&format!("{endpoint} cannot be reached ({reason})"))
                .help(unreachable_help(endpoint))
        }
        Cause::NoCredentials => failed("no AWS credentials were found").help(
            "sign in with `aws sso login` or `aws configure`, check the profile's name (--profile, \
             AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (an emulator takes \
             any value)",
        ),
        Cause::BadCredentials(why) => {
            failed(&format!("the AWS credentials cannot be loaded: {why}")).help(
                "check the profile in ~/.aws/config, or sign in again with `aws sso login` or \
                     `aws login`",
            )
        }
        Cause::Refused { code, message, request_id } => {
            refused(what, cause, code, message, request_id.as_deref())
        }
        Cause::Other(why) => failed(why).into(),
    }
}

fn unreachable_help(endpoint: &str) -> String {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
    if Partition::is_host_of_aws(host) {
        "check the region (--region, AWS_REGION, `region:` in guardian.yaml) and the network, its \
         proxy (HTTPS_PROXY) included"
            .to_owned()
    } else {
        "AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_<SERVICE>, or `endpoint_url` of the profile) names \
         this endpoint: start what should answer there, or unset it"
            .to_owned()
    }
}

fn refused(
    what: &str,
    cause: &Cause,
    code: &str,
    message: &str,
    request_id: Option<&str>,
) -> Failure {
    let id = request_id.map(|id| format!(" (request {id})")).unwrap_or_default();
    let failed = |why: &str| Failure::error(format!("cannot {what}: {why}"));
    let said = if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") };
    match cause.kind() {
        ErrorKind::ExpiredCredentials => failed("the AWS credentials have expired")
            .help("sign in again (`aws sso login`), or get new temporary credentials"),
        ErrorKind::InvalidCredentials => failed(&said).help(
            "AWS does not accept these credentials, or the clock of this machine is wrong; check \
             with `aws sts get-caller-identity`",
        ),
        ErrorKind::NotEnabled => {
            failed(&said).help("the region or the service is not enabled for this account")
        }
        ErrorKind::AccessDenied => {
            let help = match denied(message) {
                Some((who, action, on)) => {
                    format!("allow `{action}`{on} for {who}, or use other credentials")
                }
                None => {
                    "the credentials lack a permission for this; allow it, or use others".to_owned()
                }
            };
            failed(&format!("{said}{id}")).help(help)
        }
        ErrorKind::Throttled => failed(&format!("AWS throttled every attempt ({said})"))
            .help("other callers of this account use up the quota; try again in a minute"),
        _ => failed(&format!("{said}{id}")).into(),
    }
}

/// Who, which action and on what, from "User: X is not authorized to perform: Y on resource: Z".
fn denied(message: &str) -> Option<(&str, &str, String)> {
    let word = |text: &'_ str| text.split_whitespace().next().map(|w| w.len());
    let after = |mark: &str| {
        let rest = &message[message.find(mark)? + mark.len()..];
        Some(&rest[..word(rest)?]).map(|w| w.trim_end_matches('.'))
    };
    let action = after("perform: ")?;
    let who = after("User: ").unwrap_or("the caller");
    let on = after("resource: ").map(|on| format!(" on {on}")).unwrap_or_default();
    Some((who, action, on))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cause: &Cause) -> String {
        let failure = of_cause("list the state machines", cause);
        let style = crate::ui::TextStyle { width: 80, colour: false };
        crate::report::text(failure.report.as_ref(), style)
    }

    fn refusal(code: &str, message: &str) -> Cause {
        Cause::Refused {
            code: code.to_owned(),
            message: message.to_owned(),
            request_id: Some("4f9c".to_owned()),
        }
    }

    #[test]
    fn each_cause_says_what_to_do() {
        let denied = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: \
                      states:ListStateMachines on resource: arn:aws:states:eu-west-1:123456789012:* \
                      because no identity-based policy allows it";
        let unreachable = |endpoint: &str, reason: &str| Cause::Unreachable {
            endpoint: endpoint.to_owned(),
            reason: reason.to_owned(),
        };
        let all: Vec<String> = [
            unreachable("https://states.eu-west-9.amazonaws.com", "failed to look it up"),
            unreachable("http://localhost:4566", "Connection refused (os error 111)"),
            Cause::NoCredentials,
            Cause::BadCredentials("the profile `prod` was not defined".to_owned()),
            refusal("AccessDeniedException", denied),
            refusal("AccessDenied", ""),
            refusal(
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
            refusal("UnrecognizedClientException", "The security token is invalid"),
            refusal("ThrottlingException", "Rate exceeded"),
            refusal("ValidationException", "1 validation error detected"),
        ]
        .iter()
        .map(shown)
        .collect();
        insta::assert_snapshot!(all.join("\n\n"));
    }
}
