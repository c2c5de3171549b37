//! Asks once before something is done that cannot be taken back.

use maud::{Markup, html};

use crate::{Frame, Section, form::danger_submit, layout::Page};

/// What is about to be done.
#[derive(Clone, Debug)]
pub struct View {
    /// The act as a question: "Remove Ana Lima from Acme?"
    pub title: String,
    /// What will happen, a sentence each, in numbers where there are any.
    pub sentences: Vec<String>,
    /// The act's name, which the button carries: "Remove Ana Lima".
    pub button: String,
    /// Where the form is sent, with nothing but its token.
    pub action: String,
    /// Where to go instead.
    pub cancel: String,
    /// What the rail marks.
    pub section: Option<Section>,
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let buttons = html! {
        (danger_submit(&view.button))
        a.button href=(view.cancel) { "Cancel" }
    };
    let body = html! {
        section.panel.confirm {
            ul.plain-list { @for sentence in &view.sentences { li dir="auto" { (sentence) } } }
            (frame.plain.form(&view.action).inline(&buttons))
        }
    };
    frame.render(&Page { title: &view.title, above: None, action: None, section: view.section, body })
}
