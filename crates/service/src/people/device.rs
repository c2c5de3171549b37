use leadkeep_credentials::Hasher;
use leadkeep_domain::UserId;
use uuid::Uuid;

use crate::seal::{hex, is_mac, mac};

/// What a purpose's codes are for.
const DEVICE: &str = "device";

/// What browsers are remembered by that somebody signed in with: the user, an id, and a code over both. It proves no right:
/// attempts of such a browser are counted apart.
#[derive(Clone)]
pub(super) struct Devices {
    forms: Hasher,
}

impl Devices {
    pub(super) const fn new(forms: Hasher) -> Self {
        Self { forms }
    }

    /// A value for a browser that somebody signs in with for the first time.
    pub(super) fn new_value(&self, user: UserId) -> String {
        let (user, id) = (user.as_uuid().simple().to_string(), Uuid::now_v7().simple().to_string());
        let code = hex(mac(&self.forms, DEVICE, &[&user, &id]));
        format!("{user}.{id}.{code}")
    }

    /// Which browser of the user's this is; none for another user's, and for what we did not make.
    pub(super) fn recognize(&self, value: &str, user: UserId) -> Option<u128> {
        let mut parts = value.splitn(3, '.');
        let (named, id, code) = (parts.next()?, parts.next()?, parts.next()?);
        let is_users = named == user.as_uuid().simple().to_string();
        let is_ours = is_users && id.len() == 32 && is_mac(&self.forms, DEVICE, &[named, id], code);
        is_ours.then(|| mac(&self.forms, "device's bucket", &[named, id]))
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_credentials::{MasterKey, Purpose};

    use super::*;

    #[test]
    fn a_browser_is_recognized_for_its_own_user_only() {
        let devices =
            |byte: &str| Devices::new(MasterKey::parse_hex(&byte.repeat(32)).unwrap().hasher(Purpose::Forms));
        let (ours, others) = (devices("07"), devices("08"));
        let (ann, bob) = (UserId::generate(), UserId::generate());
        let (one, two) = (ours.new_value(ann), ours.new_value(ann));
        let found = ours.recognize(&one, ann).unwrap();
        assert_eq!(ours.recognize(&one, ann), Some(found));
        assert_ne!(ours.recognize(&two, ann), Some(found));
        assert_eq!(ours.recognize(&one, bob), None);
        assert_eq!(others.recognize(&one, ann), None);
        let forged =
            one.replacen(&ann.as_uuid().simple().to_string(), &bob.as_uuid().simple().to_string(), 1);
        for forged in [forged.as_str(), "", "..", &one[..one.len() - 1]] {
            assert_eq!(ours.recognize(forged, bob), None, "{forged}");
            assert_eq!(ours.recognize(forged, ann), None, "{forged}");
        }
    }
}
