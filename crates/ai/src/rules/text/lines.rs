use std::ops::Range;

use super::token::{Kind, Token};

/// A line, as tokens without its end, its quote marks and its bullet.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) tokens: Range<usize>,
    /// How often it is quoted: `> >`.
    pub(super) quoted: usize,
    /// Whether it had a bullet.
    pub(super) bulleted: bool,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// The lines of a text.
pub(super) fn lines(tokens: &[Token<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Break {
            lines.push(line(tokens, start..at));
            start = at + 1;
        }
    }
    lines.push(line(tokens, start..tokens.len()));
    lines
}

fn line(tokens: &[Token<'_>], mut range: Range<usize>) -> Line {
    let mut quoted = 0;
    while tokens.get(range.start).is_some_and(|token| range.start < range.end && token.is(">")) {
        quoted += 1;
        range.start += 1;
    }
    let bullet = bullet_len(tokens.get(range.clone()).unwrap_or_default());
    Line { tokens: range.start + bullet..range.end, quoted, bulleted: bullet > 0 }
}

fn bullet_len(line: &[Token<'_>]) -> usize {
    match line {
        [mark, after, ..] if mark.is_any(&["-", "*", "•", "–", "—", "·", "+", "→"]) && after.spaced => {
            1
        }
        [number, dot, after, ..]
            if number.kind == Kind::Number
                && number.text.len() <= 2
                && dot.is_any(&[".", ")"])
                && after.spaced =>
        {
            2
        }
        _ => 0,
    }
}
