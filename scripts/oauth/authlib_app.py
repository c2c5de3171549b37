"""What an app of Leadkeep does, with Authlib."""

import os
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session, OAuthError

SCOPE = "leads.read leads.write"
server = requests.get(os.environ["LEADKEEP_URL"] + "/.well-known/oauth-authorization-server").json()


def for_itself(client_id, client_secret):
    """An API client acts for itself: its session gets another token when one ends."""
    token_endpoint = server["token_endpoint"]
    session = OAuth2Session(
        client_id, client_secret, scope=SCOPE, token_endpoint=token_endpoint, grant_type="client_credentials"
    )
    session.fetch_token()
    return session


class Login:
    """An OAuth app acts for a person: send them to `url`, and keep this until they are back."""

    def __init__(self, client_id, client_secret, redirect_uri, keep):
        # A public app has no secret: None. Refreshed tokens go to `keep`, as the old ones are used up.
        self.session = OAuth2Session(
            client_id,
            client_secret,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint=server["token_endpoint"],
            update_token=lambda token, **_: keep(token),
        )
        self.verifier = generate_token(48)
        self.url, self.state = self.session.create_authorization_url(
            server["authorization_endpoint"], code_verifier=self.verifier
        )

    def finish(self, address):
        """The person's session, once they are back at this address of the app."""
        answer = parse_qs(urlsplit(address).query)
        if answer.get("iss") != [server["issuer"]]:
            raise ValueError("this is another server's answer")
        if "error" in answer:
            raise OAuthError(answer["error"][0], answer.get("error_description", [None])[0])
        self.session.fetch_token(authorization_response=address, state=self.state, code_verifier=self.verifier)
        return self.session


def introspect(client_id, client_secret, token):
    """What a token may do, and until when: for apps that have a secret."""
    answer = OAuth2Session(client_id, client_secret).introspect_token(server["introspection_endpoint"], token=token)
    answer.raise_for_status()
    return answer.json()


def revoke(client_id, client_secret, token):
    """A refresh token takes along all that the person's consent led to."""
    answer = OAuth2Session(client_id, client_secret).revoke_token(server["revocation_endpoint"], token=token)
    answer.raise_for_status()
