//! The stylesheet, the module and the icon, under names that change with what is in them: they may be kept for ever.

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// Where it is served, from the root of the server. Changes with the content.
    pub path: String,
    /// What to say of it in `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

/// What pages refer to.
#[derive(Debug)]
pub struct Assets {
    /// The one stylesheet.
    pub style: Asset,
    /// The one module. Pages lack nothing without it.
    pub script: Asset,
    /// What browsers show beside a page's title. Without one they ask for a file that is not there.
    pub icon: Asset,
}

/// What all pages have in common, then what some have.
const STYLE: &str = concat!(
    include_str!("../assets/style.css"),
    include_str!("../assets/style/credentials.css"),
    include_str!("../assets/style/leads.css"),
    include_str!("../assets/style/activity.css"),
);

/// Each is a block of its own.
const SCRIPT: &str = concat!(
    include_str!("../assets/console.js"),
    include_str!("../assets/script/times.js"),
    include_str!("../assets/script/credentials.js"),
    include_str!("../assets/script/leads.js"),
    include_str!("../assets/script/activity.js"),
);

impl Assets {
    /// The files, with their paths made of their content.
    pub fn new() -> Self {
        Self {
            style: asset("style", "css", "text/css; charset=utf-8", STYLE.as_bytes()),
            script: asset("console", "js", "text/javascript; charset=utf-8", SCRIPT.as_bytes()),
            icon: asset("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
        }
    }

    /// All files, to be served.
    pub fn all(&self) -> [&Asset; 3] {
        [&self.style, &self.script, &self.icon]
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self::new()
    }
}

fn asset(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash: String = blake3::hash(bytes).to_hex().chars().take(16).collect();
    Asset { path: format!("/console/assets/{name}-{hash}.{extension}"), content_type, bytes }
}
