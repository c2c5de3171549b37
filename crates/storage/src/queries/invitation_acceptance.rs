//! What is decided when somebody accepts an invitation. Its workspace's row is held meanwhile, as by all who change members, so
//! that whoever made it is a member until the end; then its own, so that of several at once one is first.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, result::Error as DieselError, update};
use leadkeep_credentials::{PasswordHash, SecretHash};
use leadkeep_domain::{Actor, ActorKind, Email, Member, Role, User, UserId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, accounts, audit, invitation_withdrawals, invitations, members, schema,
    workspaces,
};
use crate::{
    AcceptOutcome, AuditEntry, CreateUserOutcome, Invitation, Joining,
    columns::{Stamp, Uid},
};

pub(super) async fn accept(
    connection: &mut Connection,
    hash: SecretHash,
    joining: Joining,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<AcceptOutcome> {
    let Some(invitation) = hold(connection, hash, now).await? else { return Ok(AcceptOutcome::Ended) };
    match joining {
        Joining::SignedIn(user) => {
            let Some(login) = accounts::find_for_update(connection, user).await? else {
                return Ok(AcceptOutcome::UnknownUser);
            };
            if !is_for(&invitation, &login.user.email) {
                return Ok(AcceptOutcome::WrongUser);
            }
            match join(connection, hash, &invitation, login.user, entry, now).await? {
                Some(member) => Ok(AcceptOutcome::Joined(member)),
                None => Ok(AcceptOutcome::AlreadyMember),
            }
        }
        Joining::New(new, password) => {
            if !is_for(&invitation, &new.email) {
                return Ok(AcceptOutcome::WrongUser);
            }
            let entry = AuditEntry { actor: person(&new, None), ..entry };
            let Some(user) = make_user(connection, &invitation, new, &password, &entry, now).await? else {
                return Ok(AcceptOutcome::EmailTaken);
            };
            // Whoever was made is a member nowhere: if somebody made them one right now, nothing of it was done, and whoever
            // tries again finds them.
            let member = join(connection, hash, &invitation, user, entry, now).await?;
            member.map(AcceptOutcome::Joined).ok_or(DieselError::RollbackTransaction)
        }
    }
}

/// The invitation if it may be accepted, held until the end of the transaction with its workspace.
async fn hold(
    connection: &mut Connection,
    hash: SecretHash,
    now: OffsetDateTime,
) -> QueryResult<Option<Invitation>> {
    let Some(workspace) = invitations::workspace(connection, hash).await? else { return Ok(None) };
    let there = workspaces::find_for_update(connection, workspace).await?;
    if there.is_none_or(|workspace| workspace.suspended_at.is_some()) {
        return Ok(None);
    }
    let found = invitations::find_pending_for_update(connection, hash, now).await?;
    let Some(invitation) = found else { return Ok(None) };
    if invitations::is_set_up(connection, &invitation).await? {
        return Ok(None);
    }
    let maker = match invitation.created_by {
        Some(maker) => members::find(connection, workspace, maker).await?,
        None => None,
    };
    Ok(invitations::may_invite(&invitation, maker.map(|maker| maker.role)).then_some(invitation))
}

fn is_for(invitation: &Invitation, email: &Email) -> bool {
    invitation.email.as_ref().is_none_or(|named| named.key() == email.key())
}

/// A person as the audit log names them: as a member where they are one.
fn person(user: &User, member: Option<&Member>) -> Actor {
    let id = member.map(|member| member.id.as_uuid());
    Actor { kind: ActorKind::Member, id, name: user.name.to_string() }
}

/// The user with this password; none where the e-mail is somebody's who must show it first.
async fn make_user(
    connection: &mut Connection,
    invitation: &Invitation,
    new: User,
    password: &PasswordHash,
    entry: &AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Option<User>> {
    if let Some(known) = accounts::find_email_for_update(connection, &new.email).await? {
        // A member who invites sees the link: they must not choose the password of somebody whom the operator will trust.
        let may_be_taken = known.password.is_none()
            && invitation.created_by.is_none()
            && invitation.email.is_some()
            && !accounts::is_a_member(connection, known.user.id).await?;
        if !may_be_taken {
            return Ok(None);
        }
        accounts::replace_password(connection, known.user.id, password, now).await?;
        return Ok(Some(known.user));
    }
    let detail = serde_json::json!({"email": new.email.as_str()});
    let entry = AuditEntry { action: "user.create", detail, ..entry.clone() };
    match members::insert_user(connection, new.clone(), entry).await? {
        CreateUserOutcome::Created => {
            accounts::replace_password(connection, new.id, password, now).await?;
            Ok(Some(new))
        }
        CreateUserOutcome::DuplicateEmail(_) => Ok(None),
    }
}

/// Makes the user a member and uses the invitation up; none where the user is one already.
async fn join(
    connection: &mut Connection,
    hash: SecretHash,
    invitation: &Invitation,
    user: User,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Option<Member>> {
    let id: UserId = user.id;
    let added = members::insert_member(connection, invitation.workspace, user, invitation.role, now).await?;
    let Ok(member) = added else { return Ok(None) };
    update(schema::invitations::table.find(hash.as_bytes().to_vec()))
        .set(schema::invitations::used_at.eq(Some(Stamp(now))))
        .execute(connection)
        .await?;
    let entry = AuditEntry { actor: person(&member.user, Some(&member)), ..entry }
        .with("invitation", invitation.id.to_string())
        .with("user", id.to_string())
        .with("role", invitation.role.as_str());
    audit::record(connection, entry, Some(invitation.workspace), Uid::from(member.id), now).await?;
    if member.role == Role::Owner {
        invitation_withdrawals::setup_links(connection, invitation.workspace, now).await?;
    }
    Ok(Some(member))
}
