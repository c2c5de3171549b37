use leadkeep_credentials::{ACCESS_TOKEN_LIFETIME, Lifetime, Standing};
use time::{Duration, OffsetDateTime, macros::datetime};

const NOW: OffsetDateTime = datetime!(2030-01-01 12:00 UTC);
const PAST: Option<OffsetDateTime> = Some(datetime!(2029-12-31 12:00 UTC));
const FUTURE: Option<OffsetDateTime> = Some(datetime!(2030-01-02 12:00 UTC));

type Moment = Option<OffsetDateTime>;

#[track_caller]
fn check(expires_at: Moment, revoked_at: Moment, disabled_at: Moment, expect: Standing) {
    assert_eq!(Lifetime { expires_at, revoked_at, disabled_at }.standing(NOW), expect);
}

#[test]
fn revoked_wins_over_expired_wins_over_disabled() {
    // expires, revoked, disabled
    check(None, None, None, Standing::Live);
    check(FUTURE, None, None, Standing::Live);
    check(None, None, PAST, Standing::Disabled);
    check(FUTURE, None, PAST, Standing::Disabled);
    check(PAST, None, None, Standing::Expired);
    check(PAST, None, PAST, Standing::Expired);
    check(None, PAST, None, Standing::Revoked);
    check(None, PAST, PAST, Standing::Revoked);
    check(FUTURE, PAST, None, Standing::Revoked);
    check(FUTURE, PAST, PAST, Standing::Revoked);
    check(PAST, PAST, None, Standing::Revoked);
    check(PAST, PAST, PAST, Standing::Revoked);
}

#[test]
fn what_another_node_did_counts_at_once_even_if_its_clock_is_ahead() {
    check(None, FUTURE, None, Standing::Revoked);
    check(None, None, FUTURE, Standing::Disabled);
}

#[test]
fn a_credential_is_valid_strictly_before_its_expiry() {
    let lifetime = Lifetime { expires_at: Some(NOW), ..Lifetime::default() };
    let microsecond = Duration::microseconds(1);
    assert_eq!(lifetime.standing(NOW - microsecond), Standing::Live);
    assert_eq!(lifetime.standing(NOW), Standing::Expired);
    assert_eq!(lifetime.standing(NOW + microsecond), Standing::Expired);
}

#[test]
fn the_offset_of_now_does_not_matter() {
    let lifetime = Lifetime { expires_at: Some(NOW), ..Lifetime::default() };
    assert_eq!(lifetime.standing(datetime!(2030-01-01 13:59:59 +02:00)), Standing::Live);
    assert_eq!(lifetime.standing(datetime!(2030-01-01 14:00 +02:00)), Standing::Expired);
}

#[test]
fn an_access_token_lives_an_hour() {
    assert_eq!(ACCESS_TOKEN_LIFETIME.whole_seconds(), 3600);
}
