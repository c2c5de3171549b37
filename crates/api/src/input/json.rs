use std::{future::Future, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderName},
    rt::time::timeout,
    web::{self, Bytes},
};
use serde_json::{Map, Value};

use leadkeep_service::input::Faults;
use leadkeep_transfer::strict_json;

use super::Fields;
use crate::admission::header_text;
use crate::problem::{Code, Problem};

/// How large a body may be, in bytes.
pub(crate) const MAX_BODY: usize = 256 * 1024;

/// How long a body may take to come.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// The media type of most bodies.
pub(crate) const JSON: &str = "application/json";

/// A body that is a JSON object.
pub(crate) struct JsonBody<const MAX: usize = MAX_BODY> {
    pub(crate) fields: Fields,
    /// As it came.
    pub(crate) raw: Bytes,
}

impl<const MAX: usize> FromRequest for JsonBody<MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = media_type(request, &[JSON]);
        let body = read_at_most(MAX, request, payload);
        Box::pin(async move {
            kind?;
            let raw = body.await?;
            Ok(Self { fields: Fields::new(parse_object(&raw, MAX)?), raw })
        })
    }
}

impl JsonBody {
    pub(crate) fn parse(raw: Bytes) -> Result<Self, Problem> {
        Ok(Self { fields: Fields::new(parse_object(&raw, MAX_BODY)?), raw })
    }

    /// The members of a body that a request says to be JSON.
    pub(crate) fn members(request: &HttpRequest, raw: &[u8]) -> Result<Map<String, Value>, Problem> {
        media_type(request, &[JSON])?;
        parse_object(raw, MAX_BODY)
    }
}

fn parse_object(bytes: &[u8], max: usize) -> Result<Map<String, Value>, Problem> {
    if bytes.len() > max {
        return Err(too_large(max));
    }
    let value = strict_json(bytes)
        .map_err(|error| Problem::invalid_request(format!("The body is not valid JSON: {error}")))?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Faults::one("body", "must be an object").into()),
    }
}

/// Reads a body to its end, if it comes in time and is not too large.
pub(crate) fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    read_at_most(MAX_BODY, request, payload)
}

fn read_at_most(
    max: usize,
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let length = header_text(request, header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    // A body that says how large it is need not come first.
    let is_large = length.is_some_and(|length: usize| length > max);
    let body = web::Payload::from_request(request, payload).into_inner();
    async move {
        let body = body.ok().filter(|_| !is_large).ok_or_else(|| too_large(max))?;
        match timeout(BODY_PATIENCE, body.to_bytes_limited(max)).await {
            Ok(Ok(Ok(bytes))) => Ok(bytes),
            Ok(Err(_)) => Err(too_large(max)),
            Ok(Ok(Err(_))) => Err(Problem::invalid_request("The body could not be read to its end")),
            Err(_) => Err(Problem::new(Code::RequestTimeout, "The body did not come in time")),
        }
    }
}

fn too_large(max: usize) -> Problem {
    Problem::new(Code::PayloadTooLarge, format!("The body must be at most {max} bytes"))
}

/// Which of these media types a body is said to be. A body that is compressed, or in another character set than UTF-8, is
/// nothing that this server reads.
pub(crate) fn media_type(
    request: &HttpRequest,
    known: &'static [&'static str],
) -> Result<&'static str, Problem> {
    let text = |name: HeaderName| header_text(request, name);
    let plain = text(header::CONTENT_ENCODING).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
    let mut parts = text(header::CONTENT_TYPE).unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.all(|parameter| {
        let charset = parameter.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
        charset.is_none_or(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"))
    });
    let known_one = known.iter().find(|known| essence.eq_ignore_ascii_case(known));
    known_one.filter(|_| plain && utf8).copied().ok_or_else(|| {
        let wanted = known.join(" or ");
        let message = format!("Content-Type must be {wanted}, in UTF-8 and not compressed");
        Problem::new(Code::UnsupportedMediaType, message)
    })
}
