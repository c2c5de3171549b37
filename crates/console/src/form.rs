//! What forms are made of. A fault stands next to its field, and what was typed stays, passwords excepted.

use leadkeep_domain::FormId;
use maud::{Markup, html};

/// The name of the hidden field that proves that a form is ours.
pub const FORM_TOKEN: &str = "form_token";

/// The name of the hidden field that says which drawing of a form is sent: one that makes a secret makes one.
pub const FORM_ID: &str = "form_id";

/// What was typed into a field, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What was typed, or what the field starts with.
    pub value: String,
    /// One sentence, such as "Type an e-mail address, such as ana@example.com."
    pub fault: Option<String>,
}

impl Typed {
    /// A field that starts with this, and has no fault.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), fault: None }
    }

    /// What was typed, with its fault.
    pub fn faulty(value: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { value: value.into(), fault: Some(fault.into()) }
    }
}

/// Where a form goes, and the token in it.
#[derive(Clone, Copy)]
pub(crate) struct Form<'a> {
    pub(crate) action: &'a str,
    pub(crate) token: &'a str,
    pub(crate) id: Option<FormId>,
}

impl Form<'_> {
    /// Fields one below the other.
    pub(crate) fn stacked(&self, fields: &Markup) -> Markup {
        self.with_class("stack", fields)
    }

    /// A button, or a field and a button, in a line.
    pub(crate) fn inline(&self, fields: &Markup) -> Markup {
        self.with_class("inline", fields)
    }

    /// Fields in a way of their own.
    pub(crate) fn with_class(&self, class: &str, fields: &Markup) -> Markup {
        html! {
            form class=(class) method="post" action=(self.action) {
                (hidden(FORM_TOKEN, self.token))
                @if let Some(id) = self.id { (hidden(FORM_ID, &id.to_string())) }
                (fields)
            }
        }
    }
}

/// What a field is, but for what is in it.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Its id and its name.
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) hint: Option<&'a str>,
    pub(crate) fault: Option<&'a str>,
    /// What the browser may fill in.
    pub(crate) autocomplete: &'a str,
    /// Whether it may stay empty.
    pub(crate) optional: bool,
}

impl<'a> Field<'a> {
    pub(crate) const fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: None, fault: None, autocomplete: "off", optional: false }
    }

    pub(crate) const fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(crate) const fn fault(self, fault: Option<&'a str>) -> Self {
        Self { fault, ..self }
    }

    pub(crate) const fn autocomplete(self, autocomplete: &'a str) -> Self {
        Self { autocomplete, ..self }
    }

    pub(crate) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// A line of text.
    pub(crate) fn text(self, typed: &str) -> Markup {
        self.input("text", typed, 200)
    }

    /// An e-mail address.
    pub(crate) fn email(self, typed: &str) -> Markup {
        self.input("email", typed, 254)
    }

    fn input(self, kind: &str, typed: &str, longest: u16) -> Markup {
        let Self { name, autocomplete, .. } = self;
        self.around(&html! {
            input id=(name) type=(kind) name=(name) value=(typed) dir="auto" maxlength=(longest)
                required[!self.optional] autocomplete=(autocomplete) spellcheck="false"
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
        })
    }

    /// A password: never filled in by us.
    pub(crate) fn password(self) -> Markup {
        let Self { name, autocomplete, .. } = self;
        self.around(&html! {
            input id=(name) type="password" name=(name) maxlength="1024" required autocomplete=(autocomplete)
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()];
        })
    }

    /// Several lines of code-like text.
    pub(crate) fn lines(self, typed: &str) -> Markup {
        self.around(&html! {
            // A line break right after the tag is not part of the text.
            textarea.code id=(self.name) name=(self.name) rows="4" required[!self.optional] spellcheck="false" autocapitalize="none"
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()] { "\n" (typed) }
        })
    }

    /// One of several, given as value and words.
    pub(crate) fn select(self, options: &[(&str, &str)], chosen: &str) -> Markup {
        self.around(&html! {
            select id=(self.name) name=(self.name)
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by()] {
                @for (value, words) in options {
                    option value=(value) selected[*value == chosen] { (words) }
                }
            }
        })
    }

    /// The label, the hint and the fault of a control.
    pub(crate) fn around(self, control: &Markup) -> Markup {
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                @if let Some(hint) = self.hint { p.hint id=(self.hint_id()) { (hint) } }
                (control)
                @if let Some(fault) = self.fault { p.fault id=(self.fault_id()) { (fault) } }
            }
        }
    }

    fn hint_id(self) -> String {
        format!("{}-hint", self.name)
    }

    fn fault_id(self) -> String {
        format!("{}-fault", self.name)
    }

    pub(crate) fn invalid(self) -> Option<&'static str> {
        self.fault.map(|_| "true")
    }

    pub(crate) fn described_by(self) -> Option<String> {
        match (self.fault, self.hint) {
            (Some(_), Some(_)) => Some(format!("{} {}", self.fault_id(), self.hint_id())),
            (Some(_), None) => Some(self.fault_id()),
            (None, Some(_)) => Some(self.hint_id()),
            (None, None) => None,
        }
    }
}

/// What is sent without being seen.
pub(crate) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// What the page is for.
pub(crate) fn submit(words: &str) -> Markup {
    html! { button.primary type="submit" { (words) } }
}

/// What takes something away from somebody.
pub(crate) fn danger_submit(words: &str) -> Markup {
    html! { button.danger type="submit" { (words) } }
}

/// Anything else.
pub(crate) fn quiet_submit(words: &str) -> Markup {
    html! { button type="submit" { (words) } }
}
