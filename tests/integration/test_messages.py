"""Plain texts: who may send them, when they go, and what is left of them."""
import os

import pytest

from smsotp import wait

RECEIPT = "Ravi Stores: your order 17 is ready.\nPay 1499.00 at the counter. Thank you!"


@pytest.fixture
def free(sim, make_gateway):
    """A gateway without the limit that spaces texts to one number."""
    return make_gateway(sim, {"limits": {"number": "off"}}).start()


def send(gateway, to, text=RECEIPT, headers=None, **members):
    return gateway.request("POST", "/v1/messages", {"to": to, "text": text, **members}, headers)


def read(gateway, message):
    return gateway.request("GET", f"/v1/messages/{message}")


def wait_status(gateway, message, status, timeout=30):
    wait.until(f"the text to be {status}", lambda: read(gateway, message)["status"] == status,
               timeout, on_timeout=lambda: f"{read(gateway, message)}\n{gateway.log()}")


def test_sent_and_wiped(free, handset, numbers):
    number = next(numbers)
    answer = send(free, number, reference="order-17", validity="1h")
    assert answer.status == 201, answer
    assert answer.headers["Location"] == f"/v1/messages/{answer['id']}"
    assert (answer["status"], answer["encoding"], answer["segments"]) == ("queued", "gsm7", 1)
    assert answer["to"] == f"+91******{number[-4:]}" and answer["reference"] == "order-17"
    assert answer["position"] == 0 and answer["eta"] >= 0 and answer["verification"] is None
    wait_status(free, answer["id"], "sent")
    text, = handset.wait(number)
    assert text["text"] == RECEIPT
    assert "position" not in read(free, answer["id"]).json
    found = free.request("GET", "/v1/messages?reference=order-17")
    assert found["id"] == answer["id"] and found["status"] == "sent"
    free.stop()
    for name, content in free.files_at_rest().items():
        assert b"your order 17" not in content and number.encode() not in content, name


def test_a_text_of_a_verification(free, numbers):
    issued = free.verify(next(numbers))
    message = read(free, issued["message"]["id"])
    assert message.status == 200 and message["verification"] == issued["id"]


def test_long_text_in_parts(free, handset, numbers):
    number, text = next(numbers), "आपका ऑर्डर तैयार है। " * 8
    answer = send(free, number, text)
    assert answer.status == 201 and (answer["encoding"], answer["segments"]) == ("ucs2", 3)
    wait_status(free, answer["id"], "sent")
    assert handset.wait(number)[0]["text"] == text


@pytest.mark.parametrize("members, param", [
    ({"text": ""}, "text"), ({"text": 7}, "text"), ({"text": "x" * 613}, "text"),
    ({"text": "ह" * 269}, "text"), ({"text": "a\u0007b"}, "text"), ({"text": "x" * 1001}, "text"),
    ({"to": "12345"}, "to"), ({"validity": "59s"}, "validity"), ({"validity": 259201}, "validity"),
    ({"validity": "4d"}, "validity"), ({"validity": -1}, "validity"), ({"validity": True}, "validity"),
    ({"class": 0}, "class"), ({"reference": "x" * 65}, "reference")])
def test_refused(free, numbers, members, param):
    answer = send(free, **{"to": next(numbers), **members})
    assert answer.status == 422, answer
    assert answer["invalid_params"][0]["name"] == param
    assert free.health()["queued"] == 0


def test_bounds_are_taken(free, numbers):
    for members in ({"validity": 60}, {"validity": "72h"}, {"text": "x" * 612}, {"text": "ह" * 268}):
        answer = send(free, next(numbers), **members)
        assert answer.status == 201, answer


def test_repeated(free, handset, numbers):
    number, key = next(numbers), {"Idempotency-Key": "order-17"}
    first = send(free, number, headers=key)
    wait_status(free, first["id"], "sent")
    again = send(free, number, headers=key)
    assert again.status == 201 and again.headers["Idempotent-Replayed"] == "true"
    assert again["id"] == first["id"]
    other = send(free, number, "another", headers=key)
    assert (other.status, other["code"]) == (422, "idempotency_key_reused")
    assert len(handset.texts(number)) == 1


def test_limits_hold(gateway, numbers):
    number = next(numbers)
    assert send(gateway, number).status == 201
    answer = send(gateway, number)
    assert (answer.status, answer["code"]) == (429, "limited")


def test_unknown(free):
    for message in ("ms_" + "0" * 26, "vf_" + "0" * 26, "nonsense"):
        assert (read(free, message).status, read(free, message)["code"]) == (404, "not_found")
    answer = free.request("GET", "/v1/messages?reference=none")
    assert (answer.status, answer["code"]) == (404, "not_found")
    assert free.request("GET", "/v1/messages").status == 422


def test_codes_go_first(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=1500)
    gateway = make_gateway(sim).start()
    plain = [send(gateway, next(numbers))["id"] for _ in range(3)]
    code_number = next(numbers)
    issued = gateway.verify(code_number)
    assert issued["message"]["position"] <= 1
    gateway.wait_message(issued["id"], "sent", timeout=30)
    assert read(gateway, plain[-1])["status"] == "queued"
    wait_status(gateway, plain[-1], "sent")


def test_outlives_a_restart(sim, make_gateway, numbers):
    gateway = make_gateway(sim).start()
    sim.control("mute", 0, "on")
    number = next(numbers)
    answer = send(gateway, number)
    assert answer.status == 201
    gateway.kill9()
    sim.control("mute", 0, "off")
    gateway.start()
    wait_status(gateway, answer["id"], "sent", timeout=60)
    assert [text["text"] for text in sim.handset.texts(number)] == [RECEIPT]


@pytest.mark.parametrize("allowed", [True, False])
def test_who_may(sim, make_gateway, numbers, allowed):
    """The daemon's own user is a client here, since a section names it."""
    config = {"client shop": {"user": os.geteuid(), "messages": "yes" if allowed else None,
                              "purposes": "login"}}
    gateway = make_gateway(sim, config).start()
    answer = send(gateway, next(numbers))
    if allowed:
        assert answer.status == 201, answer
    else:
        assert (answer.status, answer["code"]) == (403, "forbidden")
