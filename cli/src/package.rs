//! The function's package: the `bootstrap` found or built, checked, and zipped with those of its
//! settings that its environment has no room for, so that the same binary with the same settings is
//! always the same bytes. Uploading it is not done here.

mod build;
mod download;
pub mod elf;
pub mod embedded;
mod glibc;
mod zip;

pub use build::{Builder, triple};
pub use elf::{Binary, ElfError, Linkage, inspect};
pub use glibc::Glibc;
pub use zip::zip;

use crate::exit::Failure;
use crate::text::hex;
use crate::ui::Ui;
use clap::builder::FalseyValueParser;
use guardian_stack::app::Architecture;
use guardian_stack::templates::SettingsFile;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

/// Bytes that a function's code may have unpacked (Lambda quotas: 250 MB, layers included).
pub const MAX_UNPACKED: usize = 250 * 1024 * 1024;
/// What `provided.al2023` has; a binary that asks for more does not start.
pub const MAX_GLIBC: Glibc = Glibc { major: 2, minor: 34 };

/// Where the function's binary comes from.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Package options")]
pub struct PackageArgs {
    /// A built `bootstrap` to take instead of building one
    #[arg(long, value_name = "PATH", env = "GUARDIAN_BINARY")]
    pub binary: Option<PathBuf>,
    /// Guardian's source, to build the function from [default: found from here or from where
    /// this program was built]
    #[arg(long, value_name = "DIR", env = "GUARDIAN_SOURCE", conflicts_with = "binary")]
    pub source: Option<PathBuf>,
    /// What builds it [default: zigbuild or lambda where installed, else cargo]
    #[arg(long, value_name = "TOOL", value_enum, conflicts_with = "binary")]
    pub builder: Option<Builder>,
    /// Download the function of this program's release without a question, if this program does
    /// not carry it
    #[arg(long, env = "GUARDIAN_DOWNLOAD", value_parser = FalseyValueParser::new())]
    pub download: bool,
}

/// The function's package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The zip.
    pub bytes: Vec<u8>,
    /// SHA-256 of the zip, hexadecimal.
    pub sha256: String,
    /// Key of the zip in the artifact bucket.
    pub s3_key: String,
    /// Name of the file of settings in it, if there is one.
    pub settings: Option<String>,
    /// Instruction set of the binary.
    pub architecture: Architecture,
    /// Bytes of what is in it.
    pub unpacked_bytes: usize,
    /// How the binary is linked.
    pub linkage: Linkage,
    /// Whether it has debug information, which only makes its cold start longer.
    pub debug_info: bool,
}

/// Finds or builds the function's binary for this architecture and packs it with its settings.
/// Without --binary, --source and --builder it is the one that this program carries, if it does.
///
/// `near` is where the project is; a clone of Guardian in it or above it is built from.
pub async fn obtain(
    architecture: Architecture,
    settings: Option<&SettingsFile>,
    near: &Path,
    args: &PackageArgs,
    ui: &Ui,
) -> Result<Package, Failure> {
    let asked = args.source.as_deref().or(match args.builder {
        // A builder builds, also where nothing would have to be built.
        Some(_) => embedded::source(),
        None => None,
    });
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => match build::origin(asked, near, architecture)? {
            build::Origin::Embedded(zipped) => {
                return repack(zipped, settings, architecture).map_err(|error| {
                    refused(Path::new("the embedded function"), architecture, &error)
                });
            }
            build::Origin::Release(remote) => {
                let zipped = remote.obtain(args.download, ui).await?;
                return repack(&zipped, settings, architecture)
                    .map_err(|error| refused(&remote.cache, architecture, &error));
            }
            build::Origin::Built(binary) => binary,
            build::Origin::Source(source) => {
                build::build(&source, architecture, args.builder, ui).await?
            }
        },
    };
    let bytes = std::fs::read(&binary).map_err(|error| {
        Failure::error(format!("cannot read the function's binary `{}`", binary.display()))
            .because(error)
            .help(
                "--binary (or GUARDIAN_BINARY) names a built `bootstrap`; without it, one is built",
            )
    })?;
    let package = pack(&bytes, settings, architecture)
        .map_err(|error| refused(&binary, architecture, &error))?;
    if package.debug_info {
        ui.note(&format!(
            "note: `{}` has debug information; stripped (`cargo build --profile lambda`) it starts \
             sooner",
            binary.display()
        ));
    }
    Ok(package)
}

/// Reads a zip that `guardian package` made, or one like it: its `bootstrap` is checked and packed
/// again with these settings. So one zip serves every environment, and none is deployed with the
/// settings of another.
pub fn unpack(
    path: &Path,
    settings: Option<&SettingsFile>,
    architecture: Architecture,
) -> Result<Package, Failure> {
    let cannot = |why: String| {
        Failure::error(format!("cannot take `{}` as the function's package: {why}", path.display()))
            .help("`guardian package -o FILE` makes one")
    };
    let bytes = std::fs::read(path).map_err(|error| cannot(error.to_string()))?;
    let binary = bootstrap_of(&bytes).map_err(|error| cannot(error.to_string()))?;
    pack(&binary, settings, architecture).map_err(|error| refused(path, architecture, &error))
}

/// A package from one that [`zip`] made without settings: what is compressed already is copied.
fn repack(
    zipped: &[u8],
    settings: Option<&SettingsFile>,
    architecture: Architecture,
) -> Result<Package, PackError> {
    let binary = bootstrap_of(zipped)?;
    let bytes = zip::with_settings(zipped, settings)?;
    described(&binary, bytes, settings, architecture)
}

/// The `bootstrap` in a zip. What unpacks to more than Lambda takes is cut just past that, and so
/// refused by [`pack`].
fn bootstrap_of(zipped: &[u8]) -> Result<Vec<u8>, ::zip::result::ZipError> {
    let mut archive = ::zip::ZipArchive::new(Cursor::new(zipped))?;
    let mut binary = Vec::new();
    archive.by_name("bootstrap")?.take(MAX_UNPACKED as u64 + 1).read_to_end(&mut binary)?;
    Ok(binary)
}

/// Checks that a binary can be the function on this architecture.
pub fn check(binary: &[u8], architecture: Architecture) -> Result<Binary, PackError> {
    let found = inspect(binary)?;
    let Binary { architecture: built_for, linkage, .. } = &found;
    if *built_for != architecture {
        return Err(PackError::Architecture { found: *built_for, wanted: architecture });
    }
    match linkage {
        Linkage::Glibc(needed) if *needed > MAX_GLIBC => {
            return Err(PackError::TooNew(*needed));
        }
        Linkage::OtherLoader(loader) => return Err(PackError::Loader(loader.clone())),
        Linkage::Glibc(_) | Linkage::Static => {}
    }
    if binary.len() > MAX_UNPACKED {
        return Err(PackError::TooLarge(binary.len()));
    }
    Ok(found)
}

/// Where a deploy would take the function from.
#[derive(Debug)]
pub enum Found {
    /// This binary, and whether it can be the function.
    Binary(PathBuf, Result<Binary, Failure>),
    /// This program carries it, in so many bytes.
    Embedded(usize),
    /// It builds it from this clone; none: the one that this program was built from.
    Source(Option<PathBuf>),
    /// It downloads it from this address, or has done so.
    Release {
        /// The address.
        url: String,
        /// Whether it was downloaded before.
        cached: bool,
    },
    /// Nowhere.
    Nowhere(Failure),
}

/// Where a deploy would take the function from, without building or downloading it.
pub fn find(named: Option<&Path>, near: &Path, architecture: Architecture) -> Found {
    let path = match named {
        Some(named) => named.to_owned(),
        None => match build::origin(None, near, architecture) {
            Ok(build::Origin::Built(path)) => path,
            Ok(build::Origin::Embedded(zipped)) => return Found::Embedded(zipped.len()),
            Ok(build::Origin::Source(source)) => {
                let own = embedded::source() == Some(source.as_path());
                return Found::Source((!own).then_some(source));
            }
            Ok(build::Origin::Release(remote)) => {
                let cached = remote.cached().is_some();
                return Found::Release { url: remote.url, cached };
            }
            Err(failure) => return Found::Nowhere(failure),
        },
    };
    let checked = std::fs::read(&path)
        .map_err(|error| {
            let what = format!("cannot read the function's binary `{}`", path.display());
            Failure::from(Failure::error(what).because(error))
        })
        .and_then(|bytes| {
            check(&bytes, architecture).map_err(|error| refused(&path, architecture, &error))
        });
    Found::Binary(path, checked)
}

/// Checks a binary and packs it with its settings.
pub fn pack(
    binary: &[u8],
    settings: Option<&SettingsFile>,
    architecture: Architecture,
) -> Result<Package, PackError> {
    check(binary, architecture)?;
    described(binary, zip(binary, settings)?, settings, architecture)
}

fn described(
    binary: &[u8],
    bytes: Vec<u8>,
    settings: Option<&SettingsFile>,
    architecture: Architecture,
) -> Result<Package, PackError> {
    let Binary { linkage, debug_info, .. } = check(binary, architecture)?;
    let unpacked_bytes = binary.len() + settings.map_or(0, |file| file.text.len());
    if unpacked_bytes > MAX_UNPACKED {
        return Err(PackError::TooLarge(unpacked_bytes));
    }
    let sha256 = hex(&Sha256::digest(&bytes));
    Ok(Package {
        s3_key: format!("guardian/packages/{sha256}.zip"),
        sha256,
        bytes,
        architecture,
        settings: settings.map(|file| file.name.clone()),
        unpacked_bytes,
        linkage,
        debug_info,
    })
}

/// Why a binary cannot be the function.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// It is no ELF binary for Linux that can be read.
    #[error(transparent)]
    Elf(#[from] ElfError),
    /// It is for another processor.
    #[error("it is built for {}, and the function is {}",
        elf::architecture_name(*found), elf::architecture_name(*wanted))]
    Architecture {
        /// What the binary is for.
        found: Architecture,
        /// What the configuration says.
        wanted: Architecture,
    },
    /// It needs a newer C library than the runtime has.
    #[error("it needs GLIBC {0}, and provided.al2023 has {MAX_GLIBC}: it would not start")]
    TooNew(Glibc),
    /// Its loader is not in the runtime.
    #[error("it is started by `{0}`, which provided.al2023 does not have: it would not start")]
    Loader(String),
    /// It is larger than Lambda takes.
    #[error("it has {} MiB, and Lambda takes 250", .0 / (1024 * 1024))]
    TooLarge(usize),
    /// It cannot be compressed.
    #[error("it cannot be zipped")]
    Zip(#[from] ::zip::result::ZipError),
}

fn refused(binary: &Path, architecture: Architecture, error: &PackError) -> Failure {
    let target = triple(architecture);
    let help = match error {
        PackError::Elf(_) => {
            "the function is a Linux binary named `bootstrap`; build it with `guardian package`"
                .to_owned()
        }
        PackError::Architecture { .. } => {
            format!("build it for {target}, or set `function.architecture` in guardian.yaml")
        }
        PackError::TooNew(_) | PackError::Loader(_) => build::fitting(architecture),
        PackError::TooLarge(_) => "strip it: `cargo build --profile lambda` does".to_owned(),
        PackError::Zip(_) => "this is a mistake in Guardian; please report it".to_owned(),
    };
    Failure::error(format!("`{}` cannot be the function: {error}", binary.display())).help(help)
}

#[cfg(test)]
mod tests {
    use super::elf::fixture::Elf;
    use super::*;

    fn settings(text: &str) -> SettingsFile {
        SettingsFile { name: "settings-1.json".into(), text: text.into() }
    }

    #[test]
    fn the_same_binary_with_the_same_settings_is_the_same_package() {
        let binary = Elf::x86_64().needing(&["GLIBC_2.34", "GLIBC_2.2.5"]).build();
        let package = pack(&binary, None, Architecture::X86_64).unwrap();
        assert_eq!(package, pack(&binary, None, Architecture::X86_64).unwrap());
        assert_eq!(package.s3_key, format!("guardian/packages/{}.zip", package.sha256));
        assert_eq!(package.sha256.len(), 64);
        assert_eq!(package.linkage, Linkage::Glibc(MAX_GLIBC));
        assert_eq!(package.unpacked_bytes, binary.len());
        let with = |text| pack(&binary, Some(&settings(text)), Architecture::X86_64).unwrap();
        assert_eq!(with("{}"), with("{}"));
        assert_ne!(with("{}").s3_key, package.s3_key);
        assert_ne!(with("{}").s3_key, with("{ }").s3_key);
    }

    #[test]
    fn a_binary_that_would_not_start_is_refused_with_a_way_to_one_that_does() {
        let new = Elf::x86_64().needing(&["GLIBC_2.17", "GLIBC_2.39"]).build();
        let musl = Elf::x86_64().loaded_by("/lib/ld-musl-x86_64.so.1").build();
        let arm = Elf::arm64().build();
        let all: Vec<String> = [&new[..], &musl, &arm, b"#!/bin/sh\nexit 0\n", b"MZ\x90\0"]
            .iter()
            .map(|binary| {
                let error = pack(binary, None, Architecture::X86_64).unwrap_err();
                let failure = refused(Path::new("bootstrap"), Architecture::X86_64, &error);
                let style = crate::ui::TextStyle { width: 80, colour: false };
                crate::report::text(failure.report.as_ref(), style)
            })
            .collect();
        insta::assert_snapshot!(all.join("\n\n"));
    }

    #[test]
    fn a_zip_that_was_made_before_is_the_same_package_again() {
        let package = pack(&Elf::x86_64().build(), None, Architecture::X86_64).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.zip");
        std::fs::write(&path, &package.bytes).unwrap();
        let unpack =
            |settings: Option<&SettingsFile>| unpack(&path, settings, Architecture::X86_64);
        assert_eq!(unpack(None).unwrap(), package);
        let other = pack(&Elf::x86_64().build(), Some(&settings("{}")), Architecture::X86_64);
        assert_eq!(unpack(Some(&settings("{}"))).unwrap(), other.unwrap());
        std::fs::write(&path, b"no zip").unwrap();
        let failure = unpack(None).unwrap_err();
        assert!(failure.report.to_string().contains("f.zip"));
    }

    #[test]
    fn a_package_from_an_embedded_one_is_the_one_that_would_be_made_anew() {
        let binary = Elf::x86_64().needing(&["GLIBC_2.34"]).build();
        let embedded = pack(&binary, None, Architecture::X86_64).unwrap().bytes;
        for settings in [None, Some(settings("{}"))] {
            let made = pack(&binary, settings.as_ref(), Architecture::X86_64).unwrap();
            let repacked = repack(&embedded, settings.as_ref(), Architecture::X86_64).unwrap();
            assert_eq!(repacked, made);
        }
        let refused = repack(&embedded, None, Architecture::Arm64).unwrap_err();
        assert!(matches!(refused, PackError::Architecture { .. }));
    }

    #[test]
    fn a_static_binary_fits() {
        let package = pack(&Elf::arm64().build(), None, Architecture::Arm64).unwrap();
        assert_eq!(package.linkage, Linkage::Static);
    }
}
