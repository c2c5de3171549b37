//! Somebody's browser: how it begins, what it is asked, and how it ends.

mod acts;
mod look;
mod secrets;

use std::{
    sync::{Mutex, atomic::AtomicU32},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    BrowserCapabilitiesHelper, CapabilitiesHelper, ChromeCapabilities, ChromiumLikeCapabilities,
    LoggingPrefsLogLevel,
    prelude::{By, WebDriver, WebElement},
};

use crate::{chromedriver::Chromedriver, traffic};

/// A new browser that goes nowhere by itself.
const FLAGS: [&str; 9] = [
    "--headless=new",
    // Its sandbox refuses to start for root, as containers have it, and these pages are ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
];

/// What a browser is like.
#[derive(Clone, Copy)]
pub(crate) struct Variant {
    name: &'static str,
    width: u32,
    height: u32,
    pub(crate) is_phone: bool,
    pub(crate) has_script: bool,
    /// Whether a page that asks before it is left waits for an answer. Otherwise it is left.
    waits: bool,
}

impl Variant {
    pub(crate) const DESKTOP: Self =
        Self { name: "desktop", width: 1280, height: 900, is_phone: false, has_script: true, waits: false };
    pub(crate) const PHONE: Self =
        Self { name: "phone", width: 390, height: 844, is_phone: true, has_script: true, waits: false };

    pub(crate) const fn without_script(self) -> Self {
        Self { has_script: false, ..self }
    }

    pub(crate) const fn that_waits(self) -> Self {
        Self { waits: true, ..self }
    }
}

/// Somebody's browser.
pub(crate) struct Browser {
    driver: WebDriver,
    variant: Variant,
    server: String,
    name: String,
    pictures: AtomicU32,
    secrets: Mutex<Vec<String>>,
    _profile: TempDir,
}

impl Browser {
    pub(crate) async fn open(
        chromedriver: &Chromedriver,
        server: &str,
        variant: Variant,
        name: &str,
    ) -> Self {
        let profile = TempDir::with_prefix("leadkeep-chromium.").unwrap();
        let mut wanted = ChromeCapabilities::new();
        for flag in FLAGS {
            wanted.add_arg(flag).unwrap();
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        wanted.add_arg(&format!("--window-size={},{}", variant.width, variant.height)).unwrap();
        if !variant.has_script {
            let off = json!({"profile.managed_default_content_settings.javascript": 2});
            wanted.set_browser_option("prefs", off).unwrap();
        }
        if variant.waits {
            // Only drivers that can say so while nobody asks leave the page as it is.
            wanted.set("webSocketUrl", true).unwrap();
            wanted.set("unhandledPromptBehavior", json!({"beforeUnload": "ignore"})).unwrap();
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(chromedriver.address.as_str(), wanted).await.unwrap();
        let (server, name) = (server.to_owned(), name.to_owned());
        let (pictures, secrets) = (AtomicU32::new(0), Mutex::new(Vec::new()));
        let browser = Self { driver, variant, server, name, pictures, secrets, _profile: profile };
        browser.is_what_it_should_be().await;
        browser
    }

    async fn is_what_it_should_be(&self) {
        let page = "data:text/html,<title>off</title><script>document.title='on'</script>";
        self.driver.goto(page).await.unwrap();
        let script = if self.variant.has_script { "on" } else { "off" };
        assert_eq!(self.driver.title().await.unwrap(), script, "JavaScript");
        self.resize(self.variant.width).await;
        // The page that a browser begins with is its own.
        self.driver.browser_log().await.unwrap();
        self.driver.get_log("performance").await.unwrap();
    }

    /// Windows have a least width, pages have not.
    async fn resize(&self, width: u32) {
        let size = json!({
            "width": width,
            "height": self.variant.height,
            "deviceScaleFactor": 1,
            "mobile": self.variant.is_phone,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.driver
            .cdp()
            .send_raw(method, parameters)
            .await
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// What an expression is in the page: that works without JavaScript, too.
    pub(crate) async fn ask(&self, expression: &str) -> Value {
        self.evaluate(json!({"expression": expression, "returnByValue": true})).await
    }

    /// What a promise brings.
    async fn ask_for(&self, promise: &str) -> Value {
        self.evaluate(json!({"expression": promise, "returnByValue": true, "awaitPromise": true})).await
    }

    /// Waits for a page that is still coming: what asks it there, unlike the commands of the driver, asks it what it has so far.
    async fn is_there(&self) {
        let asked = Instant::now();
        let state = json!({"expression": "document.readyState", "returnByValue": true});
        loop {
            let answer = self.driver.cdp().send_raw("Runtime.evaluate", state.clone()).await;
            if answer.is_ok_and(|answer| answer["result"]["value"] == "complete") {
                return;
            }
            assert!(asked.elapsed() < Duration::from_secs(10), "{}: the page does not come", self.name);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn evaluate(&self, parameters: Value) -> Value {
        self.is_there().await;
        let answer = self.devtools("Runtime.evaluate", parameters).await;
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// Opens a page of the server, by its path or its whole address.
    pub(crate) async fn open_page(&self, path: &str) {
        let address = if path.starts_with('/') { format!("{}{path}", self.server) } else { path.to_owned() };
        self.driver.goto(address).await.unwrap();
    }

    pub(crate) async fn address(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    /// Makes the browser one of somebody who lives elsewhere.
    pub(crate) async fn live_in(&self, zone: &str) {
        self.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": zone})).await;
    }

    pub(crate) const fn has_script(&self) -> bool {
        self.variant.has_script
    }

    /// What the page is called.
    pub(crate) async fn heading(&self) -> String {
        self.ask("document.querySelector('h1').innerText").await.as_str().unwrap_or_default().to_owned()
    }

    /// The row of a table that has these words in it: what it says below each heading.
    pub(crate) async fn row(&self, words: &str) -> Value {
        let expression = format!(
            "(row => row && Object.fromEntries([...row.cells].map(one => [one.dataset.label ?? '', one.innerText])))(
               [...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes({})))",
            json!(words)
        );
        self.ask(&expression).await
    }

    /// All that can be read.
    pub(crate) async fn text(&self) -> String {
        self.ask("document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    fn seen<T>(&self, found: Option<T>, what: &str, text: &str) -> T {
        found.unwrap_or_else(|| panic!("{}: no {what} on this page: {text}", self.name))
    }

    /// Holds the page to what can be read on it, now or in a moment: a script may be at it.
    pub(crate) async fn says(&self, words: &str) {
        let asked = Instant::now();
        while !self.text().await.contains(words) {
            let text = self.text().await;
            let is_over = asked.elapsed() > Duration::from_secs(2) || !self.variant.has_script;
            self.seen((!is_over).then_some(()), words, &text);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn does_not_say(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(words), "{}: {words}: {text}", self.name);
    }

    /// The page as it is written: what a person does not see as well.
    pub(crate) async fn source(&self) -> String {
        self.driver.source().await.unwrap()
    }

    async fn displayed(&self, by: By) -> Option<WebElement> {
        for element in self.driver.find_all(by).await.unwrap() {
            if element.is_displayed().await.unwrap() {
                return Some(element);
            }
        }
        None
    }

    pub(crate) async fn element(&self, css: &str) -> WebElement {
        let found = self.displayed(By::Css(css)).await;
        self.seen(found, css, &self.text().await)
    }

    pub(crate) async fn shows(&self, css: &str) -> bool {
        self.displayed(By::Css(css)).await.is_some()
    }

    pub(crate) async fn value(&self, css: &str) -> String {
        self.element(css).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// What is said next to a field to be wrong with it, as the browser tells those who can't see it.
    pub(crate) async fn fault(&self, field: &str) -> String {
        let input = self.element(&format!("[name='{field}']")).await;
        assert_eq!(input.attr("aria-invalid").await.unwrap().as_deref(), Some("true"), "{field}");
        let described = input.attr("aria-describedby").await.unwrap().unwrap_or_default();
        assert!(described.split(' ').any(|id| id == format!("{field}-fault")), "{field}: {described}");
        self.element(&format!("#{field}-fault")).await.text().await.unwrap()
    }

    /// The element that keys go to: its id.
    pub(crate) async fn focused(&self) -> String {
        self.ask("document.activeElement.id || document.activeElement.className")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Closes the browser, and holds it to having been nowhere but on the server and at these places. All that it has asked for.
    pub(crate) async fn end(self, elsewhere: &[&str]) -> Vec<String> {
        let said = self.driver.browser_log().await.unwrap();
        let went = self.driver.get_log("performance").await.unwrap();
        let places: Vec<&str> = [self.server.as_str()].into_iter().chain(elsewhere.iter().copied()).collect();
        self.has_sent_no_secret(&went);
        self.driver.quit().await.unwrap();
        traffic::check(&self.name, &said, &went, &places)
    }
}
