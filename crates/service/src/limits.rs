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

    /// How the budgets were kept when somebody last asked, in a word for /readyz.
    pub fn state(&self) -> &'static str {
        match &self.shared {
            None => "node",
            Some(store) if !store.is_away() => "shared",
            Some(store) => match store.when_away() {
                WhenAway::CountAlone => "alone",
                WhenAway::Refuse => "away",
            },
        }
    }
}
