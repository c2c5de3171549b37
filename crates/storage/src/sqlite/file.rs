use std::{
    fs::File,
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

/// Where processes queue for the write lock. SQLite gives it to whoever asks at the right moment: one that writes without a
/// pause would keep all others out.
pub(super) struct Turns(Option<File>);

impl Turns {
    /// Those of the file's folder. Not of the file: whoever closes it once more gives up the locks that SQLite has on it.
    pub(super) fn at(path: &Path) -> Self {
        Self(File::open(folder(path)).ok())
    }

    /// Does something when it is this process's turn. Without a folder that can be opened it always is.
    pub(super) fn take<T>(&self, act: impl FnOnce() -> T) -> T {
        let turn = self.0.as_ref().filter(|turn| turn.lock().is_ok());
        let result = act();
        if let Some(turn) = turn {
            // A lock that was taken can be given back.
            let _ = turn.unlock();
        }
        result
    }
}

/// The folder that the file is in.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}
