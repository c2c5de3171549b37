use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use leadkeep_service::Budget;
use time::OffsetDateTime;

/// Says what is left of the budget: the names that everyone knows, and those of the IETF's draft
/// (draft-ietf-httpapi-ratelimit-headers).
pub(crate) fn insert(headers: &mut HeaderMap, budget: &Budget) {
    let state = &budget.state;
    let mut set = |name: &'static str, value: HeaderValue| {
        headers.insert(HeaderName::from_static(name), value);
    };
    set("x-ratelimit-limit", state.limit.into());
    set("x-ratelimit-remaining", state.remaining.into());
    set("x-ratelimit-reset", unix_rounded_up(budget.resets_at).into());
    let text = |text: String| HeaderValue::from_str(&text).ok();
    if let Some(policy) = text(format!("\"default\";q={};w=60", state.limit)) {
        set("ratelimit-policy", policy);
    }
    if let Some(left) = text(format!("\"default\";r={};t={}", state.remaining, state.reset_after_secs())) {
        set("ratelimit", left);
    }
}

pub(crate) fn unix_rounded_up(time: OffsetDateTime) -> i64 {
    time.unix_timestamp() + i64::from(time.nanosecond() > 0)
}
