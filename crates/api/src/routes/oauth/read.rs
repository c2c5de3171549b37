//! From a request to what it asks for.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, dev::Payload, http::header};
use leadkeep_credentials::{BasicCredentials, GrantType};

use super::{Style, Writing, answer::invalid_client};
use crate::{
    admission::header_text,
    input::{Fields, JsonBody, decode_pairs, read_body, text},
    problem::Problem,
};

/// What the token endpoint knows.
pub(super) const TOKEN_PARAMETERS: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
];

/// What revoking and introspecting know.
pub(super) const TOKEN_STATUS_PARAMETERS: &[&str] =
    &["client_id", "client_secret", "token", "token_type_hint"];

/// What a client asks. Nothing of it is shown to anybody: among it are secrets, right or wrong.
pub(super) struct Asked {
    pub(super) client_id: String,
    client_secret: Option<String>,
    parameters: Parameters,
}

type Parameters = BTreeMap<&'static str, String>;

impl Asked {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| missing(name))
    }

    pub(super) fn secret(&self) -> Option<&str> {
        self.client_secret.as_deref()
    }
}

fn missing(name: &str) -> Problem {
    Problem::invalid_request(format!("{name} is missing"))
}

/// Reads the parameters of these names.
pub(super) async fn asked(
    writing: Writing,
    style: Style,
    names: &'static [&'static str],
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<Asked, Problem> {
    let bytes = read_body(request, payload).await?;
    let mut parameters = match writing {
        Writing::Json => from_json(JsonBody::parse(bytes)?.fields, style, names)?,
        Writing::Form => from_form(&bytes, names)?,
    };
    let (id, secret) = (parameters.remove("client_id"), parameters.remove("client_secret"));
    let (client_id, client_secret) = client(request, id, secret)?;
    if names.contains(&"grant_type") && !parameters.contains_key("grant_type") {
        return Err(missing("grant_type"));
    }
    // To the RFC a client that does not authenticate is one that fails to (§5.2); in Slokoto's document it is a member
    // that is missing.
    let unauthenticated = |name: &str| match style {
        Style::Canonical => missing(name),
        Style::Rfc { .. } => invalid_client(),
    };
    let asked = Asked {
        client_id: client_id.ok_or_else(|| unauthenticated("client_id"))?,
        client_secret,
        parameters,
    };
    let is_for_itself = asked.get("grant_type") == Some(GrantType::ClientCredentials.as_str());
    if is_for_itself && asked.client_secret.is_none() {
        return Err(unauthenticated("client_secret"));
    }
    Ok(asked)
}

/// Slokoto's document names every member, so another is a mistake; to the RFC it is to be passed over (§3.2).
fn from_json(
    mut fields: Fields,
    style: Style,
    names: &'static [&'static str],
) -> Result<Parameters, Problem> {
    let taken = names.iter().filter_map(|name| fields.optional(name, text(Ok)).map(|value| (*name, value)));
    let parameters = taken.collect();
    match style {
        Style::Canonical => fields.finish()?,
        Style::Rfc { .. } => fields.finish_passing_over_others()?,
    }
    Ok(parameters)
}

/// A repeated parameter is refused, one without a value is as good as absent, an unknown one is passed over
/// (RFC 6749 §3.2).
fn from_form(bytes: &[u8], names: &'static [&'static str]) -> Result<Parameters, Problem> {
    let pairs = std::str::from_utf8(bytes).ok().and_then(decode_pairs);
    let pairs = pairs.ok_or_else(|| Problem::invalid_request("The form is not UTF-8, percent-encoded"))?;
    let mut values = BTreeMap::new();
    for (name, value) in pairs {
        if values.insert(name, value).is_some() {
            return Err(Problem::invalid_request("A parameter is repeated"));
        }
    }
    let mut take = |name: &&'static str| {
        let value = values.remove(*name).filter(|value| !value.is_empty());
        value.map(|value| (*name, value))
    };
    Ok(names.iter().filter_map(&mut take).collect())
}

/// The client's id and secret: from the body, or from a Basic header, but not from both (RFC 6749 §2.3).
fn client(
    request: &HttpRequest,
    id: Option<String>,
    secret: Option<String>,
) -> Result<(Option<String>, Option<String>), Problem> {
    let Some(header) = header_text(request, header::AUTHORIZATION) else { return Ok((id, secret)) };
    let basic = BasicCredentials::parse_header(header).map_err(|_| invalid_client())?;
    if secret.is_some() || id.is_some_and(|id| id != basic.id) {
        return Err(Problem::invalid_request("The client must authenticate in one way, not in two"));
    }
    // A public app has an empty one where its library always sends the header.
    let secret = Some(basic.expose_secret().to_owned()).filter(|secret| !secret.is_empty());
    Ok((Some(basic.id), secret))
}
