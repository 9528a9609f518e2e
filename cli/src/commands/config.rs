//! `guardian config show`: every setting of the environment, and where it comes from.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::ui::{TextStyle, Ui};
use clap::Subcommand;
use guardian_stack::config::{Origin, Setting};
use serde_json::{Value, json};

/// Options of `config`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What to do with it.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do with the configuration.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print every setting with its effective value
    Show {
        /// Show the origin of each value
        #[arg(long)]
        origin: bool,
    },
}

/// Prints the settings.
pub fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let Command::Show { origin } = args.command;
    let settings = Project::open(global)?.settings()?;
    ui.say(&table(&settings, origin, ui.style));
    for setting in &settings {
        ui.emit(&Event::Setting(record(setting)));
    }
    Ok(Exit::Done)
}

fn record(setting: &Setting) -> Value {
    let Setting { path, value, origin } = setting;
    let (file, line, environment) = match origin {
        Origin::File { file, line, environment } => (Some(file), Some(line), environment.as_ref()),
        Origin::Override(_) | Origin::Default => (None, None, None),
    };
    json!({
        "path": path,
        "value": value,
        "origin": origin.to_string(),
        "file": file,
        "line": line,
        "environment": environment,
    })
}

/// Paths, values and origins in columns; a long value is not cut, its origin goes below it.
fn table(settings: &[Setting], origins: bool, style: TextStyle) -> String {
    let columns = |text: &str| text.chars().count();
    let paths = settings.iter().map(|s| columns(&s.path)).max().unwrap_or_default();
    let room = style.width.saturating_sub(paths + 2 + 24);
    let values = settings.iter().map(|s| columns(&s.value)).filter(|w| *w <= room).max();
    let values = values.unwrap_or_default();
    let (dim, plain) = if style.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
    let mut text = String::new();
    for Setting { path, value, origin } in settings {
        text.push_str(&format!("{path:paths$}  {value}"));
        if origins {
            let origin = format!("{dim}{origin}{plain}");
            if columns(value) > values {
                text.push_str(&format!("\n{:paths$}  {:values$}  {origin}", "", ""));
            } else {
                text.push_str(&format!("{:1$}  {origin}", "", values - columns(value)));
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Vec<Setting> {
        let setting = |path: &str, value: &str, origin| Setting {
            path: path.to_owned(),
            value: value.to_owned(),
            origin,
        };
        let line = |line, environment: Option<&str>| Origin::File {
            file: "guardian.yaml".to_owned(),
            line,
            environment: environment.map(str::to_owned),
        };
        vec![
            setting("project", "shop", line(1, None)),
            setting("env", "prod", Origin::Override("flag --env".to_owned())),
            setting("schedule", "cron(0 */3 * * ? *)", Origin::Default),
            setting("function.memory", "512", line(9, Some("prod"))),
            setting("tags", &format!("{{\"owner\":\"{}\"}}", "x".repeat(60)), line(12, None)),
        ]
    }

    #[test]
    fn settings_stand_in_columns_with_their_origins() {
        let plain = TextStyle { width: 80, colour: false };
        insta::assert_snapshot!(table(&settings(), true, plain));
        insta::assert_snapshot!(table(&settings(), false, plain));
        let coloured = table(&settings()[..2], true, TextStyle { width: 80, colour: true });
        insta::assert_snapshot!(coloured.replace('\u{1b}', "ESC"));
    }

    #[test]
    fn a_setting_of_a_file_has_its_line_in_the_record() {
        insta::assert_json_snapshot!(settings().iter().map(record).collect::<Vec<_>>());
    }
}
