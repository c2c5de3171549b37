/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database is away, busy or full: the same call may succeed later.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// Something is broken, and trying again will not mend it.
    #[error("the database refused")]
    Unexpected(#[source] Cause),
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

impl StorageError {
    /// The database is away.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// Something is broken.
    pub fn unexpected(cause: impl Into<Cause>) -> Self {
        Self::Unexpected(cause.into())
    }

    /// The same for another caller, with the cause in words.
    #[cfg(feature = "postgres")]
    pub(crate) fn for_another(&self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::unavailable(cause.to_string()),
            Self::Unexpected(cause) => Self::unexpected(cause.to_string()),
        }
    }

    /// Whether the same call may succeed later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
