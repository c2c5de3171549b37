use leadkeep_domain::{Run, RunError};
use serde::Serialize;
use serde_json::Value;

use super::timestamp;

/// A run as answers show it: every member always present, null when empty.
#[derive(Serialize)]
pub(crate) struct RunBody<'a> {
    #[serde(flatten)]
    summary: RunSummary<'a>,
    errors: Vec<ErrorBody<'a>>,
}

/// A run as lists show it: all but its errors, which can be many.
#[derive(Serialize)]
pub(crate) struct RunSummary<'a> {
    id: String,
    kind: &'static str,
    status: &'static str,
    progress: ProgressBody,
    result: Option<&'a Value>,
    error_count: u64,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
}

#[derive(Serialize)]
struct ProgressBody {
    done: u64,
    total: Option<u64>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    row: Option<u64>,
    field: Option<&'a str>,
    message: &'a str,
}

impl<'a> From<&'a Run> for RunBody<'a> {
    fn from(run: &'a Run) -> Self {
        Self { summary: run.into(), errors: run.errors.iter().map(ErrorBody::from).collect() }
    }
}

impl<'a> From<&'a Run> for RunSummary<'a> {
    fn from(run: &'a Run) -> Self {
        Self {
            id: run.id.to_string(),
            kind: run.kind.as_str(),
            status: run.status.as_str(),
            progress: ProgressBody { done: run.progress.done, total: run.progress.total },
            result: run.result.as_ref(),
            error_count: run.error_count,
            created_at: timestamp(run.created_at),
            started_at: run.started_at.map(timestamp),
            finished_at: run.finished_at.map(timestamp),
        }
    }
}

impl<'a> From<&'a RunError> for ErrorBody<'a> {
    fn from(error: &'a RunError) -> Self {
        Self { row: error.row, field: error.field.as_deref(), message: &error.message }
    }
}
