//! The secret key: given, read from a file, or made once beside an SQLite database.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result, anyhow, bail};
use leadkeep_credentials::MasterKey;
use zeroize::Zeroizing;

use crate::settings::KeySource;

/// The key. One is made only where the database has had none: a new key for an old database would open nothing.
pub(crate) fn load(source: &KeySource, may_make: bool) -> Result<MasterKey> {
    match source {
        KeySource::Given(key) => Ok(key.clone()),
        KeySource::File(path) => read(path),
        KeySource::BesideDatabase(path) => {
            // Processes that start together take turns: the first makes the key, the others read it.
            let _turn = lock_folder(path)?;
            match (path.exists(), may_make) {
                (true, _) => read(path),
                (false, true) => make(path),
                (false, false) => bail!(
                    "the key of this database is missing: put it back at {}, or name it with \
                     LEADKEEP_SECRET_KEY_FILE",
                    path.display()
                ),
            }
        }
        KeySource::Nowhere => bail!(
            "PostgreSQL needs a secret key: set LEADKEEP_SECRET_KEY_FILE, or LEADKEEP_SECRET_KEY \
             (`openssl rand -hex 32` makes one), to the same on every node"
        ),
    }
}

fn read(path: &Path) -> Result<MasterKey> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let text = text.with_context(|| format!("can't read the secret key at {}", path.display()))?;
    MasterKey::parse_hex(&text).map_err(|reason| anyhow!("{}: {reason}", path.display()))
}

/// Makes the file, whole or not at all. The caller holds the folder, and has seen that there is none.
fn make(path: &Path) -> Result<MasterKey> {
    let context = || format!("can't write the secret key to {}", path.display());
    let key = MasterKey::generate()?;
    let aside = path.with_extension("key-being-made");
    let text = Zeroizing::new(format!("{}\n", *key.to_hex()));
    write_private(&aside, text.as_bytes()).with_context(context)?;
    std::fs::rename(&aside, path).with_context(context)?;
    File::open(folder(path)).and_then(|folder| folder.sync_all()).with_context(context)?;
    Ok(key)
}

/// A file for the owner alone, on the disk. One that a start left unfinished is written anew.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Holds the folder until it is dropped: others that want it wait.
fn lock_folder(path: &Path) -> Result<File> {
    let folder = folder(path);
    let hold = File::open(folder).and_then(|file| file.lock().map(|()| file));
    hold.with_context(|| format!("can't lock the folder {}", folder.display()))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
