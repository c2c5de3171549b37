//! More fields of forms.

use maud::{Markup, html};

use crate::form::Field;

impl Field<'_> {
    /// A line of text of at most so many characters.
    pub(crate) fn line(self, typed: &str, longest: u16) -> Markup {
        self.control("text", typed, longest, None)
    }

    /// An amount of money.
    pub(crate) fn amount(self, typed: &str) -> Markup {
        self.control("text", typed, 40, Some("decimal"))
    }

    /// A day.
    pub(crate) fn day(self, typed: &str) -> Markup {
        self.control("date", typed, 10, None)
    }

    /// What is looked for.
    pub(crate) fn search(self, typed: &str) -> Markup {
        self.around(&html! {
            input id=(self.name) type="search" name=(self.name) value=(typed) dir="auto" maxlength="200"
                placeholder="Name, company or e-mail" required[!self.optional] autocomplete=(self.autocomplete)
                spellcheck="false" aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
        })
    }

    fn control(self, kind: &str, typed: &str, longest: u16, keyboard: Option<&str>) -> Markup {
        self.around(&html! {
            input id=(self.name) type=(kind) name=(self.name) value=(typed) dir="auto" maxlength=(longest)
                required[!self.optional] autocomplete=(self.autocomplete) spellcheck="false" inputmode=[keyboard]
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
        })
    }

    /// Several lines of people's text.
    pub(crate) fn area(self, typed: &str, rows: u8) -> Markup {
        self.several("", typed, rows)
    }

    /// Several lines of code that may stay empty.
    pub(crate) fn code(self, typed: &str, rows: u8) -> Markup {
        self.several("code", typed, rows)
    }

    fn several(self, class: &str, typed: &str, rows: u8) -> Markup {
        self.around(&html! {
            // A line break right after the tag is not part of the text.
            textarea class=(class) id=(self.name) name=(self.name) rows=(rows) dir="auto" spellcheck="false"
                required[!self.optional] aria-invalid=[self.invalid()] aria-describedby=[self.described_by()] { "\n" (typed) }
        })
    }
}
