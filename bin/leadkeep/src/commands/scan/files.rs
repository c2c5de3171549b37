//! Which files are searched.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// A file or folder that could not be searched.
pub(super) struct Unreadable {
    pub(super) path: PathBuf,
    pub(super) reason: io::Error,
}

/// The file, or the files under the folder in the order of their names. Links in a folder are not followed, and what is neither
/// file nor folder is passed over; but what was named must be one of these, or lead to one.
pub(super) fn under(path: &Path) -> impl Iterator<Item = Result<PathBuf, Unreadable>> {
    WalkDir::new(path).sort_by_file_name().into_iter().filter_map(|entry| match entry {
        Err(error) => Some(Err(Unreadable {
            path: error.path().unwrap_or(Path::new("")).to_owned(),
            reason: error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into()),
        })),
        Ok(entry) if entry.depth() == 0 => named(entry.into_path()).transpose(),
        Ok(entry) => entry.file_type().is_file().then(|| Ok(entry.into_path())),
    })
}

/// What was named itself, if it is a file; nothing for a folder.
fn named(path: PathBuf) -> Result<Option<PathBuf>, Unreadable> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(Some(path)),
        Ok(metadata) if metadata.is_dir() => Ok(None),
        Ok(_) => Err(Unreadable { path, reason: io::Error::other("neither a file nor a folder") }),
        Err(reason) => Err(Unreadable { path, reason }),
    }
}

pub(super) fn open(path: &Path) -> Result<File, Unreadable> {
    File::open(path).map_err(|reason| Unreadable { path: path.to_owned(), reason })
}
