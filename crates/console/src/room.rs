//! How much room a text takes: pages are to be light, whatever people write.

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
    fn a_text_is_as_long_as_it_is_written() {
        for text in ["", "plain", "<a href=\"x\">&amp;'</a>", "é&ü"] {
            assert_eq!(on_page(text), html! { (text) }.into_string().len(), "{text}");
        }
    }
}
