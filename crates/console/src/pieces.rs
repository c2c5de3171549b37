//! What several pages have in common, below the size of a page.

use leadkeep_domain::ScopeSet;
use maud::{Markup, html};

use crate::words;

/// Small tags, one for each scope, with its words on hover.
pub(crate) fn scope_tags(scopes: ScopeSet) -> Markup {
    html! {
        ul.tags {
            @for scope in scopes.iter() { li title=(words::scope(scope)) { (scope) } }
        }
    }
}

/// What an empty list says: one sentence, and what to do.
pub(crate) fn empty(sentence: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            p { (sentence) }
            @if let Some((path, words)) = action { a.button.primary href=(path) { (words) } }
        }
    }
}

/// A value to be copied elsewhere: a read-only field, which the script gives a button.
pub(crate) fn copyable(id: &str, label: &str, value: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            div.copyable {
                input.code id=(id) type="text" value=(value) readonly autocomplete="off" spellcheck="false";
                button type="button" data-copy=(id) aria-label={ "Copy: " (label) } hidden { "Copy" }
            }
        }
    }
}

/// A value that is shown this once: the script asks before the page is left.
pub(crate) fn shown_once(title: &str, field: &Markup, sentence: &str, done: &str) -> Markup {
    html! {
        section.once data-shown-once aria-labelledby="once-title" {
            h2 #once-title { (title) }
            p.strong { (sentence) }
            (field)
            p.last { a.button href=(done) data-done { "Done" } }
        }
    }
}

/// The head of a table whose last column has each row's acts.
pub(crate) fn columns(names: &[&str]) -> Markup {
    html! {
        thead { tr { @for name in names { th scope="col" { (name) } } th scope="col" { span.unseen { "Action" } } } }
    }
}
