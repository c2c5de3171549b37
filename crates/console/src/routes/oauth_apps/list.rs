use actix_web::{HttpRequest, HttpResponse};
use leadkeep_domain::{Act, Page, PageLimit};
use leadkeep_storage::ListedApp;

use super::{
    found::{shown, with_calls},
    notice,
};
use crate::{
    Pages,
    account::Inside,
    pages::oauth_apps::{self, List},
    query::{Query, address},
    respond::page,
    trouble::Trouble,
};

/// How many rows a page has: each is drawn with its calls.
const PER_PAGE: u64 = 25;

/// How many of those that are revoked are listed: the others are in the audit log.
const REVOKED: u64 = 10;

/// GET …/oauth-apps
pub(super) async fn list(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let query = Query::of(&request);
    let after = query.given("after").map(str::parse).transpose().map_err(|_| Trouble::NotFound)?;
    let (management, workspace) = (inside.management()?, inside.workspace());
    let limit = |count| PageLimit::parse(count).unwrap_or_default();
    let found = management.apps(workspace, after, limit(PER_PAGE)).await?;
    let ended = management.revoked_apps(workspace, limit(REVOKED)).await?;
    let now = inside.account.visitor().state.clock.now();
    let view = List {
        workspace,
        pages: Pages { first: after.map(|_| request.path().to_owned()), next: next(request.path(), &found) },
        apps: with_calls(&inside, found.items).await?,
        revoked: ended.items.into_iter().map(|one| shown(one, now)).collect(),
        more_revoked: ended.has_more,
    };
    inside.framed(notice(&request), |frame| page(oauth_apps::list(frame, &view)))
}

fn next(path: &str, page: &Page<ListedApp>) -> Option<String> {
    let last = page.items.last().filter(|_| page.has_more)?;
    Some(address(path, &[("after", &last.app.client.id.to_string())]))
}
