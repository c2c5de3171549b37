//! Says what a form did that is sent a second time. The page has no form: a third click must not do it again.

use maud::{Markup, html};

use crate::{Frame, Section, layout::Page};

/// What a form that makes a secret did.
#[derive(Clone, Debug)]
pub struct View {
    /// What it made, and that the answer had the secret: a sentence or two.
    pub done: String,
    /// What to do if nobody has the secret: a sentence.
    pub lost: &'static str,
    /// Where what it made is to be seen.
    pub list: String,
    /// What that is called.
    pub list_name: &'static str,
    /// What the rail marks.
    pub section: Section,
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let body = html! {
        section.panel.confirm {
            ul.plain-list {
                li dir="auto" { (view.done) }
                li { "Sent again, it has done nothing." }
                li { (view.lost) }
            }
            p { a.button href=(view.list) { "Back to " (view.list_name) } }
        }
    };
    frame.render(&Page {
        title: "This form was sent before",
        above: Some((view.list.clone(), view.list_name)),
        action: None,
        section: Some(view.section),
        body,
    })
}
