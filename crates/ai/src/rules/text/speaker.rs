use std::ops::Range;

use super::{
    letter::{Author, Reader},
    token::{Kind, Token},
};

/// Chats: who speaks in a line.
impl Reader<'_, '_> {
    /// `tess: budget is 9k` is said by Tess, and so is `[14:05] tess: budget is 9k`.
    pub(super) fn speaker(&self, range: &Range<usize>, author: Author) -> (Range<usize>, Author) {
        let stamp = stamp_len(self.of(range));
        let (said, by) = self.said_by(&(range.start + stamp..range.end), author);
        // Without a speaker, what looks like the time is a part of what is said.
        if said.start > range.start + stamp { (said, by) } else { (range.clone(), by) }
    }

    fn said_by(&self, range: &Range<usize>, author: Author) -> (Range<usize>, Author) {
        let tokens = self.of(range);
        let label = tokens.iter().take(4).take_while(|token| token.is_word()).count();
        let spoken =
            label > 0 && label <= 2 && tokens.get(label).is_some_and(|colon| colon.is(":") && !colon.spaced);
        let Some(name) = tokens.get(..label).filter(|_| spoken) else { return (range.clone(), author) };
        let said = range.start + label + 1..range.end;
        if name.iter().all(|token| self.lead.is_called(&token.lower)) {
            return (said, Author::Lead);
        }
        match name {
            [who] if who.is_any(&["me", "us", "rep", "ich", "moi", "yo"]) => (said, Author::Rep),
            [who] if who.is("lead") => (said, Author::Lead),
            [who]
                if who.is_any(&[
                    "visitor",
                    "guest",
                    "user",
                    "bot",
                    "system",
                    "assistant",
                    "anonymous",
                    "besucher",
                ]) =>
            {
                (said, Author::Other)
            }
            _ => (range.clone(), author),
        }
    }
}

/// `[14:05]`, `14:05`, `(9:12 am)`: how long a time at the head of a line is.
fn stamp_len(line: &[Token<'_>]) -> usize {
    const LONGEST: usize = 12;
    let open = line.first().is_some_and(|token| token.is_any(&["[", "("]));
    let of_stamp = |token: &&Token<'_>| {
        token.kind == Kind::Number || token.is_any(&["[", "(", "]", ")", ":", "/", "-", ".", ",", "am", "pm"])
    };
    let len = line.iter().take(LONGEST).take_while(of_stamp).count();
    let timed = line.get(..len).unwrap_or_default().windows(3).any(|time| {
        matches!(time, [hour, colon, minute] if hour.kind == Kind::Number && colon.is(":") && minute.kind == Kind::Number)
    });
    let closed = line.get(len.wrapping_sub(1)).is_some_and(|token| token.is_any(&["]", ")"]));
    if timed && open == closed { len } else { 0 }
}
