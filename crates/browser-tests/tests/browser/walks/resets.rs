use crate::{
    World,
    installation::{ANN, sign_in},
};

const ANOTHER: &str = "a new horse for an old battery";

pub(crate) async fn passwords_are_reset_and_sessions_ended(world: World) {
    let (place, server) = (&world.installation.place, &world.installation.server);
    let office = world.browser("office").await;
    world.installation.settle(&office).await;

    let args = ["user", "reset-link", ANN, "--public-url", &server.address];
    let printed = place.run(&args).stdout;
    let link = String::from_utf8(printed).unwrap();
    let home = world.browser("home").await;
    home.open_page(link.trim()).await;
    home.page("Choose a new password").await;
    assert_eq!(home.value("#email").await, ANN);
    home.fill("password", "short").await;
    home.press("Set the password").await;
    home.page("Choose a new password").await;
    assert!(home.fault("password").await.contains("12 characters"));
    home.fill("password", ANOTHER).await;
    home.press("Set the password").await;
    home.page("Leads").await;
    home.open_page(link.trim()).await;
    home.page("This link is no longer valid").await;

    // The password was another's when the office signed in.
    office.open_page("/console/account").await;
    office.page("Sign in").await;
    sign_in(&office, ANN, ANOTHER).await;
    office.page("Account").await;
    let sessions = "document.querySelectorAll('section[aria-labelledby=sessions] tbody tr').length";
    assert_eq!(office.ask(sessions).await, 2);
    office.press("End").await;
    office.page("Account").await;
    office.says("The session is ended.").await;
    assert_eq!(office.ask(sessions).await, 1);
    home.open_page("/console/account").await;
    home.page("Sign in").await;
    sign_in(&home, ANN, ANOTHER).await;
    home.page("Account").await;

    // A form that is sent after its session has ended says so.
    home.fill("current", ANOTHER).await;
    home.fill("password", "yet another horse entirely").await;
    office.open_page("/console/account").await;
    office.press("End all others").await;
    office.page("Account").await;
    home.press("Change the password").await;
    home.page("Sign in").await;
    home.says("Your session has ended.").await;

    office.fill("current", "not it").await;
    office.fill("password", "short").await;
    office.press("Change the password").await;
    office.page("Account").await;
    assert!(office.fault("password").await.contains("12 characters"));
    office.fill("current", "not it").await;
    office.fill("password", "yet another horse entirely").await;
    office.press("Change the password").await;
    office.page("Account").await;
    assert_eq!(office.fault("current").await, "This is not your current password.");
    office.fill("current", ANOTHER).await;
    office.fill("password", "yet another horse entirely").await;
    office.press("Change the password").await;
    office.page("Account").await;
    office.says("Your password is changed.").await;
    home.end(&[]).await;
    office.end(&[]).await;
}
