//! Writes of one kind, in one transaction.

use diesel::{
    pg::Pg,
    query_builder::{Query, QueryFragment, QueryId},
    sql_types::Uuid,
};
use tokio::time::{Instant, timeout_at};

use super::{PATIENCE, pool::Pool, settle};
use crate::{StorageError, columns::Uid};

/// What is written with others.
pub(super) trait Write {
    /// What no two of them should hold at once.
    type Key: Ord;

    fn key(&self) -> Self::Key;

    /// All of it. It has a row where it did something.
    fn statement(&self) -> impl Query<SqlType = Uuid> + QueryFragment<Pg> + QueryId + Send;
}

/// Whether each did something. They are done in the order of their keys, which is that of all who write so: these never wait for each other in a
/// circle.
pub(super) async fn write_together<W: Write>(pool: &Pool, writes: &[&W]) -> Result<Vec<bool>, StorageError> {
    let deadline = Instant::now() + PATIENCE;
    let mut ordered: Vec<(usize, &W)> = writes.iter().copied().enumerate().collect();
    ordered.sort_by_cached_key(|(_, write)| write.key());
    let mut connection = pool.get(deadline).await?;
    let statements = ordered.iter().map(|(_, write)| write.statement()).collect();
    let found = timeout_at(deadline, connection.load_together::<_, Uid>(statements)).await;
    let found = settle(connection, found)?;
    let mut done: Vec<(usize, bool)> =
        ordered.iter().zip(found).map(|((place, _), found)| (*place, !found.is_empty())).collect();
    done.sort_unstable();
    Ok(done.into_iter().map(|(_, done)| done).collect())
}
