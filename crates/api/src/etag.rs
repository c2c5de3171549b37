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
        let value = value.to_str().map_err(|_| malformed())?;
        if value.trim() == "*" {
            return Ok(None);
        }
        for tag in value.split(',') {
            versions.extend(version(tag.trim())?);
        }
    }
    Ok(named.then_some(VersionCondition(versions)))
}

/// The version that a tag names; none for a well-formed tag that no lead ever has. A weak tag never matches.
fn version(tag: &str) -> Result<Option<Version>, Problem> {
    let (weak, quoted) = match tag.strip_prefix("W/") {
        Some(rest) => (true, rest),
        None => (false, tag),
    };
    let opaque = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(malformed)?;
    if weak || opaque.starts_with(['0', '+']) {
        return Ok(None);
    }
    Ok(opaque.parse().ok().and_then(Version::from_number))
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
        check("\"\"", Some(Some(&[])));
        check("\"03\"", Some(Some(&[]))); // no tag of ours, though the number is
        check("\"99999999999\"", Some(Some(&[])));
        check("3", None);
        check("\"3", None);
        check("", None);
        assert_eq!(if_match(&TestRequest::default().to_http_request()).ok(), Some(None));
    }
}
