use actix_web::{HttpResponse, http::StatusCode};
use leadkeep_domain::{LeadStatus, Scope};
use leadkeep_service::LeadError;

use super::{colleagues, name_owner, read, request_id};
use crate::{
    account::Inside,
    pages::leads::{self, LeadForm, New, OWNER_EMAIL},
    posted::Posted,
    respond::{page_with, see},
    trouble::Trouble,
};

/// GET …/leads/new
pub(super) async fn new(inside: Inside) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let currency = inside.principal().await?.currency;
    drawn(&inside, LeadForm::empty(currency), StatusCode::OK).await
}

async fn drawn(inside: &Inside, form: LeadForm, status: StatusCode) -> Result<HttpResponse, Trouble> {
    let view = New { workspace: inside.workspace(), colleagues: colleagues(inside).await?, form };
    inside.framed(None, |frame| page_with(status, leads::new(frame, &view)))
}

/// POST …/leads
pub(super) async fn create(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let principal = inside.principal().await?;
    let mut form = read::form(&posted);
    name_owner(&inside, &mut form, posted.get(OWNER_EMAIL)).await?;
    let Some(fields) = read::new_lead(&mut form, principal.currency) else {
        return drawn(&inside, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let leads = &inside.account.visitor().state.leads;
    match leads.create(&principal, fields, LeadStatus::Active, request_id(&inside), None).await {
        Ok(lead) => {
            Ok(see(&format!("/console/w/{}/leads/{}?done=created", inside.workspace(), lead.id)).finish())
        }
        Err(error) => {
            let status = match error {
                LeadError::Duplicate { .. } => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            read::tell(&mut form, error)?;
            drawn(&inside, form, status).await
        }
    }
}
