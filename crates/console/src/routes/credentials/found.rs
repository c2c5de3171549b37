//! Credentials as pages show them.

use std::num::NonZeroU32;

use leadkeep_credentials::{Lifetime, Standing};
use leadkeep_domain::{ApiCredentialKind, CredentialId, Id, Member, Role};
use leadkeep_service::{Counts, RECENT_HOURS};
use leadkeep_storage::{ApiCredential, Excerpt, ListedClient, SecretInfo};
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

/// How many of a kind work.
pub(in crate::routes) async fn count(inside: &Inside, kind: Kind) -> Result<u64, Trouble> {
    let (management, workspace) = (inside.management()?, inside.workspace());
    Ok(match api_kind(kind) {
        None => management.working_clients(workspace).await?,
        Some(kind) => management.working_credentials(workspace, kind).await?,
    })
}

/// Those of a kind that are asked for, newest first; without their calls.
pub(super) async fn excerpt(inside: &Inside, kind: Kind, of: Excerpt) -> Result<Vec<Credential>, Trouble> {
    let (management, workspace, now) = (inside.management()?, inside.workspace(), now(inside));
    let Some(kind) = api_kind(kind) else {
        let clients = management.newest_clients(workspace, of).await?;
        return Ok(clients.into_iter().map(|one| of_client(one, now)).collect());
    };
    let found = management.newest_credentials(workspace, kind, of).await?;
    let makers = makers(inside, kind, &found).await?;
    let shown =
        |one: ApiCredential| Credential { acts_as: acts_as(&one, &makers), ..of_credential(one, now) };
    Ok(found.into_iter().map(shown).collect())
}

/// The members whose roles tokens act with: nobody's are asked for where nothing does.
async fn makers(
    inside: &Inside,
    kind: ApiCredentialKind,
    of: &[ApiCredential],
) -> Result<Vec<Member>, Trouble> {
    let acts = kind == ApiCredentialKind::Token && of.iter().any(|one| one.creator.member.is_some());
    if !acts {
        return Ok(Vec::new());
    }
    Ok(inside.management()?.members(inside.workspace()).await?)
}

/// The same with their calls of the last day: read in one query, and of these alone.
pub(super) async fn with_calls(inside: &Inside, of: Vec<Credential>) -> Result<Vec<Credential>, Trouble> {
    let id = |one: &Credential| one.id.parse::<CredentialId>().map(|id| id.as_uuid());
    let ids: Vec<Uuid> = of.iter().filter_map(|one| id(one).ok()).collect();
    if ids.is_empty() {
        return Ok(of);
    }
    let calls = inside.account.visitor().state.activity.recent_hours(inside.workspace(), ids).await?;
    let hours = |one: &Credential| calls.get(&id(one).ok()?).copied();
    Ok(of.into_iter().map(|one| Credential { hours: hours(&one).unwrap_or(NO_CALLS), ..one }).collect())
}

fn now(inside: &Inside) -> OffsetDateTime {
    inside.account.visitor().state.clock.now()
}

/// One of them, without its calls.
async fn one(inside: &Inside, kind: Kind, id: CredentialId) -> Result<Credential, Trouble> {
    let (management, workspace, now) = (inside.management()?, inside.workspace(), now(inside));
    Ok(match api_kind(kind) {
        None => of_client(management.client(workspace, Id::from_uuid(id.as_uuid())).await?, now),
        Some(kind) => of_credential(management.credential(workspace, kind, id).await?, now),
    })
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

/// Whose role a token acts with: the operator's counts as an admin's. Keys act with nobody's.
fn acts_as(one: &ApiCredential, members: &[Member]) -> Option<ActsAs> {
    (one.kind == ApiCredentialKind::Token).then(|| match one.creator.member {
        None => ActsAs::Creator(Role::Admin),
        Some(id) => {
            let creator = members.iter().find(|member| member.id == id);
            creator.map_or(ActsAs::Nobody, |member| ActsAs::Creator(member.role))
        }
    })
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
