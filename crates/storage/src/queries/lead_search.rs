//! Searches for leads by words. How a search is done depends on how many leads have what is asked for. What few have is read whole. Of
//! what many have, the database intersects the lists of leads that have each of it, which its indexes hold in the order of the leads.
//! Where very many words begin as one that was typed there is no such list: what so many leads have is soon met on a walk.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, QueryableByName, SelectableHelper,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::Text,
};
use diesel_async::{AsyncConnectionCore, RunQueryDsl};
use leadkeep_domain::{
    Lead, LeadFilter, LeadId, LeadOrder, LeadPosition, LeadStatus, MemberId, Search, Tag, WorkspaceId,
    is_one_piece, words_of,
};
use time::OffsetDateTime;

use super::{
    Connection, lead_list,
    lead_rows::LeadRow,
    schema::{lead_words, leads},
    types::{StampSql, UidSql, before_list, behind_lists, prefer_order},
};
use crate::columns::{Stamp, Uid};

/// What few leads have: so many are read within some milliseconds.
const FEW: usize = 1000;

/// How many leads are looked at at a time, and how often on a walk through the list.
const STRETCH: usize = 250;
const STRETCHES: usize = 2;

/// How many the database sorts within some milliseconds. Of longer lists, a page is first looked for on a walk.
const SORTABLE: usize = 16_000;

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

/// Whether a list is asked for that is found so: by words, or in the order of age by a tag and an assignee, which no index has together. An e-mail
/// is that of few leads, whatever else they have.
pub(super) fn serves(filter: &LeadFilter) -> bool {
    let is_of_two = filter.tag.is_some() && filter.assigned_to.is_some() && !filter.order().is_by_update();
    filter.email.is_none() && (filter.search.is_some() || is_of_two)
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) workspace: WorkspaceId,
    pub(super) filter: &'a LeadFilter,
    /// None where nothing but tag and assignee is asked for.
    pub(super) search: Option<&'a Search>,
    pub(super) status: LeadStatus,
    pub(super) after: Option<LeadPosition>,
    pub(super) limit: i64,
}

type Backend = <Connection as AsyncConnectionCore>::Backend;

type Found<'a> = lead_words::BoxedQuery<'a, Backend, UidSql>;

impl<'a> Asked<'a> {
    /// Leads that have all the words, in the filter's order.
    pub(super) async fn page(self, connection: &mut Connection) -> QueryResult<Vec<Lead>> {
        for prefix in self.prefixes() {
            if let Some(ids) = self.few(connection, prefix).await? {
                return self.of(connection, ids).await;
            }
        }
        if let Some(leads) = self.few_changed(connection).await? {
            return Ok(leads);
        }
        let lists = self.lists(connection).await?;
        if lists.iter().any(List::is_long)
            && let Some(leads) = self.meet(connection).await?
        {
            return Ok(leads);
        }
        self.intersect(connection, &lists).await
    }

    fn prefixes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.search.into_iter().flat_map(Search::prefixes)
    }

    fn wanted(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    fn order(&self) -> LeadOrder {
        self.filter.order()
    }

    /// The leads of a prefix, each as often as it has such a word.
    fn having<'p>(&self, prefix: &'p str) -> Found<'p> {
        lead_words::table
            .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
            .filter(lead_words::status.eq(self.status.as_str()))
            .filter(lead_words::word.ge(prefix))
            .filter(lead_words::word.lt(behind(prefix)))
            .select(lead_words::lead_id)
            .into_boxed()
    }

    fn after(&self) -> Option<LeadId> {
        self.after.map(|(LeadPosition::Id(id) | LeadPosition::Updated(_, id))| id)
    }

    /// All leads of a prefix, if they are few.
    async fn few(&self, connection: &mut Connection, prefix: &str) -> QueryResult<Option<Vec<Uid>>> {
        let ids: Vec<Uid> = self.having(prefix).limit(sql_count(FEW + 1)).load(connection).await?;
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
        let rows: Vec<LeadRow> = query.load(connection).await?;
        let leads: QueryResult<Vec<Lead>> = rows.into_iter().map(Lead::try_from).collect();
        let mut leads = leads?;
        leads.retain(|lead| self.has_words(lead) && self.has_tag(lead) && self.has_changed(lead));
        leads.sort_by(|one, other| self.order().compare(one, other));
        Ok(leads)
    }

    fn has_words(&self, lead: &Lead) -> bool {
        self.search.is_none_or(|search| search.finds(&words_of(&lead.fields)))
    }

    fn has_changed(&self, lead: &Lead) -> bool {
        self.filter.updated_after.is_none_or(|time| lead.updated_at > time)
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
        // No index has those that have changed since then in the order of the leads: that is asked of those that are met.
        let wide = LeadFilter { search: None, updated_after: None, ..self.filter.clone() };
        let filter = LeadFilter { order: Some(self.order()), ..wide };
        let (mut after, mut met) = (self.after, Vec::new());
        for _ in 0..STRETCHES {
            let stretch =
                lead_list::walk(connection, self.workspace, &filter, self.status, after, sql_count(STRETCH))
                    .await?;
            let is_last = stretch.len() < STRETCH;
            after = stretch.last().map(|lead| filter.order().position(lead));
            met.extend(stretch.into_iter().filter(|lead| self.has_words(lead) && self.has_changed(lead)));
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
            let query = lead_words::table
                .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
                .filter(lead_words::word.lt(behind(prefix)))
                .order((lead_words::workspace_id, lead_words::word))
                .select(lead_words::word)
                .into_boxed();
            // One beginning: of two, the index would be walked from the first one on.
            let query = match last {
                None => query.filter(lead_words::word.ge(prefix)),
                Some(last) => query.filter(lead_words::word.gt(last)),
            };
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

    /// The lists of leads whose intersection is all that are asked for.
    async fn lists(&self, connection: &mut Connection) -> QueryResult<Vec<List<'a>>> {
        let mut lists = Vec::new();
        lists.extend(self.filter.tag.as_ref().map(List::Tag));
        lists.extend(self.filter.assigned_to.map(List::Assignee));
        for prefix in self.prefixes() {
            lists.push(match self.words(connection, prefix).await? {
                Some(words) => List::Words(words),
                None => List::Prefix { prefix, is_long: !self.are_sortable(connection, prefix).await? },
            });
        }
        lists.extend(self.filter.updated_after.map(List::Changed));
        Ok(lists)
    }

    /// Whether so few have a word that begins so that they are sorted within some milliseconds. Counts no further.
    async fn are_sortable(&self, connection: &mut Connection, prefix: &str) -> QueryResult<bool> {
        let beyond = self.having(prefix).offset(sql_count(SORTABLE)).limit(1);
        Ok(beyond.first::<Uid>(connection).await.optional()?.is_none())
    }

    /// The leads that are on all lists, in order.
    async fn intersect(&self, connection: &mut Connection, lists: &[List<'_>]) -> QueryResult<Vec<Lead>> {
        prefer_order(connection).await?;
        let found: Vec<OneId> = self.on_all(lists).query.load(connection).await?;
        let ids: Vec<Uid> = found.into_iter().map(|row| row.id).collect();
        self.load(connection, &ids).await
    }

    fn on_all(&self, lists: &[List<'_>]) -> Statement {
        let mut statement = Statement::new();
        for (at, list) in lists.iter().enumerate() {
            let (id, select) = match list {
                List::Assignee(_) => ("id", "SELECT id FROM leads WHERE "),
                // In an order of its own, or the databases would walk all leads in that of the page.
                List::Changed(_) => ("id", "SELECT id FROM (SELECT id FROM leads WHERE "),
                List::Tag(_) => ("lead_id", "SELECT lead_id AS id FROM lead_tags WHERE "),
                List::Words(words) if words.len() == 1 => {
                    ("lead_id", "SELECT lead_id AS id FROM lead_words WHERE ")
                }
                // A lead may have several of the words.
                List::Words(_) | List::Prefix { .. } => {
                    ("lead_id", "SELECT DISTINCT lead_id AS id FROM lead_words WHERE ")
                }
            };
            statement = statement.say(before_list(at).as_ref()).say(select);
            statement = match list {
                List::Assignee(member) => statement.say("assigned_to = ").id(*member),
                List::Tag(tag) => statement.say("tag = ").text(tag.to_string()),
                List::Words(words) => statement.say("word IN (").texts(words).say(")"),
                List::Changed(time) => statement.say("updated_at > ").time(*time),
                List::Prefix { prefix, .. } => statement
                    .say("word >= ")
                    .text((*prefix).to_owned())
                    .say(" AND word < ")
                    .text(behind(prefix)),
            };
            statement = statement.say(" AND workspace_id = ").id(self.workspace);
            statement = statement.say(" AND status = ").text(self.status.as_str().to_owned());
            if let Some(after) = self.after() {
                let is_behind = if self.order().is_descending() { "<" } else { ">" };
                statement = statement.say(&format!(" AND {id} {is_behind} ")).id(after);
            }
            if matches!(list, List::Changed(_)) {
                statement = statement.say(&format!(" ORDER BY updated_at LIMIT {}) AS changed", i64::MAX));
            }
        }
        let order = if self.order().is_descending() { "DESC" } else { "ASC" };
        statement
            .say(behind_lists(lists.len()).as_ref())
            .say(&format!(" ORDER BY 1 {order} LIMIT {}", self.limit))
    }
}

/// A list of leads, in the order of their ids or to be sorted so.
enum List<'a> {
    Tag(&'a Tag),
    Assignee(MemberId),
    /// Leads that have one of these words.
    Words(Vec<String>),
    /// Leads that have a word that begins so; whether sorting them takes long.
    Prefix {
        prefix: &'a str,
        is_long: bool,
    },
    /// Leads that have changed since: more than few.
    Changed(OffsetDateTime),
}

impl List<'_> {
    /// Whether it is to be sorted, and may be long.
    const fn is_long(&self) -> bool {
        matches!(self, Self::Changed(_) | Self::Prefix { is_long: true, .. })
    }
}

#[derive(QueryableByName)]
struct OneId {
    #[diesel(sql_type = UidSql)]
    id: Uid,
}

/// An `INTERSECT` of as many lists as there are: what diesel's types can't say.
struct Statement {
    query: BoxedSqlQuery<'static, Backend, SqlQuery>,
    values: usize,
}

impl Statement {
    fn new() -> Self {
        Self { query: sql_query("").into_boxed(), values: 0 }
    }

    /// Words of ours: never what somebody typed.
    fn say(self, sql: &str) -> Self {
        Self { query: self.query.sql(sql), ..self }
    }

    /// The place of a value. Both databases know it by this sign.
    fn place(self) -> Self {
        let values = self.values + 1;
        Self { values, ..self }.say(&format!("${values}"))
    }

    fn text(self, text: String) -> Self {
        let Self { query, values } = self.place();
        Self { query: query.bind::<Text, _>(text), values }
    }

    fn texts(mut self, texts: &[String]) -> Self {
        for (at, text) in texts.iter().enumerate() {
            self = if at > 0 { self.say(", ") } else { self }.text(text.clone());
        }
        self
    }

    fn time(self, time: OffsetDateTime) -> Self {
        let Self { query, values } = self.place();
        Self { query: query.bind::<StampSql, _>(Stamp(time)), values }
    }

    fn id(self, id: impl Into<Uid>) -> Self {
        let Self { query, values } = self.place();
        Self { query: query.bind::<UidSql, _>(id.into()), values }
    }
}
