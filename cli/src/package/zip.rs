//! The zip: `bootstrap` and, where there is one, the file of its settings, with nothing in it that
//! differs from one day or machine to the next.

use guardian_stack::templates::SettingsFile;
use std::io::{Cursor, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Zips the binary as `bootstrap`, mode 0755, and the settings, mode 0644: the oldest time a zip can
/// say, the best deflate.
pub fn zip(binary: &[u8], settings: Option<&SettingsFile>) -> Result<Vec<u8>, ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bootstrap", options().unix_permissions(0o755))?;
    writer.write_all(binary)?;
    finish(writer, settings)
}

/// The same from a zip without settings, whose `bootstrap` is copied as it is compressed.
pub fn with_settings(zipped: &[u8], settings: Option<&SettingsFile>) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(zipped))?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.raw_copy_file(archive.by_name("bootstrap")?)?;
    finish(writer, settings)
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
}

fn finish(
    mut writer: ZipWriter<Cursor<Vec<u8>>>,
    settings: Option<&SettingsFile>,
) -> Result<Vec<u8>, ZipError> {
    if let Some(SettingsFile { name, text }) = settings {
        writer.start_file(name.as_str(), options().unix_permissions(0o644))?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_zip_has_the_binary_as_an_executable_from_1980_and_nothing_else() {
        let binary: Vec<u8> = (0..100_000u32).map(|i| (i % 251) as u8).collect();
        let zipped = zip(&binary, None).unwrap();
        assert!(zipped.len() < binary.len() / 10);
        let mut archive = ZipArchive::new(Cursor::new(zipped)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut entry = archive.by_index(0).unwrap();
        assert_eq!(entry.name().unwrap(), "bootstrap");
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        assert_eq!(entry.last_modified().unwrap().year(), 1980);
        let mut read = Vec::new();
        entry.read_to_end(&mut read).unwrap();
        assert_eq!(read, binary);
    }

    #[test]
    fn settings_are_a_file_beside_the_binary_that_anybody_may_read() {
        let file = SettingsFile { name: "settings-1.json".into(), text: "{}".into() };
        let mut archive = ZipArchive::new(Cursor::new(zip(b"x", Some(&file)).unwrap())).unwrap();
        assert_eq!(archive.len(), 2);
        let mut entry = archive.by_name("settings-1.json").unwrap();
        assert_eq!(entry.unix_mode(), Some(0o100_644));
        let mut read = String::new();
        entry.read_to_string(&mut read).unwrap();
        assert_eq!(read, "{}");
    }
}
