//! `cargo xtask templates`: writes the templates of the examples into `cfn-templates`, so that they can be
//! read without a build, and reviewed when they change.

use guardian_tests::examples::{committed, synthesised};
use guardian_tests::repository;
use std::fs;

/// Writes the templates that differ, removes obsolete ones, and returns their names; with `check` it
/// changes nothing.
pub fn run(check: bool) -> Result<Vec<String>, String> {
    let (written, committed) = (synthesised()?, committed()?);
    let mut changed = Vec::new();
    for (name, text) in &written {
        if committed.iter().any(|(n, t)| n == name && t == text) {
            continue;
        }
        if !check {
            let path = repository().join(name);
            let directory = path.parent().ok_or("a template needs a directory")?;
            fs::create_dir_all(directory)
                .and_then(|()| fs::write(&path, text))
                .map_err(|e| format!("{name}: {e}"))?;
        }
        changed.push(name.clone());
    }
    for (name, _) in committed.iter().filter(|(name, _)| !written.iter().any(|(n, _)| n == name)) {
        if !check {
            fs::remove_file(repository().join(name)).map_err(|e| format!("{name}: {e}"))?;
        }
        changed.push(name.clone());
    }
    Ok(changed)
}
