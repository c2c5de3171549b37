//! What people do with their own account.

use leadkeep_domain::Role;
use leadkeep_service::{UserRef, gate::Refusal};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::server::{PASSWORD, Server};

on_both_databases![
    sessions_are_listed_and_ended,
    a_password_is_changed,
    whoever_can_not_be_signed_in_for_a_changed_password_is_told_that_it_is,
    somebody_in_no_workspace_is_told_so,
];

async fn sessions_are_listed_and_ended(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut here, ann) = server.signed_in(Role::Owner).await;
    let mut phone = server.browser();
    phone.headers.push(("user-agent".to_owned(), "Mozilla/5.0 (iPhone) <script>".to_owned()));
    phone.headers.push(("x-forwarded-for".to_owned(), "203.0.113.7".to_owned()));
    assert_eq!(phone.sign_in(&ann.email, PASSWORD).await.status, 303);
    let page = here.get("/console/account").await;
    page.assert_says(200, "203.0.113.7");
    assert!(!page.text.contains("<script>"));
    let sessions: Vec<&str> = page.text.split("/console/account/sessions/").skip(1).collect();
    let other = sessions.iter().find(|rest| !rest.starts_with("end-others")).unwrap();
    let end = format!("/console/account/sessions/{}", other.split('"').next().unwrap());
    // Somebody else's is none of theirs.
    let (mut eve, _) = server.signed_in(Role::Owner).await;
    assert_eq!(eve.post(&end, &[]).await.status, 404);
    assert_eq!(phone.get("/console/account").await.status, 200);
    here.post(&end, &[]).await.assert_goes_to("/console/account?done=session");
    assert_eq!(phone.get("/console/account").await.status, 303);
    assert_eq!(here.post(&end, &[]).await.status, 404);
    assert_eq!(phone.sign_in(&ann.email, PASSWORD).await.status, 303);
    here.post("/console/account/sessions/end-others", &[])
        .await
        .assert_goes_to("/console/account?done=sessions");
    assert_eq!(phone.get("/console/account").await.status, 303);
    here.get("/console/account?done=sessions").await.assert_says(200, "All other sessions are ended.");
}

async fn a_password_is_changed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut here, ann) = server.signed_in(Role::Owner).await;
    let mut elsewhere = server.signed_in_as(&ann).await;
    let (page, action) = ("/console/account", "/console/account/password");
    let change = |current, password| [("current", current), ("password", password)];
    let wrong = here.fill(page, action, &change("wrong horse battery", "another horse battery")).await;
    wrong.assert_says(422, "not your current password");
    let noted = |refusal| server.refusals.count(refusal, std::net::Ipv4Addr::LOCALHOST.into());
    assert_eq!((noted(Refusal::WrongPassword), noted(Refusal::TooManyAttempts)), (1, 0));
    here.fill(page, action, &change(PASSWORD, "short")).await.assert_says(422, "at least 12 characters");
    assert_eq!(elsewhere.get(page).await.status, 200);
    let mut copied = here.clone();
    let changed = here.fill(page, action, &change(PASSWORD, "another horse battery")).await;
    changed.assert_goes_to("/console/account?done=password");
    assert_eq!((here.get(page).await.status, elsewhere.get(page).await.status), (200, 303));
    // Whoever had the session's cookie has nothing any more.
    assert_eq!(copied.get(page).await.status, 303);
    assert_eq!(server.browser().sign_in(&ann.email, PASSWORD).await.status, 401);
    assert_eq!(server.browser().sign_in(&ann.email, "another horse battery").await.status, 303);
    let log = server.database.query("SELECT action FROM audit_log");
    assert_eq!(log.iter().filter(|action| *action == "user.change-password").count(), 1);
}

async fn whoever_can_not_be_signed_in_for_a_changed_password_is_told_that_it_is(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut here, ann) = server.signed_in(Role::Owner).await;
    server.refuse("INSERT");
    let typed = [("current", PASSWORD), ("password", "another horse battery")];
    let changed = here.fill("/console/account", "/console/account/password", &typed).await;
    changed.assert_goes_to("/console/sign-in?changed=1");
    here.get(changed.location())
        .await
        .assert_says(200, "Your password is changed. Sign in with the new one.");
    let link = server.management.new_reset_link(UserRef::Id(ann.member.user.id)).await.unwrap();
    let path = format!("/console/reset/{}", link.secret.expose());
    let chosen = here.fill(&path, &path, &[("password", PASSWORD)]).await;
    chosen.assert_goes_to("/console/sign-in?changed=1");
}

async fn somebody_in_no_workspace_is_told_so(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut bob, somebody) = server.signed_in(Role::Viewer).await;
    server.management.remove_member(server.workspace, somebody.member.id).await.unwrap();
    let page = bob.get("/console").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(bob.get("/console/account").await.status, 200);
    assert_eq!(bob.get(&server.path("settings/members")).await.status, 404);
}
