"""Who may do what: the kernel says who is at the other end, the configuration what he may."""
import os

import pytest

from smsotp.peer import request_as

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")

# Numbers need no entry in /etc/passwd.
TILL, OFFICE, STRANGER, STAFF = 61001, 61002, 61003, 61004
CLIENTS = {
    "client till": {"user": TILL, "purposes": "login loyalty"},
    "client office": {"user": OFFICE},
    "client staff": {"group": STAFF},
}


@pytest.fixture
def shop(make_sim, make_gateway, folder):
    folder.chmod(0o711)
    return make_gateway(make_sim(), {**CLIENTS, "limits": {"client": "3/1h"}}).start()


def ask(gateway, uid, method, path, body=None, gid=60999, groups=(), socket=None):
    return request_as(uid, gid, list(groups), socket or gateway.api_socket, method, path, body)


def issue(gateway, uid, number, purpose="login", **peer):
    return ask(gateway, uid, "POST", "/v1/verifications", {"to": number, "purpose": purpose}, **peer)


def test_strangers_are_told_so(shop, numbers):
    for method, path, body in [("GET", "/v1/health", None),
                               ("POST", "/v1/verifications", {"to": next(numbers)}),
                               ("GET", "/v1/modems", None), ("GET", "/v1/nothing", None)]:
        answer = ask(shop, STRANGER, method, path, body)
        assert (answer.status, answer["code"]) == (401, "unauthenticated"), path
        assert "[client" in answer["detail"]


def test_without_clients_only_root(make_gateway, folder):
    folder.chmod(0o711)
    gateway = make_gateway().start(ready=False)
    assert ask(gateway, TILL, "GET", "/v1/health").status == 401
    assert gateway.health().status == 503


def test_a_client_by_user(shop, sim_handset, numbers):
    number = next(numbers)
    issued = issue(shop, TILL, number)
    assert issued.status == 201
    answer = ask(shop, TILL, "POST", f"/v1/verifications/{issued['id']}/check",
                 {"code": sim_handset.code(number)})
    assert answer["result"] == "approved"


def test_a_client_by_group(shop, numbers):
    assert issue(shop, STRANGER, next(numbers), gid=STAFF).status == 201
    assert ask(shop, STRANGER, "GET", "/v1/health", groups=(60998, STAFF)).status == 200
    assert ask(shop, STRANGER, "GET", "/v1/health", groups=(60998,)).status == 401


def test_root_stays_root_for_technicians(make_gateway):
    gateway = make_gateway(config={"client all": {"user": 0}}).start(ready=False)
    assert gateway.request("GET", "/v1/modems").status == 403
    assert gateway.request("GET", "/v1/modems", socket=gateway.admin_socket).status == 200


def test_purposes(shop, sim_handset, numbers):
    number = next(numbers)
    answer = issue(shop, TILL, number, "account")
    assert (answer.status, answer["code"]) == (403, "purpose_not_allowed")
    assert issue(shop, OFFICE, number, "login").status == 201
    assert len(sim_handset.wait(number)) == 1


def test_another_clients_verification_is_unknown(shop, sim_handset, numbers):
    number = next(numbers)
    issued = issue(shop, TILL, number)
    code = sim_handset.code(number)
    unknown = "vf_" + "0" * 26
    for method, action, body in [("GET", "", None), ("POST", "/check", {"code": code}),
                                 ("POST", "/resend", None), ("POST", "/cancel", None)]:
        theirs, nobodys = (ask(shop, OFFICE, method, f"/v1/verifications/{name}{action}", body)
                           for name in (issued["id"], unknown))
        assert theirs.status == nobodys.status == 404
        assert theirs.body.replace(issued["id"].encode(), unknown.encode()) == nobodys.body
        assert set(theirs.headers) == set(nobodys.headers)
    assert shop.get(issued["id"])["attempts_left"] == 5
    # Whoever made it, and root, may.
    assert ask(shop, TILL, "GET", f"/v1/verifications/{issued['id']}").status == 200
    assert shop.check(issued["id"], code)["result"] == "approved"


def test_references_are_a_clients_own(shop, numbers):
    path = "/v1/verifications?reference=bill-7"
    body = {"to": next(numbers), "purpose": "login", "reference": "bill-7"}
    assert ask(shop, TILL, "POST", "/v1/verifications", body).status == 201
    assert ask(shop, TILL, "GET", path).status == 200
    assert ask(shop, OFFICE, "GET", path).status == 404


def test_limits_are_a_clients_own(shop, numbers):
    for _ in range(3):
        assert issue(shop, TILL, next(numbers)).status == 201
    answer = issue(shop, TILL, next(numbers))
    assert (answer.status, answer["code"], answer["limit"]["name"]) == (429, "limited", "client")
    assert issue(shop, OFFICE, next(numbers)).status == 201


def test_technicians_routes(shop):
    for path in ("/v1/modems", "/v1/modems/m0", "/v1/modems/x"):
        answer = ask(shop, OFFICE, "GET", path)
        assert (answer.status, answer["code"]) == (403, "forbidden"), path
    for method, path in (("GET", "/v1/audit"), ("GET", "/v1/audit/head"), ("POST", "/v1/audit/verify")):
        assert ask(shop, OFFICE, method, path)["code"] == "forbidden", path
    assert ask(shop, OFFICE, "GET", "/v1/health").status == 200


def test_sockets_modes(shop):
    assert shop.api_socket.stat().st_mode & 0o777 == 0o666
    assert shop.admin_socket.stat().st_mode & 0o777 == 0o600
    with pytest.raises(PermissionError):
        ask(shop, OFFICE, "GET", "/v1/health", socket=shop.admin_socket)


@pytest.fixture
def sim_handset(started):
    return next(thing.handset for thing in started if hasattr(thing, "handset"))
