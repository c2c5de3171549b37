use anyhow::Result;
use uuid::{Uuid, uuid};

use crate::lead::Lead;

/// The one workspace that all leads are in.
pub(crate) const WORKSPACE: Uuid = uuid!("01900000-0000-7000-8000-00000000beac");

/// How many leads a list shows.
pub(crate) const PAGE: i64 = 20;

/// The queries, for one thread that serves. Generic, not a trait object: the bare server pays for nothing it can do without.
pub(crate) trait Store: Send + 'static {
    /// One row by its primary key.
    async fn get(&self, id: Uuid) -> Result<Option<Lead>>;

    /// The newest active rows.
    async fn newest(&self) -> Result<Vec<Lead>>;

    /// Inserts one row in a commit of its own, which is on the disk when this returns.
    async fn insert(&self, lead: Lead) -> Result<Lead>;
}
