use std::{fmt, sync::Arc};

use parking_lot::RwLock;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// The certificate that new connections are shown. Those that are open go on with theirs.
pub(crate) struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    pub(crate) fn new(key: CertifiedKey) -> Self {
        Self(RwLock::new(Arc::new(key)))
    }

    pub(crate) fn replace(&self, key: CertifiedKey) {
        *self.0.write() = Arc::new(key);
    }

    /// The server's own certificate, in DER.
    #[cfg(test)]
    pub(crate) fn certificate(&self) -> Vec<u8> {
        self.0.read().end_entity_cert().unwrap().to_vec()
    }
}

impl ResolvesServerCert for Current {
    /// The one that there is, whatever name the client asks for: it is the client that compares names.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().clone())
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current(..)")
    }
}
