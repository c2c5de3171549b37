use serde_json::json;

use crate::World;

pub(crate) async fn the_documentation_is_searched_and_read(world: World) {
    let dev = world.browser("dev").await;
    dev.open_page("/developers").await;
    dev.page("Getting started").await;

    // Where there is no room for the pages' list beside them, it is behind a menu.
    if world.variant.is_phone {
        assert!(!dev.shows("nav a[href='/developers/authentication']").await);
        dev.tick("details.menu > summary").await;
    }
    dev.follow("Authentication").await;
    dev.page("Authentication").await;
    assert_eq!(
        dev.ask("document.querySelector('nav.rail [aria-current]').innerText").await,
        "Authentication"
    );

    dev.fill("q", "zzyzx quux").await;
    dev.submit("q").await;
    dev.page("Search").await;
    dev.says("Nothing has all of these words: zzyzx quux").await;
    dev.fill("q", "duplicate_lead").await;
    dev.submit("q").await;
    dev.page("Search").await;
    assert_eq!(dev.value("[name='q']").await, "duplicate_lead");
    dev.says("duplicate_lead").await;
    dev.fill("q", "import").await;
    dev.submit("q").await;
    let import = "ol.finds a[href='/developers/reference/workflow-runs#importLeads']";
    dev.leave_by(dev.tick(import)).await;
    dev.page("Workflow runs").await;
    let in_sight = "(at => at.top >= 0 && at.top < innerHeight)(document.getElementById('importLeads').getBoundingClientRect())";
    assert_eq!(dev.ask(in_sight).await, true, "what was found is out of sight");

    // An example at a time, in the language that is chosen.
    let example = |language: &str| format!("[data-example='importLeads'][data-language='{language}']");
    assert!(dev.shows(&example("bash")).await && !dev.shows(&example("rust")).await);
    dev.tick("label[for='importLeads-rust']").await;
    assert!(dev.shows(&example("rust")).await && !dev.shows(&example("bash")).await);
    let copies = "[...document.querySelectorAll('button.copy')].length > 0";
    assert_eq!(
        dev.ask(copies).await,
        json!(world.variant.has_script),
        "copying needs a script, reading does not"
    );
    if world.variant.has_script {
        dev.tick(&format!("div.code:has({}) > button.copy", example("rust"))).await;
        dev.says("Copied").await;
    }
    dev.end(&[]).await;
}
