"""The life of a verification, through the socket and the customer's phone."""
import datetime
import json
import re
import subprocess
import time

import pytest

from smsotp import wait
from smsotp.gateway import NO_LIMITS

CONTEXT = {"amount": "1499.00", "currency": "INR", "payee": "Shop 12"}
NO_PAUSE = {"limits": {"number": "off"}}


def other_code(code, offset=1):
    return f"{(int(code) + offset) % 10 ** len(code):0{len(code)}d}"


def problem(answer, status, code):
    """A refusal has the form of RFC 9457, and these members."""
    assert (answer.status, answer.type) == (status, "application/problem+json"), answer
    assert answer["status"] == status
    assert answer["code"] == code
    assert answer["title"] and answer["type"]
    return answer


def time_of(text):
    assert text.endswith("Z")
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


# The happy path and its ends

def test_five_outcomes(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT, reference="bill-10482")
    assert issued.status == 201 and issued["status"] == "pending"
    code = handset.code(number)
    wrong = gateway.check(issued["id"], other_code(code), context=CONTEXT)
    assert (wrong.status, wrong["result"], wrong["attempts_left"]) == (200, "incorrect", 4)
    right = gateway.check(issued["id"], code, context=CONTEXT)
    assert (right.status, right["result"], right["status"]) == (200, "approved", "approved")
    again = gateway.check(issued["id"], code, context=CONTEXT)
    assert (again.status, again["result"]) == (200, "already_approved")
    assert gateway.get(issued["id"])["status"] == "approved"
    assert len(handset.texts()) == 1


def test_answer_of_an_issue(gateway, numbers):
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT, reference="bill-10482", locale="en")
    body = issued.json
    assert issued.type == "application/json"
    assert re.fullmatch(r"vf_\w{16,}", body["id"])
    assert body["to"] == f"+91******{number[-4:]}"
    assert (body["purpose"], body["reference"]) == ("checkout", "bill-10482")
    assert (body["attempts_left"], body["resends_left"], body["resend_after"]) == (5, 2, 30)
    assert 298 <= body["expires_in"] <= 300
    lifetime = time_of(body["expires_at"]) - time_of(body["created_at"])
    assert lifetime == datetime.timedelta(seconds=300)
    assert re.fullmatch(r"[0-9a-zA-Z_-]{20,}", body["context_digest"])
    message = body["message"]
    assert re.fullmatch(r"ms_\w{16,}", message["id"])
    assert message["status"] in ("queued", "sending")
    assert (message["encoding"], message["segments"]) == ("gsm7", 1)


def test_text_names_shop_and_transaction(gateway, handset, numbers):
    number = next(numbers)
    gateway.verify(number, "checkout", context=CONTEXT)
    text = handset.wait(number)[0]["text"]
    assert "1499.00" in text and "Shop 12" in text


def test_text_is_reported_as_sent(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    handset.wait(number)
    gateway.wait_message(issued["id"], "sent")


@pytest.mark.parametrize("purpose", ["checkout", "loyalty", "account", "payment", "login"])
def test_each_purpose_has_a_text(gateway, handset, numbers, purpose):
    number = next(numbers)
    context = {"amount": "10.00", "currency": "INR", "payee": "Shop 12", "points": "100",
               "bill": "B7", "change": "address"}
    issued = gateway.verify(number, purpose, context=context)
    assert issued.status == 201, issued
    code = handset.code(number)
    assert gateway.check(issued["id"], code, context=context)["result"] == "approved"


def test_finished_stay_readable_by_reference(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number, reference="till-7/42")
    gateway.check(issued["id"], handset.code(number))
    found = gateway.request("GET", "/v1/verifications?reference=till-7%2F42")
    assert found.status == 200
    assert issued["id"] in found.body.decode() and "approved" in found.body.decode()


def test_exhausted_after_the_last_attempt(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    seen = [gateway.check(issued["id"], other_code(code, i)) for i in range(1, 6)]
    assert [answer["result"] for answer in seen[:4]] == ["incorrect"] * 4
    assert [answer["attempts_left"] for answer in seen] == [4, 3, 2, 1, 0]
    assert seen[4]["status"] == "exhausted"
    right = gateway.check(issued["id"], code)
    assert (right.status, right["result"]) == (200, "exhausted")
    assert gateway.get(issued["id"])["status"] == "exhausted"


def test_cancel_ends_it(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    canceled = gateway.request("POST", f"/v1/verifications/{issued['id']}/cancel")
    assert (canceled.status, canceled["status"]) == (200, "canceled")
    assert gateway.check(issued["id"], code)["result"] == "canceled"


def test_approved_is_final(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    gateway.check(issued["id"], handset.code(number))
    path = f"/v1/verifications/{issued['id']}"
    problem(gateway.request("POST", f"{path}/resend"), 409, "verification_finished")
    assert gateway.request("POST", f"{path}/cancel")["status"] == "approved"
    assert gateway.get(issued["id"])["status"] == "approved"


# Bound to one transaction

@pytest.mark.parametrize("changed", [
    {**CONTEXT, "amount": "1499.01"}, {**CONTEXT, "payee": "Shop 13"}, {"amount": "1499.00"}],
    ids=["amount", "payee", "less"])
def test_code_is_for_its_transaction_only(gateway, handset, numbers, changed):
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT)
    code = handset.code(number)
    assert gateway.check(issued["id"], code, context=changed)["result"] == "context_mismatch"
    assert gateway.check(issued["id"], code, context=CONTEXT, attempt_id="1")["result"] == "approved"
    for again in ({"attempt_id": "1"}, {"attempt_id": "2"}, {}):
        late = gateway.check(issued["id"], code, context=changed, **again)
        assert (late["result"], late["status"]) == ("context_mismatch", "approved")
        assert "receipt" not in late.json
    assert gateway.check(issued["id"], code, context=CONTEXT)["result"] == "already_approved"


def test_resume_goes_on_with_the_same(gateway, handset, numbers):
    number = next(numbers)
    bill = {"reference": "bill-10482", "context": CONTEXT, "resume": True}
    issued = gateway.verify(number, "checkout", **bill)
    assert issued.status == 201
    code = handset.code(number)
    again = gateway.verify(number, "checkout", **bill)
    assert (again.status, again["id"], again["status"]) == (200, issued["id"], "pending")
    assert gateway.check(issued["id"], code, context=CONTEXT)["result"] == "approved"
    gateway.restart()  # the number has been wiped, and is known again all the same
    done = gateway.verify(number, "checkout", **bill)
    assert (done.status, done["id"], done["status"]) == (200, issued["id"], "approved")
    assert done["receipt"]
    assert len(handset.texts()) == 1


def test_resume_begins_again_for_another(sim, make_gateway, handset, numbers):
    gateway = make_gateway(sim, NO_LIMITS).start()
    first, second = next(numbers), next(numbers)
    bill = {"reference": "bill-10482", "context": CONTEXT, "resume": True}
    dearer = {**bill, "context": {**CONTEXT, "amount": "9999.00"}}
    issued = gateway.verify(first, "checkout", **bill)
    handset.code(first)
    other_amount = gateway.verify(first, "checkout", **dearer)
    assert (other_amount.status, gateway.get(issued["id"])["status"]) == (201, "canceled")
    handset.wait(first, 2)
    other_number = gateway.verify(second, "checkout", **dearer)
    assert (other_number.status, gateway.get(other_amount["id"])["status"]) == (201, "canceled")
    code = handset.code(second)
    assert gateway.check(other_number["id"], code, context=dearer["context"])["result"] == "approved"
    cheaper = gateway.verify(second, "checkout", **bill)
    assert (cheaper.status, cheaper["status"]) == (201, "pending")
    assert gateway.get(other_number["id"])["status"] == "approved"


def test_order_of_context_members_does_not_matter(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT)
    turned = dict(reversed(CONTEXT.items()))
    assert gateway.check(issued["id"], handset.code(number), context=turned)["result"] == "approved"


def test_code_of_one_does_not_open_another(gateway, handset, numbers):
    first, second = next(numbers), next(numbers)
    one, two = gateway.verify(first), gateway.verify(second)
    codes = handset.code(first), handset.code(second)
    if codes[0] == codes[1]:
        pytest.skip("the two codes are equal by a chance of one in a million")
    assert gateway.check(two["id"], codes[0])["result"] == "incorrect"
    assert gateway.check(one["id"], codes[0])["result"] == "approved"


# Repeats

def test_resend_brings_the_same_code(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim, NO_PAUSE).start()
    number = next(numbers)
    issued = gateway.verify(number)
    code = sim.handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    resent = gateway.request("POST", f"/v1/verifications/{issued['id']}/resend")
    assert (resent.status, resent["resends_left"]) == (200, 1)
    texts = sim.handset.wait(number, 2)
    assert [code in text["text"] for text in texts] == [True, True]
    assert gateway.check(issued["id"], code)["result"] == "approved"


def test_resend_too_soon(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    handset.wait(number)
    gateway.wait_message(issued["id"], "sent")
    answer = gateway.request("POST", f"/v1/verifications/{issued['id']}/resend")
    problem(answer, 429, "resend_too_soon")
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert gateway.get(issued["id"])["resends_left"] == 2


def test_resends_end(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim, NO_PAUSE).start()
    number = next(numbers)
    issued = gateway.verify(number)
    for count in (1, 2):
        sim.handset.wait(number, count)
        gateway.wait_message(issued["id"], "sent")
        assert gateway.request("POST", f"/v1/verifications/{issued['id']}/resend").status == 200
    sim.handset.wait(number, 3)
    gateway.wait_message(issued["id"], "sent")
    answer = gateway.request("POST", f"/v1/verifications/{issued['id']}/resend")
    problem(answer, 409, "no_resends_left")


def test_second_request_to_a_number_is_limited(gateway, handset, numbers):
    number = next(numbers)
    assert gateway.verify(number).status == 201
    answer = problem(gateway.verify(number), 429, "limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    limit = answer["limit"]
    assert (limit["name"], limit["max"], limit["window"]) == ("number", 1, 30)
    other = next(numbers)
    assert gateway.verify(other).status == 201
    handset.wait(other)
    assert len(handset.texts(number)) == 1


def test_idempotency_key(gateway, handset, numbers):
    number, other = next(numbers), next(numbers)
    key = {"Idempotency-Key": "till-7-0001"}
    first = gateway.verify(number, headers=key)
    again = gateway.verify(number, headers=key)
    assert (first.status, again.status) == (201, 201)
    assert again["id"] == first["id"] and again["message"]["id"] == first["message"]["id"]
    problem(gateway.verify(other, headers=key), 422, "idempotency_key_reused")
    fresh = gateway.verify(other, headers={"Idempotency-Key": "till-7-0002"})
    assert fresh["id"] != first["id"]
    handset.wait(other)
    assert len(handset.texts()) == 2


def test_idempotency_key_outlives_a_restart(gateway, handset, numbers):
    number = next(numbers)
    key = {"Idempotency-Key": "till-7-0001"}
    first = gateway.verify(number, headers=key)
    handset.wait(number)
    gateway.restart()
    assert gateway.verify(number, headers=key)["id"] == first["id"]
    assert len(handset.texts()) == 1


def test_attempt_id_burns_one_attempt(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    wrong = other_code(handset.code(number))
    answers = [gateway.check(issued["id"], wrong, attempt_id="a-1") for _ in range(3)]
    assert [a["attempts_left"] for a in answers] == [4, 4, 4]
    assert gateway.get(issued["id"])["attempts_left"] == 4


# Refusals that leave no trace

@pytest.mark.parametrize("to", ["+0812345678", "+91981234567a", "",
                                "+9198123456789012345", "+91", "+919812345678\r\nAT", 919812345678])
def test_not_e164(gateway, handset, to):
    answer = problem(gateway.verify(to), 422, "invalid")
    assert [p["name"] for p in answer["invalid_params"]] == ["to"]
    assert handset.texts() == []
    for name, content in gateway.files_at_rest().items():
        assert b"9812345678" not in content, name


@pytest.mark.parametrize("to", ["+15551234567", "+9013456789012", "+447700900123"])
def test_other_country(gateway, handset, to):
    problem(gateway.verify(to), 403, "destination_blocked")
    assert handset.texts() == []


@pytest.mark.parametrize("body, parameter", [
    ({"purpose": "login"}, "to"),
    ({"to": "+919812345678"}, "purpose"),
    ({"to": "+919812345678", "purpose": "novel"}, "purpose"),
    ({"to": "+919812345678", "purpose": ["login"]}, "purpose"),
    ({"to": "+919812345678", "purpose": "login", "colour": "red"}, "colour"),
    ({"to": "+919812345678", "purpose": "login", "reference": "x" * 65}, "reference"),
    ({"to": "+919812345678", "purpose": "login", "context": "x"}, "context"),
], ids=["no to", "no purpose", "unknown purpose", "purpose a list", "unknown member",
        "long reference", "context a string"])
def test_invalid_request(gateway, handset, body, parameter):
    answer = problem(gateway.request("POST", "/v1/verifications", body), 422, "invalid")
    assert any(p["name"].startswith(parameter) for p in answer["invalid_params"]), answer
    assert handset.texts() == []


def test_unknown_verification(gateway):
    for name in ("vf_0000000000000000000000", "vf_x", "nonsense"):
        problem(gateway.get(name), 404, "not_found")
        problem(gateway.check(name, "123456"), 404, "not_found")
        for action in ("resend", "cancel"):
            answer = gateway.request("POST", f"/v1/verifications/{name}/{action}")
            problem(answer, 404, "not_found")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12a456", "123 456", 123456, None])
def test_malformed_code_burns_nothing(gateway, handset, numbers, code):
    number = next(numbers)
    issued = gateway.verify(number)
    problem(gateway.check(issued["id"], code), 422, "invalid")
    assert gateway.get(issued["id"])["attempts_left"] == 5
    assert gateway.check(issued["id"], handset.code(number))["result"] == "approved"


# HTTP

@pytest.mark.parametrize("body", [b"", b"{", b"[]x", b'{"to":"\xff"}', b'{"to":1,"to":2}', b"nul"])
def test_bad_json(gateway, body):
    problem(gateway.request("POST", "/v1/verifications", body), 400, "malformed")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "json"])
def test_wrong_content_type(gateway, numbers, content_type):
    body = json.dumps({"to": next(numbers), "purpose": "login"})
    answer = gateway.request("POST", "/v1/verifications", body, {"Content-Type": content_type})
    problem(answer, 415, "unsupported_media_type")


def test_content_type_with_charset(gateway, numbers):
    body = json.dumps({"to": next(numbers), "purpose": "login"})
    answer = gateway.request("POST", "/v1/verifications", body,
                             {"Content-Type": "application/json; charset=utf-8"})
    assert answer.status == 201


def test_too_large_a_body(gateway, numbers):
    body = json.dumps({"to": next(numbers), "purpose": "login", "reference": "x" * 100_000})
    assert gateway.request("POST", "/v1/verifications", body).status == 413
    assert gateway.health().status == 200


@pytest.mark.parametrize("path", ["/v1", "/v2/health", "/v1/verification", "/v1/healthy",
                                  "/v1/verifications/vf_x/steal"])
def test_unknown_route(gateway, path):
    problem(gateway.request("GET", path), 404, "not_found")


@pytest.mark.parametrize("method, path, allowed", [
    ("DELETE", "/v1/verifications", {"GET", "POST"}),
    ("POST", "/v1/health", {"GET"}),
    ("GET", "/v1/verifications/vf_x/check", {"POST"}),
    ("PUT", "/v1/verifications/vf_x", {"GET"}),
])
def test_wrong_method(gateway, method, path, allowed):
    answer = problem(gateway.request(method, path), 405, "method_not_allowed")
    assert allowed <= {m.strip() for m in answer.headers["Allow"].split(",")}


def test_many_requests_on_one_connection(gateway, numbers):
    from smsotp import http
    connection = gateway.connection()
    for _ in range(3):
        body = {"to": next(numbers), "purpose": "login"}
        assert http.send(connection, "POST", "/v1/verifications", body).status == 201
        assert http.send(connection, "GET", "/v1/health").status == 200
    connection.close()


def test_curl_as_the_client(gateway, handset, numbers):
    number = next(numbers)

    def curl(path, body):
        done = subprocess.run(
            ["curl", "-sS", "-m", "10", "--unix-socket", gateway.api_socket,
             "-H", "Content-Type: application/json", "-d", json.dumps(body),
             f"http://localhost{path}"], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    issued = curl("/v1/verifications", {"to": number, "purpose": "login"})
    code = handset.code(number)
    path = f"/v1/verifications/{issued['id']}/check"
    results = [curl(path, {"code": c})["result"] for c in (other_code(code), code, code)]
    assert results == ["incorrect", "approved", "already_approved"]


# What the gateway tells of itself

def test_health(gateway):
    answer = gateway.health()
    assert (answer.status, answer.type, answer["status"]) == (200, "application/json", "ready")


def test_modems(gateway):
    answer = gateway.request("GET", "/v1/modems", socket=gateway.admin_socket)
    assert answer.status == 200
    modem, = answer["modems"]
    assert (modem["name"], modem["state"]) == ("m0", "ready")


def test_no_modem(make_gateway, folder, numbers):
    gateway = make_gateway(config={"modem m0": {"device": folder / "absent"}}).start(ready=False)
    wait.until("the database to be read", lambda: "no_modem" in gateway.health().body.decode())
    answer = problem(gateway.verify(next(numbers)), 503, "no_modem")
    assert int(answer.headers["Retry-After"]) >= 1
    health = gateway.health()
    assert health.status == 503 and "no_modem" in health.body.decode()


# Secrets at rest

def test_code_and_number_rest_nowhere(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT)
    code = handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    gateway.check(issued["id"], other_code(code), context=CONTEXT)
    gateway.check(issued["id"], code, context=CONTEXT)
    standing = re.compile(rb"(?<![0-9])" + code.encode() + rb"(?![0-9])")
    files = gateway.files_at_rest()
    assert any(content.startswith(b"SQLite format 3") for content in files.values())
    for name, content in files.items():
        assert not standing.search(content), f"the code is in {name}"
        assert number[3:].encode() not in content, f"the number is in {name}"


def test_code_and_number_are_in_no_answer(gateway, handset, numbers):
    number = next(numbers)
    answers = [gateway.verify(number, reference="bill-1")]
    code = handset.code(number)
    answers += [gateway.get(answers[0]["id"]), gateway.check(answers[0]["id"], code),
                gateway.request("GET", "/v1/verifications?reference=bill-1"),
                gateway.request("GET", "/v1/modems", socket=gateway.admin_socket)]
    for answer in answers:
        text = answer.body.decode()
        assert not re.search(rf"(?<!\d){code}(?!\d)", text) and number not in text


# Interruptions

@pytest.mark.parametrize("end", ["stop", "kill9"])
def test_texts_waiting_survive_a_restart(make_sim, make_gateway, numbers, end):
    sim = make_sim(cmgs_ms=2000)
    gateway = make_gateway(sim).start()
    wanted = [next(numbers) for _ in range(4)]
    issued = {number: gateway.verify(number)["id"] for number in wanted}
    sim.handset.wait(wanted[0], timeout=10)
    getattr(gateway, end)()
    gateway.start()
    # The one that was with the modem at that moment may be `unknown`; it is never sent again.
    for number in wanted[2:]:
        sim.handset.wait(number, timeout=30)
        gateway.wait_message(issued[number], "sent")
    for number in wanted:
        assert len(sim.handset.texts(number)) <= 1, number
        if sim.handset.texts(number):
            code = sim.handset.code(number)
            assert gateway.check(issued[number], code)["result"] == "approved"


def test_modem_is_known_after_a_restart_in_its_text(make_sim, make_gateway, numbers):
    """The modem answers the text, whose daemon is gone, when the next one has begun to ask."""
    sim = make_sim(cmgs_ms=1500, args=("--persona", "huawei"))
    gateway = make_gateway(sim).start()
    known = gateway.modem()
    for pause in (0.1, 0.5):
        gateway.verify(next(numbers))
        wait.until("the modem to be at it", lambda: gateway.modem()["state"] == "sending")
        time.sleep(pause)
        gateway.kill9()
        gateway.start()
        for key in ("manufacturer", "model", "revision", "imei"):
            assert gateway.modem()[key] == known[key], key


@pytest.mark.parametrize("end", ["stop", "kill9"])
def test_answers_given_survive(gateway, handset, numbers, end):
    first, second = next(numbers), next(numbers)
    one, two = gateway.verify(first), gateway.verify(second)
    codes = handset.code(first), handset.code(second)
    gateway.check(one["id"], codes[0])
    gateway.check(two["id"], other_code(codes[1]))
    getattr(gateway, end)()
    gateway.start()
    assert gateway.check(one["id"], codes[0])["result"] == "already_approved"
    assert gateway.get(two["id"])["attempts_left"] == 4
    assert gateway.check(two["id"], codes[1])["result"] == "approved"


def test_modem_unplugged_and_back(gateway, sim, numbers):
    sim.unplug()
    gateway.wait_not_ready()
    problem(gateway.verify(next(numbers)), 503, "no_modem")
    sim.plug()
    gateway.wait_ready()
    number = next(numbers)
    issued = gateway.verify(number)
    assert gateway.check(issued["id"], sim.handset.code(number))["result"] == "approved"


def test_text_waits_for_the_modem_to_return(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=2000)
    gateway = make_gateway(sim).start()
    first, second, third = next(numbers), next(numbers), next(numbers)
    for number in (first, second, third):
        gateway.verify(number)
    sim.handset.wait(first)
    sim.unplug()  # while the second is with the modem: what became of it is not known
    gateway.wait_not_ready()
    sim.plug()
    sim.handset.wait(third, timeout=60)
    assert len(sim.handset.texts(first)) == 1
    assert len(sim.handset.texts(second)) <= 1
