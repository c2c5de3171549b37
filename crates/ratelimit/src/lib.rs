//! Exact fixed-window rate limits.
//!
//! A bucket allows a number of calls in a window, which opens at the first accepted call. One decision may ask several
//! buckets: it takes from all of them or from none. A refusal says how long to wait; whoever waits that long is accepted.
//!
//! The crate does no I/O and reads no clock: `now` is an argument, so a test moves time instead of sleeping.
//!
//! - [`Window`] is the arithmetic of one bucket, without a map.
//! - [`Store`] is where windows live; [`MemoryStore`] keeps them in this process, and [`SharedStore`] asks one that several share.
//! - [`Decision`] is the answer, with what response headers need.
//!
//! ```
//! use std::{num::NonZeroU32, time::Duration};
//! use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};
//!
//! let store = MemoryStore::new();
//! let workspace = Group(1);
//! let quota = Quota::per_minute(NonZeroU32::new(2).unwrap());
//! let buckets = [Bucket { key: BucketKey::Credential(7), quota }];
//!
//! let first = store.take(workspace, &buckets, Tick::from_millis(0));
//! assert!(first.allowed);
//! assert_eq!(first.tightest.remaining, 1);
//!
//! assert!(store.take(workspace, &buckets, Tick::from_millis(500)).allowed);
//! let refused = store.take(workspace, &buckets, Tick::from_millis(59_500));
//! assert!(!refused.allowed);
//! assert_eq!(refused.retry_after, Some(Duration::from_millis(500)));
//! assert_eq!(refused.retry_after_secs(), Some(1));
//!
//! assert!(store.take(workspace, &buckets, Tick::from_millis(60_000)).allowed);
//! ```

mod bucket;
mod decision;
mod inline;
mod instant;
mod memory;
mod policy;
mod shared;
mod store;
mod window;

pub use bucket::{Bucket, BucketKey, Group};
pub use decision::{BucketState, Decision};
pub use instant::Tick;
pub use memory::MemoryStore;
pub use policy::Quota;
pub use shared::{Availability, SharedStore, WhenAway};
#[cfg(feature = "mock")]
pub use store::MockStore;
pub use store::{Store, StoreError};
pub use window::Window;
