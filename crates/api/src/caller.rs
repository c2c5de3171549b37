use std::{
    future::{Ready, ready},
    marker::PhantomData,
    rc::Rc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use leadkeep_domain::Scope;
use leadkeep_service::{
    Budget,
    gate::{self, Forbidden, Principal},
};

use crate::{problem::Problem, request_id::RequestId};

/// Who makes this request: admitted by the gate, and left in the request for the handler.
#[derive(Clone)]
pub(crate) struct Caller(Rc<Admitted>);

struct Admitted {
    principal: Principal,
    budget: Budget,
    request_id: RequestId,
}

impl Caller {
    pub(crate) fn new(principal: Principal, budget: Budget, request_id: RequestId) -> Self {
        Self(Rc::new(Admitted { principal, budget, request_id }))
    }

    pub(crate) fn principal(&self) -> &Principal {
        &self.0.principal
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    pub(crate) fn request_id(&self) -> &str {
        self.0.request_id.as_str()
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Without a gate in front of the route there is nobody: refuse.
        ready(request.extensions().get::<Self>().cloned().ok_or_else(|| Problem::unauthorized(false)))
    }
}

/// A [`Caller`] whose credential has a scope. Put it first among a handler's arguments: the permission is then asked
/// before the body is read.
pub(crate) struct Permitted<S> {
    caller: Caller,
    scope: PhantomData<S>,
}

/// The scope that a handler needs.
pub(crate) trait Needs {
    const SCOPE: Scope;
}

/// `leads.read`.
pub(crate) enum LeadsRead {}
/// `leads.write`.
pub(crate) enum LeadsWrite {}
/// `conversations.read`.
pub(crate) enum ConversationsRead {}
/// `conversations.write`.
pub(crate) enum ConversationsWrite {}

/// `runs.read`.
pub(crate) enum RunsRead {}
/// `runs.write`.
pub(crate) enum RunsWrite {}

impl Needs for RunsRead {
    const SCOPE: Scope = Scope::RunsRead;
}

impl Needs for RunsWrite {
    const SCOPE: Scope = Scope::RunsWrite;
}

impl Needs for LeadsRead {
    const SCOPE: Scope = Scope::LeadsRead;
}

impl Needs for LeadsWrite {
    const SCOPE: Scope = Scope::LeadsWrite;
}

impl Needs for ConversationsRead {
    const SCOPE: Scope = Scope::ConversationsRead;
}

impl Needs for ConversationsWrite {
    const SCOPE: Scope = Scope::ConversationsWrite;
}

impl<S> std::ops::Deref for Permitted<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: Needs> FromRequest for Permitted<S> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Caller::from_request(request, payload).into_inner().and_then(|caller| {
            match gate::permit(caller.principal(), S::SCOPE) {
                Ok(()) => Ok(Self { caller, scope: PhantomData }),
                Err(forbidden) => Err(forbidden.into()),
            }
        }))
    }
}

impl From<Forbidden> for Problem {
    fn from(forbidden: Forbidden) -> Self {
        let problem = match forbidden {
            Forbidden::MissingScope(scope) => Self::missing_scope(scope),
            Forbidden::WrongWorkspace => Self::wrong_tenant("X-Workspace-Id"),
            Forbidden::WrongAddress(address) => Self::wrong_address(address),
            Forbidden::WrongOrganization => Self::wrong_tenant("X-Organization-Id"),
        };
        Self { refused_for: Some(forbidden.as_str()), ..problem }
    }
}
