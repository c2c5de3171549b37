//! The rail: the workspaces, what the one at hand has, and the person.

use maud::{Markup, html};

use crate::{
    Frame, Place, Section,
    form::{hidden, quiet_submit},
    layout::{mark, workspace_path},
    nav::GROUPS,
    pages::workspaces,
    room::{self, cut},
    theme::Theme,
};

/// How many workspaces are listed on every page.
const AT_HAND: usize = 9;

impl Frame<'_> {
    /// What is left of every page, or in its menu where there is no room.
    pub(crate) fn rail(&self, section: Option<Section>) -> Markup {
        html! {
            (self.switcher())
            @if let Some(place) = self.workspace { (entries(&place, section)) }
            (self.account(self.workspace.is_none()))
        }
    }

    fn switcher(&self) -> Markup {
        html! {
            details.switcher {
                summary {
                    (mark())
                    @match self.workspace {
                        // What one document calls a site is a workspace.
                        Some(place) => span.here {
                            small { "Workspace · site" }
                            span.cut dir="auto" { (cut(place.name, room::NAME)) }
                        },
                        None => span.cut { "Workspaces" },
                    }
                }
                ul {
                    @for place in self.at_hand() {
                        @let here = self.workspace.is_some_and(|at| at.id == place.id);
                        li {
                            a href=(workspace_path(place.id, "")) aria-current=[here.then_some("true")] {
                                span.cut dir="auto" { (cut(place.name, room::NAME)) }
                                " "
                                small { (place.role) }
                            }
                        }
                    }
                    @if self.workspaces.is_empty() { li.nothing { "You are in no workspace." } }
                    @if self.workspaces.len() > AT_HAND {
                        li { a href=(workspaces::PATH) { "All " (self.workspaces.len()) " workspaces" } }
                    }
                }
            }
        }
    }

    /// The first workspaces, and the one at hand.
    fn at_hand(&self) -> impl Iterator<Item = &Place<'_>> {
        let (first, others) = self.workspaces.split_at(self.workspaces.len().min(AT_HAND));
        let here = self.workspace.map(|at| at.id);
        first.iter().chain(others.iter().find(|place| Some(place.id) == here))
    }

    fn account(&self, here: bool) -> Markup {
        html! {
            div.person {
                p.who {
                    span.cut dir="auto" title=(cut(self.person.name, room::SUBJECT)) { (cut(self.person.name, room::NAME)) }
                    small.cut dir="auto" title=(self.person.email) { (self.person.email) }
                }
                a href="/console/account" aria-current=[here.then_some("page")] { "Account" }
                (self.plain.form("/console/sign-out").inline(&quiet_submit("Sign out")))
            }
            (self.themes())
        }
    }

    /// The server draws the page anew; the script changes it where it is.
    fn themes(&self) -> Markup {
        let chosen = self.plain.theme.map_or("", Theme::as_str);
        self.plain.form("/console/theme").with_class(
            "theme",
            &html! {
                (hidden("next", self.plain.here))
                @for (value, name) in [("", "System"), ("light", "Light"), ("dark", "Dark")] {
                    button type="submit" name="theme" value=(value) aria-pressed=(if value == chosen { "true" } else { "false" }) { (name) }
                }
            },
        )
    }
}

fn entries(place: &Place, here: Option<Section>) -> Markup {
    html! {
        nav aria-label="Workspace" {
            @for group in GROUPS {
                p.above { (group.title) }
                ul {
                    @for entry in group.entries.iter().filter(|entry| entry.is_for(place.role)) {
                        @let current = (here == Some(entry.section)).then_some("page");
                        li { a href=(workspace_path(place.id, entry.path)) aria-current=[current] { (entry.title) } }
                    }
                }
            }
        }
    }
}
