use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{Channel, Email, LeadId, MessageText, NewConversation, Scope, Text};

use super::{here, lead, list::by_email, thread::say, trouble};
use crate::{
    Typed,
    account::Inside,
    pages::conversations::{self, New, With},
    posted::Posted,
    query::Query,
    respond::{page_with, see},
    trouble::Trouble,
};

/// What was typed, if it is right.
struct Wanted {
    new: NewConversation,
    text: Option<MessageText>,
}

/// GET …/conversations/new: with a `lead`, if one is named.
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::ConversationsWrite)?;
    let named = Query::of(&request).get("lead").to_owned();
    let mut view = New::empty(inside.workspace(), named_lead(&inside, &named).await?);
    if view.lead.is_none() {
        view.lead_email = Typed::new(named);
    }
    inside.framed(None, |frame| page_with(StatusCode::OK, conversations::new(frame, &view)))
}

/// The lead of an id. What is no id may be an address, which is typed then.
async fn named_lead(inside: &Inside, named: &str) -> Result<Option<With>, Trouble> {
    match named.parse::<LeadId>() {
        Err(_) => Ok(None),
        Ok(id) => lead(inside, &inside.principal().await?, id).await?.map(Some).ok_or(Trouble::NotFound),
    }
}

/// POST …/conversations
pub(super) async fn create(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::ConversationsWrite)?;
    let wanted = match read(&inside, &posted).await? {
        Ok(wanted) => wanted,
        Err(faulty) => {
            let drawn = |frame: &crate::Frame<'_>| {
                page_with(StatusCode::UNPROCESSABLE_ENTITY, conversations::new(frame, &faulty))
            };
            return inside.framed(None, drawn);
        }
    };
    let conversations = &inside.account.visitor().state.conversations;
    let made = conversations.create(&inside.principal().await?, wanted.new, None).await.map_err(trouble)?;
    if let Some(text) = wanted.text {
        say(&inside, made.id, text).await?;
    }
    Ok(see(&format!("{}/{}?done=started", here(&inside), made.id)).finish())
}

/// What was typed, or the form again with all of its faults.
async fn read(inside: &Inside, posted: &Posted) -> Result<Result<Wanted, Box<New>>, Trouble> {
    let named = named_lead(inside, posted.get("lead")).await?;
    let email = posted.get("lead_email").trim();
    let with = match &named {
        Some(lead) => Ok(Some(lead.id)),
        None => found(inside, email).await?,
    };
    let channel = posted.get("channel").parse::<Channel>();
    let subject = optional(posted.get("subject").trim(), Text::parse);
    let text = optional(posted.get("text"), MessageText::parse);
    Ok(match (with, channel, subject, text) {
        (Ok(lead), Ok(channel), Ok(subject), Ok(text)) => {
            Ok(Wanted { new: NewConversation { lead, channel, subject }, text })
        }
        (with, channel, subject, text) => Err(Box::new(New {
            workspace: inside.workspace(),
            lead: named,
            lead_email: Typed { value: email.to_owned(), fault: with.err() },
            channel: Typed {
                value: posted.get("channel").to_owned(),
                fault: channel.err().map(|_| "Choose one of the channels.".to_owned()),
            },
            subject: Typed { value: posted.get("subject").to_owned(), fault: subject.err() },
            text: Typed { value: posted.get("text").to_owned(), fault: text.err() },
        })),
    })
}

/// The lead with a typed address, or why there is none.
async fn found(inside: &Inside, email: &str) -> Result<Result<Option<LeadId>, String>, Trouble> {
    if email.is_empty() {
        return Ok(Ok(None));
    }
    match Email::parse(email) {
        Err(reason) => Ok(Err(format!("It {reason}."))),
        Ok(email) => {
            let lead = by_email(inside, &inside.principal().await?, email).await?;
            let none = || "No lead of this workspace has this address.".to_owned();
            Ok(lead.map(|lead| Some(lead.id)).ok_or_else(none))
        }
    }
}

/// What may stay empty.
fn optional<T>(
    typed: &str,
    parse: impl FnOnce(String) -> Result<T, leadkeep_domain::Invalid>,
) -> Result<Option<T>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    parse(typed.to_owned()).map(Some).map_err(|reason| format!("It {reason}."))
}
