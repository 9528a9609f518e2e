//! The basis of the end-to-end tests and of the demo: the emulator, the built binaries, a project in a
//! temporary directory, and a stub for faults that the emulator cannot produce. The tests are in
//! `tests/tests`.

pub mod actions;
pub mod aws;
pub mod binaries;
pub mod cloudformation;
pub mod emulator;
pub mod examples;
pub mod project;
pub mod proxy;
pub mod python;
pub mod recorder;
pub mod request;
pub mod running;
pub mod stack_sets;
pub mod stub;
pub mod wait;
pub mod widget;

use std::path::{Path, PathBuf};

/// Why the emulator, a binary or a directory is not available, and how to fix it.
pub type Error = String;

/// The root of the repository.
pub fn repository() -> &'static Path {
    // The manifest's directory is tests/ in the root.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Cargo's target directory, which this program was built in.
pub fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    // Cargo marks it for backup tools, so CARGO_TARGET_DIR and the configuration are not needed.
    let marked = program.ancestors().find(|dir| dir.join("CACHEDIR.TAG").is_file());
    marked.map_or_else(|| repository().join("target"), Path::to_path_buf)
}

/// The Rust sources below a directory, each with its text.
pub fn sources(directory: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let failed = |path: &Path, e: std::io::Error| format!("cannot read {}: {e}", path.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(|e| failed(directory, e))? {
        let path = entry.map_err(|e| failed(directory, e))?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, e))?;
            found.push((path, text));
        }
    }
    Ok(found)
}

/// The directory for temporary files, under the target directory; it is created if it is missing.
fn work_directory() -> Result<PathBuf, Error> {
    let dir = target().join("guardian");
    std::fs::create_dir_all(&dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))?;
    Ok(dir)
}
