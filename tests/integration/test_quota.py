"""What SIMs may send: counted by the card, whatever modem it is in, across restarts."""
import os
import signal

import pytest

from smsotp import wait

DAY = 86400


@pytest.fixture
def two(make_sim):
    return make_sim(count=2)


def quota(gateway, index=0):
    answer = gateway.request("GET", f"/v1/modems/m{index}", socket=gateway.admin_socket)
    return answer["quota"]


def used(gateway, index=0):
    return quota(gateway, index)["day"]["used"]


def send(gateway, sim, numbers, count):
    """Sends so many codes one after the other, each until the network has it."""
    for _ in range(count):
        answer = gateway.verify(next(numbers))
        assert answer.status == 201, answer
        gateway.wait_message(answer["id"], "sent")


def assert_exhausted(gateway, numbers, at_most=DAY):
    answer = gateway.verify(next(numbers))
    assert (answer.status, answer["code"]) == (503, "quota_exhausted"), answer
    assert at_most - 300 < int(answer.headers["Retry-After"]) <= at_most
    health = gateway.health()
    assert health.status == 503 and health["reasons"][0]["code"] == "quota_exhausted"


def test_other_sims_go_on(two, make_gateway, numbers):
    limits = {"modem m0": {"quota_day": 2}, "modem m1": {"quota_day": 3}}
    gateway = make_gateway(two, limits).start()
    send(gateway, two, numbers, 5)
    assert [two.stats(i)["sms_sent"] for i in (0, 1)] == [2, 3]
    assert quota(gateway)["day"] == {"used": 2, "limit": 2}
    assert quota(gateway)["month"] is None and DAY - 300 < quota(gateway)["wait"] <= DAY
    assert_exhausted(gateway, numbers)


def test_outlives_restarts(sim, make_gateway, numbers):
    gateway = make_gateway(sim, {"modem m0": {"quota_day": 4}}).start()
    send(gateway, sim, numbers, 2)
    gateway.restart()
    assert used(gateway) == 2
    send(gateway, sim, numbers, 1)
    gateway.kill9()
    gateway.start()
    assert used(gateway) == 3
    send(gateway, sim, numbers, 1)
    assert_exhausted(gateway, numbers)


def test_goes_with_the_card(two, make_gateway, numbers):
    """A SIM that is put into the other modem brings its count along."""
    limits = {f"modem m{i}": {"quota_day": 3} for i in (0, 1)}
    gateway = make_gateway(two, limits).start()
    cards = [gateway.request("GET", f"/v1/modems/m{i}", socket=gateway.admin_socket)["iccid"]
             for i in (0, 1)]
    two.unplug(1)
    wait.until("one modem", lambda: gateway.health()["modems"]["m1"] == "absent")
    send(gateway, two, numbers, 3)
    assert_exhausted(gateway, numbers)
    two.unplug(0)
    wait.until("no modem", lambda: gateway.health()["modems"]["m0"] == "absent")
    for index, card in ((0, cards[1]), (1, cards[0])):
        two.control("card", index, "quiet-out")
        two.control("card", index, "quiet-in", card)
        two.plug(index)
    gateway.wait_ready()
    wait.until("both modems",
               lambda: set(gateway.health()["modems"].values()) == {"ready"})
    wait.until("the counts", lambda: (used(gateway, 0), used(gateway, 1)) == (0, 3))
    send(gateway, two, numbers, 3)
    assert two.stats(1)["sms_sent"] == 0
    assert_exhausted(gateway, numbers)


def test_parts_and_refusals(sim, make_gateway, numbers):
    config = {"modem m0": {"quota_day": 9},
              "purpose login": {"segments": 2, "template.en": "{code} is your code. " + 150 * "x"}}
    gateway = make_gateway(sim, config).start()
    answer = gateway.verify(next(numbers))
    assert answer["message"]["segments"] == 2
    gateway.wait_message(answer["id"], "sent")
    assert used(gateway) == 2
    sim.control("fail", 0, 1)
    answer = gateway.verify(next(numbers))
    gateway.wait_message(answer["id"], "failed")
    wait.until("it not to count", lambda: used(gateway) == 2)


def test_warning_and_reload(sim, make_gateway, numbers):
    gateway = make_gateway(sim).start()
    send(gateway, sim, numbers, 3)
    assert quota(gateway) is None
    gateway.configure({"modem m0": {"quota_day": 5, "quota_recipients": 2}}).write_config()
    os.kill(gateway.process.pid, signal.SIGHUP)
    wait.until("the quota", lambda: quota(gateway) and used(gateway) == 3)
    assert "quota_warning" not in gateway.log()
    send(gateway, sim, numbers, 1)
    assert gateway.log().count("event=quota_warning window=day used=4 limit=5") == 1
    send(gateway, sim, numbers, 1)
    assert gateway.log().count("event=quota_warning window=day") == 1
    assert quota(gateway)["recipients"] == {"used": 2, "limit": 2}
    assert_exhausted(gateway, numbers)
