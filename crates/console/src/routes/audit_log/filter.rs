//! What of the log is asked for.

use leadkeep_domain::Invalid;
use leadkeep_storage::{AuditActor, AuditFilter};
use time::{Date, Duration, OffsetDateTime, macros::format_description};

use crate::{
    Typed,
    pages::audit_log::{Filter, actions::ACTIONS},
    query::Query,
};

/// A filter, as the database takes it and as the page shows it.
pub(super) struct Wanted {
    pub(super) filter: AuditFilter,
    pub(super) shown: Filter,
}

impl Wanted {
    /// What an address asks for. What names nothing asks for nothing; a day that is none is a fault.
    pub(super) fn of(asked: &Query) -> Self {
        let action = Some(asked.get("action")).filter(|name| ACTIONS.iter().any(|(known, _)| known == name));
        let actor = actor(asked.get("by"));
        let (from, shown_from) = day(asked.get("from"));
        let (until, shown_until) = day(asked.get("until"));
        let filter = AuditFilter {
            action: action.map(str::to_owned),
            actor,
            from,
            // The last day is wanted, too.
            until: until.map(|begin| begin.saturating_add(Duration::DAY)),
        };
        let shown = Filter {
            action: action.unwrap_or_default().to_owned(),
            by: actor.map(|_| asked.get("by").to_owned()).unwrap_or_default(),
            from: shown_from,
            until: shown_until,
        };
        Self { filter, shown }
    }
}

/// Reads `operator`, or a kind and an id.
fn actor(text: &str) -> Option<AuditActor> {
    match text.split_once(':') {
        None => Some(AuditActor { kind: text.parse().ok()?, id: None }),
        Some((kind, id)) => Some(AuditActor { kind: kind.parse().ok()?, id: Some(id.parse().ok()?) }),
    }
}

/// The beginning of a day in UTC, and what was typed.
fn day(text: &str) -> (Option<OffsetDateTime>, Typed) {
    if text.is_empty() {
        return (None, Typed::default());
    }
    match parse(text) {
        Ok(day) => (Some(day.midnight().assume_utc()), Typed::new(text)),
        Err(reason) => (None, Typed::faulty(text, format!("It {reason}."))),
    }
}

fn parse(text: &str) -> Result<Date, Invalid> {
    let format = format_description!("[year]-[month]-[day]");
    // The length keeps out what the parser is lenient about: signs and years of other lengths.
    let date = (text.len() == 10).then(|| Date::parse(text, &format).ok()).flatten();
    date.ok_or_else(|| Invalid::new("must be a day that exists, written YYYY-MM-DD"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use leadkeep_domain::ActorKind;
    use time::macros::datetime;

    use super::*;

    fn wanted(query: &str) -> Wanted {
        Wanted::of(&Query::of(&TestRequest::with_uri(&format!("/?{query}")).to_http_request()))
    }

    #[test]
    fn the_last_day_is_wanted_too() {
        let filter = wanted("from=2026-01-31&until=2026-01-31").filter;
        assert_eq!(filter.from, Some(datetime!(2026-01-31 00:00 UTC)));
        assert_eq!(filter.until, Some(datetime!(2026-02-01 00:00 UTC)));
    }

    #[test]
    fn a_day_that_is_none_is_a_fault_and_stays() {
        for text in ["2026-02-30", "yesterday", "+2026-1-01", "2026-1-1"] {
            let shown = wanted(&format!("until={}", text.replace('+', "%2B"))).shown;
            assert!(shown.is_faulty(), "{text}");
            assert_eq!(shown.until.value, text);
        }
    }

    #[test]
    fn what_names_nothing_asks_for_nothing() {
        let both = wanted("action=no.such&by=member:x");
        assert_eq!(both.filter, AuditFilter::default());
        let operator = wanted("by=operator&action=key.revoke").filter;
        assert_eq!(operator.actor, Some(AuditActor { kind: ActorKind::Operator, id: None }));
        assert_eq!(operator.action.as_deref(), Some("key.revoke"));
    }
}
