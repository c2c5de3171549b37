//! What an app is configured with.

use maud::{Markup, html};

/// The addresses of the server that an app needs, each whole.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Where the app sends people.
    pub authorization: String,
    /// Where it gets tokens.
    pub token: String,
    /// Where it gives them back.
    pub revocation: String,
    /// Where it asks about them.
    pub introspection: String,
    /// Where all of this is said to machines.
    pub discovery: String,
}

pub(super) fn endpoints(endpoints: &Endpoints) -> Markup {
    let rows = [
        ("Authorization", &endpoints.authorization),
        ("Token", &endpoints.token),
        ("Revocation", &endpoints.revocation),
        ("Introspection", &endpoints.introspection),
        ("Discovery", &endpoints.discovery),
    ];
    html! {
        section aria-labelledby="endpoints" {
            h2 #endpoints { "What to configure in the app" }
            p.quiet { "Libraries that can discover need the last one only." }
            dl.facts { @for (name, address) in rows { div { dt { (name) } dd { code { (address) } } } } }
        }
    }
}
