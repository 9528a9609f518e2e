//! AWS for the command line: sessions (credentials, region, endpoint, an assumed role), the kinds of
//! error that a call ends with, and pagination. No service of its own, and no text for people beyond
//! a one-line description of an error.

pub mod clock;
mod connect;
pub mod environment;
mod error;
pub mod identity;
mod mfa;
pub mod pagination;
mod profile;
mod role;
pub mod session;

pub use connect::Wait;
pub use error::{AwsError, Cause, ErrorKind, SessionError};
pub use mfa::AskCode;
pub use role::{AssumeRole, assume};
pub use session::{Target, in_region, load};
