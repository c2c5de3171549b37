use std::borrow::Cow;

/// Why a value is refused, in words that say what to change. Never contains the value itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(Cow<'static, str>);

impl Invalid {
    /// The reason, worded to stand behind a field's name: "must be …".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}
