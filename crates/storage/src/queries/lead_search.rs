//! Searches for leads by words. How a search is done depends on how many leads have what is asked for: what few have is read whole;
//! what many have is soon met on a walk through the list; else the rarest word's leads are gone through, and the other words asked of
//! each.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, alias};
use diesel_async::{AsyncConnectionCore, RunQueryDsl};
use leadkeep_domain::{
    Lead, LeadFilter, LeadId, LeadOrder, LeadPosition, LeadStatus, Search, WorkspaceId, is_one_piece,
    words_of,
};

use super::{
    Connection, lead_list,
    lead_rows::LeadRow,
    schema::{lead_tags, lead_words, leads},
    types::UidSql,
};
use crate::columns::{Stamp, Uid};

/// What few leads have: so many are read within some milliseconds.
const FEW: usize = 1000;

/// How many leads are looked at at a time, and how often on a walk through the list.
const STRETCH: usize = 250;
const STRETCHES: usize = 2;

/// How many words of a prefix are told apart.
const WORDS: usize = 8;

/// How often words are looked for, of one prefix: those of several pieces are met on the way.
const SEEKS: usize = 32;

/// Everything that begins with a word is before this.
pub(super) fn behind(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

fn sql_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Whether a query of one column finds a row. Written so that it is asked of each row in turn: of an `EXISTS` PostgreSQL makes a join, and
/// where it knows little of the tables, one that compares all rows with all.
macro_rules! there_is {
    ($query:expr) => {
        $query.limit(1).single_value().is_not_null()
    };
}

alias!(lead_words as other_words: OtherWords);

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) workspace: WorkspaceId,
    pub(super) filter: &'a LeadFilter,
    pub(super) search: &'a Search,
    pub(super) status: LeadStatus,
    pub(super) after: Option<LeadPosition>,
    pub(super) limit: i64,
}

type Backend = <Connection as AsyncConnectionCore>::Backend;

type Found<'a> = lead_words::BoxedQuery<'a, Backend, UidSql>;

impl<'a> Asked<'a> {
    /// Leads that have all the words, in the filter's order.
    pub(super) async fn page(self, connection: &mut Connection) -> QueryResult<Vec<Lead>> {
        for prefix in self.search.prefixes() {
            if let Some(ids) = self.few(connection, prefix).await? {
                return self.of(connection, ids).await;
            }
        }
        if let Some(leads) = self.few_changed(connection).await? {
            return Ok(leads);
        }
        if let Some(leads) = self.meet(connection).await? {
            return Ok(leads);
        }
        match self.known_words(connection).await? {
            Some((rarest, others)) => self.seek(connection, &rarest, &others).await,
            None => self.sort(connection).await,
        }
    }

    fn wanted(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    fn order(&self) -> LeadOrder {
        self.filter.order()
    }

    /// The leads of a prefix, each as often as it has such a word.
    fn having(&self, prefix: &'a str) -> Found<'a> {
        lead_words::table
            .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
            .filter(lead_words::status.eq(self.status.as_str()))
            .filter(lead_words::word.ge(prefix))
            .filter(lead_words::word.lt(behind(prefix)))
            .select(lead_words::lead_id)
            .into_boxed()
    }

    /// Of rows with these words, those behind the place where the page begins, in its order.
    fn behind(&self, words: Found<'a>, after: Option<LeadId>) -> Found<'a> {
        let id = lead_words::lead_id;
        match (self.order().is_descending(), after) {
            (true, None) => words.order(id.desc()),
            (false, None) => words.order(id.asc()),
            (true, Some(after)) => words.order(id.desc()).filter(id.lt(Uid::from(after))),
            (false, Some(after)) => words.order(id.asc()).filter(id.gt(Uid::from(after))),
        }
    }

    fn after(&self) -> Option<LeadId> {
        self.after.map(|(LeadPosition::Id(id) | LeadPosition::Updated(_, id))| id)
    }

    /// All leads of a prefix, if they are few.
    async fn few(&self, connection: &mut Connection, prefix: &str) -> QueryResult<Option<Vec<Uid>>> {
        let ids: Vec<Uid> =
            Asked { ..*self }.having(prefix).limit(sql_count(FEW + 1)).load(connection).await?;
        Ok((ids.len() <= FEW).then_some(ids))
    }

    /// Those of these leads that are asked for.
    async fn of(&self, connection: &mut Connection, mut ids: Vec<Uid>) -> QueryResult<Vec<Lead>> {
        let is_descending = self.order().is_descending();
        ids.sort_unstable();
        ids.dedup();
        if is_descending {
            ids.reverse();
        }
        if let Some(after) = self.after().map(Uid::from) {
            ids.retain(|id| if is_descending { *id < after } else { *id > after });
        }
        // Most often the first ones are the page.
        let (first, others) = ids.split_at(ids.len().min(self.wanted()));
        let mut met = self.load(connection, first).await?;
        for some in others.chunks(STRETCH) {
            if met.len() >= self.wanted() {
                break;
            }
            met.extend(self.load(connection, some).await?);
        }
        met.truncate(self.wanted());
        Ok(met)
    }

    /// Those of these leads that have all that is asked for, in order.
    async fn load(&self, connection: &mut Connection, ids: &[Uid]) -> QueryResult<Vec<Lead>> {
        let mut query = leads::table
            .filter(leads::workspace_id.eq(Uid::from(self.workspace)))
            .filter(leads::id.eq_any(ids))
            .filter(leads::status.eq(self.status.as_str()))
            .select(LeadRow::as_select())
            .into_boxed();
        if let Some(member) = self.filter.assigned_to {
            query = query.filter(leads::assigned_to.eq(Uid::from(member)));
        }
        if let Some(time) = self.filter.updated_after {
            query = query.filter(leads::updated_at.gt(Stamp(time)));
        }
        let rows: Vec<LeadRow> = query.load(connection).await?;
        let leads: QueryResult<Vec<Lead>> = rows.into_iter().map(Lead::try_from).collect();
        let mut leads = leads?;
        leads.retain(|lead| self.has_words(lead) && self.has_tag(lead));
        leads.sort_by(|one, other| self.order().compare(one, other));
        Ok(leads)
    }

    fn has_words(&self, lead: &Lead) -> bool {
        self.search.finds(&words_of(&lead.fields))
    }

    fn has_tag(&self, lead: &Lead) -> bool {
        self.filter.tag.as_ref().is_none_or(|tag| lead.fields.tags.contains(tag))
    }

    /// All that have changed since then, if they are few and it is asked for.
    async fn few_changed(&self, connection: &mut Connection) -> QueryResult<Option<Vec<Lead>>> {
        let Some(time) = self.filter.updated_after else { return Ok(None) };
        let ids: Vec<Uid> = leads::table
            .filter(leads::workspace_id.eq(Uid::from(self.workspace)))
            .filter(leads::status.eq(self.status.as_str()))
            .filter(leads::updated_at.gt(Stamp(time)))
            .order((leads::updated_at.desc(), leads::id.desc()))
            .limit(sql_count(FEW + 1))
            .select(leads::id)
            .load(connection)
            .await?;
        match ids.len() {
            ..=FEW => self.of(connection, ids).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Those that are met on a walk through the list. None if it did not come to a whole page, nor to the end: what many leads have may
    /// all be far behind.
    async fn meet(&self, connection: &mut Connection) -> QueryResult<Option<Vec<Lead>>> {
        let filter = LeadFilter { search: None, order: Some(self.order()), ..self.filter.clone() };
        let (mut after, mut met) = (self.after, Vec::new());
        for _ in 0..STRETCHES {
            let stretch =
                lead_list::walk(connection, self.workspace, &filter, self.status, after, sql_count(STRETCH))
                    .await?;
            let is_last = stretch.len() < STRETCH;
            after = stretch.last().map(|lead| filter.order().position(lead));
            met.extend(stretch.into_iter().filter(|lead| self.has_words(lead)));
            if is_last || met.len() >= self.wanted() {
                met.truncate(self.wanted());
                return Ok(Some(met));
            }
        }
        Ok(None)
    }

    /// The words that begin so, if they are not too many to be named.
    async fn words(&self, connection: &mut Connection, prefix: &str) -> QueryResult<Option<Vec<String>>> {
        let (mut words, mut last) = (Vec::new(), None);
        for _ in 0..SEEKS {
            let mut query = lead_words::table
                .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
                .filter(lead_words::word.ge(prefix))
                .filter(lead_words::word.lt(behind(prefix)))
                .order((lead_words::workspace_id, lead_words::word))
                .select(lead_words::word)
                .into_boxed();
            if let Some(last) = last {
                query = query.filter(lead_words::word.gt(last));
            }
            let next: Option<String> = query.first(connection).await.optional()?;
            let Some(next) = next else { return Ok(Some(words)) };
            // Whoever has a word of several pieces has its first piece, which begins so, too.
            let sign =
                next.char_indices().find(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
            match sign.and_then(|end| next.get(..end)).filter(|_| is_one_piece(prefix)) {
                Some(pieces) => last = Some(behind(pieces)),
                None if words.len() == WORDS => return Ok(None),
                None => {
                    last = Some(next.clone());
                    words.push(next);
                }
            }
        }
        Ok(None)
    }

    /// The words of each prefix that has few of them: those of which fewest leads have any, and the others.
    async fn known_words(
        &self,
        connection: &mut Connection,
    ) -> QueryResult<Option<(Vec<String>, Vec<Vec<String>>)>> {
        let mut known = Vec::new();
        for prefix in self.search.prefixes() {
            if let Some(words) = self.words(connection, prefix).await? {
                known.push((self.how_many(connection, prefix).await?, words));
            }
        }
        known.sort_unstable();
        let mut known = known.into_iter().map(|(_, words)| words);
        Ok(known.next().map(|rarest| (rarest, known.collect())))
    }

    /// How many have such a word, about: counting goes no further than it must.
    async fn how_many(&self, connection: &mut Connection, prefix: &str) -> QueryResult<usize> {
        let mut many = FEW;
        for _ in 0..2 {
            let beyond: Option<Uid> = Asked { ..*self }
                .having(prefix)
                .offset(sql_count(many))
                .limit(1)
                .first(connection)
                .await
                .optional()?;
            if beyond.is_none() {
                break;
            }
            many *= 4;
        }
        Ok(many)
    }

    /// Goes through the leads that have one of some words, in order, and asks the other words of each.
    async fn seek(
        &self,
        connection: &mut Connection,
        words: &[String],
        others: &[Vec<String>],
    ) -> QueryResult<Vec<Lead>> {
        let (mut after, mut met, mut at_once) = (self.after(), Vec::new(), self.wanted());
        loop {
            let mut ids: Vec<Uid> = Vec::new();
            for word in words {
                let asked = Asked { ..*self };
                let found = asked.behind(asked.with(word, others), after).limit(sql_count(at_once));
                ids.extend(found.load::<Uid>(connection).await?);
            }
            ids.sort_unstable();
            ids.dedup();
            if self.order().is_descending() {
                ids.reverse();
            }
            // Behind the end of one word's stretch, others' may be missing.
            ids.truncate(at_once);
            let is_last = ids.len() < at_once;
            after = ids.last().map(|id| id.id());
            met.extend(Asked { after: None, ..*self }.of(connection, ids).await?);
            if is_last || met.len() >= self.wanted() {
                met.truncate(self.wanted());
                return Ok(met);
            }
            // The rest is words that could not be asked for.
            at_once = STRETCH;
        }
    }

    /// The leads that have a word and one of each of the others, as the filter lets them through.
    fn with(&self, word: &'a str, others: &'a [Vec<String>]) -> Found<'a> {
        let mut found: Found<'a> = lead_words::table
            .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
            .filter(lead_words::word.eq(word))
            .filter(lead_words::status.eq(self.status.as_str()))
            .select(lead_words::lead_id)
            .into_boxed();
        for words in others {
            let another = other_words
                .filter(other_words.field(lead_words::workspace_id).eq(lead_words::workspace_id))
                .filter(other_words.field(lead_words::word).eq_any(words))
                .filter(other_words.field(lead_words::status).eq(lead_words::status))
                .filter(other_words.field(lead_words::lead_id).eq(lead_words::lead_id))
                .select(other_words.field(lead_words::lead_id));
            found = found.filter(there_is!(another));
        }
        self.narrowed(found)
    }

    /// Of rows with words, those whose leads the other filters let through.
    fn narrowed(&self, mut found: Found<'a>) -> Found<'a> {
        let lead = leads::table
            .filter(leads::workspace_id.eq(lead_words::workspace_id))
            .filter(leads::id.eq(lead_words::lead_id))
            .select(leads::id);
        if let Some(member) = self.filter.assigned_to {
            found = found.filter(there_is!(lead.filter(leads::assigned_to.eq(Uid::from(member)))));
        }
        if let Some(time) = self.filter.updated_after {
            found = found.filter(there_is!(lead.filter(leads::updated_at.gt(Stamp(time)))));
        }
        if let Some(tag) = &self.filter.tag {
            let tagged = lead_tags::table
                .filter(lead_tags::workspace_id.eq(lead_words::workspace_id))
                .filter(lead_tags::tag.eq(tag.to_string()))
                .filter(lead_tags::status.eq(lead_words::status))
                .filter(lead_tags::lead_id.eq(lead_words::lead_id))
                .select(lead_tags::lead_id);
            found = found.filter(there_is!(tagged));
        }
        found
    }

    /// All that have words that begin so, sorted: where too many words do.
    async fn sort(&self, connection: &mut Connection) -> QueryResult<Vec<Lead>> {
        let mut prefixes: Vec<(usize, &str)> = Vec::new();
        for prefix in self.search.prefixes() {
            prefixes.push((self.how_many(connection, prefix).await?, prefix));
        }
        prefixes.sort_unstable();
        let mut prefixes = prefixes.into_iter().map(|(_, prefix)| prefix);
        let Some(rarest) = prefixes.next() else { return Ok(Vec::new()) };
        let mut found = self.behind(self.having(rarest), self.after()).distinct().limit(self.limit);
        for prefix in prefixes {
            found = found.filter(lead_words::lead_id.eq_any(self.having(prefix)));
        }
        let ids: Vec<Uid> = self.narrowed(found).load(connection).await?;
        self.load(connection, &ids).await
    }
}
