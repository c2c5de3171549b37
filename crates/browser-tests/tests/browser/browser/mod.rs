use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    BrowserCapabilitiesHelper, ChromeCapabilities, ChromiumLikeCapabilities, Key, LoggingPrefsLogLevel,
    prelude::{By, WebDriver, WebElement},
};

use crate::{axe, chromedriver::Chromedriver, traffic};

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
    /// Nothing may be wider than this.
    narrowest: u32,
    pub(crate) is_phone: bool,
    pub(crate) has_script: bool,
}

impl Variant {
    pub(crate) const DESKTOP: Self = Self {
        name: "desktop",
        width: 1280,
        height: 900,
        narrowest: 1280,
        is_phone: false,
        has_script: true,
    };
    pub(crate) const PHONE: Self =
        Self { name: "phone", width: 390, height: 844, narrowest: 360, is_phone: true, has_script: true };

    pub(crate) const fn without_script(self) -> Self {
        Self { has_script: false, ..self }
    }
}

/// Somebody's browser.
pub(crate) struct Browser {
    driver: WebDriver,
    variant: Variant,
    server: String,
    name: String,
    pictures: AtomicU32,
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
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(chromedriver.address.as_str(), wanted).await.unwrap();
        let (server, name) = (server.to_owned(), name.to_owned());
        let browser = Self { driver, variant, server, name, pictures: AtomicU32::new(0), _profile: profile };
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

    async fn evaluate(&self, parameters: Value) -> Value {
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

    /// Looks at the page, which must be this one, and in order.
    pub(crate) async fn page(&self, heading: &str) {
        let name = &self.name;
        let seen = self
            .ask(
                "({title: document.title, lang: document.documentElement.lang,
                   headings: [...document.querySelectorAll('h1')].map(one => one.innerText),
                   ids: [...document.querySelectorAll('[id]')].map(one => one.id)})",
            )
            .await;
        assert_eq!(seen["headings"], json!([heading]), "{name}: {}", self.text().await);
        assert_eq!(seen["lang"], "en", "{name}: {heading}");
        let title = seen["title"].as_str().unwrap();
        assert!(title.ends_with(" · Leadkeep") && title.len() > " · Leadkeep".len(), "{name}: {title}");
        let ids: Vec<&str> = seen["ids"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{name}: {heading}: an id is there twice: {ids:?}");

        self.resize(self.variant.narrowest).await;
        let width = self.ask("document.documentElement.scrollWidth").await;
        let wide = self
            .ask(
                "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right >
                   document.documentElement.clientWidth + 1).map(one => one.outerHTML.slice(0, 120))",
            )
            .await;
        let room = u64::from(self.variant.narrowest);
        assert!(width.as_u64().unwrap() <= room, "{name}: {heading} is {width} wide, not {room}: {wide}");
        self.resize(self.variant.width).await;
        if self.variant.has_script {
            self.is_for_everybody(heading).await;
        }
        self.keep_pictures(heading).await;
    }

    /// Holds the page to axe-core's rules, light and dark: nothing serious may keep people from using it.
    async fn is_for_everybody(&self, heading: &str) {
        self.ask(axe::rules()).await;
        for ground in ["light", "dark"] {
            self.prefer(ground).await;
            let found = self.ask_for(axe::CHECK).await;
            assert_eq!(found, json!([]), "{}: {heading}, {ground}", self.name);
        }
        self.prefer("").await;
    }

    /// Makes the browser one of somebody who lives elsewhere.
    pub(crate) async fn live_in(&self, zone: &str) {
        self.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": zone})).await;
    }

    /// Makes the browser one that prefers light or dark pages; neither, if it is empty.
    async fn prefer(&self, ground: &str) {
        let features = if ground.is_empty() {
            json!({"features": []})
        } else {
            json!({"features": [{"name": "prefers-color-scheme", "value": ground}]})
        };
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn keep_pictures(&self, heading: &str) {
        let Some(folder) = std::env::var_os("LEADKEEP_SCREENSHOTS") else {
            return;
        };
        let folder = PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let number = self.pictures.fetch_add(1, Ordering::Relaxed);
        let words: String =
            heading.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '-' }).collect();
        let (variant, script) =
            (self.variant.name, if self.variant.has_script { "" } else { "-without-script" });
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        for (ground, after) in [("light", ""), ("dark", "-dark")] {
            self.prefer(ground).await;
            let clip =
                json!({"x": 0, "y": 0, "width": self.variant.width, "height": size["height"], "scale": 1});
            let whole = json!({"captureBeyondViewport": true, "clip": clip});
            let picture = self.devtools("Page.captureScreenshot", whole).await;
            let name = format!("{variant}{script}-{}-{number:02}-{words}{after}.png", self.name);
            let bytes = thirtyfour::support::base64_decode(picture["data"].as_str().unwrap()).unwrap();
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        self.prefer("").await;
    }

    /// Writes what the window shows of the page into a folder, light and dark.
    #[allow(dead_code, reason = "only screenshots are made so")]
    pub(crate) async fn picture(&self, folder: &Path, name: &str) {
        for ground in ["light", "dark"] {
            self.prefer(ground).await;
            let picture = self.devtools("Page.captureScreenshot", json!({})).await;
            let bytes = thirtyfour::support::base64_decode(picture["data"].as_str().unwrap()).unwrap();
            std::fs::write(folder.join(format!("{name}-{ground}.png")), bytes).unwrap();
        }
        self.prefer("").await;
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

    /// The element that keys go to: its id.
    pub(crate) async fn focused(&self) -> String {
        self.ask("document.activeElement.id || document.activeElement.className")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
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

    /// Closes the browser, and holds it to having been nowhere but on the server and at these places. All that it has asked for.
    pub(crate) async fn end(self, elsewhere: &[&str]) -> Vec<String> {
        let said = self.driver.browser_log().await.unwrap();
        let went = self.driver.get_log("performance").await.unwrap();
        let places: Vec<&str> = [self.server.as_str()].into_iter().chain(elsewhere.iter().copied()).collect();
        self.driver.quit().await.unwrap();
        traffic::check(&self.name, &said, &went, &places)
    }
}

/// Clicks where nothing lies above the element: the bar stays in sight when a page is scrolled.
async fn click(element: &WebElement) {
    element.scroll_into_view().await.unwrap();
    element.click().await.unwrap();
}
