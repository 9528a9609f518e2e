//! The function of this program's release, for a program that does not carry it: one that `cargo
//! install` built. It is downloaded once, after consent, and is used only if its SHA-256 is the one
//! that this program was published with.

use super::{elf, embedded};
use crate::approve::approve;
use crate::exit::Failure;
use crate::files;
use crate::text::hex;
use crate::ui::Ui;
use guardian_stack::app::Architecture;
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where the releases are.
const RELEASES: &str = "https://github.com/guardian-sfn/guardian/releases/download";
/// Variable that names another place, which has the same names.
const MIRROR: &str = "GUARDIAN_MIRROR";
/// More than any package of the function has, in bytes.
const LIMIT: usize = 32 * 1024 * 1024;

/// A package of a release: a zip with the function alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its address.
    pub url: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Where it is kept.
    pub cache: PathBuf,
}

impl Remote {
    /// The package of this program's release; none if this program knows no checksum of it.
    pub fn of_release(architecture: Architecture) -> Option<Self> {
        let sums = embedded::sums()?;
        Self::new(sums, env!("CARGO_PKG_VERSION"), architecture, |name| std::env::var_os(name))
    }

    fn new(
        sums: &str,
        version: &str,
        architecture: Architecture,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Option<Self> {
        let name = format!("function-{}.zip", elf::architecture_name(architecture));
        let sha256 = sum_of(sums, &name)?;
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mirror = set(MIRROR).and_then(|value| value.into_string().ok());
        let mirror = mirror.as_deref().unwrap_or(RELEASES).trim_end_matches('/');
        let caches = set("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
        // Its checksum is part of the name: what another version kept is never taken.
        let cache = caches.join("guardian").join(format!("{}-{name}", &sha256[..16]));
        Some(Self { url: format!("{mirror}/v{version}/{name}"), sha256, cache })
    }

    /// The package, if it was downloaded before and is whole.
    pub fn cached(&self) -> Option<Vec<u8>> {
        let bytes = std::fs::read(&self.cache).ok()?;
        self.verify(&bytes).is_ok().then_some(bytes)
    }

    fn verify(&self, bytes: &[u8]) -> Result<(), String> {
        let actual = hex(&Sha256::digest(bytes));
        match actual == self.sha256 {
            true => Ok(()),
            false => Err(format!(
                "it has SHA-256 {actual}, and this program was published with {}",
                self.sha256
            )),
        }
    }

    /// The package: kept from before, or downloaded after consent.
    pub async fn obtain(&self, consents: bool, ui: &Ui) -> Result<Vec<u8>, Failure> {
        if let Some(bytes) = self.cached() {
            return Ok(bytes);
        }
        if !consents && !ui.can_ask {
            return Err(Failure::error(format!(
                "this program does not carry the function, and may not download `{}`",
                self.url
            ))
            .help(
                "--download (or GUARDIAN_DOWNLOAD=true) allows it; --source builds the function \
                 from a clone of Guardian, --binary takes a built one",
            ));
        }
        let question = format!(
            "This program does not carry the function. Download {} (verified by its SHA-256)?",
            self.url
        );
        approve(ui, consents, &question).await?;
        ui.note(&format!("downloading {}", self.url));
        let bytes =
            guardian_aws::download(&self.url, LIMIT).await.map_err(|why| self.failed(&why))?;
        self.verify(&bytes).map_err(|why| self.failed(&why))?;
        keep(&self.cache, &bytes, ui);
        Ok(bytes)
    }

    fn failed(&self, why: &str) -> Failure {
        Failure::error(format!("cannot use `{}`: {why}", self.url)).help(format!(
            "{MIRROR} names another place; --source builds the function from a clone of \
                 Guardian, --binary takes a built one"
        ))
    }
}

/// A cache that cannot be written costs another download, and no more.
fn keep(path: &Path, bytes: &[u8], ui: &Ui) {
    let directory = path.parent().unwrap_or(path);
    let kept = std::fs::create_dir_all(directory)
        .map_err(|error| error.to_string())
        .and_then(|()| files::write(path, bytes).map_err(|failure| failure.report.to_string()));
    if let Err(why) = kept {
        ui.note(&format!("note: the function could not be kept for the next time: {why}"));
    }
}

/// The checksum of a file in the form of sha256sum.
fn sum_of(sums: &str, name: &str) -> Option<String> {
    let digits = |sum: &str| sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit());
    sums.lines()
        .filter_map(|line| line.split_once("  "))
        .find(|(sum, file)| *file == name && digits(sum))
        .map(|(sum, _)| sum.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    const ARM: Architecture = Architecture::Arm64;

    fn remote(sums: &str, cache: &Path, mirror: &str) -> Option<Remote> {
        Remote::new(sums, "1.2.3", ARM, |name| match name {
            "XDG_CACHE_HOME" => Some(cache.into()),
            MIRROR if !mirror.is_empty() => Some(mirror.into()),
            _ => None,
        })
    }

    fn sums(of: &[u8]) -> String {
        format!("{}  function-arm64.zip\n", hex(&Sha256::digest(of)))
    }

    #[test]
    fn only_a_file_with_a_known_checksum_can_be_downloaded() {
        let cache = tempfile::tempdir().unwrap();
        let known = remote(&sums(b"zip"), cache.path(), "").unwrap();
        assert_eq!(known.url, format!("{RELEASES}/v1.2.3/function-arm64.zip"));
        assert!(known.cache.starts_with(cache.path()), "{known:?}");
        let mirrored = remote(&sums(b"zip"), cache.path(), "https://m.example/g/").unwrap();
        assert_eq!(mirrored.url, "https://m.example/g/v1.2.3/function-arm64.zip");
        for unknown in ["", "abc  function-arm64.zip\n", &sums(b"zip").replace("arm64", "x86_64")] {
            assert_eq!(remote(unknown, cache.path(), ""), None, "{unknown}");
        }
    }

    /// A server that gives these bytes to each of `n` requests.
    fn server(n: usize, bytes: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for _ in 0..n {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 2_048]);
                let head = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    bytes.len()
                );
                let _ = stream.write_all(&[head.as_bytes(), bytes].concat());
            }
        });
        address
    }

    #[tokio::test]
    async fn it_is_downloaded_once_after_consent_and_verified_each_time() {
        let cache = tempfile::tempdir().unwrap();
        let remote = remote(&sums(b"zip"), cache.path(), &server(2, b"zip")).unwrap();
        let (ui, _) = Ui::into_text(false);
        let refused = remote.obtain(false, &ui).await.unwrap_err().report.to_string();
        assert!(refused.contains("may not download"), "{refused}");
        assert_eq!(remote.obtain(true, &ui).await.unwrap(), b"zip");
        // From the cache, which takes no consent.
        assert_eq!(remote.obtain(false, &ui).await.unwrap(), b"zip");
        std::fs::write(&remote.cache, b"zap").unwrap();
        assert_eq!(remote.cached(), None);
        assert_eq!(remote.obtain(true, &ui).await.unwrap(), b"zip", "a broken file is replaced");
    }

    #[tokio::test]
    async fn a_file_with_another_checksum_is_refused_and_not_kept() {
        let cache = tempfile::tempdir().unwrap();
        let remote = remote(&sums(b"zip"), cache.path(), &server(1, b"evil")).unwrap();
        let (ui, _) = Ui::into_text(false);
        let refused = remote.obtain(true, &ui).await.unwrap_err().report.to_string();
        assert!(refused.contains("SHA-256") && refused.contains("function-arm64.zip"), "{refused}");
        assert!(!remote.cache.exists());
    }
}
