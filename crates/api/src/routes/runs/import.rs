use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    rt::time::timeout,
    web::{self, Bytes},
};
use futures_util::StreamExt;
use leadkeep_domain::Invalid;
use leadkeep_service::runs::{MAX_UPLOAD, Upload, UploadError, Uploaded};
use leadkeep_transfer::Format;

use super::{started, too_many};
use crate::{
    admission::header_text,
    caller::{LeadsWrite, Permitted, RunsWrite},
    idempotency::{self, Once},
    input::{Parameters, media_type},
    problem::{Code, Problem},
    state::ApiState,
};

/// How long the next piece of a file may take to come.
const PIECE_PATIENCE: Duration = Duration::from_secs(30);

/// How long the whole file may take.
const FILE_PATIENCE: Duration = Duration::from_mins(15);

/// POST /leads/import: 202 with the run that creates and updates leads from the file in the body.
pub(in crate::routes) async fn import(
    caller: Permitted<RunsWrite>,
    _: Permitted<LeadsWrite>,
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(request.query_string())?;
    let dry_run = parameters.optional("dry_run", boolean).unwrap_or(false);
    parameters.finish()?;
    let format = format(&request)?;
    refuse_large(&request)?;
    idempotency::check_key(&request)?;
    let uploaded = receive(&state, state.runs.upload(caller.principal(), format).await?, payload).await?;
    // The same bytes in another format are another file.
    let body = [uploaded.fingerprint.as_slice(), format.as_str().as_bytes()].concat();
    let once = Once { state: &state, caller: &caller, request: &request, body: &body, answer: started };
    once.make(async |receipt| {
        state.runs.start_import(caller.principal(), uploaded, dry_run, caller.request_id(), receipt).await
    })
    .await
}

fn boolean(text: &str) -> Result<bool, Invalid> {
    text.parse().map_err(|_| Invalid::new("must be true or false"))
}

fn format(request: &HttpRequest) -> Result<Format, Problem> {
    const KNOWN: [&str; 2] = [Format::Csv.media_type(), Format::Ndjson.media_type()];
    let found = media_type(request, &KNOWN)?;
    Ok(if found == Format::Csv.media_type() { Format::Csv } else { Format::Ndjson })
}

/// A file that says how large it is need not come first.
fn refuse_large(request: &HttpRequest) -> Result<(), Problem> {
    let length = header_text(request, header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    if length.is_some_and(|length: u64| length > MAX_UPLOAD) {
        Err(UploadError::TooLarge.into())
    } else {
        Ok(())
    }
}

/// Takes the file as it comes: no more than a piece of it is in memory.
async fn receive(
    state: &ApiState,
    mut upload: Upload,
    mut payload: web::Payload,
) -> Result<Uploaded, Problem> {
    let late = || Problem::new(Code::RequestTimeout, "The body did not come in time");
    let receive_all = async {
        loop {
            let piece: Option<Result<Bytes, _>> =
                timeout(PIECE_PATIENCE, payload.next()).await.map_err(|_| late())?;
            let Some(piece) = piece else { return Ok::<_, Problem>(upload) };
            let piece =
                piece.map_err(|_| Problem::invalid_request("The body could not be read to its end"))?;
            upload.push(&piece, &state.fingerprints).await?;
        }
    };
    let upload = timeout(FILE_PATIENCE, receive_all).await.map_err(|_| late())??;
    Ok(upload.finish(&state.fingerprints).await?)
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge => Self::new(
                Code::PayloadTooLarge,
                format!("The file must be at most {MAX_UPLOAD} bytes; import it in pieces"),
            ),
            UploadError::TooManyRows => Self::new(
                Code::PayloadTooLarge,
                format!(
                    "The file must have at most {} rows; import it in pieces",
                    leadkeep_service::runs::MAX_ROWS
                ),
            ),
            UploadError::TooManyRuns => too_many(),
            UploadError::Header(faults) => faults.into(),
            UploadError::Storage(error) => error.into(),
        }
    }
}
