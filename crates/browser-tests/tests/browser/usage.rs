//! Times in the zone of whoever looks.

use std::time::Duration;

use serde_json::Value;

use crate::{Variant, World, in_a_world};

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
    world.installation.settle(&ann).await;
    let home = ann.address().await.replace("/leads", "");
    ann.open_page(&format!("{home}/settings/api-keys/new")).await;
    ann.fill("name", "CRM").await;
    ann.press("Create key").await;
    let key = ann.value("#secret").await;
    ann.follow("Done").await;
    let server = &world.installation.server.address;
    reqwest::Client::new().get(format!("{server}/api/v1/leads")).bearer_auth(&key).send().await.unwrap();
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
