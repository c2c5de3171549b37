use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_service::smart_updates::AiUpdateError;
use leadkeep_storage::CountedCredential;
use time::{Date, Duration};
use uuid::Uuid;

use super::{Route, get};
use crate::{
    account::Inside,
    pages::usage::{self, Credits, View},
    query::Query,
    respond::page as shown,
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[get("/console/w/{workspace}/usage", || web::to(page))];

/// GET …/usage: of the `period`, and of one `credential` where one is named.
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let asked = Query::of(&request);
    let only = match asked.get("credential") {
        "" => None,
        id => Some(counted(&inside, id).await?),
    };
    let (activity, workspace) = (&inside.account.visitor().state.activity, inside.workspace());
    let period = usage::period(asked.get("period"));
    let steps = activity.timeline(workspace, only.as_ref().map(|only| only.id), period).await?;
    let (by_credential, credits) = match only {
        Some(_) => (Vec::new(), None),
        None => (activity.by_credential(workspace, period).await?, Some(credits(&inside).await?)),
    };
    let page = asked.get("page").parse().unwrap_or(1);
    let view = View { workspace, period, steps, only, by_credential, page, credits };
    inside.framed(None, |frame| shown(usage::page(frame, &view)))
}

/// A credential of this workspace. What another has is not there.
async fn counted(inside: &Inside, id: &str) -> Result<CountedCredential, Trouble> {
    let id: Uuid = id.parse().map_err(|_| Trouble::NotFound)?;
    let all = inside.account.visitor().state.activity.counted_credentials(inside.workspace()).await?;
    all.into_iter().find(|one| one.id == id).ok_or(Trouble::NotFound)
}

pub(super) async fn credits(inside: &Inside) -> Result<Credits, Trouble> {
    let smart_updates = &inside.account.visitor().state.smart_updates;
    let (first, today) = smart_updates.this_month();
    let report = smart_updates.usage(&inside.principal().await?, first, today).await;
    let report = report.map_err(|error| match error {
        AiUpdateError::Storage(error) => error.into(),
        _ => Trouble::NotFound,
    })?;
    Ok(Credits { report, renewed_on: first_of_next_month(first) })
}

fn first_of_next_month(first: Date) -> Date {
    // No month has more than 31 days, and none fewer than 28.
    let within = first.saturating_add(Duration::days(31));
    within.replace_day(1).unwrap_or(within)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn months_follow_each_other() {
        for (first, next) in [
            (date!(2026 - 01 - 01), date!(2026 - 02 - 01)),
            (date!(2026 - 02 - 01), date!(2026 - 03 - 01)),
            (date!(2026 - 12 - 01), date!(2027 - 01 - 01)),
        ] {
            assert_eq!(first_of_next_month(first), next);
        }
    }
}
