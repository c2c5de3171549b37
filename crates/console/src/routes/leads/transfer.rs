//! Many leads at once, in and out.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, rt::time::timeout};
use futures_util::StreamExt;
use leadkeep_domain::{Run, Scope};
use leadkeep_service::{
    gate::Principal,
    input::Faults,
    runs::{MAX_ROWS, MAX_UPLOAD, RunError, Upload, UploadError, Uploaded},
};
use leadkeep_transfer::Format;

use super::{colleagues, narrow::narrow, owner, request_id};
use crate::{
    account::Inside,
    pages::leads::{self, Colleagues, Export, Filters, Import, OWNER_EMAIL},
    posted::Posted,
    posted_file::PostedFile,
    query::Query,
    respond::{page, page_with, see},
    trouble::Trouble,
    words,
};

/// How long the next piece of a file may take to come.
const PIECE_PATIENCE: Duration = Duration::from_secs(30);

/// How long the whole file may take.
const FILE_PATIENCE: Duration = Duration::from_mins(15);

/// How long a field beside the file may be, in bytes.
const LONGEST_FIELD: usize = 100;

const MEGABYTE: u64 = 1024 * 1024;

const TOO_MANY: &str = "Too many runs of this workspace are waiting. Try again when one of them has ended.";

/// Why a file is not imported: told on the page, or instead of it.
enum Refused {
    Told(StatusCode, Vec<String>),
    Trouble(Trouble),
}

impl Refused {
    fn told(status: StatusCode, fault: impl Into<String>) -> Self {
        Self::Told(status, vec![fault.into()])
    }

    fn cut_short() -> Self {
        Self::Trouble(Trouble::Unreadable("the file did not come to its end"))
    }
}

impl<E: Into<Trouble>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

impl Refused {
    fn of_upload(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge => Self::told(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The file is larger than {} MB. Import it in pieces.", MAX_UPLOAD / MEGABYTE),
            ),
            UploadError::TooManyRows => Self::told(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The file has more than {MAX_ROWS} rows. Import it in pieces."),
            ),
            UploadError::TooManyRuns => Self::told(StatusCode::TOO_MANY_REQUESTS, TOO_MANY),
            UploadError::Header(Faults(faults)) => Self::Told(
                StatusCode::UNPROCESSABLE_ENTITY,
                faults.iter().map(|fault| format!("Column {}: {}.", fault.field, fault.message)).collect(),
            ),
            UploadError::Storage(error) => Self::Trouble(error.into()),
        }
    }
}

fn to_run(inside: &Inside, run: &Run) -> HttpResponse {
    see(&format!("/console/w/{}/runs/{}", inside.workspace(), run.id)).finish()
}

/// GET …/leads/import
pub(super) async fn ask_import(inside: Inside) -> Result<HttpResponse, Trouble> {
    require_import(&inside)?;
    drawn(&inside, false, StatusCode::OK, Vec::new())
}

fn require_import(inside: &Inside) -> Result<(), Trouble> {
    inside.require_scope(Scope::RunsWrite)?;
    inside.require_scope(Scope::LeadsWrite)
}

fn drawn(
    inside: &Inside,
    dry_run: bool,
    status: StatusCode,
    faults: Vec<String>,
) -> Result<HttpResponse, Trouble> {
    let view = Import { workspace: inside.workspace(), dry_run, megabytes: MAX_UPLOAD / MEGABYTE, faults };
    inside.framed(None, |frame| page_with(status, leads::import(frame, &view)))
}

/// POST …/leads/import: the file goes into the database as it comes.
pub(super) async fn import(
    inside: Inside,
    posted: PostedFile,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    require_import(&inside)?;
    let mut dry_run = false;
    match receive(&inside, &request, posted.take(), &mut dry_run).await {
        Ok((principal, uploaded)) => {
            let runs = &inside.account.visitor().state.runs;
            let run = runs.start_import(&principal, uploaded, dry_run, request_id(&inside), None).await?;
            Ok(to_run(&inside, &run))
        }
        Err(Refused::Told(status, faults)) => drawn(&inside, dry_run, status, faults),
        Err(Refused::Trouble(trouble)) => Err(trouble),
    }
}

async fn receive(
    inside: &Inside,
    request: &HttpRequest,
    fields: Option<Multipart>,
    dry_run: &mut bool,
) -> Result<(Principal, Uploaded), Refused> {
    let none = || Refused::told(StatusCode::UNPROCESSABLE_ENTITY, "Choose a file.");
    let mut fields = fields.ok_or_else(none)?;
    refuse_large(request)?;
    loop {
        let field = timeout(PIECE_PATIENCE, fields.next()).await.map_err(|_| Refused::cut_short())?;
        let mut field = field.ok_or_else(none)?.map_err(|_| Refused::cut_short())?;
        if field.name() == Some("file") {
            let format = format(&field)?;
            let principal = inside.principal().await?;
            let state = &inside.account.visitor().state;
            let upload = state.runs.upload(&principal, format).await.map_err(Refused::of_upload)?;
            let upload = timeout(FILE_PATIENCE, all(inside, upload, field)).await;
            let upload = upload.map_err(|_| Refused::cut_short())??;
            let uploaded = upload.finish(&state.fingerprints).await.map_err(Refused::of_upload)?;
            return Ok((principal, uploaded));
        }
        let is_choice = field.name() == Some("dry_run");
        let value = timeout(PIECE_PATIENCE, field.bytes(LONGEST_FIELD)).await;
        match value {
            Ok(Ok(Ok(value))) => *dry_run |= is_choice && &*value == b"true",
            Ok(Err(_)) => return Err(Trouble::TooLarge.into()),
            _ => return Err(Refused::cut_short()),
        }
    }
}

/// A form that says how large it is need not come first; what is around the file is small.
fn refuse_large(request: &HttpRequest) -> Result<(), Refused> {
    let length =
        request.headers().get("content-length").and_then(|text| text.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > MAX_UPLOAD + MEGABYTE => Err(Refused::of_upload(UploadError::TooLarge)),
        _ => Ok(()),
    }
}

/// What the file's name says it is, or else its type.
fn format(field: &Field) -> Result<Format, Refused> {
    let name =
        field.content_disposition().and_then(|disposition| disposition.get_filename()).unwrap_or_default();
    if name.is_empty() {
        return Err(Refused::told(StatusCode::UNPROCESSABLE_ENTITY, "Choose a file."));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let kind = field.content_type().map(|kind| kind.essence_str().to_owned()).unwrap_or_default();
    named(&ending).or_else(|| typed(&kind)).ok_or_else(|| {
        Refused::told(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Choose a file whose name ends with .csv, .ndjson or .jsonl.",
        )
    })
}

fn named(ending: &str) -> Option<Format> {
    match ending {
        "csv" => Some(Format::Csv),
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        _ => None,
    }
}

fn typed(kind: &str) -> Option<Format> {
    match kind {
        "text/csv" => Some(Format::Csv),
        "application/x-ndjson" => Some(Format::Ndjson),
        _ => None,
    }
}

/// Takes the file as it comes: no more than a piece of it is in memory.
async fn all(inside: &Inside, mut upload: Upload, mut field: Field) -> Result<Upload, Refused> {
    let hasher = &inside.account.visitor().state.fingerprints;
    loop {
        let piece = timeout(PIECE_PATIENCE, field.next()).await.map_err(|_| Refused::cut_short())?;
        let Some(piece) = piece else { return Ok(upload) };
        let piece = piece.map_err(|_| Refused::cut_short())?;
        upload.push(&piece, hasher).await.map_err(Refused::of_upload)?;
    }
}

/// GET …/leads/export: with the filters of the list that it is asked for from.
pub(super) async fn ask_export(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    require_export(&inside)?;
    let (query, colleagues) = (Query::of(&request), colleagues(&inside).await?);
    let owner = owner(&colleagues, query.get("assigned_to"), query.get(OWNER_EMAIL));
    let (filters, _) = narrow(|name| if name == "assigned_to" { owner.as_str() } else { query.get(name) });
    let view = asked(&inside, colleagues, filters, Format::Csv.as_str(), None);
    inside.framed(None, |frame| page(leads::export(frame, &view)))
}

fn require_export(inside: &Inside) -> Result<(), Trouble> {
    inside.require_scope(Scope::RunsWrite)?;
    inside.require_scope(Scope::LeadsRead)
}

fn asked(
    inside: &Inside,
    colleagues: Colleagues,
    filters: Filters,
    format: &str,
    fault: Option<String>,
) -> Export {
    Export { workspace: inside.workspace(), filters, colleagues, format: format.to_owned(), fault }
}

/// POST …/leads/export
pub(super) async fn export(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    require_export(&inside)?;
    let colleagues = colleagues(&inside).await?;
    let owner = owner(&colleagues, posted.get("assigned_to"), posted.get(OWNER_EMAIL));
    let (filters, filter) =
        narrow(|name| if name == "assigned_to" { owner.as_str() } else { posted.get(name) });
    let format = posted.get("format");
    let (status, fault) = match (format.parse::<Format>(), filter) {
        (Ok(format), Some(filter)) => {
            let principal = inside.principal().await?;
            let runs = &inside.account.visitor().state.runs;
            // Walked by change, a list would come back to what changes meanwhile.
            let filter = leadkeep_domain::LeadFilter { order: None, ..filter };
            match runs.start_export(&principal, filter, format, request_id(&inside), None).await {
                Ok(run) => return Ok(to_run(&inside, &run)),
                Err(RunError::TooMany) => (StatusCode::TOO_MANY_REQUESTS, Some(TOO_MANY.to_owned())),
                Err(error) => return Err(error.into()),
            }
        }
        (format, _) => {
            let fault = format.err().map(|reason| format!("{}.", words::capital(&format!("it {reason}"))));
            (StatusCode::UNPROCESSABLE_ENTITY, fault)
        }
    };
    let view = asked(&inside, colleagues, filters, format, fault);
    inside.framed(None, |frame| page_with(status, leads::export(frame, &view)))
}
