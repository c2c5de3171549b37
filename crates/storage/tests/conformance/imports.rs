//! Rows of an import as they become leads.

use leadkeep_domain::{
    Currency, Edit, Email, Field, LeadFields, LeadPatch, LeadStatus, PageLimit, StatusFilter, Tags,
};
use leadkeep_storage::{ImportBatch, ImportRow, InsertOutcome, LeadEdit, RowOutcome};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;
use std::sync::{Arc, Mutex};

use crate::{Fixture, by, fields, nobody, runs::step};

on_both_databases![
    rows_create_leads_change_them_or_leave_them_as_they_are,
    a_row_changes_only_what_it_names,
    a_row_whose_assignee_is_unknown_changes_nothing,
    of_repeated_rows_the_last_wins,
    archived_leads_are_not_met,
    a_row_may_archive_what_it_meets,
    the_history_names_who_imported_and_in_which_request,
    a_dry_run_says_the_same_and_writes_nothing,
    rows_and_their_step_are_written_together_or_not_at_all,
];

pub(crate) fn row(email: &str, name: &str) -> ImportRow {
    let name = Edit::Set(name.parse().unwrap());
    patched(email, LeadPatch { name, ..LeadPatch::default() })
}

fn patched(email: &str, patch: LeadPatch) -> ImportRow {
    let email = Email::parse(email).unwrap();
    ImportRow { email: email.clone(), patch: LeadPatch { email: Some(email), ..patch } }
}

impl Fixture {
    /// Applies rows in a run of their own; what became of each.
    pub(crate) async fn import(&self, rows: Vec<ImportRow>, dry_run: bool) -> Vec<RowOutcome> {
        self.run().await;
        let claim = self.taken().await.claim;
        let batch = ImportBatch { done_before: 0, rows, currency: Currency::USD, dry_run, by: by() };
        let seen = Arc::new(Mutex::new(Vec::new()));
        let outcomes = seen.clone();
        let after = Box::new(move |all: Vec<RowOutcome>| {
            *outcomes.lock().unwrap() = all;
            step(1)
        });
        assert!(self.run_execution.import(claim, batch, after).await.unwrap());
        let outcomes = seen.lock().unwrap().clone();
        self.runs.cancel(self.workspace, claim.run).await.unwrap();
        outcomes
    }

    /// What the leads are called, by e-mail.
    fn names(&self) -> Vec<String> {
        self.database.query(
            "SELECT email, name, status, version FROM leads ORDER BY email, status, coalesce(name, '')",
        )
    }
}

use RowOutcome::{Created, Unchanged, UnknownAssignee, Updated};

async fn rows_create_leads_change_them_or_leave_them_as_they_are(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let rows = vec![row("a@acme.com", "Ann"), row("b@acme.com", "Bob")];
    assert_eq!(fixture.import(rows, false).await, [Created, Created]);
    let rows = vec![row("A@Acme.com", "Ann"), row("b@acme.com", "Bob"), row("c@acme.com", "Cid")];
    // The e-mail is written in another way, which is a change.
    assert_eq!(fixture.import(rows.clone(), false).await, [Updated, Unchanged, Created]);
    assert_eq!(fixture.import(rows, false).await, [Unchanged; 3]);
    assert_eq!(
        fixture.names(),
        ["A@Acme.com|Ann|active|2", "b@acme.com|Bob|active|1", "c@acme.com|Cid|active|1"]
    );
}

async fn a_row_changes_only_what_it_names(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let before = fixture
        .lead(LeadFields {
            name: Some("Ann".parse().unwrap()),
            company: Some("Acme".parse().unwrap()),
            tags: Tags::new(["hot".parse().unwrap()]).unwrap(),
            deal_currency: "EUR".parse().unwrap(),
            ..fields("a@acme.com")
        })
        .await;
    let patch =
        LeadPatch { company: Edit::Clear, title: Edit::Set("CEO".parse().unwrap()), ..LeadPatch::default() };
    assert_eq!(fixture.import(vec![patched("a@acme.com", patch)], false).await, [Updated]);
    let after = fixture.leads.get(fixture.workspace, before.id).await.unwrap().unwrap();
    let expected = LeadFields { company: None, title: Some("CEO".parse().unwrap()), ..before.fields };
    assert_eq!(after.fields, expected);
}

async fn a_row_whose_assignee_is_unknown_changes_nothing(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.lead(fields("a@acme.com")).await;
    let assigned = |email| {
        patched(email, LeadPatch { assigned_to: Edit::Set(nobody()), ..row(email, "Nobody's").patch })
    };
    let rows = vec![assigned("a@acme.com"), assigned("b@acme.com"), row("c@acme.com", "Cid")];
    for dry_run in [true, false] {
        let outcomes = fixture.import(rows.clone(), dry_run).await;
        assert_eq!(outcomes, [UnknownAssignee, UnknownAssignee, Created]);
    }
    assert_eq!(fixture.names(), ["a@acme.com||active|1", "c@acme.com|Cid|active|1"]);
}

async fn of_repeated_rows_the_last_wins(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let rows = ["One", "Two", "Two", "Three"].map(|name| row("a@acme.com", name)).to_vec();
    assert_eq!(fixture.import(rows, false).await, [Created, Updated, Unchanged, Updated]);
    assert_eq!(fixture.import(vec![row("A@ACME.COM", "Four")], false).await, [Updated]);
    assert_eq!(fixture.names(), ["A@ACME.COM|Four|active|4"]);
}

async fn archived_leads_are_not_met(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let archived = LeadStatus::Archived;
    let insert = fixture.leads.insert(fixture.workspace, fields("a@acme.com"), archived, by(), None);
    assert!(matches!(insert.await.unwrap(), InsertOutcome::Inserted(_)));
    let other = fixture.new_workspace().await;
    let theirs = fixture.leads.insert(other, fields("b@acme.com"), LeadStatus::Active, by(), None);
    assert!(matches!(theirs.await.unwrap(), InsertOutcome::Inserted(_)));
    let rows = vec![row("a@acme.com", "Ann"), row("b@acme.com", "Bob")];
    assert_eq!(fixture.import(rows, false).await, [Created, Created]);
    assert_eq!(
        fixture.names(),
        [
            "a@acme.com|Ann|active|1",
            "a@acme.com||archived|1",
            "b@acme.com||active|1",
            "b@acme.com|Bob|active|1"
        ]
        .map(str::to_owned)
        .to_vec()
    );
}

async fn a_row_may_archive_what_it_meets(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@acme.com")).await;
    let archive = |email| patched(email, LeadPatch::status(LeadStatus::Archived));
    let rows = vec![archive("a@acme.com"), archive("b@acme.com")];
    assert_eq!(fixture.import(rows, false).await, [Updated, Created]);
    let lead = fixture.leads.get(fixture.workspace, lead.id).await.unwrap().unwrap();
    assert_eq!(lead.status(), LeadStatus::Archived);
    let filter = leadkeep_domain::LeadFilter {
        status: StatusFilter::Only(LeadStatus::Archived),
        ..leadkeep_domain::LeadFilter::default()
    };
    let page = fixture.leads.list(fixture.workspace, filter, None, PageLimit::default()).await.unwrap();
    assert_eq!(page.items.len(), 2);
}

async fn the_history_names_who_imported_and_in_which_request(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@acme.com")).await;
    let rename = |name: &str| LeadEdit {
        patch: LeadPatch { name: Edit::Set(name.parse().unwrap()), ..LeadPatch::default() },
        condition: None,
    };
    fixture.leads.update(fixture.workspace, lead.id, rename("One"), by()).await.unwrap();
    assert_eq!(fixture.import(vec![row("a@acme.com", "Two")], false).await, [Updated]);
    let history = fixture.leads.history(fixture.workspace, lead.id, None, PageLimit::default()).await;
    let history = history.unwrap().unwrap().items;
    assert_eq!(history.len(), 3);
    assert_eq!((history[0].change.field, &history[0].change.from), (Field::Name, &json!("One")));
    assert_eq!((&history[0].actor, &history[0].request_id), (&by().actor, &by().request_id));
}

async fn a_dry_run_says_the_same_and_writes_nothing(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.lead(LeadFields { name: Some("Ann".parse().unwrap()), ..fields("a@acme.com") }).await;
    let rows = vec![row("a@acme.com", "Ann"), row("b@acme.com", "Bob"), row("A@acme.com", "Zoe")];
    let before = fixture.database.query("SELECT count(*) FROM lead_history");
    assert_eq!(fixture.import(rows.clone(), true).await, [Unchanged, Created, Updated]);
    assert_eq!(fixture.names(), ["a@acme.com|Ann|active|1"]);
    assert_eq!(fixture.database.query("SELECT count(*) FROM lead_history"), before);
    assert_eq!(fixture.import(rows, false).await, [Unchanged, Created, Updated]);
}

async fn rows_and_their_step_are_written_together_or_not_at_all(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.run().await;
    let claim = fixture.taken().await.claim;
    let batch = |name| ImportBatch {
        done_before: 0,
        rows: vec![row("a@acme.com", name), row("b@acme.com", name)],
        currency: Currency::USD,
        dry_run: false,
        by: by(),
    };
    // A step that can't be stored: its number of rows is too large for the database.
    let broken = Box::new(|_| step(u64::MAX));
    assert!(fixture.run_execution.import(claim, batch("One"), broken).await.is_err());
    assert!(fixture.names().is_empty());
    let shown = fixture.runs.get(fixture.workspace, run).await.unwrap().unwrap();
    assert_eq!(shown.progress.done, 0);
    assert!(fixture.run_execution.import(claim, batch("Two"), Box::new(|_| step(2))).await.unwrap());
    assert_eq!(fixture.names(), ["a@acme.com|Two|active|1", "b@acme.com|Two|active|1"]);
    let shown = fixture.runs.get(fixture.workspace, run).await.unwrap().unwrap();
    assert_eq!(shown.progress.done, 2);
}
