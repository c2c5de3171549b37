//! One request, one answer.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header, response::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::Value;

use super::{ApiKey, Settings, SettingsError, retry_after::retry_after, trouble::Trouble};

/// No answer of a few fields is larger.
const LARGEST: usize = 1 << 20;

/// A way to one server, with the connections that are open to it. Redirects are not followed: the key is for this server.
#[derive(Debug)]
pub(super) struct Client {
    http: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    api_key: Option<ApiKey>,
}

impl Client {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let is_https = settings.base_url.is_https();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls(is_https)?);
        let connector = if is_https { connector.https_only() } else { connector.https_or_http() };
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector.enable_http1().build());
        Ok(Self { http, uri: settings.base_url.completions(), api_key: settings.api_key.clone() })
    }

    /// Sends one request, and reads the whole of a successful answer.
    pub(super) async fn post(&self, body: Bytes) -> Result<Bytes, Trouble> {
        let answer = self.http.request(self.request(body)).await.map_err(Trouble::Connection)?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map(http_body_util::Collected::to_bytes);
        if !head.status.is_success() {
            return Err(refused(&head, &body.unwrap_or_default()));
        }
        body.map_err(|error| {
            if error.is::<LengthLimitError>() { Trouble::TooLarge(LARGEST) } else { Trouble::Body(error) }
        })
    }

    fn request(&self, body: Bytes) -> Request<Full<Bytes>> {
        const AGENT: HeaderValue = HeaderValue::from_static(concat!("leadkeep/", env!("CARGO_PKG_VERSION")));
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, AGENT);
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::ACCEPT, JSON);
        if let Some(key) = &self.api_key {
            headers.insert(header::AUTHORIZATION, key.authorization());
        }
        request
    }
}

fn refused(head: &Parts, body: &[u8]) -> Trouble {
    match head.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Trouble::KeyRefused(head.status),
        status => Trouble::Status { status, code: code(body), retry_after: retry_after(&head.headers) },
    }
}

/// What is wrong, where the server gives it a name that is known: what else it writes may repeat the text, or the key.
fn code(body: &[u8]) -> Option<&'static str> {
    const KNOWN: &[&str] = &[
        "context_length_exceeded",
        "insufficient_quota",
        "invalid_request_error",
        "model_not_found",
        "rate_limit_exceeded",
        "server_error",
        "unsupported_parameter",
        "unsupported_value",
    ];
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get("error")?;
    let said = |member| error.get(member).and_then(Value::as_str);
    [said("code"), said("type")]
        .into_iter()
        .flatten()
        .find_map(|said| KNOWN.iter().find(|known| **known == said).copied())
}

/// With the machine's CA certificates, or none where nothing is encrypted.
///
/// The cryptography is named here, so that none has to be set for the whole process.
fn tls(is_used: bool) -> Result<ClientConfig, SettingsError> {
    let builder = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(SettingsError::Tls)?;
    let trusted = if is_used {
        builder.with_native_roots().map_err(SettingsError::Certificates)?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    Ok(trusted.with_no_client_auth())
}
