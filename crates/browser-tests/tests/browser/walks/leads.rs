//! Leads: made, found, changed by a text and back, imported from a file, and what is seen of it elsewhere.

use std::{fmt::Write as _, time::Duration};

use crate::{
    World,
    installation::{ANN, PASSWORD, sign_in},
};

pub(crate) async fn leads_are_worked_with(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.follow("New lead").await;
    ann.page("New lead").await;
    ann.fill("name", "John Smith").await;
    ann.fill("email", "john@localhost").await;
    ann.press("Create lead").await;
    ann.page("New lead").await;
    ann.fault("email").await;
    assert_eq!(ann.value("[name='name']").await, "John Smith");
    ann.fill("email", "john@acme.com").await;
    ann.press("Create lead").await;
    ann.page("John Smith").await;
    let lead = ann.address().await;

    // A text, what it would change, and the words that say so.
    ann.fill("text", "John is the VP of Sales at Acme Corp now. Budget is $50k, moving to negotiation.")
        .await;
    ann.press("Preview changes").await;
    ann.page("Preview changes").await;
    let marked = ann.ask("[...document.querySelectorAll('mark')].map(one => one.innerText).join('|')").await;
    assert!(marked.as_str().unwrap().contains("$50k"), "{marked}");
    ann.press("Apply what is ticked").await;
    ann.page("John Smith").await;
    assert_eq!(ann.value("[name='title']").await, "VP of Sales");
    ann.press("Undo").await;
    ann.page("John Smith").await;
    assert_eq!(ann.value("[name='title']").await, "");

    // In place, and kept.
    ann.fill("company", "Acme").await;
    ann.press("Save changes").await;
    ann.page("John Smith").await;
    assert_eq!(ann.value("[name='company']").await, "Acme");

    ann.follow("Archive").await;
    ann.page("Archive John Smith?").await;
    ann.press("Archive lead").await;
    ann.page("John Smith").await;
    ann.press("Restore").await;
    ann.page("John Smith").await;

    // Found by the beginning of any word, and not by another.
    ann.open_page(&lead[..lead.rfind('/').unwrap()]).await;
    ann.page("Leads").await;
    ann.says("John Smith").await;
    ann.fill("q", "acm smi").await;
    ann.press("Search").await;
    ann.page("Leads").await;
    ann.says("john@acme.com").await;
    ann.fill("q", "jones").await;
    ann.press("Search").await;
    ann.page("Leads").await;
    ann.does_not_say("john@acme.com").await;
    ann.end(&[]).await;
}

pub(crate) async fn a_file_is_imported(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    let mut file = String::from("email,name,deal_value\n");
    for n in 0..30 {
        writeln!(file, "lead{n}@acme.com,Lead {n},{}", n * 100).unwrap();
    }
    file += "no e-mail,Nobody,1\n";
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("leads.csv");
    std::fs::write(&path, file).unwrap();

    ann.follow("Import a file").await;
    ann.page("Import leads").await;
    ann.choose("file", &path).await;
    ann.press("Import").await;
    ann.page("Import").await;
    // The page comes to the end by itself.
    let asked = std::time::Instant::now();
    while !ann.text().await.contains("Download failed rows") {
        assert!(asked.elapsed() < Duration::from_secs(30), "{}", ann.text().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ann.page("Import").await;
    ann.says("Done").await;
    let (called, rows) = ann.download("Download failed rows").await;
    assert!(called.starts_with("attachment; filename="), "{called}");
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0], "email,name,deal_value,import_row,import_error");
    assert!(rows[1].starts_with("no e-mail,Nobody,1,32,"), "{rows:?}");
    ann.menu().await;
    ann.follow("Leads").await;
    ann.page("Leads").await;
    ann.says("lead29@acme.com").await;
    ann.menu().await;
    ann.follow("Usage").await;
    ann.page("Usage").await;
    ann.menu().await;
    ann.follow("Audit log").await;
    ann.page("Audit log").await;
    ann.menu().await;
    ann.follow("Workspace").await;
    ann.page("Workspace").await;
    ann.menu().await;
    ann.follow("Conversations").await;
    ann.page("Conversations").await;
    ann.menu().await;
    ann.follow("Runs").await;
    ann.page("Runs").await;
    ann.end(&[]).await;
}

/// A conversation with a lead, and what two people do at the same time.
pub(crate) async fn two_people_are_at_the_same_lead(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.follow("New lead").await;
    ann.fill("name", "John Smith").await;
    ann.fill("email", "john@acme.com").await;
    ann.press("Create lead").await;
    let lead = ann.address().await;
    let lead = lead.split('?').next().unwrap();
    let home = lead[..lead.find("/leads").unwrap()].to_owned();

    // In a second window, on the same lead.
    let other = world.browser("other").await;
    other.open_page(&home).await;
    sign_in(&other, ANN, PASSWORD).await;
    other.open_page(lead).await;
    other.fill("company", "Globex").await;
    ann.fill("company", "Acme").await;
    ann.press("Save changes").await;
    ann.page("John Smith").await;
    other.press("Save changes").await;
    other.page("John Smith").await;
    other.says("Acme").await;
    assert_eq!(other.value("[name='company']").await, "Globex", "what was typed stays");
    other.press("Save changes").await;
    other.page("John Smith").await;
    assert_eq!(other.value("[name='company']").await, "Globex");

    // One archives what the other still changes.
    ann.open_page(&format!("{lead}/archive")).await;
    ann.press("Archive lead").await;
    ann.page("John Smith").await;
    other.fill("company", "Initech").await;
    other.press("Save changes").await;
    other.page("John Smith").await;
    other.says("Somebody archived this lead meanwhile").await;
    ann.press("Restore").await;
    ann.page("John Smith").await;

    ann.menu().await;
    ann.follow("Conversations").await;
    ann.page("Conversations").await;
    ann.follow("Start a conversation").await;
    ann.page("Start a conversation").await;
    ann.fill("lead_email", "john@acme.com").await;
    ann.fill("subject", "Prices").await;
    ann.press("Start conversation").await;
    ann.page("Prices").await;
    ann.fill("text", "What would a hundred of them cost?").await;
    ann.press("Add message").await;
    ann.page("Prices").await;
    ann.says("What would a hundred of them cost?").await;
    ann.press("Close").await;
    ann.page("Prices").await;

    // An export, from the filters to the file.
    ann.open_page(&format!("{home}/leads/export")).await;
    ann.page("Export leads").await;
    ann.press("Export").await;
    ann.page("Export").await;
    let asked = std::time::Instant::now();
    while !ann.text().await.contains("Download the file") {
        assert!(asked.elapsed() < Duration::from_secs(30), "{}", ann.text().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ann.page("Export").await;
    other.end(&[]).await;
    ann.end(&[]).await;
}
