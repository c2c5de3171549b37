//! A web service of its own, a little weather API, protected by this crate and `leadkeep-ratelimit`: it issues keys, limits
//! each to 60 calls a minute, and heeds a revocation with the very next request.
//!
//! Run it with `cargo run -p leadkeep-credentials --example protect_actix_web`. It serves, calls itself, and stops.

use actix_web::{
    App, Error, HttpResponse, HttpServer,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, HeaderMap, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE},
    middleware::{Next, from_fn},
    rt,
    web::{self, Data},
};
use leadkeep_credentials::{
    BearerToken, ExpiryChoice, Hasher, Lifetime, MasterKey, Purpose, RandomUnavailable, Secret, SecretHash,
    SecretKind, Standing,
};
use leadkeep_ratelimit::{Bucket, BucketKey, Decision, Group, MemoryStore, Quota, Tick};
use parking_lot::RwLock;
use std::{collections::HashMap, num::NonZeroU32, time::Instant};
use time::OffsetDateTime;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const QUOTA: Quota = Quota::per_minute(NonZeroU32::new(60).unwrap());

/// What the service keeps of a key, by its hash: enough to recognize it, nothing to use it with.
struct StoredKey {
    id: u128,
    preview: String,
    lifetime: Lifetime,
}

/// All that stands in front of the service. A real one has its keys in a database.
struct Guard {
    hasher: Hasher,
    keys: RwLock<HashMap<SecretHash, StoredKey>>,
    calls: MemoryStore,
    started: Instant,
}

impl Guard {
    fn issue(&self, expiry: ExpiryChoice) -> Result<Secret, RandomUnavailable> {
        let secret = Secret::generate(SecretKind::ApiToken)?;
        let lifetime = Lifetime { expires_at: expiry.expires_at(now()), ..Lifetime::default() };
        let mut keys = self.keys.write();
        let key = StoredKey { id: keys.len() as u128, preview: secret.preview(), lifetime };
        keys.insert(self.hasher.hash(&secret), key);
        Ok(secret)
    }

    fn revoke(&self, preview: &str) {
        for key in self.keys.write().values_mut().filter(|key| key.preview == preview) {
            key.lifetime.revoked_at = Some(now());
        }
    }

    /// The cheapest question first: form and check, look-up, lifetime, calls left. None is a caller who has no valid key,
    /// for whatever reason: a stranger learns nothing from the answer.
    fn decide(&self, authorization: &str) -> Option<Decision> {
        let token = BearerToken::parse_header(authorization).ok()?;
        let secret = Secret::parse_as(SecretKind::ApiToken, token.expose()).ok()?;
        let hash = self.hasher.hash(&secret);
        let is_live = |key: &&StoredKey| key.lifetime.standing(now()) == Standing::Live;
        let id = self.keys.read().get(&hash).filter(is_live)?.id;
        let bucket = Bucket { key: BucketKey::Credential(id), quota: QUOTA };
        Some(self.calls.take(Group(id), &[bucket], Tick::default().saturating_add(self.started.elapsed())))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the example's one clock")]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Goes around every route: `App::wrap(from_fn(protect))`.
async fn protect(
    guard: Data<Guard>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(decision) = authorization.and_then(|value| guard.decide(value)) else {
        let refusal = HttpResponse::Unauthorized().insert_header((WWW_AUTHENTICATE, "Bearer")).finish();
        return Ok(request.into_response(refusal));
    };
    let mut response = if decision.allowed {
        next.call(request).await?.map_into_boxed_body()
    } else {
        request.into_response(HttpResponse::TooManyRequests().finish())
    };
    tell(response.headers_mut(), &decision);
    Ok(response)
}

/// The headers that tell a caller where it stands.
fn tell(headers: &mut HeaderMap, decision: &Decision) {
    let left = decision.tightest;
    headers.insert(HeaderName::from_static("x-ratelimit-limit"), left.limit.into());
    headers.insert(HeaderName::from_static("x-ratelimit-remaining"), left.remaining.into());
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), left.reset_after_secs().into());
    if let Some(seconds) = decision.retry_after_secs() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
}

/// The service itself knows nothing of keys and limits.
async fn weather() -> &'static str {
    "sunny"
}

#[actix_web::main]
async fn main() -> Outcome<()> {
    // A real service reads its master key from a file: with another one, no stored hash would match.
    let hasher = MasterKey::generate()?.hasher(Purpose::Secrets);
    let (keys, calls) = (RwLock::default(), MemoryStore::new());
    let guard = Data::new(Guard { hasher, keys, calls, started: Instant::now() });
    let shared = guard.clone();
    let app = move || {
        App::new().app_data(shared.clone()).wrap(from_fn(protect)).route("/weather", web::get().to(weather))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0))?;
    let address = server.addrs().first().copied().ok_or("the server has no address")?;
    let server = server.run();
    let (handle, serving) = (server.handle(), rt::spawn(server));

    let http = reqwest::Client::builder().no_proxy().build()?;
    demonstrate(&guard, &Visitor { http, url: format!("http://{address}/weather") }).await?;

    handle.stop(true).await;
    Ok(serving.await??)
}

async fn demonstrate(guard: &Guard, visitor: &Visitor) -> Outcome<()> {
    let key = guard.issue(ExpiryChoice::Days30)?;
    println!("copy it now, it is not shown again: {}", key.expose());
    println!("in the list it is                   {}", key.preview());

    let (most, last) = key.expose().split_at(50);
    let mistyped = format!("{most}{}", if last == "0" { "1" } else { "0" });
    visitor.show("with a typing mistake", &mistyped, "401 Unauthorized").await?;
    let foreign = Secret::generate(SecretKind::ApiToken)?;
    visitor.show("another service's key", foreign.expose(), "401 Unauthorized").await?;

    visitor.show("1st call", key.expose(), "200 OK; x-ratelimit-remaining: 59").await?;
    for _ in 2..60 {
        visitor.call(key.expose()).await?;
    }
    visitor.show("60th call", key.expose(), "200 OK; x-ratelimit-remaining: 0").await?;
    visitor.show("61st call", key.expose(), "429 Too Many Requests; retry-after: ").await?;
    guard.revoke(&key.preview());
    visitor.show("revoked", key.expose(), "401 Unauthorized").await
}

/// Somebody who calls the service.
struct Visitor {
    http: reqwest::Client,
    url: String,
}

impl Visitor {
    /// Calls, prints the answer, and fails if it does not begin as it should.
    async fn show(&self, what: &str, key: &str, beginning: &str) -> Outcome<()> {
        let answer = self.call(key).await?;
        println!("{what:<36}{answer}");
        if answer.starts_with(beginning) { Ok(()) } else { Err(format!("expected {beginning}").into()) }
    }

    async fn call(&self, key: &str) -> Outcome<String> {
        let answer = self.http.get(&self.url).bearer_auth(key).send().await?;
        let mut text = answer.status().to_string();
        for name in ["retry-after", "x-ratelimit-remaining", "x-ratelimit-limit", "x-ratelimit-reset"] {
            if let Some(value) = answer.headers().get(name) {
                text.extend(["; ", name, ": ", value.to_str()?]);
            }
        }
        Ok(text)
    }
}
