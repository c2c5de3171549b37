//! Apps as pages show them.

use leadkeep_domain::{ClientKey, ClientKind, Id};
use leadkeep_storage::ListedApp;
use time::OffsetDateTime;

use crate::{
    account::Inside,
    pages::{
        credentials::LastUse,
        oauth_apps::{App, Kind},
    },
    routes::credentials::{NO_CALLS, secrets},
    trouble::Trouble,
};

/// One app of the workspace.
pub(super) async fn one(inside: &Inside, app: Id<ClientKey>) -> Result<App, Trouble> {
    let listed = inside.management()?.app(inside.workspace(), app).await?;
    with_calls(inside, vec![listed]).await?.pop().ok_or(Trouble::NotFound)
}

/// The apps with their calls of the last day, of all in one query.
pub(super) async fn with_calls(inside: &Inside, listed: Vec<ListedApp>) -> Result<Vec<App>, Trouble> {
    let state = &inside.account.visitor().state;
    let ids: Vec<_> = listed.iter().map(|one| one.app.client.id).collect();
    let calls = state.activity.recent_hours_of_apps(inside.workspace(), ids).await?;
    let now = state.clock.now();
    let of = |one: ListedApp| {
        let hours = calls.get(&one.app.client.id).copied().unwrap_or(NO_CALLS);
        App { hours, ..shown(one, now) }
    };
    Ok(listed.into_iter().map(of).collect())
}

/// An app, without its calls: one that is revoked makes none any more.
pub(super) fn shown(listed: ListedApp, now: OffsetDateTime) -> App {
    let (app, last_used_from) = (listed.app, listed.last_used_from);
    let client = app.client;
    App {
        id: client.id.to_string(),
        name: client.name.to_string(),
        client_id: client.client_id.to_string(),
        kind: if client.kind == ClientKind::PublicApp { Kind::Public } else { Kind::Confidential },
        redirect_uris: app.redirect_uris.iter().map(ToString::to_string).collect(),
        scopes: client.scopes,
        created_by: app.created_by_name,
        created_at: client.created_at,
        secrets: secrets(&listed.secrets, now),
        people: listed.grants,
        last_use: listed.last_used_at.map(|at| LastUse { at, from: last_used_from }),
        revoked_at: client.revoked_at,
        hours: NO_CALLS,
    }
}
