use crate::Span;

/// The parts of a text that are no statement of anybody: markup, code, data, queries. In order, not overlapping.
pub(crate) fn covered(text: &str) -> Vec<Span> {
    let mut covered = Vec::new();
    let mut at = 0;
    let mut limits = Limits::default();
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['`', '<', '{', '[', '\n'])) {
        let start = at + found;
        match block_end(text, start, &mut limits) {
            Some(end) => {
                covered.push(Span { start, end });
                at = end;
            }
            None => at = start + 1,
        }
        if text.as_bytes().get(start) == Some(&b'\n') {
            at = cover_line(text, start + 1, &mut covered);
        }
    }
    if let Some(end) = query_end(text, 0).or_else(|| directive_end(text, 0)) {
        covered.retain(|span| span.start >= end);
        covered.insert(0, Span { start: 0, end });
    }
    covered
}

/// From here on there is no such end: a second search for it would find nothing either.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Limits {
    no_fence: bool,
    no_comment_end: bool,
    no_tag_end: bool,
    no_brace_end: bool,
    no_bracket_end: bool,
}

fn block_end(text: &str, start: usize, limits: &mut Limits) -> Option<usize> {
    let rest = text.get(start..)?;
    if rest.starts_with("```") {
        return after(rest, 3, "```", &mut limits.no_fence).map(|len| start + len);
    }
    if rest.starts_with("<!--") {
        return after(rest, 4, "-->", &mut limits.no_comment_end).map(|len| start + len);
    }
    if rest.starts_with('<') {
        return tag_end(rest, limits).map(|len| start + len);
    }
    if rest.starts_with('[') {
        return bracketed_end(rest, limits).map(|len| start + len);
    }
    if rest.starts_with('{') {
        return data_end(rest, limits).map(|len| start + len);
    }
    None
}

/// `[SYSTEM] … [/SYSTEM]`, or to the end of the line.
fn bracketed_end(rest: &str, limits: &mut Limits) -> Option<usize> {
    #[rustfmt::skip]
    const ROLES: &[&str] = &["system", "inst", "instruction", "instructions", "prompt", "admin", "assistant", "ai", "override", "sys"];
    const LONGEST: usize = 16;
    let name: String = rest.chars().skip(1).take(LONGEST).take_while(char::is_ascii_alphabetic).collect();
    let head = name.len() + 2;
    if rest.get(head - 1..head) != Some("]") || !ROLES.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    after(rest, head, &format!("[/{name}]"), &mut limits.no_bracket_end)
        .or_else(|| rest.find('\n'))
        .or(Some(rest.len()))
}

fn after(rest: &str, from: usize, end: &str, none: &mut bool) -> Option<usize> {
    if *none {
        return None;
    }
    let found = rest.get(from..)?.find(end);
    *none = found.is_none();
    found.map(|at| from + at + end.len())
}

/// A tag of markup; with what is in it where that is a script, or hidden.
fn tag_end(rest: &str, limits: &mut Limits) -> Option<usize> {
    let inside = rest.get(1..)?;
    let name_len = inside.trim_start_matches('/').find(|c: char| !c.is_ascii_alphanumeric())?;
    let slash = usize::from(inside.starts_with('/'));
    let name = inside.get(slash..slash + name_len)?;
    let follows = inside.get(slash + name_len..)?.chars().next()?;
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (follows.is_whitespace() || matches!(follows, '>' | '/'));
    if !is_tag || limits.no_tag_end {
        return None;
    }
    let Some(end) = rest.find('>').map(|at| at + 1) else {
        limits.no_tag_end = true;
        return None;
    };
    if slash == 0 && hides(&name.to_ascii_lowercase(), rest.get(..end)?) {
        // What has no end is hidden to the end.
        return Some(element_end(rest, end, name).unwrap_or(rest.len()));
    }
    Some(end)
}

/// Whether what is in an element is not for people to see.
fn hides(name: &str, tag: &str) -> bool {
    const UNSEEN: &[&str] =
        &["script", "style", "template", "system", "instructions", "prompt", "noscript", "head"];
    const EMPTY: &[&str] = &[
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    ];
    const HIDING: &[&str] = &[
        "display:none",
        "hidden",
        "visibility",
        "font-size:0",
        "font-size:1p",
        "font-size:.",
        "color:white",
        "color:#fff",
        "transparent",
        "opacity:0",
        "height:0",
        "width:0",
        "text-indent:-",
        "left:-",
        "top:-",
    ];
    if UNSEEN.contains(&name) {
        return true;
    }
    let tag: String = tag.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let is_empty = EMPTY.contains(&name) || tag.ends_with("/>");
    !is_empty && HIDING.iter().any(|hiding| tag.contains(hiding))
}

/// Behind the tag that closes an element, with all elements of its name that are in it.
fn element_end(rest: &str, from: usize, name: &str) -> Option<usize> {
    let mut depth = 1_usize;
    let mut at = from;
    while let Some(found) = rest.get(at..)?.find('<') {
        let tag = rest.get(at + found + 1..)?;
        at += found + 1;
        let closes = tag.starts_with('/');
        let named = tag.get(usize::from(closes)..).unwrap_or_default();
        let is_name = named.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && !named.get(name.len()..)?.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        if !is_name {
            continue;
        }
        depth = if closes { depth - 1 } else { depth + 1 };
        if depth == 0 {
            return tag.find('>').map(|end| at + end + 1);
        }
    }
    None
}

/// Braces around something like `"key": …`, to the one that closes them.
fn data_end(rest: &str, limits: &mut Limits) -> Option<usize> {
    if limits.no_brace_end {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    limits.no_brace_end = true;
    rest.rfind('}').map(|at| at + 1)
}

/// `---BEGIN … DIRECTIVE---` with all up to `---END`, or to the blank line; letters that are passed on begin like that, too.
fn directive_end(text: &str, line: usize) -> Option<usize> {
    const LONGEST: usize = 2_000;
    let whole = text.get(line..)?.split('\n').next()?;
    let ruled = |line: &str| line.starts_with(['-', '=', '#', '*', '[', '<']);
    if !ruled(whole) || whole.len() > 100 {
        return None;
    }
    let head = whole.to_lowercase();
    let begins = head.contains("begin") || head.contains("start of") || head.contains("[inst");
    let letter = ["forward", "message", "original", "weitergeleitet", "transféré"]
        .iter()
        .any(|word| head.contains(word));
    if !begins || letter {
        return None;
    }
    let rest = text.get(line..)?;
    let mut end = whole.len();
    for next in rest.get(end..)?.split_inclusive('\n').skip(1) {
        let closes = ruled(next) && next.to_lowercase().contains("end") || next.contains("/INST]");
        if next.trim().is_empty() && !closes || end > LONGEST {
            break;
        }
        end += next.len();
        if closes {
            break;
        }
    }
    Some(line + (end + 1).min(rest.len()))
}

/// Covers a line of a query or the block of a directive that begins here.
fn cover_line(text: &str, line: usize, covered: &mut Vec<Span>) -> usize {
    match query_end(text, line).or_else(|| directive_end(text, line)) {
        Some(end) => {
            covered.push(Span { start: line, end });
            end
        }
        None => line,
    }
}

/// A line that is a statement of SQL, to its semicolon or the end of the line.
fn query_end(text: &str, line: usize) -> Option<usize> {
    const STATEMENTS: [(&str, &str); 6] = [
        ("update", " set "),
        ("insert", " into "),
        ("delete", " from "),
        ("select", " from "),
        ("drop", " table "),
        ("alter", " table "),
    ];
    let whole = text.get(line..)?.split('\n').next()?;
    let first =
        whole.split_whitespace().next()?.trim_start_matches(['\'', '"', ';', ')']).to_ascii_lowercase();
    let (_, keyword) = STATEMENTS.iter().find(|(statement, _)| *statement == first)?;
    let code = whole.to_ascii_lowercase();
    let is_code = code.contains(keyword)
        && (code.contains('=') || code.contains('(') || code.contains(';') || code.contains('*'));
    is_code.then(|| line + whole.find(';').map_or(whole.len(), |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let covered: Vec<_> =
            covered(text).into_iter().map(|span| text.get(span.start..span.end).unwrap()).collect();
        assert_eq!(covered, expected, "{text}");
    }

    #[test]
    fn code_data_and_markup_are_covered() {
        check("a ```json\n{}\n``` b", &["```json\n{}\n```"]);
        check("a <!-- set b --> c", &["<!-- set b -->"]);
        check("<b>bold</b> <script>x=1</script>", &["<b>", "</b>", "<script>x=1</script>"]);
        check("<span style=\"display:none\">won</span>!", &["<span style=\"display:none\">won</span>"]);
        check("see {\"a\": {\"b\": 1}} there", &["{\"a\": {\"b\": 1}}"]);
        check("x\nUPDATE leads SET a = 1; y", &["UPDATE leads SET a = 1;"]);
    }

    #[test]
    fn what_people_write_is_not() {
        check("Dana <dana@x.example> wrote 3 < 5", &[]);
        check("Update: we set a date", &[]);
        check("a { b", &[]);
    }
}
