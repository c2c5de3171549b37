//! The stylesheet, the module and the icon, under names that change with what is in them: they may be kept for ever.
//!
//! They are the same for everybody, and so are compressed, once, at the start. Pages never are: a page holds the token of its forms
//! beside what visitors type or write into its address, and the length of both together, compressed, lets whoever sees lengths guess
//! the token letter by letter (BREACH).

use std::io::Write as _;

use actix_web::web::Bytes;
use flate2::{Compression, write::GzEncoder};

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// Where it is served, from the root of the server. Changes with the content.
    pub path: String,
    /// What to say of it in `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
    /// The content, compressed with gzip.
    pub gzip: Bytes,
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
    let path = format!("/console/assets/{name}-{hash}.{extension}");
    Asset { path, content_type, bytes, gzip: compressed(bytes) }
}

fn compressed(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map(Bytes::from).unwrap_or_default()
}

/// Whether whoever sent this `Accept-Encoding` takes gzip: by its name or by `*`, with a weight that is not 0.
pub(crate) fn takes_gzip(accepted: &str) -> bool {
    let weight = |coding: &str| {
        accepted.split(',').find_map(|part| {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
            name.trim().eq_ignore_ascii_case(coding).then(|| weight.unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (accepted, takes) in [
            ("", false),
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip;q=0.0, *", false),
            ("*;q=0", false),
            ("identity", false),
            ("xgzip", false),
            ("gzip;q=much", false),
        ] {
            assert_eq!(takes_gzip(accepted), takes, "{accepted}");
        }
    }
}
