//! One credential in a row: what it is, who made it, whether it is used, and what can be done with it.

use leadkeep_domain::ScopeSet;
use maud::{Markup, html};
use time::OffsetDateTime;

use super::{
    ActsAs, Credential, Kind, LastUse, List, Secret, State, path,
    risks::{self, End},
};
use crate::{
    Frame,
    numbers::grouped,
    pieces::scope_tags,
    query::address,
    room::{self, cut},
    spark::day_of_calls,
    when::{moment, moment_or, plural},
    words,
};

/// A credential that may work.
pub(super) fn row(frame: &Frame, view: &List, one: &Credential) -> Markup {
    let (kind, now) = (view.kind, frame.plain.now);
    html! {
        tr {
            td data-label=(kind.name()) {
                div.about {
                    (title(one))
                    (previews(kind, one))
                    @if kind.has_scopes() { (scopes(one.scopes)) }
                    (acts_as(one))
                    (bounds(one))
                    (old_secrets(&one.secrets, now))
                }
            }
            td data-label="Created" { (moment(one.created_at, now)) (by(&one.created_by)) }
            @if kind.has_expiry() { td data-label="Expires" { (expires(kind, one, now)) } }
            td data-label="Last used" { (used(one.last_use.as_ref(), one.created_at, now)) }
            td data-label="Last 24 hours" { (day_of_calls(&one.hours)) }
            td.act { (acts(frame, view, one)) }
        }
    }
}

/// A credential that has ended.
pub(super) fn ended(frame: &Frame, kind: Kind, one: &Credential) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label=(kind.name()) { div.about { (title(one)) (previews(kind, one)) } }
            td data-label="Created" { (moment(one.created_at, now)) (by(&one.created_by)) }
            td data-label="Ended" {
                @match one.state {
                    State::Revoked(at) => { "revoked " (moment(at, now)) }
                    _ => { "expired " (moment_or(one.expires_at, now, "")) }
                }
            }
            td data-label="Last used" { (last_use(one.last_use.as_ref(), now)) }
        }
    }
}

fn title(one: &Credential) -> Markup {
    html! {
        p {
            span.name dir="auto" { (cut(&one.name, room::NAME)) }
            @if one.state == State::Disabled { " " span.state { "Disabled" } }
        }
    }
}

fn previews(kind: Kind, one: &Credential) -> Markup {
    html! {
        @if let Some(id) = &one.client_id { p { code { (id) } } }
        @if let Some(secret) = one.secrets.first() {
            p.quiet {
                @if kind == Kind::Client { "Secret " }
                code { (secret.preview) }
            }
        }
    }
}

pub(in crate::pages) fn scopes(scopes: ScopeSet) -> Markup {
    html! {
        @if scopes == ScopeSet::ALL {
            ul.tags { li title=(scopes) { "all scopes" } }
        } @else {
            (scope_tags(scopes))
        }
    }
}

fn acts_as(one: &Credential) -> Markup {
    html! {
        @match one.acts_as {
            None => {}
            Some(ActsAs::Creator(role)) => small { "May do what " (words::a_role(role)) " may" },
            Some(ActsAs::Nobody) => p { span.state.bad { "refused: its creator is no member any more" } },
        }
    }
}

fn bounds(one: &Credential) -> Markup {
    html! {
        @if let Some(limit) = one.limit_per_minute {
            small { (grouped(limit.into())) " calls a minute" }
        }
        @if !one.allowed_addresses.is_empty() {
            small { "Only from " (from_where(&one.allowed_addresses)) }
        }
    }
}

/// How many addresses a row has room for: there may be fifty.
const ADDRESSES: usize = 2;

fn from_where(addresses: &[String]) -> String {
    let named = addresses.iter().take(ADDRESSES).cloned().collect::<Vec<_>>().join(", ");
    match addresses.len().saturating_sub(ADDRESSES) {
        0 => named,
        others => format!("{named} and {}", plural(others as u64, "other")),
    }
}

/// What goes on beside the newest secret, and whether anything still needs it.
pub(in crate::pages) fn old_secrets(secrets: &[Secret], now: OffsetDateTime) -> Markup {
    let rotated_at = secrets.first().map(|newest| newest.created_at);
    let old = secrets.iter().skip(1).filter_map(|secret| secret.expires_at.map(|end| (secret, end)));
    html! {
        @for (secret, end) in old {
            p.old-secret {
                "The old secret " code { (secret.preview) } " ends " (moment(end, now)) ". "
                @match still_used(secret, rotated_at) {
                    Some(last) => strong { "It is still used: " (moment(last.at, now)) (from(last)) "." },
                    None => "No use since the rotation is known, which takes up to four seconds.",
                }
            }
        }
    }
}

fn still_used(secret: &Secret, rotated_at: Option<OffsetDateTime>) -> Option<&LastUse> {
    secret.last_use.as_ref().filter(|last| rotated_at.is_some_and(|at| last.at >= at))
}

fn from(last: &LastUse) -> Markup {
    html! { @if let Some(address) = &last.from { ", from " (address) } }
}

pub(in crate::pages) fn by(name: &str) -> Markup {
    html! { small { "by " bdi { (cut(name, room::NAME)) } } }
}

fn expires(kind: Kind, one: &Credential, now: OffsetDateTime) -> Markup {
    match risks::end(kind, one, now) {
        Some(End::Never) => html! { span.state.warm { "never expires" } },
        Some(End::Soon(at)) => html! { span.state.warm { "expires " (moment(at, now)) } },
        None => moment_or(one.expires_at, now, "never"),
    }
}

/// The last use, and whether that is long ago.
pub(in crate::pages) fn used(
    last: Option<&LastUse>,
    created_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Markup {
    html! {
        (last_use(last, now))
        @if let Some(risk) = risks::unused(last, created_at, now) { p { span.state.warm { (risk) } } }
    }
}

pub(in crate::pages) fn last_use(last: Option<&LastUse>, now: OffsetDateTime) -> Markup {
    html! {
        (moment_or(last.map(|last| last.at), now, "never"))
        @if let Some(address) = last.and_then(|last| last.from.as_ref()) { small { "from " (address) } }
    }
}

/// What can be done with it; whoever has done it comes back to this page of the list.
fn acts(frame: &Frame, view: &List, one: &Credential) -> Markup {
    let (kind, page) = (view.kind, if view.page > 1 { view.page.to_string() } else { String::new() });
    let to =
        |act: &str| address(&path(view.workspace, kind, &format!("/{}/{act}", one.id)), &[("page", &page)]);
    let of = html! { span.unseen { " " (cut(&one.name, room::AGAIN)) } };
    html! {
        div.acts {
            a.button href=(to("rotate")) { "Rotate" (of) }
            @if kind.can_be_disabled() {
                @if one.state == State::Disabled {
                    (frame.plain.form(&to("enable")).inline(&html! { button type="submit" { "Enable" (of) } }))
                } @else {
                    a.button href=(to("disable")) { "Disable" (of) }
                }
            }
            @if kind.is_revoked_by_word() {
                a.button.warn href=(to("revoke")) { "Revoke" (of) }
            } @else {
                a.button.warn.icon href=(to("revoke")) title="Revoke" {
                    (trash())
                    span.unseen { "Revoke " (cut(&one.name, room::AGAIN)) }
                }
            }
        }
    }
}

pub(in crate::pages) fn trash() -> Markup {
    html! {
        svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" {
            path d="M2.5 4h11M6.5 4V2.5h3V4M4 4l.6 9.5h6.8L12 4M6.7 6.5v4.5M9.3 6.5v4.5" {}
        }
    }
}
