use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{
    ConversationId, ConversationPatch, ConversationStatus, Message, MessageAuthor, MessageId, MessageText,
    NewMessage, PageLimit, Scope,
};

use super::{here, id, lead, trouble};
use crate::{
    Notice, Typed,
    account::Inside,
    pages::conversations::{self, Thread},
    posted::Posted,
    query::Query,
    respond::{page_with, see},
    room::on_page,
    trouble::Trouble,
};

/// How much is said on a page, in bytes: a message has up to 10,000 characters, and a page is to be light.
const MOST_TEXT: usize = 40_000;

/// What has been done, as the address says it.
const DONE: [(&str, &str); 4] = [
    ("started", "The conversation is started."),
    ("replied", "Your message is added."),
    ("closed", "The conversation is closed. A message of the customer opens it again."),
    ("reopened", "The conversation is open again."),
];

fn place(inside: &Inside, conversation: ConversationId, done: &str) -> String {
    format!("{}/{conversation}?done={done}", here(inside))
}

/// GET …/conversations/{conversation}: its last messages, or those `before` one.
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::ConversationsRead)?;
    let asked = Query::of(&request);
    let said = DONE.iter().find(|(what, _)| asked.get("done") == *what);
    let notice = said.map(|(_, text)| Notice::Done(text));
    let before = asked.get("before").parse().ok();
    drawn(&inside, id(&request, "conversation")?, before, Typed::default(), notice, StatusCode::OK).await
}

async fn drawn(
    inside: &Inside,
    conversation: ConversationId,
    before: Option<MessageId>,
    reply: Typed,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let (state, principal) = (&inside.account.visitor().state, inside.principal().await?);
    let found = state.conversations.last(&principal, conversation, before, PageLimit::default()).await;
    let (conversation, page) = found.map_err(trouble)?;
    let (messages, is_cut) = within_room(page.items);
    let view = Thread {
        workspace: inside.workspace(),
        lead: match conversation.lead {
            Some(id) => lead(inside, &principal, id).await?,
            None => None,
        },
        conversation,
        earlier: messages.first().map(|message| message.id).filter(|_| is_cut || page.has_more),
        messages,
        is_latest: before.is_none(),
        writes: inside.require_scope(Scope::ConversationsWrite).is_ok(),
        reply,
    };
    inside.framed(notice, |frame| page_with(status, conversations::thread(frame, &view)))
}

/// Of messages, newest first, as many as there is room for, oldest first; and whether some were left out.
fn within_room(newest_first: Vec<Message>) -> (Vec<Message>, bool) {
    let (mut room, mut kept, count) = (MOST_TEXT, Vec::new(), newest_first.len());
    for message in newest_first {
        let length = on_page(message.text.as_str());
        if length > room && !kept.is_empty() {
            break;
        }
        room = room.saturating_sub(length);
        kept.push(message);
    }
    let is_cut = kept.len() < count;
    kept.reverse();
    (kept, is_cut)
}

/// POST …/messages: adds a message of an agent.
pub(super) async fn reply(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::ConversationsWrite)?;
    let conversation = id(&request, "conversation")?;
    let text = match MessageText::parse(posted.get("text")) {
        Ok(text) => text,
        Err(reason) => {
            let typed = Typed::faulty(posted.get("text"), format!("It {reason}."));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return drawn(&inside, conversation, None, typed, None, status).await;
        }
    };
    say(&inside, conversation, text).await?;
    Ok(see(&format!("{}#last", place(&inside, conversation, "replied"))).finish())
}

/// Adds a message of the person, as an agent.
pub(super) async fn say(
    inside: &Inside,
    conversation: ConversationId,
    text: MessageText,
) -> Result<(), Trouble> {
    let visitor = inside.account.visitor();
    let new = NewMessage { author: MessageAuthor::Agent, text };
    let (principal, request_id) = (inside.principal().await?, visitor.request_id.as_str());
    let added =
        visitor.state.conversations.add_message(&principal, conversation, new, request_id, None).await;
    added.map(drop).map_err(trouble)
}

/// POST …/close
pub(super) async fn close(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    turn(&inside, &request, ConversationStatus::Closed, "closed").await
}

/// POST …/reopen
pub(super) async fn reopen(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    turn(&inside, &request, ConversationStatus::Open, "reopened").await
}

async fn turn(
    inside: &Inside,
    request: &HttpRequest,
    status: ConversationStatus,
    done: &str,
) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::ConversationsWrite)?;
    let conversation = id(request, "conversation")?;
    let patch = ConversationPatch { status: Some(status), ..ConversationPatch::default() };
    let conversations = &inside.account.visitor().state.conversations;
    conversations.update(&inside.principal().await?, conversation, patch).await.map_err(trouble)?;
    Ok(see(&place(inside, conversation, done)).finish())
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::Actor;
    use time::OffsetDateTime;

    use super::*;

    fn message(length: usize) -> Message {
        Message {
            id: MessageId::generate(),
            author: MessageAuthor::Visitor,
            text: MessageText::parse("a".repeat(length)).unwrap(),
            actor: Actor::operator(),
            created_at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn long_messages_make_short_pages() {
        let lengths = |said: Vec<usize>| {
            let (kept, is_cut) = within_room(said.into_iter().map(message).collect());
            (kept.iter().map(|one| one.text.as_str().len()).collect::<Vec<_>>(), is_cut)
        };
        assert_eq!(lengths(vec![3, 2, 1]), (vec![1, 2, 3], false));
        assert_eq!(lengths(vec![10_000; 6]), (vec![10_000; 4], true));
        assert_eq!(lengths(vec![]), (vec![], false));
    }
}
