//! Where people land who are in no workspace.

use maud::{Markup, html};

use crate::{Frame, layout::Page, pieces::empty};

/// Draws the page.
pub fn page(frame: &Frame) -> Markup {
    let body = html! {
        (empty("You are in no workspace. Ask an owner or an admin of one for an invitation.", None))
    };
    frame.render(&Page { title: "Workspaces", above: None, action: None, section: None, body })
}
