//! How much room a text takes: pages are to be light, whatever people write.

use std::borrow::Cow;

/// How much room a name has that is one of many on a page, in bytes.
pub(crate) const NAME: usize = 60;

/// How much room the subject of a conversation has that is one of many.
pub(crate) const SUBJECT: usize = 100;

/// How much room the words have that say what is wrong with one of many.
pub(crate) const MESSAGE: usize = 160;

/// How much room an e-mail address has that is one of many: most are whole.
pub(crate) const ADDRESS: usize = 80;

/// How much room it has where it is told again beside that, to those who can't see where.
pub(crate) const AGAIN: usize = 30;

/// The beginning of a text that has no more room than this on a page, and an ellipsis where that is not all of it. Of a long list
/// every row is cut so: what people may write is up to six times as long as what a page has room for.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    let mut room = most;
    for (at, letter) in text.char_indices() {
        let length = text.get(at..at + letter.len_utf8()).map_or(0, on_page);
        match room.checked_sub(length) {
            Some(left) => room = left,
            None => return Cow::Owned(format!("{}…", text.get(..at).unwrap_or_default())),
        }
    }
    Cow::Borrowed(text)
}

/// How many bytes a text is on a page, where its signs are escaped.
pub(crate) fn on_page(text: &str) -> usize {
    let escaped = |byte| match byte {
        b'&' => "&amp;".len(),
        b'<' | b'>' => "&lt;".len(),
        b'"' => "&quot;".len(),
        _ => 1,
    };
    text.bytes().map(escaped).sum()
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters_by_the_room_it_takes() {
        for (text, most, expect) in [
            ("", 0, ""),
            ("Ana", 3, "Ana"),
            ("Anab", 3, "Ana…"),
            ("éé", 3, "é…"),
            // Written as &quot;, which takes six.
            ("\"\"", 11, "\"…"),
            ("\"\"", 12, "\"\""),
        ] {
            assert_eq!(cut(text, most), expect, "{text} {most}");
        }
    }

    #[test]
    fn a_text_is_as_long_as_it_is_written() {
        for text in ["", "plain", "<a href=\"x\">&amp;'</a>", "é&ü"] {
            assert_eq!(on_page(text), html! { (text) }.into_string().len(), "{text}");
        }
    }
}
