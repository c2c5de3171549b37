//! Look-ups by a key: several in one statement. Each is of a statement that was sent after it was asked for, so it sees whatever was
//! committed by then.

use std::{collections::HashMap, hash::Hash};

use diesel::QueryResult;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout_at};

use super::{Connection, PATIENCE, gather::Gather, pool::Pool, settle};
use crate::StorageError;

/// Finds what has these keys.
pub(super) type Query<K, V> =
    for<'c> fn(&'c mut Connection, Vec<K>) -> BoxFuture<'c, QueryResult<Vec<(K, V)>>>;

/// The look-ups of one kind.
pub(super) struct LookUps<K, V> {
    pool: Pool,
    gather: Gather<K, Option<V>>,
}

impl<K, V> LookUps<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Look-ups on connections of this pool.
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool, gather: Gather::new() }
    }

    /// What has this key.
    pub(super) async fn find(&self, key: K, query: Query<K, V>) -> Result<Option<V>, StorageError> {
        let pool = self.pool.clone();
        let answer = move |keys: Vec<K>| {
            let pool = pool.clone();
            async move { find_each(&pool, &keys, query).await }
        };
        self.gather.ask(key, Instant::now() + PATIENCE, answer).await
    }
}

/// What has each key. Where one can't be read, each is looked up by itself: it fails no other.
async fn find_each<K: Clone + Eq + Hash, V: Clone>(
    pool: &Pool,
    keys: &[K],
    query: Query<K, V>,
) -> Vec<Result<Option<V>, StorageError>> {
    match find_all(pool, keys, query).await {
        Ok(found) => keys.iter().map(|key| Ok(found.get(key).cloned())).collect(),
        Err(error) if error.is_transient() || keys.len() == 1 => {
            keys.iter().map(|_| Err(error.for_another())).collect()
        }
        Err(_) => {
            let mut results = Vec::with_capacity(keys.len());
            for key in keys {
                let found = find_all(pool, std::slice::from_ref(key), query).await;
                results.push(found.map(|found| found.get(key).cloned()));
            }
            results
        }
    }
}

/// Once more on another connection if the first one turns out to be dead.
async fn find_all<K: Clone + Eq + Hash, V>(
    pool: &Pool,
    keys: &[K],
    query: Query<K, V>,
) -> Result<HashMap<K, V>, StorageError> {
    let deadline = Instant::now() + PATIENCE;
    let mut each: Vec<K> = Vec::with_capacity(keys.len());
    for key in keys {
        if !each.contains(key) {
            each.push(key.clone());
        }
    }
    match attempt(pool, each.clone(), query, deadline).await {
        Err(error) if error.is_transient() && Instant::now() < deadline => {
            attempt(pool, each, query, deadline).await
        }
        result => result,
    }
}

async fn attempt<K: Eq + Hash, V>(
    pool: &Pool,
    keys: Vec<K>,
    query: Query<K, V>,
    deadline: Instant,
) -> Result<HashMap<K, V>, StorageError> {
    let mut connection = pool.get(deadline).await?;
    let result = timeout_at(deadline, query(&mut connection, keys)).await;
    settle(connection, result).map(|found| found.into_iter().collect())
}
