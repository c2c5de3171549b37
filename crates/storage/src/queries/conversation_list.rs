use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, SelectableHelper};
use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationPosition, ListOrder, Page, PageLimit, WorkspaceId,
};

use super::{Connection, RunQueryDsl, conversation_rows::ConversationRow, schema::conversations};
use crate::columns::{Stamp, Uid};

/// A page of conversations, in the filter's order, behind `after`.
pub(super) async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &ConversationFilter,
    after: Option<ConversationPosition>,
    limit: PageLimit,
) -> QueryResult<Page<Conversation>> {
    let mut query = conversations::table
        .filter(conversations::workspace_id.eq(Uid::from(workspace)))
        .limit(limit.one_more())
        .select(ConversationRow::as_select())
        .into_boxed();
    query = match filter.order() {
        ListOrder::NewestFirst => query.order(conversations::id.desc()),
        ListOrder::LeastRecentlyUpdatedFirst => query.order((conversations::updated_at, conversations::id)),
    };
    if let Some(lead) = filter.lead {
        query = query.filter(conversations::lead_id.eq(Uid::from(lead)));
    }
    if let Some(status) = filter.status {
        query = query.filter(conversations::status.eq(status.as_str()));
    }
    if let Some(time) = filter.updated_after {
        query = query.filter(conversations::updated_at.gt(Stamp(time)));
    }
    match after {
        None => {}
        Some(ConversationPosition::Id(id)) => query = query.filter(conversations::id.lt(Uid::from(id))),
        // The first condition is what the index seeks by; the second only parts those changed at the same moment.
        Some(ConversationPosition::Updated(at, id)) => {
            let later = conversations::updated_at.gt(Stamp(at)).or(conversations::id.gt(Uid::from(id)));
            query = query.filter(conversations::updated_at.ge(Stamp(at))).filter(later);
        }
    }
    let rows = query.load(connection).await?;
    let found = rows.into_iter().map(Conversation::try_from).collect::<QueryResult<_>>()?;
    Ok(Page::from_one_more(found, limit))
}
