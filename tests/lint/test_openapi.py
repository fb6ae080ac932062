"""docs/openapi.yaml: valid by its standard and its own examples, whole by the lists of the code.

What the daemon answers is compared with it by tests/integration, at every answer.
"""
import json
import pathlib
import re
import sys

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))

from smsotp import contract  # noqa: E402

STANDARD = json.loads((ROOT / "tests/data/openapi-3.1-schema.json").read_text())
CONTRACT = contract.contract()
SOURCE = CONTRACT.source
PROBLEM = "application/problem+json"
API = re.sub(r" *\\\n {8,}", " ", (ROOT / "include/smsotp/api.h").read_text())  # a row a line
CALL = (ROOT / "src/api/call.c").read_text()
ROUTES = "".join(path.read_text() for path in sorted((ROOT / "src/api").glob("*_routes.c")))


def rows(name):
    """The rows of a list in api.h, without the constant."""
    body = re.search(rf"#define {name}\(X\).*?\n((?:    X\(.*\n?)+)", API)[1]
    return [[field.strip().strip('"') for field in re.split(r",\s*", row, 2)]
            for row in re.findall(r"X\(\w+, ([^)]*)\)", body)]


def walk(node, *path):
    """Every dictionary below a node, with its place."""
    if isinstance(node, dict):
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, (dict, list)):
            yield from walk(value, *path, key)


def contents():
    """(place, media type's object) wherever a body is described."""
    for path, node in walk(CONTRACT.document["paths"]):
        if "properties" not in path:
            for media_type, media in node.get("content", {}).items():
                yield (*path, media_type), media


def schemas():
    for path, node in walk(SOURCE):
        if path[:2] == ("components", "schemas") and len(path) == 3 or path[-1:] == ("schema",):
            yield path, node


def parts(schema, *path):
    """A schema and those it is made of, each with its place."""
    yield path, schema
    for key, value in schema.items():
        below = ({key: value} if key in ("items", "additionalProperties", "propertyNames") else
                 {f"{key}/{name}": part for name, part in value.items()} if key == "properties" else
                 {f"{key}/{i}": part for i, part in enumerate(value)}
                 if key in ("oneOf", "anyOf") else {})
        for name, part in below.items():
            if isinstance(part, dict):
                yield from parts(part, *path, name)


# --- the standard ---------------------------------------------------------------------------------

def complaints_of_standard(document):
    return list(jsonschema.Draft202012Validator(STANDARD).iter_errors(document))


def test_standard():
    assert not complaints_of_standard(SOURCE)


@pytest.mark.parametrize("change", [
    lambda d: d.pop("info"),
    lambda d: d.update(unheard_of=1),
    lambda d: d["paths"].update({"no slash": {}}),
    lambda d: d["paths"]["/v1/health"]["get"].update(respones={}),
    lambda d: d["paths"]["/v1/limits"]["get"]["parameters"][0].pop("in"),
])
def test_standard_complains(change):
    document = json.loads(json.dumps(SOURCE))
    change(document)
    assert complaints_of_standard(document)


def test_schemas():
    """Each is one, and says of each object whether it may have other members."""
    n = 0
    for path, schema in schemas():
        jsonschema.Draft202012Validator.check_schema(schema)
        for place, node in walk(schema, *path):
            n += 1
            if node.get("type") == "object" and place[-1] != "properties":
                assert "additionalProperties" in node, place
                assert set(node.get("required", ())) <= set(node.get("properties", ())), place
    assert n > 200


# Of JSON Schema, what this contract makes use of.
KEYWORDS = {"$ref", "type", "description", "enum", "const", "format", "pattern", "default", "examples",
            "minimum", "maximum", "minLength", "maxLength", "minItems", "maxProperties", "required",
            "properties", "propertyNames", "items", "additionalProperties", "oneOf", "anyOf"}


def test_keywords():
    """A validator passes over a word that it does not know, and a sentence cut at its comma makes one."""
    n = 0
    for path, schema in schemas():
        for place, part in parts(schema, *path):
            n += 1
            assert not part.keys() - KEYWORDS, place
    assert n > 200


def test_components_are_used():
    text = json.dumps(SOURCE)
    for kind, things in SOURCE["components"].items():
        for name in things if kind != "securitySchemes" else ():
            is_used = f'"#/components/{kind}/{name}"' in text
            assert is_used or name in ("Event", "Gap"), f"{kind}/{name}"


def test_operations():
    names = [operation["operationId"] for operation in CONTRACT.operations.values()]
    assert len(set(names)) == len(names)
    for (pattern, method), operation in CONTRACT.operations.items():
        in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", pattern)), pattern
        assert operation["summary"] and operation["tags"], pattern
        assert {"401", "default"} <= operation["responses"].keys(), pattern
        assert any(status[0] == "2" for status in operation["responses"]), pattern
        if method == "POST":
            assert {"400", "413", "415", "422"} <= operation["responses"].keys(), pattern
            assert "requestBody" in operation, pattern


# --- its examples ---------------------------------------------------------------------------------

def test_examples_of_bodies():
    n = 0
    for path, media in contents():
        assert media["examples"], path
        for name, example in media["examples"].items():
            assert not contract.complaint(media["schema"], example["value"]), (path, name)
            n += 1
    assert n > 300


def test_examples_of_parameters_and_headers():
    n = 0
    for path, node in walk(CONTRACT.document["paths"]):
        if "schema" in node and "content" not in path[-2:]:
            assert not contract.complaint(node["schema"], node["example"]), path
            n += 1
    assert n > 30


def test_examples_of_results():
    """Of each result of a check, and each error in the status that it has."""
    check = CONTRACT.operations["/v1/verifications/{id}/check", "POST"]["responses"]["200"]
    examples = check["content"]["application/json"]["examples"]
    assert {e["value"]["result"] for e in examples.values()} == set(examples)
    assert examples.keys() == {row[0] for row in rows("SMSOTP_CHECK_RESULT_LIST")}
    for path, media in contents():
        if path[-1] == PROBLEM:
            status = path[path.index("responses") + 1]
            for name, example in media["examples"].items():
                assert example["value"]["code"] == name, path
                assert status in ("default", str(example["value"]["status"])), (path, name)


def test_answers_have_no_other_members():
    """One member more, anywhere in any example of an answer, and it is none any more."""
    n = 0
    for path, media in contents():
        if "responses" not in path or not path[-1].endswith("json"):
            continue
        for example in media["examples"].values():
            for changed in contract.with_more(example["value"]):
                assert contract.complaint(media["schema"], changed), (path, changed)
                n += 1
    assert n > 300


# --- the lists of the code ------------------------------------------------------------------------

def test_routes():
    """The router's table, and who may use each."""
    text = (ROOT / "src/api/router.c").read_text()
    table = re.findall(r'\{"([A-Z]+)", "(/[^"]*)", ([A-Z]+), \w+\}', text)
    assert len(table) > 30
    assert {(pattern, method) for method, pattern, _ in table} == CONTRACT.operations.keys()
    for method, pattern, audience in table:
        operation = CONTRACT.operations[pattern, method]
        tag = {"WATCHERS": "watching", "TECHNICIANS": "technicians"}.get(audience)
        assert not tag or tag in operation["tags"], pattern
        assert tag or not set(operation["tags"]) & {"watching", "technicians"}, pattern
        answer = operation["responses"].get("403")
        assert answer or not tag, pattern
        assert not answer or "forbidden" in answer["content"][PROBLEM]["examples"]


def test_parameters():
    """Each that is asked for, and each that is described."""
    described = {(parameter["in"], parameter["name"])
                 for operation in CONTRACT.operations.values() for parameter in operation["parameters"]}
    asked = {("query", name) for name in re.findall(r'call_query\(call, "(\w+)"\)', ROUTES + CALL)}
    asked |= {("header", "Idempotency-Key"), ("header", "Last-Event-ID")}
    assert {one for one in described if one[0] != "path"} == asked


def test_members_of_requests():
    """Each list of known members is that of a request here."""
    known = {frozenset(re.findall(r'"(\w+)"', names))
             for names in re.findall(r"known\[\] = \{([^}]*)\}", ROUTES)}
    known |= {frozenset([name]) for name in re.findall(r'only_member\(call, "(\w+)"', ROUTES)}
    described = {frozenset(media["schema"].get("properties", ()))
                 for path, media in contents() if "requestBody" in path}
    assert known == described - {frozenset()}


def test_errors():
    """Code, status and title of each, and a place where it is given."""
    errors = {code: (int(status), title) for code, status, title in rows("SMSOTP_ERROR_LIST")}
    assert len(errors) > 40
    assert {code: (p["status"], p["title"]) for code, p in CONTRACT.problems.items()} == errors
    assert set(CONTRACT.schema("Problem")["properties"]["code"]["enum"]) == errors.keys()
    for code, problem in CONTRACT.problems.items():
        assert problem["code"] == code and problem["type"] == f"urn:smsotp:error:{code}"
    assert errors.keys() == {code for path, media in contents() if path[-1] == PROBLEM
                             for code in media["examples"]}


HEALTH = CONTRACT.schema("Health")["properties"]


@pytest.mark.parametrize("name, listed", [
    ("SMSOTP_VERIFICATION_STATUS_LIST", CONTRACT.schema("VerificationStatus")),
    ("SMSOTP_MESSAGE_STATUS_LIST", CONTRACT.schema("MessageStatus")),
    ("SMSOTP_CHECK_RESULT_LIST", CONTRACT.schema("CheckResult")["properties"]["result"]),
    ("SMSOTP_LIMIT_RESETTABLE_LIST", CONTRACT.schema("LimitResetRequest")["properties"]["limit"]),
    ("SMSOTP_LIMIT_RESETTABLE_LIST", CONTRACT.schema("LimitReset")["properties"]["limit"]),
    ("SMSOTP_WARNING_LIST", CONTRACT.schema("Event")["properties"]["warning"]),
    ("SMSOTP_WARNING_LIST", HEALTH["warnings"]["items"]["properties"]["code"]),
])
def test_words(name, listed):
    assert {row[0] for row in rows(name)} == set(listed["enum"])


def test_words_or_none():
    verdict = CONTRACT.schema("AuditVerdict")["properties"]
    for name, listed in (("SMSOTP_AUDIT_FAULT_LIST", verdict["fault"]),
                         ("SMSOTP_AUDIT_NOTED_LIST", verdict["noted_head"])):
        assert {row[0] for row in rows(name)} | {None} == set(listed["enum"])
    destination = CONTRACT.schema("LimitReport")["properties"]["destination"]["properties"]
    assert {row[0] for row in rows("SMSOTP_BLOCK_LIST")} | {None} == set(destination["reason"]["enum"])


def test_events():
    assert set(CONTRACT.schema("Event")["properties"]["type"]["enum"]) == \
        {name for name, audience in rows("SMSOTP_EVENT_LIST") if audience != "AUDIT"}


def test_facts_of_entries():
    """Each that the code writes, beside what all entries have."""
    text = "".join(path.read_text() for path in sorted((ROOT / "src/core").glob("*.c")))
    facts = set(re.findall(r'FACT_(?:TEXT|NUMBER)\(\s*"(\w+)"', text))
    assert len(facts) > 25
    entry = CONTRACT.schema("AuditEntry")["properties"].keys()
    assert not facts - entry
    assert {"seq", "type", "at", "id", "to", "uid", "to_index", "key_id", "hash"} <= entry
    assert CONTRACT.schema("Event")["properties"].keys() < entry


def test_states_of_modems():
    text = (ROOT / "src/modem/modem_status.h").read_text()
    states = HEALTH["modems"]["additionalProperties"]["enum"]
    assert CONTRACT.schema("ModemState")["enum"] == states[:-1] == re.findall(r'X\(MODEM_\w+, "(\w+)"\)', text)


def test_classes_of_errors():
    text = (ROOT / "src/at/error.h").read_text()
    classes = re.findall(r'X\(AT_ERROR_\w+, "(\w+)"\)', text)
    assert CONTRACT.schema("MessageError")["properties"]["class"]["enum"][:len(classes)] == classes


def test_version():
    meson = (ROOT / "meson.build").read_text()
    assert CONTRACT.document["info"]["version"] == re.search(r"version: '([^']+)'", meson)[1]
