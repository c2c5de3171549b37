use std::{fmt, str::FromStr};

use http::HeaderValue;

use super::SettingsError;

/// The secret that the server knows the caller by. There is no way to its text: it only goes into a request's head.
#[derive(Clone)]
pub struct ApiKey(HeaderValue);

impl ApiKey {
    /// Takes a key as its issuer wrote it: visible ASCII characters. White space around it is dropped, as files end in it.
    pub fn parse(key: &str) -> Result<Self, SettingsError> {
        let key = key.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SettingsError::ApiKey);
        }
        let mut header = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| SettingsError::ApiKey)?;
        // Kept out of every Debug, and out of header compression.
        header.set_sensitive(true);
        Ok(Self(header))
    }

    /// The value of the header `Authorization`.
    pub(super) fn authorization(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl FromStr for ApiKey {
    type Err = SettingsError;

    fn from_str(key: &str) -> Result<Self, SettingsError> {
        Self::parse(key)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows_itself() {
        let key = ApiKey::parse(" sk-very-secret\n").unwrap();
        assert_eq!(key.authorization().to_str().unwrap(), "Bearer sk-very-secret");
        assert!(!format!("{key:?} {:?}", key.authorization()).contains("secret"));
    }

    #[test]
    fn what_no_header_carries_is_no_key() {
        for key in ["", "  ", "two words", "line\nbreak", "schlüssel", "nul\0"] {
            let error = ApiKey::parse(key).unwrap_err();
            assert!(key.trim().is_empty() || !error.to_string().contains(key), "{key:?}");
        }
    }
}
