//! The error that a call to AWS ends with, after the SDK's own retries, and its kind.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// A call that failed, after the SDK's own retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    /// What was not done; completes "cannot …".
    pub what: String,
    /// Why.
    pub cause: Cause,
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: ", self.what)?;
        match &self.cause {
            Cause::Unreachable { endpoint, reason } => {
                write!(f, "{endpoint} cannot be reached ({reason})")
            }
            Cause::NoCredentials => f.write_str("no AWS credentials were found"),
            Cause::Refused { code, message, .. } if message.is_empty() => f.write_str(code),
            Cause::Refused { code, message, .. } => write!(f, "{code}: {message}"),
            Cause::BadCredentials(why) | Cause::Other(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for AwsError {}

impl AwsError {
    /// From an error of the SDK.
    pub fn of<E>(what: impl Into<String>, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        Self { what: what.into(), cause: Cause::of(error) }
    }

    /// A refusal with this code and message.
    pub fn refused(what: &str, code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        Self { what: what.to_owned(), cause: Cause::Refused { code, message, request_id: None } }
    }

    /// AWS's error code; empty where the service did not answer.
    pub fn code(&self) -> &str {
        match &self.cause {
            Cause::Refused { code, .. } => code,
            _ => "",
        }
    }

    /// What the service said; empty where it did not answer.
    pub fn message(&self) -> &str {
        match &self.cause {
            Cause::Refused { message, .. } => message,
            _ => "",
        }
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.cause.kind()
    }

    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Unreachable
        )
    }

    /// Whether the caller lacks a permission.
    pub fn is_access_denied(&self) -> bool {
        self.kind() == ErrorKind::AccessDenied
    }

    /// Whether the resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the service calls the request invalid. CloudFormation also says so of a stack that
    /// does not exist.
    pub fn is_invalid_request(&self) -> bool {
        matches!(self.code(), "ValidationError" | "ValidationException")
    }

    /// Whether the condition of a write to DynamoDB does not hold.
    pub fn is_condition_failed(&self) -> bool {
        self.code() == "ConditionalCheckFailedException"
    }

    /// Whether a bucket exists and has no policy.
    pub fn is_no_bucket_policy(&self) -> bool {
        self.code() == "NoSuchBucketPolicy"
    }

    /// Whether a bucket to be created exists already, in the caller's account.
    pub fn is_own_bucket(&self) -> bool {
        self.code() == "BucketAlreadyOwnedByYou"
    }

    /// Whether a bucket to be created exists already, in another account.
    pub fn is_foreign_bucket(&self) -> bool {
        self.code() == "BucketAlreadyExists"
    }
}

/// What kind of error a call ended with. Services name the same kind differently; no other file
/// compares their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller lacks a permission.
    AccessDenied,
    /// The credentials have expired.
    ExpiredCredentials,
    /// AWS does not accept the credentials, or there are none.
    InvalidCredentials,
    /// The region or the service is not enabled for the account.
    NotEnabled,
    /// The resource does not exist.
    NotFound,
    /// The change set or the operation no longer matches the state of its stack.
    Stale,
    /// Another operation is in progress.
    OperationInProgress,
    /// The call was throttled.
    Throttled,
    /// The service failed for a moment.
    Unavailable,
    /// The service was not reached.
    Unreachable,
    /// Anything else: the request is invalid, or a limit is reached.
    Other,
}

impl Cause {
    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { code, message, .. } => refused_kind(code, message),
            Self::Unreachable { .. } | Self::Other(_) => ErrorKind::Unreachable,
            Self::NoCredentials | Self::BadCredentials(_) => ErrorKind::InvalidCredentials,
        }
    }
}

/// The kind of a refusal, by its code; CloudFormation says only in the message that a stack does
/// not exist.
fn refused_kind(code: &str, message: &str) -> ErrorKind {
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            ErrorKind::ExpiredCredentials
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "AuthFailure" => ErrorKind::InvalidCredentials,
        "OptInRequired" | "SubscriptionRequiredException" => ErrorKind::NotEnabled,
        "UnauthorizedOperation" | "Forbidden" => ErrorKind::AccessDenied,
        _ if has(&["AccessDenied"]) => ErrorKind::AccessDenied,
        _ if has(&["Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown"])
            || message.starts_with("Rate exceeded") =>
        {
            ErrorKind::Throttled
        }
        _ if has(&[
            "Unavailable",
            "InternalFailure",
            "InternalError",
            "RequestTimeout",
            "HTTP 5",
        ]) =>
        {
            ErrorKind::Unavailable
        }
        _ if has(&["OperationInProgress", "StaleRequest"]) => ErrorKind::OperationInProgress,
        _ if has(&["InvalidChangeSetStatus"]) => ErrorKind::Stale,
        _ if has(&["NotFound", "DoesNotExist", "NoSuch"]) || message.contains("does not exist") => {
            ErrorKind::NotFound
        }
        _ => ErrorKind::Other,
    }
}

/// An endpoint that was never reached.
#[derive(Debug, thiserror::Error)]
#[error("cannot reach {endpoint}: {reason}")]
pub struct Unreachable {
    /// Scheme and host.
    pub endpoint: String,
    /// The innermost cause.
    pub reason: String,
}

/// The innermost cause of an error, in one line.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |e| (**e).source())
        .last()
        .map_or_else(String::new, |e| e.to_string())
}

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

impl Cause {
    /// Finds why the call failed.
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        if let Some(service) = error.as_service_error() {
            let meta = service.meta();
            let status = error.raw_response().map(|raw| raw.status().as_u16());
            // No refusal, but an answer that cannot be read.
            if meta.code().is_none() && meta.message().is_none() && status == Some(200) {
                return Self::Other(format!("its answer cannot be read ({})", words(service)));
            }
            return Self::Refused {
                code: meta.code().map_or_else(|| by_status(status), str::to_owned),
                message: meta.message().unwrap_or_default().to_owned(),
                request_id: meta.extra("aws_request_id").map(str::to_owned),
            };
        }
        // The outermost error is the most useful: if a credentials provider could not reach its
        // endpoint, the report must be that there are no credentials.
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
        // a refusal only means that there are none.
        if matches!(error, CredentialsError::CredentialsNotLoaded(_)) || words.contains("IMDS") {
            Self::NoCredentials
        } else {
            Self::BadCredentials(words)
        }
    }

    /// Whether no call can succeed: no network, no credentials.
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

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// A variable has a value that the SDK cannot use.
    #[error("{name}{} {why}", value.as_ref().map(|v| format!(" `{}`", v.escape_debug())).unwrap_or_default())]
    Variable {
        /// The variable.
        name: String,
        /// Its value, unless it is a secret.
        value: Option<String>,
        /// The reason.
        why: String,
    },
    /// The files of profiles cannot be read.
    #[error("the AWS profiles cannot be read")]
    ProfileFile(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no profile of this name.
    #[error("profile `{profile}` ({named_by}) is neither in {} nor in {}", files[0], files[1])]
    UnknownProfile {
        /// The profile.
        profile: String,
        /// The option or the variable that names it.
        named_by: &'static str,
        /// The files that were searched.
        files: [String; 2],
        /// The profiles that they contain.
        known: Vec<String>,
    },
    /// A profile has a value that the SDK cannot use.
    #[error("profile `{profile}`: {key} `{}` {why}", value.escape_debug())]
    ProfileValue {
        /// The profile.
        profile: String,
        /// The key in its section.
        key: String,
        /// The value.
        value: String,
        /// The reason.
        why: String,
    },
    /// A profile has credentials of a kind that is not supported.
    #[error(
        "profile `{profile}` uses `{key}`{}, which is not supported here",
        if within == profile { String::new() } else { format!(" of profile `{within}`") }
    )]
    UnsupportedCredentials {
        /// The profile that the session uses.
        profile: String,
        /// The key that names the kind.
        key: &'static str,
        /// The profile in which the key is.
        within: String,
    },
    /// AWS_CA_BUNDLE names a file that cannot be read.
    #[error("cannot read AWS_CA_BUNDLE `{}`", path.display())]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// AWS_CA_BUNDLE names a file without valid certificates.
    #[error("AWS_CA_BUNDLE `{}` {why}", path.display())]
    NoCertificates {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// The trusted certificates are not valid.
    #[error("the trusted certificates cannot be used")]
    Certificates(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Neither flag, environment nor profile names a region.
    #[error(
        "no AWS region is known{}",
        profile.as_ref().map(|p| format!("; profile `{p}` names none")).unwrap_or_default()
    )]
    NoRegion {
        /// The profile that was named.
        profile: Option<String>,
    },
    /// A region becomes part of a host name; this text cannot.
    #[error("`{}` cannot be an AWS region", .0.escape_debug())]
    InvalidRegion(String),
    /// The MFA code was not given.
    #[error("no MFA code was given")]
    MfaCode(#[source] std::io::Error),
    /// STS refused to let these credentials assume the role.
    #[error("cannot assume the role {role}: {reason}")]
    RoleRefused {
        /// ARN of the role.
        role: String,
        /// The reason, in AWS's words.
        reason: String,
    },
    /// A call failed.
    #[error(transparent)]
    Aws(#[from] AwsError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttles_and_bad_moments_pass_and_refusals_do_not() {
        for (code, message, passes) in [
            ("Throttling", "Rate exceeded", true),
            ("TooManyRequestsException", "", true),
            ("ServiceUnavailable", "", true),
            ("InternalFailure", "", true),
            ("HTTP 502", "", true),
            ("ValidationError", "Stack [x] does not exist", false),
            ("AccessDenied", "", false),
        ] {
            let error = AwsError::refused("read", code, message);
            assert_eq!(error.is_transient(), passes, "{code}");
        }
        let other = AwsError { what: "read".into(), cause: Cause::NoCredentials };
        assert!(!other.is_transient());
    }

    #[test]
    fn services_deny_access_with_different_codes() {
        for code in [
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "Forbidden",
            "KMSAccessDeniedException",
        ] {
            assert!(AwsError::refused("read", code, "").is_access_denied(), "{code}");
        }
        for code in ["ValidationError", "NoSuchBucket", "Throttling", ""] {
            assert!(!AwsError::refused("read", code, "").is_access_denied(), "{code}");
        }
    }

    #[test]
    fn each_predicate_knows_its_own_codes_and_no_other() {
        type Predicate = fn(&AwsError) -> bool;
        let predicates: [(Predicate, &[&str]); 5] = [
            (AwsError::is_invalid_request, &["ValidationError", "ValidationException"]),
            (AwsError::is_condition_failed, &["ConditionalCheckFailedException"]),
            (AwsError::is_no_bucket_policy, &["NoSuchBucketPolicy"]),
            (AwsError::is_own_bucket, &["BucketAlreadyOwnedByYou"]),
            (AwsError::is_foreign_bucket, &["BucketAlreadyExists"]),
        ];
        let codes = predicates.iter().flat_map(|(_, codes)| codes.iter());
        let codes: Vec<&str> = codes.copied().chain(["NoSuchBucket", "AccessDenied", ""]).collect();
        for (predicate, own) in predicates {
            for code in &codes {
                let holds = predicate(&AwsError::refused("read", code, ""));
                assert_eq!(holds, own.contains(code), "{code} {own:?}");
            }
        }
        let missing = AwsError::refused("read", "ValidationError", "Stack x does not exist");
        assert!(missing.is_invalid_request() && missing.is_not_found());
    }

    fn refusal(code: &str, message: &str) -> Cause {
        AwsError::refused("read", code, message).cause
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
