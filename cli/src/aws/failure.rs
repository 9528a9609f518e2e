//! What an AWS call that failed means for people: what was not done, why, and how to mend it.

use super::reach::Unreachable;
use crate::exit::Failure;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The endpoint never answered.
    Unreachable {
        /// Scheme and host.
        endpoint: String,
        /// What the network said.
        reason: String,
    },
    /// There are no credentials.
    NoCredentials,
    /// There are credentials, but they cannot be loaded.
    BadCredentials(String),
    /// The service refused.
    Refused {
        /// AWS's error code.
        code: String,
        /// What the service said.
        message: String,
        /// To be given to AWS's support.
        request_id: Option<String>,
    },
    /// Anything else, such as an answer that cannot be read.
    Other(String),
}

/// The failure of a call. `what` completes "cannot …", such as `list the state machines`.
pub fn failure<E>(what: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    tell(what, &Cause::of(error))
}

impl Cause {
    /// Finds why the call failed.
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        if let Some(service) = error.as_service_error() {
            let meta = service.meta();
            let status = error.raw_response().map(|raw| raw.status().as_u16());
            return Self::Refused {
                code: meta.code().map_or_else(|| by_status(status), str::to_owned),
                message: meta.message().unwrap_or_default().to_owned(),
                request_id: meta.extra("aws_request_id").map(str::to_owned),
            };
        }
        // The outermost says most: a provider of credentials that could not reach its own endpoint
        // has no credentials, which is what people must be told.
        for link in chain(error) {
            if let Some(away) = link.downcast_ref::<Unreachable>() {
                return Self::Unreachable {
                    endpoint: away.endpoint.clone(),
                    reason: away.reason.clone(),
                };
            }
            if let Some(error) = link.downcast_ref::<CredentialsError>() {
                return Self::of_credentials(error);
            }
        }
        Self::Other(words(error))
    }

    pub(super) fn of_credentials(error: &CredentialsError) -> Self {
        let words = words(error);
        // The instance's metadata service is asked last, when nothing else has credentials: that
        // it refuses says no more than that there are none.
        if matches!(error, CredentialsError::CredentialsNotLoaded(_)) || words.contains("IMDS") {
            Self::NoCredentials
        } else {
            Self::BadCredentials(words)
        }
    }

    /// Whether nothing could be asked at all: no network, no credentials.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::NoCredentials)
    }
}

/// An answer without a body, as to HEAD, has only its status.
fn by_status(status: Option<u16>) -> String {
    match status {
        Some(403) => "AccessDenied".to_owned(),
        Some(404) => "NotFound".to_owned(),
        Some(status) => format!("HTTP {status}"),
        None => "no answer".to_owned(),
    }
}

/// An error, what caused it, and so on.
pub(super) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |e: &&'a (dyn Error + 'static)| (*e).source())
}

/// An error and its causes, each once.
fn words(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    for link in chain(error) {
        let text = link.to_string();
        if !said.iter().any(|s| s.contains(&text)) {
            said.push(text);
        }
    }
    said.join(": ")
}

/// The failure with this cause. `what` completes "cannot …".
pub fn tell(what: &str, cause: &Cause) -> Failure {
    let failed = |why: &str| Failure::error(format!("cannot {what}: {why}"));
    match cause {
        Cause::Unreachable { endpoint, reason } => {
            failed(&format!("{endpoint} cannot be reached ({reason})")).help(away(endpoint))
        }
        Cause::NoCredentials => failed("no AWS credentials were found").help(
            "sign in with `aws sso login` or `aws configure`, check the profile's name (--profile, \
             AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (an emulator takes \
             any value)",
        ),
        Cause::BadCredentials(why) => {
            failed(&format!("the AWS credentials cannot be loaded: {why}"))
                .help("check the profile in ~/.aws/config, or sign in again with `aws sso login`")
        }
        Cause::Refused { code, message, request_id } => refused(what, code, message, request_id),
        Cause::Other(why) => failed(why).into(),
    }
}

fn away(endpoint: &str) -> String {
    if endpoint.contains(".amazonaws.com") {
        "check the region (--region, AWS_REGION, `region:` in guardian.yaml) and the network, its \
         proxy (HTTPS_PROXY) included"
            .to_owned()
    } else {
        "AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_<SERVICE>, or `endpoint_url` of the profile) names \
         this endpoint: start what should answer there, or unset it"
            .to_owned()
    }
}

fn refused(what: &str, code: &str, message: &str, request_id: &Option<String>) -> Failure {
    let id = request_id.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default();
    let failed = |why: &str| Failure::error(format!("cannot {what}: {why}"));
    let said = if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") };
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            failed("the AWS credentials have expired")
                .help("sign in again (`aws sso login`), or get new temporary credentials")
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "AuthFailure" => failed(&said).help(
            "AWS does not know these credentials, or the clock of this machine is wrong; check \
                 with `aws sts get-caller-identity`",
        ),
        "OptInRequired" | "SubscriptionRequiredException" => {
            failed(&said).help("the region or the service is not enabled for this account")
        }
        _ if code.starts_with("AccessDenied") || code == "UnauthorizedOperation" => {
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
        _ if code.contains("Throttl") || code.contains("TooManyRequests") || code == "SlowDown" => {
            failed(&format!("AWS throttled every try ({said})"))
                .help("other callers of this account use the quota up; try again in a minute")
        }
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
        let failure = tell("list the state machines", cause);
        let look = crate::ui::Look { width: 80, colour: false };
        crate::report::text(failure.report.as_ref(), look)
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

    #[test]
    fn a_metadata_service_that_refuses_means_that_there_are_no_credentials() {
        let refused = CredentialsError::provider_error("failed to load IMDS session token");
        assert_eq!(Cause::of_credentials(&refused), Cause::NoCredentials);
        let none = CredentialsError::not_loaded("no providers in the chain");
        assert_eq!(Cause::of_credentials(&none), Cause::NoCredentials);
        let expired = CredentialsError::provider_error("the SSO token has expired");
        assert!(
            matches!(Cause::of_credentials(&expired), Cause::BadCredentials(w) if w.contains("SSO"))
        );
    }

    #[test]
    fn only_a_missing_network_or_missing_credentials_mean_offline() {
        assert!(Cause::NoCredentials.is_offline());
        assert!(!refusal("AccessDenied", "").is_offline());
        assert!(!Cause::BadCredentials(String::new()).is_offline());
    }
}
