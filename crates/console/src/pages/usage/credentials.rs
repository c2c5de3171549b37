//! Which credentials made the requests.

use leadkeep_service::CredentialUse;
use maud::{Markup, html};

use super::{View, nothing};
use crate::{
    actors,
    numbers::{grouped, thousandths},
    room::{self, cut},
};

/// More than these nobody reads.
const SHOWN: usize = 25;

pub(super) fn table(view: &View) -> Markup {
    if view.by_credential.is_empty() {
        return nothing(view);
    }
    let most = view.by_credential.iter().map(|one| one.counts.total()).max().unwrap_or(0);
    let hidden = view.by_credential.len().saturating_sub(SHOWN);
    html! {
        table.counts {
            thead {
                tr {
                    th scope="col" { "Name" }
                    th scope="col" { "Kind" }
                    th.number scope="col" { "Requests" }
                    th.number scope="col" { "Refused" }
                }
            }
            tbody { @for one in view.by_credential.iter().take(SHOWN) { (row(view, one, most)) } }
        }
        @if hidden > 0 { p.fine { "And " (grouped(hidden as u64)) " more with fewer requests." } }
    }
}

fn row(view: &View, one: &CredentialUse, most: u64) -> Markup {
    let part = thousandths(one.counts.total(), most);
    let path = view.path_of(view.period, &one.credential.id.to_string());
    html! {
        tr {
            td data-label="Name" {
                a.name href=(path) dir="auto" { (cut(&one.credential.name, room::NAME)) }
                svg.share width="100%" height="4" aria-hidden="true" {
                    rect.ok width=(format!("{}.{}%", part / 10, part % 10)) height="4" rx="2" {}
                }
            }
            td data-label="Kind" { (actors::kind(one.credential.kind)) }
            td.number data-label="Requests" { (grouped(one.counts.total())) }
            td.number data-label="Refused" {
                @let refused = one.counts.refused();
                @if refused == 0 { span.quiet { "0" } } @else { span.state.warm { (grouped(refused)) } }
            }
        }
    }
}
