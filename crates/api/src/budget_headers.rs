use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use leadkeep_ratelimit::BucketState;
use leadkeep_service::Budget;
use time::OffsetDateTime;

use crate::dialect::ResetStyle;

/// Says what is left of the tightest bucket: the names that everyone knows, and those of the IETF's draft
/// (draft-ietf-httpapi-ratelimit-headers).
pub(crate) fn insert(headers: &mut HeaderMap, budget: &Budget, style: ResetStyle) {
    let state = budget.tightest();
    let mut set = |name: &'static str, value: HeaderValue| {
        headers.insert(HeaderName::from_static(name), value);
    };
    set("x-ratelimit-limit", state.limit.into());
    set("x-ratelimit-remaining", state.remaining.into());
    set("x-ratelimit-reset", reset(budget, state, style).into());
    let text = |text: String| HeaderValue::from_str(&text).ok();
    if let Some(policy) = text(format!("\"default\";q={};w=60", state.limit)) {
        set("ratelimit-policy", policy);
    }
    if let Some(left) = text(format!("\"default\";r={};t={}", state.remaining, state.reset_after_secs())) {
        set("ratelimit", left);
    }
}

/// When a bucket's window ends, as the dialect counts it. Rounded up: whoever waits so long never comes too early.
pub(crate) fn reset(budget: &Budget, state: BucketState, style: ResetStyle) -> i64 {
    match style {
        ResetStyle::UnixTime => unix_rounded_up(budget.resets_at(state)),
        ResetStyle::Seconds => i64::try_from(state.reset_after_secs()).unwrap_or(i64::MAX),
    }
}

fn unix_rounded_up(time: OffsetDateTime) -> i64 {
    time.unix_timestamp() + i64::from(time.nanosecond() > 0)
}
