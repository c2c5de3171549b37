//! The database with the key that belongs to it.

use std::sync::Arc;

use anyhow::{Result, bail};
use leadkeep_credentials::{MasterKey, Purpose};
use leadkeep_domain::{Clock, SystemClock};
use leadkeep_service::Management;
use leadkeep_storage::{Database, KeyCheck, Repositories};

use crate::{key, settings::Settings};

/// A database that is open, with its key proven.
pub(crate) struct Installation {
    pub(crate) database: Database,
    pub(crate) key: MasterKey,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Installation {
    /// Makes and migrates the database where needed, then opens it: for what serves.
    pub(crate) async fn create_or_open(settings: &Settings) -> Result<Self> {
        Database::migrate(&settings.database)?;
        Self::open(settings).await
    }

    /// Opens a database that is there and up to date; makes none.
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let database = Database::open(settings.database.clone(), clock.clone())?;
        let repositories = database.repositories(1)?;
        let key = proven_key(settings, &repositories).await?;
        Ok(Self { database, key, clock })
    }

    /// The operator's use cases.
    pub(crate) fn management(&self) -> Result<Management> {
        let hasher = self.key.hasher(Purpose::Secrets);
        Ok(Management::new(self.database.repositories(1)?, hasher, self.clock.clone()))
    }
}

/// The key, if it is the one that the database was made with. A database that has none yet takes this one.
async fn proven_key(settings: &Settings, repositories: &Repositories) -> Result<MasterKey> {
    let stored = repositories.installation.stored_key().await?;
    let key = key::load(&settings.key, stored.is_none())?;
    let ours = KeyCheck { key_id: key.id(), value: key.check_value() };
    let stored = match stored {
        Some(stored) => stored,
        None => repositories.installation.key_check(ours.clone()).await?,
    };
    if stored != ours {
        bail!(
            "this is not the secret key of the database at {}: it was made with key {}, this is key {}",
            settings.database,
            stored.key_id,
            ours.key_id
        );
    }
    Ok(key)
}
