//! Where budgets are kept: in this process, or in a Redis that all nodes share.

use std::{fmt, sync::Arc};

use anyhow::{Context, Result};
use leadkeep_api::Limits;
use leadkeep_ratelimit::{Availability, FallbackStore, MemoryStore};
use leadkeep_ratelimit_redis::RedisStore;
use leadkeep_service::chain;

/// The Redis that nodes share. It may hold a password: nothing shows it.
#[derive(Clone)]
pub(crate) struct Redis {
    /// One address, or several of a cluster's nodes, parted by commas.
    pub(crate) urls: String,
    pub(crate) away: WhenAway,
}

/// What becomes of calls while Redis does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenAway {
    /// They are served; each node counts by itself.
    CountAlone,
    /// They get 503.
    Refuse,
}

impl WhenAway {
    pub(crate) const NAMES: &'static str =
        "must be serve (each node counts by itself) or refuse (calls get 503)";

    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "serve" => Some(Self::CountAlone),
            "refuse" => Some(Self::Refuse),
            _ => None,
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("away", &self.away).finish_non_exhaustive()
    }
}

/// The budgets as the settings want them kept. Nothing is asked yet: a Redis that is away is no reason not to start.
pub(crate) fn open(redis: Option<&Redis>) -> Result<Limits> {
    let Some(Redis { urls, away }) = redis else {
        return Ok(Limits::of_this_node(Arc::new(MemoryStore::new())));
    };
    // The error names no address: it may hold a password.
    let store = RedisStore::open(urls).context("LEADKEEP_REDIS_URL can't be used")?;
    Ok(match away {
        WhenAway::Refuse => Limits::shared(Arc::new(store)),
        WhenAway::CountAlone => Limits::shared_or_alone(Arc::new(FallbackStore::new(store, tell))),
    })
}

/// Says with whom the budgets are shared.
pub(crate) fn tell_with_whom(redis: Option<&Redis>) {
    match redis {
        None => tracing::info!("rate limits are exact on this node; nodes do not share them"),
        Some(Redis { away: WhenAway::CountAlone, .. }) => {
            tracing::info!(
                "rate limits are exact over all nodes, in Redis; while it is away each node counts by itself"
            );
        }
        Some(Redis { away: WhenAway::Refuse, .. }) => {
            tracing::info!("rate limits are exact over all nodes, in Redis; while it is away calls get 503");
        }
    }
}

fn tell(news: Availability<'_>) {
    match news {
        Availability::Away(error) => tracing::warn!(
            cause = chain(error),
            "Redis does not answer: this node counts calls by itself until it does"
        ),
        Availability::Back => tracing::info!("Redis answers again: nodes share their rate limits"),
    }
}
