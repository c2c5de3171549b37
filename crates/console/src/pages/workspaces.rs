//! The workspaces of a person: all of them, where the rail has room for the first.

use maud::{Markup, html};

use crate::{
    Frame, Place,
    layout::{Page, workspace_path},
    onward::onward,
    pieces::empty,
    query::address,
    room::{self, cut},
};

/// Where it is.
pub const PATH: &str = "/console/workspaces";

/// How many rows a page has.
const PER_PAGE: usize = 100;

/// Draws one of its pages, from 1 on; beyond the last it is the last.
pub fn page(frame: &Frame, page: usize) -> Markup {
    let pages = frame.workspaces.len().div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let body = html! {
        @match frame.workspaces.chunks(PER_PAGE).nth(page - 1) {
            None => (empty("You are in no workspace. Ask an owner or an admin of one for an invitation.", None)),
            Some(places) => (table(places)),
        }
        @let (before, behind) = (path_of(page - 1), path_of(page + 1));
        (onward(
            (page > 1).then_some((before.as_str(), "Before these")),
            (page < pages).then_some((behind.as_str(), "More workspaces")),
        ))
    };
    frame.render(&Page { title: "Workspaces", above: None, action: None, section: None, body })
}

fn path_of(page: usize) -> String {
    address(PATH, &[("page", &page.to_string())])
}

fn table(places: &[Place<'_>]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Your role" } } }
            tbody {
                @for place in places {
                    tr {
                        td data-label="Name" {
                            a.name href=(workspace_path(place.id, "")) dir="auto" { (cut(place.name, room::NAME)) }
                        }
                        td data-label="Your role" { (place.role) }
                    }
                }
            }
        }
    }
}
