//! The way through a list that is longer than a page.

use maud::Markup;

use crate::onward::onward;

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
        let first = self.first.as_deref().map(|path| (path, "First page"));
        onward(first, self.next.as_deref().map(|path| (path, next)))
    }
}
