//! Windows of rate limits in Redis: what several nodes count together.
//!
//! A decision is one script, which Redis runs as a whole: from all buckets a call is taken, or from none, whoever else asks at the same time. The
//! windows end by Redis's own clock, so the nodes' clocks need not agree. All keys of a decision have the group as their hash tag, and
//! are on one node of a cluster.
//!
//! ```no_run
//! use std::num::NonZeroU32;
//! use leadkeep_ratelimit::{Bucket, BucketKey, Group, Quota, Store, Tick};
//! use leadkeep_ratelimit_redis::RedisStore;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let store = RedisStore::open(&"redis://127.0.0.1:6379".parse()?)?;
//! let quota = Quota::per_minute(NonZeroU32::new(60).unwrap());
//! let buckets = [Bucket { key: BucketKey::Credential(7), quota }];
//! // The time is Redis's: the tick says nothing.
//! let decision = store.take(Group(1), &buckets, Tick::default()).await?;
//! assert!(decision.allowed);
//! # Ok(())
//! # }
//! ```

mod connection;
mod script;
mod store;

pub use connection::{NoAddress, OpenError, RedisAddress};
pub use store::RedisStore;
