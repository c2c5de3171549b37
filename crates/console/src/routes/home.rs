use actix_web::HttpResponse;

use crate::{
    account::{Account, Inside},
    pages::nowhere,
    respond::{page, see},
    trouble::Trouble,
};

/// GET /console: the first page of whoever is signed in.
pub(super) async fn home(account: Account) -> Result<HttpResponse, Trouble> {
    match account.places().first() {
        Some(first) => Ok(see(&format!("/console/w/{}", first.id)).finish()),
        None => account.framed(None, |frame| page(nowhere::page(frame))),
    }
}

/// GET /console/w/{workspace}: its first page.
pub(super) async fn workspace(inside: Inside) -> HttpResponse {
    see(&format!("/console/w/{}/settings/members", inside.workspace())).finish()
}
