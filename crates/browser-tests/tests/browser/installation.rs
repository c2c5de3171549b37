use std::time::{Duration, Instant};

use leadkeep_testkit::TestDatabase;

use crate::{
    browser::Browser,
    process::{Place, Server},
};

pub(crate) const ANN: &str = "ann@acme.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A new server: its first owner has yet to open the setup link.
pub(crate) struct Installation {
    pub(crate) place: Place,
    pub(crate) server: Server,
    pub(crate) setup_link: String,
}

impl Installation {
    pub(crate) fn start() -> Self {
        let place = Place::new(TestDatabase::sqlite());
        let server = Server::spawn(place.command(&["demo"]));
        let asked = Instant::now();
        let setup_link = loop {
            let printed = server.printed();
            let found = printed.lines().find(|line| line.contains("/console/join/"));
            // A line is written at once, or its end is not there yet.
            if let Some(link) = found.filter(|_| printed.ends_with('\n')) {
                break link.trim().to_owned();
            }
            assert!(asked.elapsed() < Duration::from_secs(20), "no setup link: {printed}");
            std::thread::sleep(Duration::from_millis(10));
        };
        Self { place, server, setup_link }
    }

    /// Ann opens the setup link, and is the owner of the workspace "Demo".
    pub(crate) async fn settle(&self, browser: &Browser) {
        browser.open_page(&self.setup_link).await;
        browser.page("Set up Leadkeep").await;
        join(browser, "Ann", Some(ANN), "Create your account").await;
        browser.page("Leads").await;
    }
}

/// Fills the form of a link that lets somebody in.
pub(crate) async fn join(browser: &Browser, name: &str, email: Option<&str>, button: &str) {
    browser.fill("name", name).await;
    if let Some(email) = email {
        browser.fill("email", email).await;
    }
    browser.fill("password", PASSWORD).await;
    browser.press(button).await;
}

/// Fills the form in which people sign in.
pub(crate) async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.fill("email", email).await;
    browser.fill("password", password).await;
    browser.press("Sign in").await;
}
