//! The programs under test. Cargo builds each when a test first needs it.

use crate::{Error, repository, target};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

type Built = OnceLock<Result<PathBuf, Error>>;

/// The `guardian` binary, of the development profile.
pub fn guardian() -> Result<&'static Path, Error> {
    static BUILT: Built = OnceLock::new();
    once(&BUILT, "guardian-cli", "guardian", &[])
}

/// The function's `bootstrap`, of the development profile, which builds faster.
pub fn bootstrap() -> Result<&'static Path, Error> {
    static BUILT: Built = OnceLock::new();
    // Without symbols it is a quarter of the size, and each deploy packs and uploads it.
    once(&BUILT, "guardian-lambda", "bootstrap", &["--", "-C", "strip=symbols"])
}

/// The program of `examples/own-stack`, of the development profile.
pub fn own_stack() -> Result<&'static Path, Error> {
    static BUILT: Built = OnceLock::new();
    once(&BUILT, "own-stack", "own-stack", &[])
}

/// An example of a package, of the development profile.
pub fn example(package: &str, name: &str) -> Result<PathBuf, Error> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(repository())
        .args(["build", "--quiet", "--package", package, "--example", name, "--target-dir"])
        .arg(target());
    let output = command.output().map_err(|e| format!("cannot run {command:?}: {e}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed:\n{errors}"));
    }
    Ok(target().join("debug/examples").join(name))
}

/// An ELF header for Linux on x86_64 and nothing else: the smallest binary that Guardian accepts, for a
/// function that never runs.
pub fn smallest() -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    // An executable, for x86_64, version 1; no entry, no tables; then sizes and counts.
    bytes.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    bytes.resize(52, 0);
    bytes.extend([64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0]);
    bytes
}

fn once(
    built: &'static Built,
    package: &str,
    binary: &str,
    options: &[&str],
) -> Result<&'static Path, Error> {
    built.get_or_init(|| build(package, binary, options)).as_deref().map_err(Clone::clone)
}

fn build(package: &str, binary: &str, options: &[&str]) -> Result<PathBuf, Error> {
    let mut command = cargo("rustc", package, binary, "dev");
    let output = command.arg("--quiet").args(options).output();
    let output = output.map_err(|e| format!("cannot run {command:?}: {e}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed:\n{errors}"));
    }
    Ok(path(binary, "dev"))
}

/// The command that builds a binary of the workspace and shows its progress.
pub fn command(package: &str, binary: &str, profile: &str) -> Command {
    cargo("build", package, binary, profile)
}

/// A cargo command; cargo's lock serialises concurrent builds.
fn cargo(verb: &str, package: &str, binary: &str, profile: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(repository())
        .args([verb, "--package", package, "--bin", binary, "--profile", profile])
        .arg("--target-dir")
        .arg(target());
    command
}

/// The path of the built binary.
pub fn path(binary: &str, profile: &str) -> PathBuf {
    let directory = if profile == "dev" { "debug" } else { profile };
    target().join(directory).join(binary)
}
