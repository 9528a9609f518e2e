//! `cargo xtask layers`: holds the crates to the dependencies that ARCHITECTURE.md allows, and finds
//! import cycles between the files of each crate.

use crate::imports::{Module, cycles, imports};
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates that each crate may depend on, by name.
type Layers = BTreeMap<String, Vec<String>>;

/// A crate of the workspace.
struct Crate {
    name: String,
    source: PathBuf,
    dependencies: Vec<String>,
}

/// Compares the workspace at `root` with its ARCHITECTURE.md. Returns one line for each crate.
pub fn run(root: &Path) -> Result<String, String> {
    let page = root.join("ARCHITECTURE.md");
    let text = fs::read_to_string(&page).map_err(|e| format!("{}: {e}", page.display()))?;
    let layers = layers(&text)?;
    let crates = crates(&metadata(root)?)?;
    let mut faults = dependency_faults(&layers, &crates);
    let mut report = String::new();
    for krate in &crates {
        let modules = modules(&krate.source)?;
        let graph = imports(&modules);
        let found = cycles(&graph);
        let _ = writeln!(report, "{}: {} files, {} cycles", krate.name, modules.len(), found.len());
        for cycle in &found {
            let mut fault = format!("{} has an import cycle of {} files", krate.name, cycle.len());
            for file in cycle {
                let inside = graph[file].iter().filter(|&to| cycle.contains(to));
                let to: Vec<&str> = inside.map(String::as_str).collect();
                let _ = write!(fault, "\n  {file} imports {}", to.join(", "));
            }
            faults.push(fault);
        }
    }
    if faults.is_empty() { Ok(report) } else { Err(format!("{report}\n{}", faults.join("\n"))) }
}

/// The block of ARCHITECTURE.md, one line for each crate: `name: dependency dependency`.
fn layers(page: &str) -> Result<Layers, String> {
    let lines = page.lines().skip_while(|line| *line != "```layers").skip(1);
    let mut layers = Layers::new();
    for line in lines.take_while(|line| *line != "```") {
        let (name, dependencies) = line.split_once(':').ok_or_else(|| {
            format!("ARCHITECTURE.md: `{line}` is not of the form `crate: dependencies`")
        })?;
        let dependencies = dependencies.split_whitespace().map(str::to_owned).collect();
        layers.insert(name.trim().to_owned(), dependencies);
    }
    if layers.is_empty() {
        return Err("ARCHITECTURE.md has no block ```layers".to_owned());
    }
    Ok(layers)
}

/// The answer of `cargo metadata` for the workspace alone.
fn metadata(root: &Path) -> Result<Value, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cannot run cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))
}

/// The crates with their dependencies on each other; those for tests do not count.
fn crates(metadata: &Value) -> Result<Vec<Crate>, String> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata has no packages")?;
    let mut crates = Vec::new();
    for package in packages {
        let name = package["name"].as_str().ok_or("a package has no name")?;
        let manifest = package["manifest_path"].as_str().ok_or("a package has no manifest")?;
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let inner = dependencies.filter(|d| d["path"].is_string() && d["kind"] != "dev");
        crates.push(Crate {
            name: name.to_owned(),
            source: Path::new(manifest).with_file_name("src"),
            dependencies: inner.filter_map(|d| d["name"].as_str().map(str::to_owned)).collect(),
        });
    }
    Ok(crates)
}

/// Dependencies that are not allowed, and crates that stand on one side only.
fn dependency_faults(layers: &Layers, crates: &[Crate]) -> Vec<String> {
    let mut faults = Vec::new();
    for Crate { name, dependencies, .. } in crates {
        let Some(allowed) = layers.get(name) else {
            faults.push(format!("ARCHITECTURE.md does not list {name}"));
            continue;
        };
        for dependency in dependencies.iter().filter(|d| !allowed.contains(d)) {
            faults.push(format!("{name} depends on {dependency}: ARCHITECTURE.md forbids it"));
        }
    }
    for name in layers.keys().filter(|name| !crates.iter().any(|c| c.name == **name)) {
        faults.push(format!("ARCHITECTURE.md lists {name}, which is not in the workspace"));
    }
    faults
}

/// The modules of a crate, without the tests' files and without the roots, which nothing imports.
fn modules(source: &Path) -> Result<Vec<Module>, String> {
    let mut modules = Vec::new();
    for (path, text) in guardian_tests::sources(source)? {
        let file = path.strip_prefix(source).unwrap_or(&path);
        if !file.iter().any(|part| part == "tests" || part == "tests.rs") {
            modules.extend(Module::new(&file.to_string_lossy(), &text));
        }
    }
    modules.sort_by(|a, b| a.file().cmp(b.file()));
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PAGE: &str = "# A\n\n```layers\nbase:\ntop: base\n```\n\n```\nother: base\n```\n";

    fn krate(name: &str, dependencies: &[&str]) -> Crate {
        let dependencies = dependencies.iter().map(|&d| d.to_owned()).collect();
        Crate { name: name.to_owned(), source: PathBuf::new(), dependencies }
    }

    #[test]
    fn the_block_lists_what_each_crate_may_depend_on() {
        let layers = layers(PAGE).unwrap();
        assert_eq!(layers.len(), 2);
        assert_eq!(layers["base"], [""; 0]);
        assert_eq!(layers["top"], ["base"]);
    }

    #[test]
    fn a_page_without_the_block_is_an_error() {
        assert!(layers("# A\n").is_err());
        assert!(layers("```layers\nbase\n```\n").is_err());
    }

    #[test]
    fn a_dependency_that_is_not_allowed_is_a_fault() {
        let crates = [krate("base", &["top"]), krate("top", &["base"])];
        assert_eq!(
            dependency_faults(&layers(PAGE).unwrap(), &crates),
            ["base depends on top: ARCHITECTURE.md forbids it"]
        );
    }

    #[test]
    fn a_crate_on_one_side_only_is_a_fault() {
        let faults =
            dependency_faults(&layers(PAGE).unwrap(), &[krate("base", &[]), krate("new", &[])]);
        assert_eq!(
            faults,
            [
                "ARCHITECTURE.md does not list new",
                "ARCHITECTURE.md lists top, which is not in the workspace"
            ]
        );
    }

    #[test]
    fn dependencies_outside_of_the_workspace_and_those_of_tests_do_not_count() {
        let metadata = json!({"packages": [{
            "name": "top", "manifest_path": "/w/top/Cargo.toml",
            "dependencies": [
                {"name": "serde", "kind": null},
                {"name": "base", "kind": null, "path": "/w/base"},
                {"name": "support", "kind": "dev", "path": "/w/support"},
            ],
        }]});
        let crates = crates(&metadata).unwrap();
        assert_eq!(crates[0].dependencies, ["base"]);
        assert_eq!(crates[0].source, Path::new("/w/top/src"));
    }
}
