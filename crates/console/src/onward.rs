//! From one page of a long list to the next.

use maud::{Markup, html};

/// Where a list goes on, and where it begins; nothing where all of it is on one page.
pub(crate) fn onward(begin: Option<(&str, &str)>, next: Option<(&str, &str)>) -> Markup {
    html! {
        @if begin.is_some() || next.is_some() {
            nav.onward aria-label="Pages" {
                @if let Some((path, words)) = begin { a.button href=(path) { (words) } }
                @if let Some((path, words)) = next { a.button rel="next" href=(path) { (words) } }
            }
        }
    }
}
