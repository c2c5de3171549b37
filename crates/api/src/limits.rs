use std::sync::Arc;

use leadkeep_ratelimit::{FallbackStore, Store};

/// Where budgets are kept, and with whom.
#[derive(Clone)]
pub struct Limits {
    store: Arc<dyn Store>,
    kept: Kept,
}

#[derive(Clone)]
enum Kept {
    Here,
    Together,
    TogetherOrAlone(Arc<FallbackStore>),
}

impl Limits {
    /// Of this node alone.
    pub fn of_this_node(store: Arc<dyn Store>) -> Self {
        Self { store, kept: Kept::Here }
    }

    /// Of all nodes together: while the store is away, calls get 503.
    pub fn shared(store: Arc<dyn Store>) -> Self {
        Self { store, kept: Kept::Together }
    }

    /// Of all nodes together; while the store is away, each counts by itself.
    pub fn shared_or_alone(store: Arc<FallbackStore>) -> Self {
        Self { store: store.clone(), kept: Kept::TogetherOrAlone(store) }
    }

    /// The store itself.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// How the budgets are kept at the moment, in a word for /readyz.
    pub fn state(&self) -> &'static str {
        match &self.kept {
            Kept::Here => "node",
            Kept::TogetherOrAlone(store) if store.is_alone() => "alone",
            Kept::Together | Kept::TogetherOrAlone(_) => "shared",
        }
    }
}
