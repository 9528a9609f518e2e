//! What a release must have: one version everywhere, and a bill of materials.

use guardian_tests::repository;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// Compares version, changelog and tag; returns the version. Without a tag the changelog may still
/// have an `Unreleased` section above that of the version.
pub fn check(tag: Option<&str>) -> Result<String, String> {
    let read = |name: &str| {
        let path = repository().join(name);
        fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
    };
    agree(&read("Cargo.toml")?, &read("CHANGELOG.md")?, tag)
}

fn agree(manifest: &str, changelog: &str, tag: Option<&str>) -> Result<String, String> {
    let package = manifest.split("[workspace.package]").nth(1).unwrap_or_default();
    let version = package
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .ok_or("Cargo.toml: [workspace.package] has no version")?;
    let Some(tag) = tag else { return Ok(version.to_owned()) };
    if tag != format!("v{version}") {
        return Err(format!(
            "the tag is {tag} and Cargo.toml has version {version}: tag v{version}, or change \
             `version` under [workspace.package]"
        ));
    }
    let sections: Vec<&str> = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## [")?.split_once(']').map(|(name, _)| name))
        .collect();
    match sections.first() {
        Some(first) if *first == version => Ok(version.to_owned()),
        Some(first) => Err(format!(
            "CHANGELOG.md begins with [{first}], and the release is {version}: rename the section \
             to `## [{version}] - YYYY-MM-DD`"
        )),
        None => Err("CHANGELOG.md has no section `## [VERSION]`".to_owned()),
    }
}

/// The platforms of a release, by Rust target.
const SHIPPED: [&str; 4] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
];

/// The bill of materials of the program and the function, in CycloneDX 1.5: every crate of the lock
/// that they are built from, with version, licence and checksum. The same lock gives the same bytes.
pub fn sbom() -> Result<String, String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked"])
        // Crates of other platforms are not shipped, and need not be downloaded for the bill.
        .args(SHIPPED.iter().flat_map(|triple| ["--filter-platform", *triple]))
        .current_dir(repository())
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())?;
    let lock = repository().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    bill(&metadata, &lock)
}

fn bill(metadata: &Value, lock: &str) -> Result<String, String> {
    let shipped = shipped(metadata);
    let mut components = Vec::new();
    let mut version = "";
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let text = |name: &str| package[name].as_str().unwrap_or_default();
        if text("name") == "guardian-cli" {
            version = package["version"].as_str().unwrap_or_default();
        }
        if package["source"].is_null() || !shipped.contains(&text("id")) {
            continue;
        }
        let purl = format!("pkg:cargo/{}@{}", text("name"), text("version"));
        let mut component = json!({
            "type": "library",
            "bom-ref": purl,
            "name": text("name"),
            "version": text("version"),
            "purl": purl,
            "licenses": [{"expression": text("license").replace('/', " OR ")}],
        });
        if let Some(checksum) = checksum(lock, text("name"), text("version")) {
            component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
        }
        components.push(component);
    }
    components.sort_by_key(|component| component["bom-ref"].as_str().map(str::to_owned));
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": "guardian", "name": "guardian", "version": version,
        }},
        "components": components,
    });
    serde_json::to_string_pretty(&bill).map(|text| text + "\n").map_err(|e| e.to_string())
}

/// The packages that the program and the function are built from, tests and tools left out.
fn shipped(metadata: &Value) -> std::collections::BTreeSet<&str> {
    let nodes: std::collections::BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let roots = metadata["packages"].as_array().into_iter().flatten().filter(|package| {
        matches!(package["name"].as_str(), Some("guardian-cli" | "guardian-lambda"))
    });
    let mut left: Vec<&str> = roots.filter_map(|package| package["id"].as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(id) = left.pop() {
        if !seen.insert(id) {
            continue;
        }
        let dependencies = nodes.get(id).and_then(|node| node["deps"].as_array());
        for dependency in dependencies.into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array();
            // A kind of null means an ordinary dependency.
            if kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null())) {
                left.extend(dependency["pkg"].as_str());
            }
        }
    }
    seen
}

/// The checksum of a crate in Cargo.lock.
fn checksum<'a>(lock: &'a str, name: &str, version: &str) -> Option<&'a str> {
    let head = format!("name = \"{name}\"\nversion = \"{version}\"\n");
    let entry = lock.split("[[package]]").find(|entry| entry.contains(&head))?;
    entry.lines().find_map(|line| line.strip_prefix("checksum = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace.package]\nversion = \"1.2.3\"\n";

    #[test]
    fn version_changelog_and_tag_must_agree() {
        let changelog = "# Changelog\n\n## [1.2.3] - 2026-11-26\n\n## [1.2.2] - 2026-01-01\n";
        assert_eq!(agree(MANIFEST, changelog, Some("v1.2.3")), Ok("1.2.3".to_owned()));
        assert_eq!(agree(MANIFEST, "", None), Ok("1.2.3".to_owned()));
        let other = agree(MANIFEST, changelog, Some("v1.2.4")).unwrap_err();
        assert!(other.contains("v1.2.4") && other.contains("1.2.3"), "{other}");
        let unreleased = agree(MANIFEST, "## [Unreleased]\n", Some("v1.2.3")).unwrap_err();
        assert!(unreleased.contains("[Unreleased]"), "{unreleased}");
        assert!(agree("", changelog, None).is_err());
    }

    #[test]
    fn the_bill_names_what_is_shipped_and_nothing_else() {
        let text = sbom().unwrap();
        let bill: Value = serde_json::from_str(&text).unwrap();
        let names: Vec<&str> = bill["components"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|component| component["name"].as_str())
            .collect();
        for name in ["aws-sdk-cloudformation", "lambda_runtime", "tokio", "clap"] {
            assert!(names.contains(&name), "{name}");
        }
        assert!(!names.contains(&"proptest") && !names.contains(&"insta"));
        let hashed = bill["components"].as_array().unwrap().iter();
        assert!(hashed.clone().all(|component| component["hashes"].is_array()));
        assert_eq!(text, sbom().unwrap());
    }
}
