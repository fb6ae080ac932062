"""docs/openapi.yaml as a judge: what a test asks and is answered is compared with it.

Schemas are resolved and compiled once, at the first answer. A mismatch is an AssertionError,
whatever the test itself was about.
"""
import copy
import datetime
import functools
import json
import pathlib
import re
import urllib.parse

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
PATH = ROOT / "docs/openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")

# Headers of HTTP itself, which each answer may have.
HTTP_HEADERS = {"date", "content-type", "content-length", "transfer-encoding", "connection",
                "cache-control", "server"}  # the last of a proxy

_formats = jsonschema.FormatChecker(formats=())


@_formats.checks("date-time", ValueError)
def _is_time(value):
    return not isinstance(value, str) or bool(
        datetime.datetime.fromisoformat(value.replace("Z", "+00:00")))


def _validator(schema):
    return jsonschema.Draft202012Validator(schema, format_checker=_formats)


def complaint(schema, value):
    """What is wrong with a value, None if nothing is."""
    error = jsonschema.exceptions.best_match(_validator(schema).iter_errors(value))
    return error and f"{error.json_path}: {error.message}"


class Contract:
    """The document with every reference resolved."""

    def __init__(self, text):
        self.source = yaml.load(text, yaml.CSafeLoader)
        self.document = self._resolve(self.source)
        self.operations = {  # (pattern, METHOD): operation, with the parameters of its path
            (pattern, method.upper()): {**operation, "parameters": [
                *item.get("parameters", ()), *operation.get("parameters", ())]}
            for pattern, item in self.document["paths"].items()
            for method, operation in item.items() if method in METHODS}
        self.problems = {name: example["value"] for name, example
                         in self.document["components"]["examples"].items()
                         if "code" in example["value"]}
        self.unread = self.document["components"]["responses"]["Unread"]
        self._patterns = [pattern.split("/") for pattern in self.document["paths"]]
        self._validators = {}

    def _resolve(self, node):
        if isinstance(node, list):
            return [self._resolve(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" not in node:
            return {key: self._resolve(value) for key, value in node.items()}
        target = self.source
        assert node["$ref"].startswith("#/"), node
        for part in node["$ref"][2:].split("/"):
            target = target[part]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return {**self._resolve(target), **beside}

    def schema(self, name):
        return self.document["components"]["schemas"][name]

    def pattern_of(self, target):
        """The path of the document that a target is one of, None if there is none."""
        segments = [urllib.parse.unquote(segment) for segment in target.split("?")[0].split("/")]
        for pattern in self._patterns:
            if len(pattern) == len(segments) and all(
                    p.startswith("{") or p == s for p, s in zip(pattern, segments)):
                return "/".join(pattern)
        return None

    def check(self, schema, value, what):
        """Compares a value with a schema that lives as long as the document does."""
        validator = self._validators.setdefault(id(schema), _validator(schema))
        error = None if validator.is_valid(value) else complaint(schema, value)
        assert not error, f"{what} is not what docs/openapi.yaml says: {error}\n{value!r}"

    def check_text(self, schema, text, what):
        """As check(), of what stands in a head."""
        is_number = schema["type"] == "integer" and re.fullmatch(r"\d+", text)
        self.check(schema, int(text) if is_number else text, what)

    def check_schema(self, name, value):
        self.check(self.schema(name), value, name)

    def check_request(self, operation, target, headers, body, what):
        """Of a request that was carried out: the document has to allow as much as the daemon."""
        query = urllib.parse.parse_qs(target.partition("?")[2], keep_blank_values=True)
        given = {("query", name): values[0] for name, values in query.items()}
        given |= {("header", name.lower()): value for name, value in headers.items()}
        for parameter in operation["parameters"]:
            name = parameter["name"]
            where = parameter["in"]
            value = given.get((where, name.lower()))
            if value is not None:
                self.check_text(parameter["schema"], value, f"{what}: {name}")
            elif where != "path":
                assert not parameter.get("required"), f"{what}: {name} is not required after all"
        if body:
            assert "requestBody" in operation, f"{what}: took a body that docs/openapi.yaml has not"
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self.check(schema, json.loads(body), f"{what}: the request")

    def check_problem(self, problem, status, headers, what):
        """Problems have much in common, wherever they come from."""
        self.check(self.schema("Problem"), problem, what)
        common = {name: problem[name] for name in ("type", "title", "status", "code")}
        expected = self.problems[problem["code"]]
        assert common == {name: expected[name] for name in common}, f"{what}: {problem}"
        assert problem["status"] == status, f"{what}: {status} {problem}"
        waits = headers.get("Retry-After")
        assert waits == (str(problem["retry_after"]) if "retry_after" in problem else None), \
            f"{what}: Retry-After: {waits} beside {problem}"
        is_for_good = problem.get("limit", {}).get("name") == "streak"
        assert waits or status not in (429, 503) or is_for_good, \
            f"{what}: does not say when to come back"

    def check_headers(self, response, headers, what):
        declared = {name.lower(): header for name, header in response.get("headers", {}).items()}
        present = {name.lower(): value for name, value in headers.items()}
        assert present.get("cache-control") == "no-store", f"{what}: {present}"
        undeclared = present.keys() - HTTP_HEADERS - declared.keys()
        assert not undeclared, f"{what}: docs/openapi.yaml has no header {undeclared}"
        for name, header in declared.items():
            assert name in present or not header.get("required"), f"{what}: no header {name}"
            if name in present:
                self.check_text(header["schema"], present[name], f"{what}: {name}")

    def _response(self, pattern, method, status):
        """What the document has for an answer, and the codes of problems that it allows."""
        operation = self.operations.get((pattern, method))
        response = operation and operation["responses"].get(str(status))
        problem = (response or self.unread)["content"].get("application/problem+json", {})
        codes = set(problem.get("examples", ()))
        if response:
            return response, codes
        if not operation:  # nothing that the document could have a place for
            codes |= {"unauthenticated", "shutting_down", "too_many_connections"}
            codes |= set() if pattern else {"not_found"}
        return self.unread, codes

    def check_answer(self, method, target, request_headers, request_body, answer):
        """`answer` has status, headers and body."""
        is_head = method == "HEAD"
        method = "GET" if is_head else method
        what = f"{method} {target}: the answer {answer.status}"
        pattern = self.pattern_of(target)
        response, codes = self._response(pattern, method, answer.status)
        media_type = answer.headers["Content-Type"]
        assert media_type in response["content"], \
            f"{what}: docs/openapi.yaml has no {media_type} here"
        if answer.status != 401 or (pattern, method) in self.operations:
            self.check_headers(response, answer.headers, what)
        if is_head:
            assert answer.body == b"", what
            return
        if media_type.endswith("json"):
            value = json.loads(answer.body)
            self.check(response["content"][media_type]["schema"], value, what)
            if media_type == "application/problem+json":
                self.check_problem(value, answer.status, answer.headers, what)
                assert value["code"] in codes, \
                    f"{what}: docs/openapi.yaml has no example of `{value['code']}` here"
        if answer.status < 300:
            operation = self.operations[pattern, method]
            self.check_request(operation, target, request_headers, request_body, what)


@functools.cache
def contract():
    return Contract(PATH.read_text())


def with_more(value):
    """Copies of a JSON value, each with one member more somewhere."""
    if isinstance(value, dict):
        yield {**value, "unheard_of": 1}
    for key in value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0):
        item = value[key]
        for changed in with_more(item):
            whole = copy.copy(value)
            whole[key] = changed
            yield whole
