//! What is around every page: a card, or the frame of the console.

use leadkeep_domain::{FormId, Role, WorkspaceId};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use time::OffsetDateTime;

use crate::{
    assets::Assets,
    form::Form,
    nav::Section,
    room::{self, cut},
    theme::Theme,
};

/// What a page knows when nobody need be signed in.
#[derive(Clone, Copy)]
pub struct Plain<'a> {
    /// The files that pages refer to.
    pub assets: &'a Assets,
    /// Goes into every form: what proves that the form is ours.
    pub form_token: &'a str,
    /// Goes into forms that make a secret: which drawing of the form is sent. One that is sent again makes no other.
    pub form_id: FormId,
    /// The moment the page is drawn at: "2 hours ago" counts from it.
    pub now: OffsetDateTime,
    /// What the reader chose. `None`: the system's.
    pub theme: Option<Theme>,
    /// The page's own path with its query, for forms that lead back to it; empty where there is no way back.
    pub here: &'a str,
}

/// What a page knows of the person who is signed in, and where in the console it is.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// What every page knows.
    pub plain: Plain<'a>,
    /// Who is signed in.
    pub person: Person<'a>,
    /// The workspace that the page is in. `None` on pages of the account.
    pub workspace: Option<Place<'a>>,
    /// All workspaces of the person, this one too.
    pub workspaces: &'a [Place<'a>],
    /// What has just been done, if anything.
    pub notice: Option<Notice<'a>>,
}

/// Who somebody is.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// What to call the person.
    pub name: &'a str,
    /// The address that the person signs in with.
    pub email: &'a str,
}

/// A workspace, and what the person is in it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Which.
    pub id: WorkspaceId,
    /// What it is called.
    pub name: &'a str,
    /// What the person may do in it.
    pub role: Role,
}

/// One sentence above the content.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// What was asked for is done.
    Done(&'a str),
    /// What was asked for is not done.
    Failed(&'a str),
}

/// A page, before the frame is around it.
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    /// The list that the page is one of.
    pub(crate) above: Option<(String, &'a str)>,
    /// What people most often come for, if it has a page of its own.
    pub(crate) action: Option<(String, &'a str)>,
    pub(crate) section: Option<Section>,
    pub(crate) body: Markup,
}

impl<'a> Plain<'a> {
    /// A form that is sent to `action` with its token.
    pub(crate) fn form(&self, action: &'a str) -> Form<'a> {
        Form { action, token: self.form_token, id: None }
    }

    /// The same of a form that makes a secret, and makes one, however often it is sent.
    pub(crate) fn form_once(&self, action: &'a str) -> Form<'a> {
        Form { id: Some(self.form_id), ..self.form(action) }
    }

    /// A centred card.
    pub(crate) fn card(&self, title: &str, body: &Markup) -> Markup {
        self.whole(
            title,
            None,
            &html! {
                main.alone #content tabindex="-1" {
                    p.brand { (mark()) "Leadkeep" }
                    div.card { (body) }
                }
            },
        )
    }

    fn whole(&self, title: &str, refresh: Option<u8>, body: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" data-theme=[self.theme.map(Theme::as_str)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content=(self.theme.map_or("light dark", Theme::as_str));
                    meta name="robots" content="noindex";
                    title { (title) " · Leadkeep" }
                    @if let Some(seconds) = refresh {
                        noscript { meta http-equiv="refresh" content=(seconds); }
                    }
                    link rel="icon" type=(self.assets.icon.content_type) href=(self.assets.icon.path);
                    link rel="stylesheet" href=(self.assets.style.path);
                    script type="module" src=(self.assets.script.path) {}
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    (body)
                }
            }
        }
    }
}

impl Frame<'_> {
    /// The whole of a page.
    pub(crate) fn render(&self, page: &Page) -> Markup {
        self.whole(page, None)
    }

    /// The whole of a page that changes by itself: a browser without the script looks again after so many seconds.
    pub(crate) fn render_again(&self, page: &Page, seconds: u8) -> Markup {
        self.whole(page, Some(seconds))
    }

    fn whole(&self, page: &Page, refresh: Option<u8>) -> Markup {
        self.plain.whole(
            page.title,
            refresh,
            &html! {
                (self.bar(page.section))
                div.frame {
                    div.rail { (self.rail(page.section)) }
                    main #content tabindex="-1" {
                        @if let Some(notice) = self.notice { (notice_line(notice)) }
                        (heading(page))
                        (page.body)
                    }
                }
            },
        )
    }

    /// What is in place of the rail where there is no room for it.
    fn bar(&self, section: Option<Section>) -> Markup {
        let name = self.workspace.map_or("Leadkeep", |place| place.name);
        html! {
            header.bar {
                details {
                    summary {
                        span.brand { (mark()) span.cut dir="auto" { (cut(name, room::NAME)) } }
                        span.button { "Menu" }
                    }
                    (self.rail(section))
                }
            }
        }
    }
}

/// A path of the workspace.
pub(crate) fn workspace_path(id: WorkspaceId, below: &str) -> String {
    if below.is_empty() { format!("/console/w/{id}") } else { format!("/console/w/{id}/{below}") }
}

fn heading(page: &Page) -> Markup {
    html! {
        header.title {
            div {
                @if let Some((path, title)) = &page.above {
                    p.up { a href=(path) { (title) } }
                }
                h1 dir="auto" { (page.title) }
            }
            @if let Some((path, title)) = &page.action {
                a.button.primary href=(path) { (title) }
            }
        }
    }
}

fn notice_line(notice: Notice) -> Markup {
    match notice {
        Notice::Done(text) => html! { p.notice.done role="status" { (text) } },
        Notice::Failed(text) => html! { p.notice.failed role="alert" { (text) } },
    }
}

/// A small drawing, in the colour of the accent.
pub(crate) fn mark() -> Markup {
    PreEscaped(
        r#"<svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><rect x="1" y="1" width="18" height="18" rx="5"/><path d="M7 5.5v9h6.5"/></svg>"#
            .to_owned(),
    )
}
