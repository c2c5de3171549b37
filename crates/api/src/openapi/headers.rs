//! The headers of answers.

use super::{
    Json,
    json::object,
    schema::{self, Schema},
};

/// A header: its name, the name among the components, and what it says.
struct Header {
    name: &'static str,
    component: &'static str,
    schema: fn() -> Schema,
    says: &'static str,
}

const REQUEST_ID: Header = Header {
    name: "X-Request-Id",
    component: "RequestId",
    schema: || {
        schema::string().pattern("^[A-Za-z0-9_.:-]{1,128}$").example("01a200d8-0ca0-7139-ae49-5c3977431d1f")
    },
    says: "Names the request in the server's log and in histories: the one you sent, or one that the \
           server made.",
};

/// What every answer behind the gate says of the tightest bucket.
const BUDGET: [Header; 5] = [
    Header {
        name: "X-RateLimit-Limit",
        component: "RateLimitLimit",
        schema: || schema::count().example(60),
        says: "Calls that a window of 60 seconds allows.",
    },
    Header {
        name: "X-RateLimit-Remaining",
        component: "RateLimitRemaining",
        schema: || schema::count().example(42),
        says: "Calls that are left in this window.",
    },
    Header {
        name: "X-RateLimit-Reset",
        component: "RateLimitReset",
        schema: || schema::count().example(1_795_322_650),
        says: "When the window ends, in Unix seconds, rounded up. In the spelo dialect: the seconds until \
               then.",
    },
    Header {
        name: "RateLimit-Policy",
        component: "RateLimitPolicy",
        schema: || schema::string().example(r#""default";q=60;w=60"#),
        says: "The limit and its window, in the form of the IETF's draft.",
    },
    Header {
        name: "RateLimit",
        component: "RateLimit",
        schema: || schema::string().example(r#""default";r=42;t=17"#),
        says: "What is left, and the seconds until the window ends, in the form of the IETF's draft.",
    },
];

const RETRY_AFTER: Header = Header {
    name: "Retry-After",
    component: "RetryAfter",
    schema: || schema::integer(1, i64::from(u32::MAX)).example(12),
    says: "Seconds to wait, rounded up.",
};

const CHALLENGE: Header = Header {
    name: "WWW-Authenticate",
    component: "WwwAuthenticate",
    schema: || schema::string().example(r#"Bearer realm="leadkeep", error="invalid_token""#),
    says: "How to authenticate, and what was wrong.",
};

const ETAG: Header = Header {
    name: "ETag",
    component: "EntityTag",
    schema: || schema::string().pattern(r#"^"[0-9]+"$"#).example("\"3\""),
    says: "The lead's version in quotes, for If-Match.",
};

const LOCATION: Header = Header {
    name: "Location",
    component: "Location",
    schema: || schema::string().example("/api/v1/workflow-runs/run_01a201911b3f711194ed003feb341917"),
    says: "The path of the run.",
};

const ONWARD: Header = Header {
    name: "Location",
    component: "Onward",
    schema: || schema::string().example("https://app.example/callback?error=access_denied"),
    says: "Where the browser goes on.",
};

const REPLAYED: Header = Header {
    name: "Idempotent-Replayed",
    component: "IdempotentReplayed",
    schema: || schema::string().pattern("^true$"),
    says: "Only there, and then true, where the answer is that of an earlier request with the same \
           Idempotency-Key.",
};

const DISPOSITION: Header = Header {
    name: "Content-Disposition",
    component: "ContentDisposition",
    schema: || schema::string().example("attachment; filename=\"run_01a201911b3f711194ed003feb341917.csv\""),
    says: "The name of the file.",
};

const CACHE_CONTROL: Header = Header {
    name: "Cache-Control",
    component: "CacheControl",
    schema: || schema::string().example("no-store"),
    says: "Nobody on the way may keep the answer.",
};

/// What an answer with success carries beside what all carry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    EntityTag,
    Location,
    /// Where a browser is sent.
    Onward,
    Disposition,
    NoStore,
}

impl Header {
    fn json(&self, required: bool) -> Json {
        let header = object! { "description": self.says };
        let header = if required { header.with("required", true) } else { header };
        header.with("schema", (self.schema)().into_json())
    }

    /// A reference to the header, which is always there.
    fn always(&self) -> (std::borrow::Cow<'static, str>, Json) {
        (self.name.into(), object! { "$ref": format!("#/components/headers/{}", self.component) })
    }

    fn sometimes(&self) -> (std::borrow::Cow<'static, str>, Json) {
        (self.name.into(), self.json(false))
    }
}

/// The headers that are always there where they are referred to.
pub(super) fn components() -> Json {
    let others = [REQUEST_ID, RETRY_AFTER, CHALLENGE, ETAG, LOCATION, ONWARD, DISPOSITION, CACHE_CONTROL];
    let all = BUDGET.into_iter().chain(others);
    all.map(|header| (header.component.into(), header.json(true))).collect()
}

/// The headers of an answer with success.
pub(super) fn of_success(behind_the_gate: bool, extra: &[Extra], replayable: bool) -> Json {
    let mut headers = vec![REQUEST_ID.always()];
    headers.extend(extra.iter().map(|extra| match extra {
        Extra::EntityTag => ETAG.always(),
        Extra::Location => LOCATION.always(),
        Extra::Onward => ONWARD.always(),
        Extra::Disposition => DISPOSITION.always(),
        Extra::NoStore => CACHE_CONTROL.always(),
    }));
    if replayable {
        headers.push(REPLAYED.sometimes());
    }
    if behind_the_gate {
        headers.extend(BUDGET.iter().map(Header::always));
    }
    headers.into_iter().collect()
}

/// The headers of an error.
pub(super) fn of_error(status: u16, behind_the_gate: bool, waiting: bool) -> Json {
    let mut headers = vec![REQUEST_ID.always()];
    match status {
        401 => headers.push(CHALLENGE.always()),
        403 if behind_the_gate => headers.push(CHALLENGE.sometimes()),
        429 | 503 => headers.push(RETRY_AFTER.always()),
        _ if waiting => headers.push(RETRY_AFTER.sometimes()),
        _ => {}
    }
    if behind_the_gate {
        // Whoever was not let in has no budget; where the database was away, nobody knows it.
        match status {
            401 => {}
            429 | 500 | 503 => headers.extend(BUDGET.iter().map(Header::sometimes)),
            _ => headers.extend(BUDGET.iter().map(Header::always)),
        }
    }
    headers.into_iter().collect()
}
