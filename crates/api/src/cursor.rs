//! Cursors: where a page ended, sealed together with the list it belongs to.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use leadkeep_credentials::Hasher;
use leadkeep_domain::{Id, Page, Position, WorkspaceId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::problem::Problem;

/// The list that a cursor belongs to: its tenant, its kind and its filters.
pub(crate) struct List<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) kind: &'static str,
    pub(crate) filters: &'a str,
}

const MAC: usize = 16;
const ID: usize = 16;
const MICROS: usize = 8;

impl List<'_> {
    /// A cursor behind this position.
    pub(crate) fn seal(&self, key: &Hasher, position: &[u8]) -> String {
        let mut bytes = position.to_vec();
        bytes.extend_from_slice(&key.mac(&self.sealed(position)));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position in a cursor of this list.
    pub(crate) fn open(&self, key: &Hasher, cursor: &str) -> Result<Vec<u8>, Problem> {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| broken())?;
        let end = bytes.len().checked_sub(MAC).ok_or_else(broken)?;
        let mac = bytes.split_off(end);
        if key.verify_mac(&self.sealed(&bytes), &mac) { Ok(bytes) } else { Err(broken()) }
    }

    /// The id in a cursor of this list, which is ordered by ids; none for the first page.
    pub(crate) fn after(&self, key: &Hasher, cursor: Option<&str>) -> Result<Option<Uuid>, Problem> {
        cursor.map(|cursor| decode_id(&self.open(key, cursor)?)).transpose()
    }

    /// A cursor behind a page of this list; none behind the last.
    pub(crate) fn behind<T>(&self, key: &Hasher, page: &Page<T>, id: impl Fn(&T) -> Uuid) -> Option<String> {
        let last = page.items.last().filter(|_| page.has_more);
        last.map(|item| self.seal(key, id(item).as_bytes()))
    }

    /// What the seal covers. Lengths keep one part from running into the next.
    fn sealed(&self, position: &[u8]) -> Vec<u8> {
        let mut bytes = self.workspace.as_uuid().into_bytes().to_vec();
        for part in [self.kind.as_bytes(), self.filters.as_bytes(), position] {
            bytes.extend_from_slice(&part.len().to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// A position, as bytes.
pub(crate) fn encode_position<T>(position: Position<Id<T>>) -> Vec<u8> {
    match position {
        Position::Id(id) => id.as_uuid().into_bytes().to_vec(),
        Position::Updated(at, id) => {
            let micros = i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX);
            [micros.to_be_bytes().as_slice(), id.as_uuid().as_bytes()].concat()
        }
    }
}

pub(crate) fn decode_position<T>(bytes: &[u8]) -> Result<Position<Id<T>>, Problem> {
    if bytes.len() == ID {
        return decode_id(bytes).map(|id| Position::Id(Id::from_uuid(id)));
    }
    let (micros, id) = bytes.split_first_chunk::<MICROS>().ok_or_else(broken)?;
    let at = OffsetDateTime::UNIX_EPOCH
        .checked_add(time::Duration::microseconds(i64::from_be_bytes(*micros)))
        .ok_or_else(broken)?;
    decode_id(id).map(|id| Position::Updated(at, Id::from_uuid(id)))
}

pub(crate) fn decode_id(bytes: &[u8]) -> Result<Uuid, Problem> {
    Uuid::from_slice(bytes).map_err(|_| broken())
}

fn broken() -> Problem {
    Problem::invalid_request(
        "The cursor is broken, or belongs to a list with other filters; start again without one",
    )
}

#[cfg(test)]
mod tests {
    use leadkeep_credentials::{MasterKey, Purpose};
    use leadkeep_domain::LeadPosition;
    use time::macros::datetime;

    use super::*;

    fn key() -> Hasher {
        MasterKey::parse_hex(&"07".repeat(32)).unwrap().hasher(Purpose::Cursors)
    }

    fn list(filters: &str) -> List<'_> {
        List { workspace: Id::from_uuid(Uuid::from_u128(1)), kind: "leads", filters }
    }

    #[test]
    fn a_cursor_opens_to_the_position_it_was_sealed_with() {
        let id = Id::from_uuid(Uuid::from_u128(0x0197));
        let time = datetime!(2026-01-01 00:00:00.123456 UTC);
        for position in [LeadPosition::Id(id), LeadPosition::Updated(time, id)] {
            let cursor = list("tag=hot").seal(&key(), &encode_position(position));
            let opened = list("tag=hot").open(&key(), &cursor).unwrap();
            assert_eq!(decode_position(&opened).unwrap(), position);
        }
    }

    #[test]
    fn a_cursor_opens_for_its_own_list_only() {
        let cursor = list("tag=hot").seal(&key(), &[7; 16]);
        assert!(list("tag=cold").open(&key(), &cursor).is_err());
        let other_workspace = List { workspace: Id::from_uuid(Uuid::from_u128(2)), ..list("tag=hot") };
        assert!(other_workspace.open(&key(), &cursor).is_err());
        let other_kind = List { kind: "history", ..list("tag=hot") };
        assert!(other_kind.open(&key(), &cursor).is_err());
    }

    #[test]
    fn a_broken_cursor_is_refused() {
        let cursor = list("").seal(&key(), &[7; 16]);
        for at in 0..cursor.len() {
            let mut broken = cursor.clone().into_bytes();
            broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
            let broken = String::from_utf8(broken).unwrap();
            assert!(list("").open(&key(), &broken).is_err(), "{broken}");
        }
        for broken in ["", "AAAA", "%", "é", &cursor[1..]] {
            assert!(list("").open(&key(), broken).is_err(), "{broken}");
        }
    }
}
