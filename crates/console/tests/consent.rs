//! What a person is told before an app is let in.

use leadkeep_console::{
    Assets, Person, Place, Plain,
    pages::consent::{self, Destination},
};
use leadkeep_domain::{Role, ScopeSet, WorkspaceId};
use time::macros::datetime;

/// The page for somebody who has these roles, each in a workspace called after it.
fn page(roles: &[Role]) -> String {
    let assets = Assets::new();
    let plain = Plain {
        assets: &assets,
        form_token: "t",
        form_id: leadkeep_domain::Id::generate(),
        now: datetime!(2026-11-22 10:05 UTC),
        theme: None,
        here: "",
    };
    let places: Vec<Place> = roles
        .iter()
        .map(|role| Place { id: WorkspaceId::generate(), name: role.as_str(), role: *role })
        .collect();
    let view = consent::View {
        app: "Lead Notes",
        made_by: "Acme",
        person: Person { name: "Ana Lima", email: "ana@acme.example" },
        workspaces: &places,
        chosen: None,
        scopes: ScopeSet::LEADS,
        destination: Destination::Site("notes.acme.example"),
        request: "sealed",
        again: "/oauth/authorize?x=1",
        fault: None,
    };
    consent::page(&plain, &view).into_string()
}

#[test]
fn what_the_role_lacks_is_said_with_the_scope() {
    assert!(!page(&[Role::Member]).contains("your role can't"));
    assert!(page(&[Role::Viewer]).contains("Not as long as you are a viewer: your role can't."));
}

#[test]
fn with_several_workspaces_it_is_said_which_role_lacks_it() {
    let page = page(&[Role::Owner, Role::Viewer]);
    assert_eq!(page.matches("Not in <bdi>viewer</bdi>: your role there can't.").count(), 1);
}

#[test]
fn a_single_workspace_is_not_asked_for() {
    assert!(!page(&[Role::Owner]).contains("type=\"radio\""));
    assert_eq!(page(&[Role::Owner, Role::Viewer]).matches("type=\"radio\"").count(), 2);
}

#[test]
fn enter_allows_nothing() {
    let page = page(&[Role::Owner]);
    assert!(
        page.find("value=\"deny\"") < page.find("value=\"allow\""),
        "the first button of a form is its default"
    );
}
