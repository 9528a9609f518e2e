//! The files of a project, behind a trait: nothing in this crate does I/O.

/// The files beside `guardian.yaml`.
pub trait Files {
    /// The text of a file, by its path relative to `guardian.yaml`; none if there is no such file;
    /// an error, in words, if it is there and cannot be read.
    fn read(&self, relative: &str) -> Option<Result<String, String>>;
}
