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

impl Assets {
    /// The files, with their paths made of their content.
    pub fn new() -> Self {
        let (style, script) = (include_bytes!("../assets/style.css"), include_bytes!("../assets/console.js"));
        Self {
            style: asset("style", "css", "text/css; charset=utf-8", style),
            script: asset("console", "js", "text/javascript; charset=utf-8", script),
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
