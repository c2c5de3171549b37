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
        KeySource::BesideDatabase(path) => match read(path) {
            Err(_) if !path.exists() && may_make => make(path),
            Err(_) if !path.exists() => bail!(
                "the key of this database is missing: put it back at {}, or name it with LEADKEEP_SECRET_KEY_FILE",
                path.display()
            ),
            result => result,
        },
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

/// Makes the file, unless another process is faster: then its key is the key.
fn make(path: &Path) -> Result<MasterKey> {
    let key = MasterKey::generate()?;
    let context = || format!("can't write the secret key to {}", path.display());
    // Written aside first: nobody may read half a key.
    let aside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside).with_context(context)?;
    let text = Zeroizing::new(format!("{}\n", *key.to_hex()));
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(context)?;
    let linked = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside).with_context(context)?;
    match linked {
        Ok(()) => {
            sync_folder(path).with_context(context)?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error).with_context(context),
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
