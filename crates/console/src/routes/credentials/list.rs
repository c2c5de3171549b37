use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::Act;

use super::{Of, create::form, found::all};
use crate::{
    Notice,
    account::Inside,
    pages::credentials::{self, Issued, Kind, List, New},
    query::Query,
    respond::page_with,
    trouble::Trouble,
};

/// GET: all of a kind.
pub(super) async fn list<K: Of>(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let asked = Query::of(&request);
    let said = done(K::KIND, asked.get("done"));
    let new = if K::KIND.is_made_in_the_list() { Some(form(&inside, K::KIND).await?) } else { None };
    let view = List { new, page: page_of(&request), ..all_of(&inside, K::KIND).await? };
    inside.framed(said.as_deref().map(Notice::Done), |frame| {
        page_with(StatusCode::OK, credentials::list(frame, &view))
    })
}

/// Which page of the list somebody is on, or came from; the first where nobody says.
pub(super) fn page_of(request: &HttpRequest) -> usize {
    Query::of(request).get("page").parse().unwrap_or(1)
}

/// What has been done, as the address says it.
fn done(kind: Kind, what: &str) -> Option<String> {
    let what = match what {
        "revoked" => "revoked: its next call gets 401",
        "disabled" => "disabled: its calls get 401 until somebody enables it",
        "enabled" => "enabled: it works again",
        _ => return None,
    };
    Some(format!("The {} is {what}.", kind.name()))
}

/// The page of all, with what has just been made on top.
pub(super) async fn drawn(
    inside: &Inside,
    kind: Kind,
    notice: Option<Notice<'_>>,
    issued: Option<Issued>,
    new: Option<New>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let view = List { issued, new, ..all_of(inside, kind).await? };
    inside.framed(notice, |frame| page_with(status, credentials::list(frame, &view)))
}

async fn all_of(inside: &Inside, kind: Kind) -> Result<List, Trouble> {
    let (workspace, credentials) = (inside.workspace(), all(inside, kind).await?);
    Ok(List { workspace, kind, credentials, page: 1, issued: None, new: None })
}
