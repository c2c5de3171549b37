use actix_web::{HttpResponse, web};
use leadkeep_domain::Act;

use super::{Route, credentials::all, get};
use crate::{
    account::Inside,
    pages::{
        api_settings::{self, Part},
        credentials::{Credential, Kind},
        integrations::{self, Face},
    },
    respond::page,
    spark::sum,
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/integrations", || web::to(faces)),
    get("/console/w/{workspace}/settings/api", || web::to(api)),
];

/// GET …/integrations
pub(super) async fn faces(inside: Inside) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let state = &inside.account.visitor().state;
    let is_served = |face: &Face| state.dialects.iter().any(|dialect| dialect.prefix == face.prefix());
    let view = integrations::View {
        workspace: inside.workspace(),
        address: state.issuer().to_owned(),
        faces: Face::ALL.into_iter().filter(is_served).collect(),
        clients: working(&all(&inside, Kind::Client).await?),
    };
    inside.framed(None, |frame| page(integrations::page(frame, &view)))
}

/// GET …/settings/api
pub(super) async fn api(inside: Inside) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let found = all(&inside, kind).await?;
        let calls = found.iter().map(|one| sum(&one.hours).total()).sum();
        parts.push(Part { kind, active: working(&found), calls });
    }
    let apps = inside.management()?.apps(inside.workspace()).await?;
    let apps = count(apps.iter().filter(|app| app.app.client.revoked_at.is_none()));
    let view = api_settings::View { workspace: inside.workspace(), parts, apps };
    inside.framed(None, |frame| page(api_settings::page(frame, &view)))
}

fn working(credentials: &[Credential]) -> u64 {
    count(credentials.iter().filter(|one| !one.is_over()))
}

fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}
