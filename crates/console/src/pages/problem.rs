//! What is said when a page cannot be shown.

use leadkeep_domain::{Act, Role};
use maud::{Markup, html};

use crate::{Plain, when::length, words};

/// What went wrong.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The kind of it.
    pub kind: Kind<'a>,
    /// What to quote to whoever runs the server.
    pub request_id: &'a str,
    /// Where to go instead.
    pub back: &'a str,
}

/// Kinds of problems, each with its status.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// 400: what was sent makes no sense.
    Unreadable {
        /// What is wrong with it, in one sentence.
        detail: &'a str,
    },
    /// 403: the form's token is missing or another session's.
    StaleForm,
    /// 403: the role does not allow it.
    Forbidden {
        /// What was tried.
        act: Act,
        /// What the person is.
        role: Role,
    },
    /// 403: the role only looks.
    OnlyLooks {
        /// What the person is.
        role: Role,
    },
    /// 403: the workspace is suspended.
    Suspended,
    /// 403: the page was asked for in the clear.
    HttpsRequired {
        /// Where it is to be asked for.
        address: &'a str,
    },
    /// 404: there is nothing, or nothing for this person.
    NotFound,
    /// 409: it is not as it was when somebody decided on it.
    Conflict {
        /// How it is now, in one sentence.
        detail: &'a str,
    },
    /// 405: the page has no such method.
    OtherMethod {
        /// Those that it has.
        allow: &'a str,
    },
    /// 413: too much was sent.
    TooLarge,
    /// 429: too many requests.
    TooMany {
        /// After this many seconds there may be another.
        wait_seconds: u64,
    },
    /// 500: a fault of ours.
    Internal,
    /// 503: something that we need is not there.
    Unavailable,
}

impl Kind<'_> {
    /// The status that the page is sent with.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unreadable { .. } => 400,
            Self::StaleForm
            | Self::Forbidden { .. }
            | Self::OnlyLooks { .. }
            | Self::Suspended
            | Self::HttpsRequired { .. } => 403,
            Self::NotFound => 404,
            Self::OtherMethod { .. } => 405,
            Self::Conflict { .. } => 409,
            Self::TooLarge => 413,
            Self::TooMany { .. } => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "That can't be read",
            Self::StaleForm => "This form has expired",
            Self::Forbidden { .. } | Self::OnlyLooks { .. } => "Your role can't do this",
            Self::Suspended => "This workspace is suspended",
            Self::HttpsRequired { .. } => "Use https",
            Self::NotFound => "There's nothing here",
            Self::OtherMethod { .. } => "That can't be done here",
            Self::Conflict { .. } => "That can't be done now",
            Self::TooLarge => "That's too large",
            Self::TooMany { .. } => "Too many requests",
            Self::Internal => "Something went wrong",
            Self::Unavailable => "Not available right now",
        }
    }

    fn sentence(self) -> String {
        match self {
            Self::Unreadable { detail } => detail.to_owned(),
            Self::Conflict { detail } => format!("{detail} Nothing was changed."),
            Self::StaleForm => "Nothing was changed. Go back, reload the page and send the form again.".to_owned(),
            Self::Forbidden { act, role } => format!(
                "You are {} of this workspace. {} can {}. Ask one of them, or ask them for another role.",
                words::a_role(role),
                words::who_may(act),
                words::act(act)
            ),
            Self::OnlyLooks { role } => format!(
                "You are {} of this workspace, who sees everything and changes nothing. Ask an admin for another role.",
                words::a_role(role)
            ),
            Self::Suspended => "Whoever runs this server has suspended it: nobody works in it, and none of its credentials is accepted. \
                 Ask them why."
                .to_owned(),
            Self::HttpsRequired { address } => format!(
                "You came over plain HTTP, which anybody on the way can read. Whatever you sent was refused. Use {address} instead."
            ),
            Self::NotFound => "The address is wrong, or what was here is gone or isn't yours to see.".to_owned(),
            Self::OtherMethod { allow } => format!("This page takes {allow}."),
            Self::TooLarge => "What you sent is more than a form of this console can hold.".to_owned(),
            Self::TooMany { wait_seconds } => {
                format!("Nothing was changed. Try again in {}.", length(wait_seconds))
            }
            Self::Internal => {
                "It's a fault of this server, not of yours, and it has been written down. Try again; if it stays, tell \
                 whoever runs the server."
                    .to_owned()
            }
            Self::Unavailable => "The server can't reach something it needs. Try again in a moment.".to_owned(),
        }
    }
}

/// Draws the page.
pub fn page(plain: &Plain, view: &View) -> Markup {
    let title = view.kind.title();
    plain.card(
        title,
        &html! {
            p.status { (view.kind.status()) }
            h1 { (title) }
            p dir="auto" { (view.kind.sentence()) }
            p { a.button href=(view.back) { "Go back" } }
            p.last.fine { "Request " code { (view.request_id) } }
        },
    )
}
