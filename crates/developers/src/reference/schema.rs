//! Schemas, for people.

use leadkeep_api::openapi::Json;
use maud::{Markup, html};

use super::{part, resolve};
use crate::inline;

/// How deep members of members are shown.
const DEEPEST: u8 = 4;

/// The members of an object, or of each object of an array, as a list; nothing of what has none.
pub(super) fn members(document: &Json, schema: &Json) -> Markup {
    html! { (list(document, schema, 0)) (alternatives(document, schema, 0)) }
}

fn list(document: &Json, schema: &Json, depth: u8) -> Markup {
    let object = object_of(document, schema);
    let members = part(object, "properties").members();
    let required = part(object, "required").items();
    // What answers show is all there: only of bodies is it worth saying.
    let is_body = object.get("additionalProperties") == Some(&Json::Bool(false));
    html! {
        @if !members.is_empty() {
            dl.members {
                @for (name, member) in members {
                    @let needed = is_body && required.iter().any(|known| known.as_str() == Some(name));
                    dt { code { (name) } " " (kind(document, member)) @if needed { " " span.required { "required" } } }
                    dd { (says(document, member)) (deeper(document, name, member, depth)) }
                }
            }
        }
    }
}

/// The object that a schema is about: itself, what its items are, or the one thing that it is when it is not null.
fn object_of<'a>(document: &'a Json, schema: &'a Json) -> &'a Json {
    let schema = resolve(document, schema);
    if let Some(items) = schema.get("items") {
        return object_of(document, items);
    }
    let others = part(schema, "oneOf").items().iter().filter(|one| one.text("type") != "null");
    match others.collect::<Vec<_>>().as_slice() {
        [only] if schema.get("properties").is_none() => object_of(document, only),
        _ => schema,
    }
}

/// The members of a member, folded in.
fn deeper(document: &Json, name: &str, member: &Json, depth: u8) -> Markup {
    let has_members = object_of(document, member).get("properties").is_some();
    html! {
        @if has_members && depth < DEEPEST {
            details { summary { "Members of " code { (name) } } (list(document, member, depth + 1)) }
        }
        (alternatives(document, member, depth))
    }
}

/// Each of the several things that a value can be, folded in.
fn alternatives(document: &Json, schema: &Json, depth: u8) -> Markup {
    html! {
        @for (name, schema) in variants(document, schema).unwrap_or_default() {
            details { summary { (name) } (list(document, schema, depth + 1)) }
        }
    }
}

/// The several things that a member can be, by name.
fn variants<'a>(document: &'a Json, member: &'a Json) -> Option<Vec<(&'a str, &'a Json)>> {
    let named = part(resolve(document, member), "oneOf")
        .items()
        .iter()
        .filter_map(|one| Some((one.text("$ref").strip_prefix("#/components/schemas/")?, one)));
    Some(named.collect::<Vec<_>>()).filter(|variants| variants.len() > 1)
}

/// What kind of value it is, in a few words.
pub(super) fn kind(document: &Json, schema: &Json) -> Markup {
    html! { span.kind { (kind_in_words(document, schema)) } }
}

fn kind_in_words(document: &Json, schema: &Json) -> String {
    let schema = resolve(document, schema);
    let nullable = part(schema, "oneOf").items().iter().any(|one| one.text("type") == "null");
    let or_null = if nullable { " or null" } else { "" };
    if let Some(items) = schema.get("items") {
        return format!("array of {}s", kind_in_words(document, items));
    }
    match part(schema, "type") {
        Json::String(kind) => format!("{}{or_null}", with_format(schema, kind)),
        Json::Array(kinds) => {
            let kinds: Vec<_> =
                kinds.iter().filter_map(Json::as_str).map(|kind| with_format(schema, kind)).collect();
            kinds.join(" or ")
        }
        _ if schema.get("const").is_some() => "constant".to_owned(),
        _ if schema.get("oneOf").is_some() => format!("object{or_null}"),
        _ => "any JSON".to_owned(),
    }
}

fn with_format(schema: &Json, kind: &str) -> String {
    match (kind, schema.text("format")) {
        ("string", "uuid") => "id".to_owned(),
        ("string", "date-time") => "time".to_owned(),
        ("string", "date") => "day".to_owned(),
        (kind, _) => kind.to_owned(),
    }
}

/// What a member means, and its limits.
pub(super) fn says(document: &Json, schema: &Json) -> Markup {
    let resolved = resolve(document, schema);
    let words = part(resolved, "enum").items();
    let limits = limits(resolved);
    html! {
        @let description = resolved.text("description");
        @if !description.is_empty() { p { (inline::text(description)) } }
        @if !words.is_empty() { p { "One of " (choices(words)) "." } }
        @if let Some(only) = resolved.get("const") { p { "Always " code { (plain(only)) } "." } }
        @if !limits.is_empty() { p.limits { (limits.join(" · ")) } }
    }
}

fn choices(words: &[Json]) -> Markup {
    html! {
        @for (at, word) in words.iter().enumerate() {
            @if at > 0 { ", " }
            code { (plain(word)) }
        }
    }
}

/// A value as a reader writes it.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.pretty(), str::to_owned)
}

fn limits(schema: &Json) -> Vec<String> {
    let number = |name: &str| schema.get(name).map(|value| grouped(&value.pretty()));
    let range = match (number("minimum"), number("maximum")) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("{from} or more")),
        _ => None,
    };
    let most = |name: &str, unit: &str| number(name).map(|most| format!("at most {most} {unit}"));
    let limits = [
        range,
        most("maxLength", "characters"),
        most("maxItems", "items"),
        most("maxProperties", "members"),
        schema.get("default").map(|value| format!("default {}", plain(value))),
    ];
    limits.into_iter().flatten().collect()
}

/// A whole number with commas between thousands.
fn grouped(digits: &str) -> String {
    if digits.len() < 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(grouped("9007199254740991"), "9,007,199,254,740,991");
        assert_eq!(grouped("1000"), "1000");
        assert_eq!(grouped("-5"), "-5");
    }
}
