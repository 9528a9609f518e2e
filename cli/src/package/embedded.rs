//! What `cargo xtask dist` put into this program: the function's packages, or where a plain build
//! was built from.

use guardian_stack::app::Architecture;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The embedded package for an architecture: a zip as [`super::zip`] makes it, without settings.
pub fn package(architecture: Architecture) -> Option<&'static [u8]> {
    match architecture {
        Architecture::X86_64 => X86_64,
        Architecture::Arm64 => ARM64,
    }
}

/// SHA-256 sums of the release's packages, in the form of sha256sum; none in a build that was not
/// published.
pub fn sums() -> Option<&'static str> {
    SUMS
}

/// Whether any package is embedded: then this program is a release, and compiles nothing unless it
/// is asked to.
pub fn is_release() -> bool {
    X86_64.is_some() || ARM64.is_some()
}

/// The clone that this program was built from, unless it is a release.
pub fn source() -> Option<&'static Path> {
    SOURCE.map(Path::new)
}
