//! The output that README.md shows is the program's.
#![allow(clippy::unwrap_used)]

use guardian_tests::project::Project;
use guardian_tests::repository;

const CONFIGURATION: &str = r#"project: shop
machines:
  managed: [hello, hello]
  wached: ["billing-*"]
schedule: cron(0 25 * * ? *)
"#;

#[test]
fn the_errors_of_validate_are_those_that_the_program_prints() {
    let project = Project::new().unwrap();
    project.write("guardian.yaml", CONFIGURATION).unwrap();
    let printed = project.guardian(["validate"]).with(7).stderr;
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, after) = readme.split_once("    $ guardian validate\n").unwrap();
    let shown: Vec<&str> = after
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("    "))
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    assert_eq!(shown.join("\n").trim_end(), printed.trim_end());
}
