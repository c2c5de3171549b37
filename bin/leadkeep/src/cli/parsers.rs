//! What flags and arguments are read as.

use std::{fmt, num::NonZeroU32, str::FromStr};

use leadkeep_credentials::ClientId;
use leadkeep_domain::{Edit, Email};
use leadkeep_service::{LimitedRef, UserRef};
use leadkeep_storage::ClientRef;
use time::Duration;

/// A number of calls a minute; none for the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitChoice(pub(crate) Option<NonZeroU32>);

impl LimitChoice {
    /// The change that is wanted; none where the flag is absent.
    pub(crate) fn edit(choice: Option<Self>) -> Edit<NonZeroU32> {
        match choice {
            None => Edit::Keep,
            Some(Self(None)) => Edit::Clear,
            Some(Self(Some(limit))) => Edit::Set(limit),
        }
    }
}

pub(super) fn limit_choice(text: &str) -> Result<LimitChoice, &'static str> {
    if text == "default" {
        return Ok(LimitChoice(None));
    }
    let number = text.parse().ok().filter(|number: &NonZeroU32| number.get() <= 1_000_000_000);
    number.map(|number| LimitChoice(Some(number))).ok_or("must be from 1 to 1000000000, or default")
}

/// A credential as it was named, and what that is.
pub(super) fn limited_ref(text: &str) -> Result<(String, LimitedRef), &'static str> {
    let named = |found| (text.to_owned(), found);
    if let Ok(id) = text.parse() {
        return Ok(named(LimitedRef::Id(id)));
    }
    let client = ClientId::parse(text).map(ClientRef::ClientId).map(LimitedRef::Client);
    client.map(named).map_err(|_| "must be the id of a key, token or client, or a client_id (slk_ci_…)")
}

pub(super) fn client_ref(text: &str) -> Result<ClientRef, &'static str> {
    if let Ok(id) = text.parse() {
        return Ok(ClientRef::Id(id));
    }
    ClientId::parse(text)
        .map(ClientRef::ClientId)
        .map_err(|_| "must be a client's id or its client_id (slk_ci_…)")
}

pub(super) fn user(text: &str) -> Result<UserRef, &'static str> {
    if let Ok(id) = text.parse() {
        return Ok(UserRef::Id(id));
    }
    Email::parse(text).map(UserRef::Email).map_err(|_| "must be a user's id or e-mail")
}

pub(super) fn overlap(text: &str) -> Result<Duration, &'static str> {
    const FORM: &str = "must be a number with a unit, such as 30s, 30m, 12h or 7d, up to 90d";
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(number) {
        Some("s") => Duration::SECOND,
        Some("m") => Duration::MINUTE,
        Some("h") => Duration::HOUR,
        Some("d") => Duration::DAY,
        _ => return Err(FORM),
    };
    let count: u32 = number.parse().map_err(|_| FORM)?;
    let span = unit.checked_mul(i32::try_from(count).map_err(|_| FORM)?).ok_or(FORM)?;
    if span <= Duration::days(90) { Ok(span) } else { Err(FORM) }
}

/// A value, or `default` for none of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice<T>(Option<T>);

impl<T> Choice<T> {
    /// The change that is wanted; none where the flag is absent.
    pub(crate) fn edit(choice: Option<Self>) -> Edit<T> {
        match choice {
            None => Edit::Keep,
            Some(Self(None)) => Edit::Clear,
            Some(Self(Some(value))) => Edit::Set(value),
        }
    }
}

pub(super) fn choice<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<Choice<T>, String> {
    if text == "default" {
        return Ok(Choice(None));
    }
    text.parse().map(|value| Choice(Some(value))).map_err(|error: T::Err| format!("{error}, or default"))
}

/// A number from 0 to 1.
pub(super) fn fraction(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or("must be a number from 0 to 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_has_a_unit_and_an_end() {
        assert_eq!(overlap("0s"), Ok(Duration::ZERO));
        assert_eq!(overlap("12h"), Ok(Duration::hours(12)));
        assert_eq!(overlap("90d"), Ok(Duration::days(90)));
        for text in ["", "12", "h", "-1h", "91d", "9999999999d", "1w", "1.5h"] {
            assert!(overlap(text).is_err(), "{text}");
        }
    }
}
