//! On which lists the leads are that are asked for: those that indexes hold in the order of the page, and those that are short.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult};
use leadkeep_domain::{MemberId, Search, Tag, is_one_piece};

use super::{
    Connection, RunQueryDsl,
    lead_search::{Asked, sql_count},
    schema::{lead_words, leads},
};
use crate::columns::{Stamp, Uid};

/// How many words of a prefix are told apart. Of more, a lead's own words say whether it has one.
const WORDS: usize = 8;

/// How often words are looked for, of one prefix: those of several pieces are met on the way.
const SEEKS: usize = 32;

/// What fewer entries of an index say than this is read whole, and put in order here.
const FEW: usize = 4_000;

/// Everything that begins with a word is before this.
pub(super) fn behind(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// A list of leads that an index has in the order of the page, or that is short.
pub(super) enum List<'a> {
    Tag(&'a Tag),
    Assignee(MemberId),
    /// Leads that have one of these words.
    Words(Vec<String>),
    /// These, in ascending order.
    Few(Vec<Uid>),
}

impl List<'_> {
    fn few(mut ids: Vec<Uid>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Self::Few(ids)
    }
}

impl<'a> Asked<'a> {
    /// The lists that the leads are on; none if one of them is empty.
    pub(super) async fn lists(&self, connection: &mut Connection) -> QueryResult<Option<Vec<List<'a>>>> {
        let mut lists = Vec::new();
        lists.extend(self.filter.tag.as_ref().map(List::Tag));
        lists.extend(self.filter.assigned_to.map(List::Assignee));
        if let Some(list) = self.few_changed(connection).await? {
            lists.push(list);
        }
        for prefix in self.filter.search.iter().flat_map(Search::prefixes) {
            match self.words(connection, prefix).await? {
                Some(words) if words.is_empty() => return Ok(None),
                Some(words) => lists.push(List::Words(words)),
                None => lists.extend(self.few_that_begin(connection, prefix).await?),
            }
        }
        Ok(Some(lists))
    }

    /// Those that have changed since then, if they are few and the order is another.
    async fn few_changed(&self, connection: &mut Connection) -> QueryResult<Option<List<'a>>> {
        let Some(time) = self.filter.updated_after.filter(|_| !self.order().is_by_update()) else {
            return Ok(None);
        };
        let ids: Vec<Uid> = leads::table
            .filter(leads::workspace_id.eq(Uid::from(self.workspace)))
            .filter(leads::status.eq(self.status.as_str()))
            .filter(leads::updated_at.gt(Stamp(time)))
            .order((leads::updated_at.desc(), leads::id.desc()))
            .limit(sql_count(FEW + 1))
            .select(leads::id)
            .load(connection)
            .await?;
        Ok((ids.len() <= FEW).then(|| List::few(ids)))
    }

    /// Those that have a word that begins so, if they are few. Words of the other status are read past.
    async fn few_that_begin(
        &self,
        connection: &mut Connection,
        prefix: &str,
    ) -> QueryResult<Option<List<'a>>> {
        let entries: Vec<(String, Uid)> = lead_words::table
            .filter(lead_words::workspace_id.eq(Uid::from(self.workspace)))
            .filter(lead_words::word.ge(prefix))
            .filter(lead_words::word.lt(behind(prefix)))
            .limit(sql_count(FEW + 1))
            .select((lead_words::status, lead_words::lead_id))
            .load(connection)
            .await?;
        if entries.len() > FEW {
            return Ok(None);
        }
        let of_status = entries.into_iter().filter(|(status, _)| status == self.status.as_str());
        Ok(Some(List::few(of_status.map(|(_, id)| id).collect())))
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
}
