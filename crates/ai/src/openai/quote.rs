//! Where a text says what a model quotes.

use crate::Span;

/// A text in which quotes are looked for: as they are first, then ignoring case and how wide spaces are.
pub(super) struct Quoted<'t> {
    text: &'t str,
    /// The text in lower case, with one space for each run of white space.
    folded: String,
    /// For each byte of `folded`, the character of the text that it comes from: lower case may be longer or shorter.
    origins: Vec<Span>,
}

impl<'t> Quoted<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len());
        for (start, c) in text.char_indices() {
            let origin = Span { start, end: start + c.len_utf8() };
            if !c.is_whitespace() {
                folded.extend(c.to_lowercase());
            } else if !folded.ends_with(' ') {
                folded.push(' ');
            }
            origins.resize(folded.len(), origin);
        }
        Self { text, folded, origins }
    }

    /// Where the quote is said first; nothing where it is not, or where it says nothing.
    pub(super) fn find(&self, quote: &str) -> Option<Span> {
        let quote = quote.trim();
        if quote.is_empty() {
            return None;
        }
        if let Some(start) = self.text.find(quote) {
            return Some(Span { start, end: start + quote.len() });
        }
        let folded = Quoted::new(quote).folded;
        let start = self.folded.find(&folded)?;
        let last = (start + folded.len()).checked_sub(1)?;
        Some(Span { start: self.origins.get(start)?.start, end: self.origins.get(last)?.end })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, quote: &str, expected: Option<&str>) {
        let found = Quoted::new(text).find(quote).map(|span| text.get(span.start..span.end).unwrap());
        assert_eq!(found, expected, "{quote:?} in {text:?}");
    }

    #[test]
    fn quotes_are_found_as_they_are() {
        check("Budget is $50k. budget is $60k.", "Budget is $50k", Some("Budget is $50k"));
        check("Budget is $50k. budget is $60k.", "budget is", Some("budget is"));
        check("né à Orléans", "Orléans", Some("Orléans"));
        check("a 😀 b", "😀", Some("😀"));
        check("a b", " b\n", Some("b"));
    }

    #[test]
    fn quotes_are_found_in_another_case_and_with_other_spaces() {
        check("Her title:\n  VP of\u{a0}Sales now", "vp of sales", Some("VP of\u{a0}Sales"));
        check("VP of Sales", "VP  of\tSales", Some("VP of Sales"));
        check("STRASSE ÉTÉ", "été", Some("ÉTÉ"));
    }

    #[test]
    fn case_that_changes_a_length_cuts_no_character() {
        check("İstanbul office", "i\u{307}stanbul", Some("İstanbul")); // two bytes become three
        check("say İ", "i", Some("İ")); // half of what it becomes
        check("ȺȾ here", "ⱥⱦ HERE", Some("ȺȾ here")); // two bytes become three
        check("500 Ω today", "500 ω TODAY", Some("500 Ω today")); // three bytes become two
    }

    #[test]
    fn what_is_not_said_is_not_found() {
        check("Budget is $50k", "Budget is $500k", None);
        check("Budget is $50k", "", None);
        check("Budget is $50k", " \n", None);
        check("", "Budget", None);
        check("now here", "nowhere", None);
    }

    proptest! {
        #[test]
        fn spans_always_slice_the_text(text in any::<String>(), quote in any::<String>()) {
            if let Some(span) = Quoted::new(&text).find(&quote) {
                prop_assert!(text.get(span.start..span.end).is_some_and(|said| !said.is_empty()));
            }
        }

        #[test]
        fn what_is_said_is_found_in_any_case(
            before in "[a-zİȺßΩé ]{0,8}",
            said in "[a-zA-ZİȺéΩ]{1,8}",
            after in "[a-zİȺßΩé ]{0,8}",
        ) {
            let text = format!("{before} {said} {after}");
            for quote in [said.clone(), said.chars().flat_map(char::to_lowercase).collect()] {
                let span = Quoted::new(&text).find(&quote);
                prop_assert!(span.is_some_and(|span| text.get(span.start..span.end).is_some()), "{quote}");
            }
        }
    }
}
