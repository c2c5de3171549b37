//! Where people choose a new password, by a link that the operator made.

use maud::{Markup, html};

use super::join::new_password;
use crate::{Plain, form::submit};

/// A link that is still good.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The secret part of the link: the last segment of the page's path.
    pub link: &'a str,
    /// Whose password it is.
    pub email: &'a str,
    /// What is wrong with the password that was typed.
    pub password_fault: Option<&'a str>,
}

/// Draws the page.
pub fn page(plain: &Plain, view: &View) -> Markup {
    let fields = html! {
        // Password managers save the password under this.
        div.field {
            label for="email" { "Account" }
            input #email type="email" value=(view.email) readonly autocomplete="username";
        }
        (new_password(view.password_fault))
        (submit("Set the password"))
    };
    plain.card(
        "Choose a new password",
        &html! {
            h1 { "Choose a new password" }
            p.quiet { "You'll be signed out everywhere else." }
            (plain.form(&format!("/console/reset/{}", view.link)).stacked(&fields))
        },
    )
}

/// Draws the page of a link that is not good any more, or never was: which, is not said.
pub fn gone(plain: &Plain) -> Markup {
    plain.card(
        "This link is no longer valid",
        &html! {
            h1 { "This link is no longer valid" }
            p { "A reset link works once, and for a short time." }
            p {
                "Ask whoever runs this server for a new one. They make it with "
                code { "leadkeep user reset-link" } "."
            }
            p.last { a.button href="/console/sign-in" { "Sign in" } }
        },
    )
}
