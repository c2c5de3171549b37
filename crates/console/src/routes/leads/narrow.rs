//! What a list is narrowed to, from what was typed: every fault is told beside its field.

use leadkeep_domain::{Email, Invalid, LeadFilter, Search, StatusFilter, Tag};
use leadkeep_service::input::filter;
use time::{OffsetDateTime, Time};

use crate::{
    Typed,
    pages::leads::{Filters, Sort},
};

/// The filters of these fields, and what they ask for; none if something is wrong with them.
pub(super) fn narrow<'a>(get: impl Fn(&'static str) -> &'a str) -> (Filters, Option<LeadFilter>) {
    let mut filters = Filters::default();
    let search = read(&mut filters.search, get("q"), Search::parse);
    let status = read(&mut filters.status, get("status"), filter::status);
    let assigned_to = read(&mut filters.assigned_to, get("assigned_to"), str::parse);
    let tag = read(&mut filters.tag, get("tag"), |tag| Tag::parse(tag));
    let email = read(&mut filters.email, get("email"), |email| Email::parse(email));
    let updated_after = read(&mut filters.changed_after, get("changed_after"), day_or_time);
    let chosen = Sort::parse(get("sort")).filter(|sort| filters.sorts().contains(sort));
    filters.sort = chosen.or(filters.sorts().first().copied()).unwrap_or_default();
    let filter = LeadFilter {
        status: status.unwrap_or(StatusFilter::default()),
        assigned_to,
        tag,
        email,
        updated_after,
        search: search.flatten(),
        order: Some(filters.sort.order()),
    };
    let sound = filters.are_sound().then_some(filter);
    (filters, sound)
}

/// What a field says; none if it is empty, or wrong.
fn read<T>(into: &mut Typed, typed: &str, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<T> {
    let typed = typed.trim();
    typed.clone_into(&mut into.value);
    if typed.is_empty() {
        return None;
    }
    match parse(typed) {
        Ok(value) => Some(value),
        Err(reason) => {
            into.fault = Some(format!("It {reason}."));
            None
        }
    }
}

/// A day, from its beginning in UTC.
fn day_or_time(text: &str) -> Result<OffsetDateTime, Invalid> {
    let day = leadkeep_domain::CloseDate::parse(text);
    day.map_or_else(
        |_| filter::timestamp(text),
        |day| Ok(OffsetDateTime::new_utc(day.date(), Time::MIDNIGHT)),
    )
    .map_err(|_| Invalid::new("must be a day, such as 2026-01-31"))
}
