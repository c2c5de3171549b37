"""Holds the server against an OAuth library of Python: what must work, and how what must not fails in the library's own words.

    check_python.py authlib_app|requests_oauthlib_app

Clients and apps come as JSON in $CLIENT, $CONFIDENTIAL and $PUBLIC, as `leadkeep client create` and person.py print them.
"""

import importlib
import json
import os
import sys

import authlib.common.errors
import authlib.oauth2.rfc6749.errors
import oauthlib.oauth2
import requests
from loopback import Loopback
from person import NotAsked, Person

app = importlib.import_module(sys.argv[1])
OAUTH_ERRORS = (authlib.common.errors.AuthlibBaseError, oauthlib.oauth2.OAuth2Error)
STATE_ERRORS = (authlib.oauth2.rfc6749.errors.MismatchingStateException, oauthlib.oauth2.MismatchingStateError)
API = os.environ["LEADKEEP_URL"] + "/v1"
# Nobody listens there: the person's browser stops where it would lead.
ELSEWHERE = "https://app.example/callback"

person = Person(os.environ["PERSON"])
client, confidential, public = (json.loads(os.environ[name]) for name in ("CLIENT", "CONFIDENTIAL", "PUBLIC"))


def secrets(of):
    return of["client_id"], of.get("client_secret")


def refused(error, attempt, *arguments):
    """That an attempt fails with this error, in an exception of the library's."""
    try:
        attempt(*arguments)
    except OAUTH_ERRORS as exception:
        assert exception.error == error, exception
    else:
        raise AssertionError(f"no {error}")


def status(token):
    """What the API says to a token."""
    return requests.get(API + "/leads", headers={"Authorization": "Bearer " + token["access_token"]}).status_code


def use(session, email):
    """A lead is made and found, with the library's session."""
    made = session.post(API + "/leads", json={"email": email})
    assert made.status_code == 201, made.text
    listed = session.get(API + "/leads", params={"email": email}).json()
    assert [lead["id"] for lead in listed["data"]] == [made.json()["data"]["id"]], listed


def client_credentials():
    session = app.for_itself(*secrets(client))
    assert session.token["token_type"] == "Bearer" and "refresh_token" not in session.token
    canonical = session.get(os.environ["LEADKEEP_URL"] + "/api/v1/leads")
    assert canonical.status_code == 200, canonical.text
    token = session.token["access_token"]
    told = app.introspect(*secrets(client), token)
    assert told["active"] and told["client_id"] == client["client_id"], told
    app.revoke(*secrets(client), token)
    assert app.introspect(*secrets(client), token) == {"active": False}
    refused("invalid_client", app.for_itself, client["client_id"], "wrong")
    refused("unauthorized_client", app.for_itself, *secrets(confidential))


def end(session):
    """As if an hour had passed."""
    session.token = {**session.token, "expires_at": 1, "expires_in": -1}


def for_a_person(of, email):
    kept = []
    loopback = Loopback()
    login = app.Login(*secrets(of), loopback.redirect_uri, kept.append)
    session = login.finish(loopback.visit(login.url))
    use(session, email)
    first = dict(session.token)
    assert first["expires_in"] == 3600, first
    # The library refreshes by itself before the next call.
    end(session)
    assert session.get(API + "/leads").status_code == 200
    second = dict(session.token)
    assert [token["access_token"] for token in kept] == [second["access_token"]], kept
    assert second["refresh_token"] != first["refresh_token"] and second["access_token"] != first["access_token"]
    if of["client_secret"]:
        told = app.introspect(*secrets(of), second["access_token"])
        assert told["active"] and told["scope"] == app.SCOPE, told
    app.revoke(*secrets(of), second["refresh_token"])
    if of["client_secret"]:
        assert app.introspect(*secrets(of), second["access_token"]) == {"active": False}
    assert (status(first), status(second)) == (401, 401)
    end(session)
    refused("invalid_grant", session.get, API + "/leads")


def begun(of, redirect_uri=ELSEWHERE):
    return app.Login(*secrets(of), redirect_uri, lambda _: None)


def what_must_not_work(of):
    login = begun(of)
    refused("access_denied", login.finish, person.answer(login.url, "deny"))

    for wrong in ("https://evil.example/callback", ELSEWHERE + "/", "http://127.0.0.1:9/other"):
        try:
            raise AssertionError("sent to " + person.answer(begun(of, wrong).url, "allow"))
        except NotAsked as error:
            assert error.args[0] == 400, error

    # A code is good once; whoever brings it again ends what it led to.
    login = begun(of)
    address = person.answer(login.url, "allow")
    token = dict(login.finish(address).token)
    assert status(token) == 200
    refused("invalid_grant", login.finish, address)
    assert status(token) == 401

    # One person's code in another's login, and another server's answer.
    login, other = begun(of), begun(of)
    address = person.answer(login.url, "allow")
    try:
        raise AssertionError(other.finish(address))
    except STATE_ERRORS:
        pass
    try:
        raise AssertionError(login.finish(address.replace("iss=", "iss=https%3A%2F%2Fevil.example%2F")))
    except ValueError:
        pass
    # Were the state right, the verifier would be another's.
    other.state = other.session._state = login.state
    refused("invalid_grant", other.finish, address)
    login.finish(address)


client_credentials()
for number, of in enumerate((confidential, public)):
    for_a_person(of, f"{app.__name__}{number}@acme.com".replace("_", "-"))
    what_must_not_work(of)
