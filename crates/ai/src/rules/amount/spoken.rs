//! Numbers in words.

use super::{number::Thousandths, scan::follows_money, words};
use crate::rules::text::Token;

/// `seventy-five thousand`, `a hundred and sixty thousand`, `half a million`, `thirty-eight and a half thousand`.
pub(super) fn in_words(tokens: &[Token<'_>], start: usize) -> Option<(usize, Thousandths, bool)> {
    if let Some(value) = tokens.get(start).and_then(|token| words::compound(&token.lower)) {
        return Some((start + 1, Thousandths::whole(value)?, true));
    }
    if let Some(part) = part_of_million(tokens, start).or_else(|| pointed(tokens, start)) {
        return Some(part);
    }
    // What is behind a point that was not understood is no number by itself.
    if start.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|before| before.is_any(POINTS))
    {
        return None;
    }
    let mut sum = Sum::default();
    let mut at = start;
    let mut end = start;
    while let Some(token) = tokens.get(at).filter(|_| at < start + 16) {
        if sum.take(tokens, at) {
            at += 1;
            end = at;
        } else if half_len(tokens, at) > 0 && sum.any {
            at += half_len(tokens, at);
            end = at;
            sum.half = true;
        } else if sum.any && token.is_any(&["-", "and", "und", "et", "y", "e"])
            || (at == start && token.is_any(&["a", "an"]))
        {
            at += 1;
        } else {
            break;
        }
    }
    // "Fifty-five hundred dollars".
    let hundreds = !sum.scaled && !sum.half && sum.last == 100 && follows_money(tokens, end);
    let hundreds = Thousandths::whole(sum.group).filter(|_| hundreds);
    hundreds.or_else(|| sum.finish()).map(|number| (end, number, true))
}

/// How the point of a decimal number is spoken.
const POINTS: &[&str] = &["point", "komma", "virgule", "coma", "virgola", "vírgula"];

/// `one point two crore`, `two point five million`.
fn pointed(tokens: &[Token<'_>], start: usize) -> Option<(usize, Thousandths, bool)> {
    let small = |at: usize| words::small(&tokens.get(at)?.lower);
    let mut number = small(start).filter(|whole| *whole < 100)?;
    tokens.get(start + 1).filter(|point| point.is_any(POINTS))?;
    let (mut at, mut divisor) = (start + 2, 1);
    while let Some(digit) = small(at).filter(|digit| *digit < 10 && divisor < 1_000) {
        number = number * 10 + digit;
        divisor *= 10;
        at += 1;
    }
    let scale = words::scale(&tokens.get(at)?.lower).filter(|scale| *scale >= 1_000 && divisor > 1)?;
    Some((at + 1, Thousandths::whole(scale / divisor * number)?, true))
}

/// `a quarter of a million`, `half a million`, `three quarters of a million`.
fn part_of_million(tokens: &[Token<'_>], start: usize) -> Option<(usize, Thousandths, bool)> {
    let mut at = start;
    let part = tokens.get(at)?;
    let quarters = part.is("three") && tokens.get(at + 1).is_some_and(|next| next.is("quarters"));
    at += usize::from(quarters);
    let (times, divisor) = match part.lower.as_ref() {
        "half" | "halbe" | "halve" => (1, 2),
        "quarter" => (1, 4),
        _ if quarters => (3, 4),
        _ => return None,
    };
    at += 1;
    while tokens.get(at).is_some_and(|token| token.is_any(&["of", "a", "an"])) {
        at += 1;
    }
    let scale = words::scale(&tokens.get(at)?.lower).filter(|scale| *scale >= 1_000)?;
    Some((at + 1, Thousandths::whole(scale / divisor * times)?, true))
}

/// `and a half`.
fn half_len(tokens: &[Token<'_>], at: usize) -> usize {
    match tokens.get(at..).unwrap_or_default() {
        [and, a, half, ..] if and.is("and") && a.is("a") && half.is("half") => 3,
        [et, half, ..]
            if et.is_any(&["et", "y", "e"])
                && half.is_any(&["demi", "demie", "medio", "media", "mezzo", "meia", "meio"]) =>
        {
            2
        }
        _ => 0,
    }
}

/// A number in words, as far as it was heard.
#[derive(Default)]
struct Sum {
    total: u64,
    group: u64,
    last: u64,
    half: bool,
    scaled: bool,
    any: bool,
}

impl Sum {
    fn take(&mut self, tokens: &[Token<'_>], at: usize) -> bool {
        let Some(token) = tokens.get(at) else { return false };
        if let Some(value) = words::small(&token.lower) {
            let joins = self.last == 0 || self.last == 100 || (self.last >= 20 && self.last < 100 && value < 10)
                    // "Soixante-quinze".
                    || (self.last == 60 && (10..20).contains(&value));
            // "Quatre-vingt" is four times twenty.
            if self.last == 4 && value == 20 && token.is_any(&["vingt", "vingts"]) {
                self.group += 76;
                self.last = 60;
                return true;
            }
            if !joins || self.half {
                return false;
            }
            self.group += value;
            self.last = value;
            self.any = true;
            return true;
        }
        let Some(scale) =
            words::scale(&token.lower).filter(|_| token.text.chars().count() > 1 || token.is("k"))
        else {
            return false;
        };
        // "a hundred": the article stands for one.
        let article = at > 0 && tokens.get(at - 1).is_some_and(|before| before.is_any(&["a", "an"]));
        if !(self.any || article || matches!(token.lower.as_ref(), "cien" | "cent" | "mille" | "mil"))
            || self.last == u64::MAX
        {
            return false;
        }
        self.multiply(scale)
    }

    fn multiply(&mut self, scale: u64) -> bool {
        let group = self.group.max(1);
        let half = if self.half { scale / 2 } else { 0 };
        if scale == 100 {
            self.group = group * 100 + half;
            self.last = 100;
        } else {
            self.total += group.saturating_mul(scale).saturating_add(half);
            self.group = 0;
            self.last = 0;
            self.scaled = true;
        }
        self.half = false;
        self.any = true;
        self.total < 1_000_000_000_000
    }

    /// Only what names a magnitude of a thousand or more: `three` and `two hundred` count things.
    fn finish(self) -> Option<Thousandths> {
        (self.any && self.scaled && !self.half).then(|| Thousandths::whole(self.total + self.group)).flatten()
    }
}
