//! Words of leads that are older than the table of words. Runs behind the migrations, before anything else.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
    SelectableHelper, insert_into,
};
use leadkeep_domain::{Lead, words_of};

use super::{
    Blocking,
    lead_rows::LeadRow,
    lead_words::word_row,
    schema::{lead_words, leads},
};
use crate::columns::Uid;

/// How many leads are given words at a time.
const AT_A_TIME: i64 = 1000;

/// Gives words to the leads that were there before words were kept. Does nothing where any lead has some.
pub(super) fn fill(connection: &mut Blocking) -> QueryResult<()> {
    let one: Option<Uid> = lead_words::table.select(lead_words::lead_id).first(connection).optional()?;
    if one.is_some() {
        return Ok(());
    }
    let mut last = None;
    loop {
        let mut query = leads::table
            .order((leads::workspace_id, leads::id))
            .limit(AT_A_TIME)
            .select((leads::workspace_id, LeadRow::as_select()))
            .into_boxed();
        if let Some((workspace, id)) = last {
            let later = leads::workspace_id.gt(workspace).or(leads::id.gt(id));
            query = query.filter(leads::workspace_id.ge(workspace)).filter(later);
        }
        let rows: Vec<(Uid, LeadRow)> = query.load(connection)?;
        let Some((workspace, row)) = rows.last() else { return Ok(()) };
        last = Some((*workspace, row.id));
        for (workspace, stored) in rows {
            let lead = Lead::try_from(stored)?;
            let rows: Vec<_> =
                words_of(&lead.fields).into_iter().map(|word| word_row(workspace, &lead, word)).collect();
            insert_into(lead_words::table).values(rows).execute(connection)?;
        }
    }
}
