use std::{
    io::{self, ErrorKind},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// The file that was opened. One that is moved away or replaced while it is open goes on taking writes that nobody will
/// find again.
pub(super) struct OpenFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl OpenFile {
    /// The file at this path, which was just opened.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), identity: identity(path)? })
    }

    /// Succeeds if the path still leads to the file.
    pub(super) fn check_in_place(&self) -> Result<(), &'static str> {
        match identity(&self.path) {
            Ok(identity) if identity == self.identity => Ok(()),
            Err(error) if error.kind() != ErrorKind::NotFound => Err("the database file can't be looked at"),
            _ => Err("the database file was moved away or replaced; put it back, or restart on the new one"),
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}
