//! Leads that are on several lists at once: those that have each of some words, a tag, an assignee. Each list is in an index in the
//! order of the page. The one that has the fewest leads hereabouts is walked in blocks, each block is asked for in the others, and what
//! is left is read and looked at. So whatever is asked for, a block costs the same, and so many are looked at as are allowed.

use std::collections::HashSet;

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, SelectableHelper};
use leadkeep_domain::{
    Lead, LeadFilter, LeadOrder, LeadPosition, LeadStatus, MemberId, Tag, WorkspaceId, words_of,
};

use super::{
    Connection, RunQueryDsl,
    lead_list::in_order,
    lead_lists::List,
    lead_rows::LeadRow,
    schema::{lead_tags, lead_words, leads},
};
use crate::columns::{Stamp, Uid};

/// How many leads of a list are looked at at a time.
const BLOCK: usize = 500;

/// How many leads are read at a time.
const ROWS: usize = 100;

/// How much a search does before it says how far it came: to walk over a lead costs one, [`PROBE`] to ask for it in another list, and
/// [`READ`] to read it.
pub(super) const BUDGET: usize = 3_000;

/// How much longer it takes to look a lead up in a list than to walk over it.
const PROBE: usize = 2;

/// How much longer it takes to read a lead, and to look at what it has, than to walk over it.
const READ: usize = 12;

pub(super) fn sql_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Whether a list is asked for that is found so: by words, or by a tag and an assignee, which no index has together. An e-mail is that of
/// few leads, whatever else they have.
pub(super) fn serves(filter: &LeadFilter) -> bool {
    let is_of_two = filter.tag.is_some() && filter.assigned_to.is_some();
    filter.email.is_none() && (filter.search.is_some() || is_of_two)
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) workspace: WorkspaceId,
    pub(super) filter: &'a LeadFilter,
    pub(super) status: LeadStatus,
    pub(super) after: Option<LeadPosition>,
    pub(super) wanted: usize,
    /// How much may be done: a [`BUDGET`], or no end of it.
    pub(super) budget: usize,
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// In order, and no more than were wanted.
    pub(super) leads: Vec<Lead>,
    /// How far it was looked, where neither all were found that are wanted nor all leads looked at.
    pub(super) reached: Option<LeadPosition>,
}

impl Asked<'_> {
    /// Leads that have all that is asked for, in the filter's order.
    pub(super) async fn find(self, connection: &mut Connection) -> QueryResult<Found> {
        let Some(lists) = self.lists(connection).await? else { return Ok(Found::default()) };
        let (driver, mut block) = self.sparsest(connection, &lists).await?;
        let (mut found, mut spent) = (Vec::new(), 0);
        loop {
            let is_last = block.len() < BLOCK;
            let end = block.last().copied();
            spent += block.len();
            let on_all = self.on_all(connection, &lists, driver, &block, &mut spent).await?;
            let mut left = on_all.chunks(ROWS).peekable();
            while let Some(some) = left.next() {
                spent += some.len() * READ;
                found.extend(self.read(connection, some).await?);
                if found.len() >= self.wanted {
                    found.truncate(self.wanted);
                    return Ok(Found { leads: found, reached: None });
                }
                if spent >= self.budget && left.peek().is_some() {
                    let last = some.last().map(|id| id.id());
                    let reached = block.iter().find(|place| Some(place.id()) == last).copied();
                    return Ok(Found { leads: found, reached });
                }
            }
            if is_last || spent >= self.budget {
                let reached = end.filter(|_| !is_last);
                return Ok(Found { leads: found, reached });
            }
            block = self.block(connection, lists.get(driver), end).await?;
        }
    }

    pub(super) fn order(&self) -> LeadOrder {
        self.filter.order()
    }

    /// The list that comes furthest with a block, and its first block: it has the fewest leads here.
    async fn sparsest(
        &self,
        connection: &mut Connection,
        lists: &[List<'_>],
    ) -> QueryResult<(usize, Vec<LeadPosition>)> {
        let mut best: Option<(usize, Vec<LeadPosition>)> = None;
        for (at, list) in lists.iter().enumerate() {
            let block = self.block(connection, Some(list), self.after).await?;
            if best.as_ref().is_none_or(|(_, other)| self.comes_further(&block, other)) {
                best = Some((at, block));
            }
        }
        match best {
            Some(best) => Ok(best),
            None => Ok((0, self.block(connection, None, self.after).await?)),
        }
    }

    fn comes_further(&self, block: &[LeadPosition], other: &[LeadPosition]) -> bool {
        match (block.len() < BLOCK, other.len() < BLOCK) {
            (true, true) => block.len() < other.len(),
            (is_all, other_is_all) if is_all != other_is_all => is_all,
            _ => match (block.last(), other.last()) {
                (Some(one), Some(other)) => self.order().compare_places(*one, *other).is_gt(),
                _ => false,
            },
        }
    }

    /// The next leads of a list, in order; of all leads where there is no list.
    async fn block(
        &self,
        connection: &mut Connection,
        list: Option<&List<'_>>,
        after: Option<LeadPosition>,
    ) -> QueryResult<Vec<LeadPosition>> {
        match list {
            None => self.leads(connection, None, after).await,
            Some(List::Assignee(member)) => self.leads(connection, Some(*member), after).await,
            Some(List::Tag(tag)) => self.tagged(connection, tag, after).await,
            Some(List::Few(ids)) => Ok(self.next_of(ids, after)),
            Some(List::Words(words)) => {
                let mut ids = Vec::new();
                for word in words {
                    ids.extend(self.worded(connection, word, after).await?);
                }
                // Whoever has two of the words is on two lists.
                ids.sort_unstable();
                ids.dedup();
                Ok(self.next_of(&ids, after))
            }
        }
    }

    /// The next of these ids, which are in ascending order.
    fn next_of(&self, ids: &[Uid], after: Option<LeadPosition>) -> Vec<LeadPosition> {
        let after = after.map(|after| Uid::from(after.id()));
        let position = |id: &Uid| LeadPosition::Id(id.id());
        if self.order().is_descending() {
            let end = after.map_or(ids.len(), |after| ids.partition_point(|id| *id < after));
            ids.iter().take(end).rev().take(BLOCK).map(position).collect()
        } else {
            let begin = after.map_or(0, |after| ids.partition_point(|id| *id <= after));
            ids.iter().skip(begin).take(BLOCK).map(position).collect()
        }
    }

    async fn leads(
        &self,
        connection: &mut Connection,
        member: Option<MemberId>,
        after: Option<LeadPosition>,
    ) -> QueryResult<Vec<LeadPosition>> {
        let mut query = leads::table
            .filter(leads::workspace_id.eq(Uid::from(self.workspace)))
            .filter(leads::status.eq(self.status.as_str()))
            .limit(sql_count(BLOCK))
            .select((leads::updated_at, leads::id))
            .into_boxed();
        if let Some(member) = member {
            query = query.filter(leads::assigned_to.eq(Uid::from(member)));
        }
        if let Some(time) = self.filter.updated_after.filter(|_| self.order().is_by_update()) {
            query = query.filter(leads::updated_at.gt(Stamp(time)));
        }
        in_order!(query, self.order(), after, leads::id, leads::updated_at);
        Ok(self.positions(query.load(connection).await?))
    }

    async fn tagged(
        &self,
        connection: &mut Connection,
        tag: &Tag,
        after: Option<LeadPosition>,
    ) -> QueryResult<Vec<LeadPosition>> {
        let mut query = lead_tags::table
            .filter(lead_tags::workspace_id.eq(Uid::from(self.workspace)))
            .filter(lead_tags::tag.eq(tag.to_string()))
            .filter(lead_tags::status.eq(self.status.as_str()))
            .limit(sql_count(BLOCK))
            .select((lead_tags::updated_at, lead_tags::lead_id))
            .into_boxed();
        if let Some(time) = self.filter.updated_after.filter(|_| self.order().is_by_update()) {
            query = query.filter(lead_tags::updated_at.gt(Stamp(time)));
        }
        in_order!(query, self.order(), after, lead_tags::lead_id, lead_tags::updated_at);
        Ok(self.positions(query.load(connection).await?))
    }

    fn positions(&self, rows: Vec<(Stamp, Uid)>) -> Vec<LeadPosition> {
        let is_by_update = self.order().is_by_update();
        let position = |(at, id): (Stamp, Uid)| {
            if is_by_update { LeadPosition::Updated(at.0, id.id()) } else { LeadPosition::Id(id.id()) }
        };
        rows.into_iter().map(position).collect()
    }

    async fn worded(
        &self,
        connection: &mut Connection,
        word: &str,
        after: Option<LeadPosition>,
    ) -> QueryResult<Vec<Uid>> {
        let mut query = lead_words::table
            .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
            .filter(lead_words::word.eq(word))
            .filter(lead_words::status.eq(self.status.as_str()))
            .limit(sql_count(BLOCK))
            .select(lead_words::lead_id)
            .into_boxed();
        let after = after.map(|after| Uid::from(after.id()));
        query = match (self.order().is_descending(), after) {
            (true, Some(after)) => query.filter(lead_words::lead_id.lt(after)),
            (false, Some(after)) => query.filter(lead_words::lead_id.gt(after)),
            (_, None) => query,
        };
        query = if self.order().is_descending() {
            query.order(lead_words::lead_id.desc())
        } else {
            query.order(lead_words::lead_id.asc())
        };
        query.load(connection).await
    }

    /// Those of a block that are on the other lists by words, too. What else is asked for is in the lead's row.
    async fn on_all(
        &self,
        connection: &mut Connection,
        lists: &[List<'_>],
        driver: usize,
        block: &[LeadPosition],
        spent: &mut usize,
    ) -> QueryResult<Vec<Uid>> {
        let mut ids: Vec<Uid> = block.iter().map(|position| position.id().into()).collect();
        for (at, list) in lists.iter().enumerate() {
            match list {
                // What is on the walked list is on it, and few are read at once anyway.
                _ if at == driver || ids.len() <= ROWS => {}
                List::Few(few) => ids.retain(|id| few.binary_search(id).is_ok()),
                List::Words(words) => {
                    *spent += ids.len() * PROBE;
                    let having = lead_words::table
                        .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
                        .filter(lead_words::word.eq_any(words))
                        .filter(lead_words::status.eq(self.status.as_str()))
                        .filter(lead_words::lead_id.eq_any(&ids))
                        .select(lead_words::lead_id);
                    let having: HashSet<Uid> = having.load(connection).await?.into_iter().collect();
                    ids.retain(|id| having.contains(id));
                }
                List::Tag(tag) => {
                    *spent += ids.len() * PROBE;
                    let having = lead_tags::table
                        .filter(lead_tags::workspace_id.eq(Uid::from(self.workspace)))
                        .filter(lead_tags::tag.eq(tag.to_string()))
                        .filter(lead_tags::status.eq(self.status.as_str()))
                        .filter(lead_tags::lead_id.eq_any(&ids))
                        .select(lead_tags::lead_id);
                    let having: HashSet<Uid> = having.load(connection).await?.into_iter().collect();
                    ids.retain(|id| having.contains(id));
                }
                List::Assignee(_) => {}
            }
        }
        Ok(ids)
    }

    /// Those of these leads that have all that is asked for, in order.
    async fn read(&self, connection: &mut Connection, ids: &[Uid]) -> QueryResult<Vec<Lead>> {
        let rows: Vec<LeadRow> = leads::table
            .filter(leads::workspace_id.eq(Uid::from(self.workspace)))
            .filter(leads::id.eq_any(ids))
            .filter(leads::status.eq(self.status.as_str()))
            .select(LeadRow::as_select())
            .load(connection)
            .await?;
        let leads: QueryResult<Vec<Lead>> = rows.into_iter().map(Lead::try_from).collect();
        let mut leads = leads?;
        leads.retain(|lead| self.lets_through(lead));
        leads.sort_by(|one, other| self.order().compare(one, other));
        Ok(leads)
    }

    fn lets_through(&self, lead: &Lead) -> bool {
        let LeadFilter { search, tag, assigned_to, updated_after, .. } = self.filter;
        search.as_ref().is_none_or(|search| search.finds(&words_of(&lead.fields)))
            && tag.as_ref().is_none_or(|tag| lead.fields.tags.contains(tag))
            && assigned_to.is_none_or(|member| lead.fields.assigned_to == Some(member))
            && updated_after.is_none_or(|time| lead.updated_at > time)
    }
}
