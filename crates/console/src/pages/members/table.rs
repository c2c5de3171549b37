//! Who is in the workspace.

use maud::{Markup, html};

use super::{Row, View};
use crate::{
    Frame,
    form::quiet_submit,
    pieces::columns,
    room::{self, cut},
    when::{moment, moment_or},
    words,
};

pub(super) fn table(frame: &Frame, view: &View) -> Markup {
    html! {
        table {
            (columns(&["Name", "Role", "Since", "Last sign-in"]))
            tbody { @for row in &view.members { (member(frame, view, row)) } }
        }
        (view.pages.links("More members"))
    }
}

fn member(frame: &Frame, view: &View, row: &Row) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label="Name" {
                span.name dir="auto" { (cut(&row.name, room::NAME)) }
                @if row.you { " " span.state { "You" } }
                small dir="auto" { (cut(&row.email, room::ADDRESS)) }
            }
            td data-label="Role" { (role(frame, view, row)) }
            td data-label="Since" { (moment(row.since, now)) }
            td data-label="Last sign-in" { (moment_or(row.last_sign_in_at, now, "never")) }
            td.act {
                @if view.may_change(row) {
                    a.button.warn href=(view.path(&format!("members/{}/remove", row.id))) {
                        @if row.you { "Leave" } @else { "Remove" span.unseen { " " (cut(&row.name, room::AGAIN)) } }
                    }
                }
            }
        }
    }
}

fn role(frame: &Frame, view: &View, row: &Row) -> Markup {
    if !view.may_change(row) {
        return html! {
            (words::role(row.role))
            @if view.is_last_owner(row) { small.whole { "The only owner" } }
        };
    }
    let id = format!("role-{}", row.id);
    let action = view.path(&format!("members/{}/role", row.id));
    let fields = html! {
        label.unseen for=(id) { "Role of " (cut(&row.name, room::AGAIN)) }
        select id=(id) name="role" {
            @for role in view.gives() {
                option value=(role) selected[role == row.role] { (words::role(role)) }
            }
        }
        (quiet_submit("Change"))
    };
    frame.plain.form(&action).inline(&fields)
}
