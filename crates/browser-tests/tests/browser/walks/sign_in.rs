use thirtyfour::Key;

use crate::{
    World,
    installation::{ANN, PASSWORD, sign_in},
};

pub(crate) async fn people_sign_up_and_in(world: World) {
    let ann = world.browser("ann").await;
    ann.open_page(&world.installation.setup_link).await;
    ann.page("Set up Leadkeep").await;

    // What the browser knows to be wrong is not even sent.
    ann.fill("name", "Ann Onymous").await;
    ann.fill("email", "ann").await;
    ann.fill("password", "short").await;
    ann.element("button.primary").await.click().await.unwrap();
    assert_eq!(ann.ask("document.querySelector(':invalid[name]').name").await, "email");

    // All faults at once, each next to its field; what was typed stays, but for passwords.
    ann.fill("email", "ann@localhost").await;
    ann.press("Create your account").await;
    ann.page("Set up Leadkeep").await;
    assert_eq!(ann.fault("email").await, "It must be an e-mail address such as name@example.com.");
    assert!(ann.fault("password").await.contains("12 characters"));
    assert_eq!(ann.value("[name='name']").await, "Ann Onymous");
    assert_eq!(ann.value("[name='email']").await, "ann@localhost");
    assert_eq!(ann.value("[name='password']").await, "");
    ann.fill("email", ANN).await;
    ann.fill("password", PASSWORD).await;
    ann.press("Create your account").await;
    ann.page("Leads").await;
    ann.menu().await;
    ann.follow("Members").await;
    ann.page("Members").await;
    ann.says("The only owner").await;

    // What is chosen holds from the first moment of every page on.
    let theme = "document.documentElement.dataset.theme ?? ''";
    ann.menu().await;
    ann.choose_theme("Dark").await;
    assert_eq!(ann.ask(theme).await, "dark");
    ann.page("Members").await;
    ann.open_page("/console/account").await;
    assert!(ann.sent().await.contains(r#"<html lang="en" data-theme="dark">"#));
    ann.page("Account").await;
    assert_eq!(ann.ask(theme).await, "dark");
    ann.menu().await;
    ann.choose_theme("System").await;
    assert_eq!(ann.ask(theme).await, "");
    ann.open_page("/console/account").await;
    assert_eq!(ann.ask(theme).await, "");
    ann.menu().await;
    ann.press("Sign out").await;
    ann.page("Sign in").await;

    // The link has done its work.
    ann.open_page(&world.installation.setup_link).await;
    ann.page("This link can't be used").await;
    ann.follow("Sign in").await;

    sign_in(&ann, ANN, "not her password at all").await;
    ann.page("Sign in").await;
    ann.says("The e-mail or the password is wrong.").await;
    assert_eq!(ann.value("[name='email']").await, ANN);
    sign_in(&ann, ANN, PASSWORD).await;
    ann.page("Leads").await;
    ann.menu().await;
    ann.press("Sign out").await;

    // Who asks for a page comes to it after signing in. Without a mouse, this time.
    ann.open_page("/console/account").await;
    ann.page("Sign in").await;
    ann.key(Key::Tab).await;
    assert_eq!(ann.focused().await, "skip");
    ann.key(Key::Tab).await;
    assert_eq!(ann.focused().await, "email");
    ann.keys(ANN).await;
    ann.key(Key::Tab).await;
    assert_eq!(ann.focused().await, "password");
    ann.keys(PASSWORD).await;
    ann.leave_by(ann.key(Key::Enter)).await;
    ann.page("Account").await;
    ann.says("Chrome on Linux").await;

    // Pages that are not there, and whose form is not ours.
    ann.open_page("/console/w/nowhere").await;
    ann.page("There's nothing here").await;
    ann.follow("Go back").await;
    ann.page("Leads").await;
    ann.end(&[]).await;
}
