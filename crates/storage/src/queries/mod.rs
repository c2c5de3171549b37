//! The queries, written once and compiled for each database: the parent module provides `Store`, `Connection` and `types`.

mod access_tokens;
mod accounts;
mod ai_credits;
mod ai_undo;
mod ai_update_rows;
mod ai_updates;
mod api_credential_lists;
mod api_credentials;
mod app_usage;
mod apps;
mod audit;
mod authorizations;
mod clients;
mod consents;
mod conversation_list;
mod conversation_messages;
mod conversation_rows;
mod conversations;
mod decode;
mod grants;
mod idempotency;
mod installation;
mod invitation_acceptance;
mod invitation_withdrawals;
mod invitations;
pub(super) mod lead_edit;
pub(super) mod lead_history;
mod lead_import;
mod lead_list;
mod lead_lists;
pub(super) mod lead_rows;
mod lead_search;
pub(super) mod lead_tags;
pub(super) mod lead_words;
mod lead_words_fill;
pub(super) mod leads;
mod left_behind;
mod member_changes;
mod member_rows;
mod members;
mod password_resets;
mod run_execution;
mod run_files;
mod run_rows;
mod run_starter;
mod runs;
pub(super) mod schema;
mod secrets;
mod sessions;
mod spent_forms;
mod tenants;
pub(super) mod usage;
mod workspaces;

use std::sync::Arc;

use super::{Blocking, Connection, RunQueryDsl, Store, lead_change, new_lead, types, usage_sums};
use crate::Repositories;

/// Fills what was not kept before: behind the migrations, and in a transaction.
pub(super) fn fill(connection: &mut Blocking) -> diesel::QueryResult<()> {
    lead_words_fill::fill(connection)
}

/// All repositories on one store.
pub(super) fn repositories(store: Arc<Store>) -> Repositories {
    Repositories {
        leads: store.clone(),
        conversations: store.clone(),
        workspaces: store.clone(),
        members: store.clone(),
        accounts: store.clone(),
        sessions: store.clone(),
        invitations: store.clone(),
        password_resets: store.clone(),
        clients: store.clone(),
        access_tokens: store.clone(),
        api_credentials: store.clone(),
        apps: store.clone(),
        authorizations: store.clone(),
        usage: store.clone(),
        audit_log: store.clone(),
        ai_updates: store.clone(),
        ai_credits: store.clone(),
        runs: store.clone(),
        run_execution: store.clone(),
        idempotency_keys: store.clone(),
        spent_forms: store.clone(),
        installation: store,
    }
}
