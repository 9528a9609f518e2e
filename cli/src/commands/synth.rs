//! `guardian synth`: the templates, on standard output or as files.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::synthesis::{LockArgs, Synthesis, synthesize};
use crate::ui::Ui;
use guardian_cfn::Synth;
use guardian_stack::templates::Templates;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Options of `synth`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Format of the templates
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Format::Yaml)]
    pub format: Format,
    /// Directory to write the templates to, instead of standard output
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write nothing; exit with 2 if the templates in --out differ
    #[arg(long, requires = "out")]
    pub check: bool,
    /// Whether the account is read.
    #[command(flatten)]
    pub lock: LockArgs,
}

/// Form of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Yaml,
    /// Indented JSON
    Json,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }

    fn write(self, template: &Synth) -> String {
        match self {
            Self::Yaml => template.to_yaml(),
            Self::Json => template.to_json(),
        }
    }
}

/// Makes the templates and prints, writes or compares them.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    // A check changes nothing, the lock included.
    let lock = LockArgs { locked: args.lock.locked || args.check };
    let synthesis = synthesize(global, lock, ui).await?;
    synthesis.warn(ui);
    let written = written(&synthesis.templates, args.format);
    match &args.out {
        Some(dir) if args.check => Ok(check(ui, dir, &written)),
        Some(dir) => {
            write(dir, &written)?;
            report(ui, &synthesis, dir, &written);
            Ok(Exit::Done)
        }
        None => print(ui, &synthesis, &written),
    }
}

/// Name and text of each template's file, the main one first.
fn written(templates: &Templates, format: Format) -> Vec<(String, String)> {
    let file = |(name, template)| (format!("{name}.{}", format.ending()), format.write(template));
    templates.files().map(file).collect()
}

fn print(ui: &Ui, synthesis: &Synthesis, written: &[(String, String)]) -> Result<Exit, Failure> {
    if ui.json {
        for (name, template) in synthesis.templates.files() {
            ui.emit(&Event::Template { name, template: template.value() });
        }
        return Ok(Exit::Done);
    }
    match written {
        [(_, text)] => {
            ui.say(text);
            Ok(Exit::Done)
        }
        _ => Err(Failure::say(
            Exit::Usage,
            format!("there are {} templates, and standard output holds one", written.len()),
        )
        .help("name a directory for them with --out, or use --json")),
    }
}

fn write(dir: &Path, written: &[(String, String)]) -> Result<(), Failure> {
    for (name, text) in written {
        files::write(&dir.join(name), text.as_bytes())?;
    }
    for name in stale(dir, written) {
        // Best effort: an unreferenced template does no harm.
        let _ = std::fs::remove_file(dir.join(name));
    }
    Ok(())
}

fn report(ui: &Ui, synthesis: &Synthesis, dir: &Path, written: &[(String, String)]) {
    for ((name, text), (_, template)) in written.iter().zip(synthesis.templates.files()) {
        let path = dir.join(name);
        let resources = template.resource_count();
        let (resources, bytes) = (Some(resources), text.len());
        ui.emit(&Event::File { path: &path, resources, bytes });
    }
}

/// Obsolete templates of an earlier run: `machines-3.yaml` where there are two
/// nested stacks now. Only files that Guardian wrote count.
fn stale(dir: &Path, written: &[(String, String)]) -> Vec<String> {
    let now: BTreeSet<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut stale: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".yaml") || name.ends_with(".json"))
        .filter(|name| !now.contains(name.as_str()))
        .filter(|name| std::fs::read_to_string(dir.join(name)).is_ok_and(|text| is_ours(&text)))
        .collect();
    stale.sort();
    stale
}

/// The first lines of a template of Guardian say so in its description.
fn is_ours(text: &str) -> bool {
    let head: Vec<&str> = text.lines().take(4).collect();
    let head = head.join("\n");
    head.contains("AWSTemplateFormatVersion") && head.contains("Guardian: ")
}

fn check(ui: &Ui, dir: &Path, written: &[(String, String)]) -> Exit {
    let missing = |path: &Path| if path.exists() { "differs" } else { "is missing" };
    let mut differences: Vec<(PathBuf, &str)> = written
        .iter()
        .map(|(name, text)| (dir.join(name), text))
        .filter(|(path, text)| std::fs::read_to_string(path).ok().as_ref() != Some(*text))
        .map(|(path, _)| {
            let how = missing(&path);
            (path, how)
        })
        .collect();
    differences.extend(stale(dir, written).into_iter().map(|name| (dir.join(name), "is too many")));
    for (path, how) in &differences {
        ui.emit(&Event::Difference { path, how });
    }
    if differences.is_empty() {
        ui.say(&format!("{} is up to date", dir.display()));
        Exit::Done
    } else {
        Exit::Differences
    }
}
