//! When a server wants to be asked again.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, header};
use leadkeep_domain::{Clock, SystemClock};

/// What `Retry-After` says: seconds, or a time (RFC 9110 §10.2.3). Nothing where it is absent or makes no sense.
///
/// A time is counted from the answer's own `Date`, so that clocks need not agree.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wanted = text(headers, &header::RETRY_AFTER)?;
    if !wanted.is_empty() && wanted.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits are a very long time.
        return Some(Duration::from_secs(wanted.parse().unwrap_or(u64::from(u32::MAX))));
    }
    let wanted = httpdate::parse_http_date(wanted).ok()?;
    let date = text(headers, &header::DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    let now = date.unwrap_or_else(|| SystemTime::from(SystemClock::default().now()));
    Some(wanted.duration_since(now).unwrap_or_default())
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    #[track_caller]
    fn check(retry_after: &'static str, seconds: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(retry_after));
        headers.insert(header::DATE, HeaderValue::from_static(DATE));
        let read = super::retry_after(&headers);
        assert_eq!(read, seconds.map(Duration::from_secs), "{retry_after:?}");
    }

    #[test]
    fn seconds_and_times_are_understood() {
        check("0", Some(0));
        check("120", Some(120));
        check(" 7 ", Some(7));
        check("Sun, 06 Nov 1994 08:49:47 GMT", Some(10));
        check("Sunday, 06-Nov-94 08:50:37 GMT", Some(60));
        check("Sun Nov  6 08:49:39 1994", Some(2));
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)); // gone by
        check("99999999999999999999999", Some(u64::from(u32::MAX)));
    }

    #[test]
    fn nonsense_is_as_if_it_were_absent() {
        for text in ["", "-1", "1.5", "soon", "0x10", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            check(text, None);
        }
        assert_eq!(super::retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn without_a_date_the_machines_clock_counts() {
        let mut headers = HeaderMap::new();
        let at = SystemTime::from(SystemClock::default().now()) + Duration::from_secs(100);
        let at = HeaderValue::try_from(httpdate::fmt_http_date(at)).unwrap();
        headers.insert(header::RETRY_AFTER, at);
        let wait = super::retry_after(&headers).unwrap();
        assert!((90..=100).contains(&wait.as_secs()), "{wait:?}");
    }
}
