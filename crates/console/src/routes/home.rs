use actix_web::{HttpRequest, HttpResponse, web};

use super::{Route, get};
use crate::{
    account::{Account, Inside},
    pages::workspaces,
    query::Query,
    respond::{page, see},
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[
    get("/", || web::to(root)),
    get("/console", || web::to(home)),
    get(workspaces::PATH, || web::to(all)),
    get("/console/w/{workspace}", || web::to(workspace)),
];

/// GET /: where a browser comes that was given the server's address.
pub(super) async fn root() -> HttpResponse {
    see("/console").finish()
}

/// GET /console: the first page of whoever is signed in.
pub(super) async fn home(account: Account) -> Result<HttpResponse, Trouble> {
    match account.places().first() {
        Some(first) => Ok(see(&format!("/console/w/{}", first.id)).finish()),
        None => account.framed(None, |frame| page(workspaces::page(frame, 1))),
    }
}

/// GET /console/workspaces: all of them.
pub(super) async fn all(account: Account, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let asked = Query::of(&request).get("page").parse().unwrap_or(1);
    account.framed(None, |frame| page(workspaces::page(frame, asked)))
}

/// GET /console/w/{workspace}: its first page.
pub(super) async fn workspace(inside: Inside) -> HttpResponse {
    see(&format!("/console/w/{}/leads", inside.workspace())).finish()
}
