use std::fmt;

use serde_json::error::Category;

/// What is wrong with a model's answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("the model refused to answer")]
    Refused,
    #[error("the model's answer is empty")]
    Empty,
    #[error("the model's answer is cut off")]
    CutOff,
    #[error("the model's answer is no JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("the model's answer is not what the schema says")]
    NotInSchema(Detail),
}

impl Fault {
    /// What a reader of the answer found.
    pub(super) fn found(error: &serde_json::Error) -> Self {
        match error.classify() {
            Category::Eof => Self::CutOff,
            Category::Data => Self::NotInSchema(Detail(error.to_string())),
            Category::Syntax | Category::Io => Self::NotJson { line: error.line(), column: error.column() },
        }
    }

    /// What the model is told to do better; nothing where there is no point in asking again.
    pub(super) fn advice(&self) -> Option<String> {
        match self {
            Self::Refused => None,
            Self::CutOff => Some(format!("{self}: say less")),
            Self::NotInSchema(detail) => Some(format!("{self}: {}", detail.0)),
            Self::Empty | Self::NotJson { .. } => Some(self.to_string()),
        }
    }
}

/// Repeats parts of the answer, which may be parts of the text: for the model, and never for logs.
pub(super) struct Detail(pub(super) String);

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
