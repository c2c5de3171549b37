//! One request, one answer.

use bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::{ApiKey, Settings, SettingsError};

/// A way to one server, with the connections that are open to it.
#[derive(Debug)]
pub(super) struct Client {
    http: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    api_key: Option<ApiKey>,
}

impl Client {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls(settings.base_url.is_https())?);
        let connector =
            if settings.base_url.is_https() { connector.https_only() } else { connector.https_or_http() };
        let http = legacy::Client::builder(TokioExecutor::new()).build(connector.enable_http1().build());
        Ok(Self { http, uri: settings.base_url.completions(), api_key: settings.api_key.clone() })
    }
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
