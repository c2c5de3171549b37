use leadkeep_credentials::{ExpiryChoice, GrantType, UnknownExpiry, UnsupportedGrantType};
use time::macros::datetime;

#[track_caller]
fn check_expiry(text: &str, expect: Option<ExpiryChoice>) {
    assert_eq!(ExpiryChoice::parse(text), expect.ok_or(UnknownExpiry));
}

#[test]
fn an_expiry_is_one_of_four_choices() {
    check_expiry("7d", Some(ExpiryChoice::Days7));
    check_expiry("30d", Some(ExpiryChoice::Days30));
    check_expiry("90d", Some(ExpiryChoice::Days90));
    check_expiry("never", Some(ExpiryChoice::Never));
    check_expiry("", None); // no choice is not the choice of never
    check_expiry("365d", None); // not offered
    check_expiry("7", None); // no unit
    check_expiry("7D", None); // other case
    check_expiry(" 7d", None); // not trimmed
    assert_eq!(UnknownExpiry.to_string(), "the expiry must be one of 7d, 30d, 90d, never");
}

#[test]
fn choices_are_written_as_they_are_read() {
    for choice in ExpiryChoice::ALL {
        assert_eq!(ExpiryChoice::parse(&choice.to_string()), Ok(choice));
    }
    for grant in GrantType::ALL {
        assert_eq!(GrantType::parse(&grant.to_string()), Ok(grant));
    }
}

#[test]
fn an_expiry_is_days_of_24_hours_from_now_in_utc() {
    let now = datetime!(2030-03-01 01:00:00.000001 +02:00);
    let [week, month, quarter, never] = ExpiryChoice::ALL.map(|choice| choice.expires_at(now));
    assert_eq!(week, Some(datetime!(2030-03-07 23:00:00.000001 UTC)));
    assert_eq!(month, Some(datetime!(2030-03-30 23:00:00.000001 UTC)));
    assert_eq!(quarter, Some(datetime!(2030-05-29 23:00:00.000001 UTC)));
    assert_eq!(never, None);
    assert!(week.unwrap().offset().is_utc());
}

#[test]
fn an_expiry_beyond_the_calendar_stops_at_its_end() {
    let now = datetime!(9999-12-31 23:00 -05:00);
    assert!(ExpiryChoice::Days90.expires_at(now).unwrap() >= now);
}

#[track_caller]
fn check_grant(text: &str, expect: Option<GrantType>) {
    assert_eq!(GrantType::parse(text), expect.ok_or(UnsupportedGrantType));
}

#[test]
fn three_grant_types_are_supported() {
    check_grant("client_credentials", Some(GrantType::ClientCredentials));
    check_grant("authorization_code", Some(GrantType::AuthorizationCode));
    check_grant("refresh_token", Some(GrantType::RefreshToken));
    check_grant("password", None); // RFC 9700 §2.4 forbids it
    check_grant("implicit", None); // no grant of the token endpoint
    check_grant("Client_Credentials", None); // values are case-sensitive
    check_grant("", None); // empty
}
