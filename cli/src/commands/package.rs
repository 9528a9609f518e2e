//! `guardian package`: the function's zip, as a deploy would upload it.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::package::{Linkage, Package, PackageArgs, elf, obtain};
use crate::project::Project;
use crate::synthesis::{Synthesis, make};
use crate::ui::Ui;
use guardian_stack::app::Architecture;
use guardian_stack::templates::SettingsFile;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Options of `package`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Instruction set; required without a project [default: the one of guardian.yaml]
    #[arg(long, value_name = "NAME", value_parser = architecture)]
    pub arch: Option<Architecture>,
    /// File or directory to write to.
    #[arg(
        short,
        long,
        value_name = "PATH",
        help = "File or directory to write to [default: target/guardian/<SHA-256>.zip next to \
                guardian.yaml]"
    )]
    pub out: Option<PathBuf>,
    /// Where the binary comes from.
    #[command(flatten)]
    pub package: PackageArgs,
}

fn architecture(name: &str) -> Result<Architecture, String> {
    match name {
        "x86_64" => Ok(Architecture::X86_64),
        "arm64" => Ok(Architecture::Arm64),
        _ => Err("it is x86_64 or arm64".to_owned()),
    }
}

/// Makes the zip and reports its contents.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let BuildTarget { dir, architecture, settings } = build_target(args, global)?;
    let near = std::path::absolute(&dir).unwrap_or_else(|_| dir.clone());
    let package = obtain(architecture, settings.as_ref(), &near, &args.package, ui).await?;
    let name = format!("{}.zip", package.sha256);
    let path = match &args.out {
        Some(out) if out.is_dir() => out.join(name),
        Some(out) => out.clone(),
        None => dir.join("target").join("guardian").join(name),
    };
    files::write(&path, &package.bytes)?;
    ui.say(&text(&package, &path));
    ui.emit(&Event::Package(record(&package, &path)));
    Ok(Exit::Done)
}

/// The target of a package.
#[derive(Default)]
struct BuildTarget {
    /// The project's directory.
    dir: PathBuf,
    architecture: Architecture,
    settings: Option<SettingsFile>,
}

/// The project that the package is made for, as its lock knows it. With --arch none is needed.
fn build_target(args: &Args, global: &Global) -> Result<BuildTarget, Failure> {
    match (Project::open(global), args.arch) {
        (Ok(project), asked) => {
            let Synthesis { project, app, templates, .. } = make(project)?;
            let architecture = asked.unwrap_or(app.function.architecture);
            Ok(BuildTarget { dir: project.dir, architecture, settings: templates.settings })
        }
        (Err(_), Some(architecture)) if global.config.is_none() => {
            Ok(BuildTarget { architecture, ..BuildTarget::default() })
        }
        (Err(failure), _) => Err(failure),
    }
}

/// Bytes as people read them.
fn size(bytes: usize) -> String {
    // Exact up to 2^53 bytes.
    #[allow(clippy::cast_precision_loss)]
    let mib = bytes as f64 / f64::from(1 << 20);
    format!("{mib:.2} MiB ({bytes} bytes)")
}

fn text(package: &Package, path: &Path) -> String {
    let glibc = match &package.linkage {
        Linkage::Static | Linkage::OtherLoader(_) => "none: it is static".to_owned(),
        Linkage::Glibc(version) => format!("{version} or later"),
    };
    let settings = package.settings.iter().map(|name| format!("\n  settings      {name}"));
    format!(
        "{}\n  architecture  {}\n  GLIBC         {glibc}\n  zipped        {}\n  unpacked      {}\n  \
         SHA-256       {}\n  S3 key        {}{}",
        path.display(),
        elf::architecture_name(package.architecture),
        size(package.bytes.len()),
        size(package.unpacked_bytes),
        package.sha256,
        package.s3_key,
        settings.collect::<String>(),
    )
}

fn record(package: &Package, path: &Path) -> Value {
    let glibc = match &package.linkage {
        Linkage::Glibc(version) => Some(version.to_string()),
        Linkage::Static | Linkage::OtherLoader(_) => None,
    };
    json!({
        "path": path,
        "architecture": elf::architecture_name(package.architecture),
        "glibc": glibc,
        "settings": package.settings,
        "zipped_bytes": package.bytes.len(),
        "unpacked_bytes": package.unpacked_bytes,
        "sha256": package.sha256,
        "s3_key": package.s3_key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Glibc;

    #[test]
    fn a_package_is_shown_with_its_sizes_and_its_glibc() {
        let package = Package {
            bytes: vec![0; 3_355_443],
            sha256: "4f9c".repeat(16),
            s3_key: format!("guardian/packages/{}.zip", "4f9c".repeat(16)),
            settings: Some("settings-0123456789ab.json".into()),
            architecture: Architecture::Arm64,
            unpacked_bytes: 9_000_000,
            linkage: Linkage::Glibc(Glibc { major: 2, minor: 34 }),
            debug_info: false,
        };
        insta::assert_snapshot!(text(&package, Path::new("target/guardian/4f9c.zip")));
        insta::assert_json_snapshot!(record(&package, Path::new("target/guardian/4f9c.zip")));
    }
}
