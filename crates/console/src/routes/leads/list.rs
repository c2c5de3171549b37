use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use leadkeep_domain::{LeadOrder, LeadPosition, PageLimit, Position};
use leadkeep_storage::SearchedLeads;
use time::{Duration, OffsetDateTime};

use super::{colleagues, may_change, narrow::narrow, owner};
use crate::{
    Pages,
    account::Inside,
    pages::leads::{self, Filters, List, OWNER_EMAIL},
    query::{Query, address},
    respond::page_with,
    trouble::Trouble,
};

/// How many leads a page has.
const LIMIT: u8 = 50;

/// GET …/leads: what is looked for is in the address, and where the page begins.
pub(super) async fn list(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let query = Query::of(&request);
    let colleagues = colleagues(&inside).await?;
    let owner = owner(&colleagues, query.get("assigned_to"), query.get(OWNER_EMAIL));
    let (filters, filter) =
        narrow(|name| if name == "assigned_to" { owner.as_str() } else { query.get(name) });
    let order = filters.sort.order();
    let after =
        query.given("after").map(|text| position(text, order).ok_or(Trouble::NotFound)).transpose()?;
    let mut found = SearchedLeads::default();
    let status = if filter.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let is_sound = filter.is_some();
    if let Some(filter) = filter {
        let limit = PageLimit::parse(LIMIT.into()).unwrap_or_default();
        let principal = inside.principal().await?;
        found = inside.account.visitor().state.leads.search(&principal, filter, after, limit).await?;
    }
    let SearchedLeads { leads, next } = found;
    let is_cut_short = next.is_some() && leads.len() < usize::from(LIMIT);
    let pages = beside(request.path(), &filters, next, after.is_some());
    let view = List {
        workspace: inside.workspace(),
        may_change: may_change(&inside),
        colleagues,
        leads: is_sound.then_some(leads),
        is_cut_short,
        pages,
        filters,
    };
    inside.framed(None, |frame| page_with(status, leads::list(frame, &view)))
}

fn beside(path: &str, filters: &Filters, next: Option<LeadPosition>, is_behind: bool) -> Pages {
    let next = next.map(|position| {
        let after = written(position);
        address(path, &[&filters.pairs()[..], &[("after", after.as_str())]].concat())
    });
    Pages { first: is_behind.then(|| address(path, &filters.pairs())), next }
}

/// A position as addresses have it: an id, behind the microseconds of a change in an order by change.
fn written(position: LeadPosition) -> String {
    match position {
        Position::Id(id) => id.to_string(),
        Position::Updated(at, id) => format!("{}.{id}", at.unix_timestamp_nanos() / 1000),
    }
}

/// The position that an address names, if it is one of this order.
fn position(text: &str, order: LeadOrder) -> Option<LeadPosition> {
    if !order.is_by_update() {
        return text.parse().ok().map(Position::Id);
    }
    let (micros, id) = text.split_once('.')?;
    let micros: i64 = micros.bytes().all(|byte| byte.is_ascii_digit()).then(|| micros.parse().ok())??;
    let at = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::microseconds(micros))?;
    Some(Position::Updated(at, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::LeadId;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_position_is_read_as_it_was_written_and_in_its_own_order_only() {
        let (id, at) = (LeadId::generate(), datetime!(2026-01-01 00:00:00.123456 UTC));
        for (place, order, other) in [
            (Position::Id(id), LeadOrder::NewestFirst, LeadOrder::RecentlyUpdatedFirst),
            (Position::Updated(at, id), LeadOrder::LeastRecentlyUpdatedFirst, LeadOrder::OldestFirst),
        ] {
            assert_eq!(position(&written(place), order), Some(place));
            assert_eq!(position(&written(place), other), None);
        }
        for text in ["", "x", "1.x", ".", "-1.0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10", "99999999999999999999.x"]
        {
            assert_eq!(position(text, LeadOrder::RecentlyUpdatedFirst), None, "{text}");
            assert_eq!(position(text, LeadOrder::NewestFirst), None, "{text}");
        }
    }
}
