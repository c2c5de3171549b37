//! The way through a list that is longer than a page.

use maud::{Markup, html};

/// Where the pages beside this one are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// The first one; none where this is it.
    pub first: Option<String>,
    /// The one behind this; none where this is the last.
    pub next: Option<String>,
}

impl Pages {
    /// Links to them; nothing where there is only this page.
    pub(crate) fn links(&self, next: &str) -> Markup {
        html! {
            @if self.first.is_some() || self.next.is_some() {
                nav.pager aria-label="Pages" {
                    @if let Some(first) = &self.first { a.button href=(first) { "First page" } }
                    @if let Some(behind) = &self.next { a.button rel="next" href=(behind) { (next) } }
                }
            }
        }
    }
}
