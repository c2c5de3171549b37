//! Reads the files again when they change.

use std::{sync::Arc, time::Duration};

use actix_web::{rt, web::block};
use anyhow::Result;
use rustls::crypto::CryptoProvider;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};

use super::{
    current::Current,
    files::{Contents, TlsFiles},
};

/// How often the files are looked at. They are small, and compared as they are: times and lengths tell too little where files
/// are replaced by links.
const LOOK: Duration = Duration::from_secs(2);

/// The files, and what was seen of them.
pub(crate) struct Watch {
    files: TlsFiles,
    served: Contents,
    current: Arc<Current>,
    provider: Arc<CryptoProvider>,
    trouble: Option<Trouble>,
}

/// Why what is in the files can't be served.
struct Trouble {
    reason: String,
    is_told: bool,
}

/// What a look at the files brought.
#[derive(Debug, PartialEq, Eq)]
enum News {
    /// Nothing that was not told before.
    None,
    /// They are as they were.
    Unchanged,
    /// New connections are shown another certificate.
    Replaced,
    /// What is there can't be served.
    Broken(String),
}

impl Watch {
    pub(crate) fn new(
        files: TlsFiles,
        served: Contents,
        current: Arc<Current>,
        provider: Arc<CryptoProvider>,
    ) -> Self {
        Self { files, served, current, provider, trouble: None }
    }

    /// Looks from now on, as long as the process is there.
    pub(crate) fn start(self) -> Result<()> {
        let asked = signal(SignalKind::hangup())?;
        rt::spawn(self.keep_looking(asked));
        Ok(())
    }

    async fn keep_looking(mut self, mut hangup: Signal) {
        loop {
            let is_asked = timeout(LOOK, hangup.recv()).await.is_ok();
            let files = self.files.clone();
            // Beside what answers requests: a disk may be slow.
            let Ok(seen) = block(move || files.read()).await else { continue };
            tell(self.look(seen, is_asked));
        }
    }

    /// Compares, and serves what is new if it is a certificate and its key. The two are not replaced at once: what does not go
    /// together is told only if the next look finds it too, or whoever wrote it asks for it to be read.
    fn look(&mut self, seen: Result<Contents>, is_asked: bool) -> News {
        let new = seen.and_then(|contents| {
            if contents == self.served {
                return Ok(None);
            }
            let key = self.files.certified_key(&contents, &self.provider)?;
            Ok(Some((contents, key)))
        });
        match new {
            Ok(None) => {
                self.trouble = None;
                if is_asked { News::Unchanged } else { News::None }
            }
            Ok(Some((contents, key))) => {
                self.current.replace(key);
                (self.served, self.trouble) = (contents, None);
                News::Replaced
            }
            Err(error) => self.note(format!("{error:#}"), is_asked),
        }
    }

    fn note(&mut self, reason: String, is_asked: bool) -> News {
        let before = self.trouble.take().filter(|before| before.reason == reason);
        let was_told = before.as_ref().is_some_and(|before| before.is_told);
        let tell = is_asked || (before.is_some() && !was_told);
        self.trouble = Some(Trouble { reason: reason.clone(), is_told: was_told || tell });
        if tell { News::Broken(reason) } else { News::None }
    }
}

fn tell(news: News) {
    match news {
        News::None => {}
        News::Unchanged => tracing::info!("the certificate and its key are as they were"),
        News::Replaced => tracing::info!("new connections get the new certificate"),
        News::Broken(reason) => {
            tracing::warn!(reason, "the new certificate can't be used: the old one is still served");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rcgen::CertifiedKey;
    use tempfile::TempDir;

    use super::*;
    use crate::tls::{Tls, TlsFile};

    struct Place(TempDir);

    impl Place {
        fn write(&self, certificate: &str, key: &str) {
            std::fs::write(self.0.path().join("cert.pem"), certificate).unwrap();
            std::fs::write(self.0.path().join("key.pem"), key).unwrap();
        }

        fn files(&self) -> TlsFiles {
            let file = |name: &str, origin: &str| TlsFile {
                path: Path::join(self.0.path(), name),
                origin: origin.to_owned(),
            };
            TlsFiles { certificate: file("cert.pem", "tls_cert"), key: file("key.pem", "tls_key") }
        }
    }

    fn pair() -> (String, String) {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    #[test]
    fn what_is_whole_is_served_at_once_and_what_is_broken_is_told_once() {
        let place = Place(TempDir::new().unwrap());
        let ((old, old_key), (new, new_key)) = (pair(), pair());
        place.write(&old, &old_key);
        let mut watch = Tls::open(place.files()).unwrap().watch;
        let mut look = |is_asked| {
            let seen = watch.files.read();
            let news = watch.look(seen, is_asked);
            (news, watch.current.certificate())
        };
        let first = look(false);
        assert_eq!(first.0, News::None);
        assert_eq!(look(true).0, News::Unchanged);

        // Half replaced, and then whole.
        place.write(&new, &old_key);
        assert_eq!(look(false).0, News::None);
        place.write(&new, &new_key);
        let second = look(false);
        assert_eq!(second.0, News::Replaced);
        assert_ne!(first.1, second.1);

        // Broken for good.
        place.write(&new, "nonsense");
        assert_eq!(look(false).0, News::None);
        let (news, served) = look(false);
        assert!(matches!(&news, News::Broken(reason) if reason.contains("tls_key")), "{news:?}");
        assert_eq!(served, second.1);
        assert_eq!(look(false).0, News::None);
        assert!(matches!(look(true).0, News::Broken(_)), "whoever asks is told again");
        assert_eq!(look(false).0, News::None);

        // Broken in another way.
        place.write("nonsense", &new_key);
        assert_eq!(look(false).0, News::None);
        assert!(matches!(look(false).0, News::Broken(_)));
        place.write(&new, &new_key);
        assert_eq!(look(false).0, News::None);
    }
}
