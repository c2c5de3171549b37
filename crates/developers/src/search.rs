//! A search over the titles, paths and texts of all pages.

use maud::html;

use crate::{inline, layout::Page};

/// How many finds are shown.
const MOST: usize = 30;

/// How much of a question is read, in characters, and how many words of it.
const LONGEST: usize = 200;
const MOST_WORDS: usize = 10;

/// A place that can be found.
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) title: String,
    /// Shown beside the title, such as a method and a path.
    pub(crate) about: String,
    /// Shown below it.
    pub(crate) says: String,
    /// What else is searched.
    pub(crate) words: String,
}

/// The places that have all words, the best first. Words in titles weigh most, then those beside them.
fn find<'a>(entries: &'a [Entry], words: &[String]) -> Vec<&'a Entry> {
    let mut found: Vec<(usize, &Entry)> =
        entries.iter().filter_map(|entry| Some((weight(entry, words)?, entry))).collect();
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().map(|(_, entry)| entry).take(MOST).collect()
}

/// How well a place fits; none where a word is missing.
fn weight(entry: &Entry, words: &[String]) -> Option<usize> {
    let fields = [(&entry.title, 8), (&entry.about, 4), (&entry.says, 2), (&entry.words, 1)]
        .map(|(text, weight)| (text.to_lowercase(), weight));
    let of_word = |word: &String| {
        let weights =
            fields.iter().filter(|(text, _)| text.contains(word.as_str())).map(|(_, weight)| weight);
        weights.max().copied()
    };
    words.iter().map(of_word).sum()
}

/// The page of finds.
pub(crate) fn page(entries: &[Entry], asked: &str) -> Page {
    let words: Vec<String> = asked.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect();
    let found = if words.is_empty() { Vec::new() } else { find(entries, &words) };
    let body = html! {
        h1 { "Search" }
        @if words.is_empty() {
            p.lead { "Type what you look for: a resource, a path, a header, an error code." }
        } @else if found.is_empty() {
            p.lead { "Nothing has all of these words: " strong { (asked) } }
            p { "Try fewer words, or look through the " a href="/developers/reference" { "reference" } "." }
        } @else {
            p.lead { (found.len()) @if found.len() == 1 { " find for " } @else { " finds for " } strong { (asked) } }
            ol.finds {
                @for entry in found {
                    li {
                        a href=(entry.href) { (entry.title) }
                        @if !entry.about.is_empty() { code { (entry.about) } }
                        p { (inline::text(&entry.says)) }
                    }
                }
            }
        }
    };
    Page {
        path: "/developers/search".to_owned(),
        title: "Search".to_owned(),
        summary: "Search the documentation.".to_owned(),
        sections: Vec::new(),
        body,
        wide: false,
    }
}

/// What a query asks for.
pub(crate) fn asked(query: &str) -> String {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(name, _)| *name == "q").map(|(_, value)| value).next().unwrap_or_default();
    let spaced = value.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy();
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str, words: &str) -> Entry {
        Entry {
            href: String::new(),
            title: title.into(),
            about: String::new(),
            says: String::new(),
            words: words.into(),
        }
    }

    #[test]
    fn all_words_must_be_there_and_titles_come_first() {
        let entries = [entry("Errors", "of leads"), entry("List leads", ""), entry("Health", "")];
        let titles = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.into()).collect();
            find(&entries, &words).iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(titles(&["leads"]), ["List leads", "Errors"]);
        assert_eq!(titles(&["leads", "err"]), ["Errors"]);
        assert_eq!(titles(&["nothing"]), [""; 0]);
    }

    #[test]
    fn a_query_is_decoded_and_cut() {
        assert_eq!(asked("q=rate+limit%20s&x=1"), "rate limit s");
        assert_eq!(asked("q=%ff%00a"), "\u{fffd}a");
        assert_eq!(asked(""), "");
        assert_eq!(asked(&format!("q={}", "a".repeat(1_000))).len(), LONGEST);
    }
}
