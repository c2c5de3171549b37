use std::{fmt, str::FromStr};

use http::Uri;
use url::Url;

use super::SettingsError;

/// Where an API begins: `https://api.openai.com/v1`. Has no credentials in it, so it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    completions: Uri,
}

const PATH: &str = "/chat/completions";
const OPENAI_HOST: &str = "api.openai.com";

impl BaseUrl {
    /// The API that the others are compatible with.
    pub const OPENAI: &str = "https://api.openai.com/v1";

    /// Parses an absolute `http` or `https` URL without user, password, query and fragment: those are no part of where a server
    /// is, and what is secret in them would end up in logs.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let refused = SettingsError::BaseUrl;
        let url = Url::parse(text.trim()).map_err(|_| refused("must be a URL such as https://host/v1"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("must begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("must not contain a user or password: set the API key"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("must not contain a query or a fragment"));
        }
        let completions = format!("{}{PATH}", url.as_str().trim_end_matches('/'));
        let completions =
            completions.parse().map_err(|_| refused("must be a URL such as https://host/v1"))?;
        Ok(Self { completions })
    }

    /// Where chat completions are asked for.
    pub(super) fn completions(&self) -> Uri {
        self.completions.clone()
    }

    /// Whether the connection is encrypted.
    pub(super) fn is_https(&self) -> bool {
        self.completions.scheme_str() == Some("https")
    }

    /// Whether it is `OpenAI`'s own, that answers nobody without a key.
    pub(super) fn is_openai(&self) -> bool {
        self.completions.host() == Some(OPENAI_HOST)
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self { completions: Uri::from_static("https://api.openai.com/v1/chat/completions") }
    }
}

impl FromStr for BaseUrl {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let completions = self.completions.to_string();
        f.write_str(completions.strip_suffix(PATH).unwrap_or(&completions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, completions: Option<&str>) {
        let parsed = BaseUrl::parse(text);
        assert_eq!(parsed.as_ref().ok().map(|base| base.completions.to_string()).as_deref(), completions);
        if let Err(error) = parsed {
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_base_url_says_where_a_server_is_and_nothing_else() {
        check(BaseUrl::OPENAI, Some("https://api.openai.com/v1/chat/completions"));
        check("http://127.0.0.1:8000/v1/", Some("http://127.0.0.1:8000/v1/chat/completions"));
        check("http://[::1]:8000", Some("http://[::1]:8000/chat/completions"));
        check(" https://models.example/a/b\n", Some("https://models.example/a/b/chat/completions"));
        check("https://user:hunter2@models.example/v1", None);
        check("https://hunter2@models.example/v1", None);
        check("https://models.example/v1?key=hunter2", None);
        check("https://models.example/v1#hunter2", None);
        check("ftp://models.example/v1", None);
        check("file:///etc/passwd", None);
        check("models.example/v1", None);
        check("", None);
    }

    #[test]
    fn only_openai_is_openai() {
        let is_openai = |text: &str| BaseUrl::parse(text).unwrap().is_openai();
        assert_eq!(BaseUrl::default(), BaseUrl::parse(BaseUrl::OPENAI).unwrap());
        assert_eq!(BaseUrl::default().to_string(), BaseUrl::OPENAI);
        assert!(is_openai("https://API.openai.com/v1/"));
        assert!(!is_openai("https://api.openai.com.example/v1"));
    }
}
