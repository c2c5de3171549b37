use crate::{
    World,
    installation::{PASSWORD, join, sign_in},
};

const BOB: &str = "bob@acme.com";

pub(crate) async fn people_are_invited_and_removed(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.follow("Members").await;
    ann.page("Members").await;

    ann.jump("Invite somebody", "invite").await;
    ann.fill("email", "bob@localhost").await;
    ann.press("Make an invitation").await;
    ann.page("Members").await;
    assert_eq!(ann.fault("email").await, "It must be an e-mail address such as name@example.com.");
    assert_eq!(ann.value("[name='email']").await, "bob@localhost");
    ann.fill("email", BOB).await;
    ann.press("Make an invitation").await;
    ann.page("Members").await;
    ann.says("You won't see this link again.").await;
    let link = ann.value("#invitation-link").await;
    let is_link = link.starts_with(&format!("{}/console/join/slk_ln_", world.installation.server.address));
    assert!(is_link, "{link}");
    assert_eq!(ann.ask("document.getElementById('invitation-link').readOnly").await, true);
    assert!(!ann.address().await.contains("slk_ln_"));
    let copy = "[data-copy='invitation-link']";
    assert_eq!(ann.shows(copy).await, world.variant.has_script);
    if world.variant.has_script {
        ann.tick(copy).await;
        ann.says("Copied").await;
        // The same page's other field shows what was copied.
        ann.paste("form [name='email']").await;
        assert_eq!(ann.value("form [name='email']").await, link);
    }
    ann.follow("Done").await;
    ann.page("Members").await;
    assert!(!ann.source().await.contains("slk_ln_"), "the link is shown once");
    ann.says(BOB).await;

    let bob = world.browser("bob").await;
    bob.open_page(&link).await;
    bob.page("Join Demo").await;
    bob.says("Ann has invited you.").await;
    join(&bob, "Bob", None, "Join").await;
    bob.page("Leads").await;
    bob.menu().await;
    bob.follow("Members").await;
    bob.page("Members").await;
    let here = bob.address().await;
    assert!(!bob.shows("[name='email']").await, "members invite nobody");
    bob.menu().await;
    bob.does_not_say("OAuth apps").await;
    bob.open_page(&here.replace("/members", "/oauth-apps")).await;
    bob.page("Your role can't do this").await;

    // The password that he chose is good the next time, too.
    bob.open_page(&here).await;
    bob.page("Members").await;
    bob.menu().await;
    bob.press("Sign out").await;
    bob.page("Sign in").await;
    sign_in(&bob, BOB, PASSWORD).await;
    bob.page("Leads").await;

    // Whoever opens it now can be told nothing.
    ann.open_page(&link).await;
    ann.page("This link can't be used").await;
    ann.open_page(&here).await;
    ann.tick("tr:has(a[href$='/remove']) option[value='viewer']").await;
    ann.press_in("tr", BOB, "Change").await;
    ann.page("Members").await;
    ann.says("The role is changed").await;
    bob.open_page(&here).await;
    bob.page("Members").await;
    let roles = "[...document.querySelectorAll('td[data-label=Role]')].map(one => one.innerText)";
    assert_eq!(bob.ask(roles).await[1], "Viewer");

    ann.follow("Remove Bob").await;
    ann.page("Remove Bob from Demo?").await;
    ann.follow("Cancel").await;
    ann.page("Members").await;
    ann.follow("Remove Bob").await;
    ann.press("Remove Bob").await;
    ann.page("Members").await;
    ann.does_not_say(BOB).await;
    bob.open_page(&here).await;
    bob.page("There's nothing here").await;
    bob.follow("Go back").await;
    bob.page("Workspaces").await;
    bob.says("You are in no workspace.").await;

    // An invitation that nobody has used can be taken back.
    ann.press("Make an invitation").await;
    ann.page("Members").await;
    let open = ann.value("#invitation-link").await;
    // Whoever goes without being done is asked by the script, once.
    let goes = "dispatchEvent(new Event('beforeunload', {cancelable: true}))";
    assert_eq!(ann.ask(goes).await, !world.variant.has_script);
    assert_eq!(ann.ask(goes).await, true);
    ann.follow("Withdraw").await;
    ann.page("Withdraw the invitation of whoever has the link?").await;
    ann.press("Withdraw invitation").await;
    ann.page("Members").await;
    ann.says("No invitation is open.").await;
    bob.open_page(&open).await;
    bob.page("This link can't be used").await;
    bob.end(&[]).await;
    ann.end(&[]).await;
}
