use actix_web::{HttpResponse, http::StatusCode};
use leadkeep_credentials::Secret;
use leadkeep_service::{NewClientSecret, NewCredentialSecret};

use super::above;
use crate::{
    account::Inside,
    pages::{
        already_sent,
        credentials::{Issued, Kind, Replaced},
    },
    respond::page_with,
    trouble::Trouble,
};

/// A secret that was just made, and whose it is.
pub(super) struct Made {
    name: String,
    client_id: Option<String>,
    secret: Secret,
}

impl From<NewClientSecret> for Made {
    fn from(made: NewClientSecret) -> Self {
        let NewClientSecret { client, secret } = made;
        Self { name: client.name.to_string(), client_id: Some(client.client_id.to_string()), secret }
    }
}

impl From<NewCredentialSecret> for Made {
    fn from(made: NewCredentialSecret) -> Self {
        Self { name: made.credential.name.to_string(), client_id: None, secret: made.secret }
    }
}

/// The secret as the page shows it, this once.
pub(super) fn issued(inside: &Inside, kind: Kind, made: Made, replaces: Option<Replaced>) -> Issued {
    let Made { name, client_id, secret } = made;
    let secret = secret.expose().to_owned();
    let address = inside.account.visitor().state.issuer();
    let command = command(kind, address, client_id.as_deref().unwrap_or_default(), &secret);
    Issued { name, client_id, secret, command, replaces }
}

/// What is said to a form that made or rotated a credential before: which it rotated, where it did.
pub(super) fn sent_before(
    inside: &Inside,
    kind: Kind,
    rotated: Option<&str>,
) -> Result<HttpResponse, Trouble> {
    let (done, lost) = match rotated {
        None => (
            format!("It made an {} then, and the answer showed the secret, once.", kind.name()),
            "If nobody has copied the secret: find what was made in the list, and rotate or revoke it.",
        ),
        Some(name) => (
            format!("It gave {name} a new secret then, and the answer showed it, once."),
            "If nobody has copied the new secret: rotate it again, from the list.",
        ),
    };
    let list = above(inside, kind);
    let view = already_sent::View { done, lost, list, list_name: kind.names(), section: kind.section() };
    inside.framed(None, |frame| page_with(StatusCode::CONFLICT, already_sent::page(frame, &view)))
}

/// What a shell does with the secret to list leads, through the face of the API that the kind is documented with.
fn command(kind: Kind, address: &str, client_id: &str, secret: &str) -> String {
    match kind {
        Kind::Client => format!(
            "TOKEN=$(curl -s {address}/api/v1/oauth/token -d grant_type=client_credentials -d client_id={client_id} -d \
             client_secret={secret} | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\ncurl -s \
             \"{address}/api/v1/leads?limit=20\" -H \"Authorization: Bearer $TOKEN\""
        ),
        Kind::Key => {
            format!("curl -s \"{address}/v1/leads?limit=10\" -H \"Authorization: Bearer {secret}\"")
        }
        Kind::Token => format!(
            "curl -s \"{address}/workflow-service/api/public/v1/leads?limit=10\" -H \"Authorization: Bearer {secret}\""
        ),
    }
}
