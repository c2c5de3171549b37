//! JSON whose members keep their order: a document that people read is not sorted by the alphabet.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of JSON")]
pub enum Json {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    String(Cow<'static, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'static, str>, Self)>),
}

/// An object: `object! { "name": value, … }`, where each value is anything that becomes [`Json`].
macro_rules! object {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::openapi::Json::Object(vec![$(($name.into(), $crate::openapi::Json::from($value))),*])
    };
}
pub(super) use object;

impl Json {
    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A member of a member, and so on.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(Cow<'static, str>, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The items of an array; none of anything else.
    pub fn items(&self) -> &[Self] {
        if let Self::Array(items) = self { items } else { &[] }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The text of a member; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Self::as_str).unwrap_or_default()
    }

    /// Whether a member is there and true.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(&Self::Bool(true))
    }

    /// As text over several lines.
    pub fn pretty(&self) -> String {
        // A tree of JSON's own values can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The object with this member: where one of the same name was, else last.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Self>) -> Self {
        if let Self::Object(members) = &mut self {
            match members.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = value.into(),
                None => members.push((name.into(), value.into())),
            }
        }
        self
    }

    /// The object without this member.
    #[must_use]
    pub(super) fn without(mut self, name: &str) -> Self {
        if let Self::Object(members) = &mut self {
            members.retain(|(known, _)| known != name);
        }
        self
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Json {
    fn from(items: [T; N]) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl FromIterator<(Cow<'static, str>, Self)> for Json {
    fn from_iter<I: IntoIterator<Item = (Cow<'static, str>, Self)>>(members: I) -> Self {
        Self::Object(members.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order() {
        let written = object! { "b": 1, "a": [object! { "z": Json::Null, "y": true }] };
        assert_eq!(serde_json::to_string(&written).unwrap(), r#"{"b":1,"a":[{"z":null,"y":true}]}"#);
        assert_eq!(written.with("b", "first").pretty().lines().count(), 9);
    }
}
