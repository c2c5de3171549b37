//! When a refresh token is good for another pair.

use time::{Duration, OffsetDateTime};

/// How long a refresh token may lie unused: 30 days. Each use replaces it by one that may again.
pub const REFRESH_IDLE_LIFETIME: Duration = Duration::days(30);

/// How long after its use a token may be used once more: an answer may have been lost on the way.
pub const REFRESH_GRACE: Duration = Duration::seconds(10);

/// What is kept of a refresh token that was issued.
#[derive(Clone, Copy, Debug)]
pub struct IssuedRefreshToken {
    /// The first moment at which it is no longer valid.
    pub expires_at: OffsetDateTime,
    /// When it was used first.
    pub used_at: Option<OffsetDateTime>,
    /// Whether it was given up for another before anybody used it: the token that it replaced came again.
    pub is_given_up: bool,
    /// Whether one of the tokens that it was replaced by was used.
    pub has_used_successor: bool,
}

/// What a refresh token that is presented is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshVerdict {
    /// A new pair; the token is used then.
    Rotate,
    /// A new pair, in the place of the one that was lost: what the token was replaced by before is given up.
    RotateAgain,
    /// It was used before and its successors live on, or it was given up although its answer had arrived: two have tokens of one
    /// family, and one of them should not. All of the family is to be revoked (RFC 9700 §4.14.2).
    Reused,
    /// Nothing: it has ended.
    Ended,
}

impl IssuedRefreshToken {
    /// What it is good for at `now`.
    pub fn judge(&self, now: OffsetDateTime) -> RefreshVerdict {
        if self.expires_at <= now {
            return RefreshVerdict::Ended;
        }
        if self.is_given_up {
            return RefreshVerdict::Reused;
        }
        match self.used_at {
            None => RefreshVerdict::Rotate,
            // Whoever used the successor has had the answer: it was not lost.
            Some(used_at) if now < used_at + REFRESH_GRACE && !self.has_used_successor => {
                RefreshVerdict::RotateAgain
            }
            Some(_) => RefreshVerdict::Reused,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2030-01-01 09:00 UTC);

    #[test]
    fn a_token_is_used_once_and_within_the_grace_once_more() {
        #[track_caller]
        fn check(token: IssuedRefreshToken, expect: RefreshVerdict) {
            assert_eq!(token.judge(NOW), expect);
        }
        let fresh = IssuedRefreshToken {
            expires_at: NOW + REFRESH_IDLE_LIFETIME,
            used_at: None,
            is_given_up: false,
            has_used_successor: false,
        };
        let used = |ago| IssuedRefreshToken { used_at: Some(NOW - ago), ..fresh };
        check(fresh, RefreshVerdict::Rotate);
        check(IssuedRefreshToken { expires_at: NOW, ..fresh }, RefreshVerdict::Ended);
        // Whoever has it had the answer: whoever asked again was somebody else.
        check(IssuedRefreshToken { is_given_up: true, ..fresh }, RefreshVerdict::Reused);
        check(IssuedRefreshToken { is_given_up: true, expires_at: NOW, ..fresh }, RefreshVerdict::Ended);
        check(used(Duration::ZERO), RefreshVerdict::RotateAgain);
        check(used(Duration::milliseconds(9_999)), RefreshVerdict::RotateAgain);
        check(used(REFRESH_GRACE), RefreshVerdict::Reused);
        check(used(Duration::days(29)), RefreshVerdict::Reused);
        check(
            IssuedRefreshToken { has_used_successor: true, ..used(Duration::SECOND) },
            RefreshVerdict::Reused,
        );
        // Another node's clock may be a little ahead.
        check(used(-Duration::SECOND), RefreshVerdict::RotateAgain);
    }
}
