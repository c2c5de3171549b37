use diesel::{ExpressionMethods, QueryDsl, QueryResult, SelectableHelper, insert_into};
use leadkeep_domain::{ConversationId, Message, MessageId, Page, PageLimit, WorkspaceId};

use super::{Connection, RunQueryDsl, conversation_rows::MessageRow, schema::conversation_messages};
use crate::{Authorship, columns::Uid};

/// Writes a message in the transaction that counts it.
pub(super) async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    conversation: ConversationId,
    message: &Message,
    by: Authorship,
) -> QueryResult<()> {
    insert_into(conversation_messages::table)
        .values((
            conversation_messages::workspace_id.eq(Uid::from(workspace)),
            conversation_messages::conversation_id.eq(Uid::from(conversation)),
            MessageRow::new(message, by),
        ))
        .execute(connection)
        .await
        .map(drop)
}

/// A page of messages, oldest first, behind `after`.
pub(super) async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    conversation: ConversationId,
    after: Option<MessageId>,
    limit: PageLimit,
) -> QueryResult<Page<Message>> {
    let mut query = conversation_messages::table
        .filter(conversation_messages::workspace_id.eq(Uid::from(workspace)))
        .filter(conversation_messages::conversation_id.eq(Uid::from(conversation)))
        .order(conversation_messages::id)
        .limit(limit.one_more())
        .select(MessageRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(conversation_messages::id.gt(Uid::from(after)));
    }
    let rows = query.load(connection).await?;
    let messages = rows.into_iter().map(Message::try_from).collect::<QueryResult<_>>()?;
    Ok(Page::from_one_more(messages, limit))
}

/// A page of messages, newest first, before `before`.
pub(super) async fn last(
    connection: &mut Connection,
    workspace: WorkspaceId,
    conversation: ConversationId,
    before: Option<MessageId>,
    limit: PageLimit,
) -> QueryResult<Page<Message>> {
    let mut query = conversation_messages::table
        .filter(conversation_messages::workspace_id.eq(Uid::from(workspace)))
        .filter(conversation_messages::conversation_id.eq(Uid::from(conversation)))
        .order(conversation_messages::id.desc())
        .limit(limit.one_more())
        .select(MessageRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(conversation_messages::id.lt(Uid::from(before)));
    }
    let rows = query.load(connection).await?;
    let messages = rows.into_iter().map(Message::try_from).collect::<QueryResult<_>>()?;
    Ok(Page::from_one_more(messages, limit))
}
