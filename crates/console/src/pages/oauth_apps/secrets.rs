//! The secrets of a confidential app.

use maud::{Markup, html};
use time::OffsetDateTime;

use super::Detail;
use crate::{
    Frame,
    when::{moment, moment_or},
};

/// A secret that works: what may be shown of it.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Enough of it to be told from others.
    pub preview: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last used.
    pub last_used_at: Option<OffsetDateTime>,
    /// When it ends: set once another takes its place.
    pub expires_at: Option<OffsetDateTime>,
}

pub(super) fn secrets(frame: &Frame, view: &Detail) -> Markup {
    html! {
        section aria-labelledby="secrets" {
            div.section-title {
                h2 #secrets { "Client secrets" }
                a.button href=(view.path("/rotate")) { "Rotate" }
            }
            table {
                thead { tr { th { "Secret" } th { "Made" } th { "Last used" } th { "Works until" } } }
                tbody { @for secret in &view.secrets { (row(frame, secret)) } }
            }
        }
    }
}

fn row(frame: &Frame, secret: &Secret) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label="Secret" { code { (secret.preview) } }
            td data-label="Made" { (moment(secret.created_at, now)) }
            td data-label="Last used" { (moment_or(secret.last_used_at, now, "never")) }
            td data-label="Works until" {
                @match secret.expires_at {
                    Some(at) => span.state.warm { "ends " (moment(at, now)) },
                    None => span.quiet { "you rotate it" },
                }
            }
        }
    }
}
