use std::collections::HashSet;

use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationId, ConversationPosition, ConversationStatus, ListOrder,
    NewConversation, PageLimit,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{
    Fixture,
    conversations::{chat, close, converse},
    fields,
};

on_both_databases![
    every_filter_shows_what_a_look_at_all_conversations_would,
    a_walk_by_update_meets_a_conversation_again_that_changes_meanwhile,
    conversations_changed_at_the_same_moment_are_all_met,
    a_list_shows_no_other_workspace,
];

/// All conversations that the filter shows, walked in pages of three.
async fn walk(fixture: &Fixture, filter: &ConversationFilter) -> Vec<Conversation> {
    let limit = PageLimit::parse(3).unwrap();
    let (mut all, mut after): (Vec<Conversation>, _) = (Vec::new(), None);
    loop {
        let page = fixture.conversations.list(fixture.workspace, filter.clone(), after, limit).await.unwrap();
        assert!(page.items.len() <= 3);
        all.extend(page.items);
        if !page.has_more {
            return all;
        }
        after = all.last().map(|last| position(last, filter.order()));
    }
}

fn position(conversation: &Conversation, order: ListOrder) -> ConversationPosition {
    match order {
        ListOrder::NewestFirst => ConversationPosition::Id(conversation.id),
        ListOrder::LeastRecentlyUpdatedFirst => {
            ConversationPosition::Updated(conversation.updated_at, conversation.id)
        }
    }
}

fn ids(conversations: &[Conversation]) -> Vec<ConversationId> {
    conversations.iter().map(|conversation| conversation.id).collect()
}

async fn every_filter_shows_what_a_look_at_all_conversations_would(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await.id;
    let other = fixture.lead(fields("jane@acme.com")).await.id;
    let leads = [None, Some(lead), Some(other)];
    let mut all = Vec::new();
    for n in 0..30 {
        all.push(converse(&fixture, NewConversation { lead: leads[n % 3], ..chat() }).await);
    }
    let middle = all[15].created_at;
    for conversation in all.iter_mut().step_by(4) {
        fixture.clock.advance(Duration::SECOND);
        let closed = fixture.conversations.update(fixture.workspace, conversation.id, close()).await;
        *conversation = closed.unwrap().unwrap();
    }
    for lead in leads {
        for status in [None, Some(ConversationStatus::Open), Some(ConversationStatus::Closed)] {
            for updated_after in [None, Some(middle)] {
                let filter = ConversationFilter { lead, status, updated_after };
                let mut expected: Vec<_> = all.iter().filter(|one| shows(&filter, one)).cloned().collect();
                match filter.order() {
                    ListOrder::NewestFirst => expected.sort_by_key(|one| std::cmp::Reverse(one.id)),
                    ListOrder::LeastRecentlyUpdatedFirst => {
                        expected.sort_by_key(|one| (one.updated_at, one.id));
                    }
                }
                assert!(!expected.is_empty());
                assert_eq!(walk(&fixture, &filter).await, expected, "{filter:?}");
            }
        }
    }
}

/// The filter's meaning, said once more in the plainest way.
fn shows(filter: &ConversationFilter, conversation: &Conversation) -> bool {
    filter.lead.is_none_or(|lead| conversation.lead == Some(lead))
        && filter.status.is_none_or(|status| conversation.status == status)
        && filter.updated_after.is_none_or(|time| conversation.updated_at > time)
}

async fn a_walk_by_update_meets_a_conversation_again_that_changes_meanwhile(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let start = fixture.organization().created_at - Duration::DAY;
    let mut created = Vec::new();
    for _ in 0..6 {
        created.push(converse(&fixture, chat()).await);
    }
    let filter = ConversationFilter { updated_after: Some(start), ..ConversationFilter::default() };
    let limit = PageLimit::parse(3).unwrap();
    let first = fixture.conversations.list(fixture.workspace, filter.clone(), None, limit).await.unwrap();
    // One that was met and one that was not change between the pages.
    for n in [0, 4] {
        fixture.clock.advance(Duration::SECOND);
        fixture.conversations.update(fixture.workspace, created[n].id, close()).await.unwrap();
    }
    let after = first.items.last().map(|last| position(last, filter.order()));
    let rest =
        fixture.conversations.list(fixture.workspace, filter, after, PageLimit::default()).await.unwrap();
    assert_eq!(ids(&rest.items), [3, 5, 0, 4].map(|n: usize| created[n].id));
}

async fn conversations_changed_at_the_same_moment_are_all_met(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let start = fixture.organization().created_at - Duration::DAY;
    for _ in 0..10 {
        // Without moving the clock, as `converse` would.
        fixture.conversations.insert(fixture.workspace, chat(), None).await.unwrap();
    }
    for updated_after in [None, Some(start)] {
        let filter = ConversationFilter { updated_after, ..ConversationFilter::default() };
        let walked: HashSet<_> = ids(&walk(&fixture, &filter).await).into_iter().collect();
        assert_eq!(walked.len(), 10);
    }
}

async fn a_list_shows_no_other_workspace(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let lead = fixture.lead(fields("john@acme.com")).await.id;
    converse(&fixture, NewConversation { lead: Some(lead), ..chat() }).await;
    for lead in [None, Some(lead)] {
        let filter = ConversationFilter { lead, ..ConversationFilter::default() };
        let page = fixture.conversations.list(other, filter, None, PageLimit::default()).await.unwrap();
        assert!(page.items.is_empty());
    }
}
