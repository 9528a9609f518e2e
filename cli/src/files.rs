//! Atomic writes of files.

use crate::exit::Failure;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Writes a file, and the directories it lies in. A reader sees the old bytes or the new ones,
/// and a full disk leaves the old ones.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, File::sync_all).map_err(|error| cannot_write(path, error))
}

/// The same of what can be made again at any time: it does not wait until the disk has the bytes, which
/// takes milliseconds a file and counts only where the machine loses its power.
pub fn write_derived(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, |_| Ok(())).map_err(|error| cannot_write(path, error))
}

fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::error(format!("cannot write `{}`", path.display()))
        .because(error)
        .help("check that the directory exists, may be written and has room")
}

fn replace(path: &Path, bytes: &[u8], sync: fn(&File) -> io::Result<()>) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = dir.join(format!(".{name}.{}", std::process::id()));
    let written = File::create(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| sync(&file)))
        .and_then(|()| std::fs::rename(&new, path));
    if written.is_err() {
        // Best effort: the error of the write is the one that counts.
        let _ = std::fs::remove_file(&new);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b.txt");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        write_derived(&path, b"three").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        assert_eq!(std::fs::read_dir(dir.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        let failure = write(&dir.path().join("file/below.txt"), b"x").unwrap_err();
        assert!(failure.report.to_string().contains("below.txt"));
    }
}
