use std::{borrow::Cow, fmt, net::IpAddr, time::Duration};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use leadkeep_domain::{ConversationId, LeadId, RunId, Scope};
use leadkeep_ratelimit::StoreError;
use leadkeep_service::{
    LeadError,
    input::{Fault, Faults},
};
use leadkeep_storage::StorageError;
use serde_json::{Value, json};

/// An error as a caller sees it. What it looks like on the wire is decided in one place, [`answer`](crate::answer()).
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    /// More for programs, such as every fault of a body.
    pub(crate) details: Option<Value>,
    pub(crate) retry_after: Option<Duration>,
    /// The value of `WWW-Authenticate`.
    pub(crate) challenge: Option<Cow<'static, str>>,
    /// The value of `Allow`.
    pub(crate) allow: Option<Cow<'static, str>>,
    /// Why the gate refused the call, where it did.
    pub(crate) refused_for: Option<&'static str>,
    /// What was sought and not found.
    pub(crate) sought: Option<Sought>,
    /// Written as RFC 6749 §5.2 says, with this code.
    pub(crate) oauth: Option<OauthError>,
    /// Nobody on the way may keep the answer.
    pub(crate) no_store: bool,
    /// What went wrong inside: for the log, never for the caller.
    pub(crate) cause: Option<Box<dyn std::error::Error>>,
}

/// An error as RFC 6749 §5.2 writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OauthError {
    pub(crate) code: &'static str,
    /// Whether the description is there a second time, as `message`.
    pub(crate) with_message: bool,
}

/// The stable codes of errors, each with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidRequest,
    UnsupportedGrantType,
    InvalidScope,
    InvalidGrant,
    UnauthorizedClient,
    Unauthorized,
    Forbidden,
    HttpsRequired,
    NotFound,
    LeadNotFound,
    ConversationNotFound,
    MethodNotAllowed,
    DuplicateLead,
    LeadArchived,
    IdempotencyKeyInUse,
    RunFinished,
    RunNotFinished,
    PreconditionFailed,
    PayloadTooLarge,
    RequestTimeout,
    UnsupportedMediaType,
    ValidationError,
    RateLimited,
    AiDisabled,
    AiCreditsExhausted,
    AiUnavailable,
    AiTimedOut,
    InternalError,
    ServiceUnavailable,
}

impl Code {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::HttpsRequired => "https_required",
            // One code here; a dialect may tell them apart.
            Self::NotFound | Self::LeadNotFound | Self::ConversationNotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::DuplicateLead => "duplicate_lead",
            Self::LeadArchived => "lead_archived",
            Self::IdempotencyKeyInUse => "idempotency_key_in_use",
            Self::RunFinished => "run_finished",
            Self::RunNotFinished => "run_not_finished",
            Self::PreconditionFailed => "precondition_failed",
            Self::PayloadTooLarge => "payload_too_large",
            Self::RequestTimeout => "request_timeout",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::ValidationError => "validation_error",
            Self::RateLimited => "rate_limited",
            Self::AiDisabled => "ai_disabled",
            Self::AiCreditsExhausted => "ai_credits_exhausted",
            // One code, two statuses: whether it was slow or wrong.
            Self::AiUnavailable | Self::AiTimedOut => "ai_unavailable",
            Self::InternalError => "internal_error",
            Self::ServiceUnavailable => "service_unavailable",
        }
    }

    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest
            | Self::UnsupportedGrantType
            | Self::InvalidScope
            | Self::InvalidGrant
            | Self::UnauthorizedClient => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::HttpsRequired | Self::AiDisabled => StatusCode::FORBIDDEN,
            Self::NotFound | Self::LeadNotFound | Self::ConversationNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::DuplicateLead
            | Self::LeadArchived
            | Self::IdempotencyKeyInUse
            | Self::RunFinished
            | Self::RunNotFinished => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ValidationError => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::AiCreditsExhausted => StatusCode::PAYMENT_REQUIRED,
            Self::AiUnavailable => StatusCode::BAD_GATEWAY,
            Self::AiTimedOut => StatusCode::GATEWAY_TIMEOUT,
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Something that was not found in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    Lead(LeadId),
    Run(RunId),
    Conversation(ConversationId),
}

/// How many faults an answer lists: it must not be larger than the request by much.
const MAX_FAULTS: usize = 100;

impl Problem {
    pub(crate) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            details: None,
            retry_after: None,
            challenge: None,
            allow: None,
            refused_for: None,
            sought: None,
            oauth: None,
            no_store: false,
            cause: None,
        }
    }

    /// Not HTTP or JSON as it should be.
    pub(crate) fn invalid_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidRequest, message)
    }

    /// Well formed, but wrong: every fault is told.
    fn validation(faults: &[Fault]) -> Self {
        let told = faults.iter().take(MAX_FAULTS);
        let details: Vec<Value> =
            told.map(|fault| json!({"field": fault.field, "message": fault.message})).collect();
        let message = match faults {
            [only] => only.to_string(),
            _ => format!("{} fields are wrong; see details", faults.len()),
        };
        Self { details: Some(details.into()), ..Self::new(Code::ValidationError, message) }
    }

    /// No credential, or one that is not accepted: one wording for all reasons (RFC 6750 §3.1).
    pub(crate) fn unauthorized(presented: bool) -> Self {
        let challenge = if presented {
            r#"Bearer realm="leadkeep", error="invalid_token""#
        } else {
            r#"Bearer realm="leadkeep""#
        };
        Self {
            challenge: Some(challenge.into()),
            ..Self::new(Code::Unauthorized, "Invalid or expired credential")
        }
    }

    /// The credential lacks a scope, which is named (RFC 6750 §3.1).
    pub(crate) fn missing_scope(scope: Scope) -> Self {
        let challenge = format!(r#"Bearer realm="leadkeep", error="insufficient_scope", scope="{scope}""#);
        Self {
            challenge: Some(challenge.into()),
            details: Some(json!({"required_scope": scope.as_str()})),
            ..Self::new(Code::Forbidden, format!("The credential lacks the scope {scope}"))
        }
    }

    /// The request is meant for another tenant.
    pub(crate) fn wrong_tenant(header: &'static str) -> Self {
        let challenge = r#"Bearer realm="leadkeep""#;
        let message = format!("{header} names another tenant than the credential's");
        Self { challenge: Some(challenge.into()), ..Self::new(Code::Forbidden, message) }
    }

    /// The credential may be used from other addresses only.
    pub(crate) fn wrong_address(address: IpAddr) -> Self {
        Self::new(Code::Forbidden, format!("The credential may not be used from the address {address}"))
    }

    /// The credential came in the clear, and whoever was on the way has it.
    pub(crate) fn https_required() -> Self {
        let message =
            "The credential was sent over plain HTTP and is exposed: use https, and replace the secret";
        Self { refused_for: Some("https required"), ..Self::new(Code::HttpsRequired, message) }
    }

    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::new(Code::NotFound, what)
    }

    /// What is no lead's id.
    pub(crate) fn lead_not_found() -> Self {
        Self::new(Code::LeadNotFound, "Lead not found")
    }

    /// What is no conversation's id.
    pub(crate) fn conversation_not_found() -> Self {
        Self::new(Code::ConversationNotFound, "Conversation not found")
    }

    /// What is there, but in another workspace of the organization.
    pub(crate) fn elsewhere() -> Self {
        Self::new(Code::Forbidden, "The resource is not on this credential's site")
    }

    /// What no token or key may do.
    pub(crate) fn closed() -> Self {
        Self::new(Code::Forbidden, "The requested endpoint is not available for API token access")
    }

    pub(crate) fn method_not_allowed(allow: impl Into<Cow<'static, str>>) -> Self {
        let allow = allow.into();
        let message = format!("This path allows {allow}");
        Self { allow: Some(allow), ..Self::new(Code::MethodNotAllowed, message) }
    }

    pub(crate) fn rate_limited(message: &'static str, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(Code::RateLimited, message) }
    }

    /// What nobody foresaw: a fixed text outside, the cause in the log.
    pub(crate) fn internal(cause: impl std::error::Error + 'static) -> Self {
        let problem =
            Self::new(Code::InternalError, "Something went wrong on our side; the request id finds it");
        Self { cause: Some(Box::new(cause)), ..problem }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        if !error.is_transient() {
            return Self::internal(error);
        }
        Self {
            retry_after: Some(Duration::from_secs(1)),
            cause: Some(Box::new(error)),
            ..Self::new(Code::ServiceUnavailable, "The database is not available right now; try again")
        }
    }
}

/// Whatever became of the limits: nobody is to blame but the machine they are on, and it may be back.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(1)),
            cause: Some(Box::new(error)),
            ..Self::new(Code::ServiceUnavailable, "The rate limits are not available right now; try again")
        }
    }
}

impl From<Faults> for Problem {
    fn from(Faults(faults): Faults) -> Self {
        Self::validation(&faults)
    }
}

impl From<LeadError> for Problem {
    fn from(error: LeadError) -> Self {
        match error {
            LeadError::NotFound(lead) => Self { sought: Some(Sought::Lead(lead)), ..Self::lead_not_found() },
            LeadError::Duplicate { email, holder } => Self {
                details: Some(json!({"email": email.as_str(), "lead_id": holder.to_string()})),
                ..Self::new(Code::DuplicateLead, "Another active lead of this workspace has this email")
            },
            LeadError::Archived => {
                Self::new(Code::LeadArchived, "The lead is archived; restore it before changing it")
            }
            LeadError::Stale => {
                Self::new(Code::PreconditionFailed, "The lead has changed since; read it again")
            }
            LeadError::UnknownAssignee => {
                Faults::one("assigned_to", "must be the id of a member of this workspace").into()
            }
            LeadError::Storage(error) => error.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Only the status: the body needs the request, and is written by [`answer`](crate::answer()).
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
