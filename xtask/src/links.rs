//! `cargo xtask docs`: checks that the relative links of the repository's Markdown files lead to a file,
//! and to a heading in it.

use guardian_tests::{Error, repository};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Checks every Markdown file that git knows, and returns their number.
pub fn run() -> Result<usize, Error> {
    let listed = Command::new("git")
        .args(["ls-files", "*.md"])
        .current_dir(repository())
        .output()
        .map_err(|e| format!("cannot run git: {e}"))?;
    let files = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut faults = Vec::new();
    for file in files.lines() {
        let path = repository().join(file);
        let text = fs::read_to_string(&path).map_err(|e| format!("{file}: {e}"))?;
        for link in links(&text).into_iter().filter(|link| !resolves(&path, &text, link)) {
            faults.push(format!("{file}: `{link}` leads nowhere"));
        }
    }
    if faults.is_empty() { Ok(files.lines().count()) } else { Err(faults.join("\n")) }
}

fn resolves(from: &Path, text: &str, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = from.with_file_name(file);
    if anchor.is_empty() {
        return target.exists();
    }
    let other = if file.is_empty() { Ok(text.to_owned()) } else { fs::read_to_string(target) };
    other.is_ok_and(|text| anchors(&text).contains(anchor))
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        code ^= fence;
        !code && !fence && !line.starts_with("    ")
    })
}

/// The targets of relative links.
fn links(text: &str) -> Vec<&str> {
    let after = prose(text).flat_map(|line| line.split("](").skip(1));
    let targets = after.filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).collect()
}

/// The anchors of the headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            title.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# One page: a `b`\n[a](x.md#y) and [b](https://z) [c](#one-page-a-b)\n\
                        ```\n# no [d](e)\n```\n    [f](g)\n";

    #[test]
    fn relative_links_outside_of_code_are_found() {
        assert_eq!(links(PAGE), ["x.md#y", "#one-page-a-b"]);
    }

    #[test]
    fn headings_have_the_anchors_that_github_makes() {
        assert_eq!(anchors(PAGE), ["one-page-a-b".to_owned()].into());
    }

    #[test]
    fn a_link_to_a_missing_file_or_heading_does_not_resolve() {
        let page = repository().join("README.md");
        assert!(resolves(&page, PAGE, "#one-page-a-b"));
        assert!(resolves(&page, PAGE, "docs/configuration.md"));
        assert!(!resolves(&page, PAGE, "docs/none.md"));
        assert!(!resolves(&page, PAGE, "#none"));
        assert!(!resolves(&page, PAGE, "docs/configuration.md#none"));
    }
}
