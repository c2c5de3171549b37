//! Light or dark: as the reader's system has it, unless the reader chose. A cookie tells the server, so that no page begins in the
//! other and changes as soon as its script runs.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};

use crate::cookies::is_secure;

/// What somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// No right and no secret: the script writes it, too.
const COOKIE: &str = "leadkeep_theme";

impl Theme {
    /// The one that has this name; none for anything else: the system's it is.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == name)
    }

    /// Its name in the page, in the form and in the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What was chosen with this browser.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        request.cookie(COOKIE).and_then(|cookie| Self::parse(cookie.value()))
    }

    /// Has the browser keep a choice, or forget it.
    pub(crate) fn cookie(request: &HttpRequest, choice: Option<Self>) -> Cookie<'static> {
        let mut cookie = Cookie::build(COOKIE, choice.map_or("", Self::as_str))
            .path("/")
            .same_site(SameSite::Lax)
            .secure(is_secure(request))
            .max_age(Duration::days(365))
            .finish();
        if choice.is_none() {
            cookie.make_removal();
        }
        cookie
    }
}
