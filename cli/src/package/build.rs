//! Building the function's binary from Guardian's source with cargo, cargo-zigbuild or
//! cargo-lambda, so that nothing of this machine is in it.

use super::download::Remote;
use super::elf::architecture_name;
use super::embedded;
use crate::exit::Failure;
use crate::ui::Ui;
use guardian_stack::app::Architecture;
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tokio::process::Command;

/// What builds the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Builder {
    /// `cargo zigbuild`, for any architecture and GLIBC 2.34
    Zigbuild,
    /// `cargo lambda build`, for any architecture and GLIBC 2.34
    Lambda,
    /// `cargo build`, for this machine's architecture and GLIBC
    Cargo,
}

/// Where the function's binary comes from when none was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It is in this program.
    Embedded(&'static [u8]),
    /// It is built already.
    Built(PathBuf),
    /// It is to be built from this clone of Guardian.
    Source(PathBuf),
    /// It is to be downloaded from this program's release, or is kept from before.
    Release(Remote),
}

/// The Rust target of an architecture.
pub fn triple(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64-unknown-linux-gnu",
        Architecture::Arm64 => "aarch64-unknown-linux-gnu",
    }
}

/// How to build a binary that fits.
pub fn fitting(architecture: Architecture) -> String {
    format!(
        "install cargo-zigbuild (`pip install cargo-zigbuild ziglang` or `cargo install \
         cargo-zigbuild`) or cargo-lambda (`pip install cargo-lambda`), add the target (`rustup \
         target add {}`) and run `guardian package` again; or build in a container of Amazon \
         Linux 2023 and give the binary with --binary",
        triple(architecture)
    )
}

/// Finds the binary or the source: what was named, a `bootstrap-<architecture>` beside this
/// program, the package in this program, a clone around `near`, the clone that this program was
/// built from, this program's release.
pub fn origin(
    named: Option<&Path>,
    near: &Path,
    architecture: Architecture,
) -> Result<Origin, Failure> {
    if let Some(source) = named {
        return if is_source(source) {
            Ok(Origin::Source(source.to_owned()))
        } else {
            Err(Failure::error(format!("`{}` is not Guardian's source", source.display())).help(
                "--source (or GUARDIAN_SOURCE) names a clone of Guardian, with lambda/ in it",
            ))
        };
    }
    let beside = std::env::current_exe().ok().and_then(|program| {
        let name = format!("bootstrap-{}", architecture_name(architecture));
        Some(program.parent()?.join(name)).filter(|path| path.is_file())
    });
    if let Some(binary) = beside {
        return Ok(Origin::Built(binary));
    }
    if let Some(package) = embedded::package(architecture) {
        return Ok(Origin::Embedded(package));
    }
    let built_from = embedded::source();
    near.ancestors()
        .chain(built_from)
        .find(|dir| is_source(dir))
        .map(|dir| Origin::Source(dir.to_owned()))
        .or_else(|| Remote::of_release(architecture).map(Origin::Release))
        .ok_or_else(|| {
            Failure::error("the function's binary cannot be built: Guardian's source was not found")
                .help(format!(
                    "name a clone of Guardian with --source (or GUARDIAN_SOURCE), or a built \
                     binary with --binary, or put one beside this program as `bootstrap-{}`",
                    architecture_name(architecture)
                ))
        })
}

fn is_source(dir: &Path) -> bool {
    std::fs::read_to_string(dir.join("lambda").join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.contains("name = \"guardian-lambda\""))
}

/// Builds the binary and gives its path. Cargo's own output goes to standard error.
pub async fn build(
    source: &Path,
    architecture: Architecture,
    builder: Option<Builder>,
    ui: &Ui,
) -> Result<PathBuf, Failure> {
    let host = (std::env::consts::OS, std::env::consts::ARCH);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let builder = match builder {
        Some(builder) => builder,
        None => choose(architecture, host, |tool| installed(tool, &path)).ok_or_else(|| {
            Failure::error(format!(
                "this machine ({} {}) cannot build for {} with cargo alone",
                host.0,
                host.1,
                triple(architecture)
            ))
            .help(fitting(architecture))
        })?,
    };
    let layout = layout(source).await?;
    let command = arguments(builder, architecture, &layout.target);
    ui.note(&format!("building the function: cargo {}", shown(&command)));
    let mut cargo = cargo(source);
    cargo.args(&command).env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags(&layout));
    let output = cargo.stderr(Stdio::inherit()).output().await.map_err(no_cargo)?;
    if !output.status.success() {
        return Err(Failure::error(format!("`cargo {}` failed", shown(&command)))
            .help("cargo's own messages are above; --binary takes a binary built elsewhere"));
    }
    if builder == Builder::Lambda {
        return Ok(layout.target.join(LAMBDA_DIR).join("bootstrap").join("bootstrap"));
    }
    executable(&output.stdout).ok_or_else(|| {
        Failure::error(format!("`cargo {}` built no `bootstrap`", shown(&command)))
            .help("is the source the same version as this program?")
    })
}

/// Under the target directory: where cargo-lambda puts what it built.
const LAMBDA_DIR: &str = "guardian/cargo-lambda";

/// The builders that make a binary for the oldest GLIBC that counts come first: they make the
/// same binary everywhere.
fn choose(
    architecture: Architecture,
    (os, processor): (&str, &str),
    installed: impl Fn(&str) -> bool,
) -> Option<Builder> {
    let own = triple(architecture).starts_with(processor) && os == "linux";
    if installed("cargo-zigbuild") {
        Some(Builder::Zigbuild)
    } else if installed("cargo-lambda") {
        Some(Builder::Lambda)
    } else {
        own.then_some(Builder::Cargo)
    }
}

fn installed(tool: &str, path: &OsStr) -> bool {
    let file = format!("{tool}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path).any(|dir| dir.join(&file).is_file())
}

fn arguments(builder: Builder, architecture: Architecture, target: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = match builder {
        Builder::Zigbuild => vec!["zigbuild".into()],
        Builder::Lambda => vec!["lambda".into(), "build".into()],
        Builder::Cargo => vec!["build".into()],
    };
    words.extend(
        ["--profile", "lambda", "--package", "guardian-lambda", "--bin", "bootstrap", "--locked"]
            .map(OsString::from),
    );
    if builder != Builder::Cargo {
        words.extend(["--target".into(), format!("{}.2.34", triple(architecture)).into()]);
    }
    if builder == Builder::Lambda {
        words.extend(["--lambda-dir".into(), target.join(LAMBDA_DIR).into_os_string()]);
    } else {
        words.push("--message-format=json-render-diagnostics".into());
    }
    words
}

fn shown(words: &[OsString]) -> String {
    words.iter().map(|w| w.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cargo(source: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(source).stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn no_cargo(error: std::io::Error) -> Failure {
    Failure::error("cargo cannot be run")
        .because(error)
        .help("install Rust (https://rustup.rs), or give a built binary with --binary")
}

/// Directories of this machine whose names the compiler would write into the binary.
struct Layout {
    source: PathBuf,
    target: PathBuf,
    cargo_home: Option<PathBuf>,
    sysroot: Option<PathBuf>,
}

async fn layout(source: &Path) -> Result<Layout, Failure> {
    let mut command = cargo(source);
    command.args(["metadata", "--no-deps", "--format-version", "1", "--locked", "--offline"]);
    let Output { status, stdout, stderr } = command.output().await.map_err(no_cargo)?;
    let metadata: Value = serde_json::from_slice(&stdout).unwrap_or_default();
    let path = |key: &str| metadata[key].as_str().map(PathBuf::from);
    let (Some(root), Some(target), true) =
        (path("workspace_root"), path("target_directory"), status.success())
    else {
        let said = String::from_utf8_lossy(&stderr).trim().to_owned();
        return Err(Failure::error(format!(
            "cargo cannot read Guardian's source in `{}`",
            source.display()
        ))
        .because(said)
        .help("is the clone complete? --binary takes a binary built elsewhere"));
    };
    let home = || std::env::home_dir().map(|home| home.join(".cargo"));
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(source)
        .output()
        .await
        .ok()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .filter(|path| !path.is_empty());
    Ok(Layout {
        source: root,
        target,
        cargo_home: std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home),
        sysroot: sysroot.map(PathBuf::from),
    })
}

/// Compiler flags, separated as CARGO_ENCODED_RUSTFLAGS wants it. They take the place of the
/// user's own: the same source must be the same bytes whatever the machine's settings. The last
/// match counts, so what may lie in the source comes after it.
fn flags(layout: &Layout) -> OsString {
    let mut flags = OsString::new();
    for (from, to) in [
        (Some(&layout.source), "/guardian"),
        (Some(&layout.target), "/target"),
        (layout.cargo_home.as_ref(), "/cargo"),
        (layout.sysroot.as_ref(), "/rust"),
    ] {
        if let Some(from) = from {
            if !flags.is_empty() {
                flags.push("\u{1f}");
            }
            flags.push("--remap-path-prefix=");
            flags.push(from);
            flags.push("=");
            flags.push(to);
        }
    }
    flags
}

/// The path of `bootstrap` in cargo's messages.
fn executable(messages: &[u8]) -> Option<PathBuf> {
    messages
        .split(|b| *b == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|m| m["reason"] == "compiler-artifact" && m["target"]["name"] == "bootstrap")
        .find_map(|m| m["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Architecture::{Arm64, X86_64};

    #[test]
    fn a_builder_for_old_glibc_is_preferred_and_cargo_alone_does_not_cross() {
        let (linux, mac) = (("linux", "x86_64"), ("macos", "aarch64"));
        assert_eq!(choose(X86_64, linux, |_| true), Some(Builder::Zigbuild));
        assert_eq!(choose(Arm64, mac, |tool| tool == "cargo-lambda"), Some(Builder::Lambda));
        assert_eq!(choose(X86_64, linux, |_| false), Some(Builder::Cargo));
        assert_eq!(choose(Arm64, linux, |_| false), None);
        assert_eq!(choose(Arm64, mac, |_| false), None);
    }

    #[test]
    fn the_command_lines_are_those_that_the_builders_take() {
        let line = |builder| shown(&arguments(builder, Arm64, Path::new("target")));
        insta::assert_snapshot!(
            [Builder::Zigbuild, Builder::Lambda, Builder::Cargo].map(line).join("\n")
        );
    }

    #[test]
    fn no_directory_of_this_machine_is_left_in_the_binary() {
        let layout = Layout {
            source: "/home/ann/guardian".into(),
            target: "/home/ann/guardian/target".into(),
            cargo_home: Some("/home/ann/.cargo".into()),
            sysroot: None,
        };
        assert_eq!(
            flags(&layout).to_str().unwrap().split('\u{1f}').collect::<Vec<_>>(),
            [
                "--remap-path-prefix=/home/ann/guardian=/guardian",
                "--remap-path-prefix=/home/ann/guardian/target=/target",
                "--remap-path-prefix=/home/ann/.cargo=/cargo",
            ]
        );
    }

    #[test]
    fn the_executable_is_read_from_cargos_messages() {
        let messages = concat!(
            "{\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"x\"},\"executable\":null}\n",
            "{\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"bootstrap\"},",
            "\"executable\":\"/t/lambda/bootstrap\"}\n",
            "{\"reason\":\"build-finished\",\"success\":true}\n",
        );
        assert_eq!(executable(messages.as_bytes()), Some("/t/lambda/bootstrap".into()));
        assert_eq!(executable(b"no json\n"), None);
    }

    #[test]
    fn a_directory_that_is_no_clone_is_refused_and_this_one_is_found() {
        let dir = tempfile::tempdir().unwrap();
        assert!(origin(Some(dir.path()), dir.path(), X86_64).is_err());
        let clone = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let found = origin(None, &clone.join("examples"), X86_64).unwrap();
        assert_eq!(found, Origin::Source(clone.to_owned()));
    }
}
