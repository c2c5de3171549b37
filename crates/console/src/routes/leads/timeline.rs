//! What happened with a lead: three lists, interleaved by the time their ids were made.

use leadkeep_domain::{
    Actor, AiUpdate, AiUpdateId, Change, Conversation, ConversationFilter, ConversationId, Currency, Field,
    HistoryEntry, Lead, Page, PageLimit, Position,
};
use uuid::Uuid;

use crate::{
    Pages,
    account::Inside,
    pages::leads::{Event, Item, Timeline},
    query::address,
    trouble::Trouble,
};

/// How much of each list a page has room for.
const LIMIT: u64 = 20;

/// How many lines of a change a page has room for. A smart update alone may have some forty.
const LINES: usize = 36;

/// One entry of one of the lists.
enum Entry {
    Change(HistoryEntry),
    Conversation(Conversation),
    Update(AiUpdate),
}

impl Entry {
    fn id(&self) -> Uuid {
        match self {
            Self::Change(entry) => entry.id,
            Self::Conversation(conversation) => conversation.id.as_uuid(),
            Self::Update(update) => update.id.as_uuid(),
        }
    }

    /// How many lines it is told in at most: a change by a text has its evidence below it.
    fn lines(&self) -> usize {
        match self {
            Self::Change(_) | Self::Conversation(_) => 2,
            Self::Update(update) => 2 + 2 * update.changes.len() + update.refused.len(),
        }
    }
}

/// Where a page begins: behind this id, where amounts were in this currency.
struct Before {
    id: Uuid,
    currency: Currency,
}

impl Before {
    fn parse(text: &str) -> Option<Self> {
        let (currency, id) = text.split_once('.')?;
        Some(Self { id: Uuid::try_parse(id).ok()?, currency: Currency::parse(currency).ok()? })
    }
}

/// A page of what happened, newest first.
pub(super) async fn of(inside: &Inside, lead: &Lead, before: Option<&str>) -> Result<Timeline, Trouble> {
    let before = before.map(|text| Before::parse(text).ok_or(Trouble::NotFound)).transpose()?;
    let after = before.as_ref().map(|before| before.id);
    let limit = PageLimit::parse(LIMIT).unwrap_or_default();
    let (principal, state) = (inside.principal().await?, &inside.account.visitor().state);
    let history = state.leads.history(&principal, lead.id, after, limit).await?;
    let updates =
        state.smart_updates.list(&principal, lead.id, after.map(AiUpdateId::from_uuid), limit).await;
    let updates = updates.map_err(super::smart_update::trouble)?;
    let filter = ConversationFilter { lead: Some(lead.id), ..ConversationFilter::default() };
    let place = after.map(|id| Position::Id(ConversationId::from_uuid(id)));
    let conversations = state.conversations.list(&principal, filter, place, limit).await;
    let conversations = conversations.map_err(|error| match error {
        leadkeep_service::ConversationError::Storage(error) => Trouble::from(error),
        _ => Trouble::NotFound,
    })?;
    let currency = before.as_ref().map_or(lead.fields.deal_currency, |before| before.currency);
    let (items, last) = interleave(history, updates, conversations, currency);
    let path = format!("/console/w/{}/leads/{}", inside.workspace(), lead.id);
    let next = last.map(|(id, currency)| address(&path, &[("before", &format!("{currency}.{id}"))]));
    Ok(Timeline { items, pages: Pages { first: before.map(|_| path), next } })
}

/// The newest of all three, and where they end if there is more.
fn interleave(
    history: Page<HistoryEntry>,
    updates: Page<AiUpdate>,
    conversations: Page<Conversation>,
    mut currency: Currency,
) -> (Vec<Item>, Option<(Uuid, Currency)>) {
    let mut has_more = history.has_more || updates.has_more || conversations.has_more;
    // What a list has behind its page is older than the last of the page: no further than the youngest of these can be told.
    let ends = [
        history.items.last().filter(|_| history.has_more).map(|entry| entry.id),
        updates.items.last().filter(|_| updates.has_more).map(|update| update.id.as_uuid()),
        conversations.items.last().filter(|_| conversations.has_more).map(|one| one.id.as_uuid()),
    ];
    let end = ends.into_iter().flatten().max();
    let known = updates.items.clone();
    let mut entries: Vec<Entry> = history.items.into_iter().map(Entry::Change).collect();
    entries.extend(updates.items.into_iter().map(Entry::Update));
    entries.extend(conversations.items.into_iter().map(Entry::Conversation));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.id()));
    let count = entries.len();
    entries.retain(|entry| end.is_none_or(|end| entry.id() >= end));
    entries.truncate(within_room(&entries));
    has_more |= entries.len() < count;
    let last = entries.last().map(Entry::id);
    let mut items: Vec<Item> = Vec::new();
    for entry in entries {
        add(&mut items, entry, &known, &mut currency);
    }
    (items, last.filter(|_| has_more).map(|id| (id, currency)))
}

/// How many of the entries there is room for: the first, and those behind it that fit.
fn within_room(entries: &[Entry]) -> usize {
    let mut room = LINES;
    let fits = |entry: &&Entry| {
        let left = room.checked_sub(entry.lines());
        room = left.unwrap_or(0);
        left.is_some()
    };
    entries.iter().take_while(fits).count().max(1)
}

/// Adds an entry: what was changed together is one item, and what a smart update changed is told with it.
fn add(items: &mut Vec<Item>, entry: Entry, known: &[AiUpdate], currency: &mut Currency) {
    let (at, event) = match entry {
        Entry::Conversation(conversation) => (conversation.created_at, Event::Conversation(conversation)),
        Entry::Update(update) => (update.created_at, Event::SmartUpdate(update)),
        Entry::Change(entry) if is_told(&entry, known) => {
            note_currency(&entry, currency);
            return;
        }
        Entry::Change(entry) => {
            let (at, at_the_time) = (entry.at, *currency);
            note_currency(&entry, currency);
            let event = changed(entry);
            if let (Some(last), Some((actor, change))) = (items.last_mut(), one_change(&event))
                && last.at == at
                && join(&mut last.event, &actor, change)
            {
                return;
            }
            items.push(Item { at, currency: at_the_time, event });
            return;
        }
    };
    items.push(Item { at, currency: *currency, event });
}

/// Amounts that are older than a change of the currency are in the one before.
fn note_currency(entry: &HistoryEntry, currency: &mut Currency) {
    if entry.change.field == Field::DealCurrency
        && let Some(before) = entry.change.from.as_str().and_then(|code| Currency::parse(code).ok())
    {
        *currency = before;
    }
}

/// Whether a smart update that is listed itself made the change.
fn is_told(entry: &HistoryEntry, known: &[AiUpdate]) -> bool {
    let origin = entry.smart_update.map(|origin| origin.update);
    known.iter().any(|update| {
        Some(update.id) == origin && update.created_at == entry.at && update.request_id == entry.request_id
    })
}

fn changed(entry: HistoryEntry) -> Event {
    let HistoryEntry { change, actor, smart_update, .. } = entry;
    if change.field == Field::Status && change.from.is_null() {
        return Event::Created(actor);
    }
    if smart_update.is_some() {
        Event::Undone(actor, vec![change])
    } else {
        Event::Changed(actor, vec![change])
    }
}

fn one_change(event: &Event) -> Option<(Actor, Change)> {
    match event {
        Event::Changed(actor, changes) | Event::Undone(actor, changes) => {
            Some((actor.clone(), changes.first()?.clone()))
        }
        _ => None,
    }
}

/// Puts a change to those that the same person made at the same moment.
fn join(event: &mut Event, actor: &Actor, change: Change) -> bool {
    match event {
        Event::Changed(by, changes) | Event::Undone(by, changes)
            if by == actor && changes.iter().all(|one| one.field != change.field) =>
        {
            changes.push(change);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::{AiProvider, AiReader, AiRefusal, AiTokens, LeadId, RefusalReason};
    use serde_json::Value;
    use time::OffsetDateTime;

    use super::*;

    fn change() -> Entry {
        Entry::Change(HistoryEntry {
            id: Uuid::now_v7(),
            change: Change { field: Field::Name, from: Value::Null, to: Value::Null },
            actor: Actor::operator(),
            request_id: None,
            smart_update: None,
            at: OffsetDateTime::UNIX_EPOCH,
        })
    }

    fn update(refused: usize) -> Entry {
        let refusal = AiRefusal::new(Field::Name, Value::Null, RefusalReason::NotEmpty);
        Entry::Update(AiUpdate {
            id: AiUpdateId::generate(),
            lead: LeadId::generate(),
            changes: Vec::new(),
            refused: vec![refusal; refused],
            reader: AiReader {
                provider: AiProvider::Rules,
                model: None,
                prompt_version: None,
                tokens: AiTokens::default(),
            },
            credits: 0,
            actor: Actor::operator(),
            request_id: None,
            created_at: OffsetDateTime::UNIX_EPOCH,
            undone: None,
        })
    }

    #[test]
    fn a_part_has_as_many_entries_as_a_page_has_room_for_and_one_at_least() {
        let changes = |count: usize| (0..count).map(|_| change()).collect::<Vec<_>>();
        assert_eq!(within_room(&changes(3)), 3);
        assert_eq!(within_room(&changes(60)), LINES / 2);
        assert_eq!(within_room(&[update(LINES), change()]), 1);
        assert_eq!(within_room(&[change(), update(LINES), change()]), 1);
    }
}
