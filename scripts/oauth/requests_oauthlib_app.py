"""What an app of Leadkeep does, with requests-oauthlib."""

import os
from urllib.parse import parse_qs, urlsplit

import requests
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

SCOPE = "leads.read leads.write"
server = requests.get(os.environ["LEADKEEP_URL"] + "/.well-known/oauth-authorization-server").json()


def for_itself(client_id, client_secret):
    """An API client acts for itself: when the token ends, do this again."""
    session = OAuth2Session(client=BackendApplicationClient(client_id, scope=SCOPE))
    session.fetch_token(server["token_endpoint"], client_secret=client_secret)
    return session


class Login:
    """An OAuth app acts for a person: send them to `url`, and keep this until they are back."""

    def __init__(self, client_id, client_secret, redirect_uri, keep):
        # A public app has no secret: None. Refreshed tokens go to `keep`, as the old ones are used up.
        self.session = OAuth2Session(
            client_id,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            pkce="S256",
            auto_refresh_url=server["token_endpoint"],
            auto_refresh_kwargs={"client_id": client_id, "client_secret": client_secret},
            token_updater=keep,
        )
        self.client_secret = client_secret
        self.url, self.state = self.session.authorization_url(server["authorization_endpoint"])

    def finish(self, address):
        """The person's session, once they are back at this address of the app."""
        if parse_qs(urlsplit(address).query).get("iss") != [server["issuer"]]:
            raise ValueError("this is another server's answer")
        self.session.fetch_token(
            server["token_endpoint"],
            authorization_response=address,
            client_secret=self.client_secret,
            include_client_id=True,
        )
        return self.session


def introspect(client_id, client_secret, token):
    """What a token may do, and until when: for apps that have a secret."""
    answer = requests.post(server["introspection_endpoint"], {"token": token}, auth=(client_id, client_secret))
    answer.raise_for_status()
    return answer.json()


def revoke(client_id, client_secret, token):
    """A refresh token takes along all that the person's consent led to."""
    form = {"token": token, "client_id": client_id, "client_secret": client_secret}
    requests.post(server["revocation_endpoint"], form).raise_for_status()
