use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, error::PayloadError, http::header, web::Bytes};
use serde_json::Value;

use super::{Fields, strict};
use crate::problem::{Code, Fault, Problem};

/// How large a body may be, in bytes.
pub(crate) const MAX_BODY: usize = 256 * 1024;

/// A body that is a JSON object.
pub(crate) struct JsonBody(pub(crate) Fields);

impl FromRequest for JsonBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = match media_type(request) {
            Ok("application/json") => Bytes::from_request(request, payload),
            Ok(_) => return refuse(unsupported("application/json")),
            Err(problem) => return refuse(problem),
        };
        Box::pin(async move { Self::parse(&bytes.await.map_err(|error| unread(&error))?) })
    }
}

impl JsonBody {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() > MAX_BODY {
            return Err(too_large());
        }
        let value = strict::parse(bytes)
            .map_err(|error| Problem::invalid_request(format!("The body is not valid JSON: {error}")))?;
        match value {
            Value::Object(members) => Ok(Self(Fields::new(members))),
            _ => Err(Problem::validation(&[Fault {
                field: "body".to_owned(),
                message: "must be an object".to_owned(),
            }])),
        }
    }
}

fn refuse<T: 'static>(problem: Problem) -> Pin<Box<dyn Future<Output = Result<T, Problem>>>> {
    Box::pin(std::future::ready(Err(problem)))
}

/// Why a body could not be read to its end.
pub(crate) fn unread(error: &actix_web::Error) -> Problem {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => too_large(),
        _ if error.as_response_error().status_code() == Code::PayloadTooLarge.status() => too_large(),
        _ => Problem::invalid_request("The body could not be read to its end"),
    }
}

fn too_large() -> Problem {
    Problem::new(Code::PayloadTooLarge, format!("The body must be at most {MAX_BODY} bytes"))
}

pub(crate) fn unsupported(wanted: &str) -> Problem {
    Problem::new(
        Code::UnsupportedMediaType,
        format!("Content-Type must be {wanted}, in UTF-8 and not compressed"),
    )
}

/// What a body is said to be, without parameters. A body that is compressed, or in another character set than UTF-8, is
/// nothing that this server reads.
pub(crate) fn media_type(request: &HttpRequest) -> Result<&'static str, Problem> {
    const KNOWN: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];
    let text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let wrong = || unsupported("application/json");
    if text(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(wrong());
    }
    let mut parts = text(header::CONTENT_TYPE).unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let readable = parts.all(|parameter| {
        let charset = parameter.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
        charset.is_none_or(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"))
    });
    let known = KNOWN.into_iter().find(|known| essence.eq_ignore_ascii_case(known));
    known.filter(|_| readable).ok_or_else(wrong)
}
