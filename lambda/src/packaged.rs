//! The variables that do not fit a function's environment: a file in its package, which the
//! environment names.

use guardian_contract::{SETTINGS_STEM, env};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// What the package holds of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packaged {
    variables: BTreeMap<String, String>,
    /// Why this is not what the environment names, if it is not.
    pub mismatch: Option<String>,
}

/// The settings that the environment names cannot be had; the function has only half of what it
/// needs to know.
#[derive(Debug)]
pub struct PackagedError {
    path: PathBuf,
    why: String,
}

impl fmt::Display for PackagedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "environment variable {} names `{}`, which {}. The package is not of this stack: \
             `guardian deploy` uploads the one that is, `guardian package` writes it",
            env::SETTINGS,
            self.path.display(),
            self.why
        )
    }
}
impl std::error::Error for PackagedError {}

impl Packaged {
    /// Reads the file of this name from the directory of the package.
    ///
    /// Where there is another one in its place, that one: CloudFormation changes a function's code
    /// and its environment one after the other, and for these seconds a package has whole settings,
    /// only not those that the environment names. `mismatch` reports it to the caller.
    pub fn read(directory: &Path, name: &str) -> Result<Self, PackagedError> {
        let path = directory.join(name);
        let fail = |why: String| PackagedError { path: path.clone(), why };
        let (text, mismatch) = match fs::read_to_string(&path) {
            Ok(text) => (text, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let Some(other) = another(directory) else {
                    return Err(fail("is not in the function's package".to_owned()));
                };
                let text = fs::read_to_string(directory.join(&other));
                let mismatch = format!(
                    "the package has `{other}` and the stack names `{name}`; deploy again, so that \
                     both are of one configuration"
                );
                (
                    text.map_err(|error| fail(format!("is not there, nor {other}: {error}")))?,
                    Some(mismatch),
                )
            }
            Err(error) => return Err(fail(format!("cannot be read: {error}"))),
        };
        let variables = serde_json::from_str(&text)
            .map_err(|error| fail(format!("is no JSON object of texts: {error}")))?;
        Ok(Self { variables, mismatch })
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

/// A file of settings, whatever it is called.
fn another(directory: &Path) -> Option<String> {
    let names =
        fs::read_dir(directory).ok()?.filter_map(|e| e.ok()?.file_name().into_string().ok());
    names.filter(|name| name.starts_with(SETTINGS_STEM)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(directory.path().join(name), text).unwrap();
        }
        directory
    }

    const TEXT: &str = r#"{"GUARDIAN_INCLUDE": "a,b"}"#;

    #[test]
    fn the_named_file_has_variables_and_another_in_its_place_is_taken_and_told() {
        let own = package(&[("settings-a.json", TEXT), ("settings-b.json", "{}")]);
        let read = |name| Packaged::read(own.path(), name).unwrap();
        assert_eq!(read("settings-a.json").variable(env::INCLUDE).as_deref(), Some("a,b"));
        assert_eq!(read("settings-a.json").variable(env::EXCLUDE), None);
        assert_eq!(read("settings-b.json"), Packaged::default());
        let other = read("settings-c.json");
        assert_eq!(other.variable(env::INCLUDE).as_deref(), Some("a,b"));
        let message = other.mismatch.unwrap();
        assert!(
            message.contains("settings-a.json") && message.contains("settings-c.json"),
            "{message}"
        );
    }

    #[test]
    fn a_package_without_settings_or_with_half_of_them_is_refused_by_the_files_name() {
        for (files, expected) in [
            (&[("bootstrap", "")][..], "is not in the function's package"),
            (&[("settings-a.json", "{\"GUARDIAN_INCLUDE\": \"a,")][..], "no JSON object"),
            (&[("settings-b.json", "")][..], "no JSON object"),
        ] {
            let directory = package(files);
            let message =
                Packaged::read(directory.path(), "settings-a.json").unwrap_err().to_string();
            assert!(message.contains("settings-a.json") && message.contains(expected), "{message}");
        }
    }
}
