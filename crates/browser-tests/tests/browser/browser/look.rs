//! How a page is looked at, wherever a browser comes.

use std::{
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use serde_json::{Value, json};
use thirtyfour::Key;

use super::Browser;
use crate::axe;

/// Small and common phones, both sides of where the rail goes, laptops, large screens.
const WIDTHS: [u32; 6] = [360, 390, 719, 720, 1280, 1920];

/// What is wider than a window of this width, if the page can be scrolled sideways.
fn wider_than(width: u32) -> String {
    format!(
        "(({{scrollWidth, clientWidth}}) => scrollWidth <= Math.min(clientWidth, {width}) ? [] :
            [scrollWidth, ...[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right >
                clientWidth + 1).map(one => one.outerHTML.slice(0, 120))])(document.documentElement)"
    )
}

impl Browser {
    /// Looks at the page, which must be this one, and in order.
    pub(crate) async fn page(&self, heading: &str) {
        self.is_in_order(heading).await;
        self.fits(heading).await;
        if self.variant.has_script {
            self.is_for_everybody(heading).await;
        }
        self.keep_pictures(heading).await;
    }

    /// The same with all open that can be opened: what is behind a heading or a menu is looked at, too.
    pub(crate) async fn page_with_all_open(&self, heading: &str) {
        self.is_in_order(heading).await;
        self.fits(heading).await;
        if self.ask("document.querySelectorAll('details:not([open])').length").await != 0 {
            self.ask("document.querySelectorAll('details').forEach(one => one.open = true)").await;
            self.fits(heading).await;
        }
        self.is_for_everybody(heading).await;
        self.keep_pictures(heading).await;
    }

    async fn is_in_order(&self, heading: &str) {
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
    }

    /// Holds the page to each width: nothing of it is to the right of what can be seen.
    async fn fits(&self, heading: &str) {
        for width in WIDTHS {
            self.resize(width).await;
            let wide = self.ask(&wider_than(width)).await;
            assert_eq!(wide, json!([]), "{}: {heading} is too wide for {width}", self.name);
        }
        self.resize(self.variant.width).await;
    }

    /// The list of shortcuts, as a page has it that is looked at already.
    pub(crate) async fn shortcuts(&self, heading: &str) {
        self.keys("?").await;
        self.element("dialog[open]").await;
        self.fits(heading).await;
        self.is_for_everybody(heading).await;
        self.key(Key::Escape).await;
        assert!(!self.shows("dialog").await, "{}: {heading}: the list stays open", self.name);
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
}
