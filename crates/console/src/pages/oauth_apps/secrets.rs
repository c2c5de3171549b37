//! The secrets of a confidential app.

use maud::{Markup, html};

use super::Detail;
use crate::{
    Frame,
    pages::credentials::{Secret, last_use, old_secrets},
    when::moment,
};

pub(super) fn secrets(frame: &Frame, view: &Detail) -> Markup {
    html! {
        section aria-labelledby="secrets" {
            div.section-title {
                h2 #secrets { "Client secrets" }
                a.button href=(view.path("/rotate")) { "Rotate" }
            }
            table {
                thead {
                    tr { @for name in ["Secret", "Made", "Last used", "Works until"] { th scope="col" { (name) } } }
                }
                tbody { @for secret in &view.app.secrets { (row(frame, secret)) } }
            }
            (old_secrets(&view.app.secrets, frame.plain.now))
        }
    }
}

fn row(frame: &Frame, secret: &Secret) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label="Secret" { code { (secret.preview) } }
            td data-label="Made" { (moment(secret.created_at, now)) }
            td data-label="Last used" { (last_use(secret.last_use.as_ref(), now)) }
            td data-label="Works until" {
                @match secret.expires_at {
                    Some(at) => span.state.warm { "ends " (moment(at, now)) },
                    None => span.quiet { "you rotate it" },
                }
            }
        }
    }
}
