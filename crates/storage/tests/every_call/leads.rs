use std::cell::Cell;

use leadkeep_domain::{Edit, LeadFilter, LeadPatch, PageLimit, Search, Tag};
use leadkeep_storage::{LeadEdit, UpdateOutcome};

use super::{
    calls::Calls,
    filled::{Filled, RARE, by, insert},
};

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (leads, workspace, lead) = (&filled.leads, filled.workspace, &filled.lead);
    calls.call("leads.get", async || leads.get(workspace, lead.id).await.unwrap().unwrap());
    calls.call("leads.names", async || leads.names(workspace, vec![lead.id]).await.unwrap());
    calls.call("leads.is_in_organization", async || {
        assert!(leads.is_in_organization(filled.organization, lead.id).await.unwrap());
    });
    calls.call("leads.history", async || {
        leads.history(workspace, lead.id, None, PageLimit::default()).await.unwrap().unwrap()
    });
    lists(calls, filled);
    let next = Cell::new(filled.count);
    let count = || next.replace(next.get() + 1);
    calls.call("leads.insert", async || insert(filled, workspace, count()).await);
    calls.call("leads.update", async || {
        let name = Edit::Set(format!("Number {}", count()).parse().unwrap());
        let edit = LeadEdit { patch: LeadPatch { name, ..LeadPatch::default() }, condition: None };
        let outcome = leads.update(workspace, lead.id, edit, by()).await.unwrap();
        assert!(matches!(outcome, UpdateOutcome::Updated(_)), "{outcome:?}");
    });
}

fn lists(calls: &mut impl Calls, filled: &Filled) {
    let (leads, workspace, lead) = (&filled.leads, filled.workspace, &filled.lead);
    let limit = PageLimit::default();
    let of = |search: &str| LeadFilter { search: Search::parse(search).unwrap(), ..LeadFilter::default() };
    let filters = [
        ("leads.list", LeadFilter::default()),
        ("leads.list, by tag", LeadFilter { tag: Some(Tag::parse(RARE).unwrap()), ..LeadFilter::default() }),
        (
            "leads.list, by change",
            LeadFilter { updated_after: Some(lead.created_at), ..LeadFilter::default() },
        ),
        ("leads.list, by words", of("company 17")),
    ];
    for (name, filter) in filters {
        let behind = filter.order().position(lead);
        for (name, after) in [(name.to_owned(), None), (format!("{name}, half way"), Some(behind))] {
            calls.call(&name, async || {
                let page = leads.list(workspace, filter.clone(), after, limit).await.unwrap();
                assert!(!page.items.is_empty());
            });
        }
    }
    let email = LeadFilter { email: Some(lead.fields.email.clone()), ..LeadFilter::default() };
    calls.call("leads.list, by e-mail", async || {
        assert_eq!(leads.list(workspace, email.clone(), None, limit).await.unwrap().items.len(), 1);
    });
    let words = of("company 17");
    calls.call("leads.search", async || {
        let found = leads.search(workspace, words.clone(), None, limit).await.unwrap();
        // Among very many leads it may end before it has come to one, and says where to go on.
        assert!(!found.leads.is_empty() || filled.count > 10_000 && found.next.is_some());
    });
}
