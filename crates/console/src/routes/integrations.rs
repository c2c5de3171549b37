use actix_web::{HttpResponse, web};
use leadkeep_domain::Act;
use leadkeep_service::Period;

use super::{Route, credentials::count, get};
use crate::{
    account::Inside,
    pages::{
        api_settings::{self, Part},
        credentials::Kind,
        integrations::{self, Face},
    },
    respond::page,
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
        clients: count(&inside, Kind::Client).await?,
    };
    inside.framed(None, |frame| page(integrations::page(frame, &view)))
}

/// GET …/settings/api
pub(super) async fn api(inside: Inside) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let activity = &inside.account.visitor().state.activity;
    let uses = activity.by_credential(inside.workspace(), Period::Day).await?;
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let of_kind = uses.iter().filter(|one| one.credential.kind == kind.actor());
        let calls = of_kind.map(|one| one.counts.total()).sum();
        parts.push(Part { kind, active: count(&inside, kind).await?, calls });
    }
    let apps = inside.management()?.count_apps(inside.workspace()).await?;
    let view = api_settings::View { workspace: inside.workspace(), parts, apps };
    inside.framed(None, |frame| page(api_settings::page(frame, &view)))
}
