mod ai;
mod currency;
mod limits;
mod plan;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_domain::{Act, AiFields, AiProvider, Field, Workspace};
use leadkeep_service::gate::SITE_CALLS_PER_MINUTE;

use super::{Route, get, post};
use crate::{
    Notice, Typed,
    account::Inside,
    pages::workspace::{self, Ai, View},
    respond::{page_with, see},
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/settings/workspace", || web::to(page)),
    post("/console/w/{workspace}/settings/workspace/currency", || web::to(currency::change)),
    post("/console/w/{workspace}/settings/workspace/ai", || web::to(ai::change)),
    post("/console/w/{workspace}/settings/workspace/limits", || web::to(limits::change)),
    get("/console/w/{workspace}/settings/workspace/plan/{plan}", || web::to(plan::confirm)),
    post("/console/w/{workspace}/settings/workspace/plan/{plan}", || web::to(plan::change)),
];

/// What has been done, as the address says it.
const DONE: [(&str, &str); 4] = [
    ("currency", "The currency is changed, for deals that name none from now on."),
    ("ai", "What smart update may do is changed, from the next text on."),
    ("limits", "The limits of the site are changed, from the next call on."),
    ("plan", "The plan is changed, from the next call on."),
];

fn here(inside: &Inside) -> String {
    format!("/console/w/{}/settings/workspace", inside.workspace())
}

fn done(inside: &Inside, what: &str) -> HttpResponse {
    see(&format!("{}?done={what}", here(inside))).finish()
}

/// GET …/settings/workspace
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ChangeSettings)?;
    let said = DONE.iter().find(|(what, _)| request.query_string() == format!("done={what}"));
    let view = view(&inside, &current(&inside).await?);
    inside.framed(said.map(|(_, text)| Notice::Done(text)), |frame| {
        page_with(StatusCode::OK, workspace::page(frame, &view))
    })
}

/// The page again, with what is wrong.
fn faulty(inside: &Inside, view: &View) -> Result<HttpResponse, Trouble> {
    inside.framed(None, |frame| page_with(StatusCode::UNPROCESSABLE_ENTITY, workspace::page(frame, view)))
}

/// The workspace as it is now.
async fn current(inside: &Inside) -> Result<Workspace, Trouble> {
    Ok(inside.account.visitor().state.management.workspace(inside.workspace()).await?)
}

/// What the page shows of a workspace before anything is typed.
fn view(inside: &Inside, workspace: &Workspace) -> View {
    let smart_updates = &inside.account.visitor().state.smart_updates;
    let written = |limit: Option<std::num::NonZeroU32>| {
        Typed::new(limit.map(|limit| limit.to_string()).unwrap_or_default())
    };
    let fields = workspace.ai.fields.as_ref().map_or(AiFields::ANYWHERE.as_slice(), AiFields::as_slice);
    View {
        workspace: workspace.id,
        role: inside.membership.role,
        currency: Typed::new(workspace.currency.code()),
        ai: Ai {
            provider: workspace.ai.provider.map_or("", AiProvider::as_str).to_owned(),
            provider_fault: None,
            fields: fields.iter().copied().map(Field::as_str).map(str::to_owned).collect(),
            fields_fault: None,
            allowed: smart_updates.server_provider(),
        },
        budget: written(workspace.site_limits.budget),
        key_share: written(workspace.site_limits.key_share),
        usual_budget: SITE_CALLS_PER_MINUTE.get(),
        plan: workspace.plan,
        allowances: smart_updates.allowances(),
    }
}
