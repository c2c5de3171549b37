use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
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
    connection: Connection,
    script: Script,
    /// Whether it was found to be one node of a cluster, addressed as if it were all.
    is_a_part: Arc<AtomicBool>,
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
        Ok(Self { connection: Connection::open(address)?, script: decide(), is_a_part: Arc::default() })
    }

    async fn decide(&self, mode: Mode, group: Group, buckets: &[Bucket]) -> Result<Decision, StoreError> {
        if buckets.is_empty() {
            return Ok(Decision::taken([]));
        }
        let began = Instant::now();
        let span = info_span!(target: "otlp", "redis");
        let call = call(&self.script, mode, group, buckets);
        let answer = self.wait_for(self.connection.run(&call)).instrument(span).await;
        histogram!("leadkeep_redis_seconds").record(began.elapsed());
        let answer = answer.inspect_err(|_| counter!("leadkeep_redis_errors_total").increment(1))?;
        read(&answer, mode, buckets).ok_or_else(|| StoreError::Unexpected(format!("{answer:?}").into()))
    }

    /// What Redis answers in time, connecting and asking again included.
    async fn wait_for<T>(&self, answer: impl Future<Output = RedisResult<T>>) -> Result<T, StoreError> {
        let answer = timeout(PATIENCE, answer).await.map_err(|late| StoreError::Unavailable(late.into()))?;
        answer.map_err(|error| self.unavailable(error))
    }

    fn unavailable(&self, error: RedisError) -> StoreError {
        // A client of a cluster goes where it is told to, and does not hand this on.
        if error.kind() == ErrorKind::Server(ServerErrorKind::Moved) {
            self.is_a_part.store(true, Relaxed);
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

    async fn ping(&self) -> Result<(), StoreError> {
        if self.is_a_part.load(Relaxed) {
            return Err(StoreError::Unavailable(IsAPart.into()));
        }
        self.wait_for(self.connection.ping()).await
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], _: Tick) -> Result<Decision, StoreError> {
        self.decide(Mode::Peek, group, buckets).await
    }
}
