//! A service of its own that issues API keys and checks them, with nothing but this crate and a list in memory.
//!
//! Run it with `cargo run -p leadkeep-credentials --example protect_a_service`.

use leadkeep_credentials::{
    ExpiryChoice, Hasher, Lifetime, MasterKey, Purpose, RandomUnavailable, Secret, SecretHash, SecretKind,
    Standing,
};
use std::error::Error;
use time::{Duration, OffsetDateTime, macros::datetime};

/// What the service keeps of a key: enough to recognize it, nothing to use it with.
struct StoredKey {
    preview: String,
    hash: SecretHash,
    lifetime: Lifetime,
}

#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Welcome,
    Mistyped,
    Unknown,
    Refused(Standing),
}

struct KeyRing {
    hasher: Hasher,
    keys: Vec<StoredKey>,
}

impl KeyRing {
    fn issue(&mut self, expiry: ExpiryChoice, now: OffsetDateTime) -> Result<Secret, RandomUnavailable> {
        let secret = Secret::generate(SecretKind::ApiKey)?;
        let lifetime = Lifetime { expires_at: expiry.expires_at(now), ..Lifetime::default() };
        self.keys.push(StoredKey { preview: secret.preview(), hash: self.hasher.hash(&secret), lifetime });
        Ok(secret)
    }

    fn decide(&self, presented: &str, now: OffsetDateTime) -> Decision {
        let Ok(secret) = Secret::parse_as(SecretKind::ApiKey, presented) else { return Decision::Mistyped };
        let hash = self.hasher.hash(&secret);
        match self.keys.iter().find(|key| key.hash.matches(&hash)).map(|key| key.lifetime.standing(now)) {
            None => Decision::Unknown,
            Some(Standing::Live) => Decision::Welcome,
            Some(standing) => Decision::Refused(standing),
        }
    }

    fn revoke(&mut self, preview: &str, now: OffsetDateTime) {
        for key in self.keys.iter_mut().filter(|key| key.preview == preview) {
            key.lifetime.revoked_at = Some(now);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // A real service reads its key from a file and its time from a clock.
    let hasher = MasterKey::generate()?.hasher(Purpose::Secrets);
    let now = datetime!(2030-01-01 09:00 UTC);
    let mut ring = KeyRing { hasher, keys: Vec::new() };

    let key = ring.issue(ExpiryChoice::Days30, now)?;
    println!("copy it now, it is not shown again: {}", key.expose());
    println!("in the list it is                   {}", key.preview());

    let show = |what: &str, decision: Decision, expected: Decision| {
        println!("{what:<36}{decision:?}");
        assert_eq!(decision, expected);
    };
    show("presented", ring.decide(key.expose(), now), Decision::Welcome);
    let mistyped = format!("{}x", key.expose());
    show("with a character too many", ring.decide(&mistyped, now), Decision::Mistyped);
    show(
        "another service's",
        ring.decide(Secret::generate(SecretKind::ApiKey)?.expose(), now),
        Decision::Unknown,
    );

    let later = now + Duration::days(30);
    show("30 days later", ring.decide(key.expose(), later), Decision::Refused(Standing::Expired));

    ring.revoke(&key.preview(), now);
    show("revoked", ring.decide(key.expose(), now), Decision::Refused(Standing::Revoked));
    Ok(())
}
