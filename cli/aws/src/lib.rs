#![doc = include_str!("../README.md")]

pub mod clock;
mod connect;
mod download;
pub mod environment;
mod error;
pub mod identity;
mod mfa;
pub mod pagination;
mod profile;
mod role;
pub mod session;

pub use connect::Wait;
pub use download::download;
pub use error::{AwsError, Cause, ErrorKind, SessionError};
pub use mfa::AskCode;
pub use role::{AssumeRole, assume};
pub use session::{Target, in_region, load};
