//! TLS: the certificate and its key are in files, and are read again when these change. Nothing is set for the whole process:
//! ring is named where the configuration is made.

mod current;
mod files;
mod watch;

use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
};

pub(crate) use self::files::{TlsFile, TlsFiles};
use self::{current::Current, watch::Watch};

/// What a listener that speaks TLS needs.
pub(crate) struct Tls {
    provider: Arc<CryptoProvider>,
    current: Arc<Current>,
    watch: Watch,
}

impl Tls {
    /// Reads the files. Fails if they are not a certificate and its key, and says which is wrong.
    pub(crate) fn open(files: TlsFiles) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let contents = files.read()?;
        let current = Arc::new(Current::new(files.certified_key(&contents, &provider)?));
        let watch = Watch::new(files, contents, current.clone(), provider.clone());
        Ok(Self { provider, current, watch })
    }

    /// TLS 1.2 and 1.3, for any client. What it offers in ALPN (RFC 7301), actix-web adds: the versions of HTTP that it speaks.
    pub(crate) fn config(&self) -> Result<ServerConfig> {
        let config = ServerConfig::builder_with_provider(self.provider.clone());
        let config = config.with_safe_default_protocol_versions().context("TLS can't be set up")?;
        Ok(config.with_no_client_auth().with_cert_resolver(self.current.clone()))
    }

    /// Looks at the files every few seconds, and at once on SIGHUP.
    pub(crate) fn keep_up_to_date(self) -> Result<()> {
        self.watch.start()
    }
}
