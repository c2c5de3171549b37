use std::num::NonZeroU32;

use anyhow::{Context, Result};
use leadkeep_service::NewClientSecret;
use leadkeep_storage::ListedClient;
use serde_json::{Value, json};

use crate::{
    cli::ClientCommand,
    installation::Installation,
    output::{print_list, print_one, say, time},
    settings::Settings,
};

pub(crate) async fn client(settings: &Settings, command: ClientCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    match command {
        ClientCommand::Create { workspace, name, scope, limit_per_minute } => {
            let limit = limit_per_minute.and_then(NonZeroU32::new);
            print_secret(&management.create_client(workspace, name, scope, limit).await?, json)?;
        }
        ClientCommand::Rotate { id, overlap } => {
            print_secret(&management.rotate_client(id, overlap).await?, json)?;
        }
        ClientCommand::Revoke { id } => {
            let revoked = management.revoke_client(id).await?;
            print_one(&json!({"id": revoked.id.to_string(), "revoked_at": time(revoked.revoked_at)}), json)?;
        }
        ClientCommand::List { workspace } => {
            print_list(management.clients(workspace).await?.iter().map(listed).collect(), json)?;
        }
    }
    Ok(())
}

/// The one place where a client's secret is shown.
fn print_secret(made: &NewClientSecret, json: bool) -> Result<()> {
    let body = json!({
        "id": made.client.id.to_string(),
        "client_id": made.client.client_id.as_str(),
        "client_secret": made.secret.expose(),
        "name": made.client.name.as_str(),
        "scope": made.client.scopes.to_string(),
    });
    let hint = if json { "" } else { "\nThe secret is shown only this once: store it now.\n" };
    print_one(&body, json).and_then(|()| say(hint)).with_context(|| {
        format!("nobody has seen the secret of client {}: rotate it for a new one", made.client.client_id)
    })
}

/// A client as lists show it: all but the secret.
fn listed(listed: &ListedClient) -> Value {
    let client = &listed.client;
    let previous = listed.secrets.get(1);
    json!({
        "id": client.id.to_string(),
        "client_id": client.client_id.as_str(),
        "name": client.name.as_str(),
        "scope": client.scopes.to_string(),
        "limit_per_minute": client.limit_per_minute.map(NonZeroU32::get),
        "created_at": time(Some(client.created_at)),
        "last_used_at": time(listed.last_used_at),
        "last_used_from": listed.last_used_from,
        "previous_expires_at": time(previous.and_then(|secret| secret.expires_at)),
        "previous_last_used_at": time(previous.and_then(|secret| secret.last_used_at)),
        "revoked_at": time(client.revoked_at),
    })
}
