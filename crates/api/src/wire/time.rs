use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset};

/// A time as answers write it: RFC 3339, UTC, microseconds.
pub fn timestamp(time: OffsetDateTime) -> String {
    Timestamp::from(time).as_str().to_owned()
}

/// A time in an answer. A page has dozens of them, each of the same length: nothing is asked of the allocator.
pub(crate) struct Timestamp([u8; 27]);

impl From<OffsetDateTime> for Timestamp {
    fn from(time: OffsetDateTime) -> Self {
        let time = time.to_offset(UtcOffset::UTC);
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second, micros) = time.to_hms_micro();
        let ([y1, y2], [y3, y4]) = (digits(year.unsigned_abs() / 100), digits(year.unsigned_abs()));
        let ([m1, m2], [d1, d2]) = (digits(u8::from(month).into()), digits(day.into()));
        let ([h1, h2], [n1, n2], [s1, s2]) =
            (digits(hour.into()), digits(minute.into()), digits(second.into()));
        let ([f1, f2], [f3, f4], [f5, f6]) = (digits(micros / 10_000), digits(micros / 100), digits(micros));
        Self([
            y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1,
            f2, f3, f4, f5, f6, b'Z',
        ])
    }
}

/// The last two digits of a number.
fn digits(number: u32) -> [u8; 2] {
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
    [digit(number / 10), digit(number)]
}

impl Timestamp {
    fn as_str(&self) -> &str {
        // All of it is ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn times_are_written_in_utc_with_microseconds() {
        assert_eq!(timestamp(datetime!(2026-01-02 03:04:05.000006 UTC)), "2026-01-02T03:04:05.000006Z");
        assert_eq!(timestamp(datetime!(2026-01-01 01:00 +02:00)), "2025-12-31T23:00:00.000000Z");
        assert_eq!(timestamp(datetime!(0987-10-20 21:43:56.123456 UTC)), "0987-10-20T21:43:56.123456Z");
    }
}
