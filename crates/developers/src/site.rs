//! All pages, rendered once, when the first is asked for.

use std::{collections::BTreeMap, sync::OnceLock};

use leadkeep_api::{
    Dialect,
    openapi::{self, Json},
};
use maud::html;

use crate::{
    assets::{Asset, Assets},
    guides::GUIDES,
    layout::{Layout, Link, Menu, Page},
    llms, markdown, reference,
    search::{self, Entry},
};

const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// The developers' pages of a server. They are rendered when the first of them is asked for: a server that is asked for none starts sooner, and
/// does not hold them.
pub struct Site {
    address: String,
    dialects: Vec<&'static Dialect>,
    pages: OnceLock<Pages>,
}

impl Site {
    /// The pages of a server that people reach at this address and that serves these dialects.
    pub fn new(address: &str, dialects: &[&'static Dialect]) -> Self {
        Self { address: address.to_owned(), dialects: dialects.to_vec(), pages: OnceLock::new() }
    }

    /// What is at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.pages().files.get(path)
    }

    /// The page of what a query finds.
    pub(crate) fn search(&self, query: &str) -> String {
        let (asked, pages) = (search::asked(query), self.pages());
        pages.layout.render(&search::page(&pages.entries, &asked), &asked)
    }

    /// The page of paths at which there is nothing.
    pub(crate) fn not_found(&self) -> &str {
        &self.pages().not_found
    }

    fn pages(&self) -> &Pages {
        self.pages.get_or_init(|| Pages::render(&self.address, &self.dialects))
    }
}

/// All of them.
struct Pages {
    files: BTreeMap<String, File>,
    layout: Layout,
    entries: Vec<Entry>,
    not_found: String,
}

/// What is answered at a path.
pub(crate) struct File {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Whether its path changes with what is in it.
    pub(crate) for_ever: bool,
}

impl Pages {
    fn render(address: &str, dialects: &[&Dialect]) -> Self {
        let document = openapi::document(address, dialects);
        let resources = reference::resources(&document);
        let layout = Layout { assets: Assets::new(), menu: menu(&resources) };
        let mut site = Self {
            files: BTreeMap::new(),
            not_found: layout.render(&not_found(), ""),
            entries: entries(&document, &resources, address, dialects),
            layout,
        };
        for guide in &GUIDES {
            site.add_page(&guide.page(address, dialects));
            site.add(format!("/developers{}.md", guide.path), MARKDOWN, guide.markdown(address, dialects));
        }
        site.add_page(&reference::index(&document));
        for resource in &resources {
            site.add_page(&reference::page(&document, resource));
            let markdown = reference::page_as_markdown(&document, resource);
            site.add(format!("{}.md", resource.path), MARKDOWN, markdown);
        }
        site.add("/llms.txt".to_owned(), TEXT, llms::index(address, &resources));
        // A tree of JSON's own values can always be written.
        site.add("/openapi.json".to_owned(), JSON, serde_json::to_string(&document).unwrap_or_default());
        site.add_assets();
        site
    }

    fn add_page(&mut self, page: &Page) {
        let whole = self.layout.render(page, "");
        self.add(page.path.clone(), HTML, whole);
    }

    fn add(&mut self, path: String, content_type: &'static str, text: String) {
        self.files.insert(path, File { content_type, bytes: text.into_bytes(), for_ever: false });
    }

    fn add_assets(&mut self) {
        let Assets { icon, style, script } = &self.layout.assets;
        for Asset { path, content_type, bytes } in [icon, style, script] {
            let file = File { content_type, bytes: bytes.to_vec(), for_ever: true };
            self.files.insert(path.clone(), file);
        }
    }
}

fn menu(resources: &[reference::Resource<'_>]) -> Menu {
    let guides = GUIDES
        .iter()
        .map(|guide| Link { path: format!("/developers{}", guide.path), title: guide.title.to_owned() });
    let all = Link { path: "/developers/reference".to_owned(), title: "All operations".to_owned() };
    let resources = resources.iter().map(|one| Link { path: one.path.clone(), title: one.name.to_owned() });
    Menu { guides: guides.collect(), reference: [all].into_iter().chain(resources).collect() }
}

/// What can be found: guides as wholes, operations one by one, error codes.
fn entries(
    document: &Json,
    resources: &[reference::Resource<'_>],
    address: &str,
    dialects: &[&Dialect],
) -> Vec<Entry> {
    let guides = GUIDES.iter().map(|guide| Entry {
        href: format!("/developers{}", guide.path),
        title: guide.title.to_owned(),
        about: String::new(),
        says: guide.summary.to_owned(),
        words: markdown::words(&guide.markdown(address, dialects)),
    });
    let operations = resources.iter().flat_map(|resource| {
        resource.operations.iter().map(|operation| Entry {
            href: format!("{}#{}", resource.path, operation.id()),
            title: operation.summary().to_owned(),
            about: format!("{} {}", operation.method.to_ascii_uppercase(), operation.full_path(document)),
            says: operation.description().to_owned(),
            words: format!("{} {}", operation.id(), operation.json.pretty()),
        })
    });
    let codes = openapi::error_codes(&Dialect::SLOKOTO).into_iter().map(|(code, status, meaning)| Entry {
        href: "/developers/errors#codes".to_owned(),
        title: code,
        about: status.to_string(),
        says: meaning.to_owned(),
        words: String::new(),
    });
    guides.chain(operations).chain(codes).collect()
}

fn not_found() -> Page {
    let body = html! {
        h1 { "There is nothing here" }
        p.lead { "This address leads nowhere. Start over at " a href="/developers" { "Getting started" } ", or search." }
    };
    Page {
        path: String::new(),
        title: "Not found".to_owned(),
        summary: "There is nothing at this address.".to_owned(),
        sections: Vec::new(),
        body,
        wide: false,
    }
}
