//! Where budgets are kept: in this process, or in a Redis that all nodes share.

use anyhow::{Result, bail};
use leadkeep_ratelimit::{Availability, MemoryStore, SharedStore, WhenAway};
use leadkeep_ratelimit_redis::{RedisAddress, RedisStore};
use leadkeep_service::{Limits, chain};

/// The Redis that nodes share.
pub(crate) struct Redis {
    pub(crate) address: RedisAddress,
    pub(crate) when_away: WhenAway,
}

/// What becomes of calls while Redis is away, as the setting names it.
pub(crate) fn when_away(name: &str) -> Result<WhenAway> {
    match name {
        "serve" => Ok(WhenAway::CountAlone),
        "refuse" => Ok(WhenAway::Refuse),
        _ => bail!("must be serve (each node counts by itself) or refuse (calls get 503)"),
    }
}

/// The budgets as the settings want them kept. Nothing is asked yet: a Redis that is away is no reason not to start.
pub(crate) fn open(redis: Option<&Redis>) -> Result<Limits> {
    Ok(match redis {
        None => Limits::of_this_node(MemoryStore::new()),
        Some(Redis { address, when_away }) => {
            let when_away = *when_away;
            let watch = move |news: Availability<'_>| tell(news, when_away);
            Limits::shared(SharedStore::new(RedisStore::open(address)?, when_away, watch))
        }
    })
}

/// Says with whom the budgets are shared.
pub(crate) fn tell_with_whom(redis: Option<&Redis>) {
    match redis {
        None => tracing::info!("rate limits are exact on this node; nodes do not share them"),
        Some(Redis { when_away: WhenAway::CountAlone, .. }) => {
            tracing::info!(
                "rate limits are exact over all nodes, in Redis; while it is away each node counts by itself"
            );
        }
        Some(Redis { when_away: WhenAway::Refuse, .. }) => {
            tracing::info!("rate limits are exact over all nodes, in Redis; while it is away calls get 503");
        }
    }
}

fn tell(news: Availability<'_>, when_away: WhenAway) {
    match (news, when_away) {
        (Availability::Away(error), WhenAway::CountAlone) => tracing::warn!(
            cause = chain(error),
            "Redis does not answer: this node counts calls by itself until it does"
        ),
        (Availability::Away(error), WhenAway::Refuse) => {
            tracing::warn!(cause = chain(error), "Redis does not answer: calls get 503 until it does");
        }
        (Availability::Back, _) => tracing::info!("Redis answers again: nodes share their rate limits"),
    }
}
