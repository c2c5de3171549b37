use anyhow::Result;
use uuid::{Uuid, uuid};

use crate::{lead::Lead, listing::Listing};

/// The one workspace that all leads are in.
pub(crate) const WORKSPACE: Uuid = uuid!("01900000-0000-7000-8000-00000000beac");

/// The one member that all leads are assigned to.
pub(crate) const MEMBER: Uuid = uuid!("01900000-0000-7000-8000-00000000babe");

/// The queries, for one thread that serves. Generic, not a trait object: the bare server pays for nothing it can do without.
pub(crate) trait Store: Send + 'static {
    /// One row by its primary key.
    async fn get(&self, id: Uuid) -> Result<Option<Lead>>;

    /// The newest active rows.
    async fn newest(&self) -> Result<Vec<Lead>>;

    /// Which rows a list shows, or the one before its deep page.
    async fn listed(&self, listing: Listing, deep: bool) -> Result<Vec<Lead>>;

    /// Some ids.
    async fn ids(&self) -> Result<Vec<Uuid>>;

    /// Changes one row in a commit of its own.
    async fn rename(&self, id: Uuid, name: String) -> Result<Option<Lead>>;

    /// Inserts one row in a commit of its own, which is on the disk when this returns.
    async fn insert(&self, lead: Lead) -> Result<Lead>;
}
