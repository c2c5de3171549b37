//! `ETag` and `If-Match` (RFC 9110 §8.8.3, §13.1.1). A lead's entity tag is its version.

use actix_web::{HttpRequest, http::header};
use leadkeep_domain::Version;
use leadkeep_storage::VersionCondition;

use crate::problem::Problem;

pub(crate) fn of(version: Version) -> String {
    format!("\"{}\"", version.get())
}

/// The versions that the caller is ready to change; none where it names none, or any.
pub(crate) fn if_match(request: &HttpRequest) -> Result<Option<VersionCondition>, Problem> {
    let mut versions = Vec::new();
    let mut named = false;
    for value in request.headers().get_all(header::IF_MATCH) {
        named = true;
        let mut rest = value.to_str().map_err(|_| malformed())?.trim();
        if rest == "*" {
            return Ok(None);
        }
        if rest.is_empty() {
            return Err(malformed());
        }
        // Empty elements are to be passed over (RFC 9110 §5.6.1).
        while !rest.is_empty() {
            let mut behind = rest;
            if !rest.starts_with(',') {
                let (tag, after) = entity_tag(rest)?;
                versions.extend(tag.version());
                behind = after.trim_start();
            }
            rest = match behind.strip_prefix(',') {
                Some(next) => next.trim_start(),
                None if behind.is_empty() => behind,
                None => return Err(malformed()),
            };
        }
    }
    Ok(named.then_some(VersionCondition(versions)))
}

struct EntityTag<'a> {
    weak: bool,
    opaque: &'a str,
}

/// The tag that a text begins with, and what is behind it. There may be commas inside the quotes.
fn entity_tag(text: &str) -> Result<(EntityTag<'_>, &str), Problem> {
    let (weak, quoted) = text.strip_prefix("W/").map_or((false, text), |rest| (true, rest));
    let (opaque, behind) =
        quoted.strip_prefix('"').and_then(|rest| rest.split_once('"')).ok_or_else(malformed)?;
    Ok((EntityTag { weak, opaque }, behind))
}

impl EntityTag<'_> {
    /// The version that it names; none for a tag that no lead ever has. A weak tag never matches.
    fn version(&self) -> Option<Version> {
        if self.weak || self.opaque.starts_with(['0', '+']) {
            return None;
        }
        self.opaque.parse().ok().and_then(Version::from_number)
    }
}

fn malformed() -> Problem {
    Problem::invalid_request("If-Match must be * or quoted entity tags, such as \"3\"")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn if_match_names_versions() {
        #[track_caller]
        #[expect(clippy::option_option, reason = "refused, anything, or these")]
        fn check(value: &str, expect: Option<Option<&[u32]>>) {
            let request = TestRequest::default().insert_header((header::IF_MATCH, value)).to_http_request();
            let versions = |numbers: &[u32]| {
                VersionCondition(numbers.iter().filter_map(|n| Version::from_number(*n)).collect())
            };
            assert_eq!(if_match(&request).ok(), expect.map(|numbers| numbers.map(versions)), "{value}");
        }
        check("\"3\"", Some(Some(&[3])));
        check("\"3\", \"4\"", Some(Some(&[3, 4])));
        check("*", Some(None));
        check("W/\"3\"", Some(Some(&[]))); // weak tags never match
        check("\"abc\"", Some(Some(&[])));
        check("\"a,b\" , \"4\"", Some(Some(&[4])));
        check("\"\"", Some(Some(&[])));
        check("\"03\"", Some(Some(&[]))); // no tag of ours, though the number is
        check("\"99999999999\"", Some(Some(&[])));
        check("3", None);
        check("\"3\" \"4\"", None);
        check("\"3\",", Some(Some(&[3])));
        check(", \"3\",,\"4\"", Some(Some(&[3, 4])));
        check("\"3", None);
        check("\"3", None);
        check("", None);
        assert_eq!(if_match(&TestRequest::default().to_http_request()).ok(), Some(None));
    }
}
