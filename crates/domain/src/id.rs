use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
};

use uuid::Uuid;

use crate::{AiUpdate, Conversation, Invalid, Lead, Member, Message, Organization, User, Workspace};

/// The id of one kind of entity. Ids of different kinds do not mix.
///
/// New ids are UUIDv7: they sort by the time they were made, and within one process strictly so.
pub struct Id<T> {
    uuid: Uuid,
    kind: PhantomData<fn() -> T>,
}

/// Id of a [`Lead`].
pub type LeadId = Id<Lead>;
/// Id of an [`Organization`].
pub type OrganizationId = Id<Organization>;
/// Id of a [`Workspace`]: the tenant of every look-up.
pub type WorkspaceId = Id<Workspace>;
/// Id of a [`User`].
pub type UserId = Id<User>;
/// Id of a [`Member`]: a user in one workspace.
pub type MemberId = Id<Member>;
/// Id of a [`Conversation`].
pub type ConversationId = Id<Conversation>;
/// Id of an [`AiUpdate`].
pub type AiUpdateId = Id<AiUpdate>;
/// Id of a [`Message`].
pub type MessageId = Id<Message>;
/// Marks the ids of OAuth clients.
#[derive(Debug)]
pub enum ClientKey {}
/// Id of an API key or API token.
pub type CredentialId = Id<CredentialKey>;
/// Marks the ids of API keys and API tokens.
#[derive(Debug)]
pub enum CredentialKey {}

/// Id of what a member lets an OAuth app do: one for both for ever.
pub type GrantId = Id<GrantKey>;
/// Marks the ids of grants.
#[derive(Debug)]
pub enum GrantKey {}
/// Id of one consent, with all that it led to.
pub type AuthorizationId = Id<AuthorizationKey>;
/// Marks the ids of authorizations.
#[derive(Debug)]
pub enum AuthorizationKey {}
/// Id of a person's session in one browser.
pub type SessionId = Id<SessionKey>;
/// Marks the ids of sessions.
#[derive(Debug)]
pub enum SessionKey {}
/// Id of an invitation to a workspace.
pub type InvitationId = Id<InvitationKey>;
/// Marks the ids of invitations.
#[derive(Debug)]
pub enum InvitationKey {}
/// Id of one drawing of a form that makes a secret: the form makes one, however often it is sent.
pub type FormId = Id<FormKey>;
/// Marks the ids of forms.
#[derive(Debug)]
pub enum FormKey {}

impl<T> Id<T> {
    /// A new id, later than every id made before by this process.
    pub fn generate() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// The id that these 128 bits are.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// The bare UUID.
    pub const fn as_uuid(&self) -> Uuid {
        self.uuid
    }

    /// The id as one number.
    pub const fn as_u128(&self) -> u128 {
        self.uuid.as_u128()
    }
}

impl<T> FromStr for Id<T> {
    type Err = Invalid;

    /// Reads the hyphenated form only, in either case: one id has one spelling in an address.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new("must be an id such as 0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10");
        if text.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(malformed());
        }
        Uuid::try_parse(text).map(Self::from_uuid).map_err(|_| malformed())
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

// By hand, because a derive would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_sort_later() {
        let ids: Vec<LeadId> = (0..1000).map(|_| LeadId::generate()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        #[track_caller]
        fn check(text: &str, accepted: bool) {
            assert_eq!(text.parse::<LeadId>().is_ok(), accepted, "{text}");
        }
        check("0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10", true);
        check("0197A6E2-7E5B-7C3A-9F52-0D6C1C7A9B10", true);
        check("0197a6e27e5b7c3a9f520d6c1c7a9b10", false);
        check("{0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10}", false);
        check("urn:uuid:0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10", false);
        check("0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b1é", false);
        check("", false);
    }
}
