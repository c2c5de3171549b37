//! The icon, the stylesheet and the module, under names that change with what is in them: they may be kept for ever.

/// A file that pages refer to.
pub(crate) struct Asset {
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

/// What pages refer to.
pub(crate) struct Assets {
    pub(crate) icon: Asset,
    pub(crate) style: Asset,
    pub(crate) script: Asset,
}

impl Assets {
    pub(crate) fn new() -> Self {
        Self {
            icon: asset("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
            style: asset("style", "css", "text/css; charset=utf-8", include_bytes!("../assets/style.css")),
            script: asset(
                "copy",
                "js",
                "text/javascript; charset=utf-8",
                include_bytes!("../assets/copy.js"),
            ),
        }
    }
}

fn asset(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash: String = blake3::hash(bytes).to_hex().chars().take(16).collect();
    Asset { path: format!("/developers/assets/{name}-{hash}.{extension}"), content_type, bytes }
}
