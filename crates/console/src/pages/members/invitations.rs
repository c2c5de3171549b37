//! Inviting people, and who is invited.

use maud::{Markup, html};

use super::{Invitation, Invited, View};
use crate::{
    Frame,
    form::{Field, submit},
    numbers::grouped,
    pieces::{columns, copyable, shown_once},
    room::{self, cut},
    when::moment,
    words,
};

/// The link of the invitation that has just been made.
pub(super) fn panel(frame: &Frame, view: &View, invited: &Invited) -> Markup {
    let field = html! {
        p {
            @match &invited.email {
                Some(email) => { "For " bdi.strong { (email) } },
                None => "For whoever opens it first",
            }
            ", as " (words::a_role(invited.role)) ". It expires " (moment(invited.expires_at, frame.plain.now)) "."
        }
        (copyable("invitation-link", "Link", &invited.link))
    };
    let sentence = "You won't see this link again. Send it yourself: Leadkeep sends no mail.";
    shown_once("Invitation made", &field, sentence, &view.path("members"))
}

pub(super) fn form(frame: &Frame, view: &View) -> Markup {
    let invite = &view.invite;
    let roles: Vec<(&str, &str)> = view.gives().map(|role| (role.as_str(), words::role(role))).collect();
    let email = Field::new("email", "E-mail")
        .hint("Only this address can use the link. Leave it empty to let in whoever opens it first.")
        .fault(invite.email.fault.as_deref());
    let fields = html! {
        (email.optional().email(&invite.email.value))
        (Field::new("role", "Role").fault(invite.role_fault.as_deref()).select(&roles, invite.role.as_str()))
        (submit("Make an invitation"))
    };
    html! {
        section aria-labelledby="invite" {
            h2 #invite { "Invite somebody" }
            p.quiet { "You get a link to send yourself: Leadkeep sends no mail." }
            div.narrow { (frame.plain.form_once(&view.path("invitations")).stacked(&fields)) }
        }
    }
}

pub(super) fn pending(frame: &Frame, view: &View) -> Markup {
    html! {
        section aria-labelledby="pending" {
            h2 #pending { "Invitations" }
            @if view.invitations.is_empty() {
                p.quiet { "No invitation is open. Make one below." }
            } @else {
                table {
                    (columns(&["For", "Role", "Invited by", "Expires"]))
                    tbody { @for invitation in &view.invitations { (row(frame, view, invitation)) } }
                }
                @if view.invited_in_all > view.invitations.len() as u64 {
                    p.quiet { (view.invitations.len()) " of " (grouped(view.invited_in_all)) " invitations." }
                }
                (view.invitation_pages.links("More invitations"))
            }
        }
    }
}

fn row(frame: &Frame, view: &View, invitation: &Invitation) -> Markup {
    html! {
        tr {
            td data-label="For" {
                @match &invitation.email {
                    Some(email) => span.name dir="auto" { (cut(email, room::ADDRESS)) },
                    None => "Whoever opens the link first",
                }
            }
            td data-label="Role" { (words::role(invitation.role)) }
            td data-label="Invited by" dir="auto" { (cut(&invitation.invited_by, room::NAME)) }
            td data-label="Expires" { (moment(invitation.expires_at, frame.plain.now)) }
            td.act {
                a.button.warn href=(view.path(&format!("invitations/{}/withdraw", invitation.id))) { "Withdraw" }
            }
        }
    }
}
