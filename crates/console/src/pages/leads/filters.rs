//! What a list of leads is narrowed to.

use leadkeep_domain::LeadOrder;
use maud::{Markup, html};

use super::Colleagues;
use crate::{Typed, form::Field};

/// The filters as they were typed, with what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Words of names, companies and e-mails.
    pub search: Typed,
    /// `active`, `archived` or `all`; empty for active.
    pub status: Typed,
    /// A member's id.
    pub assigned_to: Typed,
    /// One tag.
    pub tag: Typed,
    /// A whole address.
    pub email: Typed,
    /// A day.
    pub changed_after: Typed,
    /// The order.
    pub sort: Sort,
}

/// The order of a list, as it is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The youngest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// What changed last first.
    Changed,
    /// What changed longest ago first.
    Stalest,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Changed, Self::Stalest];

    /// The one that has this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == name)
    }

    /// Its name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Changed => "changed",
            Self::Stalest => "stalest",
        }
    }

    /// What the list is asked for.
    pub const fn order(self) -> LeadOrder {
        match self {
            Self::Newest => LeadOrder::NewestFirst,
            Self::Oldest => LeadOrder::OldestFirst,
            Self::Changed => LeadOrder::RecentlyUpdatedFirst,
            Self::Stalest => LeadOrder::LeastRecentlyUpdatedFirst,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Changed => "Changed last first",
            Self::Stalest => "Unchanged longest first",
        }
    }
}

impl Filters {
    /// The orders that these filters leave: what is found by words is ordered by age, and what is narrowed by change is by change.
    pub fn sorts(&self) -> &'static [Sort] {
        match (self.search.value.is_empty(), self.changed_after.value.is_empty()) {
            (false, _) => &[Sort::Newest, Sort::Oldest],
            (true, false) => &[Sort::Changed, Sort::Stalest],
            (true, true) => &Sort::ALL,
        }
    }

    /// Whether the list is narrowed: its order does not count.
    pub fn narrow(&self) -> bool {
        !self.search.value.is_empty() || self.narrow_but_by_words()
    }

    fn narrow_but_by_words(&self) -> bool {
        [&self.status, &self.assigned_to, &self.tag, &self.email, &self.changed_after]
            .iter()
            .any(|typed| !typed.value.is_empty())
    }

    /// Whether nothing is wrong.
    pub(crate) fn are_sound(&self) -> bool {
        [&self.search, &self.status, &self.assigned_to, &self.tag, &self.email, &self.changed_after]
            .iter()
            .all(|typed| typed.fault.is_none())
    }

    /// As addresses have them.
    pub(crate) fn pairs(&self) -> [(&'static str, &str); 7] {
        let sort = if self.sort == Sort::default() { "" } else { self.sort.as_str() };
        [
            ("q", &self.search.value),
            ("status", &self.status.value),
            ("assigned_to", &self.assigned_to.value),
            ("tag", &self.tag.value),
            ("email", &self.email.value),
            ("changed_after", &self.changed_after.value),
            ("sort", sort),
        ]
    }

    /// The whole form, which goes into the address.
    pub(super) fn form(&self, path: &str, colleagues: &Colleagues) -> Markup {
        let open = self.narrow_but_by_words() || self.sort != Sort::default();
        html! {
            form.search-leads method="get" action=(path) role="search" {
                (self.search_field(true))
                button type="submit" { "Search" }
                details open[open] {
                    summary { "Filter and sort" }
                    div.filters {
                        (self.fields(colleagues))
                        (self.sort_field())
                        div.buttons {
                            button.primary type="submit" { "Apply" }
                            @if self.narrow() { a href=(path) { "Clear filters" } }
                        }
                    }
                }
            }
        }
    }

    /// The box for words: alone it needs no label to be seen.
    pub(super) fn search_field(&self, alone: bool) -> Markup {
        let label = if alone { "Search names, companies and e-mails" } else { "Words" };
        let field = Field::new("q", label).optional().fault(self.search.fault.as_deref());
        let field = if alone { field } else { field.hint("Of names, companies and e-mails.") };
        field.search(&self.search.value)
    }

    /// All but the words and the order.
    pub(super) fn fields(&self, colleagues: &Colleagues) -> Markup {
        let owner = Field::new("assigned_to", "Owner").fault(self.assigned_to.fault.as_deref());
        let statuses = [("", "Active"), ("archived", "Archived"), ("all", "Active and archived")];
        html! {
            (Field::new("status", "Status").fault(self.status.fault.as_deref())
                .select(&statuses, &self.status.value))
            (colleagues.field(owner, "Anybody", "Somebody else", &self.assigned_to.value))
            (Field::new("tag", "Tag").optional().fault(self.tag.fault.as_deref()).line(&self.tag.value, 64))
            (Field::new("email", "E-mail").optional().fault(self.email.fault.as_deref()).email(&self.email.value))
            (Field::new("changed_after", "Changed since (UTC)").optional().fault(self.changed_after.fault.as_deref())
                .day(&self.changed_after.value))
        }
    }

    fn sort_field(&self) -> Markup {
        let sorts: Vec<(&str, &str)> =
            self.sorts().iter().map(|sort| (sort.as_str(), sort.words())).collect();
        Field::new("sort", "Order").select(&sorts, self.sort.as_str())
    }
}
