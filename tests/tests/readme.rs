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

#[test]
fn the_configuration_of_the_guide_from_the_recipe_is_valid() {
    let guide = std::fs::read_to_string(repository().join("docs/from-the-recipe.md")).unwrap();
    let (_, after) = guide.split_once("       project: shop\n").unwrap();
    let lines = after.lines().take_while(|line| !line.is_empty()).map(str::trim_start);
    let text = lines.fold("project: shop\nregion: eu-west-1\n".to_owned(), |text, line| {
        let indent = if line.starts_with("watched") { "  " } else { "" };
        text + indent + line + "\n"
    });
    let project = Project::new().unwrap();
    project.write("guardian.yaml", &text).unwrap();
    let printed = project.guardian(["config", "show"]).with(0).stdout;
    assert!(printed.contains("alarms.each") && printed.contains("arn:aws:sns:"), "{printed}");
}
