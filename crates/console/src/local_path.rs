//! Where people go on after signing in: here, and nowhere else.

use std::fmt;

/// A path of the console's own, with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LocalPath(String);

/// What may be gone on to.
const PREFIXES: [&str; 2] = ["/console", "/oauth/authorize"];

/// How long a query may be: an app's request with all its parameters.
pub(crate) const LONGEST_QUERY: usize = 6_000;

/// How long a path may be, with its query.
const LONGEST: usize = LONGEST_QUERY + 200;

impl LocalPath {
    /// Takes a path; none for what leads elsewhere, or could be read so by a browser.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_plain =
            text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'\\');
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let is_ours = PREFIXES.iter().any(|prefix| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let climbs = path.contains("//") || path.split('/').any(|part| matches!(part, "." | ".."));
        (is_plain && is_ours && !climbs).then(|| Self(text.to_owned()))
    }

    /// The first page of whoever is signed in.
    pub(crate) fn home() -> Self {
        Self("/console".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_consoles_own_pages_are_gone_on_to() {
        for ours in [
            "/console",
            "/console/account",
            "/console?a=b",
            "/console/w/0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10/settings/members",
            "/oauth/authorize?client_id=x&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=a+b",
        ] {
            assert_eq!(LocalPath::parse(ours).map(|path| path.to_string()).as_deref(), Some(ours));
        }
        for elsewhere in [
            "",
            "/",
            "//evil.example/console",
            "https://evil.example/console",
            "javascript:alert(1)",
            "/\\evil.example",
            "/console\\..",
            "/consoles",
            "/console//evil.example",
            "/console/../api/v1/leads",
            "/console/./x",
            "/console\r\nSet-Cookie: a=b",
            "/console a",
            "/console/\t/evil.example",
            "/oauth/token",
            "console",
            " /console",
            "/é",
        ] {
            assert_eq!(LocalPath::parse(elsewhere), None, "{elsewhere:?}");
        }
        assert_eq!(LocalPath::parse(&format!("/console?{}", "a".repeat(6_200))), None);
    }
}
