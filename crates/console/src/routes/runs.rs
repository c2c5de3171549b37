use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    web::{self, Bytes},
};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use leadkeep_domain::{PageLimit, Run, RunId, RunKind, Scope};
use leadkeep_service::{
    gate::Principal,
    runs::{FailedRowsFile, RunError, RunFile, RunFiles, Runs},
};
use leadkeep_storage::{RunFilter, StorageError};
use leadkeep_transfer::{CsvWriter, Format};

use super::{Route, get, id, post};
use crate::{
    Notice, Pages, Section,
    account::Inside,
    numbers::grouped,
    pages::{
        confirm,
        runs::{self, Detail, List},
    },
    posted::Posted,
    query::{Query, address},
    respond::{file, page, page_with, see},
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/runs", || web::to(list)),
    get("/console/w/{workspace}/runs/{run}", || web::to(detail)),
    get("/console/w/{workspace}/runs/{run}/result", || web::to(result)),
    get("/console/w/{workspace}/runs/{run}/errors", || web::to(errors)),
    get("/console/w/{workspace}/runs/{run}/failed-rows", || web::to(failed_rows)),
    get("/console/w/{workspace}/runs/{run}/cancel", || web::to(confirm_cancellation)),
    post("/console/w/{workspace}/runs/{run}/cancel", || web::to(cancel)),
];

/// How many runs a page has.
const LIMIT: u64 = 50;

/// What becomes of a refusal that no page tells.
impl From<RunError> for Trouble {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Storage(error) => error.into(),
            RunError::NotFound(_) | RunError::NoFile | RunError::NotFinished => Self::NotFound,
            RunError::Finished => Self::Conflict("The run has ended: there is nothing to cancel.".to_owned()),
            RunError::TooMany => Self::Conflict("Too many runs of this workspace are waiting.".to_owned()),
        }
    }
}

fn here(inside: &Inside, run: RunId) -> String {
    format!("/console/w/{}/runs/{run}", inside.workspace())
}

fn may_change(inside: &Inside) -> bool {
    inside.membership.role.scopes().contains(Scope::RunsWrite)
}

fn service(inside: &Inside) -> &Runs {
    &inside.account.visitor().state.runs
}

async fn found(inside: &Inside, request: &HttpRequest) -> Result<(Principal, Run), Trouble> {
    let principal = inside.principal().await?;
    let run = service(inside).get(&principal, id(request, "run")?).await?;
    Ok((principal, run))
}

/// GET …/runs
pub(super) async fn list(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let query = Query::of(&request);
    // A kind or status that is none narrows to nothing that anybody asked for.
    let kind = query.given("kind").map(str::parse).transpose().map_err(|_| Trouble::NotFound)?;
    let status = query.given("status").map(str::parse).transpose().map_err(|_| Trouble::NotFound)?;
    let after = query.given("after").map(str::parse).transpose().map_err(|_| Trouble::NotFound)?;
    let principal = inside.principal().await?;
    let limit = PageLimit::parse(LIMIT).unwrap_or_default();
    let found = service(&inside).list(&principal, RunFilter { kind, status }, after, limit).await?;
    let pairs = [("kind", query.get("kind")), ("status", query.get("status"))];
    let last = found.items.last().filter(|_| found.has_more).map(|run| run.id.to_string());
    let next = last.map(|id| address(request.path(), &[&pairs[..], &[("after", id.as_str())]].concat()));
    let pages = Pages { first: after.map(|_| address(request.path(), &pairs)), next };
    let (workspace, may_change) = (inside.workspace(), may_change(&inside));
    let view = List { workspace, may_change, kind, status, runs: found.items, pages };
    inside.framed(None, |frame| page(runs::list(frame, &view)))
}

/// GET …/runs/{run}
pub(super) async fn detail(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let (principal, run) = found(&inside, &request).await?;
    let cancelled = request.query_string() == "done=cancelled";
    let notice = cancelled.then(|| Notice::Done(cancelled_so(&run)));
    drawn(&inside, &principal, run, notice, StatusCode::OK).await
}

async fn drawn(
    inside: &Inside,
    principal: &Principal,
    run: Run,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let RunFiles { result: has_file, failed_rows: has_failed_rows } =
        service(inside).files(principal, &run).await?;
    let (workspace, may_cancel) = (inside.workspace(), may_change(inside));
    let view = Detail { workspace, may_cancel, run, has_file, has_failed_rows };
    inside.framed(notice, |frame| page_with(status, runs::detail(frame, &view)))
}

/// GET …/runs/{run}/result: the file that the run wrote, part by part as it is read.
pub(super) async fn result(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsRead)?;
    let (principal, run) = found(&inside, &request).await?;
    let RunFile { format, first, bytes } = service(&inside).file(&principal, run.id).await?;
    let parts = parts(&inside, principal, run.id, first);
    Ok(download(format, &format!("{}.{format}", run.id)).no_chunking(bytes).streaming(parts))
}

/// A file of a run behind its first part, each part read when the one before is taken.
fn parts(
    inside: &Inside,
    principal: Principal,
    run: RunId,
    first: Vec<u8>,
) -> impl Stream<Item = Result<Bytes, StorageError>> + use<> {
    stream::iter([Ok(first)]).chain(service(inside).rest(principal, run)).map_ok(Bytes::from)
}

fn download(format: Format, name: &str) -> actix_web::HttpResponseBuilder {
    let mut response = file();
    response
        .insert_header((CONTENT_TYPE, format!("{}; charset=utf-8", format.media_type())))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

/// GET …/runs/{run}/failed-rows: the rows of an import that failed, to be mended and imported again.
pub(super) async fn failed_rows(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::LeadsRead)?;
    let (principal, run) = found(&inside, &request).await?;
    let FailedRowsFile { format, first } = service(&inside).failed_rows(&principal, run.id).await?;
    let parts = parts(&inside, principal, run.id, first);
    Ok(download(format, &format!("{}-failed-rows.{format}", run.id)).streaming(parts))
}

/// GET …/runs/{run}/errors: what was wrong with single rows, as CSV.
pub(super) async fn errors(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let (_, run) = found(&inside, &request).await?;
    let writer = CsvWriter::new(["row", "field", "message"]);
    let mut written = writer.header();
    for error in &run.errors {
        let row = error.row.map(|row| row.to_string()).unwrap_or_default();
        let cells = [row.as_str(), error.field.as_deref().unwrap_or_default(), error.message.as_str()];
        writer.record(cells, &mut written);
    }
    Ok(download(Format::Csv, &format!("{}-errors.csv", run.id)).body(written))
}

/// What is left of a run that was cancelled.
fn cancelled_so(run: &Run) -> &'static str {
    match run.kind {
        RunKind::LeadsExport => "The run is cancelled. No file is left.",
        _ if runs::is_dry(run) => "The run is cancelled. It was a trial: nothing was written.",
        _ if run.progress.done == 0 => "The run is cancelled. It had done nothing.",
        _ => "The run is cancelled. What it had done by then stays.",
    }
}

/// What would be left of it.
fn far(run: &Run) -> String {
    let (done, total) = (grouped(run.progress.done), run.progress.total.map(grouped));
    match (run.kind, total) {
        (RunKind::LeadsExport, _) => format!("It has written {done} rows. No file is left of it."),
        _ if runs::is_dry(run) => {
            format!("It is a trial, and has looked at {done} rows: nothing was written.")
        }
        _ if run.progress.done == 0 => "It has done nothing yet.".to_owned(),
        (_, Some(total)) => {
            format!("{done} of {total} rows are done. What is done stays; the others are not done.")
        }
        (_, None) => format!("{done} rows are done. What is done stays; the others are not done."),
    }
}

/// GET …/runs/{run}/cancel
pub(super) async fn confirm_cancellation(
    inside: Inside,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::RunsWrite)?;
    let (_, run) = found(&inside, &request).await?;
    if run.status.is_final() {
        return Ok(see(&here(&inside, run.id)).finish());
    }
    let view = confirm::View {
        title: "Cancel this run?".to_owned(),
        sentences: vec![far(&run), "A cancelled run does not go on. You can start another one.".to_owned()],
        button: "Cancel run".to_owned(),
        action: request.path().to_owned(),
        cancel: here(&inside, run.id),
        section: Some(Section::Runs),
    };
    inside.framed(None, |frame| page(confirm::page(frame, &view)))
}

/// POST …/runs/{run}/cancel
pub(super) async fn cancel(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require_scope(Scope::RunsWrite)?;
    let (principal, id) = (inside.principal().await?, id(&request, "run")?);
    match service(&inside).cancel(&principal, id).await {
        Ok(run) => Ok(see(&format!("{}?done=cancelled", here(&inside, run.id))).finish()),
        Err(RunError::Finished) => {
            let run = service(&inside).get(&principal, id).await?;
            let notice = Some(Notice::Failed("The run had ended already: there was nothing to cancel."));
            drawn(&inside, &principal, run, notice, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}
