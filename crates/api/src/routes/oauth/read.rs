//! From a request to what it asks for.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, dev::Payload, http::header};
use leadkeep_credentials::BasicCredentials;

use super::{Style, Writing, answer::invalid_client};
use crate::{
    admission::header_text,
    input::{Fields, JsonBody, decode_pairs, read_body, text},
    problem::Problem,
};

/// What a client asks of the token endpoint.
pub(super) struct Asked {
    pub(super) grant_type: String,
    pub(super) client_id: String,
    pub(super) client_secret: Sensitive,
    pub(super) scope: Option<String>,
}

/// A text that is shown to nobody: what was presented as a secret, right or wrong.
pub(super) struct Sensitive(String);

impl Sensitive {
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

/// The parameters of a request, however they were written.
struct Parameters {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
}

pub(super) async fn token_request(
    writing: Writing,
    style: Style,
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<Asked, Problem> {
    let bytes = read_body(request, payload).await?;
    let parameters = match writing {
        Writing::Json => from_json(JsonBody::parse(bytes)?.fields, style)?,
        Writing::Form => from_form(&bytes)?,
    };
    let missing = |name: &str| Problem::invalid_request(format!("{name} is missing"));
    let (client_id, client_secret) = client(request, parameters.client_id, parameters.client_secret)?;
    let grant_type = parameters.grant_type.ok_or_else(|| missing("grant_type"))?;
    // To the RFC a client that does not authenticate is one that fails to (§5.2); in Slokoto's document it is a member
    // that is missing.
    let unauthenticated = |name: &str| match style {
        Style::Canonical => missing(name),
        Style::Rfc { .. } => invalid_client(),
    };
    Ok(Asked {
        grant_type,
        client_id: client_id.ok_or_else(|| unauthenticated("client_id"))?,
        client_secret: client_secret.map(Sensitive).ok_or_else(|| unauthenticated("client_secret"))?,
        scope: parameters.scope,
    })
}

/// Slokoto's document names every member, so another is a mistake; to the RFC it is to be passed over (§3.2).
fn from_json(mut fields: Fields, style: Style) -> Result<Parameters, Problem> {
    let parameters = Parameters {
        grant_type: fields.optional("grant_type", text(Ok)),
        client_id: fields.optional("client_id", text(Ok)),
        client_secret: fields.optional("client_secret", text(Ok)),
        scope: fields.optional("scope", text(Ok)),
    };
    match style {
        Style::Canonical => fields.finish()?,
        Style::Rfc { .. } => fields.finish_passing_over_others()?,
    }
    Ok(parameters)
}

/// A repeated parameter is refused, one without a value is as good as absent, an unknown one is passed over
/// (RFC 6749 §3.2).
fn from_form(bytes: &[u8]) -> Result<Parameters, Problem> {
    let pairs = std::str::from_utf8(bytes).ok().and_then(decode_pairs);
    let pairs = pairs.ok_or_else(|| Problem::invalid_request("The form is not UTF-8, percent-encoded"))?;
    let mut values = BTreeMap::new();
    for (name, value) in pairs {
        if values.insert(name, value).is_some() {
            return Err(Problem::invalid_request("A parameter is repeated"));
        }
    }
    let mut take = |name: &str| values.remove(name).filter(|value| !value.is_empty());
    Ok(Parameters {
        grant_type: take("grant_type"),
        client_id: take("client_id"),
        client_secret: take("client_secret"),
        scope: take("scope"),
    })
}

/// The client's id and secret: from the body, or from a Basic header, but not from both (RFC 6749 §2.3).
fn client(
    request: &HttpRequest,
    id: Option<String>,
    secret: Option<String>,
) -> Result<(Option<String>, Option<String>), Problem> {
    let Some(header) = header_text(request, header::AUTHORIZATION.as_str()) else { return Ok((id, secret)) };
    let basic = BasicCredentials::parse_header(header).map_err(|_| invalid_client())?;
    if secret.is_some() || id.is_some_and(|id| id != basic.id) {
        return Err(Problem::invalid_request("The client must authenticate in one way, not in two"));
    }
    let secret = basic.expose_secret().to_owned();
    Ok((Some(basic.id), Some(secret)))
}
