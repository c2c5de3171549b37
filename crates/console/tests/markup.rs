//! What holds for every page, whatever is shown on it.

mod samples;
mod tags;

use std::collections::BTreeSet;

use leadkeep_console::{Assets, FORM_TOKEN};
use tags::{Tag, tags};

/// Does this with every page's name and tags.
#[track_caller]
fn on_every_page(check: impl Fn(&str, &[Tag])) {
    for (name, page) in samples::all() {
        check(name, &tags(&page.into_string()));
    }
}

#[test]
fn the_only_script_is_the_module_and_the_only_style_the_stylesheet() {
    let assets = Assets::new();
    on_every_page(|page, tags| {
        let scripts: Vec<&Tag> = tags.iter().filter(|tag| tag.name == "script").collect();
        assert_eq!(scripts.len(), 1, "{page}");
        assert_eq!(scripts[0].get("src"), Some(assets.script.path.as_str()), "{page}");
        for tag in tags {
            assert_ne!(tag.name, "style", "{page}");
            for attribute in tag.names() {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{page}: {tag:?}");
            }
        }
    });
}

#[test]
fn what_people_bring_stays_text() {
    for (name, page) in samples::all() {
        let page = page.into_string();
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        assert!(!page.contains("\" onmouseover"), "{name}");
    }
}

#[test]
fn every_form_is_posted_with_its_token() {
    on_every_page(|page, tags| {
        for (at, form) in tags.iter().enumerate().filter(|(_, tag)| tag.name == "form") {
            // What is only asked for goes into the address, and no token with it.
            let asks = form.get("method") == Some("get");
            assert!(asks || form.get("method") == Some("post"), "{page}");
            let has_token = tags[at..]
                .iter()
                .take_while(|tag| tag.name != "/form")
                .any(|tag| tag.get("name") == Some(FORM_TOKEN) && tag.get("value") == Some(samples::TOKEN));
            assert_eq!(has_token, !asks, "{page}: {form:?}");
        }
    });
}

#[test]
fn every_field_has_a_label() {
    on_every_page(|page, tags| {
        let labelled = values(tags, "for");
        for field in tags.iter().filter(|tag| is_field(tag)) {
            assert!(field.get("id").is_some_and(|id| labelled.contains(id)), "{page}: {field:?}");
        }
    });
}

#[test]
fn what_is_referred_to_is_there_once() {
    on_every_page(|page, tags| {
        let ids = values(tags, "id");
        assert_eq!(
            ids.len(),
            tags.iter().filter(|tag| tag.get("id").is_some()).count(),
            "{page}: ids repeat"
        );
        for reference in ["for", "aria-describedby", "aria-labelledby", "data-copy"] {
            for id in values(tags, reference).into_iter().flat_map(str::split_whitespace) {
                assert!(ids.contains(id), "{page}: {reference} {id}");
            }
        }
        for id in values(tags, "href").into_iter().filter_map(|to| to.strip_prefix('#')) {
            assert!(ids.contains(id), "{page}: #{id}");
        }
    });
}

#[test]
fn pages_lead_to_this_server_only() {
    on_every_page(|page, tags| {
        for attribute in ["href", "src", "action"] {
            for to in values(tags, attribute) {
                assert!(
                    to.starts_with('#') || (to.starts_with('/') && !to.starts_with("//")),
                    "{page}: {to}"
                );
            }
        }
    });
}

#[test]
fn passwords_are_never_filled_in() {
    on_every_page(|page, tags| {
        for field in tags.iter().filter(|tag| tag.get("type") == Some("password")) {
            assert_eq!(field.get("value"), None, "{page}");
        }
    });
}

#[test]
fn cells_carry_the_words_of_their_columns() {
    on_every_page(|page, tags| {
        // Those of the many steps of a period come from the stylesheet.
        let mut in_steps = false;
        for cell in tags {
            in_steps = match cell.name.as_str() {
                "table" => cell.get("class").is_some_and(|class| class.contains("steps")),
                _ => in_steps,
            };
            if cell.name != "td" || in_steps {
                continue;
            }
            let needs_none = cell.get("class") == Some("act") || page.starts_with("members");
            assert!(needs_none || cell.get("data-label").is_some(), "{page}: {cell:?}");
        }
    });
}

#[test]
fn assets_are_named_after_their_content() {
    for asset in Assets::new().all() {
        let hash = blake3::hash(asset.bytes).to_hex();
        assert!(
            asset.path.starts_with("/console/assets/") && asset.path.contains(&hash[..16]),
            "{}",
            asset.path
        );
    }
}

fn is_field(tag: &Tag) -> bool {
    match tag.name.as_str() {
        "input" => tag.get("type") != Some("hidden"),
        name => matches!(name, "select" | "textarea"),
    }
}

fn values<'a>(tags: &'a [Tag], attribute: &str) -> BTreeSet<&'a str> {
    tags.iter().filter_map(|tag| tag.get(attribute)).collect()
}
