//! What a page shows once, and a browser must keep nowhere.

use std::time::Duration;

use serde_json::json;
use thirtyfour::BrowserLogEntry;

use super::Browser;

impl Browser {
    /// Holds the browser, now and when it is closed, to have a secret nowhere but on the page that shows it.
    pub(crate) async fn knows_secret(&self, secret: &str) {
        self.secrets.lock().unwrap().push(secret.to_owned());
        self.keeps_nothing_of(secret).await;
    }

    /// Holds a page that comes after the one with a secret to be without it, and so the way back, which leads here again.
    pub(crate) async fn has_forgotten(&self, secret: &str) {
        let here = self.address().await;
        self.goes_back_without(secret).await;
        self.open_page(&here).await;
    }

    /// The same where the browser is made to send the form once more on the way, which makes nothing.
    pub(crate) async fn has_forgotten_for_good(&self, secret: &str) {
        let here = self.address().await;
        self.goes_back_without(secret).await;
        self.driver.refresh().await.unwrap();
        self.shows_nothing_of(secret, "loaded again").await;
        self.does_not_say("You won't see this again.").await;
        self.open_page(&here).await;
    }

    async fn goes_back_without(&self, secret: &str) {
        assert!(!self.source().await.contains(secret), "{}: the secret is shown once", self.name);
        self.keeps_nothing_of(secret).await;
        self.driver.back().await.unwrap();
        self.shows_nothing_of(secret, "on the way back").await;
    }

    /// Now, and when a script has had time to draw something.
    async fn shows_nothing_of(&self, secret: &str, when: &str) {
        for _ in 0..2 {
            let fields = "[...document.querySelectorAll('input, textarea')].map(one => one.value).join()";
            let values = self.ask(fields).await;
            let values = values.as_str().unwrap();
            let shown = self.source().await.contains(secret) || values.contains(secret);
            assert!(!shown, "{}: the secret is there {when}: {}", self.name, self.text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn keeps_nothing_of(&self, secret: &str) {
        let storage = self.ask("JSON.stringify([{...localStorage}, {...sessionStorage}])").await;
        let cookies = self.devtools("Network.getAllCookies", json!({})).await;
        let history = self.devtools("Page.getNavigationHistory", json!({})).await;
        for (place, kept) in [("storage", storage), ("cookies", cookies), ("history", history)] {
            let kept = kept.to_string();
            assert!(kept.len() > 4 && !kept.contains(secret), "{}: {place}: {kept}", self.name);
        }
    }

    /// In no address, cookie or form that went to the server, and in no header that came from it.
    pub(super) fn has_sent_no_secret(&self, went: &[BrowserLogEntry]) {
        for secret in self.secrets.lock().unwrap().iter() {
            for entry in went {
                assert!(
                    !entry.message.contains(secret),
                    "{}: a secret travels: {}",
                    self.name,
                    entry.message
                );
            }
        }
    }
}
