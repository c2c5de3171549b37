use time::{OffsetDateTime, UtcOffset};

/// A time as answers write it: RFC 3339, UTC, microseconds.
pub fn timestamp(time: OffsetDateTime) -> String {
    let time = time.to_offset(UtcOffset::UTC);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, micros) = time.to_hms_micro();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
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
}
