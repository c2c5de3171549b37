//! What smart update was used for, and what is left.

use leadkeep_domain::AiProvider;
use leadkeep_service::smart_updates::AiUsageReport;
use leadkeep_storage::AiUsed;
use maud::{Markup, html};
use time::{Date, macros::format_description};

use super::Credits;
use crate::{
    actors,
    numbers::{grouped, many, thousandths},
    room::{self, cut},
};

/// More than these nobody reads.
const SHOWN: usize = 25;

pub(super) fn section(credits: &Credits) -> Markup {
    let Credits { report, renewed_on } = credits;
    let remaining = report.allowance.saturating_sub(report.charged);
    html! {
        section aria-labelledby="credits" {
            h2 #credits { "AI credits this month" }
            p.quiet { (provider_now(report.provider)) }
            dl.figures {
                div { dt { "Allowance" } dd { (grouped(report.allowance)) } }
                div { dt { "Used" } dd { (grouped(report.charged)) } }
                div { dt { "Remaining" } dd { (grouped(remaining)) } }
            }
            (meter(report))
            p.fine { "All " (grouped(report.allowance)) " are there again on " (day(*renewed_on)) " (UTC)." }
            @if report.by_provider.is_empty() {
                p.quiet.nothing { "Smart update has read no text this month." }
            } @else {
                (by_provider(report))
                (by_credential(report))
            }
        }
    }
}

const fn provider_now(provider: AiProvider) -> &'static str {
    match provider {
        AiProvider::Off => "Smart update is off in this workspace.",
        AiProvider::Rules => "Texts are read by rules on this server, which costs no credits.",
        AiProvider::OpenAi => "Texts are read by a model: each update costs a credit.",
    }
}

const fn provider(provider: AiProvider) -> &'static str {
    match provider {
        AiProvider::Off => "Off",
        AiProvider::Rules => "Rules on this server",
        AiProvider::OpenAi => "Model",
    }
}

fn day(day: Date) -> String {
    let format = format_description!("[day padding:none] [month repr:long] [year]");
    day.format(&format).unwrap_or_default()
}

fn meter(report: &AiUsageReport) -> Markup {
    let part = thousandths(report.charged, report.allowance);
    let class = if part >= 900 { "limited" } else { "ok" };
    html! {
        svg.share width="100%" height="8" role="img" aria-label=(format!("{} of {} used", grouped(report.charged), grouped(report.allowance))) {
            rect.whole-share width="100%" height="8" rx="4" {}
            rect class=(class) width=(format!("{}.{}%", part / 10, part % 10)) height="8" rx="4" {}
        }
    }
}

fn by_provider(report: &AiUsageReport) -> Markup {
    let rows = report.by_provider.iter().map(|(by, used)| (html! { (provider(*by)) }, *used));
    table("Read by", rows)
}

fn by_credential(report: &AiUsageReport) -> Markup {
    let mut most: Vec<_> = report.by_credential.values().collect();
    most.sort_by_key(|(_, used)| std::cmp::Reverse((used.credits, used.updates)));
    let hidden = most.len().saturating_sub(SHOWN);
    let rows = most.into_iter().take(SHOWN).map(|(actor, used)| {
        let name = html! {
            span.name dir="auto" { (cut(&actor.name, room::NAME)) }
            small { (actors::kind(actor.kind)) }
        };
        (name, *used)
    });
    html! {
        (table("Used by", rows))
        @if hidden > 0 { p.fine { "And " (many(hidden as u64, "credential")) " with fewer." } }
    }
}

fn table(what: &str, rows: impl Iterator<Item = (Markup, AiUsed)>) -> Markup {
    html! {
        table.counts {
            thead {
                tr {
                    th scope="col" { (what) }
                    th.number scope="col" { "Credits" }
                    th.number scope="col" { "Updates" }
                    th.number scope="col" { "Failed" }
                }
            }
            tbody {
                @for (name, used) in rows {
                    tr {
                        td data-label=(what) { (name) }
                        td.number data-label="Credits" { (grouped(used.credits)) }
                        td.number data-label="Updates" { (grouped(used.updates)) }
                        td.number data-label="Failed" { (grouped(used.failures)) }
                    }
                }
            }
        }
    }
}
