use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationId, ConversationPosition, Email, LeadFilter, LeadId, Page,
    PageLimit, Scope, StatusFilter,
};
use leadkeep_service::{LeadError, gate::Principal};
use leadkeep_storage::LeadName;
use time::OffsetDateTime;

use super::{lead, trouble, with};
use crate::{
    Typed,
    account::Inside,
    pages::conversations::{self, List, ListFilter, Row, With},
    query::Query,
    respond::page_with,
    trouble::Trouble,
};

/// GET …/conversations: of a `status` and a `lead`, in an `order`, `after` a place.
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::ConversationsRead)?;
    let asked = Query::of(&request);
    let principal = inside.principal().await?;
    let mut shown = ListFilter {
        status: asked.get("status").parse().ok(),
        longest_first: asked.get("order") == "longest",
        lead: Typed::new(asked.get("lead")),
    };
    let (found, status) = match narrowed(&inside, &principal, asked.get("lead")).await? {
        Ok(lead) => {
            (page_of(&inside, &principal, &shown, lead, position(asked.get("after"))).await?, StatusCode::OK)
        }
        Err(fault) => {
            shown.lead.fault = Some(fault);
            (Page { items: Vec::new(), has_more: false }, StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    let last = found.items.last().map(|last| place(&shown, last));
    let view = List {
        workspace: inside.workspace(),
        rows: rows(&inside, &principal, &found.items).await?,
        filter: shown,
        writes: inside.require_scope(Scope::ConversationsWrite).is_ok(),
        is_first: position(asked.get("after")).is_none(),
        next: last.filter(|_| found.has_more),
    };
    inside.framed(None, |frame| page_with(status, conversations::list(frame, &view)))
}

/// The lead that the list is narrowed to, or why it can't be.
async fn narrowed(
    inside: &Inside,
    principal: &Principal,
    typed: &str,
) -> Result<Result<Option<LeadId>, String>, Trouble> {
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    if let Ok(id) = typed.parse() {
        let known = lead(inside, principal, id).await?;
        return Ok(known.map(|lead| Some(lead.id)).ok_or_else(|| "There is no such lead.".to_owned()));
    }
    match Email::parse(typed) {
        Err(reason) => Ok(Err(format!("It {reason}."))),
        Ok(email) => {
            let found = by_email(inside, principal, email).await?;
            Ok(found.map(|lead| Some(lead.id)).ok_or_else(|| "No lead has this address.".to_owned()))
        }
    }
}

/// The lead with this address: the one that is active, or else the newest that is archived.
pub(super) async fn by_email(
    inside: &Inside,
    principal: &Principal,
    email: Email,
) -> Result<Option<With>, Trouble> {
    let leads = &inside.account.visitor().state.leads;
    let mut filter = LeadFilter { email: Some(email), ..LeadFilter::default() };
    for status in [filter.status, StatusFilter::All] {
        filter.status = status;
        let found = leads.list(principal, filter.clone(), None, PageLimit::default()).await;
        let found = found.map_err(|error| match error {
            LeadError::Storage(error) => error.into(),
            _ => Trouble::NotFound,
        })?;
        if let Some(lead) = found.items.first() {
            return Ok(Some(with(lead)));
        }
    }
    Ok(None)
}

async fn page_of(
    inside: &Inside,
    principal: &Principal,
    shown: &ListFilter,
    lead: Option<LeadId>,
    after: Option<ConversationPosition>,
) -> Result<Page<Conversation>, Trouble> {
    // All have changed since then; it only sets the order.
    let updated_after = shown.longest_first.then_some(OffsetDateTime::UNIX_EPOCH);
    let filter = ConversationFilter { lead, status: shown.status, updated_after };
    // A place in another order is none in this.
    let after =
        after.filter(|place| shown.longest_first == matches!(place, ConversationPosition::Updated(..)));
    let conversations = &inside.account.visitor().state.conversations;
    conversations.list(principal, filter, after, PageLimit::default()).await.map_err(trouble)
}

async fn rows(
    inside: &Inside,
    principal: &Principal,
    conversations: &[Conversation],
) -> Result<Vec<Row>, Trouble> {
    let mut ids: Vec<LeadId> = conversations.iter().filter_map(|one| one.lead).collect();
    ids.sort_unstable();
    ids.dedup();
    let leads = names(inside, principal, ids).await?;
    let row = |one: &Conversation| Row {
        id: one.id,
        lead: one.lead.and_then(|id| leads.get(&id).cloned()),
        subject: one.subject.as_ref().map(ToString::to_string),
        channel: one.channel,
        status: one.status,
        messages: one.message_count,
        updated_at: one.updated_at,
    };
    Ok(conversations.iter().map(row).collect())
}

/// What the leads are called, in one query.
async fn names(
    inside: &Inside,
    principal: &Principal,
    leads: Vec<LeadId>,
) -> Result<HashMap<LeadId, With>, Trouble> {
    if leads.is_empty() {
        return Ok(HashMap::new());
    }
    let found = inside.account.visitor().state.leads.names(principal, leads).await?;
    let with = |one: LeadName| {
        let name = one.name.map_or_else(|| one.email.to_string(), |name| name.to_string());
        (one.id, With { id: one.id, name })
    };
    Ok(found.into_iter().map(with).collect())
}

/// Where the list goes on behind a conversation: its id, in the order by change with the microsecond of it.
fn place(shown: &ListFilter, last: &Conversation) -> String {
    if shown.longest_first {
        format!("{}.{}", last.updated_at.unix_timestamp_nanos() / 1000, last.id)
    } else {
        last.id.to_string()
    }
}

/// Reads a [`place`]; what is none is the beginning.
fn position(text: &str) -> Option<ConversationPosition> {
    let id = |text: &str| text.parse::<ConversationId>().ok();
    match text.split_once('.') {
        None => Some(ConversationPosition::Id(id(text)?)),
        Some((micros, text)) => {
            let nanos = micros.parse::<i128>().ok()?.checked_mul(1000)?;
            let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?;
            Some(ConversationPosition::Updated(at, id(text)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::{Channel, NewConversation};
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let now = datetime!(2026-01-02 03:04:05.678_901 UTC);
        let new = NewConversation { lead: None, channel: Channel::Chat, subject: None };
        let last = Conversation::create(new, now);
        let by_age = ListFilter::default();
        let by_change = ListFilter { longest_first: true, ..ListFilter::default() };
        assert_eq!(position(&place(&by_age, &last)), Some(ConversationPosition::Id(last.id)));
        let expect = ConversationPosition::Updated(now, last.id);
        assert_eq!(position(&place(&by_change, &last)), Some(expect));
        for none in ["", "x", "1.", ".", "99999999999999999999999999999999999999999.1"] {
            assert_eq!(position(none), None, "{none}");
        }
    }
}
