//! What is worrying about a credential, in words.

use time::{Duration, OffsetDateTime};

use super::{Credential, Kind, LastUse, State};
use crate::when::plural;

/// From when on what nobody uses is told.
const UNUSED: Duration = Duration::days(90);

/// From when on an end is near.
const SOON: Duration = Duration::days(7);

/// "unused for 112 days": what was never used counts from the day it was made.
pub(super) fn unused(
    last_use: Option<&LastUse>,
    created_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Option<String> {
    let last = last_use.map_or(created_at, |last| last.at);
    let days = u64::try_from((now - last).whole_days()).unwrap_or_default();
    (now - last >= UNUSED).then(|| format!("unused for {}", plural(days, "day")))
}

/// What is worrying about a credential's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It has none, and could have.
    Never,
    /// It comes within a week.
    Soon(OffsetDateTime),
}

/// What is worrying about its end. Of clients none has one, which their page says once; what is disabled harms nobody.
pub(super) fn end(kind: Kind, credential: &Credential, now: OffsetDateTime) -> Option<End> {
    if !kind.has_expiry() || credential.state == State::Disabled {
        return None;
    }
    match credential.expires_at {
        None => Some(End::Never),
        Some(at) => (at - now <= SOON).then_some(End::Soon(at)),
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::ScopeSet;
    use leadkeep_service::{Counts, RECENT_HOURS};
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 10:00 UTC);

    fn made(days_ago: i64) -> Credential {
        Credential {
            id: "1".to_owned(),
            name: "Nightly".to_owned(),
            client_id: None,
            secrets: Vec::new(),
            scopes: ScopeSet::ALL,
            limit_per_minute: None,
            allowed_addresses: Vec::new(),
            created_by: "Ana".to_owned(),
            created_at: NOW - Duration::days(days_ago),
            expires_at: None,
            state: State::Active,
            last_use: None,
            acts_as: None,
            hours: [Counts::default(); RECENT_HOURS],
        }
    }

    #[test]
    fn what_nobody_uses_is_told_from_the_ninetieth_day_on() {
        let used = |days_ago| Credential {
            last_use: Some(LastUse { at: NOW - Duration::days(days_ago), from: None }),
            ..made(400)
        };
        for (credential, told) in [
            (made(89), None),
            (Credential { client_id: Some("slk_ci_1".to_owned()), ..made(90) }, Some("unused for 90 days")),
            (made(90), Some("unused for 90 days")),
            (used(1), None),
            (used(112), Some("unused for 112 days")),
        ] {
            let unused = unused(credential.last_use.as_ref(), credential.created_at, NOW);
            assert_eq!(unused.as_deref(), told);
        }
    }

    #[test]
    fn an_end_is_told_when_it_is_near_or_never() {
        let ends = |left| Credential { expires_at: Some(NOW + left), ..made(1) };
        let week = Duration::WEEK;
        for (credential, told) in [
            (made(1), Some(End::Never)),
            (ends(week), Some(End::Soon(NOW + week))),
            (ends(week + Duration::SECOND), None),
            (Credential { state: State::Disabled, ..made(1) }, None),
        ] {
            assert_eq!(end(Kind::Key, &credential, NOW), told);
        }
        assert_eq!(end(Kind::Client, &made(1), NOW), None);
    }
}
