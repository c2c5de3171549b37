//! Links that let people in.

use leadkeep_domain::Role;
use leadkeep_service::UserRef;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{
    html::unescaped,
    server::{PASSWORD, Server},
};

on_both_databases![
    the_first_owner_comes_in_by_the_setup_link,
    an_invitation_to_own_a_workspace_is_no_setup_link,
    somebody_joins_by_an_invitation,
    somebody_with_an_account_joins_with_it,
    an_invitation_is_for_whom_it_names,
    a_link_that_ended_lets_nobody_in,
    a_new_password_is_chosen_by_a_link,
];

async fn the_first_owner_comes_in_by_the_setup_link(database: TestDatabase) {
    let server = Server::start(database).await;
    let link = server.management.setup_link(server.workspace).await.unwrap().unwrap();
    let path = format!("/console/join/{}", link.secret.expose());
    let mut browser = server.browser();
    browser.get(&path).await.assert_says(200, "You are the first here");
    let typed = [("name", " "), ("email", "nonsense"), ("password", "short")];
    let answer = browser.fill(&path, &path, &typed).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    // All faults at once, what was typed stays, but not the password.
    assert_eq!(answer.text.matches("aria-invalid=\"true\"").count(), 3, "{}", answer.text);
    assert!(answer.text.contains("nonsense") && !answer.text.contains("value=\"short\""));
    let typed = [("name", "Ann Lee"), ("email", "ann@acme.com"), ("password", PASSWORD)];
    let there = format!("/console/w/{}", server.workspace);
    browser.fill(&path, &path, &typed).await.assert_goes_to(&there);
    browser.get(&server.path("settings/members")).await.assert_says(200, "Ann Lee");
    server.browser().get(&path).await.assert_says(410, "can't be used");
    assert!(server.management.setup_link(server.workspace).await.unwrap().is_none());
}

/// Whether or not there is an owner already.
async fn an_invitation_to_own_a_workspace_is_no_setup_link(database: TestDatabase) {
    let server = Server::start(database).await;
    let link = server.management.invite(server.workspace, None, Role::Owner).await.unwrap();
    let path = format!("/console/join/{}", link.secret.expose());
    let seen = server.browser().get(&path).await;
    seen.assert_says(200, "Join Acme");
    assert!(!seen.text.contains("You are the first here"));
    // One who can't sign in is none yet.
    server.member(Role::Owner).await;
    let setup = server.management.setup_link(server.workspace).await.unwrap().unwrap();
    let path = format!("/console/join/{}", setup.secret.expose());
    server.browser().get(&path).await.assert_says(200, "You are the first here");
}

async fn somebody_joins_by_an_invitation(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (members, invitations) = (server.path("settings/members"), server.path("settings/invitations"));
    let invited = owner.fill(&members, &invitations, &[("email", "Bob@acme.com"), ("role", "viewer")]).await;
    invited.assert_says(200, "http://leads.example/console/join/slk_ln_");
    let link = link_in(&invited.text);
    // Shown this once.
    assert!(!owner.get(&members).await.text.contains("slk_ln_"));
    owner.get(&members).await.assert_says(200, "Bob@acme.com");
    let mut bob = server.browser();
    bob.get(&link).await.assert_says(200, "has invited you");
    let typed = [("name", "Bob"), ("password", PASSWORD)];
    let there = format!("/console/w/{}", server.workspace);
    bob.fill(&link, &link, &typed).await.assert_goes_to(&there);
    let seen = bob.get(&members).await;
    seen.assert_says(200, "Bob@acme.com");
    assert!(!seen.text.contains("settings/invitations") && !seen.text.contains("oauth-apps"), "a viewer");
}

/// The path of the invitation's link on a page.
fn link_in(page: &str) -> String {
    let (_, after) = page.split_once("http://leads.example/console/join/").unwrap();
    format!("/console/join/{}", after.split(['"', '<']).next().unwrap())
}

async fn somebody_with_an_account_joins_with_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut bob, somebody) = server.signed_in(Role::Viewer).await;
    let other = server.workspace("Other").await;
    let link = server.management.invite(other, None, Role::Admin).await.unwrap();
    let path = format!("/console/join/{}", link.secret.expose());
    // Signed out, under the same e-mail: sign in first.
    let mut nobody = server.browser();
    let typed = [("name", "Bob"), ("email", somebody.email.as_str()), ("password", PASSWORD)];
    let answer = nobody.fill(&path, &path, &typed).await;
    answer.assert_says(409, "You already have an account");
    let fields = crate::html::form_of(&answer.text, "/console/sign-in").unwrap();
    assert!(fields.contains(&("next".to_owned(), path.clone())), "{fields:?}");
    // Signed in: one button.
    bob.get(&path).await.assert_says(200, "You are signed in as");
    bob.fill(&path, &path, &[]).await.assert_goes_to(&format!("/console/w/{other}"));
    bob.get(&format!("/console/w/{other}/settings/members")).await.assert_says(200, &somebody.email);
    bob.get(&server.path("settings/members")).await.assert_says(200, &somebody.email);
}

async fn an_invitation_is_for_whom_it_names(database: TestDatabase) {
    let server = Server::start(database).await;
    let email = "carol@acme.com".parse().unwrap();
    let link = server.management.invite(server.workspace, Some(email), Role::Owner).await.unwrap();
    let path = format!("/console/join/{}", link.secret.expose());
    let (mut eve, somebody) = server.signed_in(Role::Viewer).await;
    eve.get(&path).await.assert_says(200, "for somebody else");
    assert_eq!(eve.post(&path, &[]).await.status, 409);
    let mut nobody = server.browser();
    let typed = [("name", "Eve"), ("email", "eve@evil.example"), ("password", PASSWORD)];
    assert_eq!(nobody.fill(&path, &path, &typed).await.status, 422);
    let members = server.management.members(server.workspace).await.unwrap();
    assert_eq!(members.len(), 1, "{somebody:?}");
}

async fn a_link_that_ended_lets_nobody_in(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (members, invitations) = (server.path("settings/members"), server.path("settings/invitations"));
    let invited = owner.fill(&members, &invitations, &[("email", "bob@acme.com"), ("role", "viewer")]).await;
    let withdrawn = link_in(&invited.text);
    let page = owner.get(&members).await.text;
    let (_, after) = page.split_once("settings/invitations/").unwrap();
    let confirm = format!("{invitations}/{}", after.split('"').next().unwrap());
    owner.get(&confirm).await.assert_says(200, "Withdraw invitation");
    owner.fill(&confirm, &confirm, &[]).await.assert_goes_to(&format!("{members}?done=withdrawn"));
    owner.get(&format!("{members}?done=withdrawn")).await.assert_says(200, "lets nobody in");
    let late = server.management.invite(server.workspace, None, Role::Viewer).await.unwrap();
    let late = format!("/console/join/{}", late.secret.expose());
    let typed = [("name", "Eve"), ("email", "eve@acme.com"), ("password", PASSWORD)];
    let mut browser = server.browser();
    browser.get("/console/sign-in").await;
    server.clock.advance(Duration::days(7));
    for link in [withdrawn.as_str(), &late, "/console/join/nonsense", "/console/join/slk_ln_x"] {
        browser.get(link).await.assert_says(410, "can't be used");
        browser.post(link, &typed).await.assert_says(410, "can't be used");
    }
}

async fn a_new_password_is_chosen_by_a_link(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut before, ann) = server.signed_in(Role::Owner).await;
    let made = server.management.new_reset_link(UserRef::Id(ann.member.user.id)).await.unwrap();
    let path = format!("/console/reset/{}", made.secret.expose());
    let mut browser = server.browser();
    browser.get(&path).await.assert_says(200, &ann.email);
    let short = browser.fill(&path, &path, &[("password", "short")]).await;
    short.assert_says(422, "at least 12 characters");
    let chosen = "another horse battery";
    browser.fill(&path, &path, &[("password", chosen)]).await.assert_goes_to("/console");
    assert_eq!(browser.get("/console/account").await.status, 200);
    assert_eq!(before.get("/console/account").await.status, 303, "signed out everywhere else");
    browser.get(&path).await.assert_says(410, "no longer valid");
    assert_eq!(browser.post(&path, &[("password", "third horse battery")]).await.status, 410);
    assert_eq!(server.browser().sign_in(&ann.email, PASSWORD).await.status, 401);
    assert_eq!(server.browser().sign_in(&ann.email, chosen).await.status, 303);
    server.browser().get("/console/reset/nonsense").await.assert_says(410, "no longer valid");
    assert!(!unescaped(&short.text).contains("value=\"short\""));
}
