use leadkeep_domain::Email;

use super::token::Kind;

/// The address that a run of address characters begins with: its length, and whether it is an e-mail address or a site.
pub(super) fn recognise(run: &str) -> Option<(usize, Kind)> {
    let run = run.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
    if run.contains('@') {
        return Email::parse(run).is_ok().then_some((run.len(), Kind::Email));
    }
    let run = if is_url(run) { run } else { run.trim_end_matches('/') };
    is_site(run).then_some((run.len(), Kind::Site))
}

fn is_url(run: &str) -> bool {
    run.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) && run.contains("://")
}

/// A URL of HTTP, or a dotted name with a top-level domain, perhaps with a path.
fn is_site(run: &str) -> bool {
    let url = is_url(run);
    let rest = if url { run.split_once("://").map_or(run, |(_, rest)| rest) } else { run };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let named = name.split('.').all(is_label) && name.chars().any(char::is_alphabetic);
    let long_enough = url || name.chars().count() >= 3;
    named && long_enough && is_top_level(top) && (url || written_small(host))
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

/// Letters only. What is longer than any real one is the next sentence, with its space forgotten.
fn is_top_level(top: &str) -> bool {
    (2..=12).contains(&top.len()) && top.bytes().all(|b| b.is_ascii_alphabetic())
}

/// `Corp.Budget` is two sentences; `Acme.com` and `ACME.COM` are not.
fn written_small(host: &str) -> bool {
    let top = host.rsplit('.').next().unwrap_or_default();
    let all_upper = host.chars().all(|c| !c.is_lowercase());
    all_upper || top.chars().all(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(run: &str, expected: Option<(usize, Kind)>) {
        assert_eq!(recognise(run), expected, "{run}");
    }

    #[test]
    fn addresses_are_told_from_words() {
        check("dana@x.example", Some((14, Kind::Email)));
        check("dana@x.example.", Some((14, Kind::Email)));
        check("dana@x", None);
        check("acme.example", Some((12, Kind::Site)));
        check("www.acme.example/", Some((16, Kind::Site)));
        check("https://acme.example/", Some((21, Kind::Site)));
        check("Corp.Budget", None);
        check("3.14", None);
        check("e.g", None);
        check("@@@@", None);
    }
}
