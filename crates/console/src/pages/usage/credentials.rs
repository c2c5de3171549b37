//! Which credentials made the requests, and how these ended.

use leadkeep_service::CredentialUse;
use maud::{Markup, html};

use super::{
    View, nothing,
    requests::{OUTCOMES, parts},
};
use crate::{
    actors,
    numbers::{grouped, thousandths},
    onward::onward,
    room::{self, cut},
};

/// How many rows a page has.
const PER_PAGE: usize = 10;

pub(super) fn table(view: &View) -> Markup {
    if view.by_credential.is_empty() {
        return nothing(view);
    }
    let most = view.by_credential.iter().map(|one| one.counts.total()).max().unwrap_or(0);
    let pages = view.by_credential.len().div_ceil(PER_PAGE);
    let page = view.page.clamp(1, pages);
    let shown = view.by_credential.chunks(PER_PAGE).nth(page - 1).unwrap_or_default();
    html! {
        table.counts {
            thead {
                tr {
                    th scope="col" { "Name" }
                    th.number scope="col" { "Requests" }
                    @for outcome in &OUTCOMES { th.number scope="col" { (outcome.words) } }
                }
            }
            tbody { @for one in shown { (row(view, one, most)) } }
        }
        (onward_from(view, page, pages))
    }
}

fn onward_from(view: &View, page: usize, pages: usize) -> Markup {
    let (before, behind) = (view.path_of_page(page - 1), view.path_of_page(page + 1));
    html! {
        (onward(
            (page > 1).then_some((before.as_str(), "More requests")),
            (page < pages).then_some((behind.as_str(), "Fewer requests")),
        ))
        @if pages > 1 {
            p.fine { "Page " (page) " of " (pages) ", most requests first." }
        }
    }
}

fn row(view: &View, one: &CredentialUse, most: u64) -> Markup {
    let part = thousandths(one.counts.total(), most);
    let path = view.path_of(view.period, &one.credential.id.to_string());
    html! {
        tr {
            td data-label="Name" {
                a.name href=(path) dir="auto" { (cut(&one.credential.name, room::NAME)) }
                small { (actors::kind(one.credential.kind)) }
                svg.share width="100%" height="4" aria-hidden="true" {
                    rect.ok width=(format!("{}.{}%", part / 10, part % 10)) height="4" rx="2" {}
                }
            }
            td.number data-label="Requests" { (grouped(one.counts.total())) }
            @for (outcome, count) in OUTCOMES.iter().zip(parts(&one.counts)) {
                td.number data-label=(outcome.words) {
                    @if count == 0 { span.quiet { "0" } } @else { (grouped(count)) }
                }
            }
        }
    }
}
