"""Who calls: tokens, certificates that a proxy has seen, what each may do, and what is nobody else's."""
import hashlib
import json
import os
import re
import signal
import subprocess

import pytest

from smsotp import wait
from smsotp.peer import request_as

PROXY, TILL = 33333, 5555
TOKENS = {"till": "smsotp_" + "t" * 43, "office": "smsotp_" + "o" * 43}


def hash_of(token):
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(name):
    return {"Authorization": f"Bearer {TOKENS[name]}"}


CLIENTS = {
    "proxy": {"user": PROXY},
    "client till": {"token_hash": hash_of(TOKENS["till"]), "purposes": "login"},
    "client office": {"token_hash": hash_of(TOKENS["office"]).upper(), "inbound": "yes"},
    "client counter": {"user": TILL},
    "client second": {"certificate": "till-2"},
}


@pytest.fixture
def shop(sim, make_gateway):
    gateway = make_gateway(sim, CLIENTS).start()
    gateway.folder.chmod(0o755)
    return gateway


def ask(gateway, name, method, path, body=None, **headers):
    return gateway.request(method, path, body, {**bearer(name), **headers})


# Tokens

def test_token_is_the_client(shop, handset, numbers):
    number = next(numbers)
    issued = ask(shop, "till", "POST", "/v1/verifications", {"to": number, "purpose": "login"})
    assert issued.status == 201, issued
    checked = ask(shop, "till", "POST", f"/v1/verifications/{issued['id']}/check",
                  {"code": handset.code(number)})
    assert checked["result"] == "approved"
    refused = ask(shop, "till", "POST", "/v1/verifications", {"to": number, "purpose": "loyalty"})
    assert (refused.status, refused["code"]) == (403, "purpose_not_allowed")
    assert all(token not in shop.log() for token in TOKENS.values())
    for content in shop.files_at_rest().values():
        assert not any(token.encode() in content for token in TOKENS.values())


@pytest.mark.parametrize("value", [
    "Bearer smsotp_wrong", "Bearer ", "Bearer", "Basic dGlsbDp0aWxs", "", "Bearer " + "x" * 5000,
    f"Bearer {TOKENS['till']} ", f"Bearer {TOKENS['till'].upper()}", f"Bearer {hash_of(TOKENS['till'])}",
    TOKENS["till"]])
def test_wrong_token(shop, value):
    """It is not overlooked for the user who shows it, who might be anybody. Root is, here."""
    answer = shop.request("GET", "/v1/health", headers={"Authorization": value})
    if value == f"Bearer {TOKENS['till']} ":  # white space around a value is no part of it
        assert answer.status == 200
        return
    assert (answer.status, answer["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="smsotp", error="invalid_token"'
    assert not value or value not in shop.log()


def test_scheme_in_any_case(shop):
    for scheme in ["bearer", "BEARER", "Bearer "]:
        headers = {"Authorization": f"{scheme} {TOKENS['till']}"}
        assert shop.request("GET", "/v1/health", headers=headers).status == 200


def test_stranger_is_told_how(shop):
    answer = request_as(12345, 12345, [], shop.api_socket, "GET", "/v1/health")
    assert answer.status == 401 and answer.headers["WWW-Authenticate"] == 'Bearer realm="smsotp"'


def test_token_opens_no_door_for_technicians(shop):
    assert ask(shop, "till", "GET", "/v1/modems").status == 403
    answer = request_as(12345, 12345, [], shop.api_socket, "GET", "/v1/health", None, bearer("till"))
    assert answer.status == 200  # whoever has it
    shop.admin_socket.chmod(0o666)
    answer = request_as(12345, 12345, [], shop.admin_socket, "GET", "/v1/health", None, bearer("till"))
    assert answer.status == 401


def test_who_may_read_what_came_in(shop):
    assert ask(shop, "office", "GET", "/v1/inbound").status == 200
    assert ask(shop, "till", "GET", "/v1/inbound").status == 403


# Certificates

@pytest.mark.parametrize("uid, name, status", [
    (PROXY, "till-2", 200), (PROXY, "till-3", 401), (PROXY, "", 401), (PROXY, None, 401),
    (PROXY, "second", 401), (PROXY, "TILL-2", 401), (TILL, "till-2", 200), (TILL, "till-3", 200),
    (12345, "till-2", 401)])
def test_certificate_is_believed_of_the_proxy_alone(shop, uid, name, status):
    headers = {} if name is None else {"X-Smsotp-Client": name}
    answer = request_as(uid, uid, [], shop.api_socket, "GET", "/v1/health", None, headers)
    assert answer.status == status


def test_certificate_is_the_client(shop, numbers):
    def ask_as(uid, method, path, body=None):
        return request_as(uid, uid, [], shop.api_socket, method, path, body, {"X-Smsotp-Client": "till-2"})
    issued = ask_as(PROXY, "POST", "/v1/verifications", {"to": next(numbers), "purpose": "login"})
    assert issued.status == 201
    assert ask_as(PROXY, "GET", f"/v1/verifications/{issued['id']}").status == 200
    assert ask_as(TILL, "GET", f"/v1/verifications/{issued['id']}").status == 404


def test_two_names_at_once(shop):
    """What a proxy adds to what its client sent is refused, not chosen from."""
    from smsotp.raw import RawConnection
    request = "GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Smsotp-Client: a\r\nx-smsotp-client: b\r\n\r\n"
    with RawConnection(shop.api_socket) as connection:
        assert connection.send(request).answer().status == 400


# Whose is what

UNKNOWN = "vf_" + "0" * 26
ROUTES = ["/v1/verifications/{}", "/v1/verifications/{}/check", "/v1/verifications/{}/resend",
          "/v1/verifications/{}/cancel"]


def test_every_route_with_an_id_is_looked_at():
    source = open(os.path.join(os.path.dirname(__file__), "../../src/api/router.c")).read()
    patterns = {p for p in re.findall(r'"(/v1/verifications/\{id\}[^"]*)"', source)}
    assert patterns == {route.format("{id}") for route in ROUTES}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_strangers_id_is_an_unknown_one(shop, handset, numbers, route, method):
    """Byte for byte, but for the id and the time."""
    number = next(numbers)
    foreign = ask(shop, "till", "POST", "/v1/verifications", {"to": number, "purpose": "login"})["id"]
    code = handset.code(number)

    def answer_for(verification_id):
        body = {"code": code} if method == "POST" and route.endswith("check") else None
        answer = ask(shop, "office", method, route.format(verification_id), body)
        headers = {k: v for k, v in answer.headers.items() if k != "Date"}
        return answer.status, headers, answer.body.replace(verification_id.encode(), b"ID")
    assert answer_for(foreign) == answer_for(UNKNOWN)
    assert ask(shop, "till", "GET", f"/v1/verifications/{foreign}")["status"] == "pending"


def test_a_strangers_reference_is_an_unknown_one(shop, numbers):
    ask(shop, "till", "POST", "/v1/verifications",
        {"to": next(numbers), "purpose": "login", "reference": "bill-1"})
    found = [ask(shop, "office", "GET", f"/v1/verifications?reference={r}") for r in ("bill-1", "bill-2")]
    assert found[0].status == found[1].status == 404
    assert found[0].body == found[1].body.replace(b"bill-2", b"bill-1")


# smsotpctl client add

@pytest.fixture
def add(shop, build_dir):
    def run(*args, status=0):
        done = subprocess.run([build_dir / "src/ctl/smsotpctl", "client", "add", *args, "--config",
                               shop.config_path], capture_output=True, text=True)
        assert done.returncode == status, done
        return done
    return run


def test_add_with_a_token(shop, add):
    answer = json.loads(add("novel", "--purposes", "login", "--json").stdout)
    assert re.fullmatch(r"smsotp_[A-Za-z0-9_-]{43}", answer["token"])
    assert answer["section"] == f"[client novel]\ntoken_hash = {hash_of(answer['token'])}\npurposes = login\n"
    assert not answer["written"] and "novel" not in shop.config_path.read_text()
    assert json.loads(add("novel", "--json").stdout)["token"] != answer["token"]


def test_add_writes_and_the_token_works(shop, add):
    shown = add("novel", "--write").stdout
    token = re.search(r"smsotp_[A-Za-z0-9_-]{43}", shown)[0]
    assert token not in shop.config_path.read_text()
    shop.process.popen.send_signal(signal.SIGHUP)
    wait.until("the token to work", lambda: shop.request(
        "GET", "/v1/health", headers={"Authorization": f"Bearer {token}"}).status == 200)
    assert "choose another" in add("novel", "--write", status=64).stderr


@pytest.mark.parametrize("args, said", [
    (["till"], "already"), (["Till"], "lower-case"), (["x" * 49], "1 to 48"), ([], "Usage"),
    (["a", "b"], "Usage"), (["a", "--user", "x\ny"], "one line"), (["a", "--colour", "x"], "Usage")])
def test_add_refuses(add, args, said):
    assert said in add(*args, status=64).stderr


def test_add_by_user_needs_no_token(add):
    assert add("novel", "--user", "pos").stdout.endswith("[client novel]\nuser = pos\n")
