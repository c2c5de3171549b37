use leadkeep_domain::{Edit, Invalid};
use serde_json::{Map, Value};

use super::{Fault, Faults};

/// The members of an object, taken one by one. Faults are collected, so that a caller hears of all at once.
pub struct Fields {
    members: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Fields {
    /// Of these members.
    pub fn new(members: Map<String, Value>) -> Self {
        Self { members, faults: Vec::new() }
    }

    /// A member that must be there.
    pub fn required<T>(&mut self, name: &str, parse: impl FnOnce(Value) -> Result<T, Invalid>) -> Option<T> {
        match self.members.remove(name) {
            None => self.fault(name, "is required"),
            Some(Value::Null) => self.fault(name, "must not be null"),
            Some(value) => self.parse(name, value, parse),
        }
    }

    /// A member that may be absent, or null, which is the same.
    pub fn optional<T>(&mut self, name: &str, parse: impl FnOnce(Value) -> Result<T, Invalid>) -> Option<T> {
        match self.members.remove(name) {
            None | Some(Value::Null) => None,
            Some(value) => self.parse(name, value, parse),
        }
    }

    /// A member of a patch that can be emptied: absent, null and a value are three different things.
    pub fn edit<T>(&mut self, name: &str, parse: impl FnOnce(Value) -> Result<T, Invalid>) -> Edit<T> {
        match self.members.remove(name) {
            None => Edit::Keep,
            Some(Value::Null) => Edit::Clear,
            Some(value) => self.parse(name, value, parse).map_or(Edit::Keep, Edit::Set),
        }
    }

    /// A member of a patch that is never empty.
    pub fn set<T>(&mut self, name: &str, parse: impl FnOnce(Value) -> Result<T, Invalid>) -> Option<T> {
        if self.members.contains_key(name) { self.required(name, parse) } else { None }
    }

    /// Notes members that are shown but can't be written.
    pub fn read_only(&mut self, names: &[&str]) {
        for name in names {
            if self.members.remove(*name).is_some() {
                self.fault::<()>(name, "is read-only");
            }
        }
    }

    /// Notes what is left as unknown, and refuses if anything was wrong.
    pub fn finish(mut self) -> Result<(), Faults> {
        let left: Vec<String> = self.members.keys().map(|name| shortened(name)).collect();
        for name in left {
            self.fault::<()>(&name, "is not known here");
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults)) }
    }

    /// Refuses if anything was wrong with what was taken; what is left is passed over.
    pub fn finish_passing_over_others(self) -> Result<(), Faults> {
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults)) }
    }

    fn parse<T>(
        &mut self,
        name: &str,
        value: Value,
        parse: impl FnOnce(Value) -> Result<T, Invalid>,
    ) -> Option<T> {
        parse(value).map_or_else(|invalid| self.fault(name, &invalid.to_string()), Some)
    }

    fn fault<T>(&mut self, name: &str, message: &str) -> Option<T> {
        self.faults.push(Fault { field: name.to_owned(), message: message.to_owned() });
        None
    }
}

/// An unknown name is repeated to its sender, but not at any length.
pub fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// A text, parsed further.
pub fn text<T>(parse: impl FnOnce(String) -> Result<T, Invalid>) -> impl FnOnce(Value) -> Result<T, Invalid> {
    |value| match value {
        Value::String(text) => parse(text),
        _ => Err(Invalid::new("must be a string")),
    }
}

/// A whole number, parsed further.
pub fn integer<T>(parse: impl FnOnce(i64) -> Result<T, Invalid>) -> impl FnOnce(Value) -> Result<T, Invalid> {
    |value| match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => parse(number),
            None if number.is_u64() => Err(Invalid::new("is too large")),
            None => Err(Invalid::new("must be a whole number")),
        },
        _ => Err(Invalid::new("must be a whole number")),
    }
}

/// Yes or no.
#[expect(clippy::needless_pass_by_value, reason = "takes what a body gives, as the parsers of text do")]
pub fn flag(value: Value) -> Result<bool, Invalid> {
    value.as_bool().ok_or_else(|| Invalid::new("must be true or false"))
}

/// A number from 0 to 1.
#[expect(clippy::needless_pass_by_value, reason = "takes what a body gives, as the parsers of text do")]
pub fn fraction(value: Value) -> Result<f64, Invalid> {
    let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| Invalid::new("must be a number from 0 to 1"))
}

/// A list of texts, parsed further. At most `max` are looked at.
pub fn strings<T>(
    max: usize,
    parse: impl FnOnce(Vec<String>) -> Result<T, Invalid>,
) -> impl FnOnce(Value) -> Result<T, Invalid> {
    move |value| {
        let not_strings = || Invalid::new("must be an array of strings");
        let Value::Array(items) = value else { return Err(not_strings()) };
        if items.len() > max {
            return Err(Invalid::new(format!("must have at most {max} items")));
        }
        let as_text = |item| if let Value::String(text) = item { Ok(text) } else { Err(not_strings()) };
        parse(items.into_iter().map(as_text).collect::<Result<_, _>>()?)
    }
}

/// An object, parsed further.
pub fn object<T>(
    parse: impl FnOnce(Map<String, Value>) -> Result<T, Invalid>,
) -> impl FnOnce(Value) -> Result<T, Invalid> {
    |value| match value {
        Value::Object(members) => parse(members),
        _ => Err(Invalid::new("must be an object")),
    }
}

/// A text that is one of a few words.
#[expect(clippy::needless_pass_by_value, reason = "takes what a body gives, as the parsers of text do")]
pub fn word<T: std::str::FromStr<Err = Invalid>>(text: String) -> Result<T, Invalid> {
    text.parse()
}
