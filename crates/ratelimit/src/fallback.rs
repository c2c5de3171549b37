use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use async_trait::async_trait;

use crate::{Bucket, Decision, Group, MemoryStore, Store, StoreError, Tick};

/// How long a store that did not answer is not asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// While it answers.
const ANSWERS: u64 = 0;

/// What became of the shared store.
#[derive(Clone, Copy, Debug)]
pub enum Availability<'a> {
    /// It does not answer, and why. This node decides alone from now on.
    Away(&'a StoreError),
    /// It answers again.
    Back,
}

/// Asks a store that several nodes share; while that one does not answer, each node counts by itself. So no call waits for it or fails with
/// it, and a limit is at most that of one node times the nodes.
///
/// While it is away, one call a second asks it whether it is back; all others don't.
pub struct FallbackStore {
    shared: Box<dyn Store>,
    own: MemoryStore,
    /// When the shared store may be asked again, in milliseconds of the caller's clock; [`ANSWERS`] while it does. It guards nothing.
    asked_again_at: AtomicU64,
    watch: Box<dyn Fn(Availability<'_>) + Send + Sync>,
}

impl FallbackStore {
    /// On this shared store. `watch` is told whenever it goes away or comes back, once each time.
    pub fn new(
        shared: impl Store + 'static,
        watch: impl Fn(Availability<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            shared: Box::new(shared),
            own: MemoryStore::new(),
            asked_again_at: AtomicU64::new(ANSWERS),
            watch: Box::new(watch),
        }
    }

    /// Whether this node decides alone at the moment.
    pub fn is_alone(&self) -> bool {
        self.asked_again_at.load(Relaxed) != ANSWERS
    }

    /// Whether this call asks the shared store: while that is away, one call a pause does.
    fn asks(&self, now: Tick) -> bool {
        let at = self.asked_again_at.load(Relaxed);
        at == ANSWERS
            || (at <= now.as_millis()
                && self.asked_again_at.compare_exchange(at, later(now), Relaxed, Relaxed).is_ok())
    }

    /// The shared store's decision; none if it has not answered.
    fn heard(&self, answer: Result<Decision, StoreError>, now: Tick) -> Option<Decision> {
        match answer {
            Ok(decision) => {
                if self.asked_again_at.swap(ANSWERS, Relaxed) != ANSWERS {
                    (self.watch)(Availability::Back);
                }
                Some(decision)
            }
            Err(error) => {
                if self.asked_again_at.swap(later(now), Relaxed) == ANSWERS {
                    (self.watch)(Availability::Away(&error));
                }
                None
            }
        }
    }
}

/// The next time to ask; never the mark of a store that answers.
fn later(now: Tick) -> u64 {
    now.saturating_add(PAUSE).as_millis()
}

impl fmt::Debug for FallbackStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FallbackStore").field("is_alone", &self.is_alone()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for FallbackStore {
    fn is_remote(&self) -> bool {
        !self.is_alone()
    }

    async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        if self.asks(now)
            && let Some(decision) = self.heard(self.shared.take(group, buckets, now).await, now)
        {
            return Ok(decision);
        }
        Ok(self.own.take(group, buckets, now))
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        if self.asks(now)
            && let Some(decision) = self.heard(self.shared.peek(group, buckets, now).await, now)
        {
            return Ok(decision);
        }
        Ok(self.own.peek(group, buckets, now))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        num::NonZeroU32,
        pin::pin,
        sync::{Arc, Mutex, atomic::AtomicBool},
        task::{Context, Poll, Waker},
    };

    use super::*;
    use crate::{BucketKey, Quota};

    /// A store that counts how often it is asked, and answers or does not.
    #[derive(Clone, Default)]
    struct Elsewhere {
        away: Arc<AtomicBool>,
        asked: Arc<AtomicU64>,
        store: Arc<MemoryStore>,
    }

    #[async_trait]
    impl Store for Elsewhere {
        async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
            self.asked.fetch_add(1, Relaxed);
            if self.away.load(Relaxed) {
                return Err(StoreError::Unavailable(io::Error::other("connection refused").into()));
            }
            Ok(self.store.take(group, buckets, now))
        }

        async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
            self.asked.fetch_add(1, Relaxed);
            Ok(self.store.peek(group, buckets, now))
        }
    }

    /// What never waits is ready at once.
    fn ready<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits"),
        }
    }

    struct Node {
        store: FallbackStore,
        elsewhere: Elsewhere,
        heard: Arc<Mutex<Vec<String>>>,
    }

    impl Node {
        fn new() -> Self {
            let (elsewhere, heard) = (Elsewhere::default(), Arc::<Mutex<Vec<String>>>::default());
            let log = heard.clone();
            let watch = move |news: Availability<'_>| log.lock().unwrap().push(format!("{news:?}"));
            Self { store: FallbackStore::new(elsewhere.clone(), watch), elsewhere, heard }
        }

        fn take(&self, millis: u64) -> Decision {
            let quota = Quota::per_minute(NonZeroU32::new(2).unwrap());
            let buckets = [Bucket { key: BucketKey::Credential(7), quota }];
            ready(self.store.take(Group(1), &buckets, Tick::from_millis(millis))).unwrap()
        }

        fn asked(&self) -> u64 {
            self.elsewhere.asked.swap(0, Relaxed)
        }
    }

    #[test]
    fn the_shared_store_decides_while_it_answers() {
        let node = Node::new();
        assert!(node.take(0).allowed && node.take(1).allowed && !node.take(2).allowed);
        assert_eq!((node.asked(), node.store.is_alone()), (3, false));
        assert!(node.heard.lock().unwrap().is_empty());
    }

    #[test]
    fn a_node_counts_alone_while_the_shared_store_is_away() {
        let node = Node::new();
        assert!(node.take(0).allowed);
        node.elsewhere.away.store(true, Relaxed);
        // Its own count begins anew, and is as strict.
        assert!(node.take(1).allowed && node.take(2).allowed && !node.take(3).allowed);
        assert!(node.store.is_alone());
        assert_eq!(node.asked(), 2, "the first, and the one that found it away");
        // One call a second asks whether it is back.
        node.take(1_001);
        node.take(1_002);
        assert_eq!(node.asked(), 1);
        node.elsewhere.away.store(false, Relaxed);
        assert!(!node.take(1_500).allowed, "not asked yet");
        assert!(node.take(2_001).allowed, "the shared store has counted one");
        assert!(!node.take(2_002).allowed);
        assert_eq!(node.asked(), 2);
        let heard = node.heard.lock().unwrap();
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert!(heard[0].starts_with("Away") && heard[1] == "Back", "{heard:?}");
    }

    #[test]
    fn who_looks_asks_the_same_store() {
        let node = Node::new();
        node.take(0);
        let quota = Quota::per_minute(NonZeroU32::new(2).unwrap());
        let buckets = [Bucket { key: BucketKey::Credential(7), quota }];
        let seen = ready(node.store.peek(Group(1), &buckets, Tick::from_millis(1))).unwrap();
        assert_eq!(seen.tightest.remaining, 1);
    }
}
