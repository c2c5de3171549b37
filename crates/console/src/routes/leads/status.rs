use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{LeadPatch, LeadStatus, Scope, Text};
use leadkeep_service::LeadError;

use super::{found, lead_id, request_id};
use crate::{
    Notice, Section,
    account::Inside,
    pages::confirm,
    posted::Posted,
    respond::{page, page_with, see},
    trouble::Trouble,
};

fn here(inside: &Inside, request: &HttpRequest) -> Result<String, Trouble> {
    Ok(format!("/console/w/{}/leads/{}", inside.workspace(), lead_id(request)?))
}

/// GET …/leads/{lead}/archive
pub(super) async fn confirm_archiving(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let lead = found(&inside, &request).await?;
    if lead.status() == LeadStatus::Archived {
        return Ok(see(&here(&inside, &request)?).finish());
    }
    let name = lead.fields.name.as_ref().map_or(lead.fields.email.as_str(), Text::as_str);
    let view = confirm::View {
        title: format!("Archive {name}?"),
        sentences: vec![
            "1 lead leaves the lists, also those of programs that ask for active leads. It can't be changed until it is restored."
                .to_owned(),
            format!("Its e-mail, {}, is free for another lead.", lead.fields.email),
            "Its history and its conversations stay.".to_owned(),
        ],
        button: "Archive lead".to_owned(),
        action: request.path().to_owned(),
        cancel: here(&inside, &request)?,
        section: Some(Section::Leads),
    };
    inside.framed(None, |frame| page(confirm::page(frame, &view)))
}

/// POST …/leads/{lead}/archive
pub(super) async fn archive(
    inside: Inside,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    change(&inside, &request, LeadStatus::Archived).await?;
    Ok(see(&format!("{}?done=archived", here(&inside, &request)?)).finish())
}

/// POST …/leads/{lead}/restore
pub(super) async fn restore(
    inside: Inside,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    match change(&inside, &request, LeadStatus::Active).await? {
        None => Ok(see(&format!("{}?done=restored", here(&inside, &request)?)).finish()),
        Some(holder) => taken(&inside, &request, holder),
    }
}

/// Makes the lead active or archived; the path of the lead that has its e-mail now, where one has.
async fn change(
    inside: &Inside,
    request: &HttpRequest,
    status: LeadStatus,
) -> Result<Option<String>, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let (principal, lead) = (inside.principal().await?, lead_id(request)?);
    let leads = &inside.account.visitor().state.leads;
    let patch = LeadPatch::status(status);
    match leads.update(&principal, lead, patch, None, request_id(inside)).await {
        Ok(_) => Ok(None),
        Err(LeadError::Duplicate { holder, .. }) => {
            Ok(Some(format!("/console/w/{}/leads/{holder}", inside.workspace())))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is said where the e-mail is another lead's now.
fn taken(inside: &Inside, request: &HttpRequest, holder: String) -> Result<HttpResponse, Trouble> {
    let view = confirm::View {
        title: "Another lead has this e-mail".to_owned(),
        sentences: vec![
            "Two active leads can't have the same e-mail. Archive the other one, or give it another e-mail, and try again."
                .to_owned(),
            format!("The other lead is at {holder}."),
        ],
        button: "Restore lead".to_owned(),
        action: request.path().to_owned(),
        cancel: holder,
        section: Some(Section::Leads),
    };
    let notice = Some(Notice::Failed("The lead is not restored."));
    inside.framed(notice, |frame| page_with(StatusCode::CONFLICT, confirm::page(frame, &view)))
}
