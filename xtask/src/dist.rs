//! `cargo xtask dist`: the program with the function inside, as a release ships it. The same commit
//! gives the same bytes, wherever it is built.

use crate::release;
use flate2::{Compression, GzBuilder};
use guardian_tests::python::Python;
use guardian_tests::{binaries, repository};
use sha2::{Digest, Sha256};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The architectures of the function, with the Rust target of each.
const FUNCTIONS: [(&str, &str); 2] =
    [("x86_64", "x86_64-unknown-linux-gnu"), ("arm64", "aarch64-unknown-linux-gnu")];
/// The GLIBC of Linux programs: that of Debian 10 and RHEL 8, of 2018.
const GLIBC: &str = "2.28";
/// The largest size of a program with both functions, in bytes.
const MAX_PROGRAM: u64 = 25 * 1024 * 1024;

/// Builds everything into `target/dist`; returns one line for each thing that was built.
pub fn run(target: Option<&str>) -> Result<Vec<String>, String> {
    let version = release::check(None)?;
    let dist = guardian_tests::target().join("dist");
    fs::create_dir_all(&dist).map_err(|e| format!("{}: {e}", dist.display()))?;
    let path = tools()?;
    let mut lines = Vec::new();
    for (architecture, triple) in FUNCTIONS {
        let package = dist.join(format!("function-{architecture}.zip"));
        if package.is_file() && env::var_os("GUARDIAN_KEEP_FUNCTIONS").is_some() {
            lines.push(format!("function {architecture}: taken as it was given"));
        } else if has_target(triple) {
            function(architecture, &package, &path)?;
            lines.push(described(&format!("function {architecture}"), &package)?);
        } else {
            let _ = fs::remove_file(&package);
            lines.push(format!(
                "function {architecture}: left out, `rustup target add {triple}` adds it"
            ));
        }
    }
    let host = host()?;
    let triple = target.unwrap_or(&host);
    let program = program(triple, &dist, &path)?;
    let size = fs::metadata(&program).map_err(|e| format!("{}: {e}", program.display()))?.len();
    if size > MAX_PROGRAM {
        return Err(format!("{} has {size} bytes; {MAX_PROGRAM} are allowed", program.display()));
    }
    lines.push(described("program", &program)?);
    if triple == host {
        let archive = archive(&version, triple, &program, &dist)?;
        lines.push(described("archive", &archive)?);
    }
    let sbom = dist.join(format!("guardian-{version}.cdx.json"));
    fs::write(&sbom, release::sbom()?).map_err(|e| format!("{}: {e}", sbom.display()))?;
    lines.push(described("SBOM", &sbom)?);
    sums(&dist)?;
    Ok(lines)
}

/// The program that the last run built for this machine.
pub fn program_path() -> Result<PathBuf, String> {
    let path = guardian_tests::target().join(host()?).join("release").join("guardian");
    match path.is_file() {
        true => Ok(path),
        false => Err(format!("{} is not there: run `cargo xtask dist` first", path.display())),
    }
}

/// A PATH with cargo-zigbuild: that of this computer, or one with a pinned version, installed
/// beside the emulator.
fn tools() -> Result<OsString, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).any(|dir| dir.join("cargo-zigbuild").is_file());
    if found {
        return Ok(path);
    }
    let bin = Python::with("zigbuild", "xtask/zigbuild.txt")?.programs();
    env::join_paths([bin].into_iter().chain(env::split_paths(&path))).map_err(|e| e.to_string())
}

fn has_target(triple: &str) -> bool {
    let output = rustc(["--print", "target-libdir", "--target", triple]);
    output.is_ok_and(|directory| Path::new(&directory).is_dir())
}

fn host() -> Result<String, String> {
    let verbose = rustc(["-vV"])?;
    let host = verbose.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc -vV names no host".to_owned())
}

fn rustc<const N: usize>(arguments: [&str; N]) -> Result<String, String> {
    let output = Command::new("rustc").args(arguments).current_dir(repository()).output();
    let output = output.map_err(|e| format!("rustc: {e}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Builds and checks the function's package with the program's own command.
fn function(architecture: &str, package: &Path, path: &OsString) -> Result<(), String> {
    let mut command = Command::new(binaries::guardian()?);
    command
        .args(["package", "--builder", "zigbuild", "--arch", architecture, "--source"])
        .arg(repository())
        .arg("--out")
        .arg(package)
        .env("PATH", path)
        .env_remove("GUARDIAN_BINARY")
        .stdout(Stdio::null())
        .current_dir(env::temp_dir());
    run_command(&mut command)
}

/// Builds the program with the packages inside.
fn program(triple: &str, dist: &Path, path: &OsString) -> Result<PathBuf, String> {
    let linux = triple.contains("linux");
    let named = match linux {
        true => format!("{triple}.{GLIBC}"),
        false => triple.to_owned(),
    };
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(repository())
        .arg(if linux { "zigbuild" } else { "build" })
        .args(["--release", "--locked", "--package", "guardian-cli", "--bin", "guardian"])
        .args(["--target", &named, "--target-dir"])
        .arg(guardian_tests::target())
        .env("GUARDIAN_EMBED", dist)
        .env("PATH", path)
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", remapped());
    run_command(&mut command)?;
    Ok(guardian_tests::target().join(triple).join("release").join("guardian"))
}

/// Compiler flags that leave no directory of this machine in the program.
fn remapped() -> OsString {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home);
    let sysroot = rustc(["--print", "sysroot"]).ok().map(PathBuf::from);
    let mut flags = OsString::new();
    for (from, to) in [
        (Some(repository().to_owned()), "/guardian"),
        (Some(guardian_tests::target()), "/target"),
        (cargo_home, "/cargo"),
        (sysroot, "/rust"),
    ] {
        let Some(from) = from else { continue };
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

/// A tarball with the program, its completions and manual pages, and the usual documents.
fn archive(version: &str, triple: &str, program: &Path, dist: &Path) -> Result<PathBuf, String> {
    let stem = format!("guardian-{version}-{triple}");
    let path = dist.join(format!("{stem}.tar.gz"));
    let fail = |e: std::io::Error| format!("{}: {e}", path.display());
    let file = fs::File::create(&path).map_err(fail)?;
    let gzip = GzBuilder::new().mtime(0).write(file, Compression::best());
    let mut tar = tar::Builder::new(gzip);
    let mut entries = vec![
        ("guardian".to_owned(), 0o755, fs::read(program).map_err(fail)?),
        ("README.md".to_owned(), 0o644, fs::read(repository().join("README.md")).map_err(fail)?),
        (
            "CHANGELOG.md".to_owned(),
            0o644,
            fs::read(repository().join("CHANGELOG.md")).map_err(fail)?,
        ),
    ];
    for shell in ["bash", "zsh", "fish"] {
        let text = said(program, &["completions", shell])?;
        entries.push((format!("completions/guardian.{shell}"), 0o644, text));
    }
    let manual = dist.join("man");
    let _ = fs::remove_dir_all(&manual);
    fs::create_dir_all(&manual).map_err(fail)?;
    let mut command = Command::new(program);
    run_command(command.arg("man").arg("--out").arg(&manual).stdout(Stdio::null()))?;
    let mut pages: Vec<PathBuf> =
        fs::read_dir(&manual).map_err(fail)?.flatten().map(|entry| entry.path()).collect();
    pages.sort();
    for page in pages {
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        entries.push((format!("man/{name}"), 0o644, fs::read(&page).map_err(fail)?));
    }
    for (name, mode, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_mtime(0);
        header.set_cksum();
        tar.append_data(&mut header, format!("{stem}/{name}"), bytes.as_slice()).map_err(fail)?;
    }
    tar.into_inner().and_then(flate2::write::GzEncoder::finish).map_err(fail)?;
    Ok(path)
}

fn said(program: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|e| format!("{}: {e}", program.display()))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Writes `SHA256SUMS` over the files that are shipped, in the form that `sha256sum --check` reads.
fn sums(dist: &Path) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", dist.display());
    let mut names: Vec<String> = fs::read_dir(dist)
        .map_err(fail)?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "SHA256SUMS")
        .collect();
    names.sort();
    let mut text = String::new();
    for name in names {
        text.push_str(&format!("{}  {name}\n", sha256(&dist.join(&name))?));
    }
    fs::write(dist.join("SHA256SUMS"), text).map_err(fail)
}

fn sha256(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn described(what: &str, path: &Path) -> Result<String, String> {
    let bytes = fs::metadata(path).map_err(|e| format!("{}: {e}", path.display()))?.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{what}: {name}, {bytes} bytes, SHA-256 {}", sha256(path)?))
}

pub fn run_command(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("cannot run {command:?}: {e}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed: {status}")),
    }
}
