#!/usr/bin/env python3
"""A person with a browser that runs no script: it keeps cookies, reads pages, fills in their forms and presses their buttons.

    person.py join LINK NAME EMAIL           follows a link to join, and signs in
    person.py register WORKSPACE NAME KIND REDIRECT_URI…
                                             registers an OAuth app; prints its client id and secret as JSON
    person.py URL                            opens an app's request, and allows it: as $BROWSER, this is whom apps ask
    person.py --deny URL                     does not allow it
    person.py --show URL                     allows it, and does not go where that leads: prints the address

Cookies are kept in the file $PERSON between its calls. The server is at $LEADKEEP_URL.
"""

import json
import os
import sys
from html.parser import HTMLParser
from http.cookiejar import LWPCookieJar
from urllib.parse import urljoin, urlsplit

import requests

SERVER = os.environ["LEADKEEP_URL"]
PASSWORD = "several words in a row"


class Page(HTMLParser):
    """A page's forms and words. Of a form: where it goes, and what is sent if nothing is typed."""

    def __init__(self, answer):
        super().__init__()
        self.url, self.status = answer.url, answer.status_code
        self.forms, self.by_id, self.words = [], {}, []
        self._textarea = None
        self.feed(answer.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            action = urljoin(self.url, attributes.get("action", ""))
            self.forms.append({"action": action, "fields": {}, "names": set(), "buttons": set()})
        if "id" in attributes and "value" in attributes:
            self.by_id[attributes["id"]] = attributes["value"]
        name = attributes.get("name")
        if not self.forms or not name:
            return
        form, value = self.forms[-1], attributes.get("value") or ""
        if tag == "button":
            form["buttons"].add((name, value))
        elif tag == "textarea":
            self._textarea = name
            form["names"].add(name)
        elif tag == "input":
            form["names"].add(name)
            if attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes:
                form["fields"].setdefault(name, []).append(value)

    def handle_data(self, data):
        if self._textarea:
            self.forms[-1]["fields"][self._textarea] = [data.lstrip("\n")]
        elif data.strip():
            self.words.append(data.strip())

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._textarea = None

    def form(self, *names):
        """The form that has all these fields."""
        for form in self.forms:
            if form["names"].issuperset(names):
                return form
        raise SystemExit(f"person.py: {self.status}, no form with {names} at {self.url}: {' '.join(self.words)}")


class Person:
    def __init__(self, jar):
        self.http = requests.Session()
        self.http.cookies = LWPCookieJar(jar)
        if os.path.exists(jar):
            self.http.cookies.load(ignore_discard=True)

    def go(self, method, url, **form):
        """Goes there, and on as long as it is this server's pages; the last answer."""
        while True:
            answer = self.http.request(method, url, allow_redirects=False, timeout=20, **form)
            self.http.cookies.save(ignore_discard=True)
            if not answer.is_redirect:
                return answer
            url, method, form = urljoin(url, answer.headers["Location"]), "GET", {}
            if not same_server(url):
                return answer

    def open(self, url):
        return Page(self.go("GET", urljoin(SERVER, url)))

    def send(self, form, typed):
        """Sends a form with what was typed and chosen, as browsers do."""
        unknown = {name for name, value in typed.items() if name not in form["names"] and (name, value) not in form["buttons"]}
        assert not unknown, f"the form has no {unknown}"
        fields = {**form["fields"], **typed}
        return self.go("POST", form["action"], data=fields, headers={"Origin": SERVER})

    def join(self, link, name, email):
        form = self.open(link).form("name", "email", "password")
        answer = self.send(form, {"name": name, "email": email, "password": PASSWORD})
        assert answer.ok, f"{answer.status_code}: {answer.text}"

    def register(self, workspace, name, kind, redirect_uris, scopes=("leads.read", "leads.write")):
        form = self.open(f"/console/w/{workspace}/settings/oauth-apps/new").form("name", "kind", "redirect_uris", "scope")
        typed = {"name": name, "kind": kind, "redirect_uris": "\r\n".join(redirect_uris), "scope": scopes}
        page = Page(self.send(form, typed))
        assert "client-id" in page.by_id, f"{page.status}: {' '.join(page.words)}"
        return {"client_id": page.by_id["client-id"], "client_secret": page.by_id.get("client-secret")}

    def answer(self, url, decision):
        """Answers an app's request; where that leads to. A page that asks nothing leads nowhere."""
        answer = self.go("GET", url)
        if not answer.is_redirect:
            page = Page(answer)
            if not any("request" in form["names"] for form in page.forms):
                raise NotAsked(answer.status_code, " ".join(page.words))
            answer = self.send(page.form("request", "workspace"), {"decision": decision})
        assert answer.is_redirect, f"{answer.status_code}: {answer.text}"
        return answer.headers["Location"]


class NotAsked(Exception):
    """The server showed an error to the person, and sent them nowhere."""


def same_server(url):
    return urlsplit(url)[:2] == urlsplit(SERVER)[:2]


def main(arguments):
    person = Person(os.environ["PERSON"])
    match arguments:
        case ["join", link, name, email]:
            person.join(link, name, email)
        case ["register", workspace, name, kind, *redirect_uris]:
            print(json.dumps(person.register(workspace, name, kind, redirect_uris)))
        case ["--deny", url]:
            print(person.answer(url, "deny"))
        case ["--show", url]:
            print(person.answer(url, "allow"))
        case [url]:
            requests.get(person.answer(url, "allow"), timeout=20)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
