//! Writes of one kind, in one transaction.

use diesel::{
    pg::Pg,
    query_builder::{Query, QueryFragment, QueryId},
    sql_types::Uuid,
};
use tokio::time::{Instant, timeout_at};

use super::{pool::Pool, settle};
use crate::{StorageError, columns::Uid};

/// What is written with others.
pub(super) trait Write {
    /// What no two of them should hold at once.
    type Key: Ord;

    fn key(&self) -> Self::Key;

    /// When whoever asked for it is told that there was no answer in time.
    fn deadline(&self) -> Instant;

    /// All of it. It has a row where it did something.
    fn statement(&self) -> impl Query<SqlType = Uuid> + QueryFragment<Pg> + QueryId + Send;
}

/// Whether each did something. Nothing is begun that anybody was told is not done. They are done in the order of their keys, which is that of all
/// who write so: these never wait for each other in a circle.
pub(super) async fn write_together<W: Write>(pool: &Pool, writes: &[&W]) -> Result<Vec<bool>, StorageError> {
    let deadlines = || writes.iter().map(|write| write.deadline());
    let (Some(first), Some(last)) = (deadlines().min(), deadlines().max()) else { return Ok(Vec::new()) };
    let mut ordered: Vec<(usize, &W)> = writes.iter().copied().enumerate().collect();
    ordered.sort_by_cached_key(|(_, write)| write.key());
    let mut connection = pool.get(first).await?;
    let statements = ordered.iter().map(|(_, write)| write.statement()).collect();
    let found = timeout_at(last, connection.load_together::<_, Uid>(statements)).await;
    let found = settle(connection, found)?;
    let mut done: Vec<(usize, bool)> =
        ordered.iter().zip(found).map(|((place, _), found)| (*place, !found.is_empty())).collect();
    done.sort_unstable();
    Ok(done.into_iter().map(|(_, done)| done).collect())
}
