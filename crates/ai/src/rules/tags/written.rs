use crate::rules::text::{Document, Kind};

/// Whether a mark opens or closes a quotation.
pub(super) fn is_quote(mark: &str) -> bool {
    matches!(mark, "\"" | "'" | "“" | "”" | "„" | "‘" | "’" | "«" | "»" | "`")
}

/// The tag that begins here: what is in quotes, or one run without a space.
pub(super) fn tag_at(document: &Document<'_>, from: usize, end: usize) -> Option<(String, usize)> {
    let mut at = from;
    while at < end
        && document.token(at).is_some_and(|token| {
            token.is_any(&[
                "a",
                "an",
                "the",
                ":",
                "#",
                "=",
                "dem",
                "tag",
                "das",
                "schlagwort",
                "label",
                "le",
                "la",
                "el",
                "named",
                "called",
            ]) && !token.is_capitalised()
                || document
                    .token(at)
                    .is_some_and(|token| token.is_any(&["#", ":", "tag", "schlagwort"]) && at > from)
        })
    {
        at += 1;
    }
    if document.token(at).is_some_and(|token| is_quote(&token.lower)) {
        let close = (at + 1..end.min(at + 10))
            .find(|at| document.token(*at).is_some_and(|token| is_quote(&token.lower)))?;
        return text(document, at + 1, close).map(|tag| (tag, close + 1));
    }
    let stop = run_end(document, at, end);
    text(document, at, stop).map(|tag| (tag, stop))
}

/// Where a run without a space ends: `key-account`, `expo-2025`, `q2`.
fn run_end(document: &Document<'_>, from: usize, end: usize) -> usize {
    let mut at = from;
    while at < end {
        let Some(token) = document.token(at) else { break };
        let first = at == from;
        let joins = token.is_any(&["-", "_", "/", ".", "&", "+", "'"])
            && !token.spaced
            && document
                .token(at + 1)
                .is_some_and(|next| !next.spaced && matches!(next.kind, Kind::Word | Kind::Number));
        let named = matches!(token.kind, Kind::Word | Kind::Number | Kind::Site) && (first || !token.spaced);
        if !(named || (joins && !first)) {
            break;
        }
        at += 1;
    }
    at
}

/// `the beta tag`.
pub(super) fn tag_before(document: &Document<'_>, at: usize, verb: usize) -> Option<(String, usize)> {
    let mut start = at;
    while start > verb + 1 && document.token(start).is_some_and(|token| start == at || !token.spaced) {
        start -= 1;
    }
    if document.token(at - 1).is_some_and(|token| is_quote(&token.lower)) {
        let open = (verb + 1..at - 1)
            .rev()
            .find(|at| document.token(*at).is_some_and(|token| is_quote(&token.lower)))?;
        return text(document, open + 1, at - 1).map(|tag| (tag, open));
    }
    let article = document
        .token(start)?
        .is_any(&["the", "a", "that", "this", "his", "her", "their", "off", "das", "den", "le", "la", "el"]);
    (!article).then(|| text(document, start, at)).flatten().map(|tag| (tag, start))
}

/// These tokens as written.
fn text(document: &Document<'_>, from: usize, to: usize) -> Option<String> {
    let tokens = document.slice(from..to.max(from));
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        if index > 0 && token.spaced {
            text.push(' ');
        }
        text.push_str(token.text);
    }
    (!text.is_empty() && tokens.iter().any(|token| token.kind != Kind::Mark)).then_some(text)
}
