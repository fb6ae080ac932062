"""The daemon answers as docs/openapi.yaml says, on every route.

All other tests compare each answer that they get with it too (smsotp.http); here are those that no
other test may be relied on to ask for, and the comparison itself.
"""
import copy
import json

import pytest

from smsotp import contract, http, wait
from smsotp.raw import RawConnection

CONTRACT = contract.contract()
NUMBER = "+919812345678"
CONTEXT = {"amount": "1499.00", "currency": "INR", "payee": "Shop 12"}
REQUEST = {"to": NUMBER, "purpose": "checkout", "locale": "en", "reference": "bill-1",
           "context": CONTEXT}


@pytest.mark.parametrize("socket", ["api_socket", "admin_socket"])
def test_document_is_served(make_gateway, socket):
    gateway = make_gateway().start(ready=False)
    for method, body in (("GET", contract.PATH.read_bytes()), ("HEAD", b"")):
        answer = gateway.request(method, "/v1/openapi.yaml", socket=getattr(gateway, socket))
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/yaml")
        assert int(answer.headers["Content-Length"]) == contract.PATH.stat().st_size
        assert answer.body == body


class Walk:
    """Requests to a daemon, and which operations of the document they were."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.seen = set()

    def __call__(self, method, target, body=None, status=200, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.gateway.request(method, target, body, headers, self.gateway.admin_socket)
        assert answer.status == status, answer
        self.seen.add((CONTRACT.pattern_of(target), method))
        return answer


def test_every_route(gateway, sim):
    walk = Walk(gateway)
    issued = [walk("POST", "/v1/verifications", REQUEST, 201, Idempotency_Key="one")
              for _ in range(2)]
    assert issued[1].headers["Idempotent-Replayed"] == "true"
    one = issued[0]["id"]
    code = sim.handset.code(NUMBER)
    gateway.wait_message(one, "sent")
    walk("GET", f"/v1/verifications/{one}")
    walk("GET", "/v1/verifications?reference=bill-1")
    check = {"code": code, "attempt_id": "a-1", "context": CONTEXT}
    assert walk("POST", f"/v1/verifications/{one}/check", check)["receipt"]
    walk("GET", f"/v1/verifications/{one}")
    two = walk("POST", "/v1/verifications", {"to": "+919812445678", "purpose": "login"}, 201)["id"]
    gateway.wait_message(two, "sent")
    walk("POST", f"/v1/verifications/{two}/resend", {}, 429)
    walk("POST", f"/v1/verifications/{two}/cancel")
    text = {"to": "+919812545678", "text": "Your order is ready.", "reference": "o-1",
            "validity": "2h"}
    message = walk("POST", "/v1/messages", text, 201)["id"]
    walk("GET", f"/v1/messages/{message}")
    walk("GET", "/v1/messages?reference=o-1")
    walk("POST", "/v1/render", {"purpose": "checkout", "context": {**CONTEXT, "currency": "₹"}})
    walk("POST", "/v1/render", {"text": "नमस्ते"})
    walk("GET", "/v1/limits?to=%2B919812345678&purpose=checkout")
    walk("GET", "/v1/limits?to=%2B15550100200")
    walk("POST", "/v1/limits/reset", {"limit": "conversion", "to": NUMBER})
    walk("POST", "/v1/optouts", {"to": "+919812645678"})
    assert walk("GET", "/v1/optouts?limit=5")["total"] == 1
    walk("POST", "/v1/optouts/remove", {"to": "+919812645678"})
    sim.control("receive", 0, NUMBER, "Hello")
    with RawConnection(gateway.admin_socket) as stream:
        stream.send("GET /v1/events?types=verification&after=0 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert stream.file.readline() == b"HTTP/1.1 200 OK\r\n"
        walk.seen.add(("/v1/events", "GET"))  # test_events.py compares what it has
    wait.until("the text to have come in", lambda: walk("GET", "/v1/inbound?limit=5")["inbound"])
    for target in ("/", "/metrics", "/v1/receipt-key", "/v1/keys", "/v1/health", "/v1/openapi.yaml",
                   "/v1/audit?from=1&limit=500", "/v1/audit/head", "/v1/stats", "/v1/modems", "/v1/modems/m0"):
        walk("GET", target)
    head = walk("GET", "/v1/audit/head")["line"]
    assert walk("POST", "/v1/audit/verify", {"head": head})["noted_head"] == "matches"
    walk("POST", "/v1/keys/rotate", {})
    walk("POST", "/v1/clock/accept", {})
    walk("POST", "/v1/modems/m0/at", {"command": "AT+CSQ"})
    walk("POST", "/v1/modems/m0/ussd", {"code": "*123#"})
    walk("POST", "/v1/modems/m0/pin", {"pin": "1234"}, 409)
    walk("POST", "/v1/modems/m0/disable")
    walk("POST", "/v1/modems/m0/enable", {})
    gateway.wait_modem("ready")
    walk("POST", "/v1/modems/m0/reset")
    assert walk.seen == CONTRACT.operations.keys()


def path_to(pattern):
    return pattern.replace("{id}", "vf_" + "0" * 26).replace("{name}", "m0")


def test_members_that_are_unknown(make_gateway):
    """Every route that takes a body refuses what the document does not have."""
    gateway = make_gateway().start(ready=False)
    n = 0
    for (pattern, method), operation in CONTRACT.operations.items():
        for example in operation.get("requestBody", {"content": {}})["content"].get(
                "application/json", {"examples": {}})["examples"].values():
            body = {**example["value"], "unheard_of": 1}
            answer = gateway.request(method, path_to(pattern), body, socket=gateway.admin_socket)
            assert (answer.status, answer["code"]) == (422, "invalid"), (pattern, answer)
            n += 1
    assert n > 15


def test_methods_that_are_not_taken(make_gateway):
    """405 with what the document has, of each route."""
    gateway = make_gateway().start(ready=False)
    for pattern in CONTRACT.document["paths"]:
        methods = {method for p, method in CONTRACT.operations if p == pattern}
        answer = gateway.request("DELETE", path_to(pattern), socket=gateway.admin_socket)
        assert (answer.status, answer["code"]) == (405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == methods, pattern


# --- the comparison itself ------------------------------------------------------------------------

class Played:
    def __init__(self, status, body, **headers):
        self.status = status
        self.body = json.dumps(body).encode()
        self.headers = {"Content-Type": "application/json", "Cache-Control": "no-store",
                        **{name.replace("_", "-"): value for name, value in headers.items()}}


def problem(code, **members):
    return {**CONTRACT.problems[code], **members}


def verification(**members):
    return {**CONTRACT.document["components"]["examples"]["VerificationQueued"]["value"], **members}


READ = "/v1/verifications/vf_01m85b8x8559kf9te4vxdx71y6"
PROBLEM = {"Content_Type": "application/problem+json"}


@pytest.mark.parametrize("method, target, answer", [
    ("GET", READ, Played(200, verification())),
    ("GET", READ, Played(404, problem("not_found"), **PROBLEM)),
    ("GET", READ, Played(503, problem("storage_unavailable"), Retry_After="5", **PROBLEM)),
    ("GET", "/elsewhere", Played(404, problem("not_found"), **PROBLEM)),
    ("PUT", READ, Played(405, problem("method_not_allowed"), Allow="GET, HEAD", **PROBLEM)),
])
def test_comparison_accepts(method, target, answer):
    CONTRACT.check_answer(method, target, {}, None, answer)


@pytest.mark.parametrize("method, target, answer", [
    ("GET", READ, Played(200, verification(code="123456"))),
    ("GET", READ, Played(200, verification(status="done"))),
    ("GET", READ, Played(200, verification(created_at="2026-13-23T23:18:48Z"))),
    ("GET", READ, Played(200, verification(message={"id": "ms_1"}))),
    ("GET", READ, Played(200, {k: v for k, v in verification().items() if k != "resend_after"})),
    ("GET", READ, Played(201, verification())),
    ("GET", READ, Played(200, verification(), Content_Type="text/html")),
    ("GET", READ, Played(200, verification(), X_Debug="1")),
    ("GET", READ, Played(200, verification(), Cache_Control="public")),
    ("GET", "/elsewhere", Played(200, verification())),
    ("GET", READ, Played(404, problem("not_found", hint="x"), **PROBLEM)),
    ("GET", READ, Played(404, problem("not_found", title="Gone"), **PROBLEM)),
    ("GET", READ, Played(404, problem("forbidden", status=404), **PROBLEM)),
    ("GET", READ, Played(403, problem("purpose_not_allowed"), **PROBLEM)),
    ("GET", READ, Played(404, problem("not_found"), Retry_After="1", **PROBLEM)),
    ("GET", READ, Played(503, problem("storage_unavailable"), **PROBLEM)),
    ("GET", READ, Played(503, problem("storage_unavailable"), Retry_After="6", **PROBLEM)),
    ("GET", READ, Played(503, problem("no_modem"), Retry_After="5", **PROBLEM)),
    ("GET", READ, Played(401, problem("unauthenticated"), **PROBLEM)),
    ("GET", "/v1/verifications", Played(200, verification())),
    ("POST", "/v1/verifications", Played(201, verification())),
])
def test_comparison_refuses(method, target, answer):
    with pytest.raises(AssertionError):
        CONTRACT.check_answer(method, target, {}, None, answer)


@pytest.mark.parametrize("body, is_described", [
    (REQUEST, True), ({**REQUEST, "context": None}, True), ({**REQUEST, "code": "1"}, False),
    ({"to": NUMBER}, False), ({**REQUEST, "context": {"amount": 1.5}}, False),
])
def test_comparison_of_requests(body, is_described):
    """What the daemon has carried out has to be in the document."""
    answer = Played(201, verification(), Location="/v1/verifications/vf_01m85b8x8559kf9te4vxdx71y6")

    def compare():
        CONTRACT.check_answer("POST", "/v1/verifications", {}, json.dumps(body), copy.copy(answer))
    if is_described:
        compare()
        return
    with pytest.raises(AssertionError):
        compare()


def test_comparison_is_in_force(gateway, monkeypatch):
    """An answer that the document has not fails whatever test it comes to."""
    text = contract.PATH.read_text()
    assert "required: [status, ready," in text
    text = text.replace("required: [status, ready,", "required: [state, ready,")
    changed = contract.Contract(text)
    monkeypatch.setattr(http, "contract", lambda: changed)
    with pytest.raises(AssertionError, match="is not what docs/openapi.yaml says"):
        gateway.health()
