//! Short texts in which words between backticks are code.

use maud::{Markup, html};

/// The text as HTML.
pub(crate) fn text(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
