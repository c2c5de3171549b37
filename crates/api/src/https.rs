//! Where https is required, a credential that comes in the clear is refused, and named in the log: whoever was on the way has
//! it now. It is not looked up, so nothing is told of it and it takes from nobody's budget.

use actix_web::{
    HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
};
use leadkeep_credentials::{BasicCredentials, find_secrets};
use leadkeep_service::Exposed;
use serde_json::{Map, Value};

use crate::{
    client_address::address,
    input::{decode_pairs, read_body},
    problem::Problem,
    scheme::{Scheme, scheme},
    state::ApiState,
};

/// The parameters of a token request that are secret (RFC 6749 §§2.3.1, 4.1.3, 6), and what people call them.
const SECRET_PARAMETERS: [(&str, &str); 3] =
    [("client_secret", "client secret"), ("refresh_token", "refresh token"), ("code", "authorization code")];

/// Refuses a request whose `Authorization` header came in the clear. Goes before everything that reads the header.
pub(crate) fn insist(state: &ApiState, request: &HttpRequest) -> Result<(), Problem> {
    if is_lacking(state, request) { refuse(state, request, in_header(request.headers())) } else { Ok(()) }
}

/// As [`insist`], of the token endpoint: there a body may hold a secret too. What was read of it is put back.
pub(crate) async fn insist_with_body(
    state: &ApiState,
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<(), Problem> {
    if !is_lacking(state, request) {
        return Ok(());
    }
    refuse(state, request, in_header(request.headers()))?;
    let body = read_body(request, payload).await?;
    refuse(state, request, in_body(&body))?;
    *payload = body.into();
    Ok(())
}

fn is_lacking(state: &ApiState, request: &HttpRequest) -> bool {
    state.require_https && scheme(request) == Scheme::Http
}

fn refuse(state: &ApiState, request: &HttpRequest, exposed: Option<Exposed>) -> Result<(), Problem> {
    let Some(exposed) = exposed else { return Ok(()) };
    state.exposures.note(exposed, address(request));
    Err(Problem::https_required())
}

/// The secret of an `Authorization` header, in whatever scheme.
fn in_header(headers: &HeaderMap) -> Option<Exposed> {
    let values = headers.get_all(header::AUTHORIZATION).map(|value| value.as_bytes().trim_ascii());
    let mut values = values.filter(|value| !value.is_empty()).peekable();
    values.peek()?;
    let recognized = values.find_map(|value| recognize(value).or_else(|| in_basic(value)));
    recognized.or(Some(Exposed::unrecognized("credential")))
}

fn in_basic(value: &[u8]) -> Option<Exposed> {
    let basic = BasicCredentials::parse_header(std::str::from_utf8(value).ok()?).ok()?;
    recognize(basic.expose_secret().as_bytes()).or_else(|| recognize(basic.id.as_bytes()))
}

/// The secret of a token request, however it is written: what is no request that the endpoint takes was sent all the same.
fn in_body(body: &[u8]) -> Option<Exposed> {
    let parameters = parameters(body);
    let decoded = parameters.iter().find_map(|(_, value)| recognize(value.as_bytes()));
    let named = || {
        let named = |(name, _): &&(&str, &str)| {
            parameters.iter().any(|(given, value)| given == name && !value.is_empty())
        };
        SECRET_PARAMETERS.iter().find(named).map(|(_, kind)| Exposed::unrecognized(kind))
    };
    decoded.or_else(|| recognize(body)).or_else(named)
}

/// The members of a JSON object, or the pairs of a form.
fn parameters(body: &[u8]) -> Vec<(String, String)> {
    if let Ok(members) = serde_json::from_slice::<Map<String, Value>>(body) {
        return members.into_iter().map(|(name, value)| (name, text(value))).collect();
    }
    std::str::from_utf8(body).ok().and_then(decode_pairs).unwrap_or_default()
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn recognize(bytes: &[u8]) -> Option<Exposed> {
    find_secrets(bytes).next().map(|found| Exposed::of(&found.secret))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use leadkeep_credentials::{Secret, SecretKind};

    use super::*;

    fn secret(kind: SecretKind) -> (String, Exposed) {
        let secret = Secret::generate(kind).unwrap();
        (secret.expose().to_owned(), Exposed::of(&secret))
    }

    #[test]
    fn a_header_is_named_by_the_form_of_what_is_in_it() {
        #[track_caller]
        fn check(headers: &[&str], expect: Option<&Exposed>) {
            let mut request = TestRequest::default();
            for value in headers {
                request = request.append_header((header::AUTHORIZATION, *value));
            }
            assert_eq!(in_header(request.to_http_request().headers()).as_ref(), expect, "{headers:?}");
        }
        let (key, named) = secret(SecretKind::ApiKey);
        let unrecognized = Exposed::unrecognized("credential");
        check(&[], None);
        check(&[""], None);
        check(&["  "], None);
        check(&[&format!("Bearer {key}")], Some(&named));
        check(&[&key], Some(&named)); // the scheme is missing
        check(&["", &format!("Bearer {key}")], Some(&named));
        check(&["Bearer nonsense", &format!("Bearer {key}")], Some(&named));
        check(&["Bearer nonsense"], Some(&unrecognized));
        check(&["Basic aWQ6c2VjcmV0"], Some(&unrecognized));
        check(&["Basic"], Some(&unrecognized));
    }

    #[test]
    fn a_basic_header_is_named_by_the_secret_in_it() {
        let (text, named) = secret(SecretKind::ClientSecret);
        let basic = actix_web::http::header::HeaderValue::from_str(&format!(
            "Basic {}",
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("id:{text}"))
        ));
        let request = TestRequest::default().append_header((header::AUTHORIZATION, basic.unwrap()));
        assert_eq!(in_header(request.to_http_request().headers()), Some(named));
    }

    #[test]
    fn a_body_is_named_by_the_form_of_what_is_in_it_or_by_its_parameter() {
        #[track_caller]
        fn check(body: &str, expect: Option<&Exposed>) {
            assert_eq!(in_body(body.as_bytes()).as_ref(), expect, "{body}");
        }
        let (text, named) = secret(SecretKind::ClientSecret);
        let escaped = text.replace('_', "\\u005f");
        let encoded = text.replace('_', "%5F");
        let (client, refresh) =
            (Exposed::unrecognized("client secret"), Exposed::unrecognized("refresh token"));
        check("", None);
        check("grant_type=client_credentials&client_id=x", None);
        check(r#"{"grant_type":"client_credentials"}"#, None);
        check(&format!("client_secret={text}"), Some(&named));
        check(&format!("client_secret={encoded}"), Some(&named));
        check(&format!(r#"{{"client_secret":"{text}"}}"#), Some(&named));
        check(&format!(r#"{{"client_secret":"{escaped}"}}"#), Some(&named));
        check(&format!(r#"{{"client_secret":["{text}"]}}"#), Some(&named));
        check(&format!(r#"{{"scope":"{text}"}}"#), Some(&named)); // in a wrong place
        check(&format!(r#"{{"client_secret":"{text}""#), Some(&named)); // cut short
        check(&format!(r#"{{"a":"{text}","a":""}}"#), Some(&named)); // overwritten
        check(&text, Some(&named));
        check("client_secret=guess", Some(&client));
        check("client_secret=", None);
        check(r#"{"client_secret":"guess"}"#, Some(&client));
        check(r#"{"client_secret":7}"#, Some(&client));
        check(r#"{"client_secret":null}"#, None);
        check("grant_type=refresh_token&refresh_token=x", Some(&refresh));
        check("grant_type=authorization_code&code=x", Some(&Exposed::unrecognized("authorization code")));
    }
}
