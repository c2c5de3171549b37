//! Workflow runs: one file a verb.

pub(super) mod cancel;
pub(super) mod export;
pub(super) mod get;
pub(super) mod import;
pub(super) mod list;
pub(super) mod result;

use std::time::Duration;

use actix_web::{HttpRequest, http::StatusCode};
use leadkeep_domain::{Run, RunId};
use leadkeep_service::runs::RunError;
use leadkeep_storage::StoredAnswer;

use crate::{
    idempotency,
    problem::{Code, Problem, Sought},
    wire::{RunBody, data},
};

/// The run that the path names. What is no id names none.
fn run_id(request: &HttpRequest) -> Result<RunId, Problem> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::not_found("Run not found")
}

/// The workspace has as many runs as it may: one of them must end first.
fn too_many() -> Problem {
    Problem::rate_limited("Too many runs of this workspace are waiting", Duration::from_secs(10))
}

/// A run that was started: 202, and where it is found.
pub(super) fn started(run: &Run) -> StoredAnswer {
    let answer = idempotency::answer(StatusCode::ACCEPTED, &data(RunBody::from(run)));
    StoredAnswer { location: Some(format!("/workflow-runs/{}", run.id)), ..answer }
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        match error {
            RunError::NotFound(run) => Self { sought: Some(Sought::Run(run)), ..not_found() },
            RunError::TooMany => too_many(),
            RunError::Finished => Self::new(Code::RunFinished, "The run is finished already"),
            RunError::NotFinished => Self::new(Code::RunNotFinished, "The run is not finished yet"),
            RunError::NoFile => Self::not_found("There is no file of this run, or it is not kept any more"),
            RunError::Storage(error) => error.into(),
        }
    }
}
