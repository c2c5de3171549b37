use async_trait::async_trait;
use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationId, ConversationPatch, ConversationPosition, Message,
    MessageId, NewConversation, NewMessage, OrganizationId, Page, PageLimit, WorkspaceId,
};

use crate::{Authorship, Receipt, StorageError};

/// The conversations of workspaces, with their messages.
///
/// Every write is one transaction: a message, and what it changes of its conversation, are there together or not at all. The
/// time of a write is taken inside its transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Conversations: Send + Sync {
    /// Creates an open conversation without messages.
    async fn insert(
        &self,
        workspace: WorkspaceId,
        new: NewConversation,
        receipt: Option<Receipt<Conversation>>,
    ) -> Result<InsertConversationOutcome, StorageError>;

    /// The conversation with a page of its messages, both as they are at one moment; none if it is not in the workspace.
    /// The page is that of [`messages`](Conversations::messages).
    async fn get(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Option<(Conversation, Page<Message>)>, StorageError>;

    /// Whether the conversation is in any workspace of the organization.
    async fn is_in_organization(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<bool, StorageError>;

    /// A page of conversations, in the filter's order, behind `after`.
    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: ConversationFilter,
        after: Option<ConversationPosition>,
        limit: PageLimit,
    ) -> Result<Page<Conversation>, StorageError>;

    /// Reads the conversation, applies the patch, writes what changed, and gives back what is stored then; none if the
    /// conversation is not in the workspace.
    async fn update(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        patch: ConversationPatch,
    ) -> Result<Option<Conversation>, StorageError>;

    /// Adds a message, later than all that the conversation has; none if the conversation is not in the workspace.
    async fn add_message(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        new: NewMessage,
        by: Authorship,
        receipt: Option<Receipt<Message>>,
    ) -> Result<Option<Message>, StorageError>;

    /// The conversation with a page of its last messages, newest first, before the message `before`, both as they are at one
    /// moment; none if it is not in the workspace.
    async fn last_messages(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Option<(Conversation, Page<Message>)>, StorageError>;

    /// A page of the conversation's messages, oldest first, behind the message `after`; none if the conversation is not in
    /// the workspace.
    async fn messages(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Option<Page<Message>>, StorageError>;
}

/// What became of an [insert](Conversations::insert).
#[derive(Clone, Debug, PartialEq)]
pub enum InsertConversationOutcome {
    /// The conversation as it is stored.
    Inserted(Conversation),
    /// The lead is not in the workspace.
    UnknownLead,
}
