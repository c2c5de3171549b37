use std::sync::Arc;

use leadkeep_ratelimit::{SharedStore, Store, WhenAway};

use crate::ahead::Acquaintances;

/// Where budgets are kept, and with whom. Cheap to clone: what serves on several threads has one of them.
#[derive(Clone)]
pub struct Limits {
    pub(crate) store: Arc<dyn Store>,
    /// Whose budgets are asked for ahead.
    pub(crate) acquaintances: Arc<Acquaintances>,
    /// The store, where it is one that nodes share.
    shared: Option<Arc<SharedStore>>,
}

impl Limits {
    /// Of this node alone.
    pub fn of_this_node(store: impl Store + 'static) -> Self {
        Self { store: Arc::new(store), acquaintances: Arc::default(), shared: None }
    }

    /// Of all nodes together.
    pub fn shared(store: SharedStore) -> Self {
        let store = Arc::new(store);
        Self { store: store.clone(), acquaintances: Arc::default(), shared: Some(store) }
    }

    /// How the budgets were kept when somebody last asked.
    pub fn kept(&self) -> LimitsKept {
        match &self.shared {
            None => LimitsKept::ByThisNode,
            Some(store) if !store.is_away() => LimitsKept::Together,
            Some(store) => match store.when_away() {
                WhenAway::CountAlone => LimitsKept::Alone,
                WhenAway::Refuse => LimitsKept::Nowhere,
            },
        }
    }
}

/// How budgets are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsKept {
    /// By this node: none is shared.
    ByThisNode,
    /// With the other nodes.
    Together,
    /// By this node, while what is shared is away.
    Alone,
    /// Not at all: what is shared is away, and calls are refused.
    Nowhere,
}

impl LimitsKept {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::ByThisNode, Self::Together, Self::Alone, Self::Nowhere];

    /// In a word, for /readyz and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByThisNode => "node",
            Self::Together => "shared",
            Self::Alone => "alone",
            Self::Nowhere => "away",
        }
    }
}
