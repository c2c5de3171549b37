use leadkeep_domain::Invalid;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A time as answers write it: RFC 3339, UTC, microseconds.
pub fn timestamp(time: OffsetDateTime) -> String {
    let time = time.to_offset(UtcOffset::UTC);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, micros) = time.to_hms_micro();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// A time as callers write it: RFC 3339 with any offset.
pub(crate) fn parse_timestamp(text: &str) -> Result<OffsetDateTime, Invalid> {
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
    fn times_are_written_in_utc_with_microseconds() {
        assert_eq!(timestamp(datetime!(2026-01-02 03:04:05.000006 UTC)), "2026-01-02T03:04:05.000006Z");
        assert_eq!(timestamp(datetime!(2026-01-01 01:00 +02:00)), "2025-12-31T23:00:00.000000Z");
    }

    #[test]
    fn times_are_read_with_any_offset_and_in_a_sensible_range() {
        let read = |text| parse_timestamp(text).ok();
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
