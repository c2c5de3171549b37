//! Leads are found by the words that they have now.

use leadkeep_domain::{
    Clock as _, Edit, Email, Lead, LeadFields, LeadFilter, LeadId, LeadOrder, LeadPatch, LeadStatus,
    PageLimit, Search, StatusFilter, Tag, Tags, words_of,
};
use leadkeep_storage::{Database, DatabaseUrl, ImportRow, LeadEdit};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, by, fields, installation::undo};

on_both_databases![
    beginnings_of_words_are_found_in_name_company_and_email,
    what_is_found_follows_the_leads_changes,
    another_workspaces_leads_are_not_found,
    what_is_found_comes_page_by_page_in_either_order,
    words_that_very_many_leads_have_find_the_same_as_others,
    every_search_finds_what_a_look_at_all_leads_would,
    leads_that_were_there_before_words_were_kept_are_given_theirs,
];

/// How many leads a page of these tests has.
const PAGE: usize = 45;

impl Fixture {
    async fn found(&self, text: &str, filter: LeadFilter) -> Vec<String> {
        let search = Search::parse(text).unwrap();
        let filter = LeadFilter { search, ..filter };
        let page = self.leads.list(self.workspace, filter, None, PageLimit::LARGEST).await.unwrap();
        page.items.iter().map(|lead| lead.fields.email.to_string()).collect()
    }

    /// The leads of the first two pages.
    async fn two_pages(&self, filter: &LeadFilter) -> Vec<LeadId> {
        let (mut after, mut found) = (None, Vec::new());
        for _ in 0..2 {
            let limit = PageLimit::parse(PAGE as u64).unwrap();
            let page = self.leads.list(self.workspace, filter.clone(), after, limit).await.unwrap();
            after = page.items.last().map(|lead| filter.order().position(lead));
            found.extend(page.items.iter().map(|lead| lead.id));
            if !page.has_more {
                break;
            }
        }
        found
    }

    /// All leads that a search finds for people, who go on wherever it says so.
    async fn looked_further(&self, filter: &LeadFilter) -> Vec<LeadId> {
        let (mut after, mut found) = (None, Vec::new());
        for _ in 0..1_000 {
            let limit = PageLimit::parse(PAGE as u64).unwrap();
            let page = self.leads.search(self.workspace, filter.clone(), after, limit).await.unwrap();
            found.extend(page.leads.iter().map(|lead| lead.id));
            assert!(page.next.is_none() || page.next != after, "it comes no further");
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
        panic!("it comes to no end");
    }

    async fn changed(&self, lead: &Lead, patch: LeadPatch) {
        let edit = LeadEdit { patch, condition: None };
        self.leads.update(self.workspace, lead.id, edit, by()).await.unwrap();
    }
}

fn lead(email: &str, name: &str, company: &str) -> LeadFields {
    LeadFields { name: Some(name.parse().unwrap()), company: Some(company.parse().unwrap()), ..fields(email) }
}

async fn beginnings_of_words_are_found_in_name_company_and_email(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.lead(lead("john.smith@acme.com", "John Smith", "Acme Corp.")).await;
    fixture.lead(lead("j.o@mail.example", "Łucja Ość", "株式会社 アクメ")).await;
    fixture.lead(fields("smithers@else.example")).await;
    for (text, found) in [
        ("smith", vec!["smithers@else.example", "john.smith@acme.com"]),
        ("SMITH acme", vec!["john.smith@acme.com"]),
        ("john.smith@acme.co", vec!["john.smith@acme.com"]),
        ("acme.com", vec!["john.smith@acme.com"]),
        ("corp", vec!["john.smith@acme.com"]),
        ("łuc ość", vec!["j.o@mail.example"]),
        ("アク", vec!["j.o@mail.example"]),
        ("mith", vec![]),
        ("john else", vec![]),
        ("jo%", vec!["john.smith@acme.com"]),
        ("john' OR '1'='1", vec![]),
    ] {
        assert_eq!(fixture.found(text, LeadFilter::default()).await, found, "{text}");
    }
}

async fn what_is_found_follows_the_leads_changes(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.lead(lead("ann@acme.com", "Ann Lee", "Acme")).await;
    let rename = LeadPatch { name: Edit::Set("Ann Moss".parse().unwrap()), ..LeadPatch::default() };
    fixture.changed(&ann, rename).await;
    assert_eq!(fixture.found("lee", LeadFilter::default()).await, Vec::<String>::new());
    assert_eq!(fixture.found("moss", LeadFilter::default()).await, ["ann@acme.com"]);

    fixture.changed(&ann, LeadPatch::status(LeadStatus::Archived)).await;
    assert_eq!(fixture.found("moss", LeadFilter::default()).await, Vec::<String>::new());
    let archived = LeadFilter { status: StatusFilter::Only(LeadStatus::Archived), ..LeadFilter::default() };
    assert_eq!(fixture.found("moss", archived).await, ["ann@acme.com"]);
    let all = LeadFilter { status: StatusFilter::All, ..LeadFilter::default() };
    assert_eq!(fixture.found("ann", all).await, ["ann@acme.com"]);
    // Each word is kept once, and those of before are gone.
    let count = "SELECT count(*) FROM lead_words";
    assert_eq!(fixture.database.query(count), ["6"]);
    fixture.changed(&ann, LeadPatch { company: Edit::Clear, ..LeadPatch::status(LeadStatus::Active) }).await;
    assert_eq!(fixture.database.query(count), ["6"]);
}

async fn another_workspaces_leads_are_not_found(database: TestDatabase) {
    let mut fixture = Fixture::new(database).await;
    fixture.lead(fields("ann@acme.com")).await;
    fixture.workspace = fixture.new_workspace().await;
    assert_eq!(fixture.found("ann", LeadFilter::default()).await, Vec::<String>::new());
}

async fn what_is_found_comes_page_by_page_in_either_order(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut ids = Vec::new();
    for n in 0..7 {
        // Two words each that begin so: a lead is found once.
        ids.push(fixture.lead(lead(&format!("john{n}@acme.com"), "John Johnson", "Acme")).await.id);
    }
    for order in [LeadOrder::OldestFirst, LeadOrder::NewestFirst] {
        let filter = LeadFilter {
            search: Search::parse("jo acme").unwrap(),
            order: Some(order),
            ..LeadFilter::default()
        };
        let (mut after, mut found) = (None, Vec::new());
        loop {
            let limit = PageLimit::parse(3).unwrap();
            let page = fixture.leads.list(fixture.workspace, filter.clone(), after, limit).await.unwrap();
            found.extend(page.items.iter().map(|lead| lead.id));
            after = page.items.last().map(|lead| order.position(lead));
            if !page.has_more {
                break;
            }
        }
        if order == LeadOrder::NewestFirst {
            found.reverse();
        }
        assert_eq!(found, ids, "{order:?}");
    }
}

/// Very many are walked through; where none is met soon, they are sorted.
async fn words_that_very_many_leads_have_find_the_same_as_others(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let rows = |from: usize, name: &str| {
        let row = |n| {
            let email = leadkeep_domain::Email::parse(format!("lead{n}@acme.com")).unwrap();
            let name = Edit::Set(name.parse().unwrap());
            ImportRow { email, patch: LeadPatch { name, ..LeadPatch::default() } }
        };
        (from..from + 1_300).map(row).collect::<Vec<_>>()
    };
    // Of 6,500 leads, four in five are Smiths, the oldest.
    for part in 0..5 {
        let name = if part < 4 { "Ann Smith" } else { "Bob Jones" };
        fixture.import(rows(part * 1_300, name), false).await;
    }
    for (text, newest, oldest) in [
        ("smith", "lead5199@acme.com", "lead0@acme.com"),
        ("acme", "lead6499@acme.com", "lead0@acme.com"),
        ("acme jones", "lead6499@acme.com", "lead5200@acme.com"),
        ("acme smith", "lead5199@acme.com", "lead0@acme.com"),
    ] {
        for (order, first) in [(LeadOrder::NewestFirst, newest), (LeadOrder::OldestFirst, oldest)] {
            let found = fixture.found(text, LeadFilter { order: Some(order), ..LeadFilter::default() }).await;
            assert_eq!((found.len(), found[0].as_str()), (100, first), "{text} {order:?}");
        }
    }
    assert_eq!(fixture.found("smith jones", LeadFilter::default()).await, Vec::<String>::new());
}

/// Leads in blocks, so that words that many have are far from each other; and of each kind of filter one that few let through and one
/// that many do.
async fn in_blocks(fixture: &Fixture) {
    let member = crate::lists::member(fixture).await;
    let row = |n: usize| {
        let first = if n.is_multiple_of(40) { "Rare".to_owned() } else { format!("Jo{}", n % 20) };
        let last = if n < 1_800 { "Smith" } else { "Jones-Moss" };
        let host = if n.is_multiple_of(2) { "acme.com" } else { "globex.example" };
        let company = if n < 2_400 { "Acme" } else { "Hooli" };
        let tags = [Some("many"), n.is_multiple_of(700).then_some("few")].into_iter().flatten();
        let patch = LeadPatch {
            name: Edit::Set(format!("{first} {last}").parse().unwrap()),
            company: Edit::Set(company.parse().unwrap()),
            tags: Some(Tags::new(tags.map(|tag| Tag::parse(tag).unwrap())).unwrap()),
            assigned_to: if n.is_multiple_of(3) { Edit::Set(member) } else { Edit::Keep },
            ..LeadPatch::default()
        };
        ImportRow { email: Email::parse(format!("lead{n}@{host}")).unwrap(), patch }
    };
    for part in 0..3 {
        fixture.import((part * 1_200..(part + 1) * 1_200).map(row).collect(), false).await;
        fixture.clock.advance(Duration::HOUR);
    }
}

/// All leads, as their lists without a search have them.
async fn all(fixture: &Fixture) -> Vec<Lead> {
    let order = LeadOrder::OldestFirst;
    let filter = LeadFilter { status: StatusFilter::All, order: Some(order), ..LeadFilter::default() };
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let page =
            fixture.leads.list(fixture.workspace, filter.clone(), after, PageLimit::LARGEST).await.unwrap();
        after = page.items.last().map(|lead| order.position(lead));
        all.extend(page.items);
        if !page.has_more {
            return all;
        }
    }
}

fn lets_through(filter: &LeadFilter, lead: &Lead) -> bool {
    let status = match filter.status {
        StatusFilter::All => true,
        StatusFilter::Only(status) => lead.status() == status,
    };
    status
        && filter.search.as_ref().is_none_or(|search| search.finds(&words_of(&lead.fields)))
        && filter.tag.as_ref().is_none_or(|tag| lead.fields.tags.iter().any(|one| one == tag))
        && filter.assigned_to.is_none_or(|member| lead.fields.assigned_to == Some(member))
        && filter.updated_after.is_none_or(|time| lead.updated_at > time)
}

async fn every_search_finds_what_a_look_at_all_leads_would(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let begin = fixture.clock.now();
    in_blocks(&fixture).await;
    for lead in all(&fixture).await.iter().step_by(97) {
        fixture.changed(lead, LeadPatch::status(LeadStatus::Archived)).await;
    }
    let oldest = all(&fixture).await;
    let newest: Vec<Lead> = oldest.iter().rev().cloned().collect();
    let member = oldest.iter().find_map(|lead| lead.fields.assigned_to);
    let tag = |name| LeadFilter { tag: Some(Tag::parse(name).unwrap()), ..LeadFilter::default() };
    let changed =
        |hours| LeadFilter { updated_after: Some(begin + Duration::hours(hours)), ..LeadFilter::default() };
    let filters = [
        LeadFilter { status: StatusFilter::All, ..LeadFilter::default() },
        tag("few"),
        LeadFilter { assigned_to: member, ..tag("many") },
        LeadFilter { assigned_to: member, ..changed(1) },
        changed(9),
    ];
    for text in [
        "smith jones",
        "smith hooli",
        "acme jones-m",
        "jo hooli",
        "jo lead",
        "rare smith",
        "acme.com jones",
        "moss smith jo",
        "nobody acme",
    ] {
        for filter in &filters {
            for (order, leads) in [(LeadOrder::OldestFirst, &oldest), (LeadOrder::NewestFirst, &newest)] {
                let search = Search::parse(text).unwrap();
                let filter = LeadFilter { search, order: Some(order), ..filter.clone() };
                let expected = leads.iter().filter(|lead| lets_through(&filter, lead)).map(|lead| lead.id);
                let expected: Vec<LeadId> = expected.collect();
                assert_eq!(fixture.looked_further(&filter).await, expected, "{filter:?}");
                let two_pages = expected.get(..2 * PAGE).unwrap_or(&expected);
                assert_eq!(fixture.two_pages(&filter).await, two_pages, "{filter:?}");
            }
        }
    }
}

async fn leads_that_were_there_before_words_were_kept_are_given_theirs(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for n in 0..3 {
        fixture.lead(lead(&format!("a{n}@acme.com"), "Ann Lee", "Acme")).await;
    }
    undo(&fixture.database, "2026-11-23-110000_usage_by_row");
    undo(&fixture.database, "2026-11-23-100000_console");
    let url = DatabaseUrl::parse(fixture.database.url()).unwrap();
    Database::migrate(&url).unwrap();
    assert_eq!(fixture.found("lee acme", LeadFilter::default()).await.len(), 3);
}
