//! A call to AWS that failed, on its way from the module that made it to the one that knows what
//! it was for. What it means for people is said by [`crate::aws::tell`].

use crate::aws::{Cause, tell};
use crate::exit::Failure;
use aws_sdk_cloudformation::config::http::HttpResponse;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use std::fmt;

/// A call that failed, after the SDK's own retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// What was not done; completes "cannot …".
    pub what: String,
    /// Why.
    pub cause: Cause,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: ", self.what)?;
        match &self.cause {
            Cause::Unreachable { endpoint, reason } => {
                write!(f, "{endpoint} cannot be reached ({reason})")
            }
            Cause::NoCredentials => f.write_str("no AWS credentials were found"),
            Cause::Refused { code, message, .. } => write!(f, "{code}: {message}"),
            Cause::BadCredentials(why) | Cause::Other(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for CallError {}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        tell(&error.what, &error.cause)
    }
}

impl CallError {
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

    /// Whether the same call may succeed later: a throttle, a service or network in a bad moment.
    pub fn is_passing(&self) -> bool {
        match &self.cause {
            Cause::Refused { code, message, .. } => {
                ["Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "Unavailable"]
                    .iter()
                    .chain(&["InternalFailure", "InternalError", "RequestTimeout", "HTTP 5"])
                    .any(|word| code.contains(word))
                    || message.starts_with("Rate exceeded")
            }
            Cause::Unreachable { .. } | Cause::Other(_) => true,
            Cause::NoCredentials | Cause::BadCredentials(_) => false,
        }
    }
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
            let error = CallError::refused("read", code, message);
            assert_eq!(error.is_passing(), passes, "{code}");
        }
        let other = CallError { what: "read".into(), cause: Cause::NoCredentials };
        assert!(!other.is_passing());
    }
}
