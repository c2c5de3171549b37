//! The workspace's own settings.

use leadkeep_domain::{AiProvider, Plan, Role, Workspace};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::server::Server;

on_both_databases![
    settings_are_changed,
    who_may_change_what,
    wrong_settings_are_told_where_they_are_wrong,
    a_plan_is_changed_after_its_numbers_are_told,
];

async fn now(server: &Server) -> Workspace {
    server.management.workspace(server.workspace).await.unwrap()
}

async fn settings_are_changed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let path = server.path("settings/workspace");
    let to = |below: &str| format!("{path}/{below}");
    let changed = admin.fill(&path, &to("currency"), &[("currency", " eur ")]).await;
    changed.assert_goes_to(&format!("{path}?done=currency"));
    admin.get(&format!("{path}?done=currency")).await.assert_says(200, "The currency is changed");
    assert_eq!(now(&server).await.currency.code(), "EUR");

    let limits = admin.fill(&path, &to("limits"), &[("budget", "1,200"), ("key_share", "300")]).await;
    limits.assert_goes_to(&format!("{path}?done=limits"));
    let site = now(&server).await.site_limits;
    assert_eq!((site.budget.unwrap().get(), site.key_share.unwrap().get()), (1_200, 300));
    admin.fill(&path, &to("limits"), &[("budget", ""), ("key_share", "")]).await;
    assert_eq!(now(&server).await.site_limits, leadkeep_domain::SiteLimits::default());

    let ai = [("provider", "off"), ("field", "name"), ("field", "tags")];
    admin.post(&to("ai"), &ai).await.assert_goes_to(&format!("{path}?done=ai"));
    let settings = now(&server).await.ai;
    assert_eq!(
        (settings.provider, settings.fields.unwrap().to_string().as_str()),
        (Some(AiProvider::Off), "name,tags")
    );
    // What is shown is what there is.
    let same = admin.fill(&path, &to("ai"), &[]).await;
    assert_eq!(same.status, 303, "{}", same.text);
    assert_eq!(now(&server).await.ai.provider, Some(AiProvider::Off));
    let log = server
        .database
        .query("SELECT action FROM audit_log WHERE actor_kind = 'member' AND action LIKE 'workspace.%'");
    assert_eq!(log.iter().filter(|action| *action == "workspace.set-ai").count(), 1, "{log:?}");
    assert_eq!(log.len(), 4, "{log:?}");
}

async fn who_may_change_what(database: TestDatabase) {
    let server = Server::start(database).await;
    let path = server.path("settings/workspace");
    for (role, settings, plan) in [
        (Role::Owner, true, true),
        (Role::Admin, true, false),
        (Role::Member, false, false),
        (Role::Viewer, false, false),
    ] {
        let (mut browser, _) = server.signed_in(role).await;
        let page = browser.get(&path).await;
        assert_eq!(page.status, if settings { 200 } else { 403 }, "{role}");
        assert_eq!(page.text.contains("Change to Pro"), plan, "{role}");
        let status = |may: bool| if may { 303 } else { 403 };
        let posts = [
            ("currency", [("currency", "USD")].as_slice(), settings),
            ("limits", &[("budget", "60")], settings),
            ("ai", &[("provider", "server"), ("field", "name")], settings),
            ("plan/free", &[], plan),
        ];
        for (below, fields, may) in posts {
            let answer = browser.post(&format!("{path}/{below}"), fields).await;
            assert_eq!(answer.status, status(may), "{role} {below}: {}", answer.text);
        }
        assert_eq!(
            browser.get(&format!("{path}/plan/pro")).await.status,
            if plan { 200 } else { 403 },
            "{role}"
        );
    }
}

async fn wrong_settings_are_told_where_they_are_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (path, before) = (server.path("settings/workspace"), now(&server).await);
    let currency = owner.post(&format!("{path}/currency"), &[("currency", "\"><b>")]).await;
    currency.assert_says(422, "value=\"&quot;&gt;&lt;b&gt;\"");
    let limits = owner.post(&format!("{path}/limits"), &[("budget", "0"), ("key_share", "many")]).await;
    assert_eq!(
        (limits.status, limits.text.matches("aria-invalid=\"true\"").count()),
        (422, 2),
        "{}",
        limits.text
    );
    assert!(limits.text.contains("value=\"many\""));
    // The server reads by rules.
    let ai = owner.post(&format!("{path}/ai"), &[("provider", "openai")]).await;
    assert_eq!((ai.status, ai.text.matches("class=\"fault\"").count()), (422, 2), "{}", ai.text);
    assert_eq!(now(&server).await, before);
}

async fn a_plan_is_changed_after_its_numbers_are_told(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let path = server.path("settings/workspace");
    let plan = format!("{path}/plan/pro");
    let asked = owner.get(&plan).await;
    for told in [
        "1,000 calls a minute; now it is 100",
        "2,000 AI credits a month; now it is 100",
        "Change to Pro</button>",
    ] {
        asked.assert_says(200, told);
    }
    assert_eq!(now(&server).await.plan, Plan::Free);
    owner.fill(&plan, &plan, &[]).await.assert_goes_to(&format!("{path}?done=plan"));
    assert_eq!(now(&server).await.plan, Plan::Pro);
    assert_eq!(owner.get(&format!("{path}/plan/gold")).await.status, 404);
}
