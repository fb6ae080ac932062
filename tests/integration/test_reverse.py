"""Reverse codes: the till shows one, and the customer's own text approves, or does not."""
import subprocess

import pytest

from smsotp import wait
from smsotp.gateway import NO_LIMITS

SIM_NUMBER = "+919876501234"
REVERSE = {**NO_LIMITS, "modem m0": {"number": SIM_NUMBER}, "purpose login": {"inbound": "yes"}}


@pytest.fixture
def shop(sim, make_gateway):
    return make_gateway(sim, REVERSE).start()


def begin(gateway, number, **members):
    answer = gateway.verify(number, method="inbound", **members)
    assert answer.status == 201, answer
    return answer


def wait_status(gateway, issued, status):
    wait.until(f"the status {status}", lambda: gateway.get(issued["id"])["status"] == status,
               on_timeout=lambda: f"{gateway.get(issued['id'])}\n{gateway.log()}")
    return gateway.get(issued["id"])


def test_approves(sim, shop, numbers):
    number = next(numbers)
    issued = begin(shop, number)
    assert (issued["method"], issued["message"], issued["attempts_left"]) == ("inbound", None, 3)
    assert issued["inbound"]["to"] == SIM_NUMBER
    text = issued["inbound"]["text"]
    assert shop.get(issued["id"])["inbound"]["text"] == text
    sim.control("receive", 0, number, text.lower().replace("-", " "))
    approved = wait_status(shop, issued, "approved")
    assert approved["receipt"] and "inbound" not in approved.json
    assert shop.check(issued["id"], "123456")["result"] == "already_approved"
    assert sim.handset.texts(number) == []
    code = text.split()[1].encode()
    for name, content in shop.files_at_rest().items():
        assert code not in content and number[1:].encode() not in content, name


def test_right_code_from_another_number_denies(sim, shop, numbers):
    issued = begin(shop, next(numbers))
    sim.control("receive", 0, next(numbers), issued["inbound"]["text"])
    wait_status(shop, issued, "denied")


def test_three_tries(sim, shop, numbers):
    number = next(numbers)
    issued = begin(shop, number)
    for left in (2, 1, 0):
        sim.control("receive", 0, number, f"SHOP 0000 000{left}")
        wait.until("the try to be counted",
                   lambda: shop.get(issued["id"])["attempts_left"] == left, on_timeout=shop.log)
    assert shop.get(issued["id"])["status"] == "exhausted"


def test_survives_a_restart(sim, shop, numbers):
    number = next(numbers)
    issued = begin(shop, number)
    shop.kill9()
    shop.start()
    assert shop.get(issued["id"])["inbound"]["text"] == issued["inbound"]["text"]
    sim.control("receive", 0, number, issued["inbound"]["text"])
    wait_status(shop, issued, "approved")


def test_refusals(sim, make_gateway, numbers):
    gateway = make_gateway(sim, {**REVERSE, "limits": {**NO_LIMITS["limits"], "inbound": "1/1d"},
                                 "replies": {"inbound": "Ravi"}}).start()
    number = next(numbers)
    answer = gateway.verify(number, purpose="account", method="inbound",
                            context={"change": "address"})
    assert (answer.status, answer["code"]) == (403, "purpose_not_allowed")
    answer = gateway.verify(number, method="pigeon")
    assert (answer.status, answer["invalid_params"][0]["name"]) == (422, "method")
    issued = begin(gateway, number)
    assert issued["inbound"]["text"].startswith("Ravi ")
    answer = gateway.request("POST", f"/v1/verifications/{issued['id']}/resend")
    assert (answer.status, answer["code"]) == (409, "by_text")
    assert gateway.check(issued["id"], "123456")["code"] == "by_text"
    answer = gateway.verify(number, method="inbound")
    assert (answer.status, answer["code"], answer["limit"]["name"]) == (429, "limited", "inbound")


def test_without_a_number_of_the_sim(sim, make_gateway, numbers):
    gateway = make_gateway(sim, {**REVERSE, "modem m0": {}}).start()
    answer = gateway.verify(next(numbers), method="inbound")
    assert (answer.status, answer["code"]) == (503, "no_modem")
    assert "`number`" in answer["detail"]


def test_from_a_shell(sim, shop, numbers, build_dir):
    number = next(numbers)
    done = subprocess.run([build_dir / "src/ctl/smsotpctl", "--socket", shop.api_socket, "request",
                           "--inbound", number, "login"], capture_output=True, text=True)
    assert done.returncode == 0, done
    assert f"to {SIM_NUMBER}" in done.stdout and 'texts "SHOP ' in done.stdout
