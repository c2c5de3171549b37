//! A consent, and the exchange of its code.

use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, delete, insert_into, update,
};
use leadkeep_credentials::{CodeChallenge, CodeRefusal, Exchange, IssuedCode, SecretHash};
use leadkeep_domain::{Actor, ActorKind, AuthorizationId, ClientKey, GrantId, Id, Role, ScopeSet};
use serde_json::json;
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, audit,
    authorizations::{insert_pair, revoke_all},
    decode::word,
    grants, members,
    schema::{app_grants, authorizations, clients, members as member_table, users, workspaces},
    types::for_update,
};
use crate::{
    AuditEntry, ConsentOutcome, ExchangeOutcome, ExchangeProof, NewConsent, NewTokenPair,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = authorizations)]
struct CodeRow {
    id: Uid,
    grant_id: Uid,
    code_expires_at: Stamp,
    redirect_uri: String,
    code_challenge: Option<String>,
    scopes: String,
    exchanged_at: Option<Stamp>,
    revoked_at: Option<Stamp>,
}

/// What an authorization is part of.
pub(super) struct Granted {
    pub(super) grant: Uid,
    pub(super) client: Uid,
    pub(super) workspace: Uid,
    /// Whether the consent was taken back, the person is no member any more, or the app is revoked.
    pub(super) has_ended: bool,
    /// Whether the workspace is suspended.
    pub(super) is_suspended: bool,
    /// The most that may be done: what the app is registered for, as far as the person's role goes now.
    pub(super) may: ScopeSet,
    pub(super) app: String,
    pub(super) person: String,
}

impl Granted {
    /// Whether tokens are issued.
    pub(super) const fn may_act(&self) -> bool {
        !self.has_ended && !self.is_suspended
    }

    /// The app as it acts for the person.
    pub(super) fn actor(&self) -> Actor {
        actor(self.grant, &self.app, &self.person)
    }
}

/// An app as it acts for a person.
pub(super) fn actor(grant: Uid, app: &str, person: &str) -> Actor {
    Actor { kind: ActorKind::App, id: Some(grant.0), name: format!("{app} for {person}") }
}

pub(super) async fn granted(connection: &mut Connection, grant: Uid) -> QueryResult<Option<Granted>> {
    type Row = (
        Uid,
        Uid,
        Option<Stamp>,
        (String, Option<Stamp>),
        (String, Option<Stamp>),
        Option<Stamp>,
        String,
        String,
    );
    let row: Option<Row> = app_grants::table
        .inner_join(clients::table.on(clients::id.eq(app_grants::client_key)))
        .inner_join(member_table::table.on(member_table::id.eq(app_grants::member_id)))
        .inner_join(users::table.on(users::id.eq(member_table::user_id)))
        .inner_join(workspaces::table.on(workspaces::id.eq(app_grants::workspace_id)))
        .filter(app_grants::id.eq(grant))
        .select((
            app_grants::client_key,
            app_grants::workspace_id,
            app_grants::withdrawn_at,
            (member_table::role, member_table::removed_at),
            (clients::scopes, clients::revoked_at),
            workspaces::suspended_at,
            clients::name,
            users::name,
        ))
        .get_result(connection)
        .await
        .optional()?;
    let Some((client, workspace, withdrawn_at, member, registered, suspended_at, app, person)) = row else {
        return Ok(None);
    };
    let ((role, removed_at), (scopes, revoked_at)) = (member, registered);
    let has_ended = withdrawn_at.or(removed_at).or(revoked_at).is_some();
    let may = word::<ScopeSet>(&scopes)?.intersection(word::<Role>(&role)?.scopes());
    Ok(Some(Granted {
        grant,
        client,
        workspace,
        has_ended,
        is_suspended: suspended_at.is_some(),
        may,
        app,
        person,
    }))
}

/// Since when the workspace that registered a client is suspended, and with it what the client does anywhere.
pub(super) async fn apps_suspension(connection: &mut Connection, client: Uid) -> QueryResult<Option<Stamp>> {
    clients::table
        .inner_join(workspaces::table.on(workspaces::id.eq(clients::workspace_id)))
        .filter(clients::id.eq(client))
        .select(workspaces::suspended_at)
        .get_result(connection)
        .await
}

pub(super) async fn consent(
    connection: &mut Connection,
    new: NewConsent,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<ConsentOutcome> {
    let client = clients::table.find(Uid::from(new.client)).select(clients::revoked_at);
    let revoked_at: Option<Option<Stamp>> = for_update!(client).get_result(connection).await.optional()?;
    if revoked_at != Some(None) {
        return Ok(ConsentOutcome::AppRevoked);
    }
    let Some(member) = members::of_user(connection, new.workspace, new.user).await? else {
        return Ok(ConsentOutcome::NotAMember);
    };
    let workspace = super::workspaces::find(connection, new.workspace).await?;
    if workspace.is_none_or(|workspace| workspace.suspended_at.is_some()) {
        return Ok(ConsentOutcome::Suspended);
    }
    let grant = grants::give(connection, new.client, member.id, new.workspace, new.scopes, now).await?;
    insert_into(authorizations::table)
        .values((
            authorizations::id.eq(Uid::from(AuthorizationId::generate())),
            authorizations::grant_id.eq(Uid::from(grant)),
            authorizations::key_id.eq(i32::from(new.key_id)),
            authorizations::code_hash.eq(new.code.as_bytes().to_vec()),
            authorizations::code_expires_at.eq(Stamp(new.code_expires_at)),
            authorizations::redirect_uri.eq(new.redirect_uri.as_str()),
            authorizations::code_challenge.eq(new.challenge.map(|challenge| challenge.as_str().to_owned())),
            authorizations::scopes.eq(new.scopes.to_string()),
            authorizations::created_at.eq(Stamp(now)),
            authorizations::expires_at.eq(Stamp(new.code_expires_at)),
        ))
        .execute(connection)
        .await?;
    audit::record(connection, entry, Some(new.workspace), grant, now).await?;
    make_room(connection, grant, now).await?;
    Ok(ConsentOutcome::Given(grant))
}

/// How many authorizations a member and an app have at a time: a device, or a browser, each.
const AUTHORIZATIONS: i64 = 50;

/// Ends the oldest authorizations beyond those that there may be, and forgets codes that nobody exchanged in time.
async fn make_room(connection: &mut Connection, grant: GrantId, now: OffsetDateTime) -> QueryResult<()> {
    let of_grant = || authorizations::table.filter(authorizations::grant_id.eq(Uid::from(grant)));
    let unused = of_grant().filter(authorizations::exchanged_at.is_null());
    delete(unused.filter(authorizations::expires_at.le(Stamp(now)))).execute(connection).await?;
    let beyond: Vec<Uid> = of_grant()
        .filter(authorizations::revoked_at.is_null())
        .order(authorizations::id.desc())
        .offset(AUTHORIZATIONS)
        .limit(AUTHORIZATIONS)
        .select(authorizations::id)
        .load(connection)
        .await?;
    if beyond.is_empty() {
        return Ok(());
    }
    let Some(granted) = granted(connection, grant.into()).await? else { return Ok(()) };
    for authorization in beyond {
        revoke_all(connection, authorization, &granted, now).await?;
    }
    Ok(())
}

pub(super) async fn exchange(
    connection: &mut Connection,
    code: SecretHash,
    client: Id<ClientKey>,
    proof: ExchangeProof,
    pair: NewTokenPair,
    now: OffsetDateTime,
) -> QueryResult<ExchangeOutcome> {
    let row = authorizations::table
        .filter(authorizations::code_hash.eq(code.as_bytes().to_vec()))
        .select(CodeRow::as_select());
    let Some(row) = for_update!(row).get_result(connection).await.optional()? else {
        return Ok(ExchangeOutcome::Unknown);
    };
    let Some(granted) = granted(connection, row.grant_id).await? else { return Ok(ExchangeOutcome::Unknown) };
    if let Err(refusal) = check(&row, granted.client == client.into(), &proof, now) {
        if refusal == CodeRefusal::Replayed && row.revoked_at.is_none() {
            revoke_all(connection, row.id, &granted, now).await?;
            let entry = noticed("app.code-replayed", granted.actor());
            audit::record(connection, entry, Some(granted.workspace.id()), row.id, now).await?;
        }
        return Ok(ExchangeOutcome::Refused(refusal));
    }
    if !granted.may_act() {
        return Ok(ExchangeOutcome::NoLongerAllowed);
    }
    let scopes: ScopeSet = word(&row.scopes)?;
    update(authorizations::table.find(row.id))
        .set(authorizations::exchanged_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    insert_pair(connection, row.id, &granted, None, scopes, pair, now).await?;
    Ok(ExchangeOutcome::Exchanged(scopes))
}

fn check(
    row: &CodeRow,
    is_by_its_client: bool,
    proof: &ExchangeProof,
    now: OffsetDateTime,
) -> Result<(), CodeRefusal> {
    let challenge = row.code_challenge.clone().map(CodeChallenge::from_stored);
    let code = IssuedCode {
        expires_at: row.code_expires_at.0,
        is_exchanged: row.exchanged_at.is_some(),
        is_revoked: row.revoked_at.is_some(),
        redirect_uri: &row.redirect_uri,
        challenge: challenge.as_ref(),
    };
    let (redirect_uri, verifier) = (proof.redirect_uri.as_deref(), proof.verifier.as_deref());
    code.check(Exchange { is_by_its_client, redirect_uri, verifier }, now)
}

/// What the audit log keeps of a secret that somebody has who should not.
pub(super) fn noticed(action: &'static str, actor: Actor) -> AuditEntry {
    AuditEntry { actor, action, organization: None, detail: json!({}), origin: None }
}
