use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    SelectableHelper, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationId, ConversationPatch, ConversationPosition, LeadId,
    Message, MessageId, NewConversation, NewMessage, OrganizationId, Page, PageLimit, WorkspaceId,
};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, conversation_list, conversation_messages,
    conversation_rows::ConversationRow,
    idempotency,
    schema::{conversations, leads, workspaces},
    types::for_update,
};
use crate::{Authorship, Conversations, InsertConversationOutcome, Receipt, StorageError, columns::Uid};

#[async_trait]
impl Conversations for Store {
    async fn insert(
        &self,
        workspace: WorkspaceId,
        new: NewConversation,
        receipt: Option<Receipt<Conversation>>,
    ) -> Result<InsertConversationOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move {
                let outcome = insert(connection, workspace, new, clock.now()).await?;
                if let InsertConversationOutcome::Inserted(conversation) = &outcome {
                    idempotency::settle(connection, receipt, conversation).await?;
                }
                Ok(outcome)
            }
            .boxed()
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Option<(Conversation, Page<Message>)>, StorageError> {
        self.read_at_one_moment(move |connection| {
            async move {
                let Some(found) = find(connection, workspace, conversation).await? else { return Ok(None) };
                Ok(Some((
                    found,
                    conversation_messages::page(connection, workspace, conversation, after, limit).await?,
                )))
            }
            .boxed()
        })
        .await
    }

    async fn last_messages(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Option<(Conversation, Page<Message>)>, StorageError> {
        self.read_at_one_moment(move |connection| {
            async move {
                let Some(found) = find(connection, workspace, conversation).await? else { return Ok(None) };
                let page =
                    conversation_messages::last(connection, workspace, conversation, before, limit).await?;
                Ok(Some((found, page)))
            }
            .boxed()
        })
        .await
    }

    async fn is_in_organization(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<bool, StorageError> {
        self.read(move |connection| is_in_organization(connection, organization, conversation).boxed()).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: ConversationFilter,
        after: Option<ConversationPosition>,
        limit: PageLimit,
    ) -> Result<Page<Conversation>, StorageError> {
        self.read(move |connection| {
            let filter = filter.clone();
            async move { conversation_list::page(connection, workspace, &filter, after, limit).await }.boxed()
        })
        .await
    }

    async fn update(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        patch: ConversationPatch,
    ) -> Result<Option<Conversation>, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move { edit(connection, workspace, conversation, patch, clock.now()).await }.boxed()
        })
        .await
    }

    async fn add_message(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        new: NewMessage,
        by: Authorship,
        receipt: Option<Receipt<Message>>,
    ) -> Result<Option<Message>, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move {
                let added = add_message(connection, workspace, conversation, new, by, clock.now()).await?;
                if let Some(message) = &added {
                    idempotency::settle(connection, receipt, message).await?;
                }
                Ok(added)
            }
            .boxed()
        })
        .await
    }

    async fn messages(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Option<Page<Message>>, StorageError> {
        self.read(move |connection| {
            async move {
                if find(connection, workspace, conversation).await?.is_none() {
                    return Ok(None);
                }
                conversation_messages::page(connection, workspace, conversation, after, limit).await.map(Some)
            }
            .boxed()
        })
        .await
    }
}

async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewConversation,
    now: OffsetDateTime,
) -> QueryResult<InsertConversationOutcome> {
    if let Some(lead) = new.lead
        && !is_lead(connection, workspace, lead).await?
    {
        return Ok(InsertConversationOutcome::UnknownLead);
    }
    let conversation = Conversation::create(new, now);
    insert_into(conversations::table)
        .values((conversations::workspace_id.eq(Uid::from(workspace)), ConversationRow::from(&conversation)))
        .execute(connection)
        .await?;
    Ok(InsertConversationOutcome::Inserted(conversation))
}

/// Leads are never deleted: one that is there stays.
async fn is_lead(connection: &mut Connection, workspace: WorkspaceId, lead: LeadId) -> QueryResult<bool> {
    let found = leads::table
        .find((Uid::from(workspace), Uid::from(lead)))
        .select(leads::id)
        .get_result::<Uid>(connection)
        .await
        .optional()?;
    Ok(found.is_some())
}

async fn edit(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: ConversationId,
    patch: ConversationPatch,
    now: OffsetDateTime,
) -> QueryResult<Option<Conversation>> {
    let Some(before) = hold(connection, workspace, id).await? else { return Ok(None) };
    let Some(after) = patch.apply(&before, now) else { return Ok(Some(before)) };
    write_row(connection, workspace, &after).await?;
    Ok(Some(after))
}

async fn add_message(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: ConversationId,
    new: NewMessage,
    by: Authorship,
    now: OffsetDateTime,
) -> QueryResult<Option<Message>> {
    let Some(mut conversation) = hold(connection, workspace, id).await? else { return Ok(None) };
    let message = conversation.add(new, by.actor.clone(), now);
    write_row(connection, workspace, &conversation).await?;
    conversation_messages::insert(connection, workspace, id, &message, by).await?;
    Ok(Some(message))
}

/// The conversation, held until the end of the transaction: whoever else would change it waits.
async fn hold(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: ConversationId,
) -> QueryResult<Option<Conversation>> {
    let key = (Uid::from(workspace), Uid::from(id));
    let row: Option<ConversationRow> =
        for_update!(conversations::table.find(key).select(ConversationRow::as_select()))
            .get_result(connection)
            .await
            .optional()?;
    row.map(Conversation::try_from).transpose()
}

async fn write_row(
    connection: &mut Connection,
    workspace: WorkspaceId,
    conversation: &Conversation,
) -> QueryResult<()> {
    update(conversations::table.find((Uid::from(workspace), Uid::from(conversation.id))))
        .set(ConversationRow::from(conversation))
        .execute(connection)
        .await
        .map(drop)
}

async fn find(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: ConversationId,
) -> QueryResult<Option<Conversation>> {
    let row = conversations::table
        .find((Uid::from(workspace), Uid::from(id)))
        .select(ConversationRow::as_select())
        .get_result(connection)
        .await
        .optional()?;
    row.map(Conversation::try_from).transpose()
}

async fn is_in_organization(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ConversationId,
) -> QueryResult<bool> {
    let same = conversations::workspace_id.eq(workspaces::id).and(conversations::id.eq(Uid::from(id)));
    let found: Vec<Uid> = workspaces::table
        .inner_join(conversations::table.on(same))
        .filter(workspaces::organization_id.eq(Uid::from(organization)))
        .select(conversations::id)
        .load(connection)
        .await?;
    Ok(!found.is_empty())
}
