//! The command line: what is common to all subcommands, and the list of these. Each subcommand's
//! own options are in its file under `commands`.

use crate::commands::Command;
use crate::deployment::PACKAGE;
use crate::event::Event;
use crate::exit::Exit;
use crate::global::{FromVariables, Global};
use crate::report;
use crate::ui::{Ui, keep_failure};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use std::ffi::OsString;

/// Shows whether every AWS Step Functions machine is green.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "guardian",
    version,
    about,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done or nothing to do, 1 error, 2 differences, 3 done with warnings,\n\
                  4 failed and rolled back, 5 stuck, 6 not approved, 7 invalid input, 64 usage,\n\
                  130/143 detached by Ctrl-C/SIGTERM."
)]
pub struct Args {
    /// What is common to all subcommands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A command line that runs nothing: help, the version, or a usage error.
#[derive(Debug)]
pub struct End {
    error: clap::Error,
    json: bool,
}

impl End {
    /// How the program ends.
    pub fn exit(&self) -> Exit {
        match self.error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
            _ => Exit::Usage,
        }
    }

    /// Prints it: help and version on standard output, a usage error on standard error, or as
    /// an error record with `--json`.
    pub fn print(&self) -> Exit {
        let exit = self.exit();
        if self.json && exit == Exit::Usage {
            let text = self.error.render().to_string();
            Ui::new(true).emit(&Event::Error(report::usage_record(&text)));
        } else {
            keep_failure(self.error.print());
        }
        exit
    }
}

/// Reads a command line, the program's name first.
pub fn parse<I, T>(words: I) -> Result<Args, End>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString>,
{
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    // A parse error, too, is printed in the requested form.
    let json = words.iter().take_while(|w| *w != "--").any(|w| w == "--json");
    let end = |error| End { error, json };
    let matches = Args::command().try_get_matches_from(words).map_err(end)?;
    refuse_two_packages(&matches).map_err(end)?;
    let mut args = Args::from_arg_matches(&matches).map_err(end)?;
    let variable = |id| matches.value_source(id) == Some(ValueSource::EnvVariable);
    args.global.from_variables =
        FromVariables { env: variable("env"), stack_name: variable("stack_name") };
    args.global.drop_empty();
    Ok(args)
}

/// Refuses a package together with what one is built from. Only where both are on the command line:
/// variables may be set for other commands, so clap's own conflicts, which count them, will not do.
fn refuse_two_packages(matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some((_, own)) = matches.subcommand() else { return Ok(()) };
    let given = |id: &str| {
        own.try_contains_id(id).is_ok() && own.value_source(id) == Some(ValueSource::CommandLine)
    };
    let other = ["binary", "source", "builder"].into_iter().find(|id| given(id));
    match other.filter(|_| given(PACKAGE)) {
        None => Ok(()),
        Some(other) => Err(Args::command().error(
            ErrorKind::ArgumentConflict,
            format!("--package is the function's zip already: --{other} cannot be given with it"),
        )),
    }
}

/// The command line's own description, for completions.
pub fn command() -> clap::Command {
    Args::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(words: &[&str]) -> End {
        parse(words).map(|args| args.command).unwrap_err()
    }

    #[test]
    fn the_description_of_the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn help_and_version_are_done_and_all_else_is_usage() {
        assert_eq!(end(&["guardian", "--help"]).exit(), Exit::Done);
        assert_eq!(end(&["guardian", "--version"]).exit(), Exit::Done);
        assert_eq!(end(&["guardian"]).exit(), Exit::Usage);
        assert_eq!(end(&["guardian", "frobnicate"]).exit(), Exit::Usage);
        assert_eq!(end(&["guardian", "completions", "bash", "--nope"]).exit(), Exit::Usage);
    }

    #[test]
    fn a_usage_error_is_told_in_json_where_json_was_asked_for() {
        assert!(end(&["guardian", "frobnicate", "--json"]).json);
        assert!(!end(&["guardian", "frobnicate", "--", "--json"]).json);
    }

    #[test]
    fn global_options_are_taken_on_both_sides_of_the_subcommand() {
        let before = parse(["guardian", "--env", "prod", "completions", "bash"]).unwrap();
        let after = parse(["guardian", "completions", "bash", "--env", "prod"]).unwrap();
        assert_eq!(before.global.env.as_deref(), Some("prod"));
        assert_eq!(after.global.env, before.global.env);
        assert!(!after.global.from_variables.env);
    }

    #[test]
    fn regions_are_taken_with_commas_or_one_by_one_and_each_once() {
        let regions = |words: &[&str]| {
            let words = [&["guardian", "completions", "bash"], words].concat();
            let global = parse(words).unwrap().global;
            (global.regions, global.region)
        };
        let two = vec!["a-1".to_owned(), "b-1".to_owned()];
        assert_eq!(regions(&["--region", "a-1,b-1,a-1"]), (two.clone(), None));
        assert_eq!(regions(&["--region=a-1", "--region", " b-1"]), (two, None));
        let one = (vec!["a-1".to_owned()], Some("a-1".to_owned()));
        assert_eq!(regions(&["--region", "a-1,"]), one);
    }

    #[test]
    fn a_package_is_refused_with_what_one_is_built_from() {
        let end = end(&["guardian", "deploy", "--package", "a.zip", "--binary", "bootstrap"]);
        assert_eq!((end.exit(), end.error.kind()), (Exit::Usage, ErrorKind::ArgumentConflict));
        assert!(parse(["guardian", "deploy", "--package", "a.zip"]).is_ok());
        assert!(parse(["guardian", "package", "--binary", "bootstrap"]).is_ok());
    }

    #[test]
    fn another_terminal_is_told_which_project_and_whose_credentials() {
        let place = |words: &[&str]| {
            let words = [&["guardian", "completions", "bash"], words].concat();
            parse(words).unwrap().global.global_options()
        };
        assert_eq!(place(&["--region", "eu-west-1", "--stack-name", "s"]), "");
        assert_eq!(
            place(&["--env", "prod", "-C", "/srv/a b/it's.yaml", "--profile", "ops"]),
            r" --config '/srv/a b/it'\''s.yaml' --env prod --profile ops"
        );
        let relative = place(&["--config", "shop/guardian.yaml"]);
        assert!(relative.starts_with(" --config /") && relative.ends_with("/shop/guardian.yaml"));
    }

    #[test]
    fn an_empty_value_counts_as_none() {
        let args = parse(["guardian", "--env", "", "--region= ", "completions", "bash"]).unwrap();
        assert_eq!((args.global.env, args.global.region), (None, None));
    }
}
