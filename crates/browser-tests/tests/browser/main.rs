//! The console and the consent of OAuth apps in a real browser: Chromium without a window, as `make test-browser` brings it.
//!
//! Each walk is done on a desktop and on a phone, with JavaScript and without. Wherever it comes, the page is looked at:
//! `Browser::page`. With `LEADKEEP_SCREENSHOTS=DIR` each of these pages is kept as pictures, light and dark.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod app;
mod axe;
mod browser;
mod chromedriver;
mod comforts;
mod gallery;
mod installation;
#[path = "../../../../bin/leadkeep/tests/cli/process.rs"]
#[allow(dead_code, reason = "the tests of the command line use the rest")]
mod process;
mod traffic;
mod usage;
mod walks;

use std::{future::Future, time::Duration};

use crate::{
    browser::{Browser, Variant},
    chromedriver::Chromedriver,
    installation::Installation,
};

/// The binary, as `make test-browser` builds it before, and says where it is.
fn leadkeep() -> String {
    std::env::var("LEADKEEP_TEST_BINARY").expect(
        "LEADKEEP_TEST_BINARY is not set: it names the binary that is looked at, and `make test-browser` sets it",
    )
}

/// A server of its own, and browsers to look at it with.
struct World {
    installation: Installation,
    chromedriver: Chromedriver,
    variant: Variant,
    walk: &'static str,
}

impl World {
    /// A browser that has never been anywhere. `who` looks through it, which names its pictures.
    async fn browser(&self, who: &str) -> Browser {
        let address = &self.installation.server.address;
        Browser::open(&self.chromedriver, address, self.variant, &format!("{}-{who}", self.walk)).await
    }
}

/// Does a walk, and gives up before the test runner would: so that what it started is stopped.
async fn in_a_world<F: Future<Output = ()>>(
    walk: &'static str,
    variant: Variant,
    walked: impl FnOnce(World) -> F,
) {
    let world =
        World { installation: Installation::start(), chromedriver: Chromedriver::start(), variant, walk };
    let done = tokio::time::timeout(Duration::from_secs(100), walked(world)).await;
    assert!(done.is_ok(), "the walk came to no end");
}

/// Makes of each `async fn name(world: World)` in `walks` four tests, such as `phone_without_script::name`.
macro_rules! in_every_browser {
    ($($walk:ident),+ $(,)?) => {
        in_every_browser! { desktop: Variant::DESKTOP; $($walk),+ }
        in_every_browser! { desktop_without_script: Variant::DESKTOP.without_script(); $($walk),+ }
        in_every_browser! { phone: Variant::PHONE; $($walk),+ }
        in_every_browser! { phone_without_script: Variant::PHONE.without_script(); $($walk),+ }
    };
    ($name:ident: $variant:expr; $($walk:ident),+) => {
        mod $name {
            use crate::{Variant, in_a_world, walks};

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $walk() {
                in_a_world(stringify!($walk), $variant, walks::$walk).await;
            })+
        }
    };
}

in_every_browser![
    a_file_is_imported,
    a_key_of_the_site_is_created,
    api_credentials_are_generated,
    api_keys_are_generated,
    api_tokens_are_created,
    leads_are_worked_with,
    an_open_secret_is_left,
    an_app_is_let_in_and_out,
    an_app_is_let_into_one_of_two_workspaces,
    apps_are_registered,
    people_are_invited_and_removed,
    people_sign_up_and_in,
    passwords_are_reset_and_sessions_ended,
    the_documentation_is_searched_and_read,
    two_people_are_at_the_same_lead,
];
