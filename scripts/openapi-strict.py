"""Makes an OpenAPI document ready to be held against its server.

    openapi-strict.py DOCUMENT RESULT URL KEY CLIENT_ID CLIENT_SECRET

- Every example of the document is held against its own schema.
- Answers must have no member that the document does not name; what callers read may be more lenient than what is checked.
- Ids in paths are those of things that are there, beside some that are not, and a client logs in with its own secret: calls
  that are refused tell little.
- Of an import's media types one is left, as schemathesis writes no NDJSON.
- The headers that name a tenant are left out: with a name made up every call ends there.
"""

import json
import sys
import urllib.request

from openapi_schema_validator import OAS31Validator

source, result, url, key, client_id, client_secret = sys.argv[1:]
document = json.load(open(source))


def call(method, path, body=None, content_type="application/json"):
    headers = {"Authorization": "Bearer " + key, "Content-Type": content_type}
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, method=method, headers=headers, data=data)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]


def walk(node, where=()):
    yield where, node
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in pairs:
        yield from walk(child, (*where, name))


def check_examples():
    faults = 0
    for where, node in walk(document):
        # Media types have a schema beside their examples, schemas have a list of them, parameters an example.
        if not isinstance(node, dict) or "properties" in where[-1:]:
            continue
        examples = [node["example"]] if "schema" in node and "example" in node else []
        if "schema" in node and isinstance(node.get("examples"), dict):
            examples += [example["value"] for example in node["examples"].values()]
        schema = node.get("schema", node)
        if isinstance(node.get("examples"), list):
            examples, schema = examples + node["examples"], node
        for example in examples:
            for fault in OAS31Validator({**schema, "components": document["components"]}).iter_errors(example):
                faults += 1
                print(f"{'/'.join(map(str, where))}: {fault.message}", file=sys.stderr)
    if faults:
        sys.exit("scripts/openapi: examples of the document do not fit their schemas")


def make_things():
    lead = call("POST", "/leads", {"email": "jane@acme.com"})["id"]
    conversation = call("POST", "/conversations", {"channel": "chat", "lead_id": lead})["id"]
    call("POST", f"/conversations/{conversation}/messages", {"author": "visitor", "text": "Budget is $50k."})
    update = call("POST", f"/leads/{lead}/ai-update", {"text": "Budget is $50k."})["update_id"]
    run = call("POST", "/leads/export", {"format": "csv"})["id"]
    # One to download, and one to cancel, which can be done again and again.
    rows = "email\n" + "".join(f"row{number}@acme.com\n" for number in range(20_000))
    cancelled = call("POST", "/leads/import", rows, "text/csv")["id"]
    call("POST", f"/workflow-runs/{cancelled}/cancel")
    return {"LeadId": [lead], "ConversationId": [conversation], "UpdateId": [update], "RunId": [run, cancelled]}


def name_things():
    for name, there in make_things().items():
        parameter = document["components"]["parameters"][name]
        parameter["schema"] = {"type": "string", "enum": [*there, "nothing", "01a200dc-a6d0-7536-9e5e-9c670d96ff9f"]}
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/introspect"):
        for content in document["paths"][path]["post"]["requestBody"]["content"].values():
            content["example"] |= {"client_id": client_id, "client_secret": client_secret}


def leave_tenants_out():
    left_out = [f"#/components/parameters/{name}" for name in ("WorkspaceId", "OrganizationId")]
    for _, node in walk(document["paths"]):
        if isinstance(node, dict) and isinstance(node.get("parameters"), list):
            node["parameters"] = [one for one in node["parameters"] if one.get("$ref") not in left_out]


def close_answers():
    closed = set()

    def close(node):
        for _, child in list(walk(node)):
            if not isinstance(child, dict):
                continue
            if child.get("type") == "object" or child.get("type") == ["object", "null"]:
                if "properties" in child:
                    child.setdefault("additionalProperties", False)
            name = child.get("$ref", "").removeprefix("#/components/schemas/")
            if name in document["components"]["schemas"] and name not in closed:
                closed.add(name)
                close(document["components"]["schemas"][name])

    for path in document["paths"].values():
        for method, operation in path.items():
            if method != "servers":
                close(operation["responses"])
    close(document["components"]["responses"])


check_examples()
name_things()
leave_tenants_out()
del document["paths"]["/leads/import"]["post"]["requestBody"]["content"]["application/x-ndjson"]
close_answers()
json.dump(document, open(result, "w"))
