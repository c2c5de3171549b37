//! Every page as the gallery has it: with names, texts and numbers as people bring them, with each fault and each refusal. Those that no
//! walk comes to, too.

use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    browser::{Browser, Variant},
    chromedriver::Chromedriver,
};

/// Among how many tests the pages are shared out.
const PARTS: usize = 4;

fn folder() -> PathBuf {
    let folder = std::env::var_os("LEADKEEP_GALLERY").expect(
        "LEADKEEP_GALLERY is not set: it names the folder of the gallery, and `make test-browser` makes it",
    );
    PathBuf::from(folder)
}

/// The names of the pages of a part.
fn pages(part: usize) -> Vec<String> {
    let names =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "html")).collect();
    names.sort();
    assert!(names.len() > 100, "{}", names.len());
    names.into_iter().skip(part).step_by(PARTS).collect()
}

/// Where the pages are as if they were the workspace's that their links lead to: which keys lead where is told by it.
const WORKSPACE: &str = "/console/w/0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b01";

/// Serves the folder, and nothing else, until the test ends.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection));
        }
    });
    address
}

async fn answer(mut connection: TcpStream) {
    let (reader, mut writer) = connection.split();
    let mut lines = BufReader::new(reader).lines();
    let Ok(Some(asked)) = lines.next_line().await else { return };
    while lines.next_line().await.is_ok_and(|line| line.is_some_and(|line| !line.is_empty())) {}
    let path = asked.split(' ').nth(1).unwrap_or_default();
    // A page looks at itself again by its whole address.
    let path = path.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let found = tokio::fs::read(folder().join(name)).await;
    let status = if found.is_ok() { "200 OK" } else { "404 Not Found" };
    let bytes = found.unwrap_or_default();
    let kind = match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => "text/html; charset=utf-8",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    let _ = writer.write_all(&[head.as_bytes(), &bytes].concat()).await;
}

/// Looks at each page of a part: light and dark, narrow and wide, with all open that can be opened.
async fn look(variant: Variant, part: usize) {
    let (address, chromedriver) = (serve().await, Chromedriver::start());
    let browser = Browser::open(&chromedriver, &address, variant, "gallery").await;
    let mut has_listed = false;
    for name in pages(part) {
        browser.open_page(&format!("{WORKSPACE}/{name}")).await;
        let heading = browser.ask("document.querySelector('h1').innerText").await;
        assert_ne!(heading, json!(null), "{name}");
        let rules = browser.ask("document.styleSheets[0].cssRules.length").await;
        assert!(rules.as_u64().unwrap() > 100, "{name} has no style: {rules}");
        let heading = heading.as_str().unwrap();
        browser.page_with_all_open(heading).await;
        // It is the same on all pages with a rail.
        if !has_listed && browser.ask("document.querySelectorAll('.rail nav').length").await != 0 {
            browser.shortcuts(heading).await;
            has_listed = true;
        }
    }
    assert!(has_listed, "the list of shortcuts was never seen");
}

macro_rules! look_at_every_page {
    ($($name:ident: $variant:expr, $part:expr;)+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            look($variant, $part).await;
        })+
    };
}

look_at_every_page! {
    every_page_on_a_desktop_1: Variant::DESKTOP, 0;
    every_page_on_a_desktop_2: Variant::DESKTOP, 1;
    every_page_on_a_desktop_3: Variant::DESKTOP, 2;
    every_page_on_a_desktop_4: Variant::DESKTOP, 3;
    every_page_on_a_phone_1: Variant::PHONE, 0;
    every_page_on_a_phone_2: Variant::PHONE, 1;
    every_page_on_a_phone_3: Variant::PHONE, 2;
    every_page_on_a_phone_4: Variant::PHONE, 3;
}
