//! Smart updates and their undoing.

use leadkeep_domain::{
    AiChange, AiProvider, AiReader, AiRefusal, AiTokens, AiUpdate, AiUpdateId, Change, Edit, Field,
    KeptReason, Lead, LeadPatch, PageLimit, Quote, RefusalReason,
};
use leadkeep_storage::{AppliedAiUpdate, ApplyAiOutcome, LeadEdit, NewAiUpdate, UndoAiOutcome};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Fixture, by, fields, nobody};

on_both_databases![
    what_is_kept_is_read_back,
    what_was_changed_meanwhile_is_left_out,
    a_dry_run_leaves_nothing,
    nothing_of_another_workspace_is_touched,
    undoing_asks_what_was_changed_since_and_not_when,
    updates_are_taken_back_one_after_the_other,
    what_was_changed_and_changed_back_meanwhile_is_left_out,
    an_earlier_value_that_would_not_be_accepted_today_is_restored,
];

/// An update that gives a lead this name.
fn naming(lead: &Lead, name: &str) -> NewAiUpdate {
    let change = Change { field: Field::Name, from: name_of(lead), to: json!(name) };
    NewAiUpdate {
        id: AiUpdateId::generate(),
        lead: lead.id,
        seen: lead.version,
        patch: LeadPatch { name: Edit::Set(name.parse().unwrap()), ..LeadPatch::default() },
        changes: vec![AiChange {
            change,
            confidence: 0.875,
            evidence: vec![Quote { start: 1, end: 4, quote: "é\u{0}!".to_owned() }],
        }],
        refused: vec![AiRefusal {
            message: Some("must be shorter".to_owned()),
            ..AiRefusal::new(Field::Tags, json!(["a\u{0}b"]), RefusalReason::InvalidValue)
        }],
        reader: AiReader {
            provider: AiProvider::OpenAi,
            model: Some("small-1".to_owned()),
            prompt_version: Some("p-1".to_owned()),
            tokens: AiTokens { input: u32::MAX, output: 7 },
        },
        credential: Uuid::now_v7(),
        reservation: None,
        dry_run: false,
    }
}

fn name_of(lead: &Lead) -> Value {
    lead.fields.name.as_ref().map_or(Value::Null, |name| name.as_str().into())
}

impl Fixture {
    async fn applied(&self, new: NewAiUpdate) -> AppliedAiUpdate {
        match self.ai_updates.apply(self.workspace, new, by(), None).await.unwrap() {
            ApplyAiOutcome::Applied(applied) => applied,
            other => panic!("{other:?}"),
        }
    }

    async fn renamed(&self, lead: &Lead, name: &str) {
        let patch = LeadPatch { name: Edit::Set(name.parse().unwrap()), ..LeadPatch::default() };
        self.leads.update(self.workspace, lead.id, LeadEdit { patch, condition: None }, by()).await.unwrap();
    }

    async fn listed(&self, lead: &Lead) -> Vec<AiUpdate> {
        let limit = PageLimit::default();
        self.ai_updates.list(self.workspace, lead.id, None, limit).await.unwrap().unwrap().items
    }
}

async fn what_is_kept_is_read_back(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let applied = fixture.applied(naming(&lead, "Ann")).await;
    assert_eq!(name_of(&applied.lead), "Ann");
    let mut expected = applied.update.clone();
    // No database has to store U+0000.
    expected.changes[0].evidence[0].quote = String::from("é\u{fffd}!");
    expected.refused[0].to = json!(["a\u{fffd}b"]);
    let found = fixture.ai_updates.get(fixture.workspace, lead.id, expected.id).await.unwrap().unwrap();
    assert_eq!(found, expected);
    assert_eq!(fixture.listed(&lead).await, [expected]);
    let history =
        fixture.leads.history(fixture.workspace, lead.id, None, PageLimit::default()).await.unwrap();
    let origins: Vec<_> = history.unwrap().items.iter().map(|entry| entry.smart_update).collect();
    assert_eq!(
        origins[0].map(|origin| (origin.update, origin.provider)),
        Some((found.id, AiProvider::OpenAi))
    );
    assert_eq!(origins[1], None);
}

async fn what_was_changed_meanwhile_is_left_out(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    fixture.renamed(&lead, "Bob").await;
    let applied = fixture.applied(naming(&lead, "Ann")).await;
    assert_eq!((name_of(&applied.lead), applied.update.changes.len()), (json!("Bob"), 0));
    let refused: Vec<_> = applied.update.refused.iter().map(|refusal| refusal.reason).collect();
    assert_eq!(refused, [RefusalReason::InvalidValue, RefusalReason::ChangedMeanwhile]);
    assert_eq!(applied.lead.version.get(), 2);
}

async fn a_dry_run_leaves_nothing(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let applied = fixture.applied(NewAiUpdate { dry_run: true, ..naming(&lead, "Ann") }).await;
    assert_eq!((applied.lead, applied.update.changes.len()), (lead.clone(), 1));
    assert_eq!(fixture.listed(&lead).await, []);
    assert_eq!(fixture.leads.get(fixture.workspace, lead.id).await.unwrap(), Some(lead));
}

async fn nothing_of_another_workspace_is_touched(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let update = fixture.applied(naming(&lead, "Ann")).await.update.id;
    let updates = &fixture.ai_updates;
    let outcome = updates.apply(other, naming(&lead, "Eve"), by(), None).await.unwrap();
    assert_eq!(outcome, ApplyAiOutcome::NotFound);
    assert_eq!(updates.get(other, lead.id, update).await.unwrap(), None);
    assert_eq!(updates.list(other, lead.id, None, PageLimit::default()).await.unwrap(), None);
    let undone = updates.undo(other, lead.id, update, by()).await.unwrap();
    assert_eq!(undone, UndoAiOutcome::NotFound);
    assert_eq!(updates.get(fixture.workspace, nobody(), update).await.unwrap(), None);
}

async fn undoing_asks_what_was_changed_since_and_not_when(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let first = fixture.applied(naming(&lead, "Ann")).await;
    // The clock stands still: times say nothing, and another node's may be behind.
    fixture.renamed(&lead, "Bob").await;
    let undo = async |update: &AiUpdate| match fixture
        .ai_updates
        .undo(fixture.workspace, lead.id, update.id, by())
        .await
        .unwrap()
    {
        UndoAiOutcome::Undone(lead, update) => (name_of(&lead), update.undone.unwrap()),
        other => panic!("{other:?}"),
    };
    let (name, undone) = undo(&first.update).await;
    assert_eq!(
        (name, undone.kept, undone.restored.len()),
        (json!("Bob"), vec![(Field::Name, KeptReason::ChangedSince)], 0)
    );
    let now = fixture.leads.get(fixture.workspace, lead.id).await.unwrap().unwrap();
    let second = fixture.applied(naming(&now, "Cat")).await;
    let (name, undone) = undo(&second.update).await;
    assert_eq!((name, undone.kept.len()), (json!("Bob"), 0));
    assert_eq!(undone.restored, [Change { field: Field::Name, from: json!("Cat"), to: json!("Bob") }]);
    // Told again, and not done again.
    fixture.renamed(&lead, "Dot").await;
    assert_eq!(undo(&second.update).await, (json!("Dot"), undone));
}

async fn updates_are_taken_back_one_after_the_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let first = fixture.applied(naming(&lead, "Ann")).await;
    let second = fixture.applied(naming(&first.lead, "Bob")).await;
    for (update, name, kept) in [(second.update.id, json!("Ann"), 0), (first.update.id, Value::Null, 0)] {
        match fixture.ai_updates.undo(fixture.workspace, lead.id, update, by()).await.unwrap() {
            UndoAiOutcome::Undone(lead, update) => {
                assert_eq!((name_of(&lead), update.undone.unwrap().kept.len()), (name, kept));
            }
            other => panic!("{other:?}"),
        }
    }
    // The other way round the first would take the second's back: it does not.
    let first = fixture.applied(naming(&fixture.now(&lead).await, "Ann")).await;
    fixture.applied(naming(&first.lead, "Bob")).await;
    match fixture.ai_updates.undo(fixture.workspace, lead.id, first.update.id, by()).await.unwrap() {
        UndoAiOutcome::Undone(lead, update) => {
            assert_eq!((name_of(&lead), update.undone.unwrap().kept.len()), (json!("Bob"), 1));
        }
        other => panic!("{other:?}"),
    }
}

async fn what_was_changed_and_changed_back_meanwhile_is_left_out(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let new = naming(&lead, "Ann");
    fixture.renamed(&lead, "Bob").await;
    let clear = LeadPatch { name: Edit::Clear, ..LeadPatch::default() };
    let edit = LeadEdit { patch: clear, condition: None };
    fixture.leads.update(fixture.workspace, lead.id, edit, by()).await.unwrap();
    let applied = fixture.applied(new).await;
    assert_eq!((name_of(&applied.lead), applied.update.changes.len()), (Value::Null, 0));
}

async fn an_earlier_value_that_would_not_be_accepted_today_is_restored(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("a@b.cc")).await;
    let long = "x".repeat(300);
    // As an older version may have stored it.
    fixture.database.query(&format!("UPDATE leads SET name = '{long}'"));
    let stored = fixture.now(&lead).await;
    let applied = fixture.applied(naming(&stored, "Ann")).await;
    match fixture.ai_updates.undo(fixture.workspace, lead.id, applied.update.id, by()).await.unwrap() {
        UndoAiOutcome::Undone(lead, _) => assert_eq!(name_of(&lead), json!(long)),
        other => panic!("{other:?}"),
    }
}

impl Fixture {
    async fn now(&self, lead: &Lead) -> Lead {
        self.leads.get(self.workspace, lead.id).await.unwrap().unwrap()
    }
}
