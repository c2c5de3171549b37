//! The guides: texts in Markdown, with tables that are made of the server's own data where they can be.

use leadkeep_api::{Dialect, openapi};
use leadkeep_domain::Plan;
use maud::PreEscaped;

use crate::{
    layout::{Page, Section},
    markdown,
};

/// A guide, as it is written.
pub(crate) struct Guide {
    /// Behind `/developers`.
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
    pub(crate) summary: &'static str,
    text: &'static str,
}

/// All guides, in the order in which they are read.
pub(crate) const GUIDES: [Guide; 8] = [
    Guide {
        path: "",
        title: "Getting started",
        summary: "From nothing to a created lead, in four steps.",
        text: include_str!("../guides/getting-started.md"),
    },
    Guide {
        path: "/authentication",
        title: "Authentication",
        summary: "API keys, API tokens and OAuth clients: which to take, how to send it, what it may do.",
        text: include_str!("../guides/authentication.md"),
    },
    Guide {
        path: "/security",
        title: "Security practices",
        summary: "How to keep secrets, rotate them, and end one that leaked.",
        text: include_str!("../guides/security.md"),
    },
    Guide {
        path: "/limits",
        title: "Rate limits",
        summary: "How many calls a minute, what the headers say, and what to do with a 429.",
        text: include_str!("../guides/limits.md"),
    },
    Guide {
        path: "/errors",
        title: "Errors",
        summary: "What errors look like, every code, and how to try again without doing something twice.",
        text: include_str!("../guides/errors.md"),
    },
    Guide {
        path: "/pagination",
        title: "Pagination",
        summary: "Pages, cursors, and how to follow what changes.",
        text: include_str!("../guides/pagination.md"),
    },
    Guide {
        path: "/smart-update",
        title: "Smart update",
        summary: "Leads from texts: what is applied, what is refused, and how to take it back.",
        text: include_str!("../guides/smart-update.md"),
    },
    Guide {
        path: "/dialects",
        title: "Dialects",
        summary: "One API under four prefixes, and how they differ.",
        text: include_str!("../guides/dialects.md"),
    },
];

impl Guide {
    /// The guide in Markdown, for a server that people reach at this address and that serves these dialects.
    pub(crate) fn markdown(&self, address: &str, dialects: &[&Dialect]) -> String {
        let first = dialects.first().copied().unwrap_or(&Dialect::SLOKOTO);
        self.text
            .replace("{{api}}", &format!("{address}{}", first.prefix))
            .replace("{{address}}", address)
            .replace("{{plans}}", &plans())
            .replace("{{scopes}}", &scopes(address))
            .replace("{{errors}}", &errors())
            .replace("{{dialects}}", &manners(address, dialects))
            .replace("{{codes}}", &codes())
    }

    /// The guide as a page.
    pub(crate) fn page(&self, address: &str, dialects: &[&Dialect]) -> Page {
        let (html, headings) = markdown::render(&self.markdown(address, dialects));
        Page {
            path: format!("/developers{}", self.path),
            title: self.title.to_owned(),
            summary: self.summary.to_owned(),
            sections: headings
                .into_iter()
                .map(|heading| Section::new(heading.anchor, heading.title))
                .collect(),
            body: PreEscaped(html),
            wide: false,
        }
    }
}

/// Calls a minute by plan.
fn plans() -> String {
    let row = |plan: Plan| format!("| {} | {} |\n", plan.as_str(), plan.calls_per_minute());
    format!("| plan | calls a minute |\n| --- | --- |\n{}", Plan::ALL.map(row).concat())
}

/// The scopes, as the document has them.
fn scopes(address: &str) -> String {
    let document = openapi::document(address, &[]);
    let path = ["components", "securitySchemes", "oauth2", "flows", "clientCredentials", "scopes"];
    let scopes = document.at(&path).map(openapi::Json::members).unwrap_or_default();
    let rows =
        scopes.iter().map(|(name, says)| format!("| `{name}` | {} |\n", says.as_str().unwrap_or_default()));
    format!("| scope | allows |\n| --- | --- |\n{}", rows.collect::<String>())
}

/// Every code, by status; one that a dialect tells apart is one here.
fn errors() -> String {
    let mut rows: Vec<(String, u16, String)> = Vec::new();
    for (code, status, meaning) in openapi::error_codes(&Dialect::SLOKOTO) {
        match rows.iter_mut().find(|(known, ..)| *known == code) {
            Some((_, known, says)) if *known == status => *says = format!("{says} {meaning}"),
            _ => rows.push((code, status, meaning.to_owned())),
        }
    }
    let rows = rows.iter().map(|(code, status, says)| format!("| {status} | `{code}` | {says} |\n"));
    format!("| status | code | when |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}

/// What there is to know of each dialect.
fn manners(address: &str, dialects: &[&Dialect]) -> String {
    let told = dialects.iter().map(|dialect| {
        let manners = dialect.manners().join("\n- ");
        format!("## {}\n\n`{address}{}`\n\n- {manners}\n\n", dialect.name, dialect.prefix)
    });
    told.collect()
}

/// The codes that the spelo dialect writes in its own way.
fn codes() -> String {
    let own = openapi::error_codes(&Dialect::SPELO).into_iter();
    let pairs = openapi::error_codes(&Dialect::SLOKOTO).into_iter().zip(own);
    let others = pairs.filter(|((code, ..), (own, ..))| code.to_ascii_uppercase() != *own);
    let rows = others.map(|((code, _, meaning), (own, ..))| format!("| `{own}` | `{code}` | {meaning} |\n"));
    format!("| in spelo | elsewhere | when |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}
