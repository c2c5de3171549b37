//! Why a page is not what was asked for.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use leadkeep_credentials::RandomUnavailable;
use leadkeep_domain::{Act, Role};
use leadkeep_service::{
    ManagementError, chain,
    people::{MemberError, TooManyAttempts},
};
use leadkeep_storage::StorageError;

use crate::{pages::problem, words};

/// Why a page is not what was asked for. Handlers return it, and one place draws it.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody is signed in: where to go on after that.
    SignIn { next: String },
    /// The session ended while somebody filled in a form.
    SessionEnded,
    /// There is nothing, or nothing for this person.
    NotFound,
    /// The role does not allow it.
    Forbidden { act: Act, role: Role },
    /// The role only looks.
    OnlyLooks { role: Role },
    /// The workspace is suspended.
    Suspended,
    /// The form is not ours, or not this browser's.
    StaleForm,
    /// What was sent makes no sense.
    Unreadable(&'static str),
    /// It is not as it was when somebody decided on it.
    Conflict(String),
    /// The page is asked for by another method than those it has.
    OtherMethod(String),
    /// Too much was sent.
    TooLarge,
    /// Too many attempts.
    TooMany { wait_seconds: u64 },
    /// Something that we need is not there.
    Unavailable(Box<dyn std::error::Error>),
    /// A fault of ours.
    Internal(Box<dyn std::error::Error>),
}

impl Trouble {
    /// What the page says; none where another page is the answer.
    pub(crate) fn kind(&self) -> Option<problem::Kind<'_>> {
        Some(match self {
            Self::SignIn { .. } | Self::SessionEnded => return None,
            Self::NotFound => problem::Kind::NotFound,
            Self::Forbidden { act, role } => problem::Kind::Forbidden { act: *act, role: *role },
            Self::OnlyLooks { role } => problem::Kind::OnlyLooks { role: *role },
            Self::Suspended => problem::Kind::Suspended,
            Self::StaleForm => problem::Kind::StaleForm,
            Self::Unreadable(detail) => problem::Kind::Unreadable { detail },
            Self::Conflict(detail) => problem::Kind::Conflict { detail },
            Self::OtherMethod(allow) => problem::Kind::OtherMethod { allow },
            Self::TooLarge => problem::Kind::TooLarge,
            Self::TooMany { wait_seconds } => problem::Kind::TooMany { wait_seconds: *wait_seconds },
            Self::Unavailable(_) => problem::Kind::Unavailable,
            Self::Internal(_) => problem::Kind::Internal,
        })
    }

    /// Says in the log what people are not told.
    pub(crate) fn log(&self, request_id: &str) {
        match self {
            Self::Unavailable(cause) => {
                tracing::warn!(request_id, cause = chain(cause.as_ref()), "not available");
            }
            Self::Internal(cause) => {
                tracing::error!(request_id, cause = chain(cause.as_ref()), "a page failed");
            }
            _ => {}
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the page can't be shown")
    }
}

/// For what runs outside of the pages' own frame: nothing does.
impl ResponseError for Trouble {
    fn status_code(&self) -> StatusCode {
        let status = self.kind().map_or(303, problem::Kind::status);
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<StorageError> for Trouble {
    fn from(error: StorageError) -> Self {
        if error.is_transient() { Self::Unavailable(error.into()) } else { Self::Internal(error.into()) }
    }
}

impl From<RandomUnavailable> for Trouble {
    fn from(error: RandomUnavailable) -> Self {
        Self::Internal(error.into())
    }
}

impl From<TooManyAttempts> for Trouble {
    fn from(TooManyAttempts { retry_after }: TooManyAttempts) -> Self {
        Self::TooMany { wait_seconds: retry_after.as_secs() + 1 }
    }
}

impl From<ManagementError> for Trouble {
    fn from(error: ManagementError) -> Self {
        match error {
            ManagementError::Storage(error) => error.into(),
            ManagementError::Random(error) => error.into(),
            ManagementError::NotFound(_) | ManagementError::UnknownUser => Self::NotFound,
            ManagementError::MayNotMakeCredentials(role) => {
                Self::Forbidden { act: Act::ManageCredentials, role }
            }
            error @ (ManagementError::DuplicateUser(_)
            | ManagementError::AlreadyMember
            | ManagementError::ClientRevoked
            | ManagementError::CredentialRevoked(_)
            | ManagementError::NotAMember
            | ManagementError::LastOwner
            | ManagementError::NotAllowed
            | ManagementError::TooManyInvitations
            | ManagementError::TooManyCredentials
            | ManagementError::TooManyApps
            | ManagementError::AlreadySent) => Self::conflict(&error),
        }
    }
}

impl Trouble {
    /// What becomes of a refusal that no form tells: the others are told where they belong.
    pub(crate) fn of_members(error: MemberError, role: Role) -> Self {
        match error {
            MemberError::Storage(error) => error.into(),
            MemberError::Random(error) => error.into(),
            MemberError::OwnersOnly => Self::Forbidden { act: Act::ManageOwners, role },
            MemberError::ManagersOnly(role) => Self::Forbidden { act: Act::ManageMembers, role },
            MemberError::NoMember | MemberError::NoInvitation | MemberError::NoWorkspace => Self::NotFound,
            error @ (MemberError::LastOwner
            | MemberError::TooManyInvitations
            | MemberError::AlreadyMember
            | MemberError::AlreadySent) => Self::conflict(&error),
        }
    }

    /// What is not possible any more, said as a sentence.
    pub(crate) fn conflict(what: &impl fmt::Display) -> Self {
        Self::Conflict(format!("{}.", words::capital(&what.to_string())))
    }
}
