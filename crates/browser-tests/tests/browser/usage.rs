//! The numbers of the usage: in the zone of whoever looks, and as they are now.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Variant, World, browser::Browser, in_a_world};

/// A zone that differs from UTC by hours and a half.
const ZONE: &str = "Asia/Kolkata";

/// What browsers call it.
const CALLED: &str = "Asia/Calcutta";

/// The hour that it is there, as `Date` says it.
const HOUR: &str = "new Date().toLocaleTimeString('en-GB', {hour: '2-digit', timeZone: 'Asia/Kolkata'})";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_is_told_in_the_readers_zone() {
    in_a_world("usage", Variant::DESKTOP, told_in_the_readers_zone).await;
}

async fn told_in_the_readers_zone(world: World) {
    let ann = world.browser("ann").await;
    ann.live_in(ZONE).await;
    let (home, key) = with_a_key(&world, &ann).await;
    call(&world, &key).await;
    // Until the counts are written down.
    tokio::time::sleep(Duration::from_secs(6)).await;
    ann.open_page(&format!("{home}/usage?period=day")).await;
    ann.page("Usage").await;
    ann.says(&format!("Requests for each hour, in {CALLED}")).await;
    let hour = ann.ask(HOUR).await;
    let hour = hour.as_str().unwrap();
    // Hours of UTC begin at half past there.
    for told in [
        "document.querySelector('.points title').textContent",
        "document.querySelector('.numbers time').textContent",
    ] {
        let told = ann.ask(told).await;
        let told = told.as_str().unwrap();
        let before = format!("{:02}", (hour.parse::<u32>().unwrap() + 23) % 24);
        assert!(
            [hour, &before].iter().any(|hour| told.contains(&format!(", {hour}:30"))),
            "{told} at {hour}"
        );
    }
    let marks =
        ann.ask("[...document.querySelectorAll('svg.plot > text')].map(one => one.textContent)").await;
    let marks: Vec<&str> = marks.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(marks.len() >= 5 && marks.iter().all(|mark| mark.ends_with(":30")), "{marks:?}");
    ann.end(&[]).await;
}

/// Settles Ann, who makes a key: where her workspace is, and the key.
async fn with_a_key(world: &World, ann: &Browser) -> (String, String) {
    world.installation.settle(ann).await;
    let home = ann.address().await.replace("/leads", "");
    ann.open_page(&format!("{home}/settings/api-keys/new")).await;
    ann.fill("name", "CRM").await;
    ann.press("Create key").await;
    let key = ann.value("#secret").await;
    ann.follow("Done").await;
    (home, key)
}

async fn call(world: &World, key: &str) {
    let leads = format!("{}/api/v1/leads", world.installation.server.address);
    let answer = reqwest::Client::new().get(leads).bearer_auth(key).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_counts_while_it_is_looked_at() {
    in_a_world("live", Variant::DESKTOP, counts_while_it_is_looked_at).await;
}

async fn counts_while_it_is_looked_at(world: World) {
    let ann = world.browser("ann").await;
    let (home, key) = with_a_key(&world, &ann).await;
    ann.open_page(&format!("{home}/usage?period=hour")).await;
    ann.page("Usage").await;
    ann.ask("window.stays = true").await;
    let total = "document.querySelector('[data-live=requests] dl dd')?.innerText ?? '0'";
    assert_eq!(ann.ask(total).await, "0");
    call(&world, &key).await;
    let asked = Instant::now();
    while ann.ask(total).await != "1" {
        assert!(asked.elapsed() < Duration::from_secs(30), "{}", ann.text().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ann.says("CRM").await;
    ann.says("Updated at ").await;
    assert_eq!(ann.ask("window.stays").await, true, "the page was not left");
    ann.end(&[]).await;
}
