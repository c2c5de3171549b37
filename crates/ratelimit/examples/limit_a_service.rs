//! A service of your own, limited: every call takes from its site's bucket and from its key's, or from neither.
//!
//! Run it: `cargo run -p leadkeep-ratelimit --example limit_a_service`

#![expect(clippy::print_stdout, reason = "what it prints is the example")]

use std::{num::NonZeroU32, time::Instant};

use leadkeep_ratelimit::{Bucket, BucketKey, Decision, Group, MemoryStore, Quota, Tick};

/// What the service knows of a caller once the key is verified.
struct Caller {
    site: u128,
    key: u128,
    calls_a_minute: NonZeroU32,
}

/// The service's limits. All its keys together get what the site allows.
struct Limits {
    store: MemoryStore,
    site: Quota,
    started: Instant,
}

impl Limits {
    fn new(site: Quota) -> Self {
        Self { store: MemoryStore::new(), site, started: Instant::now() }
    }

    /// The site is the group, so its bucket and its keys' buckets are taken in one step.
    fn decide(&self, caller: &Caller) -> Decision {
        let key = Bucket {
            key: BucketKey::Credential(caller.key),
            quota: Quota::per_minute(caller.calls_a_minute),
        };
        let site = Bucket { key: BucketKey::Credential(caller.site), quota: self.site };
        self.store.take(Group(caller.site), &[site, key], self.now())
    }

    fn now(&self) -> Tick {
        Tick::default().saturating_add(self.started.elapsed())
    }
}

/// The headers that tell a caller where it stands.
fn headers(decision: &Decision) -> Vec<(&'static str, String)> {
    let tightest = decision.tightest;
    let mut headers = vec![
        ("X-RateLimit-Limit", tightest.limit.to_string()),
        ("X-RateLimit-Remaining", tightest.remaining.to_string()),
        ("X-RateLimit-Reset", tightest.reset_after_secs().to_string()),
    ];
    headers.extend(decision.retry_after_secs().map(|wait| ("Retry-After", wait.to_string())));
    headers
}

fn main() {
    let limit = |calls: u32| NonZeroU32::MIN.saturating_add(calls - 1);
    let limits = Limits::new(Quota::per_minute(limit(5)));
    let widget = Caller { site: 1, key: 11, calls_a_minute: limit(3) };
    let export = Caller { site: 1, key: 12, calls_a_minute: limit(5) };

    for (name, caller) in
        [("widget", &widget), ("export", &export)].into_iter().flat_map(|caller| [caller; 4])
    {
        let decision = limits.decide(caller);
        println!("{name}: {}", if decision.allowed { "200 OK" } else { "429 Too Many Requests" });
        for (header, value) in headers(&decision) {
            println!("    {header}: {value}");
        }
    }
}
