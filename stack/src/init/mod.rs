//! The files of a new project, as texts; nothing here writes them.

use crate::config::{self, limits};
use crate::problem::Reason;

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its path, relative to the project.
    pub path: &'static str,
    /// Its text.
    pub text: String,
}

/// The configuration, with comments, and the definition of its one machine.
///
/// Errors: a name that a project cannot have.
pub fn files(project: &str) -> Result<[NewFile; 2], Reason> {
    let project = limits::short_name("a project", project)?;
    let configuration = include_str!("guardian.yaml").replace("{project}", &project);
    let definition = include_str!("hello.json").to_owned();
    Ok([
        NewFile { path: config::FILE, text: configuration },
        NewFile { path: "definitions/hello.json", text: definition },
    ])
}

/// The name of a project made from that of its directory: what it cannot have becomes `-`.
pub fn project_name(directory: &str) -> String {
    let lower = directory.to_lowercase();
    let spelled: String =
        lower.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let start = spelled.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let short: String = start.chars().take(32).collect();
    match short.trim_end_matches('-') {
        "" => "guardian".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Files, Overrides};
    use proptest::prelude::*;

    struct Written([NewFile; 2]);

    impl Files for Written {
        fn read(&self, relative: &str) -> Option<Result<String, String>> {
            self.0.iter().find(|file| file.path == relative).map(|file| Ok(file.text.clone()))
        }
    }

    #[test]
    fn what_is_written_can_be_read_and_resolved_without_a_warning() {
        let written = files("shop").unwrap();
        let config = Config::parse(written[0].path, &written[0].text).unwrap();
        let resolved = config.resolve(&Overrides::default(), &Written(written), None).unwrap();
        assert_eq!(resolved.warnings, []);
        assert_eq!(resolved.app.project, "shop");
        assert_eq!(resolved.app.managed[0].key.as_str(), "hello");
        assert_eq!(resolved.app.alarms.len(), 1);
    }

    #[test]
    fn every_setting_that_is_commented_out_can_be_taken_in() {
        let [configuration, definition] = files("shop").unwrap();
        let all: String = configuration
            .text
            .lines()
            .map(|line| match line.strip_prefix("#") {
                // Behind the sign of a comment is one space, behind that of a setting none or more.
                Some(rest) if rest.starts_with("  ") || !rest.starts_with(' ') => {
                    format!("{rest}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect();
        let config = Config::parse("guardian.yaml", &all).unwrap_or_else(|p| panic!("{p}\n{all}"));
        assert_eq!(config.environments(), ["prod"]);
        let written = Written([configuration, definition]);
        let resolved = config.resolve(&Overrides::default(), &written, None);
        let app = resolved.unwrap_or_else(|p| panic!("{p}\n{all}")).app;
        assert_eq!(app.watched.len(), 1);
    }

    #[test]
    fn a_name_that_no_project_can_have_is_refused() {
        assert!(files("Shop!").unwrap_err().message.contains("Shop!"));
    }

    #[test]
    fn a_directorys_name_becomes_a_projects() {
        for (directory, project) in [
            ("shop", "shop"),
            ("My Shop", "my-shop"),
            ("2024_orders", "orders"),
            ("日本", "guardian"),
            ("", "guardian"),
        ] {
            assert_eq!(project_name(directory), project);
        }
    }

    proptest! {
        #[test]
        fn any_directory_gives_a_name_that_a_project_can_have(directory in "\\PC{0,50}") {
            prop_assert!(files(&project_name(&directory)).is_ok());
        }
    }
}
