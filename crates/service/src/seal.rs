//! What comes back from a browser as it was given to it, or is not ours.

use leadkeep_credentials::Hasher;

/// A code over what it is for and its parts: what was made for one purpose is not valid for another.
pub(crate) fn mac(hasher: &Hasher, purpose: &str, parts: &[&str]) -> u128 {
    u128::from_be_bytes(hasher.mac(&joined(purpose, parts)))
}

/// Whether this is the [`hex`] of the code. Takes the same time wherever it differs.
pub(crate) fn is_mac(hasher: &Hasher, purpose: &str, parts: &[&str], presented: &str) -> bool {
    let is_hex = presented.len() == 32 && presented.bytes().all(|digit| digit.is_ascii_hexdigit());
    let presented = u128::from_str_radix(presented, 16).ok().filter(|_| is_hex);
    presented.is_some_and(|presented| hasher.verify_mac(&joined(purpose, parts), &presented.to_be_bytes()))
}

pub(crate) fn hex(mac: u128) -> String {
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
