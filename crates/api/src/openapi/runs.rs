//! Workflow runs: imports, exports, and what became of them.

use leadkeep_domain::{Run, RunKind, RunStatus, Scope};

use super::{
    Json, examples,
    headers::Extra,
    json::object,
    leads::status_filter,
    operation::{Operation, Success},
    parameters::Parameter,
    schema::{self, Member, Schema},
    tag::Tag,
};
use crate::problem::Code;

/// POST /leads/import
pub(crate) fn import() -> Operation {
    let success = Success::data(202, "The run that was started.", "Run", queued("leads.import", Some(2)))
        .with(Extra::Location);
    let dry_run = schema::boolean().default(false);
    Operation::behind_the_gate("importLeads", Tag::Runs, "Import leads from a file", IMPORT, success)
        .about(
            "The file is the body. Each row is an upsert: its `email` finds an active lead, which the row \
             changes as a PATCH does; where there is none, it makes one. A row is applied as a whole or not \
             at all; one that is wrong harms no other. In CSV the header names members of leads, an empty \
             cell says nothing, `tags` are parted by `;` and `custom_fields` is a JSON object. In NDJSON \
             each line is a JSON object, and null empties a member. The run's `errors` name rows as a \
             spreadsheet counts them.",
        )
        .parameter(Parameter::query(
            "dry_run",
            dry_run,
            "Finds out what would become of each row, and \
                                                         writes nothing.",
        ))
        .body(true, files())
        .starts_a_run()
        .fault(Code::InvalidRequest, "the body could not be read to its end")
        .fault(
            Code::PayloadTooLarge,
            "the file is larger than 52,428,800 bytes or has more than 1,000,000 \
                                       rows",
        )
        .fault(
            Code::ValidationError,
            "the header of the CSV lacks `email`, or has a column that is \
                                       unknown or repeated",
        )
}

const IMPORT: &[Scope] = &[Scope::RunsWrite, Scope::LeadsWrite];

fn files() -> Json {
    let csv = "email,name,company,deal_value,deal_stage\nann@acme.com,Ann Lee,Acme Corp,5000000,proposal\nbob@acme.com,Bob Ray,,,\n";
    let lines = "{\"email\":\"ann@acme.com\",\"deal_value\":5000000}\n{\"email\":\"bob@acme.com\",\"tags\":[\"hot\"]}\n";
    object! {
        "text/csv": object! { "schema": schema::string().into_json(), "example": csv },
        "application/x-ndjson": object! { "schema": schema::string().into_json(), "example": lines },
    }
}

/// POST /leads/export
pub(crate) fn export() -> Operation {
    let success = Success::data(202, "The run that was started.", "Run", queued("leads.export", None))
        .with(Extra::Location);
    let body = object! { "application/json": object! {
        "schema": schema::reference("Export").into_json(),
        "example": object! { "format": "csv", "status": "all" },
    } };
    Operation::behind_the_gate("exportLeads", Tag::Runs, "Export leads to a file", EXPORT, success)
        .about(
            "Say what you want in a JSON body, in the query, or some in each; none in both. `format` is \
             required, in one of them. CSV has every member of a lead as a column, always in the same \
             order; cells that a spreadsheet would run as a formula get an apostrophe in front, which an \
             import takes off again. The file is kept for 7 days.",
        )
        .parameters(
            members()
                .into_iter()
                .map(|(name, schema)| Parameter::query(name, schema, "As the member of the body.")),
        )
        .body(false, body)
        .small()
        .starts_a_run()
        .fault(Code::InvalidRequest, "the body is not JSON, or repeats a member")
        .fault(Code::ValidationError, "`format` is missing, or a member is wrong, unknown, or said twice")
}

const EXPORT: &[Scope] = &[Scope::RunsWrite, Scope::LeadsRead];

/// What is to be exported.
fn members() -> [Member; 6] {
    [
        ("format", schema::word(["csv", "ndjson"])),
        ("status", status_filter()),
        ("assigned_to", schema::id(examples::MEMBER)),
        ("tag", schema::line(64)),
        ("email", schema::email()),
        ("updated_after", schema::time()),
    ]
}

/// GET /workflow-runs
pub(crate) fn list() -> Operation {
    let done = finished().without("errors");
    let success = Success::page("A page of runs.", "RunSummary", done);
    let kind = schema::word(RunKind::ALL.map(RunKind::as_str));
    let status = schema::word(RunStatus::ALL.map(RunStatus::as_str));
    Operation::behind_the_gate("listRuns", Tag::Runs, "List runs", &[Scope::RunsRead], success)
        .about("Runs of the whole workspace without their errors, newest first.")
        .parameter(Parameter::query("kind", kind, "Only these."))
        .parameter(Parameter::query("status", status, "Only these.").sent("succeeded"))
        .paged(20)
}

/// GET /workflow-runs/{id}
pub(crate) fn get() -> Operation {
    let success = Success::data(200, "The run.", "Run", finished());
    Operation::behind_the_gate("getRun", Tag::Runs, "Read a run", &[Scope::RunsRead], success)
        .about("The run with its errors. Ask again until `finished_at` is there.")
        .of_a_run()
}

/// POST /workflow-runs/{id}/cancel
pub(crate) fn cancel() -> Operation {
    let cancelled =
        queued("leads.import", Some(2)).with("status", "cancelled").with("finished_at", examples::LATER);
    let success = Success::data(200, "The run, stopped.", "Run", cancelled);
    Operation::behind_the_gate("cancelRun", Tag::Runs, "Cancel a run", &[Scope::RunsWrite], success)
        .about("What the run has done stays. A second time changes nothing and is 200 too.")
        .of_a_run()
        .fault(Code::RunFinished, "the run has succeeded or failed")
}

/// GET /workflow-runs/{id}/result
pub(crate) fn result() -> Operation {
    let csv = "id,email,name,…\r\n01a200dc-a6d0-7536-9e5e-9c670d96ff9f,john@acme.com,John Smith,…\r\n";
    let lines = "{\"id\":\"01a200dc-a6d0-7536-9e5e-9c670d96ff9f\",\"email\":\"john@acme.com\",…}\n";
    let content = object! {
        "text/csv": object! { "schema": schema::string().into_json(), "example": csv },
        "application/x-ndjson": object! { "schema": schema::string().into_json(), "example": lines },
    };
    let success = Success::file("The file, streamed.", content);
    Operation::behind_the_gate("getRunResult", Tag::Runs, "Download the file of a run", RESULT, success)
        .about(
            "The file that an export wrote, or the lines of smart updates of many leads. If the connection \
             ends before the body is complete, it is not all there.",
        )
        .of_a_run()
        .fault(Code::NotFound, "the run wrote no file, or it is not kept any more")
        .fault(Code::RunNotFinished, "the run goes on")
}

const RESULT: &[Scope] = &[Scope::RunsRead, Scope::LeadsRead];

/// A run that was just started.
pub(super) fn queued(kind: &'static str, total: Option<i64>) -> Json {
    object! {
        "id": examples::RUN,
        "kind": kind,
        "status": "queued",
        "progress": object! { "done": 0, "total": total.map_or(Json::Null, Json::from) },
        "result": Json::Null,
        "error_count": 0,
        "created_at": examples::TIME,
        "started_at": Json::Null,
        "finished_at": Json::Null,
        "errors": Json::Array(Vec::new()),
    }
}

fn finished() -> Json {
    let result = object! { "created": 1, "updated": 0, "unchanged": 0, "failed": 1, "dry_run": false };
    let error = object! { "row": 3, "field": "email", "message": "must be an e-mail address such as \
    name@example.com" };
    queued("leads.import", Some(2))
        .with("status", "succeeded")
        .with("progress", object! { "done": 2, "total": 2 })
        .with("result", result)
        .with("error_count", 1)
        .with("started_at", examples::TIME)
        .with("finished_at", examples::LATER)
        .with("errors", [error])
}

pub(super) fn schemas() -> Vec<Member> {
    let mut with_errors = summary();
    let errors = schema::array(schema::reference("RunError")).max_items(Run::MAX_ERRORS);
    with_errors.push(("errors", errors.describe("What was wrong with single rows, in order.")));
    vec![
        ("Run", schema::shown(with_errors)),
        ("RunSummary", schema::shown(summary()).describe("A run without its errors.")),
        ("RunError", run_error()),
        (
            "ImportResult",
            tally(&["created", "updated", "unchanged", "failed"], [("dry_run", schema::boolean())]),
        ),
        ("ExportResult", tally(&["rows", "bytes"], [("format", schema::word(["csv", "ndjson"]))])),
        (
            "SmartUpdatesResult",
            tally(
                &["updated", "unchanged", "failed", "credits", "bytes"],
                [("dry_run", schema::boolean()), ("format", schema::exactly("ndjson"))],
            ),
        ),
        ("Export", schema::written([], members().map(|(name, schema)| (name, schema.nullable())))),
    ]
}

fn tally<const N: usize>(counts: &[&'static str], others: [Member; N]) -> Schema {
    let counts = counts.iter().map(|name| (*name, schema::count()));
    schema::shown(counts.chain(others))
}

fn summary() -> Vec<Member> {
    let results = ["ImportResult", "ExportResult", "SmartUpdatesResult"].map(schema::reference);
    let result = schema::one_of(results.into_iter().chain([schema::null()]));
    vec![
        ("id", run_id()),
        ("kind", schema::word(RunKind::ALL.map(RunKind::as_str))),
        ("status", status()),
        ("progress", progress()),
        ("result", result.describe("What came of it so far, by kind; null before anything did.")),
        ("error_count", schema::count().describe("Of all errors, also those that are not kept.")),
        ("created_at", schema::time()),
        ("started_at", schema::time().nullable()),
        ("finished_at", schema::time().nullable()),
    ]
}

fn run_id() -> Schema {
    schema::string().pattern("^run_[0-9a-f]{32}$").example(examples::RUN)
}

fn status() -> Schema {
    schema::word(RunStatus::ALL.map(RunStatus::as_str)).describe(
        "`succeeded`: it came to its end; rows that failed are counted in `result`. `failed`: nothing was \
         applied. `cancelled`: somebody stopped it, or the credential that started it was revoked; what was \
         applied stays.",
    )
}

fn progress() -> Schema {
    let total = schema::count().nullable().describe("null while nobody knows.");
    schema::shown([("done", schema::count()), ("total", total)])
}

fn run_error() -> Schema {
    schema::shown([
        ("row", schema::count().nullable().describe("As a spreadsheet counts: the header is row 1.")),
        ("field", schema::string().nullable()),
        ("message", schema::string()),
    ])
}
