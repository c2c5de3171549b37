use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{AiProvider, AiUpdateId, Change, Invalid, Lead, Scope};
use leadkeep_service::smart_updates::{AiUpdateError, DoneAiUpdate, NoteText, ReadFor, Reading, Requester};
use leadkeep_transfer::strict_json;
use serde_json::Value;

use super::{super::id, change::Drawing, colleagues, found, lead_id, request_id};
use crate::{
    Typed,
    account::Inside,
    pages::leads::{self, Preview},
    posted::Posted,
    respond::{page_with, see},
    room::on_page,
    trouble::Trouble,
};

/// How long a text may be, in bytes as the page has it: it comes back with the form.
const MOST_TEXT: usize = 36 * 1024;

/// POST …/leads/{lead}/smart-update: what a text would change. Nothing is changed.
pub(super) async fn preview(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let lead = found(&inside, &request).await?;
    let text = text(&posted);
    previewed(&inside, &request, lead, text, None).await
}

/// The text, with line breaks as it will come back: browsers send their own.
fn text(posted: &Posted) -> String {
    posted.get("text").replace("\r\n", "\n").replace('\r', "\n")
}

async fn previewed(
    inside: &Inside,
    request: &HttpRequest,
    lead: Lead,
    text: String,
    fault: Option<String>,
) -> Result<HttpResponse, Trouble> {
    let note = match read(text.clone()) {
        Ok(note) => note,
        Err(reason) => {
            let faulty = Typed::faulty(text, format!("It {reason}."));
            let drawing = Drawing::of(&lead).with_text(faulty, StatusCode::UNPROCESSABLE_ENTITY);
            return drawing.draw(inside, lead, request).await;
        }
    };
    let requester = Requester::new(&inside.principal().await?, request_id(inside));
    match inside.account.visitor().state.smart_updates.preview(&requester, lead.id, note).await {
        Ok((done, reading)) => seen(inside, done, &reading, text, fault).await,
        Err(error) => refused(inside, request, lead, text, error).await,
    }
}

/// The text, if there is room for it on the page that asks whether to apply it.
fn read(text: String) -> Result<NoteText, Invalid> {
    if on_page(&text) > MOST_TEXT {
        return Err(Invalid::new("is longer than this page can hold; the API takes texts of 64 KiB"));
    }
    NoteText::parse(text)
}

async fn seen(
    inside: &Inside,
    done: DoneAiUpdate,
    reading: &Reading,
    text: String,
    fault: Option<String>,
) -> Result<HttpResponse, Trouble> {
    let update = done.applied.update;
    let costs = update.reader.provider == AiProvider::OpenAi;
    let key = &inside.account.visitor().state.seals;
    let reading = reading.seal(key, read_for(inside, &done.applied.lead, &text));
    let status = if fault.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let view = Preview {
        workspace: inside.workspace(),
        lead: done.applied.lead,
        colleagues: colleagues(inside).await?,
        text,
        reading,
        update,
        credits: costs.then_some(done.remaining),
        fault,
    };
    inside.framed(None, |frame| page_with(status, leads::preview(frame, &view)))
}

fn read_for<'a>(inside: &Inside, lead: &Lead, text: &'a str) -> ReadFor<'a> {
    ReadFor { workspace: inside.workspace(), lead: lead.id, text }
}

/// The lead's page, with what was typed and why it was not read.
async fn refused(
    inside: &Inside,
    request: &HttpRequest,
    lead: Lead,
    text: String,
    error: AiUpdateError,
) -> Result<HttpResponse, Trouble> {
    let (status, fault) = match error {
        AiUpdateError::Disabled => (StatusCode::FORBIDDEN, "Smart update is off in this workspace."),
        AiUpdateError::CreditsExhausted => {
            (StatusCode::PAYMENT_REQUIRED, "The workspace has no credits left this month.")
        }
        AiUpdateError::TimedOut => {
            (StatusCode::GATEWAY_TIMEOUT, "What reads texts did not answer in time. Try again.")
        }
        AiUpdateError::Unavailable(cause) => {
            let cause = leadkeep_service::chain(&cause);
            tracing::warn!(request_id = request_id(inside), cause, "a text was not read");
            (
                StatusCode::BAD_GATEWAY,
                "What reads texts did not answer, or nothing that makes sense. Try again.",
            )
        }
        error => return Err(trouble(error)),
    };
    let drawing = Drawing::of(&lead).with_text(Typed::faulty(text, fault), status);
    drawing.draw(inside, lead, request).await
}

/// What becomes of a refusal that no form tells.
pub(super) fn trouble(error: AiUpdateError) -> Trouble {
    match error {
        AiUpdateError::Storage(error) => error.into(),
        AiUpdateError::Archived => {
            Trouble::Conflict("The lead is archived. Restore it before you change it.".to_owned())
        }
        _ => Trouble::NotFound,
    }
}

/// POST …/leads/{lead}/smart-update/apply: exactly the changes that were shown and ticked, or none. The text is not read again.
pub(super) async fn apply(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let lead = found(&inside, &request).await?;
    let text = text(&posted);
    let ticked = ticked(&posted).ok_or(Trouble::Unreadable("the form's changes can't be read"))?;
    if ticked.is_empty() {
        let fault = "Tick at least one change.".to_owned();
        return previewed(&inside, &request, lead, text, Some(fault)).await;
    }
    let Ok(note) = read(text.clone()) else {
        return previewed(&inside, &request, lead, text, None).await;
    };
    let state = &inside.account.visitor().state;
    let reading = Reading::open(&state.seals, posted.get("reading"), read_for(&inside, &lead, &text))
        .ok_or(Trouble::Unreadable("the form is not one that was shown for this text"))?;
    let requester = Requester::new(&inside.principal().await?, request_id(&inside));
    match state.smart_updates.apply_as_seen(&requester, lead.id, note, reading, &ticked).await {
        Ok(Some(done)) => {
            let update = done.applied.update.id;
            Ok(see(&format!("/console/w/{}/leads/{}?update={update}", inside.workspace(), lead.id)).finish())
        }
        Ok(None) => {
            let fault = "Nothing was changed: the text reads differently now, or the lead has changed. This is how it reads now.";
            previewed(&inside, &request, lead, text, Some(fault.to_owned())).await
        }
        Err(error) => refused(&inside, &request, lead, text, error).await,
    }
}

/// The changes that were ticked, as they were shown.
fn ticked(posted: &Posted) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    for row in posted.all("change") {
        let Value::Array(row) = strict_json(row.as_bytes()).ok()? else { return None };
        for mut one in row {
            let field = one.get("field")?.as_str()?.parse().ok()?;
            let (from, to) = (one.get_mut("from")?.take(), one.get_mut("to")?.take());
            changes.push(Change { field, from, to });
        }
    }
    Some(changes)
}

/// POST …/leads/{lead}/smart-updates/{update}/undo
pub(super) async fn undo(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsWrite)?;
    let (lead, update): (_, AiUpdateId) = (lead_id(&request)?, id(&request, "update")?);
    let principal = inside.principal().await?;
    let updates = &inside.account.visitor().state.smart_updates;
    updates.undo(&principal, lead, update, request_id(&inside)).await.map_err(trouble)?;
    Ok(see(&format!("/console/w/{}/leads/{lead}?update={update}", inside.workspace())).finish())
}
