//! The log as a file.

use actix_web::{HttpRequest, HttpResponse, rt::task::yield_now};
use leadkeep_domain::{Act, PageLimit};
use leadkeep_storage::AuditRecord;
use leadkeep_transfer::CsvWriter;
use time::format_description::well_known::Rfc3339;

use super::{filter::Wanted, subjects::Subjects};
use crate::{account::Inside, pages::audit_log::actions, query::Query, respond::download, trouble::Trouble};

/// How many entries an export has at most: what is held in memory, and read in one request.
pub(super) const MOST: usize = 10_000;

const COLUMNS: [&str; 11] = [
    "time",
    "actor_kind",
    "actor_id",
    "actor",
    "action",
    "what",
    "subject_id",
    "subject",
    "detail",
    "address",
    "request_id",
];

/// GET …/audit-log/export: the newest [entries](MOST) that the filter lets through, newest first.
pub(super) async fn export(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ReadAuditLog)?;
    let wanted = Wanted::of(&Query::of(&request));
    if wanted.shown.is_faulty() {
        return Err(Trouble::Unreadable("a day of the filter is none"));
    }
    let activity = &inside.account.visitor().state.activity;
    let (subjects, writer) = (Subjects::of(&inside).await?, CsvWriter::new(COLUMNS));
    let (mut file, mut count, mut after) = (writer.header(), 0, None);
    loop {
        let filter = wanted.filter.clone();
        let found = activity.audit_log(inside.workspace(), filter, after, PageLimit::LARGEST).await?;
        for record in &found.items {
            writer.record(cells(&subjects, record), &mut file);
        }
        count += found.items.len();
        after = found.items.last().map(|record| record.id);
        if !found.has_more || count >= MOST {
            let name = if found.has_more { "audit-log-newest-10000.csv" } else { "audit-log.csv" };
            return Ok(download("text/csv; charset=utf-8", name, file));
        }
        // Reads on SQLite never wait: others on this thread have their turn.
        yield_now().await;
    }
}

fn cells(subjects: &Subjects, record: &AuditRecord) -> [String; COLUMNS.len()] {
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    [
        record.created_at.format(&Rfc3339).unwrap_or_default(),
        record.actor.kind.to_string(),
        id(record.actor.id),
        record.actor.name.clone(),
        record.action.clone(),
        actions::words(&record.action).to_owned(),
        id(record.subject),
        subjects.name(record).unwrap_or_default(),
        record.detail.to_string(),
        record.address.clone().unwrap_or_default(),
        record.request_id.clone().unwrap_or_default(),
    ]
}
