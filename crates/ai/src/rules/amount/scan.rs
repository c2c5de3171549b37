use std::ops::Range;

use super::{
    currency::{Shown, currency},
    number::{Grouping, Thousandths, parse},
    spoken::in_words,
    words,
};
use crate::rules::text::{Kind, Token};

/// An amount as it is written somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Written {
    /// The tokens of number, magnitude and currency.
    pub(crate) range: Range<usize>,
    /// How much.
    pub(super) number: Thousandths,
    /// The currency beside it.
    pub(crate) shown: Option<Shown>,
    /// Whether a magnitude is given: `50k`.
    pub(crate) magnified: bool,
}

impl Written {
    /// Whether it is surely an amount of money, or at least of something that comes in thousands.
    pub(crate) fn is_money(&self) -> bool {
        self.shown.is_some() || self.magnified
    }

    /// Whether it may be money if the words around it say so: neither small nor a year.
    pub(crate) fn may_be_money(&self) -> bool {
        self.is_money() || (!self.number.is_within(0, 999) && !self.number.is_within(1900, 2100))
    }
}

/// All amounts and numbers of these tokens, in order; the ranges count from the first.
pub(crate) fn written(tokens: &[Token<'_>]) -> Vec<Written> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match amount(tokens, at) {
            Some(amount) => {
                at = amount.range.end;
                found.push(amount);
            }
            None => at += 1,
        }
    }
    found
}

fn amount(tokens: &[Token<'_>], start: usize) -> Option<Written> {
    let rest = |at: usize| tokens.get(at..).unwrap_or_default();
    // A currency before a number has the number within two tokens; most words have none.
    let before_digits = tokens.iter().skip(start + 1).take(2).any(|token| token.kind == Kind::Number);
    let spelled = tokens.get(start)?.kind == Kind::Word || tokens.get(start)?.kind == Kind::Mark;
    let before = if spelled && before_digits { currency(rest(start)) } else { None };
    let digits = start + before.map_or(0, |(len, _)| len);
    // "TEUR 65" and "65 TEUR".
    let thousands =
        rest(digits).first().filter(|_| before.is_none()).and_then(|token| words::thousands_of(&token.lower));
    let digits = digits + usize::from(thousands.is_some());
    let (mut end, number, mut magnified) = number(tokens, digits)?;
    let number = if let Some((scale, _)) = thousands { number.times(scale)? } else { number };
    magnified |= thousands.is_some();
    let behind = rest(end).first().and_then(|token| words::thousands_of(&token.lower));
    let number = if let Some((scale, _)) = behind { number.times(scale)? } else { number };
    end += usize::from(behind.is_some());
    magnified |= behind.is_some();
    let named = behind.or(thousands).map(|(_, code)| (0, Shown::Code(code)));
    end += dash_len(rest(end));
    let after = named.or_else(|| currency(rest(end)).filter(|_| is_beside(rest(end))));
    end += after.map_or(0, |(len, _)| len);
    let code = |shown: Option<(usize, Shown)>| {
        shown.map(|(_, shown)| shown).filter(|shown| matches!(shown, Shown::Code(_)))
    };
    let any = before.or(after).map(|(_, shown)| shown);
    Some(Written { range: start..end, number, shown: code(before).or(code(after)).or(any), magnified })
}

/// Behind a number, `a`, `c` or `s` is the beginning of another word's phrase, not of a dollar.
fn is_beside(tokens: &[Token<'_>]) -> bool {
    tokens.first().is_some_and(|token| !token.is_any(&["a", "c", "s", "r"]))
}

/// `38.750,- €` and `19,900.- CHF`.
fn dash_len(tokens: &[Token<'_>]) -> usize {
    match tokens {
        [point, dash, ..]
            if point.is_any(&[",", "."])
                && dash.is_any(&["-", "–", "—"])
                && !point.spaced
                && !dash.spaced =>
        {
            2
        }
        _ => 0,
    }
}

/// A number in digits or words with its magnitude: where it ends, how much it is, and whether it has a magnitude.
fn number(tokens: &[Token<'_>], start: usize) -> Option<(usize, Thousandths, bool)> {
    let first = tokens.get(start)?;
    if first.kind == Kind::Number {
        return in_digits(tokens, start);
    }
    in_words(tokens, start)
}

fn in_digits(tokens: &[Token<'_>], start: usize) -> Option<(usize, Thousandths, bool)> {
    let mut text = tokens.get(start)?.text.to_owned();
    let mut end = start + 1;
    // "61 000": groups of three behind a space.
    if text.len() <= 3 {
        while let Some(group) = tokens.get(end).filter(|group| is_group(group) && text.len() < 16) {
            let closes = tokens.get(end).is_some_and(|token| token.text.len() > 3);
            text = format!("{text}'{}", group.text);
            end += 1;
            if closes {
                break;
            }
        }
    }
    let follows = tokens.get(end);
    let scale = follows.and_then(|token| scale_at(token, follows_money(tokens, end + 1)));
    // "30 % off", "3rd", "5 o'clock", "10:30", "12/3", "-5" are no amounts.
    let joined = follows.is_some_and(|token| {
        !token.spaced
            && (token.is_any(&["%", ":", "/", "°", "'"])
                || (token.is_word()
                    && scale.is_none()
                    && currency(tokens.get(end..).unwrap_or_default()).is_none()))
    });
    if joined
        && !follows.is_some_and(|token| token.is("/") && tokens.get(end + 1).is_some_and(Token::is_word))
        || follows.is_some_and(|token| token.is("%"))
    {
        return None;
    }
    let grouping = if scale.is_some() { Grouping::Magnified } else { Grouping::Usual };
    let number = parse(&text, grouping)?;
    match scale {
        Some(scale) => {
            let extra = usize::from(
                tokens.get(end + 1).is_some_and(|token| token.is("."))
                    && tokens.get(end).is_some_and(|token| token.is_any(&["mio", "tsd", "mrd"]))
                    && tokens.get(end + 2).is_some(),
            );
            Some((end + 1 + extra, number.times(scale)?, true))
        }
        None => Some((end, number, false)),
    }
}

/// Three digits behind a space, perhaps with a decimal fraction.
fn is_group(token: &Token<'_>) -> bool {
    let head = token.text.get(..3).is_some_and(|head| head.bytes().all(|b| b.is_ascii_digit()));
    token.kind == Kind::Number
        && token.spaced
        && head
        && (token.text.len() == 3
            || (token.text.len() <= 6
                && token.text.as_bytes().get(3).is_some_and(|b| matches!(b, b',' | b'.'))))
}

pub(super) fn follows_money(tokens: &[Token<'_>], at: usize) -> bool {
    currency(tokens.get(at..).unwrap_or_default()).is_some()
}

/// A magnitude behind digits. Single letters have to touch them, or money has to follow (`120 T€`).
fn scale_at(token: &Token<'_>, money_follows: bool) -> Option<u64> {
    let scale = words::scale(&token.lower).filter(|scale| *scale > 100)?;
    let short = token.text.chars().count() == 1;
    let doubtful = short && token.spaced && !(money_follows || token.text == "K" || token.is("k"));
    let meter = token.is("t") && !money_follows;
    (!doubtful && !meter).then_some(scale)
}
