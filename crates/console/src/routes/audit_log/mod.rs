mod export;
mod filter;
mod subjects;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_domain::{Act, Actor, Page, PageLimit};
use leadkeep_storage::AuditRecord;

use self::{filter::Wanted, subjects::Subjects};
use super::{Route, get};
use crate::{
    account::Inside,
    pages::audit_log::{self, Entry, View, detail},
    query::Query,
    respond::page_with,
    trouble::Trouble,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/audit-log", || web::to(page)),
    get("/console/w/{workspace}/audit-log/export", || web::to(export::export)),
];

/// How many entries a page has.
const SHOWN: u64 = 25;

/// GET …/audit-log
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ReadAuditLog)?;
    let asked = Query::of(&request);
    let wanted = Wanted::of(&asked);
    let after = asked.get("after").parse().ok();
    let subjects = Subjects::of(&inside).await?;
    let found = if wanted.shown.is_faulty() {
        Page { items: Vec::new(), has_more: false }
    } else {
        let limit = PageLimit::parse(SHOWN).unwrap_or_default();
        let activity = &inside.account.visitor().state.activity;
        activity.audit_log(inside.workspace(), wanted.filter, after, limit).await?
    };
    let last = found.items.last().map(|entry| entry.id.to_string());
    let status = if wanted.shown.is_faulty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (people, some_left_out) = subjects.people(&wanted.shown.by, &found.items);
    let view = View {
        workspace: inside.workspace(),
        people,
        some_left_out,
        filter: wanted.shown,
        is_first: after.is_none(),
        next: last.filter(|_| found.has_more),
        entries: found.items.into_iter().map(|record| entry(&subjects, record)).collect(),
        export_limit: export::MOST,
    };
    inside.framed(None, |frame| page_with(status, audit_log::page(frame, &view)))
}

fn entry(subjects: &Subjects, record: AuditRecord) -> Entry {
    Entry {
        at: record.created_at,
        subject: subjects.name(&record),
        detail: detail::lines(&record.detail),
        actor: record.actor,
        action: record.action,
        address: record.address,
        request_id: record.request_id,
    }
}

/// What somebody is called where the log narrows to them.
fn called(actor: &Actor) -> String {
    let kind = crate::actors::kind(actor.kind);
    if actor.id.is_none() { kind.to_owned() } else { format!("{} ({kind})", actor.name) }
}
