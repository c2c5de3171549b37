//! What members do with members.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    everyone::granted,
    server::{Server, Somebody},
};

on_both_databases![
    a_changed_role_is_felt_with_the_next_request,
    a_removed_member_sees_nothing_more,
    before_a_member_is_removed_the_page_says_what_breaks,
    admins_leave_owners_alone,
    a_workspace_keeps_an_owner,
    a_wrong_invitation_is_told_where_it_is_wrong,
    what_a_removed_admin_invited_keeps_nobody_from_inviting,
    many_members_and_invitations_are_shown_page_by_page,
    a_suspended_workspace_is_closed,
];

fn of(server: &Server, somebody: &Somebody, verb: &str) -> String {
    server.path(&format!("settings/members/{}/{verb}", somebody.member.id))
}

async fn a_changed_role_is_felt_with_the_next_request(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut admin, bob) = server.signed_in(Role::Admin).await;
    let (members, apps) = (server.path("settings/members"), server.path("settings/oauth-apps"));
    assert_eq!(admin.get(&apps).await.status, 200);
    let changed = owner.fill(&members, &of(&server, &bob, "role"), &[("role", "member")]).await;
    changed.assert_goes_to(&format!("{members}?done=role"));
    owner.get(&format!("{members}?done=role")).await.assert_says(200, "The role is changed");
    admin.get(&apps).await.assert_says(403, "Your role can't do this");
    let log = server.database.query("SELECT action FROM audit_log WHERE actor_kind = 'member'");
    assert!(log.contains(&"member.set-role".to_owned()), "{log:?}");
}

async fn a_removed_member_sees_nothing_more(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut member, bob) = server.signed_in(Role::Member).await;
    let (members, remove) = (server.path("settings/members"), of(&server, &bob, "remove"));
    owner.get(&remove).await.assert_says(200, "No API token that they made and no app acts with their role.");
    owner.fill(&remove, &remove, &[]).await.assert_goes_to(&format!("{members}?done=removed"));
    assert_eq!(member.get(&members).await.status, 404);
    assert!(!owner.get(&members).await.text.contains(&bob.email));
    assert_eq!(owner.get(&remove).await.status, 404);
    // Whoever wants to leaves.
    let (mut carol, somebody) = server.signed_in(Role::Viewer).await;
    let leave = of(&server, &somebody, "remove");
    carol.get(&leave).await.assert_says(200, "Leave Acme?");
    carol.fill(&leave, &leave, &[]).await.assert_goes_to("/console");
    assert_eq!(carol.get(&members).await.status, 404);
}

async fn before_a_member_is_removed_the_page_says_what_breaks(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut admin, bob) = server.signed_in(Role::Admin).await;
    let tokens = server.path("settings/api-tokens");
    for name in ["One", "Two"] {
        assert_eq!(admin.fill(&tokens, &tokens, &[("name", name)]).await.status, 200);
    }
    granted(&server, &server.oauth_app(true).await, &bob).await;
    let lead = serde_json::json!({"email": "john@acme.com", "assigned_to": bob.member.id.to_string()});
    server.call("/leads", &lead).await;
    let asked = owner.get(&of(&server, &bob, "remove")).await;
    for told in [
        "2 API tokens that they made, and 1 app that they let act for them here: all are refused from the next request on",
        "API keys and API clients that they made stay.",
        "1 lead is assigned to them, and keeps naming them.",
    ] {
        assert!(asked.text.contains(told), "{told}: {}", asked.text);
    }
}

async fn admins_leave_owners_alone(database: TestDatabase) {
    let server = Server::start(database).await;
    let (_, ann) = server.signed_in(Role::Owner).await;
    let (mut admin, bob) = server.signed_in(Role::Admin).await;
    let viewer = server.somebody(Role::Viewer).await;
    for (path, fields) in [
        (of(&server, &ann, "role"), [("role", "viewer")].as_slice()),
        (of(&server, &ann, "remove"), &[]),
        (of(&server, &viewer, "role"), &[("role", "owner")]),
        (of(&server, &bob, "role"), &[("role", "owner")]),
    ] {
        admin.post(&path, fields).await.assert_says(403, "Your role can't do this");
    }
    assert_eq!(admin.get(&of(&server, &ann, "remove")).await.status, 403);
    let invite = admin.post(&server.path("settings/invitations"), &[("email", ""), ("role", "owner")]).await;
    invite.assert_says(422, "Only an owner may");
    // An owner's invitation is not an admin's to withdraw.
    let owners = server.management.invite(server.workspace, None, Role::Owner).await.unwrap();
    let path = server.path(&format!("settings/invitations/{}/withdraw", owners.invitation.id));
    assert_eq!(admin.post(&path, &[]).await.status, 403);
    let path = of(&server, &viewer, "role");
    assert_eq!(admin.post(&path, &[("role", "member")]).await.status, 303);
    assert_eq!(admin.post(&path, &[("role", "king")]).await.status, 400);
    assert_eq!(admin.post(&of(&server, &viewer, "remove"), &[]).await.status, 303);
}

async fn a_workspace_keeps_an_owner(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, ann) = server.signed_in(Role::Owner).await;
    let role = owner.post(&of(&server, &ann, "role"), &[("role", "admin")]).await;
    role.assert_says(409, "make somebody else an owner first");
    assert_eq!(owner.post(&of(&server, &ann, "remove"), &[]).await.status, 409);
    let bob = server.somebody(Role::Admin).await;
    assert_eq!(owner.post(&of(&server, &bob, "role"), &[("role", "owner")]).await.status, 303);
    assert_eq!(owner.post(&of(&server, &ann, "role"), &[("role", "admin")]).await.status, 303);
}

async fn a_wrong_invitation_is_told_where_it_is_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, ann) = server.signed_in(Role::Owner).await;
    let path = server.path("settings/invitations");
    let wrong = owner.post(&path, &[("email", "nonsense"), ("role", "king")]).await;
    assert_eq!(
        (wrong.status, wrong.text.matches("aria-invalid=\"true\"").count()),
        (422, 2),
        "{}",
        wrong.text
    );
    assert!(wrong.text.contains("value=\"nonsense\""));
    let member = owner.post(&path, &[("email", &ann.email), ("role", "viewer")]).await;
    member.assert_says(422, "is a member already");
    let hostile = [("email", "\"><script>alert(1)</script>@acme.com"), ("role", "viewer")];
    let answer = owner.post(&path, &hostile).await;
    assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
}

async fn what_a_removed_admin_invited_keeps_nobody_from_inviting(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut admin, bob) = server.signed_in(Role::Admin).await;
    let (members, invitations) = (server.path("settings/members"), server.path("settings/invitations"));
    let invite = [("email", "eve@acme.com"), ("role", "viewer")];
    for _ in 0..200 {
        assert_eq!(admin.post(&invitations, &invite).await.status, 200);
    }
    for browser in [&mut admin, &mut owner] {
        let refused = browser.fill(&members, &invitations, &invite).await;
        refused.assert_says(422, "200 invitations are pending; withdraw some, or wait");
        assert!(refused.text.contains("eve@acme.com") && !refused.text.contains("slk_ln_"));
    }
    // The operator may.
    server.management.invite(server.workspace, None, Role::Owner).await.unwrap();
    let remove = of(&server, &bob, "remove");
    assert_eq!(owner.fill(&remove, &remove, &[]).await.status, 303);
    owner.fill(&members, &invitations, &invite).await.assert_says(200, "slk_ln_");
}

async fn a_suspended_workspace_is_closed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    server.management.set_suspended(server.workspace, true).await.unwrap();
    owner.get(&server.path("settings/members")).await.assert_says(403, "This workspace is suspended");
    assert_eq!(owner.get("/console").await.status, 200);
    server.management.set_suspended(server.workspace, false).await.unwrap();
    assert_eq!(owner.get(&server.path("settings/members")).await.status, 200);
}

async fn many_members_and_invitations_are_shown_page_by_page(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let mut all = Vec::new();
    for _ in 0..54 {
        all.push(server.member(Role::Viewer).await.email);
    }
    for _ in 0..30 {
        server.management.invite(server.workspace, None, Role::Viewer).await.unwrap();
    }
    let members = server.path("settings/members");
    let rows = |page: &str| page.matches("data-label=\"Since\"").count();
    let invited = |page: &str| page.matches("/withdraw\"").count();
    let first = owner.get(&members).await.text;
    assert_eq!((rows(&first), invited(&first)), (36, 20));
    assert!(first.contains("20 of 30 invitations") && first.contains("The only owner"), "{first}");
    assert!(first.contains(&format!("{members}?invitations=2#pending")));
    let link =
        first.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("after="));
    let second = owner.get(link.unwrap()).await.text;
    assert_eq!(rows(&second), 19);
    for email in &all {
        assert_eq!(u8::from(first.contains(email)) + u8::from(second.contains(email)), 1, "{email}");
    }
    let leads_on =
        second.split("href=\"").skip(1).any(|rest| rest.split('"').next().unwrap().contains("after="));
    assert!(second.contains("First page") && !leads_on, "{second}");
    assert_eq!(invited(&owner.get(&format!("{members}?invitations=2")).await.text), 10);
    assert_eq!(invited(&owner.get(&format!("{members}?invitations=99")).await.text), 10);
    assert_eq!(owner.get(&format!("{members}?after=nonsense")).await.status, 404);
}
