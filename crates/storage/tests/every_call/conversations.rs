use std::cell::Cell;

use leadkeep_domain::{
    Channel, ConversationFilter, ConversationId, ConversationPatch, Edit, MessageAuthor, MessageText,
    NewConversation, NewMessage, PageLimit,
};
use leadkeep_storage::InsertConversationOutcome;

use super::{
    calls::Calls,
    filled::{Filled, by},
};

async fn begin(filled: &Filled) -> ConversationId {
    let new = NewConversation { lead: Some(filled.lead.id), channel: Channel::Chat, subject: None };
    match filled.conversations.insert(filled.workspace, new, None).await.unwrap() {
        InsertConversationOutcome::Inserted(conversation) => conversation.id,
        outcome @ InsertConversationOutcome::UnknownLead => panic!("{outcome:?}"),
    }
}

async fn say(filled: &Filled, conversation: ConversationId) {
    let new = NewMessage { author: MessageAuthor::Visitor, text: MessageText::parse("Hello").unwrap() };
    let said = filled.conversations.add_message(filled.workspace, conversation, new, by(), None);
    said.await.unwrap().unwrap();
}

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (conversations, workspace, limit) = (&filled.conversations, filled.workspace, PageLimit::default());
    let conversation = calls.prepare(begin(filled));
    for _ in 0..20 {
        calls.prepare(say(filled, conversation));
        calls.prepare(begin(filled));
    }
    calls.call("conversations.get", async || {
        conversations.get(workspace, conversation, None, limit).await.unwrap().unwrap()
    });
    calls.call("conversations.is_in_organization", async || {
        assert!(conversations.is_in_organization(filled.organization, conversation).await.unwrap());
    });
    calls.call("conversations.messages", async || {
        conversations.messages(workspace, conversation, None, limit).await.unwrap().unwrap()
    });
    calls.call("conversations.last_messages", async || {
        conversations.last_messages(workspace, conversation, None, limit).await.unwrap().unwrap()
    });
    let of_lead = ConversationFilter { lead: Some(filled.lead.id), ..ConversationFilter::default() };
    for (name, filter) in
        [("conversations.list", ConversationFilter::default()), ("conversations.list, by lead", of_lead)]
    {
        calls.call(name, async || conversations.list(workspace, filter.clone(), None, limit).await.unwrap());
    }
    calls.call("conversations.insert", async || begin(filled).await);
    calls.call("conversations.add_message", async || say(filled, conversation).await);
    let count = Cell::new(0);
    calls.call("conversations.update", async || {
        count.set(count.get() + 1);
        let subject = Edit::Set(format!("Number {}", count.get()).parse().unwrap());
        let patch = ConversationPatch { subject, ..ConversationPatch::default() };
        conversations.update(workspace, conversation, patch).await.unwrap().unwrap()
    });
}
