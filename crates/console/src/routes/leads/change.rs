use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{AiUpdateId, Lead, LeadStatus, Scope, Version};
use leadkeep_service::LeadError;
use leadkeep_storage::VersionCondition;

use super::{colleagues, found, lead_id, may_change, name_owner, read, request_id, timeline};
use crate::{
    Notice, Typed,
    account::Inside,
    pages::leads::{self, Applied, Conflict, Detail, EDITABLE, Event, LeadForm, Meanwhile, OWNER_EMAIL},
    posted::Posted,
    query::Query,
    respond::{page_with, see},
    trouble::Trouble,
};

/// What has been done, as the address says it.
const DONE: [(&str, &str); 4] = [
    ("created", "The lead is created."),
    ("saved", "The changes are saved."),
    ("archived", "The lead is archived."),
    ("restored", "The lead is restored."),
];

/// A lead's page, as it is to be drawn.
pub(super) struct Drawing {
    form: LeadForm,
    conflict: Option<Conflict>,
    text: Typed,
    applied: Option<AiUpdateId>,
    status: StatusCode,
}

impl Drawing {
    /// Of the lead as it is.
    pub(super) fn of(lead: &Lead) -> Self {
        Self {
            form: LeadForm::of(&lead.fields),
            conflict: None,
            text: Typed::default(),
            applied: None,
            status: StatusCode::OK,
        }
    }

    /// With a text, and why it was not read.
    pub(super) fn with_text(self, text: Typed, status: StatusCode) -> Self {
        Self { text, status, ..self }
    }

    /// Draws the page.
    pub(super) async fn draw(
        self,
        inside: &Inside,
        lead: Lead,
        request: &HttpRequest,
    ) -> Result<HttpResponse, Trouble> {
        let query = Query::of(request);
        let timeline = timeline::of(inside, &lead, query.given("before")).await?;
        let applied = timeline.items.iter().find_map(|item| match &item.event {
            Event::SmartUpdate(update) if Some(update.id) == self.applied => Some(Applied(update.clone())),
            _ => None,
        });
        let said = DONE.iter().find(|(what, _)| *what == query.get("done"));
        let notice = said.filter(|_| self.status.is_success()).map(|(_, text)| Notice::Done(text));
        let view = Detail {
            workspace: inside.workspace(),
            may_change: may_change(inside),
            colleagues: colleagues(inside).await?,
            form: self.form,
            conflict: self.conflict,
            text: self.text,
            applied,
            timeline,
            lead,
        };
        inside.framed(notice, |frame| page_with(self.status, leads::detail(frame, &view)))
    }
}

/// GET …/leads/{lead}
pub(super) async fn detail(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let lead = found(&inside, &request).await?;
    let applied = Query::of(&request).given("update").and_then(|id| id.parse().ok());
    Drawing { applied, ..Drawing::of(&lead) }.draw(&inside, lead, &request).await
}

/// POST …/leads/{lead}: what was changed in the form, and nothing else.
pub(super) async fn save(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let id = lead_id(&request)?;
    let principal = inside.principal().await?;
    let leads = &inside.account.visitor().state.leads;
    let lead = leads.get(&principal, id).await?;
    let version = posted.get("version").parse().ok().and_then(Version::from_number);
    let version =
        version.ok_or(Trouble::Unreadable("the form does not say which version of the lead it changes"))?;
    let mut form = read::form(&posted);
    name_owner(&inside, &mut form, posted.get(OWNER_EMAIL)).await?;
    let Some(patch) = read::patch(&mut form, principal.currency) else {
        let faulty = Drawing { form, status: StatusCode::UNPROCESSABLE_ENTITY, ..Drawing::of(&lead) };
        // The version stays that of the form, for what was changed meanwhile to be told.
        return faulty.draw(&inside, Lead { version, ..lead }, &request).await;
    };
    let condition = Some(VersionCondition(vec![version]));
    match leads.update(&principal, id, patch, condition, request_id(&inside)).await {
        Ok(_) => Ok(see(&format!("{}?done=saved", request.path())).finish()),
        Err(LeadError::Stale) => {
            let lead = leads.get(&principal, id).await?;
            let conflict = Some(meanwhile(&mut form, &lead));
            let stale = Drawing { form, conflict, status: StatusCode::CONFLICT, ..Drawing::of(&lead) };
            stale.draw(&inside, lead, &request).await
        }
        Err(error) => {
            read::tell(&mut form, error)?;
            let refused = Drawing { form, status: StatusCode::CONFLICT, ..Drawing::of(&lead) };
            refused.draw(&inside, Lead { version, ..lead }, &request).await
        }
    }
}

/// What is otherwise than it was when the form was drawn. What nobody typed over becomes as it is now; what somebody typed stays.
fn meanwhile(form: &mut LeadForm, lead: &Lead) -> Conflict {
    let now = LeadForm::of(&lead.fields);
    let is_archived = lead.status() == LeadStatus::Archived;
    let mut told = Vec::new();
    for field in EDITABLE {
        let (typed, was, is) =
            (form.get(field).to_owned(), form.was(field).to_owned(), now.get(field).to_owned());
        let yours = form.is_changed(field).then(|| typed.clone());
        // The form's texts have no spaces around them.
        if was != is.trim() || (is_archived && yours.is_some()) {
            told.push(Meanwhile { field, was, now: is.clone(), yours: yours.clone() });
        }
        form.put(field, yours.unwrap_or_else(|| is.clone()), is);
    }
    if is_archived {
        // There is no form of it: the page shows what is.
        *form = now;
    }
    Conflict { is_archived, fields: told }
}
