//! What a person sees when an app's request for access cannot be trusted. It leads nowhere: the address to go back to is
//! part of what cannot be trusted.

use maud::{Markup, html};

use crate::Plain;

/// What is wrong with an app's request.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The kind of fault, for the person.
    pub fault: Fault,
    /// One line for the app's developer, such as "the scope `leads.rea` is unknown".
    pub developer: &'a str,
    /// What to quote to whoever runs the server.
    pub request_id: &'a str,
}

/// Faults that end a request for access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No app has this client id.
    UnknownApp,
    /// The app was revoked.
    RevokedApp,
    /// The app wants people sent to where it has not said it would.
    Destination,
    /// The request misses something or is malformed.
    Malformed,
    /// The person is in no workspace.
    NoWorkspace,
}

impl Fault {
    const fn sentence(self) -> &'static str {
        match self {
            Self::UnknownApp => {
                "The app that sent you here isn't known to this server. It may be set up for another one."
            }
            Self::RevokedApp => {
                "The app that sent you here has been revoked. It can no longer ask for access."
            }
            Self::Destination => {
                "The app wants you sent to an address that it hasn't registered. That can be a mistake, or somebody who \
                 pretends to be the app."
            }
            Self::Malformed => "The app sent you here with a request that can't be understood.",
            Self::NoWorkspace => {
                "You are in no workspace, so there's nothing the app could have access to. Ask for an invitation first."
            }
        }
    }
}

/// Draws the page.
pub fn page(plain: &Plain, view: &View) -> Markup {
    plain.card(
        "No access was given",
        &html! {
            h1 { "No access was given" }
            p { (view.fault.sentence()) }
            p { "You can close this page. Nothing has changed, and the app has learned nothing about you." }
            div.developer {
                p.label { "For the app's developer" }
                p { code dir="auto" { (view.developer) } }
            }
            p.last.fine { "Request " code { (view.request_id) } }
        },
    )
}
