//! Credentials as pages show them.

use std::num::NonZeroU32;

use leadkeep_credentials::{Lifetime, Standing};
use leadkeep_domain::{ApiCredentialKind, CredentialId, Member, Role};
use leadkeep_service::{Counts, RECENT_HOURS};
use leadkeep_storage::{ApiCredential, ListedClient, SecretInfo};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    account::Inside,
    pages::credentials::{ActsAs, Credential, Kind, LastUse, Secret, State},
    trouble::Trouble,
};

/// The calls of what made none.
pub(in crate::routes) const NO_CALLS: [Counts; RECENT_HOURS] =
    [Counts { ok: 0, limited: 0, unauthorized: 0, error: 0 }; RECENT_HOURS];

/// Those of a kind, newest first.
pub(in crate::routes) async fn all(inside: &Inside, kind: Kind) -> Result<Vec<Credential>, Trouble> {
    let mut found = match api_kind(kind) {
        None => clients(inside).await?,
        Some(api_kind) => credentials(inside, api_kind).await?,
    };
    found.reverse();
    Ok(found)
}

async fn clients(inside: &Inside) -> Result<Vec<Credential>, Trouble> {
    let hours = hours(inside).await?;
    let clients = inside.management()?.clients(inside.workspace()).await?;
    let of = |one: ListedClient| Credential {
        hours: hours(one.client.id.as_uuid()),
        ..of_client(one, now(inside))
    };
    Ok(clients.into_iter().map(of).collect())
}

async fn credentials(inside: &Inside, kind: ApiCredentialKind) -> Result<Vec<Credential>, Trouble> {
    let (management, workspace) = (inside.management()?, inside.workspace());
    let hours = hours(inside).await?;
    let is_token = kind == ApiCredentialKind::Token;
    let members = if is_token { management.members(workspace).await? } else { Vec::new() };
    let of = |one: ApiCredential| {
        let (hours, acts_as) = (hours(one.id.as_uuid()), is_token.then(|| acts_as(&one, &members)));
        Credential { acts_as, hours, ..of_credential(one, now(inside)) }
    };
    Ok(management.credentials(workspace, kind).await?.into_iter().map(of).collect())
}

fn now(inside: &Inside) -> OffsetDateTime {
    inside.account.visitor().state.clock.now()
}

/// The calls of the last day, of whichever credential is asked for.
async fn hours(inside: &Inside) -> Result<impl Fn(Uuid) -> [Counts; RECENT_HOURS], Trouble> {
    let calls = inside.account.visitor().state.activity.recent_hours(inside.workspace()).await?;
    Ok(move |id| calls.get(&id).copied().unwrap_or(NO_CALLS))
}

/// One of them.
pub(super) async fn one(inside: &Inside, kind: Kind, id: CredentialId) -> Result<Credential, Trouble> {
    let id = id.to_string();
    all(inside, kind).await?.into_iter().find(|one| one.id == id).ok_or(Trouble::NotFound)
}

/// One that has not ended for good: what has is not there to be changed.
pub(super) async fn working(inside: &Inside, kind: Kind, id: CredentialId) -> Result<Credential, Trouble> {
    Some(one(inside, kind, id).await?).filter(|one| !one.is_over()).ok_or(Trouble::NotFound)
}

/// What the service calls a kind; it has clients elsewhere.
pub(super) const fn api_kind(kind: Kind) -> Option<ApiCredentialKind> {
    match kind {
        Kind::Client => None,
        Kind::Key => Some(ApiCredentialKind::Key),
        Kind::Token => Some(ApiCredentialKind::Token),
    }
}

fn of_client(listed: ListedClient, now: OffsetDateTime) -> Credential {
    let client = listed.client;
    Credential {
        id: client.id.to_string(),
        name: client.name.to_string(),
        client_id: Some(client.client_id.to_string()),
        secrets: secrets(&listed.secrets, now),
        scopes: client.scopes,
        limit_per_minute: client.limit_per_minute.map(NonZeroU32::get),
        allowed_addresses: Vec::new(),
        created_by: listed.created_by_name,
        created_at: client.created_at,
        expires_at: None,
        acts_as: None,
        state: client.revoked_at.map_or(State::Active, State::Revoked),
        last_use: listed.last_used_at.map(|at| LastUse { at, from: listed.last_used_from }),
        hours: NO_CALLS,
    }
}

fn of_credential(one: ApiCredential, now: OffsetDateTime) -> Credential {
    let last_use = one.last_use().and_then(last_use);
    Credential {
        id: one.id.to_string(),
        name: one.name.to_string(),
        client_id: None,
        secrets: secrets(&one.secrets, now),
        scopes: one.scopes,
        limit_per_minute: one.limit_per_minute.map(NonZeroU32::get),
        allowed_addresses: one.allowed_addresses.iter().map(ToString::to_string).collect(),
        created_by: one.creator.name,
        created_at: one.created_at,
        expires_at: one.lifetime.expires_at,
        state: state(one.lifetime, now),
        last_use,
        acts_as: None,
        hours: NO_CALLS,
    }
}

/// Whose role a token acts with: the operator's counts as an admin's.
fn acts_as(one: &ApiCredential, members: &[Member]) -> ActsAs {
    match one.creator.member {
        None => ActsAs::Creator(Role::Admin),
        Some(id) => {
            let creator = members.iter().find(|member| member.id == id);
            creator.map_or(ActsAs::Nobody, |member| ActsAs::Creator(member.role))
        }
    }
}

fn state(lifetime: Lifetime, now: OffsetDateTime) -> State {
    match lifetime.standing(now) {
        Standing::Live => State::Active,
        Standing::Disabled => State::Disabled,
        Standing::Expired => State::Expired,
        Standing::Revoked => State::Revoked(lifetime.revoked_at.unwrap_or(now)),
    }
}

/// The newest, and those before it that are still accepted.
pub(in crate::routes) fn secrets(secrets: &[SecretInfo], now: OffsetDateTime) -> Vec<Secret> {
    let accepted = |secret: &SecretInfo| secret.expires_at.is_none_or(|end| end > now);
    let shown = secrets.iter().enumerate().filter(|(at, secret)| *at == 0 || accepted(secret));
    shown
        .map(|(_, secret)| Secret {
            preview: secret.preview.clone(),
            created_at: secret.created_at,
            last_use: last_use(secret),
            expires_at: secret.expires_at,
        })
        .collect()
}

fn last_use(secret: &SecretInfo) -> Option<LastUse> {
    secret.last_used_at.map(|at| LastUse { at, from: secret.last_used_from.clone() })
}
