//! What narrows a list: a form that is part of the address, so that a filtered list can be kept and sent to others.

use maud::{Markup, html};

use crate::Typed;

/// A form around fields. It changes nothing, so it carries no token: that would be in the address.
pub(crate) fn filters(action: &str, is_filtered: bool, fields: &Markup) -> Markup {
    html! {
        form.filters method="get" action=(action) {
            (fields)
            div.inline {
                button type="submit" { "Filter" }
                @if is_filtered { a href=(action) { "Show all" } }
            }
        }
    }
}

/// One of several, given as value and words.
pub(crate) fn one_of<V, W>(name: &str, label: &str, options: &[(V, W)], chosen: &str) -> Markup
where
    V: AsRef<str>,
    W: AsRef<str>,
{
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (value, words) in options {
                    option value=(value.as_ref()) selected[value.as_ref() == chosen] { (words.as_ref()) }
                }
            }
        }
    }
}

/// A day.
pub(crate) fn day(name: &str, label: &str, typed: &Typed) -> Markup {
    line(name, label, "date", typed)
}

/// A line of text.
pub(crate) fn text(name: &str, label: &str, typed: &Typed) -> Markup {
    line(name, label, "text", typed)
}

fn line(name: &str, label: &str, kind: &str, typed: &Typed) -> Markup {
    let fault = typed.fault.as_ref().map(|_| format!("{name}-fault"));
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) type=(kind) name=(name) value=(typed.value) maxlength="254" autocomplete="off"
                aria-invalid=[typed.fault.as_ref().map(|_| "true")] aria-describedby=[fault.as_ref()];
            @if let Some(text) = &typed.fault { p.fault id=[fault.as_ref()] { (text) } }
        }
    }
}
