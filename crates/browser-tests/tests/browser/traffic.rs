//! What a browser said and asked for.

use serde_json::Value;
use thirtyfour::BrowserLogEntry;

/// Holds a browser to these places: it has asked nobody else for anything, what pages are made of was all there, and it has
/// found nothing wrong with a page, be it an error of the script or something that the page's policy forbids. All that it has
/// asked for.
pub(crate) fn check(
    who: &str,
    said: &[BrowserLogEntry],
    went: &[BrowserLogEntry],
    places: &[&str],
) -> Vec<String> {
    let mut asked = Vec::new();
    for entry in went {
        let event: Value = serde_json::from_str(&entry.message).unwrap();
        let (method, parameters) = (&event["message"]["method"], &event["message"]["params"]);
        if method == "Network.requestWillBeSent" {
            let address = parameters["request"]["url"].as_str().unwrap();
            // Some controls of the browser's own have pictures within their style.
            if address.starts_with("data:") {
                continue;
            }
            let known = places.iter().any(|place| address.starts_with(&format!("{place}/")));
            assert!(known, "{who}: the browser asked elsewhere: {address}");
            asked.push(address.to_owned());
        }
        if method == "Network.responseReceived" && parameters["type"] != "Document" {
            let response = &parameters["response"];
            let address = response["url"].as_str().unwrap_or_default();
            assert_eq!(response["status"], 200, "{who}: {address}");
        }
        // Whoever goes on does not wait for what the page has asked for meanwhile. A page that a form brought is not kept for whoever
        // comes back to it.
        let is_fine = parameters["canceled"] == true || parameters["errorText"] == "net::ERR_CACHE_MISS";
        assert!(method != "Network.loadingFailed" || is_fine, "{who}: {parameters}");
    }
    assert!(asked.len() > 1, "{who}: the log of requests is empty");
    for entry in said {
        let message = &entry.message;
        // Pages that refuse say so in their status, which the browser tells developers.
        let is_status = message.contains("Failed to load resource: the server responded with a status of 4");
        // Nobody is asked who has not touched the page.
        let is_unasked = message.contains("Blocked attempt to show a 'beforeunload' confirmation panel");
        let is_drivers_own = message.contains("Launching Mapper instance");
        assert!(is_status || is_unasked || is_drivers_own, "{who}: {}: {message}", entry.level);
    }
    asked
}
