//! Who looks at a page, and with what: read once for each request, before any handler.

use std::{
    future::{Ready, ready},
    net::IpAddr,
    rc::Rc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev::Payload, http::header, web::Data};
use leadkeep_api::{RequestId, address};
use leadkeep_domain::FormId;
use leadkeep_service::{
    chain,
    gate::Refusal,
    people::{Browser, Session, SignedIn},
};
use leadkeep_storage::{Origin, StorageError};
use time::OffsetDateTime;

use crate::{
    ConsoleState, Plain, cookies::Kind, local_path::LocalPath, respond::see, theme::Theme, trouble::Trouble,
};

/// A browser that asks for a page, and who is signed in with it.
pub(crate) struct Visitor {
    pub(crate) state: Data<ConsoleState>,
    pub(crate) request: HttpRequest,
    pub(crate) session: Option<Session>,
    /// Whether the browser sent a session that is none any more.
    pub(crate) had_session: bool,
    /// What the browser is to be told apart by until somebody signs in, if it has no such value yet.
    pub(crate) first_value: Option<String>,
    pub(crate) form_token: String,
    pub(crate) request_id: RequestId,
    pub(crate) origin: Origin,
    device: Option<String>,
    user_agent: String,
    address: IpAddr,
    now: OffsetDateTime,
}

impl Visitor {
    pub(crate) async fn read(state: Data<ConsoleState>, request: &HttpRequest) -> Result<Self, StorageError> {
        let (people, address) = (&state.people, address(request));
        let presented = Kind::Session.read(request);
        let session = match &presented {
            Some(secret) => people.session(secret, address).await?,
            None => None,
        };
        let known = Kind::Visitor.read(request).filter(|value| people.is_visitor(value));
        let (visitor, is_new) = known.map_or_else(|| (people.new_visitor(), true), |value| (value, false));
        let form_token = match &session {
            Some(session) => people.form_token(session.secret().expose()),
            None => people.form_token(&visitor),
        };
        let user_agent = request.headers().get(header::USER_AGENT);
        Ok(Self {
            had_session: presented.is_some() && session.is_none(),
            first_value: (is_new && session.is_none()).then_some(visitor),
            form_token,
            session,
            origin: Origin { request_id: RequestId::of(request).as_str().to_owned(), address },
            request_id: RequestId::of(request),
            device: Kind::Device.read(request),
            user_agent: user_agent.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned(),
            address,
            now: state.clock.now(),
            request: request.clone(),
            state,
        })
    }

    /// What pages without a frame know.
    pub(crate) fn plain(&self) -> Plain<'_> {
        // What was asked for with a form has no address to come back to.
        let here = self.request.uri().path_and_query().filter(|_| self.request.method().is_safe());
        Plain {
            assets: &self.state.assets,
            form_token: &self.form_token,
            form_id: FormId::generate(),
            now: self.now,
            theme: Theme::of(&self.request),
            here: here.map_or("", |path| path.as_str()),
        }
    }

    /// The browser, for whoever signs in with it.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { device: self.device.as_deref(), address: self.address, user_agent: &self.user_agent }
    }

    /// The session, or the way to one and back.
    pub(crate) fn require_session(&self) -> Result<&Session, Trouble> {
        self.session.as_ref().ok_or_else(|| {
            let here = self.request.uri().path_and_query().map_or("/console", |path| path.as_str());
            let next = LocalPath::parse(here).filter(|_| self.request.method().is_safe());
            Trouble::SignIn { next: next.unwrap_or_else(LocalPath::home).to_string() }
        })
    }

    /// Sends somebody on who has just signed in: with a new session, and no trace of the one before. Where that can't be ended,
    /// the new one stands all the same.
    pub(crate) async fn signed_in(&self, signed_in: SignedIn, next: &str) -> HttpResponse {
        if let Some(before) = &self.session
            && let Err(error) = self.state.people.sign_out(before).await
        {
            let request_id = self.request_id.as_str();
            tracing::warn!(request_id, cause = chain(&error), "the session before was not ended");
        }
        let mut response = see(next);
        let session = signed_in.session.expose().to_owned();
        response.cookie(Kind::Session.cookie(&self.request, session));
        response.cookie(Kind::Device.cookie(&self.request, signed_in.device));
        response.cookie(Kind::Visitor.gone(&self.request));
        response.finish()
    }

    /// Counts, for the log, what somebody tried who is not let in.
    pub(crate) fn note_refusal(&self, refusal: Refusal) {
        self.state.refusals.note(refusal, self.address);
    }

    /// Sends somebody on who is signed out.
    pub(crate) fn signed_out(&self, next: &LocalPath) -> HttpResponse {
        let mut response = see(next.as_str());
        response.cookie(Kind::Session.gone(&self.request));
        response.finish()
    }
}

impl FromRequest for SharedVisitor {
    type Error = Trouble;
    type Future = Ready<Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Without the frame around the route nobody was looked at: a mistake of ours.
        let missing = || Trouble::Internal("a page is mounted without its frame".into());
        ready(request.extensions().get::<Self>().cloned().ok_or_else(missing))
    }
}

/// The visitor, as handlers take it.
#[derive(Clone)]
pub(crate) struct SharedVisitor(pub(crate) Rc<Visitor>);

impl std::ops::Deref for SharedVisitor {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.0
    }
}
