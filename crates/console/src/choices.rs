//! Several boxes or buttons under one name.

use maud::{Markup, html};

/// One of the choices of a [`Choices`].
pub(crate) struct Choice<'a> {
    pub(crate) value: &'a str,
    pub(crate) words: &'a str,
    /// What choosing it means.
    pub(crate) more: Option<&'a str>,
    pub(crate) chosen: bool,
}

/// Several boxes or buttons under one name.
pub(crate) struct Choices<'a> {
    pub(crate) name: &'a str,
    pub(crate) legend: &'a str,
    pub(crate) hint: Option<&'a str>,
    pub(crate) fault: Option<&'a str>,
    pub(crate) among: &'a [Choice<'a>],
}

impl Choices<'_> {
    /// Any number of them.
    pub(crate) fn boxes(&self) -> Markup {
        self.group("checkbox", false)
    }

    /// Exactly one of them.
    pub(crate) fn radios(&self) -> Markup {
        self.group("radio", true)
    }

    fn group(&self, kind: &str, required: bool) -> Markup {
        let (hint_id, fault_id) = (format!("{}-hint", self.name), format!("{}-fault", self.name));
        let described = match (self.fault, self.hint) {
            (Some(_), _) => Some(&fault_id),
            (None, Some(_)) => Some(&hint_id),
            (None, None) => None,
        };
        html! {
            fieldset.field aria-describedby=[described] {
                legend { (self.legend) }
                @if let Some(hint) = self.hint { p.hint id=(hint_id) { (hint) } }
                div.choices {
                    @for choice in self.among {
                        @let id = format!("{}-{}", self.name, choice.value);
                        div.choice {
                            input id=(id) type=(kind) name=(self.name) value=(choice.value)
                                checked[choice.chosen] required[required];
                            label for=(id) {
                                span { bdi { (choice.words) } }
                                @if let Some(more) = choice.more { small { (more) } }
                            }
                        }
                    }
                }
                @if let Some(fault) = self.fault { p.fault id=(fault_id) { (fault) } }
            }
        }
    }
}
