use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    Change, CloseDate, Currency, CustomFields, DealStage, Email, Field, Lead, LeadStatus, MemberId,
    MinorUnits, Tags, Text,
};

/// What a patch says of one field: absent, null and a value are three different things.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Edit<T> {
    /// Absent: leave it.
    #[default]
    Keep,
    /// Null: empty it.
    Clear,
    /// A value: set it.
    Set(T),
}

impl<T> Edit<T> {
    /// The field after the edit.
    pub fn applied_to(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The edit of a field that is never empty: emptied, it has its default.
    pub fn or_default(self, default: T) -> Option<T> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(default),
            Self::Set(value) => Some(value),
        }
    }
}

/// Changes wanted of a lead. Fields that are never empty have no `Clear`: they are `Option`.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of LeadFields")]
pub struct LeadPatch {
    pub email: Option<Email>,
    pub name: Edit<Text<200>>,
    pub title: Edit<Text<200>>,
    pub company: Edit<Text<200>>,
    pub phone: Edit<Text<50>>,
    pub website: Edit<Text<2000>>,
    pub source: Edit<Text<100>>,
    /// Archives or restores.
    pub status: Option<LeadStatus>,
    pub deal_value: Edit<MinorUnits>,
    pub deal_currency: Option<Currency>,
    pub deal_stage: Edit<DealStage>,
    pub deal_close_date: Edit<CloseDate>,
    pub tags: Option<Tags>,
    pub assigned_to: Edit<MemberId>,
    pub custom_fields: Option<CustomFields>,
}

/// A lead with the changes that made it so.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadChange {
    /// The lead after the change.
    pub lead: Lead,
    /// What changed; never empty.
    pub changes: Vec<Change>,
}

/// The lead is archived: restore it before changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lead is archived; restore it before changing it")]
pub struct LeadArchived;

impl LeadPatch {
    /// The patch that does nothing but archive or restore.
    pub fn status(status: LeadStatus) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// The patch without what it says of these fields.
    #[must_use]
    pub fn without(mut self, fields: &[Field]) -> Self {
        for field in fields {
            match field {
                Field::Email => self.email = None,
                Field::Name => self.name = Edit::Keep,
                Field::Title => self.title = Edit::Keep,
                Field::Company => self.company = Edit::Keep,
                Field::Phone => self.phone = Edit::Keep,
                Field::Website => self.website = Edit::Keep,
                Field::Source => self.source = Edit::Keep,
                Field::Status => self.status = None,
                Field::DealValue => self.deal_value = Edit::Keep,
                Field::DealCurrency => self.deal_currency = None,
                Field::DealStage => self.deal_stage = Edit::Keep,
                Field::DealCloseDate => self.deal_close_date = Edit::Keep,
                Field::Tags => self.tags = None,
                Field::AssignedTo => self.assigned_to = Edit::Keep,
                Field::CustomFields => self.custom_fields = None,
            }
        }
        self
    }

    /// The lead as the patch makes it, or nothing where it changes nothing. A lead that stays archived can't change.
    ///
    /// `updated_at` moves forward with every change, even where the clock does not: whoever walks by it misses none.
    pub fn apply(self, lead: &Lead, now: OffsetDateTime) -> Result<Option<LeadChange>, LeadArchived> {
        let mut after = lead.clone();
        let changes = self.edit(&mut after, now);
        if changes.is_empty() {
            return Ok(None);
        }
        if lead.status() == LeadStatus::Archived && after.status() == LeadStatus::Archived {
            return Err(LeadArchived);
        }
        after.updated_at = now.max(lead.updated_at + time::Duration::MICROSECOND);
        after.version = lead.version.next();
        Ok(Some(LeadChange { lead: after, changes }))
    }

    fn edit(self, lead: &mut Lead, now: OffsetDateTime) -> Vec<Change> {
        let mut changes = Changes(Vec::new());
        if let Some(status) = self.status {
            changes.status(lead, status, now);
        }
        let fields = &mut lead.fields;
        let text = |text: &dyn std::fmt::Display| Value::String(text.to_string());
        changes.required(Field::Email, &mut fields.email, self.email, |v| text(v));
        changes.optional(Field::Name, &mut fields.name, self.name, |v| text(v));
        changes.optional(Field::Title, &mut fields.title, self.title, |v| text(v));
        changes.optional(Field::Company, &mut fields.company, self.company, |v| text(v));
        changes.optional(Field::Phone, &mut fields.phone, self.phone, |v| text(v));
        changes.optional(Field::Website, &mut fields.website, self.website, |v| text(v));
        changes.optional(Field::Source, &mut fields.source, self.source, |v| text(v));
        changes.optional(Field::DealValue, &mut fields.deal_value, self.deal_value, |v| v.get().into());
        changes.required(Field::DealCurrency, &mut fields.deal_currency, self.deal_currency, |v| text(v));
        changes.optional(Field::DealStage, &mut fields.deal_stage, self.deal_stage, |v| text(v));
        changes
            .optional(Field::DealCloseDate, &mut fields.deal_close_date, self.deal_close_date, |v| text(v));
        changes.required(Field::Tags, &mut fields.tags, self.tags, tags_value);
        changes.optional(Field::AssignedTo, &mut fields.assigned_to, self.assigned_to, |v| text(v));
        changes.required(Field::CustomFields, &mut fields.custom_fields, self.custom_fields, |v| {
            Value::Object(v.as_map().clone())
        });
        changes.0
    }
}

fn tags_value(tags: &Tags) -> Value {
    json!(tags.iter().map(Text::as_str).collect::<Vec<_>>())
}

/// Makes edits and notes those that changed something.
struct Changes(Vec<Change>);

impl Changes {
    fn status(&mut self, lead: &mut Lead, status: LeadStatus, now: OffsetDateTime) {
        let before = lead.status();
        if before == status {
            return;
        }
        lead.archived_at = match status {
            LeadStatus::Active => None,
            LeadStatus::Archived => Some(now),
        };
        self.note(Field::Status, before.as_str().into(), status.as_str().into());
    }

    fn required<T: PartialEq>(
        &mut self,
        field: Field,
        current: &mut T,
        wanted: Option<T>,
        show: impl Fn(&T) -> Value,
    ) {
        if let Some(wanted) = wanted.filter(|wanted| wanted != current) {
            self.note(field, show(current), show(&wanted));
            *current = wanted;
        }
    }

    fn optional<T: PartialEq>(
        &mut self,
        field: Field,
        current: &mut Option<T>,
        edit: Edit<T>,
        show: impl Fn(&T) -> Value,
    ) {
        let wanted = match edit {
            Edit::Keep => return,
            Edit::Clear => None,
            Edit::Set(value) => Some(value),
        };
        let show = |value: &Option<T>| value.as_ref().map_or(Value::Null, &show);
        self.required(field, current, Some(wanted), show);
    }

    fn note(&mut self, field: Field, from: Value, to: Value) {
        self.0.push(Change { field, from, to });
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;
    use crate::LeadFields;

    const CREATED: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);
    const LATER: OffsetDateTime = datetime!(2026-01-02 00:00 UTC);

    fn lead() -> Lead {
        let mut fields = LeadFields::new(Email::parse("john@acme.com").unwrap(), Currency::USD);
        fields.name = Some("John".parse().unwrap());
        Lead::create(fields, CREATED)
    }

    fn archived() -> Lead {
        LeadPatch::status(LeadStatus::Archived).apply(&lead(), CREATED).unwrap().unwrap().lead
    }

    #[test]
    fn absent_null_and_a_value_are_three_different_things() {
        #[track_caller]
        #[expect(clippy::needless_pass_by_value, reason = "reads better in a table")]
        fn check(edit: Edit<Text<200>>, expect: Option<[Value; 2]>) {
            let patch = LeadPatch { name: edit, ..LeadPatch::default() };
            let change = patch.apply(&lead(), LATER).unwrap();
            let names = change.map(|mut c| c.changes.remove(0)).map(|c| [c.from, c.to]);
            assert_eq!(names.as_ref(), expect.as_ref());
        }
        check(Edit::Keep, None);
        check(Edit::Clear, Some([json!("John"), Value::Null]));
        check(Edit::Set("Jane".parse().unwrap()), Some([json!("John"), json!("Jane")]));
        check(Edit::Set("John".parse().unwrap()), None);
    }

    #[test]
    fn a_change_moves_version_and_time_even_when_the_clock_stands_still() {
        let patch = LeadPatch { name: Edit::Clear, ..LeadPatch::default() };
        let changed = patch.apply(&lead(), CREATED).unwrap().unwrap().lead;
        assert_eq!(changed.version.get(), 2);
        assert_eq!(changed.updated_at, CREATED + Duration::MICROSECOND);
    }

    #[test]
    fn an_archived_lead_changes_only_by_being_restored() {
        let rename = || LeadPatch { name: Edit::Clear, ..LeadPatch::default() };
        assert_eq!(rename().apply(&archived(), LATER), Err(LeadArchived));
        let keep_archived = LeadPatch { status: Some(LeadStatus::Archived), ..rename() };
        assert_eq!(keep_archived.apply(&archived(), LATER), Err(LeadArchived));
        let restore = LeadPatch { status: Some(LeadStatus::Active), ..rename() };
        let restored = restore.apply(&archived(), LATER).unwrap().unwrap();
        assert_eq!(restored.lead.archived_at, None);
        assert_eq!(restored.changes.len(), 2);
        assert_eq!(LeadPatch::status(LeadStatus::Archived).apply(&archived(), LATER), Ok(None));
    }

    #[test]
    fn archiving_notes_the_time_and_the_change() {
        let change = LeadPatch::status(LeadStatus::Archived).apply(&lead(), LATER).unwrap().unwrap();
        assert_eq!(change.lead.archived_at, Some(LATER));
        let expected = Change { field: Field::Status, from: json!("active"), to: json!("archived") };
        assert_eq!(change.changes, [expected]);
    }
}
