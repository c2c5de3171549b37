//! Taking a smart update back.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, update};
use leadkeep_domain::{
    AiOrigin, AiUndo, AiUpdate, AiUpdateId, Change, Field, KeptReason, Lead, LeadId, LeadPatch, LeadStatus,
    WorkspaceId, with_money_together,
};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl,
    ai_update_rows::{UpdateRow, earlier, undo_to_json},
    lead_edit, lead_history, leads as lead_queries,
    schema::ai_updates,
};
use crate::{
    Authorship, LeadEdit, UndoAiOutcome, UpdateOutcome,
    columns::{Json, Uid},
};

pub(super) async fn undo(
    connection: &mut Connection,
    workspace: WorkspaceId,
    (lead, id): (LeadId, AiUpdateId),
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<UndoAiOutcome> {
    // The lead's row is held: nobody changes it, and nobody else takes the update back meanwhile.
    let Some(before) = lead_queries::find_for_update(connection, workspace, lead).await? else {
        return Ok(UndoAiOutcome::NotFound);
    };
    let key = (Uid::from(workspace), Uid::from(lead), Uid::from(id));
    let row = ai_updates::table.find(key).select(UpdateRow::as_select());
    let Some(row): Option<UpdateRow> = row.get_result(connection).await.optional()? else {
        return Ok(UndoAiOutcome::NotFound);
    };
    let version = row.version;
    let mut update = AiUpdate::try_from(row)?;
    if update.undone.is_some() {
        return Ok(UndoAiOutcome::Undone(before, update));
    }
    if before.status() == LeadStatus::Archived {
        return Ok(UndoAiOutcome::Archived);
    }
    let fields: Vec<Field> = update.changes.iter().map(|change| change.change.field).collect();
    let since = match version {
        None => Vec::new(),
        Some(version) => touched_since(connection, workspace, lead, version, &fields).await?,
    };
    let kept = fields.iter().filter(|field| since.contains(field));
    let mut kept: Vec<_> = kept.map(|field| (*field, KeptReason::ChangedSince)).collect();
    let origin = AiOrigin { update: id, provider: update.reader.provider };
    let by = Authorship { smart_update: Some(origin), ..by.clone() };
    let patch = earlier(&update)?.without(&since);
    let (after, email_is_taken) = restore(connection, workspace, &before, patch, &by, now).await?;
    if email_is_taken {
        kept.push((Field::Email, KeptReason::DuplicateLead));
    }
    let is_kept = |field: Field| kept.iter().any(|(kept, _)| *kept == field);
    let restored = update.changes.iter().map(|change| &change.change).filter(|change| !is_kept(change.field));
    let restored = restored
        .map(|change| Change { field: change.field, from: change.to.clone(), to: change.from.clone() })
        .collect();
    let undo = AiUndo { restored, kept, at: now };
    keep(connection, key, &undo).await?;
    update.undone = Some(undo);
    Ok(UndoAiOutcome::Undone(after, update))
}

/// The fields that somebody has changed after this version, but for what updates did that were taken back.
async fn touched_since(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: LeadId,
    version: i32,
    fields: &[Field],
) -> QueryResult<Vec<Field>> {
    let asked = with_money_together(fields.to_vec());
    let mut touched = Vec::new();
    for (field, by) in lead_history::changed_since(connection, workspace, lead, version, &asked).await? {
        let undone = match by {
            None => false,
            Some(update) => is_undone(connection, workspace, (lead, update), field).await?,
        };
        if !undone {
            touched.push(field);
        }
    }
    Ok(with_money_together(touched))
}

/// Whether an update was taken back, and this field with it.
async fn is_undone(
    connection: &mut Connection,
    workspace: WorkspaceId,
    (lead, update): (LeadId, AiUpdateId),
    field: Field,
) -> QueryResult<bool> {
    let key = (Uid::from(workspace), Uid::from(lead), Uid::from(update));
    let row: Option<UpdateRow> =
        ai_updates::table.find(key).select(UpdateRow::as_select()).get_result(connection).await.optional()?;
    let undone = row.map(AiUpdate::try_from).transpose()?.and_then(|update| update.undone);
    Ok(undone.is_some_and(|undone| undone.restored.iter().any(|change| change.field == field)))
}

/// The lead with its earlier values; and whether another active lead has its earlier e-mail, which is left out then.
async fn restore(
    connection: &mut Connection,
    workspace: WorkspaceId,
    before: &Lead,
    mut patch: LeadPatch,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<(Lead, bool)> {
    let mut email_is_taken = false;
    loop {
        let edit = LeadEdit { patch: patch.clone(), condition: None };
        match lead_edit::edit_lead(connection, workspace, before.id, edit, by, now).await? {
            UpdateOutcome::Updated(after) => return Ok((after, email_is_taken)),
            UpdateOutcome::DuplicateEmail { .. } if patch.email.is_some() => {
                email_is_taken = true;
                patch = patch.without(&[Field::Email]);
            }
            _ => return Ok((before.clone(), email_is_taken)),
        }
    }
}

async fn keep(connection: &mut Connection, key: (Uid, Uid, Uid), undo: &AiUndo) -> QueryResult<()> {
    let undo = Some(Json(undo_to_json(undo)?));
    update(ai_updates::table.find(key)).set(ai_updates::undo.eq(undo)).execute(connection).await.map(drop)
}
