use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use leadkeep_ratelimit::{Bucket, Decision, Group, Store, StoreError, Tick};
use metrics::{counter, histogram};
use redis::{ErrorKind, RedisError, RedisResult, Script, ServerErrorKind};
use tokio::time::timeout;
use tracing::{Instrument, info_span};

use crate::{
    OpenError, RedisAddress,
    connection::{Connection, PATIENCE},
    script::{Mode, call, decide, read},
};

/// A [`Store`] in Redis: one script a decision, by Redis's own clock. Cheap to clone; clones share the connection.
///
/// Nothing is swept and nothing is bounded here: a window ends by itself, and Redis forgets it then.
#[derive(Clone)]
pub struct RedisStore {
    address: RedisAddress,
    connection: Arc<Mutex<Connection>>,
    script: Script,
}

/// One address is one server; a node of a cluster has some of the keys only.
#[derive(Debug, thiserror::Error)]
#[error("it is a node of a cluster: its address must name two nodes of it at least, parted by a comma")]
struct IsAPart;

impl RedisStore {
    /// A store in the Redis at this address. Nothing is asked yet: a Redis that is not there is told of by the first decision.
    ///
    /// Call it in a Tokio runtime, which goes on driving the connection.
    pub fn open(address: &RedisAddress) -> Result<Self, OpenError> {
        let connection = Arc::new(Mutex::new(Connection::open(address)?));
        Ok(Self { address: address.clone(), connection, script: decide() })
    }

    async fn decide(&self, mode: Mode, group: Group, buckets: &[Bucket]) -> Result<Decision, StoreError> {
        if buckets.is_empty() {
            return Ok(Decision::taken([]));
        }
        let began = Instant::now();
        let span = info_span!(target: "otlp", "redis");
        let call = call(&self.script, mode, group, buckets);
        let connection = self.connection().clone();
        let answer = self.wait_for(connection.run(&call)).instrument(span).await;
        histogram!("leadkeep_redis_seconds").record(began.elapsed());
        let answer = answer.inspect_err(|_| counter!("leadkeep_redis_errors_total").increment(1))?;
        read(&answer, mode, buckets).ok_or_else(|| StoreError::Unexpected(format!("{answer:?}").into()))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What Redis answers in time, connecting and asking again included.
    async fn wait_for<T>(&self, answer: impl Future<Output = RedisResult<T>>) -> Result<T, StoreError> {
        let answer = timeout(PATIENCE, answer).await.map_err(|late| StoreError::Unavailable(late.into()))?;
        answer.map_err(|error| self.unavailable(error))
    }

    fn unavailable(&self, error: RedisError) -> StoreError {
        // A cluster's client hands this on where it could not go there itself.
        let elsewhere = error.kind() == ErrorKind::Server(ServerErrorKind::Moved);
        if elsewhere && self.address.is_one_server() {
            return StoreError::Unavailable(IsAPart.into());
        }
        StoreError::Unavailable(error.into())
    }
}

impl fmt::Debug for RedisStore {
    /// Without the address: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for RedisStore {
    fn is_remote(&self) -> bool {
        true
    }

    async fn take(&self, group: Group, buckets: &[Bucket], _: Tick) -> Result<Decision, StoreError> {
        self.decide(Mode::Take, group, buckets).await
    }

    /// On a connection of its own, which takes the place of the other where it is well: that one may wait for a node that is gone.
    async fn ping(&self) -> Result<(), StoreError> {
        let fresh = Connection::open(&self.address).map_err(|error| StoreError::Unavailable(error.into()))?;
        self.wait_for(fresh.ping()).await?;
        *self.connection() = fresh;
        Ok(())
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], _: Tick) -> Result<Decision, StoreError> {
        self.decide(Mode::Peek, group, buckets).await
    }
}
