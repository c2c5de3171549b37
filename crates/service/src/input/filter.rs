//! The filters of lists, as callers write them.

use leadkeep_domain::{Invalid, LeadStatus, StatusFilter};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A status, or `all`.
pub fn status(name: &str) -> Result<StatusFilter, Invalid> {
    match name {
        "all" => Ok(StatusFilter::All),
        name => name
            .parse::<LeadStatus>()
            .map(StatusFilter::Only)
            .map_err(|_| Invalid::new("must be one of active, archived, all")),
    }
}

/// A time of RFC 3339 with any offset.
pub fn timestamp(text: &str) -> Result<OffsetDateTime, Invalid> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .filter(|time| (1970..=9999).contains(&time.to_offset(UtcOffset::UTC).year()))
        .map(|time| time.to_offset(UtcOffset::UTC))
        .ok_or_else(|| {
            Invalid::new(
                "must be a time of RFC 3339 from 1970 on, such as 2026-01-31T09:30:00Z (a + is written %2B)",
            )
        })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn times_are_read_with_any_offset_and_in_a_sensible_range() {
        let read = |text| timestamp(text).ok();
        assert_eq!(read("2026-01-01T01:00:00+02:00"), Some(datetime!(2025-12-31 23:00 UTC)));
        assert_eq!(read("2026-01-01T00:00:00.123456Z"), Some(datetime!(2026-01-01 00:00:00.123456 UTC)));
        for text in [
            "",
            "2026-01-01",
            "yesterday",
            "2026-01-01T00:00:00",
            "1969-12-31T23:59:59Z",
            "2026-01-01T01:00:00 02:00",
            "10000-01-01T00:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
