//! GET /oauth/authorize, where an app sends people. The console answers it, with pages.

use leadkeep_domain::ScopeSet;

use super::{
    examples,
    operation::{Operation, Success},
    parameters::Parameter,
    schema,
    tag::Tag,
};

/// GET /oauth/authorize
pub(super) fn ask() -> Operation {
    let asks = Success::page_for_people(200, "The person is asked whether the app may act for them.");
    Operation::open("authorize", Tag::Tokens, "Ask a person for their consent", asks)
        .about(
            "Where an app sends a person's browser (RFC 6749 §4.1.1); not to be called by a program. The person signs in, \
             reads what the app may do, chooses a workspace, and is sent back to `redirect_uri` with `code`, `state` and \
             `iss`, or with `error`. Parameters are not repeated; those that are unknown are passed over.",
        )
        .parameters(parameters())
        .also(Success::redirect(
            "To the page where the person signs in; or, where they have, to `redirect_uri` with `error`, `error_description`, \
             `state` and `iss`.",
        ))
        .also(Success::page_for_people(
            400,
            "The app is unknown or switched off, or `redirect_uri` is none of its own: the person is told, and sent nowhere.",
        ))
        .also(Success::page_for_people(403, "The server requires https, and the browser came over plain HTTP."))
        .also(Success::page_for_people(500, "Nobody foresaw it."))
        .also(Success::page_for_people(503, "The database is away or too busy."))
}

fn parameters() -> [Parameter; 8] {
    let (text, word) = (schema::string, schema::exactly);
    let required = |name, schema, says| Parameter::query(name, schema, says).required();
    [
        required("response_type", word("code"), "The grant.").sent("code"),
        required("client_id", text(), "The app.").sent(examples::CLIENT_ID),
        required(
            "redirect_uri",
            text(),
            "Where the person is sent back to: one that the app registered, to the letter.",
        )
        .sent("https://app.example/callback"),
        Parameter::query(
            "scope",
            text().example(ScopeSet::LEADS.to_string()),
            "Scopes parted by single spaces; all that the app is registered for where it is absent.",
        ),
        Parameter::query(
            "state",
            text(),
            "Comes back as it is. Required without `code_challenge`. At most 2,000 bytes.",
        ),
        Parameter::query(
            "code_challenge",
            text().pattern("^[A-Za-z0-9_-]{43}$"),
            "SHA-256 of the verifier, in base64url without padding (RFC 7636). Required of a public app.",
        ),
        Parameter::query("code_challenge_method", word("S256"), "With `code_challenge`."),
        Parameter::query("response_mode", word("query"), "How the person is sent back."),
    ]
}
