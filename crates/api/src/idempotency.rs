//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request with a key is done once, and answered as often as
//! it is sent.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use leadkeep_service::input::Faults;
use leadkeep_storage::{KeyedRequest, Receipt, Reservation, ReserveOutcome, StoredAnswer};
use time::Duration;

use crate::{
    Dialect,
    admission::header_text,
    caller::Caller,
    problem::{Code, Problem},
    state::ApiState,
};

const HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// How long a key may be, in bytes.
const MAX: usize = 255;

/// How long a request may take before another with its key may take its place.
const PATIENCE: Duration = Duration::MINUTE;

/// Makes something once, and answers with it.
pub(crate) struct Once<'a, T> {
    pub(crate) state: &'a ApiState,
    pub(crate) caller: &'a Caller,
    pub(crate) request: &'a HttpRequest,
    /// What tells the request from another, beside its path: its body, or a fingerprint of it.
    pub(crate) body: &'a [u8],
    /// What is answered of what was made.
    pub(crate) answer: fn(&T) -> StoredAnswer,
}

impl<T: 'static> Once<'_, T> {
    /// Does the work, unless an answer to the same request is there already. The work leaves the receipt with what it makes, in
    /// one transaction. Work that fails has done nothing, and may be tried again with the same key.
    pub(crate) async fn make<E: Into<Problem>>(
        self,
        work: impl AsyncFnOnce(Option<Receipt<T>>) -> Result<T, E>,
    ) -> Result<HttpResponse, Problem> {
        let dialect = Dialect::of(self.request);
        let reservation = match self.reserve().await? {
            None => None,
            Some(Key::Reserved(reservation)) => Some(reservation),
            Some(Key::Answered(stored)) => return Ok(response(dialect, stored, true)),
        };
        let answer = self.answer;
        let receipt =
            reservation.clone().map(|reservation| Receipt { reservation, answer: Arc::new(answer) });
        match work(receipt).await {
            Ok(made) => Ok(response(dialect, answer(&made), false)),
            Err(error) => {
                if let Some(reservation) = reservation {
                    self.release(reservation).await;
                }
                Err(error.into())
            }
        }
    }

    async fn reserve(&self) -> Result<Option<Key>, Problem> {
        let Some(key) = key(self.request)? else { return Ok(None) };
        let credential = self.caller.principal().credential;
        let request = KeyedRequest { credential, key, fingerprint: self.fingerprint() };
        match self.state.idempotency_keys.reserve(request, PATIENCE).await? {
            ReserveOutcome::Reserved(reservation) => Ok(Some(Key::Reserved(reservation))),
            ReserveOutcome::Answered(stored) => Ok(Some(Key::Answered(stored))),
            ReserveOutcome::OtherRequest => {
                Err(Faults::one("Idempotency-Key", "was used for another request; choose a new one").into())
            }
            ReserveOutcome::Running(patience) => Err(Problem {
                retry_after: Some(patience.try_into().unwrap_or(std::time::Duration::from_secs(1))),
                ..Problem::new(
                    Code::IdempotencyKeyInUse,
                    "A request with this Idempotency-Key is still being done",
                )
            }),
        }
    }

    /// The same request under another dialect's prefix is the same request.
    fn fingerprint(&self) -> [u8; 16] {
        let path = self.request.path();
        let path = path.strip_prefix(Dialect::of(self.request).prefix).unwrap_or(path);
        let parts = [path.as_bytes(), b"\0", self.request.query_string().as_bytes(), b"\0", self.body];
        self.state.fingerprints.mac(&parts.concat())
    }

    /// A key that could not be given back is free again after a while.
    async fn release(&self, reservation: Reservation) {
        if let Err(error) = self.state.idempotency_keys.release(reservation).await {
            tracing::debug!(%error, "an idempotency key was not released");
        }
    }
}

enum Key {
    Reserved(Reservation),
    Answered(StoredAnswer),
}

/// Refuses a key that is none, before a large body is read for nothing.
pub(crate) fn check_key(request: &HttpRequest) -> Result<(), Problem> {
    key(request).map(drop)
}

/// The request's key, if it has one.
fn key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(key) = header_text(request, HEADER) else { return Ok(None) };
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if (1..=MAX).contains(&key.len()) && plain {
        return Ok(Some(key.to_owned()));
    }
    Err(Problem::invalid_request(format!("Idempotency-Key must be 1 to {MAX} printable ASCII characters")))
}

fn response(dialect: &Dialect, stored: StoredAnswer, replayed: bool) -> HttpResponse {
    let StoredAnswer { status, etag, location, body } = stored;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    if let Some(etag) = etag {
        response.insert_header((header::ETAG, etag));
    }
    if let Some(location) = location {
        response.insert_header((header::LOCATION, format!("{}{location}", dialect.prefix)));
    }
    if replayed {
        response.insert_header((REPLAYED, HeaderValue::from_static("true")));
    }
    response.content_type("application/json").body(body)
}

/// An answer of this body, to be given now and kept.
pub(crate) fn answer(status: StatusCode, body: &impl serde::Serialize) -> StoredAnswer {
    // What the answers' own types write can always be written.
    let body = serde_json::to_vec(body).unwrap_or_default();
    StoredAnswer { status: status.as_u16(), etag: None, location: None, body }
}

/// The keys of a thread that serves.
pub(crate) type Keys = Arc<dyn leadkeep_storage::IdempotencyKeys>;
