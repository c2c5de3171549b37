//! What a form says of the browser that it was shown to, so that no other site can send it.

use leadkeep_credentials::Hasher;
use uuid::Uuid;

use super::People;

/// What browsers are told apart by before somebody signs in.
const VISITOR: &str = "visitor";

impl People {
    /// A value for a browser that nobody has signed in with yet: what its [form tokens](Self::form_token) are made with until
    /// then. Nobody can make one up.
    pub fn new_visitor(&self) -> String {
        let id = Uuid::now_v7().simple().to_string();
        let code = hex(mac(&self.forms, VISITOR, &[&id]));
        format!("{id}.{code}")
    }

    /// Whether it was [made here](Self::new_visitor).
    pub fn is_visitor(&self, value: &str) -> bool {
        let parts = value.split_once('.').filter(|(id, _)| id.len() == 32);
        parts.is_some_and(|(id, code)| is_mac(&self.forms, VISITOR, &[id], code))
    }

    /// The token of a form for the browser that holds this secret: its session's, or a visitor's own. 32 hexadecimal digits.
    pub fn form_token(&self, secret: &str) -> String {
        hex(mac(&self.forms, "form", &[secret]))
    }

    /// Whether this is the [token](Self::form_token) for the browser with this secret. Takes the same time wherever it differs.
    pub fn is_form_token(&self, secret: &str, token: &str) -> bool {
        is_mac(&self.forms, "form", &[secret], token)
    }
}

/// A code over what it is for and its parts: what was made for one purpose is not valid for another.
pub(super) fn mac(hasher: &Hasher, purpose: &str, parts: &[&str]) -> u128 {
    u128::from_be_bytes(hasher.mac(&joined(purpose, parts)))
}

/// Whether this is the [`hex`] of the code. Takes the same time wherever it differs.
pub(super) fn is_mac(hasher: &Hasher, purpose: &str, parts: &[&str], presented: &str) -> bool {
    let is_hex = presented.len() == 32 && presented.bytes().all(|digit| digit.is_ascii_hexdigit());
    let presented = u128::from_str_radix(presented, 16).ok().filter(|_| is_hex);
    presented.is_some_and(|presented| hasher.verify_mac(&joined(purpose, parts), &presented.to_be_bytes()))
}

pub(super) fn hex(mac: u128) -> String {
    format!("{mac:032x}")
}

/// The last part may hold anything, the others have no NUL: no two lists give the same bytes.
fn joined(purpose: &str, parts: &[&str]) -> Vec<u8> {
    let mut bytes = purpose.as_bytes().to_vec();
    for part in parts {
        bytes.push(0);
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use leadkeep_credentials::{MasterKey, Purpose};

    use super::*;

    #[test]
    fn a_code_is_for_one_purpose_one_text_and_one_key() {
        let forms = |byte: &str| MasterKey::parse_hex(&byte.repeat(32)).unwrap().hasher(Purpose::Forms);
        let (ours, other) = (forms("07"), forms("08"));
        let code = hex(mac(&ours, "form", &["secret"]));
        assert!(is_mac(&ours, "form", &["secret"], &code));
        assert!(!is_mac(&other, "form", &["secret"], &code));
        assert!(!is_mac(&ours, "device", &["secret"], &code));
        assert!(!is_mac(&ours, "form", &["secres"], &code));
        assert!(!is_mac(&ours, "form", &["sec", "ret"], &code));
        for broken in
            ["", "0", &code[1..], &format!("{code}0"), &format!("+{}", &code[1..]), "é".repeat(16).as_str()]
        {
            assert!(!is_mac(&ours, "form", &["secret"], broken), "{broken:?}");
        }
    }
}
