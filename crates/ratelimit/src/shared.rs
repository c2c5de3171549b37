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

/// What became of the store that is shared.
#[derive(Clone, Copy, Debug)]
pub enum Availability<'a> {
    /// It does not answer, and why.
    Away(&'a StoreError),
    /// It answers again.
    Back,
}

/// What becomes of calls while the store that is shared does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenAway {
    /// Each node counts by itself: a limit is at most that of one node times the nodes.
    CountAlone,
    /// None is decided: [`StoreError::Unavailable`].
    Refuse,
}

/// A store that several nodes share, and may lose.
///
/// Where it does not answer, or a part of it does not, those calls that it kept waiting find out; from then on one call a second asks it whether all
/// of it is back, and waits as long as the store lets it. All others go on at once, as [`WhenAway`] says.
pub struct SharedStore {
    shared: Box<dyn Store>,
    /// This node's own; none where calls are refused instead.
    own: Option<MemoryStore>,
    /// When the shared store may be asked again, in milliseconds of the caller's clock; [`ANSWERS`] while it does. It guards nothing.
    asked_again_at: AtomicU64,
    watch: Box<dyn Fn(Availability<'_>) + Send + Sync>,
}

impl SharedStore {
    /// On this store. `watch` is told when it goes away and when it comes back.
    pub fn new(
        shared: impl Store + 'static,
        when_away: WhenAway,
        watch: impl Fn(Availability<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            shared: Box::new(shared),
            own: (when_away == WhenAway::CountAlone).then(MemoryStore::new),
            asked_again_at: AtomicU64::new(ANSWERS),
            watch: Box::new(watch),
        }
    }

    /// Whether the store did not answer when it was last asked. Without calls nobody asks it.
    pub fn is_away(&self) -> bool {
        self.asked_again_at.load(Relaxed) != ANSWERS
    }

    /// What becomes of calls while it is away.
    pub const fn when_away(&self) -> WhenAway {
        if self.own.is_some() { WhenAway::CountAlone } else { WhenAway::Refuse }
    }

    fn turn(&self, now: Tick) -> Turn {
        let at = self.asked_again_at.load(Relaxed);
        if at == ANSWERS {
            return Turn::Ask;
        }
        let is_due = at <= now.as_millis();
        if is_due && self.asked_again_at.compare_exchange(at, later(now), Relaxed, Relaxed).is_ok() {
            Turn::Probe
        } else {
            Turn::Pass
        }
    }

    /// Notes that the shared store did not answer. Only the first who finds out: one that was kept waiting since before must not end the pause of
    /// whoever asks now.
    fn note_away(&self, error: &StoreError, now: Tick) {
        if self.asked_again_at.compare_exchange(ANSWERS, later(now), Relaxed, Relaxed).is_ok() {
            (self.watch)(Availability::Away(error));
        }
    }

    fn note_back(&self) {
        if self.asked_again_at.swap(ANSWERS, Relaxed) != ANSWERS {
            (self.watch)(Availability::Back);
        }
    }

    /// The shared store's answer; while it is away, what is decided here instead.
    async fn decide(
        &self,
        now: Tick,
        ask: impl Future<Output = Result<Decision, StoreError>>,
        alone: impl FnOnce(&MemoryStore) -> Decision,
    ) -> Result<Decision, StoreError> {
        let answer = match self.turn(now) {
            Turn::Ask => ask.await.inspect_err(|error| self.note_away(error, now)),
            Turn::Probe => self.probe(ask).await.inspect(|_| self.note_back()),
            Turn::Pass => Err(StoreError::Unavailable("it did not answer a moment ago".into())),
        };
        match (&self.own, answer) {
            (Some(own), Err(_)) => Ok(alone(own)),
            (_, answer) => answer,
        }
    }

    /// An answer that proves that the store is back: one that a part of it gives says nothing of the others, and a node whose calls go now to the
    /// store and now to itself would allow both their budgets.
    async fn probe(
        &self,
        ask: impl Future<Output = Result<Decision, StoreError>>,
    ) -> Result<Decision, StoreError> {
        self.shared.ping().await?;
        ask.await
    }
}

/// What a call does about the shared store.
enum Turn {
    /// Asks it: it answers.
    Ask,
    /// Asks whether it is back: while it is away, one call a pause does.
    Probe,
    /// Goes on without it.
    Pass,
}

/// The next time to ask; never the mark of a store that answers.
fn later(now: Tick) -> u64 {
    now.saturating_add(PAUSE).as_millis()
}

impl fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedStore").field("is_away", &self.is_away()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SharedStore {
    fn is_remote(&self) -> bool {
        !self.is_away()
    }

    async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        let ask = self.shared.take(group, buckets, now);
        self.decide(now, ask, |own| own.take(group, buckets, now)).await
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        let ask = self.shared.peek(group, buckets, now);
        self.decide(now, ask, |own| own.peek(group, buckets, now)).await
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        io,
        num::NonZeroU32,
        pin::{Pin, pin},
        sync::{Arc, Mutex, atomic::AtomicBool},
        task::{Context, Poll, Waker},
    };

    use super::*;
    use crate::{BucketKey, Quota};

    /// A store that counts how often it is asked, and answers, fails, or lets those wait who ask.
    #[derive(Clone, Default)]
    struct Elsewhere {
        away: Arc<AtomicBool>,
        /// Whether a part is away that none of these calls needs.
        partly_away: Arc<AtomicBool>,
        asked: Arc<AtomicU64>,
        /// How many of those who ask wait for as long as this says.
        waiting: Arc<AtomicU64>,
        store: Arc<MemoryStore>,
    }

    #[async_trait]
    impl Store for Elsewhere {
        async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
            let turn = self.asked.fetch_add(1, Relaxed);
            poll_fn(|_| if turn < self.waiting.load(Relaxed) { Poll::Pending } else { Poll::Ready(()) })
                .await;
            if self.away.load(Relaxed) {
                return Err(StoreError::Unavailable(io::Error::other("connection refused").into()));
            }
            Ok(self.store.take(group, buckets, now))
        }

        async fn ping(&self) -> Result<(), StoreError> {
            if self.partly_away.load(Relaxed) {
                return Err(StoreError::Unavailable(io::Error::other("connection refused").into()));
            }
            Ok(())
        }

        async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
            self.asked.fetch_add(1, Relaxed);
            Ok(self.store.peek(group, buckets, now))
        }
    }

    fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    struct Node {
        store: SharedStore,
        elsewhere: Elsewhere,
        heard: Arc<Mutex<Vec<String>>>,
    }

    impl Node {
        fn new(when_away: WhenAway) -> Self {
            let (elsewhere, heard) = (Elsewhere::default(), Arc::<Mutex<Vec<String>>>::default());
            let log = heard.clone();
            let watch = move |news: Availability<'_>| log.lock().unwrap().push(format!("{news:?}"));
            Self { store: SharedStore::new(elsewhere.clone(), when_away, watch), elsewhere, heard }
        }

        async fn call(&self, millis: u64) -> Result<Decision, StoreError> {
            let quota = Quota::per_minute(NonZeroU32::new(2).unwrap());
            let buckets = [Bucket { key: BucketKey::Credential(7), quota }];
            self.store.take(Group(1), &buckets, Tick::from_millis(millis)).await
        }

        /// A call that does not wait.
        fn take(&self, millis: u64) -> Decision {
            poll(pin!(self.call(millis))).expect("it waits").unwrap()
        }

        fn asked(&self) -> u64 {
            self.elsewhere.asked.load(Relaxed)
        }
    }

    #[test]
    fn the_shared_store_decides_while_it_answers() {
        let node = Node::new(WhenAway::CountAlone);
        assert!(node.take(0).allowed && node.take(1).allowed && !node.take(2).allowed);
        assert_eq!((node.asked(), node.store.is_away()), (3, false));
        assert!(node.heard.lock().unwrap().is_empty());
    }

    #[test]
    fn a_node_counts_alone_while_the_shared_store_is_away() {
        let node = Node::new(WhenAway::CountAlone);
        assert!(node.take(0).allowed);
        node.elsewhere.away.store(true, Relaxed);
        // Its own count begins anew, and is as strict.
        assert!(node.take(1).allowed && node.take(2).allowed && !node.take(3).allowed);
        assert!(node.store.is_away() && !node.store.is_remote());
        assert_eq!(node.asked(), 2, "the first, and the one that found it away");
        // One call a second asks whether it is back.
        node.take(1_001);
        node.take(1_002);
        assert_eq!(node.asked(), 3);
        node.elsewhere.away.store(false, Relaxed);
        assert!(!node.take(1_500).allowed, "not asked yet");
        assert!(node.take(2_001).allowed, "the shared store has counted one");
        assert!(!node.take(2_002).allowed);
        assert_eq!(node.asked(), 5);
        let heard = node.heard.lock().unwrap();
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert!(heard[0].starts_with("Away") && heard[1] == "Back", "{heard:?}");
    }

    #[test]
    fn a_store_of_which_a_part_is_away_is_not_back() {
        let node = Node::new(WhenAway::CountAlone);
        node.elsewhere.partly_away.store(true, Relaxed);
        node.elsewhere.away.store(true, Relaxed);
        assert!(node.take(0).allowed);
        // These calls' own part answers again.
        node.elsewhere.away.store(false, Relaxed);
        assert!(node.take(1_001).allowed && !node.take(1_002).allowed && !node.take(2_002).allowed);
        assert!(node.store.is_away());
        node.elsewhere.partly_away.store(false, Relaxed);
        assert!(node.take(3_003).allowed, "the store has counted none");
        assert!(!node.store.is_away());
        assert_eq!(node.heard.lock().unwrap().len(), 2);
    }

    #[test]
    fn calls_that_were_kept_waiting_end_nobodys_pause() {
        let node = Node::new(WhenAway::CountAlone);
        node.elsewhere.away.store(true, Relaxed);
        node.elsewhere.waiting.store(3, Relaxed);
        let (mut one, mut two) = (pin!(node.call(0)), pin!(node.call(0)));
        assert!(poll(one.as_mut()).is_none() && poll(two.as_mut()).is_none());
        // A second later the first of them gives up, and the next call asks again.
        node.elsewhere.waiting.store(0, Relaxed);
        assert!(poll(one.as_mut()).is_some());
        node.elsewhere.waiting.store(9, Relaxed);
        let mut third = pin!(node.call(1_001));
        assert!(poll(third.as_mut()).is_none());
        assert_eq!(node.asked(), 3);
        // The other one gives up only now.
        node.elsewhere.waiting.store(0, Relaxed);
        assert!(poll(two.as_mut()).is_some());
        node.take(1_002);
        node.take(2_000);
        assert_eq!(node.asked(), 3, "the third asks for all, and until 2,001");
        assert_eq!(node.heard.lock().unwrap().len(), 1);
    }

    #[test]
    fn where_it_is_wanted_nothing_is_decided_while_the_store_is_away() {
        let node = Node::new(WhenAway::Refuse);
        node.elsewhere.away.store(true, Relaxed);
        for millis in [0, 1, 999] {
            let error = poll(pin!(node.call(millis))).unwrap().unwrap_err();
            assert!(error.is_transient(), "{error:?}");
        }
        assert_eq!((node.asked(), node.store.is_away()), (1, true));
        node.elsewhere.away.store(false, Relaxed);
        assert!(node.take(1_000).allowed);
        assert!(!node.store.is_away());
    }

    #[test]
    fn who_looks_asks_the_same_store() {
        let node = Node::new(WhenAway::CountAlone);
        node.take(0);
        let quota = Quota::per_minute(NonZeroU32::new(2).unwrap());
        let buckets = [Bucket { key: BucketKey::Credential(7), quota }];
        let seen = poll(pin!(node.store.peek(Group(1), &buckets, Tick::from_millis(1)))).unwrap().unwrap();
        assert_eq!(seen.tightest.remaining, 1);
    }
}
