//! A form that makes a secret, sent twice: by two clicks at once, or by loading anew the page that shows the secret.

use leadkeep_domain::{ApiCredentialKind, Role};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    browser::{Answer, Browser},
    credentials::{generate_key, key_id},
    html::form_of,
    server::Server,
};

on_both_databases![
    two_clicks_at_once_make_one_of_each,
    a_reload_makes_no_second_credential,
    a_reload_rotates_no_second_time,
    a_reload_makes_no_second_app_and_no_second_invitation,
    a_form_that_is_drawn_anew_makes_another,
    a_form_that_was_refused_is_sent_again,
];

/// A form as the browser has it, with these fields filled in.
struct Drawn {
    action: String,
    fields: Vec<(String, String)>,
}

impl Drawn {
    async fn of(browser: &mut Browser, page: &str, action: &str, typed: &[(&str, &str)]) -> Self {
        let seen = browser.get(page).await;
        let mut fields = form_of(&seen.text, action).unwrap_or_else(|| panic!("{action}: {}", seen.text));
        fields.retain(|(name, _)| !typed.iter().any(|(typed, _)| typed == name));
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        assert_eq!(fields.iter().filter(|(name, _)| name == "form_id").count(), 1, "{page}: {fields:?}");
        Self { action: action.to_owned(), fields }
    }

    async fn send(&self, browser: &mut Browser) -> Answer {
        let fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post_bare(&self.action, &fields).await
    }
}

const APP: [(&str, &str); 4] = [
    ("name", "Zapier"),
    ("kind", "confidential"),
    ("redirect_uris", "https://app.example/callback"),
    ("scope", "leads.read"),
];

/// What a form is filled in with.
type Fields = Vec<(&'static str, &'static str)>;

/// Each form that makes something: the page that it is on, and where it goes.
fn makers(server: &Server) -> Vec<(String, String, Fields)> {
    let (keys, tokens) = (server.path("settings/api-keys"), server.path("settings/api-tokens"));
    let clients = server.path("integrations/rest-api");
    let apps = server.path("settings/oauth-apps");
    let (members, invitations) = (server.path("settings/members"), server.path("settings/invitations"));
    vec![
        (format!("{keys}/new"), keys, vec![("name", "Zapier")]),
        (tokens.clone(), tokens, vec![("name", "Zapier")]),
        (format!("{clients}/new"), clients, vec![("name", "Zapier")]),
        (format!("{apps}/new"), apps, APP.to_vec()),
        (members, invitations, vec![("role", "viewer")]),
    ]
}

/// How many secrets and links there are that the forms of this test make.
fn secrets(server: &Server) -> usize {
    let of = |sql: &str| server.database.query(sql).len();
    of("SELECT preview FROM api_secrets")
        + of("SELECT preview FROM client_secrets")
        + of("SELECT created_by_name FROM invitations WHERE created_by_member IS NOT NULL")
}

/// A page that says what the form did, and has nothing in it that could do it again.
#[track_caller]
fn assert_told(answer: &Answer, list: &str) {
    answer.assert_says(409, "This form was sent before");
    let main = answer.text.split_once("<main").unwrap().1;
    assert!(!main.contains("<form") && !main.contains("form_id"), "{main}");
    assert!(main.contains(&format!("href=\"{list}\"")), "{main}");
    for secret in ["id=\"secret\"", "slk_cs_", "sk_live_", "slat_", "/console/join/"] {
        assert!(!main.contains(secret), "{secret}: {main}");
    }
}

async fn two_clicks_at_once_make_one_of_each(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    for (made, (page, action, typed)) in makers(&server).into_iter().enumerate() {
        let drawn = Drawn::of(&mut admin, &page, &action, &typed).await;
        let (mut one, mut two) = (admin.clone(), admin.clone());
        let (one, two) = tokio::join!(drawn.send(&mut one), drawn.send(&mut two));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{action}: {} {}", one.text, two.text);
        assert_eq!(secrets(&server), made + 1, "{action}");
    }
    let rotate = format!("{}/{}/rotate", server.path("settings/api-keys"), key_id(&server).await);
    let drawn = Drawn::of(&mut admin, &rotate, &rotate, &[]).await;
    let before = secrets(&server);
    let (mut one, mut two) = (admin.clone(), admin.clone());
    let (one, two) = tokio::join!(drawn.send(&mut one), drawn.send(&mut two));
    assert_eq!(one.status + two.status, 200 + 409, "{} {}", one.text, two.text);
    assert_eq!(secrets(&server), before + 1);
}

async fn a_reload_makes_no_second_credential(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    for (page, action, typed) in makers(&server).into_iter().take(3) {
        let drawn = Drawn::of(&mut admin, &page, &action, &typed).await;
        assert_eq!(drawn.send(&mut admin).await.status, 200, "{action}");
        server.clock.advance(time::Duration::MINUTE);
        let before = secrets(&server);
        for _ in 0..2 {
            let again = drawn.send(&mut admin).await;
            assert_told(&again, &action);
            again.assert_says(409, "rotate or revoke it");
        }
        assert_eq!(secrets(&server), before, "{action}");
    }
}

async fn a_reload_rotates_no_second_time(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    generate_key(&server, &mut admin, "Warehouse").await;
    let keys = server.path("settings/api-keys");
    let clients = server.path("integrations/rest-api");
    admin.fill(&format!("{clients}/new"), &clients, &[("name", "CRM Sync")]).await;
    let client = server.management.clients(server.workspace).await.unwrap()[0].client.id;
    for (list, id, name) in
        [(keys, key_id(&server).await, "Warehouse"), (clients, client.to_string(), "CRM Sync")]
    {
        let rotate = format!("{list}/{id}/rotate");
        let drawn = Drawn::of(&mut admin, &rotate, &rotate, &[("overlap", "1h")]).await;
        assert_eq!(drawn.send(&mut admin).await.status, 200, "{list}");
        let before = secrets(&server);
        let again = drawn.send(&mut admin).await;
        assert_told(&again, &list);
        again.assert_says(409, &format!("It gave {name} a new secret then"));
        assert_eq!(secrets(&server), before, "{list}");
    }
    let app = server.oauth_app(true).await.id;
    let page = server.path(&format!("settings/oauth-apps/{app}"));
    let rotate = format!("{page}/rotate");
    let drawn = Drawn::of(&mut admin, &rotate, &rotate, &[]).await;
    assert_eq!(drawn.send(&mut admin).await.status, 200);
    let before = secrets(&server);
    assert_told(&drawn.send(&mut admin).await, &page);
    assert_eq!(secrets(&server), before);
}

async fn a_reload_makes_no_second_app_and_no_second_invitation(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let lists = [server.path("settings/oauth-apps"), server.path("settings/members")];
    for ((page, action, typed), list) in makers(&server).into_iter().skip(3).zip(lists) {
        let drawn = Drawn::of(&mut admin, &page, &action, &typed).await;
        assert_eq!(drawn.send(&mut admin).await.status, 200, "{action}");
        let before = secrets(&server);
        assert_told(&drawn.send(&mut admin).await, &list);
        assert_eq!(secrets(&server), before, "{action}");
    }
    assert_eq!(server.apps().await.len(), 1);
}

async fn a_form_that_is_drawn_anew_makes_another(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    for _ in 0..2 {
        for (page, action, typed) in makers(&server) {
            assert_eq!(admin.fill(&page, &action, &typed).await.status, 200, "{action}");
        }
    }
    let keys = server.management.credentials(server.workspace, ApiCredentialKind::Key).await.unwrap();
    assert_eq!((keys.len(), secrets(&server)), (2, 10));
    // The page that shows a new token has the form that makes the next one.
    let tokens = server.path("settings/api-tokens");
    let made = admin.fill(&tokens, &tokens, &[("name", "One")]).await;
    let id =
        |fields: Vec<(String, String)>| fields.into_iter().find(|(name, _)| name == "form_id").unwrap().1;
    let shown = id(form_of(&made.text, &tokens).unwrap());
    let listed = id(form_of(&admin.get(&tokens).await.text, &tokens).unwrap());
    assert_ne!(shown, listed);
}

async fn a_form_that_was_refused_is_sent_again(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let keys = server.path("settings/api-keys");
    let mut drawn = Drawn::of(&mut admin, &format!("{keys}/new"), &keys, &[("name", " ")]).await;
    assert_eq!(drawn.send(&mut admin).await.status, 422);
    // Back to the form as it was: what it asked for was not done.
    drawn.fields.retain(|(name, _)| name != "name");
    drawn.fields.push(("name".to_owned(), "Zapier".to_owned()));
    assert_eq!(drawn.send(&mut admin).await.status, 200);
    assert_eq!(drawn.send(&mut admin).await.status, 409);
}
