//! What people do with a browser.

use std::{
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use thirtyfour::{
    Key,
    prelude::{By, WebElement},
};

use super::Browser;

impl Browser {
    /// Types into a field, in the place of what is there.
    pub(crate) async fn fill(&self, field: &str, text: &str) {
        let element = self.element(&format!("[name='{field}']")).await;
        element.clear().await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    /// Chooses a file, as the dialog of the system would.
    pub(crate) async fn choose(&self, field: &str, file: &Path) {
        self.element(&format!("[name='{field}']")).await.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    pub(crate) async fn tick(&self, css: &str) {
        click(&self.element(css).await).await;
    }

    /// Presses a button, and waits for the page that comes of it.
    pub(crate) async fn press(&self, button: &str) {
        let found = self.displayed(By::XPath(format!("//button[normalize-space()=\"{button}\"]"))).await;
        let button = self.seen(found, button, &self.text().await);
        self.leave_by(click(&button)).await;
    }

    /// Sends the form of a field, with the return key, and waits for the page that comes of it.
    pub(crate) async fn submit(&self, field: &str) {
        let field = self.element(&format!("[name='{field}']")).await;
        self.leave_by(async { field.send_keys(Key::Enter + "").await.unwrap() }).await;
    }

    /// Follows a link, and waits for its page.
    pub(crate) async fn follow(&self, link: &str) {
        let found = self.displayed(By::XPath(format!("//a[normalize-space()=\"{link}\"]"))).await;
        let link = self.seen(found, link, &self.text().await);
        self.leave_by(click(&link)).await;
    }

    /// Follows the first of these links that is there, and looks at the page that comes: the documents call the same thing by several
    /// names.
    pub(crate) async fn follow_one_of(&self, links: &[&str]) {
        for link in links {
            let by = By::XPath(format!("//main//a[normalize-space()=\"{link}\"]"));
            if let Some(found) = self.displayed(by).await {
                self.leave_by(click(&found)).await;
                return self.page(&self.heading().await).await;
            }
        }
        panic!("{}: none of {links:?} on this page: {}", self.name, self.text().await);
    }

    /// Follows a link of the page itself, and not of the rail beside it.
    pub(crate) async fn follow_in_page(&self, link: &str) {
        let found = self.displayed(By::XPath(format!("//main//a[normalize-space()=\"{link}\"]"))).await;
        let link = self.seen(found, link, &self.text().await);
        self.leave_by(click(&link)).await;
    }

    /// Follows a link to a part of the page, and holds the part to be in sight.
    pub(crate) async fn jump(&self, link: &str, id: &str) {
        self.ask("scrollTo(0, 0)").await;
        let found = self.displayed(By::XPath(format!("//a[normalize-space()=\"{link}\"]"))).await;
        click(&self.seen(found, link, &self.text().await)).await;
        let in_sight = format!(
            "(part => {{ const at = part.getBoundingClientRect();
               return document.elementFromPoint(at.x + 8, at.y + 8) === part }})(document.getElementById('{id}'))"
        );
        assert_eq!(self.ask(&in_sight).await, true, "{}: #{id} is out of sight", self.name);
    }

    /// The same within the first element that has these words in it.
    pub(crate) async fn press_in(&self, row: &str, words: &str, button: &str) {
        let inner = format!("//{row}[contains(., \"{words}\")]//button[normalize-space()=\"{button}\"]");
        let found = self.displayed(By::XPath(inner)).await;
        let button = self.seen(found, button, &self.text().await);
        self.leave_by(click(&button)).await;
    }

    /// Presses the button that copies a value, and pastes it: what is in the clipboard then. Empty where there is no such button.
    pub(crate) async fn copy(&self, id: &str) -> String {
        let button = format!("[data-copy='{id}']");
        assert_eq!(self.shows(&button).await, self.variant.has_script, "{}: copying {id}", self.name);
        if !self.variant.has_script {
            return String::new();
        }
        self.tick(&button).await;
        self.says("Copied").await;
        self.devtools(
            "Browser.grantPermissions",
            json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
        )
        .await;
        self.ask_for("navigator.clipboard.readText()").await.as_str().unwrap().to_owned()
    }

    /// Downloads what a link of the page leads to: what it is called, and what is in it.
    pub(crate) async fn download(&self, link: &str) -> (String, String) {
        let found = self.displayed(By::XPath(format!("//a[normalize-space()=\"{link}\"]"))).await;
        let link = self.seen(found, link, &self.text().await);
        let answer = self.get(&link.prop("href").await.unwrap().unwrap()).await;
        let called = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
        (called, answer.text().await.unwrap())
    }

    /// The page as the server sends it, before any script has been at it.
    pub(crate) async fn sent(&self) -> String {
        self.get(&self.address().await).await.text().await.unwrap()
    }

    /// Asks the server with the browser's cookies, beside the browser.
    async fn get(&self, address: &str) -> reqwest::Response {
        let cookies = self.devtools("Network.getCookies", json!({"urls": [address]})).await;
        let pair =
            |one: &Value| format!("{}={}", one["name"].as_str().unwrap(), one["value"].as_str().unwrap());
        let cookies: Vec<String> = cookies["cookies"].as_array().unwrap().iter().map(pair).collect();
        let asked = reqwest::Client::new().get(address).header("cookie", cookies.join("; "));
        asked.send().await.unwrap().error_for_status().unwrap()
    }

    /// Chooses light, dark or what the system has, in the rail.
    pub(crate) async fn choose_theme(&self, name: &str) {
        if self.variant.has_script {
            let found = self.displayed(By::XPath(format!("//form[@class='theme']/button[.='{name}']"))).await;
            click(&self.seen(found, name, &self.text().await)).await;
        } else {
            self.press(name).await;
        }
    }

    /// Whether the page asks before it is left. It stays.
    pub(crate) async fn asks_and_stays(&self) -> bool {
        let is_asked = self.driver.get_alert_text().await.is_ok();
        if is_asked {
            self.driver.dismiss_alert().await.unwrap();
        }
        is_asked
    }

    /// Opens the menu, where the rail is behind one.
    pub(crate) async fn menu(&self) {
        if self.variant.is_phone {
            assert!(!self.shows("a[href='/console/account']").await, "the menu is open already");
            self.tick("header.bar > details > summary").await;
        }
    }

    /// Presses a key, as often.
    pub(crate) async fn key(&self, key: Key) {
        self.driver.action_chain().send_keys(key).perform().await.unwrap();
    }

    pub(crate) async fn keys(&self, text: &str) {
        self.driver.action_chain().send_keys(text).perform().await.unwrap();
    }

    /// Pastes what was copied into a field.
    pub(crate) async fn paste(&self, css: &str) {
        self.element(css).await.send_keys(Key::Control + "v").await.unwrap();
    }

    /// Does what leads to another page, and waits until that is there: another document, complete.
    pub(crate) async fn leave_by(&self, act: impl Future<Output = ()>) {
        let before = self.document().await;
        act.await;
        let asked = Instant::now();
        loop {
            let now = self.document().await;
            if now.is_some() && now != before && self.ask("document.readyState").await == "complete" {
                return;
            }
            assert!(
                asked.elapsed() < Duration::from_secs(20),
                "{}: still at {}",
                self.name,
                self.address().await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn document(&self) -> Option<String> {
        let root = self.driver.find(By::Css("html")).await.ok()?;
        Some(root.element_id().to_string())
    }
}

/// Clicks where nothing lies above the element: the bar stays in sight when a page is scrolled.
async fn click(element: &WebElement) {
    element.scroll_into_view().await.unwrap();
    element.click().await.unwrap();
}
