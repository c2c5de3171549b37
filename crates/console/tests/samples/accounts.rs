use leadkeep_console::{
    Frame, Person, Place,
    pages::{
        account::{self, AppAccess, Session, View},
        workspaces,
    },
};
use leadkeep_domain::ScopeSet;
use time::Duration;

use super::{HOSTILE, LONG_EMAIL, LONG_NAME, NOW, RTL, Sample, done};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0";

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let maximiliana = Frame { person: Person { name: LONG_NAME, email: LONG_EMAIL }, ..*frame };
    let full = View { sessions: sessions(), access: access(), ..View::default() };
    let bare = View {
        current_fault: Some("This is not your password.".to_owned()),
        password_fault: Some("Type at least 12 characters.".to_owned()),
        sessions: sessions().into_iter().take(1).collect(),
        access: Vec::new(),
    };
    vec![
        ("account", account::page(&maximiliana, &full)),
        ("account-faults", account::page(&done(frame, "The other sessions have ended."), &bare)),
        ("nowhere", workspaces::page(&Frame { workspaces: &[], ..*frame }, 1)),
        ("workspaces", workspaces::page(&Frame { workspaces: &many(frame.workspaces), ..*frame }, 1)),
    ]
}

/// More than a page has room for.
fn many<'a>(places: &[Place<'a>]) -> Vec<Place<'a>> {
    places.iter().copied().cycle().take(120).collect()
}

fn sessions() -> Vec<Session> {
    [FIREFOX, EDGE, HOSTILE, "curl/8.5.0", "", FIREFOX, EDGE, EDGE]
        .into_iter()
        .zip(0_i64..)
        .map(|(user_agent, at)| Session {
            id: format!("s{at}"),
            user_agent: user_agent.to_owned(),
            address: if at == 1 { "2001:db8:85a3:8d3:1319:8a2e:370:7348" } else { "203.0.113.17" }.to_owned(),
            signed_in_at: NOW - Duration::hours(30 * at + 2),
            last_seen_at: NOW - Duration::minutes(50 * at),
            this_one: at == 0,
        })
        .collect()
}

fn access() -> Vec<AppAccess> {
    let one = |grant: &str, app: &str, workspace: &str, scopes| AppAccess {
        grant: grant.to_owned(),
        app: app.to_owned(),
        workspace: workspace.to_owned(),
        scopes,
        since: NOW - Duration::days(50),
        last_used_at: None,
    };
    let used = AppAccess {
        last_used_at: Some(NOW - Duration::hours(5)),
        ..one("g1", "Lead Notes", "Acme", ScopeSet::ALL)
    };
    vec![used, one("g2", RTL, HOSTILE, ScopeSet::LEADS), one("g3", HOSTILE, LONG_NAME, ScopeSet::READ)]
}
