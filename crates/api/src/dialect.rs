//! The API's public faces. What differs between them is here, as data; no handler asks which one it serves.

use std::borrow::Cow;

use actix_web::HttpRequest;
use leadkeep_domain::CredentialKind;
use leadkeep_service::gate::BudgetRule;

use crate::problem::Code;

/// One of the API's public faces: the same resources under a prefix of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What people call it.
    pub name: &'static str,
    /// What its paths begin with.
    pub prefix: &'static str,
    /// The credentials that it accepts.
    pub accepts: &'static [CredentialKind],
    /// What an error's body looks like.
    pub(crate) errors: ErrorShape,
    /// How an error's code is written.
    pub(crate) codes: CodeStyle,
    /// What `X-RateLimit-Reset` counts.
    pub(crate) reset: ResetStyle,
    /// Which buckets its calls are taken from.
    pub(crate) budget: BudgetRule,
    /// What an `X-Organization-Id` of another organization is answered.
    pub(crate) wrong_organization: Code,
    /// What the id of something in another workspace of the same organization is answered.
    pub(crate) elsewhere: Elsewhere,
}

/// What an error's body looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorShape {
    /// `{"error": {"code", "message", …}}`
    Nested,
    /// `{"error": "code", "message", …}`
    Flat,
}

/// How an error's code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeStyle {
    /// `not_found`
    Canonical,
    /// `LEAD_NOT_FOUND`: upper case, with names of its own for a few.
    Spelo,
}

/// What `X-RateLimit-Reset` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResetStyle {
    /// The seconds of the Unix epoch at which the window ends.
    UnixTime,
    /// The seconds until it ends.
    Seconds,
}

/// What is said of things that are in another workspace of the same organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// Nothing: it is not found.
    NotFound,
    /// That it is not this one's.
    Forbidden,
}

impl Dialect {
    /// The canonical dialect, of Slokoto's document.
    pub const SLOKOTO: Self = Self {
        name: "slokoto",
        prefix: "/api/v1",
        accepts: &CredentialKind::ALL,
        errors: ErrorShape::Nested,
        codes: CodeStyle::Canonical,
        reset: ResetStyle::UnixTime,
        budget: BudgetRule::Credential,
        wrong_organization: Code::Forbidden,
        elsewhere: Elsewhere::NotFound,
    };

    /// Skode's: API keys, and OAuth apps that act for people.
    pub const SKODE: Self = Self {
        name: "skode",
        prefix: "/v1",
        accepts: &[CredentialKind::ApiKey, CredentialKind::UserToken],
        errors: ErrorShape::Flat,
        ..Self::SLOKOTO
    };

    /// Slate's: API tokens.
    pub const SLATE: Self = Self {
        name: "slate",
        prefix: "/workflow-service/api/public/v1",
        accepts: &[CredentialKind::ApiToken],
        wrong_organization: Code::Unauthorized,
        ..Self::SLOKOTO
    };

    /// Spelo's: API keys of a site, which share its budget.
    pub const SPELO: Self = Self {
        name: "spelo",
        prefix: "/v1/public",
        accepts: &[CredentialKind::ApiKey],
        codes: CodeStyle::Spelo,
        reset: ResetStyle::Seconds,
        budget: BudgetRule::SiteAndCredential,
        elsewhere: Elsewhere::Forbidden,
        ..Self::SLOKOTO
    };

    /// All dialects, in the order in which they are mounted: `/v1/public` before `/v1`.
    pub const ALL: [&'static Self; 4] = [&Self::SLOKOTO, &Self::SLATE, &Self::SPELO, &Self::SKODE];

    /// What callers must know of it, in sentences.
    pub fn manners(&self) -> Vec<String> {
        let kinds: Vec<&str> = self.accepts.iter().copied().map(in_words).collect();
        let mut manners = vec![format!("Accepts {}.", kinds.join(", "))];
        manners.extend([
            self.errors.in_words().to_owned(),
            format!("A lead that is not there is `{}`.", self.code(Code::LeadNotFound)),
            self.reset.in_words().to_owned(),
            budget_in_words(self.budget).to_owned(),
            format!(
                "Another organization's `X-Organization-Id` is {}.",
                self.wrong_organization.status().as_u16()
            ),
            self.elsewhere.in_words().to_owned(),
        ]);
        manners
    }

    /// The dialect of this name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name == name)
    }

    /// The dialect under whose prefix a request came; the canonical one for what is under none.
    pub(crate) fn of(request: &HttpRequest) -> &'static Self {
        request.app_data::<&'static Self>().copied().unwrap_or(&Self::SLOKOTO)
    }

    /// A code as this dialect writes it.
    pub(crate) fn code(&self, code: Code) -> Cow<'static, str> {
        match (self.codes, code) {
            (CodeStyle::Canonical, code) => code.as_str().into(),
            (CodeStyle::Spelo, Code::Unauthorized) => "UNAUTHENTICATED".into(),
            (CodeStyle::Spelo, Code::LeadNotFound) => "LEAD_NOT_FOUND".into(),
            (CodeStyle::Spelo, Code::ConversationNotFound) => "CONVERSATION_NOT_FOUND".into(),
            (CodeStyle::Spelo, code) => code.as_str().to_ascii_uppercase().into(),
        }
    }
}

/// What people call credentials of a kind.
const fn in_words(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ClientToken => "access tokens of API clients",
        CredentialKind::UserToken => "access tokens of OAuth apps",
        CredentialKind::ApiKey => "API keys",
        CredentialKind::ApiToken => "API tokens",
        CredentialKind::Session => "sessions",
    }
}

const fn budget_in_words(rule: BudgetRule) -> &'static str {
    match rule {
        BudgetRule::Credential => "A call is taken from the credential's bucket.",
        BudgetRule::SiteAndCredential => {
            "A call is taken from the credential's bucket, the site's, and the key's share of it."
        }
    }
}

impl ErrorShape {
    const fn in_words(self) -> &'static str {
        match self {
            Self::Nested => "Errors are `{\"error\": {\"code\", \"message\"}}`.",
            Self::Flat => "Errors are `{\"error\": code, \"message\"}`.",
        }
    }
}

impl ResetStyle {
    const fn in_words(self) -> &'static str {
        match self {
            Self::UnixTime => "`X-RateLimit-Reset` is a Unix time.",
            Self::Seconds => "`X-RateLimit-Reset` is the seconds until the window ends.",
        }
    }
}

impl Elsewhere {
    const fn in_words(self) -> &'static str {
        match self {
            Self::NotFound => "What is in another workspace of the organization is 404.",
            Self::Forbidden => "What is in another workspace of the organization is 403.",
        }
    }
}
