use std::borrow::Cow;

/// What is wrong with a row or with the header. Never repeats long content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column, if it is one column's fault; shortened as names go.
    pub field: Option<String>,
    /// What is wrong, worded to stand behind the column's name, or else behind "the row" or "the header".
    pub message: Cow<'static, str>,
}

impl Fault {
    /// How many characters a message has at most.
    pub const MAX_MESSAGE: usize = 200;
    /// How many characters of a column's name are repeated.
    pub const MAX_FIELD: usize = 64;

    /// A fault of the whole row or header.
    pub(crate) fn whole(message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: None, message: message.into() }
    }

    /// A fault of the column of this name, if the name is known.
    pub(crate) fn of(column: Option<&str>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: column.map(shortened), message: message.into() }
    }
}

/// A name is repeated to its sender, but not at any length.
fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(Fault::MAX_FIELD).collect()
}

/// The number as people read it: 65,536.
pub(crate) fn grouped(number: usize) -> String {
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands == 0 { rest.to_string() } else { format!("{},{rest:03}", grouped(thousands)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_repeated_in_part() {
        let fault = Fault::of(Some(&format!("\0{}", "é".repeat(1000))), "is wrong");
        assert_eq!(fault.field, Some("é".repeat(64)));
    }

    #[test]
    fn large_numbers_are_grouped() {
        let seen = [0, 7, 999, 1000, 65_536, 1_000_001].map(grouped);
        assert_eq!(seen, ["0", "7", "999", "1,000", "65,536", "1,000,001"]);
    }
}
