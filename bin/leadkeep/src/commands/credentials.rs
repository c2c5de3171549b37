//! API keys and API tokens. Both are managed alike; what they are called differs.

use std::num::NonZeroU32;

use anyhow::{Context, Result};
use leadkeep_credentials::Standing;
use leadkeep_domain::{AddressRanges, ApiCredentialKind, Clock, SystemClock};
use leadkeep_service::{Management, NewApiKey, NewApiToken, NewCredentialSecret};
use leadkeep_storage::{ApiCredential, SecretInfo};
use serde_json::{Value, json};

use crate::{
    cli::{CredentialCommand, KeyCommand, TokenCommand},
    installation::Installation,
    output::{print_columns, print_one, say, time},
    settings::Settings,
};

pub(crate) async fn key(settings: &Settings, command: KeyCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    match command {
        KeyCommand::Create { workspace, label, expires, scope, allow, limit_per_minute } => {
            let new = NewApiKey {
                label,
                scopes: scope,
                expiry: expires,
                limit_per_minute: limit_per_minute.and_then(NonZeroU32::new),
                allowed_addresses: AddressRanges::new(allow)?,
                creator: None,
            };
            print_secret(&management.create_key(workspace, new).await?, json)
        }
        KeyCommand::Manage(command) => manage(&management, ApiCredentialKind::Key, command, json).await,
    }
}

pub(crate) async fn token(settings: &Settings, command: TokenCommand, json: bool) -> Result<()> {
    let management = Installation::open(settings).await?.management()?;
    match command {
        TokenCommand::Create { workspace, name, expires, acting_as } => {
            let new = NewApiToken { name, expiry: expires, acting_as };
            print_secret(&management.create_token(workspace, new).await?, json)
        }
        TokenCommand::Manage(command) => manage(&management, ApiCredentialKind::Token, command, json).await,
    }
}

async fn manage(
    management: &Management,
    kind: ApiCredentialKind,
    command: CredentialCommand,
    json: bool,
) -> Result<()> {
    let changed = match command {
        CredentialCommand::List { workspace } => {
            let all = management.credentials(workspace, kind).await?;
            let columns = [
                "id",
                name_of(kind),
                "preview",
                "created_at",
                "created_by",
                "expires_at",
                "last_used_at",
                "state",
            ];
            return print_columns(all.iter().map(listed).collect(), &columns, json);
        }
        CredentialCommand::Rotate { id, overlap } => {
            return print_secret(&management.rotate_credential(kind, id, overlap).await?, json);
        }
        CredentialCommand::Disable { id } => management.set_credential_disabled(kind, id, true).await?,
        CredentialCommand::Enable { id } => management.set_credential_disabled(kind, id, false).await?,
        CredentialCommand::Revoke { id } => management.revoke_credential(kind, id).await?,
    };
    print_one(&listed(&changed), json)
}

/// What a credential's name is called.
const fn name_of(kind: ApiCredentialKind) -> &'static str {
    match kind {
        ApiCredentialKind::Key => "label",
        ApiCredentialKind::Token => "name",
    }
}

/// The one place where a key or token is shown.
fn print_secret(made: &NewCredentialSecret, json: bool) -> Result<()> {
    let credential = &made.credential;
    let body = json!({
        "id": credential.id.to_string(),
        credential.kind.as_str(): made.secret.expose(),
        "preview": credential.secret().map(|secret| secret.preview.as_str()),
        name_of(credential.kind): credential.name.as_str(),
        "expires_at": time(credential.lifetime.expires_at),
    });
    let hint = if json {
        String::new()
    } else {
        format!("\nThe {} is shown only this once: store it now.\n", credential.kind)
    };
    print_one(&body, json).and_then(|()| say(&hint)).with_context(|| {
        format!(
            "nobody has seen the secret of {} {}: rotate it for a new one",
            credential.kind, credential.id
        )
    })
}

/// A credential as lists show it: all but the secret.
fn listed(credential: &ApiCredential) -> Value {
    let (secret, previous) = (credential.secret(), credential.previous_secret());
    let preview = |secret: Option<&SecretInfo>| secret.map(|secret| secret.preview.clone());
    let last_use = credential.last_use();
    json!({
        "id": credential.id.to_string(),
        name_of(credential.kind): credential.name.as_str(),
        "preview": preview(secret),
        "scope": credential.scopes.to_string(),
        "allow": credential.allowed_addresses.to_string(),
        "limit_per_minute": credential.limit_per_minute.map(NonZeroU32::get),
        "created_at": time(Some(credential.created_at)),
        "created_by": credential.creator.name,
        "expires_at": time(credential.lifetime.expires_at),
        "last_used_at": time(last_use.and_then(|secret| secret.last_used_at)),
        "last_used_from": last_use.and_then(|secret| secret.last_used_from.clone()),
        "state": state(credential),
        "disabled_at": time(credential.lifetime.disabled_at),
        "revoked_at": time(credential.lifetime.revoked_at),
        "previous_preview": preview(previous),
        "previous_expires_at": time(previous.and_then(|secret| secret.expires_at)),
        "previous_last_used_at": time(previous.and_then(|secret| secret.last_used_at)),
    })
}

/// Whether it is accepted now, in a word.
fn state(credential: &ApiCredential) -> &'static str {
    match credential.lifetime.standing(SystemClock::default().now()) {
        Standing::Live => "live",
        Standing::Revoked => "revoked",
        Standing::Expired => "expired",
        Standing::Disabled => "disabled",
    }
}
