use actix_web::{HttpRequest, HttpResponse};
use leadkeep_domain::{Act, Plan, Workspace};
use leadkeep_service::Period;

use super::{current, done, here};
use crate::{
    Section,
    account::Inside,
    numbers::{grouped, many},
    pages::{confirm, workspace::plan_name},
    posted::Posted,
    respond::page,
    trouble::Trouble,
};

fn named(request: &HttpRequest) -> Result<Plan, Trouble> {
    let name = request.match_info().get("plan").unwrap_or_default();
    name.parse().map_err(|_| Trouble::NotFound)
}

/// GET …/plan/{plan}: what will be different.
pub(super) async fn confirm(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ChangePlan)?;
    let (plan, workspace) = (named(&request)?, current(&inside).await?);
    let name = plan_name(plan);
    let view = confirm::View {
        title: format!("Change {} to the {name} plan?", workspace.name),
        sentences: vec![
            calls(&workspace, plan),
            busiest(&inside).await?,
            credits(&inside, &workspace, plan).await?,
            "It holds from the next call on. You can change it back at any time.".to_owned(),
        ],
        button: format!("Change to {name}"),
        action: request.path().to_owned(),
        cancel: here(&inside),
        section: Some(Section::Workspace),
    };
    inside.framed(None, |frame| page(confirm::page(frame, &view)))
}

fn calls(workspace: &Workspace, plan: Plan) -> String {
    format!(
        "Each API key, API token and app of a person that has no limit of its own may make {} a minute; now it is {}.",
        many(plan.calls_per_minute().into(), "call"),
        grouped(workspace.plan.calls_per_minute().into())
    )
}

/// What is made of it, so that one sees whether less will do.
async fn busiest(inside: &Inside) -> Result<String, Trouble> {
    let activity = &inside.account.visitor().state.activity;
    let minutes = activity.timeline(inside.workspace(), None, Period::Hour).await?;
    let most = minutes.iter().map(|minute| minute.counts.total()).max().unwrap_or(0);
    Ok(format!(
        "In the busiest minute of the last 60 the workspace made {}, with all credentials together.",
        many(most, "call")
    ))
}

async fn credits(inside: &Inside, workspace: &Workspace, plan: Plan) -> Result<String, Trouble> {
    let allowances = inside.account.visitor().state.smart_updates.allowances();
    let used = crate::routes::usage::credits(inside).await?.report.charged;
    Ok(format!(
        "There are {} a month; now it is {}, of which {} used this month.",
        many(allowances.of(plan), "AI credit"),
        grouped(allowances.of(workspace.plan)),
        if used == 1 { "1 is".to_owned() } else { format!("{} are", grouped(used)) }
    ))
}

/// POST …/plan/{plan}
pub(super) async fn change(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ChangePlan)?;
    inside.management()?.set_plan(inside.workspace(), named(&request)?).await?;
    Ok(done(&inside, "plan"))
}
