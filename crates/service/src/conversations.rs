use std::sync::Arc;

use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationId, ConversationPatch, ConversationPosition, Message,
    MessageId, NewConversation, NewMessage, Page, PageLimit,
};
use leadkeep_storage::{Conversations as Repository, InsertConversationOutcome, Receipt, StorageError};

use crate::{gate::Principal, leads::authorship};

/// What can be done with conversations. The principal's workspace is the tenant of everything here.
#[derive(Clone)]
pub struct Conversations {
    repository: Arc<dyn Repository>,
}

/// Why something was not done. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    /// No such conversation in the workspace.
    #[error("conversation not found")]
    NotFound(ConversationId),
    /// The lead is not in the workspace.
    #[error("lead_id must be the id of a lead of the workspace")]
    UnknownLead,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Conversations {
    /// On this repository.
    pub fn new(repository: Arc<dyn Repository>) -> Self {
        Self { repository }
    }

    /// Creates an open conversation without messages.
    pub async fn create(
        &self,
        principal: &Principal,
        new: NewConversation,
        receipt: Option<Receipt<Conversation>>,
    ) -> Result<Conversation, ConversationError> {
        match self.repository.insert(principal.workspace, new, receipt).await? {
            InsertConversationOutcome::Inserted(conversation) => Ok(conversation),
            InsertConversationOutcome::UnknownLead => Err(ConversationError::UnknownLead),
        }
    }

    /// The conversation with a page of its messages, oldest first.
    pub async fn get(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<(Conversation, Page<Message>), ConversationError> {
        let found = self.repository.get(principal.workspace, conversation, after, limit).await?;
        found.ok_or(ConversationError::NotFound(conversation))
    }

    /// The conversation with a page of its last messages, newest first, before the message `before`.
    pub async fn last(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<(Conversation, Page<Message>), ConversationError> {
        let found = self.repository.last_messages(principal.workspace, conversation, before, limit).await?;
        found.ok_or(ConversationError::NotFound(conversation))
    }

    /// Whether the conversation is in another workspace of the principal's organization.
    pub async fn is_elsewhere(
        &self,
        principal: &Principal,
        conversation: ConversationId,
    ) -> Result<bool, StorageError> {
        self.repository.is_in_organization(principal.organization, conversation).await
    }

    /// A page of conversations.
    pub async fn list(
        &self,
        principal: &Principal,
        filter: ConversationFilter,
        after: Option<ConversationPosition>,
        limit: PageLimit,
    ) -> Result<Page<Conversation>, ConversationError> {
        Ok(self.repository.list(principal.workspace, filter, after, limit).await?)
    }

    /// Changes a conversation as the patch says; one that is so already is left as it is.
    pub async fn update(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        patch: ConversationPatch,
    ) -> Result<Conversation, ConversationError> {
        let updated = self.repository.update(principal.workspace, conversation, patch).await?;
        updated.ok_or(ConversationError::NotFound(conversation))
    }

    /// Adds a message.
    pub async fn add_message(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        new: NewMessage,
        request_id: &str,
        receipt: Option<Receipt<Message>>,
    ) -> Result<Message, ConversationError> {
        let by = authorship(principal, request_id);
        let added = self.repository.add_message(principal.workspace, conversation, new, by, receipt).await?;
        added.ok_or(ConversationError::NotFound(conversation))
    }

    /// A page of the conversation's messages, oldest first.
    pub async fn messages(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Page<Message>, ConversationError> {
        let page = self.repository.messages(principal.workspace, conversation, after, limit).await?;
        page.ok_or(ConversationError::NotFound(conversation))
    }
}
