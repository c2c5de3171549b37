use std::{fmt, time::Instant};

use async_trait::async_trait;
use leadkeep_ratelimit::{Bucket, Decision, Group, Store, StoreError, Tick};
use metrics::{counter, histogram};
use redis::Script;
use tracing::{Instrument, info_span};

use crate::{
    OpenError, RedisAddress,
    connection::Connection,
    script::{Mode, call, decide, read},
};

/// A [`Store`] in Redis: one script a decision, by Redis's own clock. Cheap to clone; clones share the connection.
///
/// Nothing is swept and nothing is bounded here: a window ends by itself, and Redis forgets it then.
#[derive(Clone)]
pub struct RedisStore {
    connection: Connection,
    script: Script,
}

impl RedisStore {
    /// A store in the Redis at this address. Nothing is asked yet: a Redis that is not there is told of by the first decision.
    ///
    /// Call it in a Tokio runtime, which goes on driving the connection.
    pub fn open(address: &RedisAddress) -> Result<Self, OpenError> {
        Ok(Self { connection: Connection::open(address)?, script: decide() })
    }

    async fn decide(&self, mode: Mode, group: Group, buckets: &[Bucket]) -> Result<Decision, StoreError> {
        if buckets.is_empty() {
            return Ok(Decision::taken([]));
        }
        let began = Instant::now();
        let span = info_span!(target: "otlp", "redis");
        let answer = self.connection.run(&call(&self.script, mode, group, buckets)).instrument(span).await;
        histogram!("leadkeep_redis_seconds").record(began.elapsed());
        let answer = answer.map_err(|error| {
            counter!("leadkeep_redis_errors_total").increment(1);
            StoreError::Unavailable(Box::new(error))
        })?;
        read(&answer, mode, buckets).ok_or_else(|| StoreError::Unexpected(format!("{answer:?}").into()))
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

    async fn peek(&self, group: Group, buckets: &[Bucket], _: Tick) -> Result<Decision, StoreError> {
        self.decide(Mode::Peek, group, buckets).await
    }
}
