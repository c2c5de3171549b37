use std::{fs::File, io::Read, path::PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use rustls::{
    Error, InconsistentKeys,
    crypto::CryptoProvider,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};
use zeroize::Zeroizing;

/// More than any chain of certificates has, in bytes.
const MAX: u64 = 1024 * 1024;

/// Where the certificate and its key are.
#[derive(Clone)]
pub(crate) struct TlsFiles {
    /// The server's certificate, then those that lead from it towards the root.
    pub(crate) certificate: TlsFile,
    pub(crate) key: TlsFile,
}

/// A file, and the setting that names it.
#[derive(Clone)]
pub(crate) struct TlsFile {
    pub(crate) path: PathBuf,
    pub(crate) origin: String,
}

/// What was in the files.
#[derive(PartialEq, Eq)]
pub(crate) struct Contents {
    certificate: Zeroizing<Vec<u8>>,
    key: Zeroizing<Vec<u8>>,
}

impl TlsFiles {
    pub(crate) fn read(&self) -> Result<Contents> {
        Ok(Contents { certificate: self.certificate.read()?, key: self.key.read()? })
    }

    /// The certificate with its key, if that is what they are: each is read, and their public keys are compared.
    pub(crate) fn certified_key(
        &self,
        contents: &Contents,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey> {
        let chain = self.chain(&contents.certificate)?;
        let key = self.private_key(&contents.key)?;
        let key = provider.key_provider.load_private_key(key);
        let key =
            key.map_err(|error| self.key.complain(&format!("holds no key that can be used: {error}")))?;
        let certified = CertifiedKey::new(chain, key);
        certified.keys_match().map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                let certificate = self.certificate.path.display();
                self.key.complain(&format!("is not the key of the first certificate in {certificate}"))
            }
            error => {
                self.certificate.complain(&format!("begins with a certificate that can't be used: {error}"))
            }
        })?;
        Ok(certified)
    }

    fn chain(&self, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let chain = chain.map_err(|error| self.certificate.complain(&format!("is no PEM: {error}")))?;
        ensure!(!chain.is_empty(), self.certificate.complain("holds no certificate in PEM"));
        Ok(chain)
    }

    /// The first one. The complaint has nothing of what is there in its place.
    fn private_key(&self, pem: &[u8]) -> Result<PrivateKeyDer<'static>> {
        PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
            pem::Error::NoItemsFound => {
                self.key.complain("holds no private key in PEM, or one that is encrypted")
            }
            _ => self.key.complain("is no PEM"),
        })
    }
}

impl TlsFile {
    fn read(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::new());
        let read = File::open(&self.path).and_then(|file| file.take(MAX + 1).read_to_end(&mut bytes));
        read.with_context(|| format!("{}: can't read {}", self.origin, self.path.display()))?;
        ensure!(u64::try_from(bytes.len())? <= MAX, self.complain("is larger than 1 MiB"));
        Ok(bytes)
    }

    fn complain(&self, what: &str) -> anyhow::Error {
        anyhow!("{}: {} {what}", self.origin, self.path.display())
    }
}
