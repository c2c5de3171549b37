//! A person's own page: password, sessions, and what apps may do for them.

use leadkeep_domain::ScopeSet;
use maud::{Markup, html};
use time::OffsetDateTime;

use super::join::new_password;
use crate::{
    Frame,
    browser::browser,
    form::{Field, quiet_submit, submit},
    layout::Page,
    pieces::{columns, empty},
    room::{self, cut},
    when::{moment, moment_or},
    words,
};

/// What a person has.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// What is wrong with the current password that was typed.
    pub current_fault: Option<String>,
    /// What is wrong with the new password that was typed.
    pub password_fault: Option<String>,
    /// Where the person is signed in, latest seen first.
    pub sessions: Vec<Session>,
    /// What apps may do, latest given first.
    pub access: Vec<AppAccess>,
}

/// Somewhere a person is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session's id for paths: not its secret.
    pub id: String,
    /// What the browser called itself when signing in.
    pub user_agent: String,
    /// Where from.
    pub address: String,
    /// When the person signed in.
    pub signed_in_at: OffsetDateTime,
    /// When it was last used.
    pub last_seen_at: OffsetDateTime,
    /// Whether the page is read in it.
    pub this_one: bool,
}

/// What one app may do in one workspace.
#[derive(Clone, Debug)]
pub struct AppAccess {
    /// The grant's id for paths.
    pub grant: String,
    /// What the app calls itself.
    pub app: String,
    /// Where.
    pub workspace: String,
    /// What.
    pub scopes: ScopeSet,
    /// Since when.
    pub since: OffsetDateTime,
    /// When the app last used it.
    pub last_used_at: Option<OffsetDateTime>,
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let body = html! {
        section {
            dl.facts {
                div { dt { "Name" } dd dir="auto" { (frame.person.name) } }
                div { dt { "E-mail" } dd dir="auto" { (frame.person.email) } }
            }
        }
        (sessions(frame, &view.sessions))
        (access(frame, &view.access))
        (password(frame, view))
    };
    frame.render(&Page { title: "Account", above: None, action: None, section: None, body })
}

fn password(frame: &Frame, view: &View) -> Markup {
    let current = Field::new("current", "Current password")
        .fault(view.current_fault.as_deref())
        .autocomplete("current-password");
    let fields = html! {
        // Password managers change the password that they keep under this.
        div hidden {
            label for="username" { "E-mail" }
            input #username type="email" value=(frame.person.email) readonly autocomplete="username";
        }
        (current.password())
        (new_password(view.password_fault.as_deref()))
        (submit("Change the password"))
    };
    html! {
        section aria-labelledby="password-title" {
            h2 #password-title { "Password" }
            p.quiet { "Changing it signs you out everywhere else, and ends links to choose another." }
            div.narrow { (frame.plain.form("/console/account/password").stacked(&fields)) }
        }
    }
}

fn sessions(frame: &Frame, sessions: &[Session]) -> Markup {
    html! {
        section aria-labelledby="sessions" {
            div.section-title {
                h2 #sessions { "Where you are signed in" }
                @if sessions.len() > 1 {
                    (frame.plain.form("/console/account/sessions/end-others").inline(&quiet_submit("End all others")))
                }
            }
            table {
                (columns(&["Browser", "Address", "Signed in", "Last seen"]))
                tbody { @for session in sessions { (session_row(frame, session)) } }
            }
        }
    }
}

fn session_row(frame: &Frame, session: &Session) -> Markup {
    let now = frame.plain.now;
    let end = format!("/console/account/sessions/{}/end", session.id);
    html! {
        tr {
            td data-label="Browser" title=(cut(&session.user_agent, room::SUBJECT)) {
                span.name { (browser(&session.user_agent)) }
                @if session.this_one { " " span.state.good { "This one" } }
            }
            td data-label="Address" { code { (session.address) } }
            td data-label="Signed in" { (moment(session.signed_in_at, now)) }
            td data-label="Last seen" { (moment(session.last_seen_at, now)) }
            td.act {
                @if !session.this_one { (frame.plain.form(&end).inline(&quiet_submit("End"))) }
            }
        }
    }
}

fn access(frame: &Frame, access: &[AppAccess]) -> Markup {
    html! {
        section aria-labelledby="access" {
            h2 #access { "OAuth apps with access" }
            @if access.is_empty() {
                (empty("No app acts for you. When you allow one to, it is listed here.", Some(("/developers/authentication", "How apps ask for access"))))
            } @else {
                p.quiet { "These act for you, with no more than your role allows." }
                table {
                    (columns(&["App", "May", "Since", "Last used"]))
                    tbody { @for one in access { (access_row(frame, one)) } }
                }
            }
        }
    }
}

fn access_row(frame: &Frame, one: &AppAccess) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label="App" {
                span.name dir="auto" { (cut(&one.app, room::NAME)) }
                small { "in " bdi { (cut(&one.workspace, room::NAME)) } }
            }
            td data-label="May" {
                ul.plain-list { @for scope in one.scopes.iter() { li { (words::scope(scope)) } } }
            }
            td data-label="Since" { (moment(one.since, now)) }
            td data-label="Last used" { (moment_or(one.last_used_at, now, "never")) }
            td.act {
                a.button.warn href={ "/console/account/apps/" (one.grant) "/withdraw" } {
                    "Withdraw"
                    span.unseen { " the access of " (cut(&one.app, room::AGAIN)) }
                }
            }
        }
    }
}
