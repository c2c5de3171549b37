//! Guides are written in Markdown; this makes HTML of them.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A heading that a page can be entered at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) anchor: String,
    pub(crate) title: String,
}

/// A text as HTML, with its headings of the second level.
pub(crate) fn render(text: &str) -> (String, Vec<Heading>) {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let headings = name_headings(&mut events);
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    // A line may be longer than there is room: keys scroll what they can come to. Nothing else writes this, as texts are escaped.
    (out.replace("<pre><code", "<pre tabindex=\"0\"><code"), headings)
}

/// Gives each heading an id made of its words.
fn name_headings(events: &mut [Event<'_>]) -> Vec<Heading> {
    let mut named = Vec::new();
    let mut title = String::new();
    let mut open = None;
    for at in 0..events.len() {
        match events.get(at) {
            Some(Event::Start(Tag::Heading { .. })) => {
                open = Some(at);
                title.clear();
            }
            Some(Event::Text(text) | Event::Code(text)) if open.is_some() => title.push_str(text),
            Some(Event::End(TagEnd::Heading(level))) => {
                let anchor = slug(&title);
                let second = *level == pulldown_cmark::HeadingLevel::H2;
                if let Some(Event::Start(Tag::Heading { id, .. })) =
                    open.take().and_then(|at| events.get_mut(at))
                {
                    *id = Some(CowStr::from(anchor.clone()));
                }
                if second {
                    named.push(Heading { anchor, title: title.clone() });
                }
            }
            _ => {}
        }
    }
    named
}

/// Words as they stand in an address.
pub(crate) fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// The words of a text without its markup, for a search.
pub(crate) fn words(text: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        if let Event::Text(text) | Event::Code(text) = event {
            words.push_str(&text);
            words.push(' ');
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_ids_made_of_their_words() {
        let (html, headings) = render("## Make a `key`, then go\n\ntext\n\n### Deeper\n");
        assert!(
            html.contains(r#"<h2 id="make-a-key-then-go">Make a <code>key</code>, then go</h2>"#),
            "{html}"
        );
        assert!(html.contains(r#"<h3 id="deeper">"#), "{html}");
        assert_eq!(
            headings,
            [Heading { anchor: "make-a-key-then-go".into(), title: "Make a key, then go".into() }]
        );
    }
}
