//! `guardian init`: the files of a new project.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::ui::Ui;
use guardian_stack::init::{self, project_name};
use std::path::PathBuf;

/// Options of `init`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Directory of the project [default: the current one]
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Name of the project [default: from the name of the directory]
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
}

/// Writes the files, unless one of them already exists.
pub fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    if global.config.is_some() {
        return Err(Failure::say(Exit::Usage, "init takes a directory, not --config")
            .help("`guardian init DIR` writes the configuration into DIR"));
    }
    let dir = args.dir.clone().unwrap_or_default();
    let name = args.project.clone().unwrap_or_else(|| {
        let whole = std::path::absolute(&dir).unwrap_or_else(|_| dir.clone());
        project_name(&whole.file_name().unwrap_or_default().to_string_lossy())
    });
    let new = init::files(&name).map_err(|wrong| {
        let refused = Failure::invalid(format!("--project: {}", wrong.message));
        match wrong.help {
            Some(help) => refused.help(help),
            None => refused.into(),
        }
    })?;
    if let Some(there) = new.iter().map(|file| dir.join(file.path)).find(|path| path.exists()) {
        return Err(Failure::error(format!("`{}` already exists", there.display()))
            .help("nothing was written; name another directory, or move the file away first"));
    }
    for file in &new {
        let path = dir.join(file.path);
        files::write(&path, file.text.as_bytes())?;
        ui.emit(&Event::File { path: &path, resources: None, bytes: file.text.len() });
    }
    ui.say(NEXT);
    Ok(Exit::Done)
}

const NEXT: &str = "
Next:
  guardian validate   check it
  guardian synth      see the template
  guardian deploy     create the stack, after showing what it would do";
