//! `guardian synth`: the templates, on standard output or as files.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::synthesis::{LockArgs, synthesize};
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
    let templates = &synthesis.templates;
    match &args.out {
        Some(dir) if args.check => Ok(check(ui, dir, templates, args.format)),
        Some(dir) => write(ui, dir, templates, args.format),
        None => print(ui, templates, args.format),
    }
}

/// Each template with the name of its file, the main one first.
fn files(templates: &Templates, format: Format) -> impl Iterator<Item = (String, &Synth)> {
    templates.files().map(move |(name, template)| (format!("{name}.{}", format.ending()), template))
}

fn print(ui: &Ui, templates: &Templates, format: Format) -> Result<Exit, Failure> {
    if ui.json {
        for (name, template) in templates.files() {
            ui.emit(&Event::Template { name, template: template.value() });
        }
        return Ok(Exit::Done);
    }
    match templates.nested.len() {
        0 => {
            ui.say(&format.write(&templates.root));
            Ok(Exit::Done)
        }
        nested => Err(Failure::say(
            Exit::Usage,
            format!("there are {} templates, and standard output holds one", nested + 1),
        )
        .help("name a directory for them with --out, or use --json")),
    }
}

/// Writes one template after the other: all texts together take as much memory as the templates.
fn write(ui: &Ui, dir: &Path, templates: &Templates, format: Format) -> Result<Exit, Failure> {
    let mut written = Vec::new();
    for (name, template) in files(templates, format) {
        let (path, text) = (dir.join(name), format.write(template));
        files::write_derived(&path, text.as_bytes())?;
        written.push((path, template.resource_count(), text.len()));
    }
    for path in stale(dir, templates, format) {
        // Best effort: an unreferenced template does no harm.
        let _ = std::fs::remove_file(path);
    }
    for (path, resources, bytes) in &written {
        ui.emit(&Event::File { path, resources: Some(*resources), bytes: *bytes });
    }
    Ok(Exit::Done)
}

/// Obsolete templates of an earlier run: `machines-3.yaml` where there are two
/// nested stacks now. Only files that Guardian wrote count.
fn stale(dir: &Path, templates: &Templates, format: Format) -> Vec<PathBuf> {
    let now: BTreeSet<String> = files(templates, format).map(|(name, _)| name).collect();
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut stale: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".yaml") || name.ends_with(".json"))
        .filter(|name| !now.contains(name))
        .map(|name| dir.join(name))
        .filter(|path| std::fs::read_to_string(path).is_ok_and(|text| is_ours(&text)))
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

fn check(ui: &Ui, dir: &Path, templates: &Templates, format: Format) -> Exit {
    let missing = |path: &Path| if path.exists() { "differs" } else { "is missing" };
    let mut differences: Vec<(PathBuf, &str)> = files(templates, format)
        .map(|(name, template)| (dir.join(name), format.write(template)))
        .filter(|(path, text)| std::fs::read_to_string(path).ok().as_ref() != Some(text))
        .map(|(path, _)| {
            let how = missing(&path);
            (path, how)
        })
        .collect();
    let too_many = stale(dir, templates, format).into_iter();
    differences.extend(too_many.map(|path| (path, "is too many")));
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
