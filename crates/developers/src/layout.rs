//! What is around every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::assets::Assets;

/// A page, before anything is around it.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    /// Where it can be entered.
    pub(crate) sections: Vec<Section>,
    pub(crate) body: Markup,
    /// Whether it has two columns where there is room.
    pub(crate) wide: bool,
}

/// A place on a page.
pub(crate) struct Section {
    pub(crate) anchor: String,
    pub(crate) title: String,
}

impl Section {
    pub(crate) fn new(anchor: impl Into<String>, title: impl Into<String>) -> Self {
        Self { anchor: anchor.into(), title: title.into() }
    }
}

/// A link of the menu.
pub(crate) struct Link {
    pub(crate) path: String,
    pub(crate) title: String,
}

/// The menu: what it says above each of its lists.
pub(crate) struct Menu {
    pub(crate) guides: Vec<Link>,
    pub(crate) reference: Vec<Link>,
}

/// What every page has around it.
pub(crate) struct Layout {
    pub(crate) assets: Assets,
    pub(crate) menu: Menu,
}

impl Layout {
    /// The whole of a page.
    pub(crate) fn render(&self, page: &Page, asked: &str) -> String {
        let whole = html! {
            (DOCTYPE)
            html lang="en" {
                (self.head(page))
                body {
                    a.skip href="#content" { "Skip to the content" }
                    (header(asked))
                    div.frame {
                        (self.rail(&page.path))
                        main #content tabindex="-1" class=[page.wide.then_some("wide")] {
                            (self.folded_menu(&page.path))
                            (page.body)
                        }
                        (contents(page))
                    }
                }
            }
        };
        whole.into_string()
    }

    fn head(&self, page: &Page) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(page.summary);
                title { (page.title) " · Leadkeep" }
                link rel="icon" type="image/svg+xml" href=(self.assets.icon.path);
                link rel="stylesheet" href=(self.assets.style.path);
                script type="module" src=(self.assets.script.path) {}
            }
        }
    }

    fn rail(&self, here: &str) -> Markup {
        html! { nav.rail aria-label="Pages" { (self.links(here)) } }
    }

    /// The menu where there is no room beside the page.
    fn folded_menu(&self, here: &str) -> Markup {
        html! { details.menu { summary { "Menu" } nav aria-label="Pages, folded" { (self.links(here)) } } }
    }

    fn links(&self, here: &str) -> Markup {
        html! {
            @for (title, links) in [("Guides", &self.menu.guides), ("Reference", &self.menu.reference)] {
                p.above { (title) }
                ul {
                    @for link in links {
                        li { a href=(link.path) aria-current=[(link.path == here).then_some("page")] { (link.title) } }
                    }
                }
            }
        }
    }
}

fn header(asked: &str) -> Markup {
    html! {
        header.top {
            a.brand href="/developers" { (mark()) "Leadkeep " span { "developers" } }
            form.search action="/developers/search" method="get" role="search" {
                label.unseen for="q" { "Search the documentation" }
                input #q type="search" name="q" value=(asked) placeholder="Search" maxlength="200" autocomplete="off";
                button type="submit" { "Search" }
            }
        }
    }
}

/// A small drawing, in the colour of the accent.
fn mark() -> Markup {
    PreEscaped(
        r#"<svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><rect x="1" y="1" width="18" height="18" rx="5"/><path d="M7 5.5v9h6.5"/></svg>"#
            .to_owned(),
    )
}

fn contents(page: &Page) -> Markup {
    html! {
        @if page.sections.len() > 1 && !page.wide {
            nav.contents aria-labelledby="on-this-page" {
                p.above #on-this-page { "On this page" }
                ul { @for section in &page.sections { li { a href={ "#" (section.anchor) } { (section.title) } } } }
            }
        }
    }
}
