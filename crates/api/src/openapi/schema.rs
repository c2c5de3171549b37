//! Schemas (JSON Schema 2020-12), said in few words.

use leadkeep_domain::{CustomFields, MinorUnits, PageLimit, Tags};

use super::{Json, json::object};

/// What a value looks like.
#[derive(Clone)]
pub(super) struct Schema(Json);

/// A member of an object: its name and what it looks like.
pub(super) type Member = (&'static str, Schema);

/// A line of text: not blank, without control characters.
const LINE: &str = r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$";

pub(super) fn string() -> Schema {
    Schema(object! { "type": "string" })
}

pub(super) fn boolean() -> Schema {
    Schema(object! { "type": "boolean" })
}

/// Any JSON.
pub(super) fn anything() -> Schema {
    Schema(object! {})
}

/// A line of text of so many characters.
pub(super) fn line(max: usize) -> Schema {
    Schema(object! { "type": "string", "minLength": 1, "maxLength": max, "pattern": LINE })
}

/// A text of so many characters.
pub(super) fn string_up_to(max: usize) -> Schema {
    Schema(object! { "type": "string", "minLength": 1, "maxLength": max, "pattern": r"\S" })
}

pub(super) fn integer(from: i64, to: i64) -> Schema {
    Schema(object! { "type": "integer", "minimum": from, "maximum": to })
}

/// A whole number that counts something.
pub(super) fn count() -> Schema {
    Schema(object! { "type": "integer", "minimum": 0 })
}

/// A number from 0 to 1.
pub(super) fn fraction() -> Schema {
    Schema(object! { "type": "number", "minimum": 0, "maximum": 1 })
}

/// The id of something: a UUID with hyphens, in either case.
pub(super) fn id(example: &'static str) -> Schema {
    Schema(object! {
        "type": "string",
        "format": "uuid",
        "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
        "examples": [example],
    })
}

/// A time of RFC 3339.
pub(super) fn time() -> Schema {
    Schema(object! { "type": "string", "format": "date-time", "examples": ["2026-11-22T01:26:30.352819Z"] })
}

/// A day from 1900-01-01 to 2199-12-31.
pub(super) fn day() -> Schema {
    Schema(object! {
        "type": "string",
        "format": "date",
        "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
        "examples": ["2026-12-31"],
    })
}

/// A bare e-mail address.
pub(super) fn email() -> Schema {
    // The format of JSON Schema is RFC 5321's, without Unicode; these addresses may have it.
    let form = r"^[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+$";
    let schema = object! { "type": "string", "maxLength": 254, "pattern": form };
    Schema(schema.with("examples", ["john@acme.com"]))
}

pub(super) fn currency() -> Schema {
    Schema(object! { "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"] })
}

/// An amount in the minor unit of its currency.
pub(super) fn amount() -> Schema {
    integer(0, MinorUnits::MAX)
}

/// Tags as they are shown.
pub(super) fn tags() -> Schema {
    array(line(64)).max_items(Tags::MAX)
}

/// What a workspace keeps about a lead beside what everyone has.
pub(super) fn custom_fields() -> Schema {
    Schema(object! {
        "type": "object",
        "maxProperties": CustomFields::MAX_MEMBERS,
        "propertyNames": object! { "minLength": 1, "maxLength": CustomFields::MAX_NAME },
        "additionalProperties": true,
    })
}

/// How many items a page has.
pub(super) fn page_limit(default: i64) -> Schema {
    integer(1, PageLimit::MAX.into()).default(default)
}

/// One of these words.
pub(super) fn word<const N: usize>(words: [&'static str; N]) -> Schema {
    Schema(object! { "type": "string", "enum": words })
}

/// This word and no other.
pub(super) fn exactly(word: impl Into<Json>) -> Schema {
    Schema(object! { "const": word.into() })
}

pub(super) fn array(items: Schema) -> Schema {
    Schema(object! { "type": "array", "items": items.0 })
}

/// A schema among the document's components.
pub(super) fn reference(name: &str) -> Schema {
    Schema(object! { "$ref": format!("#/components/schemas/{name}") })
}

/// One of these.
pub(super) fn one_of(schemas: impl IntoIterator<Item = Schema>) -> Schema {
    Schema(object! { "oneOf": schemas.into_iter().map(|schema| schema.0).collect::<Vec<_>>() })
}

/// What an answer shows: every member is always there.
pub(super) fn shown(members: impl IntoIterator<Item = Member>) -> Schema {
    let members: Vec<Member> = members.into_iter().collect();
    let names: Vec<Json> = members.iter().map(|(name, _)| (*name).into()).collect();
    let members: Json = members.into_iter().map(|(name, schema)| (name.into(), schema.0)).collect();
    Schema(object! { "type": "object", "required": names, "properties": members })
}

/// What a body says: no member but these, and these at least.
pub(super) fn written<const N: usize>(
    required: [&'static str; N],
    members: impl IntoIterator<Item = Member>,
) -> Schema {
    let Schema(schema) = shown(members);
    let schema = match N {
        0 => schema.without("required"),
        _ => schema.with("required", required),
    };
    Schema(schema.with("additionalProperties", false))
}

/// What a body says where exactly one of two members must be there. null is as good as absent.
pub(super) fn written_either(either: [&'static str; 2], members: impl IntoIterator<Item = Member>) -> Schema {
    let [one, other] = either;
    let alone = |there: &'static str, absent: &'static str| {
        let properties: Json =
            [(there.into(), object! { "type": "string" }), (absent.into(), object! { "type": "null" })]
                .into_iter()
                .collect();
        object! { "required": [there], "properties": properties }
    };
    let members = members.into_iter().map(|(name, schema)| {
        let schema = if either.contains(&name) { schema.nullable() } else { schema };
        (name, schema)
    });
    let Schema(schema) = written([], members);
    Schema(schema.with("oneOf", [alone(one, other), alone(other, one)]))
}

/// A form: members that are not known are passed over.
pub(super) fn form<const N: usize>(
    required: [&'static str; N],
    members: impl IntoIterator<Item = Member>,
) -> Schema {
    let Schema(schema) = shown(members);
    Schema(schema.with("required", required))
}

pub(super) fn null() -> Schema {
    Schema(object! { "type": "null" })
}

impl Schema {
    /// An object with one more member that must be there.
    pub(super) fn requiring(self, name: &'static str) -> Self {
        Self(self.0.with("required", [name]))
    }

    /// An object with one more member that may be there.
    pub(super) fn also(self, name: &'static str, schema: Self) -> Self {
        let properties = self.0.get("properties").cloned().unwrap_or(Json::Null);
        Self(self.0.with("properties", properties.with(name, schema.0)))
    }

    pub(super) fn describe(self, text: &'static str) -> Self {
        Self(self.0.with("description", text))
    }

    pub(super) fn default(self, value: impl Into<Json>) -> Self {
        Self(self.0.with("default", value))
    }

    pub(super) fn example(self, value: impl Into<Json>) -> Self {
        Self(self.0.with("examples", [value.into()]))
    }

    pub(super) fn max_items(self, max: usize) -> Self {
        Self(self.0.with("maxItems", max))
    }

    pub(super) fn min_items(self, min: usize) -> Self {
        Self(self.0.with("minItems", min))
    }

    pub(super) fn pattern(self, pattern: &'static str) -> Self {
        Self(self.0.with("pattern", pattern))
    }

    /// The schema, or null.
    pub(super) fn nullable(self) -> Self {
        let Self(schema) = self;
        let words = schema.get("enum").map(|words| [words.items(), &[Json::Null]].concat());
        if let Some(kind) = schema.get("type").cloned() {
            let schema = schema.with("type", [kind, Json::from("null")]);
            Self(match words {
                Some(words) => schema.with("enum", words),
                None => schema,
            })
        } else {
            Self(object! { "oneOf": [schema, object! { "type": "null" }] })
        }
    }

    pub(super) fn into_json(self) -> Json {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_null_says_so_among_its_types_and_its_words() {
        let schema = word(["a", "b"]).nullable().into_json();
        assert_eq!(schema.get("type"), Some(&["string", "null"].into()));
        assert_eq!(schema.get("enum").unwrap().items().len(), 3);
        assert!(reference("Lead").nullable().into_json().get("oneOf").is_some());
    }
}
