//! The colours of the stylesheet can be told apart, in light and dark: WCAG 2.2, 1.4.3 and 1.4.11.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a stylesheet that cannot be read fails its test"
)]

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../assets/style.css");

/// Text, and the grounds it stands on.
const TEXT: &[(&str, &[&str])] = &[
    ("text", &["ground", "raised", "code", "wash", "line", "green-wash", "red-wash", "amber-wash"]),
    ("quiet", &["ground", "raised", "code"]),
    ("accent", &["ground", "raised", "wash"]),
    ("on-accent", &["accent"]),
    ("on-red", &["red"]),
    ("red", &["ground", "raised", "red-wash"]),
    ("green", &["ground", "green-wash"]),
    ("amber", &["ground", "amber-wash"]),
];

/// What shows where a field is, and what has the focus.
const EDGES: &[(&str, &[&str])] =
    &[("edge", &["ground", "raised", "wash"]), ("accent", &["ground", "raised", "wash"])];

#[test]
fn text_can_be_read_in_both_themes() {
    check(TEXT, 4.5);
}

#[test]
fn edges_can_be_seen_in_both_themes() {
    check(EDGES, 3.0);
}

#[test]
fn colours_are_tokens() {
    let rules = STYLE.split_once('}').unwrap().1;
    let colour = |word: &&str| word.starts_with('#') && word.trim_end_matches(';').len() > 3;
    assert_eq!(rules.split_whitespace().find(colour), None);
}

#[track_caller]
fn check(pairs: &[(&str, &[&str])], least: f64) {
    let tokens = tokens();
    for (front, grounds) in pairs {
        for ground in *grounds {
            for (theme, at) in [("light", 0), ("dark", 1)] {
                let contrast = contrast(tokens[front][at], tokens[ground][at]);
                assert!(contrast >= least, "{front} on {ground}, {theme}: {contrast:.2}");
            }
        }
    }
}

/// The luminance of each colour, in light and dark.
fn tokens() -> BTreeMap<&'static str, [f64; 2]> {
    STYLE
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
            Some((name, [luminance(light), luminance(dark)]))
        })
        .collect()
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
