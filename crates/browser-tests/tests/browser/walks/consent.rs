use super::oauth_apps::register;
use crate::{
    World,
    app::{App, call, request_path, whereabouts},
    browser::Browser,
    installation::{ANN, PASSWORD, sign_in},
};

/// Registers an app, from the first page: its id, and its secret.
async fn registered(ann: &Browser, app: &App) -> (String, String) {
    let leads = ann.address().await;
    ann.open_page(&leads.replace("/leads", "/settings/oauth-apps/new")).await;
    register(ann, "Lead Notes", "confidential", &app.redirect_uri()).await;
    ann.page("Lead Notes").await;
    let credentials = (ann.value("#client-id").await, ann.value("#client-secret").await);
    ann.follow("Done").await;
    credentials
}

pub(crate) async fn an_app_is_let_in_and_out(world: World) {
    let server = world.installation.server.address.clone();
    let mut app = App::start().await;
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    let (client_id, secret) = registered(&ann, &app).await;
    ann.menu().await;
    ann.press("Sign out").await;

    // Somebody who is not signed in is asked after that.
    let asks = request_path(&client_id, &app.redirect_uri());
    ann.open_page(&asks).await;
    ann.page("Sign in").await;
    ann.says("An app asks to use Leadkeep for you.").await;
    sign_in(&ann, ANN, PASSWORD).await;
    let wants = "Lead Notes wants to use Leadkeep for you";
    ann.page(wants).await;
    for words in [ANN, "Demo", "See leads", "Create, change and archive leads"] {
        ann.says(words).await;
    }
    ann.says(app.origin.trim_start_matches("http://")).await;

    ann.press("Don't allow").await;
    let told = app.arrival();
    assert_eq!(told["error"], "access_denied");
    assert_eq!(told["state"], "st-4711 & more");
    assert_eq!(told["iss"], server);
    assert!(!told.contains_key("code"));

    ann.open_page(&asks).await;
    ann.page(wants).await;
    // The page's policy lets its form lead to the app, and to nobody else: else the browser would stay here.
    ann.press("Allow").await;
    assert!(ann.address().await.starts_with(&app.redirect_uri()));
    let told = app.arrival();
    assert_eq!(told["state"], "st-4711 & more");
    assert_eq!(told["iss"], server);
    let tokens = app.exchange(&server, &client_id, &secret, &told["code"]).await;
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(call(&server, token).await.status(), 200);

    ann.open_page("/console/account").await;
    ann.page("Account").await;
    ann.says("Lead Notes").await;
    ann.follow("Withdraw the access of Lead Notes").await;
    ann.page("Withdraw the access of Lead Notes?").await;
    ann.press("Withdraw access").await;
    ann.page("Account").await;
    ann.says("No app acts for you.").await;
    assert_eq!(call(&server, token).await.status(), 401);

    // Nobody is sent where the app has not said it would send them.
    ann.open_page(&request_path(&client_id, &format!("{}/other", app.origin))).await;
    ann.page("No access was given").await;
    ann.open_page(&request_path("somebody-else", &app.redirect_uri())).await;
    ann.page("No access was given").await;
    assert!(ann.address().await.starts_with(&server));
    assert!(app.is_lonely());
    ann.end(&[&app.origin]).await;
}

pub(crate) async fn an_app_is_let_into_one_of_two_workspaces(world: World) {
    let (place, server) = (&world.installation.place, world.installation.server.address.clone());
    let mut app = App::start().await;
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    let (client_id, secret) = registered(&ann, &app).await;

    let workshop = place.json(&["workspace", "create", "--name", "Workshop"]);
    let workshop = workshop["id"].as_str().unwrap();
    let user = place.json(&["user", "list"])[0]["id"].as_str().unwrap().to_owned();
    place.json(&["member", "add", "--workspace", workshop, "--user", &user, "--role", "member"]);
    ann.open_page(&request_path(&client_id, &app.redirect_uri())).await;
    ann.page("Lead Notes wants to use Leadkeep for you").await;
    for words in ["In which workspace?", "Demo", "Workshop"] {
        ann.says(words).await;
    }
    // Nothing is chosen for her, and nothing is given without a choice.
    assert_eq!(ann.ask("document.querySelectorAll('[name=workspace]:checked').length").await, 0);
    ann.tick("button[value='allow']").await;
    assert!(app.is_lonely());
    assert_eq!(ann.ask("document.querySelector(':invalid[name]').name").await, "workspace");
    ann.tick(&format!("[name='workspace'][value='{workshop}']")).await;
    ann.press("Allow").await;
    let code = app.arrival()["code"].clone();
    let tokens = app.exchange(&server, &client_id, &secret, &code).await;
    assert_eq!(whereabouts(&server, tokens["access_token"].as_str().unwrap()).await, workshop);
    ann.open_page("/console/account").await;
    ann.page("Account").await;
    ann.says("Workshop").await;
    ann.end(&[&app.origin]).await;
}
