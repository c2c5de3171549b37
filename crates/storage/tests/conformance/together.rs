//! Calls that are made at the same time, and what they must not do to each other.

use std::{sync::Arc, time::Duration};

use futures_util::future::{join, join_all};
use leadkeep_domain::{Edit, Lead, LeadFilter, LeadPatch, LeadStatus, PageLimit, ScopeSet, Tags};
use leadkeep_storage::{InsertOutcome, LeadEdit, StorageError, UpdateOutcome, VersionCondition};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use tokio::time::{sleep, timeout};

use crate::{Fixture, by, fields, tokens::issue};

on_both_databases![
    leads_that_are_created_at_once_are_all_there_and_of_one_e_mail_one,
    a_lead_that_cannot_be_written_fails_no_other,
    changes_that_are_made_at_once_are_all_made,
    of_changes_of_one_version_that_are_made_at_once_one_is_made,
    a_token_that_cannot_be_read_fails_no_other,
    calls_that_nobody_waits_for_any_more_are_in_no_others_way,
];

async fn leads_that_are_created_at_once_are_all_there_and_of_one_e_mail_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let insert = |number: u32| {
        let fields = fields(&format!("lead{}@acme.com", number % 50));
        fixture.leads.insert(fixture.workspace, fields, LeadStatus::Active, by(), None)
    };
    let outcomes = join_all((0..100).map(insert)).await;
    let mut made = Vec::new();
    for outcome in outcomes {
        if let InsertOutcome::Inserted(lead) = outcome.unwrap() {
            made.push(lead.fields.email.key());
        }
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 50);
    let whole = "SELECT count(*) FROM leads JOIN lead_history ON lead_history.lead_id = leads.id";
    assert_eq!(fixture.database.query(whole), ["50"]);
}

async fn a_lead_that_cannot_be_written_fails_no_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    // In the way of a lead for no reason that anybody knows.
    fixture.database.query("CREATE UNIQUE INDEX one_lead_a_phone ON leads (phone)");
    let insert = |number: u32| {
        let mut fields = fields(&format!("lead{number}@acme.com"));
        fields.phone = (number % 10 == 5).then(|| "+49 30 123456".parse().unwrap());
        fixture.leads.insert(fixture.workspace, fields, LeadStatus::Active, by(), None)
    };
    let outcomes = join_all((0..20).map(insert)).await;
    let inserted = outcomes.iter().filter(|outcome| matches!(outcome, Ok(InsertOutcome::Inserted(_))));
    assert_eq!(inserted.count(), 19, "{outcomes:?}");
    assert!(outcomes.iter().any(Result::is_err), "{outcomes:?}");
    let whole = "SELECT count(*) FROM leads JOIN lead_history ON lead_history.lead_id = leads.id";
    assert_eq!(fixture.database.query(whole), ["19"]);
    assert_eq!(fixture.database.query("SELECT count(*) FROM lead_history"), ["19"]);
}

/// On SQLite they are one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_half_way_is_undone_and_no_other() {
    let fixture = Fixture::new(TestDatabase::sqlite()).await;
    fixture.database.query(&refusing("lead5@acme.com", "ABORT"));
    let outcomes = join_all((0..20).map(|number| created(&fixture, number))).await;
    let failed: Vec<_> = (0..20).filter(|number| outcomes[*number].is_err()).collect();
    assert_eq!(failed, [5], "{outcomes:?}");
    assert_eq!(fixture.database.query("SELECT count(*) FROM leads"), ["19"]);
    assert_eq!(fixture.database.query("SELECT count(*) FROM lead_history"), ["19"]);
    // The same of changes.
    let leads: Vec<_> = outcomes.into_iter().flatten().map(inserted).collect();
    let name =
        |number: usize| if number == 7 { "lead5@acme.com".to_owned() } else { format!("Lead {number}") };
    let changes = leads.iter().enumerate().map(async |(number, lead)| {
        fixture.leads.update(fixture.workspace, lead.id, renamed(&name(number)), by()).await
    });
    let outcomes = join_all(changes).await;
    let failed: Vec<_> = (0..19).filter(|number| outcomes[*number].is_err()).collect();
    assert_eq!(failed, [7], "{outcomes:?}");
    let (changed, whole) = ("SELECT count(*) FROM leads WHERE version = 2", "SELECT count(*) FROM lead_tags");
    assert_eq!(fixture.database.query(changed), ["18"]);
    assert_eq!(fixture.database.query(whole), ["36"]);
}

/// As a full disk does.
#[tokio::test(flavor = "multi_thread")]
async fn where_sqlite_ends_the_transaction_itself_what_is_told_is_what_is_there() {
    let fixture = Fixture::new(TestDatabase::sqlite()).await;
    fixture.database.query(&refusing("lead5@acme.com", "ROLLBACK"));
    for _ in 0..3 {
        let outcomes = join_all((0..20).map(|number| created(&fixture, number))).await;
        assert!(outcomes[5].is_err(), "{outcomes:?}");
        let told = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let there = fixture.database.query("SELECT count(*) FROM leads WHERE status = 'active'");
        assert_eq!(there, [told.to_string()], "{outcomes:?}");
        fixture.database.query("DELETE FROM lead_words; DELETE FROM lead_history; DELETE FROM leads");
    }
    fixture.database.query("DROP TRIGGER refusing");
    assert!(created(&fixture, 5).await.is_ok());
}

/// Has SQLite fail so when it is given this word.
fn refusing(word: &str, how: &str) -> String {
    format!(
        "CREATE TRIGGER refusing BEFORE INSERT ON lead_words WHEN NEW.word = '{word}' \
         BEGIN SELECT RAISE({how}, 'not this one'); END"
    )
}

async fn created(fixture: &Fixture, number: usize) -> Result<InsertOutcome, StorageError> {
    let fields = fields(&format!("lead{number}@acme.com"));
    fixture.leads.insert(fixture.workspace, fields, LeadStatus::Active, by(), None).await
}

fn inserted(outcome: InsertOutcome) -> Lead {
    match outcome {
        InsertOutcome::Inserted(lead) => lead,
        other => panic!("{other:?}"),
    }
}

fn tags(tags: &[&str]) -> Tags {
    Tags::new(tags.iter().map(|tag| tag.parse().unwrap())).unwrap()
}

/// Names it, and gives it other tags.
fn renamed(name: &str) -> LeadEdit {
    let patch = LeadPatch {
        name: Edit::Set(name.parse().unwrap()),
        tags: Some(tags(&["kept", "added"])),
        ..LeadPatch::default()
    };
    LeadEdit { patch, condition: None }
}

async fn changes_that_are_made_at_once_are_all_made(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut leads: Vec<Lead> = Vec::new();
    for number in 0..20 {
        let mut fields = fields(&format!("lead{number}@acme.com"));
        (fields.name, fields.tags) = ("Before".parse().ok(), tags(&["gone", "kept"]));
        leads.push(fixture.lead(fields).await);
    }
    // Three of each lead, and each of a lead that is not what the one before it has seen.
    let change = |number: usize| {
        let edit = renamed(&format!("After {number}"));
        fixture.leads.update(fixture.workspace, leads[number % 20].id, edit, by())
    };
    for outcome in join_all((0..60).map(change)).await {
        assert!(matches!(outcome.unwrap(), UpdateOutcome::Updated(_)));
    }
    for lead in &leads {
        let after = fixture.leads.get(fixture.workspace, lead.id).await.unwrap().unwrap();
        assert_eq!((after.version.get(), &after.fields.tags), (4, &tags(&["kept", "added"])));
    }
    let query = |sql| fixture.database.query(sql);
    // Created, three names, and once the tags.
    assert_eq!(query("SELECT count(*) FROM lead_history"), ["100"]);
    let late = "SELECT count(*) FROM lead_tags JOIN leads ON id = lead_id AND lead_tags.updated_at = leads.updated_at";
    assert_eq!(query(late), ["40"]);
    assert_eq!(query("SELECT DISTINCT tag FROM lead_tags ORDER BY tag"), ["added", "kept"]);
    assert_eq!(query("SELECT count(*) FROM lead_words WHERE word = 'before'"), ["0"]);
    assert_eq!(query("SELECT count(*) FROM lead_words WHERE word = 'after'"), ["20"]);
}

async fn of_changes_of_one_version_that_are_made_at_once_one_is_made(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let change = |number: u32| {
        let condition = Some(VersionCondition(vec![lead.version]));
        let edit = LeadEdit { condition, ..renamed(&format!("John {number}")) };
        fixture.leads.update(fixture.workspace, lead.id, edit, by())
    };
    let outcomes = join_all((0..10).map(change)).await;
    let made = outcomes.iter().filter(|outcome| matches!(outcome, Ok(UpdateOutcome::Updated(_)))).count();
    let stale = outcomes.iter().filter(|outcome| matches!(outcome, Ok(UpdateOutcome::Stale(_)))).count();
    assert_eq!((made, stale), (1, 9));
}

async fn a_token_that_cannot_be_read_fails_no_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let mut issued = Vec::new();
    for _ in 0..10 {
        issued.push(issue(&fixture, &client, ScopeSet::LEADS, time::Duration::HOUR).await);
    }
    // As a newer version might write it.
    let first = "(SELECT hash FROM access_tokens ORDER BY hash LIMIT 1)";
    fixture.database.query(&format!("UPDATE access_tokens SET scopes = 'leads.dream' WHERE hash = {first}"));
    let found = join_all(issued.iter().map(|hash| fixture.access_tokens.find(*hash))).await;
    assert_eq!(found.iter().filter(|found| found.is_err()).count(), 1);
    assert_eq!(found.iter().filter(|found| matches!(found, Ok(Some(_)))).count(), 9);
}

async fn calls_that_nobody_waits_for_any_more_are_in_no_others_way(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let list = || fixture.leads.list(fixture.workspace, LeadFilter::default(), None, PageLimit::default());
    for _ in 0..30 {
        let _ = timeout(Duration::ZERO, list()).await;
        let _ = timeout(Duration::ZERO, fixture.leads.get(fixture.workspace, lead.id)).await;
    }
    assert_eq!(list().await.unwrap().items.len(), 1);
    assert_eq!(fixture.leads.get(fixture.workspace, lead.id).await.unwrap(), Some(lead));
}

/// On SQLite there is one writer: nobody holds anything for long.
#[tokio::test(flavor = "multi_thread")]
async fn an_e_mail_that_somebody_holds_holds_up_no_other_lead() {
    let fixture = Arc::new(Fixture::new(TestDatabase::postgres()).await);
    fixture.lead(fields("john@acme.com")).await;
    let holding = fixture.clone();
    let hold = "UPDATE leads SET email_key = 'held@acme.com'; SELECT pg_sleep(1)";
    let holder = tokio::task::spawn_blocking(move || holding.database.query(hold));
    sleep(Duration::from_millis(300)).await;
    let insert =
        |email: &str| fixture.leads.insert(fixture.workspace, fields(email), LeadStatus::Active, by(), None);
    let others = async {
        sleep(Duration::from_millis(5)).await;
        let emails: Vec<String> = (0..10).map(|number| format!("lead{number}@acme.com")).collect();
        let outcomes = join_all(emails.iter().map(|email| insert(email))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(InsertOutcome::Inserted(_)))));
        assert!(!holder.is_finished(), "they waited for the one that holds the e-mail");
    };
    let (held, ()) = join(insert("held@acme.com"), others).await;
    assert!(matches!(held, Ok(InsertOutcome::DuplicateEmail(_))), "{held:?}");
}

/// As above, of leads that are changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_lead_that_somebody_holds_holds_up_no_other_change() {
    let fixture = Arc::new(Fixture::new(TestDatabase::postgres()).await);
    let held = fixture.lead(fields("held@acme.com")).await;
    let mut others = Vec::new();
    for number in 0..10 {
        others.push(fixture.lead(fields(&format!("lead{number}@acme.com"))).await);
    }
    let holding = fixture.clone();
    let hold = "UPDATE leads SET title = 'held' WHERE email = 'held@acme.com'; SELECT pg_sleep(1)";
    let holder = tokio::task::spawn_blocking(move || holding.database.query(hold));
    sleep(Duration::from_millis(300)).await;
    let change = |lead: &Lead| fixture.leads.update(fixture.workspace, lead.id, renamed("After"), by());
    let change_others = async {
        sleep(Duration::from_millis(5)).await;
        let outcomes = join_all(others.iter().map(change)).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(UpdateOutcome::Updated(_)))));
        assert!(!holder.is_finished(), "they waited for the one that holds a lead");
    };
    let (held, ()) = join(change(&held), change_others).await;
    assert!(matches!(held, Ok(UpdateOutcome::Updated(_))), "{held:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_told_to_have_failed_is_not_made_later() {
    let fixture = Arc::new(Fixture::new(TestDatabase::postgres()).await);
    let lead = fixture.lead(fields("held@acme.com")).await;
    let holding = fixture.clone();
    let hold = "UPDATE leads SET title = 'held'; SELECT pg_sleep(2.5)";
    let holder = tokio::task::spawn_blocking(move || holding.database.query(hold));
    sleep(Duration::from_millis(300)).await;
    let told = fixture.leads.update(fixture.workspace, lead.id, renamed("After"), by()).await;
    assert!(told.is_err_and(|error| error.is_transient()));
    assert!(!holder.is_finished(), "it did not wait for the one that holds the lead");
    holder.await.unwrap();
    sleep(Duration::from_millis(500)).await;
    let now = fixture.leads.get(fixture.workspace, lead.id).await.unwrap().unwrap();
    assert_eq!((now.version, now.fields.name), (lead.version, None));
}
