//! Whom a lead is assigned to, chosen among those who work here.

use leadkeep_domain::MemberId;
use maud::{Markup, html};

use super::{Colleague, Colleagues};
use crate::{
    form::Field,
    numbers::grouped,
    room::{self, cut},
};

/// The name of the field for the e-mail of whoever is not among those that can be chosen.
pub const OWNER_EMAIL: &str = "assigned_to_email";

/// How many can be chosen: each is an option of a page that is to be light.
const CHOICES: usize = 50;

impl Colleagues {
    /// What the member is called. Leads keep naming those who have left.
    pub fn name(&self, id: MemberId) -> &str {
        self.0.iter().find(|one| one.id == id).map_or("Somebody who left", |one| one.name.as_str())
    }

    /// The same as far as a row of many has room for it.
    pub(super) fn short_name(&self, id: MemberId) -> String {
        cut(self.name(id), room::NAME).into_owned()
    }

    /// Whom somebody means who wrote this: an id as it is, or the id of whoever has the address.
    pub(crate) fn meant(&self, written: &str) -> String {
        let written = written.trim();
        let has_it = |one: &&Colleague| one.email.eq_ignore_ascii_case(written);
        self.0.iter().find(has_it).map_or_else(|| written.to_owned(), |one| one.id.to_string())
    }

    /// The field `name`: one of the first of them by name, or whoever is chosen already. Where there are more, any by the e-mail.
    pub(super) fn field(&self, field: Field<'_>, nobody: &str, unknown: &str, chosen: &str) -> Markup {
        let is_offered = |at: usize, id: &str| at < CHOICES || id == chosen;
        let mut options = vec![(String::new(), nobody.to_owned())];
        let all = self.0.iter().map(|one| (one.id.to_string(), &one.name)).enumerate();
        let offered = all.filter(|(at, (id, _))| is_offered(*at, id));
        options.extend(offered.map(|(_, (id, name))| (id, cut(name, room::AGAIN).into_owned())));
        if !options.iter().any(|(id, _)| id == chosen) {
            options.push((chosen.to_owned(), unknown.to_owned()));
        }
        let options: Vec<(&str, &str)> =
            options.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
        let hint = format!(
            "If the list, which has {CHOICES} of {} members, does not have the owner.",
            grouped(self.0.len() as u64)
        );
        html! {
            (field.select(&options, chosen))
            @if self.0.len() > CHOICES {
                (Field::new(OWNER_EMAIL, "Owner's e-mail").optional().hint(&hint).email(""))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(count: usize) -> Colleagues {
        let one = |number| Colleague {
            id: MemberId::generate(),
            name: format!("Ann {number}"),
            email: format!("ann{number}@acme.com"),
        };
        Colleagues((0..count).map(one).collect())
    }

    fn drawn(of: &Colleagues, chosen: &str) -> String {
        of.field(Field::new("assigned_to", "Owner"), "Nobody", "Somebody who left", chosen).into_string()
    }

    #[test]
    fn of_many_the_first_can_be_chosen_and_whoever_is_chosen_stays() {
        let all = many(150);
        let last = all.0[149].id.to_string();
        let page = drawn(&all, &last);
        // With nobody, and the one that is chosen.
        assert_eq!(page.matches("<option").count(), CHOICES + 2);
        assert!(page.contains(&format!("value=\"{last}\" selected")), "{page}");
        assert!(page.contains(OWNER_EMAIL) && page.contains("50 of 150 members"));
        let few = many(CHOICES);
        assert!(!drawn(&few, "").contains(OWNER_EMAIL));
        assert_eq!(drawn(&few, "").matches("<option").count(), CHOICES + 1);
        assert!(drawn(&few, "gone").contains("<option value=\"gone\" selected>Somebody who left"));
    }

    #[test]
    fn an_owner_is_meant_by_id_or_address() {
        let all = many(3);
        let id = all.0[1].id.to_string();
        assert_eq!(all.meant(" ANN1@acme.com "), id);
        assert_eq!(all.meant(&id), id);
        assert_eq!(all.meant("nobody@acme.com"), "nobody@acme.com");
    }
}
