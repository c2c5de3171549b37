use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_service::people::{LinkState, ResetError};

use super::{Route, get, link, post, sign_in::SIGN_IN_ANEW};
use crate::{
    local_path::LocalPath,
    pages::reset::{self, View},
    posted::Posted,
    respond::{page_with, see},
    trouble::Trouble,
    visitor::{SharedVisitor, Visitor},
};

pub(super) const ROUTES: &[Route] =
    &[get("/console/reset/{link}", || web::to(form)), post("/console/reset/{link}", || web::to(reset))];

/// GET /console/reset/{link}
pub(super) async fn form(visitor: SharedVisitor, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    drawn(&visitor, link(&request), None, StatusCode::OK).await
}

async fn drawn(
    visitor: &Visitor,
    link: &str,
    password_fault: Option<&str>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let plain = visitor.plain();
    Ok(match visitor.state.people.reset(link).await? {
        LinkState::Open(found) => {
            let email = found.user.email.as_str();
            page_with(status, reset::page(&plain, &View { link, email, password_fault }))
        }
        LinkState::Ended(_) | LinkState::Unknown => page_with(StatusCode::GONE, reset::gone(&plain)),
    })
}

/// POST /console/reset/{link}
pub(super) async fn reset(
    visitor: SharedVisitor,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    let (link, password) = (link(&request), posted.get("password").to_owned());
    match visitor.state.people.redeem_reset(link, password, visitor.browser(), &visitor.origin).await {
        Ok(Some(signed_in)) => Ok(visitor.signed_in(signed_in, LocalPath::home().as_str()).await),
        Ok(None) => Ok(see(SIGN_IN_ANEW).finish()),
        Err(ResetError::Ended) => drawn(&visitor, link, None, StatusCode::GONE).await,
        Err(ResetError::Unsuitable(reason)) => {
            let fault = format!("It {reason}.");
            drawn(&visitor, link, Some(&fault), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(ResetError::TooMany(too_many)) => Err(too_many.into()),
        Err(ResetError::Storage(error)) => Err(error.into()),
        Err(ResetError::Random(error)) => Err(error.into()),
    }
}
