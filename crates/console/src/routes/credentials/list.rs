use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::Act;
use leadkeep_storage::Excerpt;

use super::{
    Of,
    create::form,
    found::{count, excerpt, with_calls},
};
use crate::{
    Notice,
    account::Inside,
    pages::credentials::{self, ENDED, Issued, Kind, List, New, PER_PAGE},
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
    let view = List { new, ..list_of(&inside, K::KIND, page_of(&request)).await? };
    inside.framed(said.as_deref().map(Notice::Done), |frame| {
        page_with(StatusCode::OK, credentials::list(frame, &view))
    })
}

/// Which page of the list somebody is on, or came from; the first where nobody says.
pub(super) fn page_of(request: &HttpRequest) -> u32 {
    let page: u64 = Query::of(request).get("page").parse().unwrap_or(1);
    u32::try_from(page).unwrap_or(u32::MAX)
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
    let view = List { issued, new, ..list_of(inside, kind, 1).await? };
    inside.framed(notice, |frame| page_with(status, credentials::list(frame, &view)))
}

/// A page of those that work, from 1 on; beyond the last it is the last.
async fn list_of(inside: &Inside, kind: Kind, page: u32) -> Result<List, Trouble> {
    let count = u32::try_from(count(inside, kind).await?).unwrap_or(u32::MAX);
    let pages = count.div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let shown = Excerpt::Working { skip: (page - 1) * PER_PAGE, limit: PER_PAGE };
    let works = with_calls(inside, excerpt(inside, kind, shown).await?).await?;
    // One more says that there are others.
    let ended = excerpt(inside, kind, Excerpt::Ended(ENDED + 1)).await?;
    Ok(List { workspace: inside.workspace(), kind, works, ended, page, pages, issued: None, new: None })
}
