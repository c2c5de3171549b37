//! People and members as the database keeps them.

use diesel::{Insertable, QueryResult, Queryable, Selectable};
use leadkeep_domain::{Email, Member, Name, User};

use super::{
    decode::word,
    schema::{members, users},
};
use crate::columns::{Stamp, Uid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
pub(super) struct UserRow {
    id: Uid,
    email: String,
    email_key: String,
    name: String,
    created_at: Stamp,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = members)]
pub(super) struct MemberRow {
    pub(super) id: Uid,
    pub(super) workspace_id: Uid,
    pub(super) user_id: Uid,
    pub(super) role: String,
    pub(super) created_at: Stamp,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.id(),
            email: Email::from_stored(row.email),
            name: Name::from_stored(row.name),
            created_at: row.created_at.0,
        }
    }
}

impl From<User> for UserRow {
    fn from(new: User) -> Self {
        Self {
            id: new.id.into(),
            email: new.email.to_string(),
            email_key: new.email.key(),
            name: new.name.to_string(),
            created_at: Stamp(new.created_at),
        }
    }
}

pub(super) fn member((row, user): (MemberRow, UserRow)) -> QueryResult<Member> {
    Ok(Member {
        id: row.id.id(),
        workspace: row.workspace_id.id(),
        user: user.into(),
        role: word(&row.role)?,
        created_at: row.created_at.0,
    })
}
