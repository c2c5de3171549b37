//! Forms that are sent: read, and proven to be ours, before any handler sees them.

use std::{
    future::{Ready, ready},
    rc::Rc,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header,
    rt::time::timeout,
    web::{self, Bytes},
};

use leadkeep_domain::FormId;
use leadkeep_service::gate::Refusal;

use crate::{FORM_ID, FORM_TOKEN, trouble::Trouble, visitor::Visitor};

/// How large a form may be, in bytes: a text of 64 KiB, which updates a lead, is three times as long when each of its characters is escaped.
const MAX_FORM: usize = 256 * 1024;

/// How long a form may take to come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How many fields.
const MAX_FIELDS: usize = 100;

/// The fields of a form, as they were typed.
#[derive(Clone)]
pub(crate) struct Posted(Rc<Vec<(String, String)>>);

impl Posted {
    /// Reads a form, and refuses one that is not ours.
    pub(crate) async fn read(visitor: &Visitor, payload: Payload) -> Result<Self, Trouble> {
        let request = &visitor.request;
        refuse_cross_site(visitor)?;
        let kind = request.content_type();
        if kind != "application/x-www-form-urlencoded" {
            return Err(Trouble::Unreadable("a form comes as application/x-www-form-urlencoded"));
        }
        let posted = Self::parse(&body(request, payload).await?)?;
        prove(visitor, posted.get(FORM_TOKEN))?;
        Ok(posted)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Trouble> {
        let pairs: Vec<(String, String)> = form_pairs(bytes).take(MAX_FIELDS + 1).collect();
        if pairs.len() > MAX_FIELDS {
            return Err(Trouble::TooLarge);
        }
        Ok(Self(Rc::new(pairs)))
    }

    /// A field; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Which drawing of a form that makes a secret this is. Every such form of ours says it.
    pub(crate) fn form_id(&self) -> Option<FormId> {
        self.get(FORM_ID).parse().ok()
    }

    /// All fields of a name.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Refuses a token that is not of a form that this browser was shown.
pub(crate) fn prove(visitor: &Visitor, token: &str) -> Result<(), Trouble> {
    let people = &visitor.state.people;
    let is_ours = match &visitor.session {
        Some(session) => people.is_form_token(session.secret().expose(), token),
        // A browser that has just been given its value has not seen a form of ours yet.
        None => {
            visitor.first_value.is_none()
                && crate::cookies::Kind::Visitor
                    .read(&visitor.request)
                    .is_some_and(|value| people.is_form_token(&value, token))
        }
    };
    match is_ours {
        true => Ok(()),
        false if visitor.had_session => Err(Trouble::SessionEnded),
        false => {
            visitor.note_refusal(Refusal::ForeignForm);
            Err(Trouble::StaleForm)
        }
    }
}

/// Refuses a form that another site sent.
pub(crate) fn refuse_cross_site(visitor: &Visitor) -> Result<(), Trouble> {
    if is_cross_site(&visitor.request, visitor.state.issuer()) {
        visitor.note_refusal(Refusal::ForeignForm);
        return Err(Trouble::StaleForm);
    }
    Ok(())
}

fn form_pairs(bytes: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

async fn body(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, Trouble> {
    let read = web::Payload::from_request(request, &mut payload).await;
    let read = read.map_err(|_| Trouble::Unreadable("the form can't be read"))?;
    match timeout(PATIENCE, read.to_bytes_limited(MAX_FORM)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Ok(Ok(Err(_))) | Err(_) => Err(Trouble::Unreadable("the form did not come to its end")),
        Ok(Err(_)) => Err(Trouble::TooLarge),
    }
}

/// Whether the browser says that another site sent the form. The token proves whose it is; this is a second look, by what no
/// page can forge. `Origin` may be `null`, as our pages ask for no referrer.
fn is_cross_site(request: &HttpRequest, issuer: &str) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = header("sec-fetch-site") {
        return site != "same-origin";
    }
    match header(header::ORIGIN.as_str()) {
        None | Some("null") => false,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            origin != issuer && Some(host) != header(header::HOST.as_str())
        }
    }
}

impl FromRequest for Posted {
    type Error = Trouble;
    type Future = Ready<Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Only the frame around the pages leaves one here, and only of a form that is ours.
        ready(request.extensions().get::<Self>().cloned().ok_or(Trouble::StaleForm))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_of_another_site_is_told_by_what_the_browser_says() {
        #[track_caller]
        fn check(headers: &[(&'static str, &str)], expect: bool) {
            let mut request = TestRequest::post().insert_header(("host", "leads.example"));
            for (name, value) in headers {
                request = request.insert_header((*name, *value));
            }
            let request = request.to_http_request();
            assert_eq!(is_cross_site(&request, "https://public.example"), expect, "{headers:?}");
        }
        check(&[], false);
        check(&[("sec-fetch-site", "same-origin")], false);
        check(&[("sec-fetch-site", "same-site")], true);
        check(&[("sec-fetch-site", "cross-site")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("origin", "https://public.example")], false);
        check(&[("origin", "http://leads.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "https://evil.example")], true);
        check(&[("origin", "https://public.example.evil.example")], true);
        check(&[("origin", "null"), ("sec-fetch-site", "cross-site")], true);
    }
}
