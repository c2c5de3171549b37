//! What the console keeps in browsers, beside the [theme](crate::theme). Scripts see none of it, other sites' forms bring none of
//! it, and over https none of it travels in the clear.

use actix_web::web::Data;
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use leadkeep_api::{Scheme, scheme};
use leadkeep_service::people::SESSION_LIFETIME;

use crate::ConsoleState;

/// A cookie of ours.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Whose session it is.
    Session,
    /// Which browser it is, before anybody signs in with it.
    Visitor,
    /// That somebody has signed in with this browser: no right, but a limit of its own.
    Device,
}

impl Kind {
    /// Over https the prefix lets browsers refuse the cookie from anybody but this very host (RFC 6265bis §4.1.3.2).
    const fn name(self, scheme: Scheme) -> &'static str {
        match (self, scheme) {
            (Self::Session, Scheme::Https) => "__Host-leadkeep_session",
            (Self::Session, Scheme::Http) => "leadkeep_session",
            (Self::Visitor, Scheme::Https) => "__Host-leadkeep_visitor",
            (Self::Visitor, Scheme::Http) => "leadkeep_visitor",
            (Self::Device, Scheme::Https) => "__Host-leadkeep_device",
            (Self::Device, Scheme::Http) => "leadkeep_device",
        }
    }

    /// None for as long as the browser is open.
    fn lifetime(self) -> Option<Duration> {
        match self {
            Self::Session => Some(Duration::seconds(SESSION_LIFETIME.whole_seconds())),
            Self::Visitor => None,
            Self::Device => Some(Duration::days(365)),
        }
    }

    /// What the browser sent; none where it sent several, as nobody knows which is ours.
    pub(crate) fn read(self, request: &HttpRequest) -> Option<String> {
        let name = self.name(scheme_of_browsers(request));
        let cookies = request.cookies().ok()?;
        let mut values = cookies.iter().filter(|cookie| cookie.name() == name).map(Cookie::value);
        let first = values.next()?;
        if values.next().is_some() { None } else { Some(first.to_owned()) }
    }

    /// To be sent with an answer.
    pub(crate) fn cookie(self, request: &HttpRequest, value: String) -> Cookie<'static> {
        let mut cookie = self.bare(request, value);
        cookie.set_max_age(self.lifetime());
        cookie
    }

    /// To be sent with an answer, so that the browser forgets it.
    pub(crate) fn gone(self, request: &HttpRequest) -> Cookie<'static> {
        let mut cookie = self.bare(request, String::new());
        cookie.make_removal();
        cookie
    }

    fn bare(self, request: &HttpRequest, value: String) -> Cookie<'static> {
        let scheme = scheme_of_browsers(request);
        Cookie::build(self.name(scheme), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(scheme == Scheme::Https)
            .finish()
    }
}

/// Whether browsers may send a cookie over https alone.
pub(crate) fn is_secure(request: &HttpRequest) -> bool {
    scheme_of_browsers(request) == Scheme::Https
}

/// What browsers speak: https where the request came so, and where the address that people use begins so, whoever translates it
/// on the way.
fn scheme_of_browsers(request: &HttpRequest) -> Scheme {
    let state = request.app_data::<Data<ConsoleState>>();
    let is_public = state.is_some_and(|state| state.issuer().starts_with("https://"));
    if is_public { Scheme::Https } else { scheme(request) }
}
