//! Where people sign in.

use maud::{Markup, html};

use crate::{
    Plain,
    form::{Field, hidden, submit},
    when::length,
};

/// The sign-in form.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The address that was typed, or that is known.
    pub email: String,
    /// Where to go afterwards: a path of this server.
    pub next: Option<String>,
    /// What the person is here for, such as "Sign in to let Acme Sync use your account."
    pub purpose: Option<String>,
    /// Why the last try did not succeed, or what ended the session.
    pub trouble: Option<Trouble>,
}

/// Why somebody is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The address is unknown or the password is not the person's: which, is not said.
    Wrong,
    /// Too many tries.
    TooMany {
        /// After this many seconds there may be another.
        wait_seconds: u64,
    },
    /// The session has ended.
    Ended,
    /// None: the password is another now.
    PasswordChanged,
}

/// Draws the page.
pub fn page(plain: &Plain, view: &View) -> Markup {
    let form = html! {
        @if let Some(next) = &view.next { (hidden("next", next)) }
        (Field::new("email", "E-mail").autocomplete("username").email(&view.email))
        (Field::new("password", "Password").autocomplete("current-password").password())
        (submit("Sign in"))
    };
    plain.card(
        "Sign in",
        &html! {
            h1 { "Sign in" }
            @if let Some(purpose) = &view.purpose { p.quiet dir="auto" { (purpose) } }
            @if let Some(trouble) = view.trouble { (trouble_line(trouble)) }
            (plain.form("/console/sign-in").stacked(&form))
            details.help {
                summary { "Forgot your password?" }
                p {
                    "Ask whoever runs this server for a reset link. They make one with "
                    code { "leadkeep user reset-link" } "."
                }
            }
        },
    )
}

fn trouble_line(trouble: Trouble) -> Markup {
    html! {
        @match trouble {
            Trouble::Wrong => p.notice.failed role="alert" { "The e-mail or the password is wrong." },
            Trouble::TooMany { wait_seconds } => p.notice.failed role="alert" {
                "Too many tries. Try again in " (length(wait_seconds)) "."
            },
            Trouble::PasswordChanged => p.notice role="status" {
                "Your password is changed. Sign in with the new one."
            },
            Trouble::Ended => p.notice role="status" { "Your session has ended. Sign in to go on." },
        }
    }
}
