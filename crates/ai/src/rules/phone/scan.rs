use std::ops::Range;

use crate::rules::text::{Kind, Token};

/// A telephone number as it is written somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Its tokens.
    pub(crate) range: Range<usize>,
    /// E.164 where a country is given or it is plainly a number of North America; else its digits.
    pub(crate) number: String,
    /// Whether it can hardly be anything else, with no word beside it.
    pub(crate) plain: bool,
}

/// All numbers of 7 to 15 digits, in order.
pub(crate) fn written(tokens: &[Token<'_>]) -> Vec<Written> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match in_digits(tokens, at).or_else(|| spoken(tokens, at)) {
            Some(written) => {
                at = written.range.end;
                found.push(written);
            }
            None => at += 1,
        }
    }
    found
}

/// Digits in groups.
#[derive(Default)]
struct Groups {
    plus: bool,
    parts: Vec<String>,
    bracketed: Option<usize>,
}

fn in_digits(tokens: &[Token<'_>], start: usize) -> Option<Written> {
    let mut groups = Groups::default();
    let mut at = start;
    let mut end = start;
    while let Some(token) = tokens.get(at).filter(|_| at < start + 24) {
        match token.kind {
            Kind::Number if token.text.contains([',', '\'', '’']) => break,
            Kind::Number => {
                if groups.digits() + token.text.len() > 16 {
                    break;
                }
                groups.parts.extend(token.text.split(|c: char| !c.is_ascii_digit()).map(str::to_owned));
                end = at + 1;
            }
            Kind::Mark if token.is("+") && at == start => groups.plus = true,
            Kind::Mark
                if token.is("(") && tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Number) =>
            {
                groups.bracketed = Some(groups.parts.len());
            }
            Kind::Mark if token.is(")") && groups.bracketed.is_some() => {}
            Kind::Mark
                if token.is_any(&["-", ".", "/", "–", "‑"])
                    && !groups.parts.is_empty()
                    && tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Number || next.is("(")) => {}
            _ => break,
        }
        at += 1;
    }
    let national = groups.digits() > 0;
    let number = groups.number().filter(|_| national)?;
    let plain = groups.is_plain();
    Some(Written { range: start..end, number, plain })
}

impl Groups {
    fn digits(&self) -> usize {
        self.parts.iter().map(String::len).sum()
    }

    fn number(&self) -> Option<String> {
        let mut groups = self.parts.clone();
        // The trunk prefix of "+44 (0)20 …" is not dialled from abroad.
        let first = groups.first()?.clone();
        let international = self.plus || (first.starts_with("00") && first.len() > 2) || first == "00";
        if international
            && let Some(at) = self.bracketed
            && groups.get(at).is_some_and(|group| group == "0")
        {
            groups.remove(at);
        }
        let digits = groups.concat();
        if !(7..=17).contains(&digits.len()) || is_date(&groups) {
            return None;
        }
        if self.plus {
            return (digits.len() <= 15).then(|| format!("+{digits}"));
        }
        if let Some(rest) = digits.strip_prefix("00").filter(|rest| (8..=15).contains(&rest.len())) {
            return Some(format!("+{rest}"));
        }
        if let Some(number) = north_american(&groups) {
            return Some(number);
        }
        (digits.len() <= 15).then_some(digits)
    }

    fn is_plain(&self) -> bool {
        let first = self.parts.first().map_or("", String::as_str);
        self.plus
            || first.starts_with('0')
            || north_american(&self.parts).is_some()
            || self.bracketed == Some(0)
    }
}

/// `2025-03-28` and `19.12.2025`.
fn is_date(groups: &[String]) -> bool {
    let lens: Vec<usize> = groups.iter().map(String::len).collect();
    matches!(lens.as_slice(), [4, 2, 2] | [2, 2, 4] | [1 | 2, 1 | 2, 4])
}

/// Three, three and four digits, perhaps behind a 1, as the North American plan has them.
fn north_american(groups: &[String]) -> Option<String> {
    let groups = match groups {
        [one, rest @ ..] if one == "1" => rest,
        all => all,
    };
    let [area, exchange, line] = groups else { return None };
    let shaped = area.len() == 3 && exchange.len() == 3 && line.len() == 4;
    let begins = |group: &str| group.starts_with(|c: char| ('2'..='9').contains(&c));
    (shaped && begins(area) && begins(exchange)).then(|| format!("+1{area}{exchange}{line}"))
}

/// `five one two, five five five, oh one nine four`.
fn spoken(tokens: &[Token<'_>], start: usize) -> Option<Written> {
    let mut digits = String::new();
    let mut at = start;
    let mut end = start;
    let mut plus = false;
    let mut times = 1;
    while let Some(token) = tokens.get(at).filter(|_| at < start + 40 && digits.len() <= 15) {
        if let Some(digit) = digit(&token.lower) {
            (0..times).for_each(|_| digits.push(digit));
            times = 1;
            end = at + 1;
        } else if token.is("plus") && digits.is_empty() {
            plus = true;
        } else if token.is_any(&["double", "triple"]) {
            times = if token.is("double") { 2 } else { 3 };
        } else if digits.is_empty() || !token.is_any(&[",", "-"]) {
            break;
        }
        at += 1;
    }
    let number = match digits.len() {
        _ if plus => format!("+{digits}"),
        10 if digits.starts_with(|c: char| ('2'..='9').contains(&c)) => format!("+1{digits}"),
        7..=15 => digits.clone(),
        _ => return None,
    };
    (7..=15).contains(&digits.len()).then_some(Written { range: start..end, number, plain: true })
}

fn digit(lower: &str) -> Option<char> {
    const DIGITS: &[(char, &[&str])] = &[
        ('0', &["zero", "oh", "o", "nought", "null"]),
        ('1', &["one"]),
        ('2', &["two"]),
        ('3', &["three"]),
        ('4', &["four"]),
        ('5', &["five"]),
        ('6', &["six"]),
        ('7', &["seven"]),
        ('8', &["eight"]),
        ('9', &["nine"]),
    ];
    DIGITS.iter().find(|(_, words)| words.contains(&lower)).map(|(digit, _)| *digit)
}
