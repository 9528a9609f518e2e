//! Tasks that need a browser: the checks of the board in Chromium, and the pictures of the README.

use crate::dist::run_command;
use guardian_tests::{repository, target};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of Chromium on a PATH.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Files of `tests/browser`.
const FILES: [&str; 4] = ["package.json", "package-lock.json", "check.mjs", "pictures.mjs"];

/// Runs the board's checks in a browser. Without one it prints a line that says so, and returns false.
pub fn check() -> Result<bool, String> {
    let Some(chromium) = chromium() else {
        println!(
            "not run: the board in a browser. It needs Node.js 18 and Chromium (Debian: `apt install \
             chromium`; elsewhere CHROMIUM names the program), then `cargo xtask browser`"
        );
        return Ok(false);
    };
    let modules = modules()?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["test", "--locked", "--package", "guardian-cli", "--test", "binary", "browser"])
        .args(["--", "--ignored", "--nocapture"])
        .current_dir(repository())
        .env("CHROMIUM", chromium)
        .env("GUARDIAN_BROWSER", modules);
    run_command(&mut cargo).map(|()| true)
}

/// Draws the sample board in each of its views into docs/pictures.
pub fn pictures() -> Result<(), String> {
    let chromium =
        chromium().ok_or("Node.js and Chromium are needed; CHROMIUM names the program")?;
    let modules = modules()?;
    let (pages, into) = (target().join("pictures"), repository().join("docs/pictures"));
    fs::create_dir_all(&into).map_err(|e| format!("{}: {e}", into.display()))?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["run", "--locked", "--package", "guardian-board", "--example", "pages", "--"])
        .arg(&pages)
        .current_dir(repository());
    run_command(&mut cargo)?;
    let mut node = Command::new("node");
    node.arg(modules.join("pictures.mjs")).arg(&pages).arg(&into).env("CHROMIUM", chromium);
    run_command(&mut node)
}

/// Chromium, if Node.js is installed to drive it.
fn chromium() -> Option<PathBuf> {
    let on_path = |name: &str| {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
    };
    on_path("node")?;
    on_path("npm")?;
    let named = env::var_os("CHROMIUM").filter(|value| !value.is_empty()).map(PathBuf::from);
    named.or_else(|| NAMES.iter().find_map(|name| on_path(name)))
}

/// The scripts with their packages, pinned, under target/.
fn modules() -> Result<PathBuf, String> {
    let (from, to) = (repository().join("tests/browser"), target().join("browser"));
    fs::create_dir_all(&to).map_err(|e| format!("{}: {e}", to.display()))?;
    let locked = |dir: &Path| fs::read(dir.join("package-lock.json")).ok();
    let installed = locked(&to) == locked(&from) && to.join("node_modules").is_dir();
    for file in FILES {
        fs::copy(from.join(file), to.join(file)).map_err(|e| format!("{file}: {e}"))?;
    }
    if !installed {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&to);
        run_command(&mut npm)?;
    }
    Ok(to)
}
