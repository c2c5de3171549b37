use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_service::people::{Fault, JoinError, Joiner, LinkState};
use leadkeep_storage::FoundInvitation;

use super::{Route, get, link, post};
use crate::{
    Person, Typed,
    pages::join::{self, Entrance, NewAccount, Step, View},
    posted::Posted,
    respond::{page_with, see},
    trouble::Trouble,
    visitor::{SharedVisitor, Visitor},
};

pub(super) const ROUTES: &[Route] =
    &[get("/console/join/{link}", || web::to(form)), post("/console/join/{link}", || web::to(join))];

/// GET /console/join/{link}
pub(super) async fn form(visitor: SharedVisitor, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    match visitor.state.people.invitation(link(&request)).await? {
        LinkState::Open(found) => {
            let step = first_step(&visitor, &found);
            Ok(drawn(&visitor, link(&request), &found, step, StatusCode::OK))
        }
        LinkState::Ended(_) | LinkState::Unknown => Ok(gone(&visitor)),
    }
}

fn gone(visitor: &Visitor) -> HttpResponse {
    page_with(StatusCode::GONE, join::gone(&visitor.plain()))
}

/// What somebody is to do who opens the link.
fn first_step<'a>(visitor: &'a Visitor, found: &FoundInvitation) -> Step<'a> {
    let named = found.invitation.email.as_ref();
    match &visitor.session {
        Some(session) => {
            let user = &session.user;
            let person = Person { name: user.name.as_str(), email: user.email.as_str() };
            let is_for_them = named.is_none_or(|named| named.key() == user.email.key());
            if is_for_them { Step::Ready(person) } else { Step::Other(person) }
        }
        None => Step::New(NewAccount {
            email: Typed::new(named.map(ToString::to_string).unwrap_or_default()),
            email_fixed: named.is_some(),
            ..NewAccount::default()
        }),
    }
}

fn drawn(
    visitor: &Visitor,
    link: &str,
    found: &FoundInvitation,
    step: Step<'_>,
    status: StatusCode,
) -> HttpResponse {
    let invitation = &found.invitation;
    let to = if invitation.is_setup {
        Entrance::NewServer
    } else {
        Entrance::Workspace {
            name: found.workspace_name.as_str(),
            role: invitation.role,
            invited_by: &invitation.created_by_name,
        }
    };
    page_with(status, join::page(&visitor.plain(), &View { link, to, step }))
}

/// POST /console/join/{link}
pub(super) async fn join(
    visitor: SharedVisitor,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    let (people, link) = (&visitor.state.people, link(&request));
    let joiner = match &visitor.session {
        Some(session) => Joiner::SignedIn(session),
        None => Joiner::New {
            email: Some(posted.get("email")),
            name: posted.get("name"),
            password: posted.get("password").to_owned(),
        },
    };
    match people.accept(link, joiner, visitor.browser(), &visitor.origin).await {
        Ok(joined) => {
            let there = format!("/console/w/{}", joined.member.workspace);
            Ok(match joined.signed_in {
                Some(signed_in) => visitor.signed_in(signed_in, &there).await,
                None => see(&there).finish(),
            })
        }
        Err(error) => refused(&visitor, &posted, link, error).await,
    }
}

async fn refused(
    visitor: &Visitor,
    posted: &Posted,
    link: &str,
    error: JoinError,
) -> Result<HttpResponse, Trouble> {
    let LinkState::Open(found) = visitor.state.people.invitation(link).await? else {
        return Ok(gone(visitor));
    };
    let again = |status, step| Ok(drawn(visitor, link, &found, step, status));
    match error {
        JoinError::Ended => Ok(gone(visitor)),
        JoinError::AlreadyMember => Ok(see(&format!("/console/w/{}", found.invitation.workspace)).finish()),
        JoinError::Invalid(faults) => {
            again(StatusCode::UNPROCESSABLE_ENTITY, Step::New(with_faults(posted, &found, &faults)))
        }
        JoinError::EmailTaken => again(StatusCode::CONFLICT, Step::SignIn { email: posted.get("email") }),
        JoinError::WrongUser => {
            let faults = [Fault { field: "email", reason: "must be the one that was invited".to_owned() }];
            match first_step(visitor, &found) {
                Step::New(_) => {
                    again(StatusCode::UNPROCESSABLE_ENTITY, Step::New(with_faults(posted, &found, &faults)))
                }
                step => again(StatusCode::CONFLICT, step),
            }
        }
        JoinError::TooMany(too_many) => Err(too_many.into()),
        JoinError::Storage(error) => Err(error.into()),
        JoinError::Random(error) => Err(error.into()),
    }
}

fn with_faults(posted: &Posted, found: &FoundInvitation, faults: &[Fault]) -> NewAccount {
    let fault = |field: &str| {
        let found = faults.iter().find(|fault| fault.field == field);
        found.map(|fault| format!("It {}.", fault.reason))
    };
    NewAccount {
        name: Typed { value: posted.get("name").to_owned(), fault: fault("name") },
        email: Typed { value: posted.get("email").to_owned(), fault: fault("email") },
        email_fixed: found.invitation.email.is_some(),
        password_fault: fault("password"),
    }
}
