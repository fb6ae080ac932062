"""Somebody sets the clock: no code lives longer or shorter for it, and no limit is emptied."""
import datetime
import time

import pytest

from smsotp import clock
from smsotp.gateway import NO_LIMITS

HOUR, DAY = 3600, 86400

pytestmark = pytest.mark.skipif(not clock.compiler(), reason="no C compiler for the clock's library")


@pytest.fixture
def shop(sim, make_gateway, folder):
    """One request for a number in an hour; `clock` moves what the daemon sees."""
    limits = {"limits": {**NO_LIMITS["limits"], "number": "1/1h", "guesses": "2/1d"}}
    gateway = make_gateway(sim, limits)
    gateway.clock = clock.Clock(folder)
    gateway.wrapper = gateway.clock.wrapper
    return gateway.start()


def wrong(code):
    return f"{(int(code) + 1) % 10 ** 6:06d}"


def limit_met(gateway, number):
    """The limit that a request meets; none is made by asking."""
    answer = gateway.request("GET", f"/v1/limits?to=%2B{number[1:]}&purpose=login")
    assert answer.status == 200, answer
    return [row["name"] for row in answer["limits"] if row["met"]]


def test_set_back_an_hour(shop, sim, numbers):
    number, other = next(numbers), next(numbers)
    issued, dying = shop.verify(number), shop.verify(other)
    code, late = sim.handset.code(number), sim.handset.code(other)
    shop.clock.jump(-HOUR)
    assert shop.get(issued["id"])["expires_in"] <= 300
    refused = shop.verify(number)
    assert (refused.status, refused["limit"]["name"]) == (429, "number")
    assert shop.check(issued["id"], code)["result"] == "approved"
    shop.clock.pass_by(301)
    assert shop.check(dying["id"], late)["result"] == "expired"
    shop.clock.pass_by(HOUR - 301 - 60)
    assert limit_met(shop, number) == ["number"]


def test_set_ahead_a_day(shop, sim, numbers):
    """Once, again, and while nobody runs."""
    number, key = next(numbers), {"Idempotency-Key": "once"}
    issued = shop.verify(number, headers=key)
    code = sim.handset.code(number)
    for _ in range(2):
        assert shop.check(issued["id"], wrong(code))["result"] == "incorrect"
    for jump in (DAY, 40 * 60, 40 * 60):
        shop.clock.jump(jump)
        assert shop.get(issued["id"])["expires_in"] > 270
        assert limit_met(shop, number) == ["number", "guesses"]
    assert shop.check(issued["id"], code)["limit"]["name"] == "guesses"
    shop.stop()
    shop.clock.jump(DAY)
    shop.start()
    assert limit_met(shop, number) == ["number", "guesses"]
    shop.restart()
    assert limit_met(shop, number) == ["number", "guesses"]
    assert shop.verify(number, headers=key)["id"] == issued["id"]
    assert shop.get(issued["id"])["status"] == "pending"
    assert "event=clock_set forward=" in shop.log()
    # Time that really passes empties the window, and ends the code.
    shop.clock.pass_by(HOUR)
    assert limit_met(shop, number) == ["guesses"]
    assert shop.get(issued["id"])["status"] == "expired"
    assert shop.verify(number).status == 201
    assert len(sim.handset.wait(number, 2)) == 2


def test_a_start_before_what_was_seen(shop, sim, numbers):
    """Nothing is taken until the network has told the time; what a technician sets then is not added."""
    number = next(numbers)
    issued = shop.verify(number)
    code = sim.handset.code(number)
    shop.wait_message(issued["id"], "sent")
    shop.stop()
    sim.control("time", 0, "off")
    shop.clock.jump(-DAY)
    shop.start(ready=False)
    shop.wait_modem("ready")
    assert shop.health()["reasons"][0]["code"] == "clock_untrusted"
    refused = shop.verify(next(numbers))
    assert (refused.status, refused["code"]) == (503, "clock_untrusted")
    assert int(refused.headers["Retry-After"]) >= 1
    # Of this boot CLOCK_BOOTTIME knows the age.
    assert shop.check(issued["id"], code)["result"] == "approved"
    now = datetime.datetime.now(datetime.timezone.utc)
    sim.control("inject", 0, now.strftime('*PSUTTZ: %Y,%m,%d,%H,%M,%S,"+0",0'))
    shop.wait_ready()
    assert "event=clock_trusted source=network" in shop.log()

    def created():
        answer = shop.verify(next(numbers))
        return datetime.datetime.fromisoformat(answer["created_at"].replace("Z", "+00:00")).timestamp()
    assert abs(created() - time.time()) < 30
    assert limit_met(shop, number) == ["number"]
    shop.clock.jump(DAY)
    assert abs(created() - time.time()) < 30
    assert limit_met(shop, number) == ["number"]


@pytest.fixture
def after_a_year_ahead(shop, sim, numbers):
    """A text and a wrong code while the clock stood a year ahead; then it is right, and no network tells."""
    number = next(numbers)
    shop.stop()
    sim.control("time", 0, "off")
    shop.clock.jump(365 * DAY)
    shop.start()
    issued = shop.verify(number)
    assert shop.check(issued["id"], wrong(sim.handset.code(number)))["result"] == "incorrect"
    shop.wait_message(issued["id"], "sent")
    shop.stop()
    shop.clock.set(0, 0)
    shop.start(ready=False)
    shop.wait_modem("ready")
    refused = shop.verify(number)
    assert (refused.status, refused["code"]) == (503, "clock_untrusted")
    return number, issued["id"]


def assert_open_and_full(shop, sim, number, issued):
    shop.wait_ready()
    assert shop.check(issued, sim.handset.code(number))["result"] == "expired"
    assert limit_met(shop, number) == ["number"]
    shop.clock.pass_by(HOUR)
    assert limit_met(shop, number) == []
    shop.restart()
    assert shop.verify(number).status == 201


def test_a_clock_that_was_ahead(after_a_year_ahead, shop, sim, ctl):
    """The network's time and the system's agree."""
    now = datetime.datetime.now(datetime.timezone.utc)
    for wrong_one in ("2061,01,01,00,00,00", (now - datetime.timedelta(hours=2)).strftime("%Y,%m,%d,%H,%M,%S")):
        sim.control("inject", 0, f'*PSUTTZ: {wrong_one},"+0",0')
        time.sleep(7)
        assert shop.health()["reasons"][0]["code"] == "clock_untrusted"
    sim.control("inject", 0, now.strftime('*PSUTTZ: %Y,%m,%d,%H,%M,%S,"+0",0'))
    assert_open_and_full(shop, sim, *after_a_year_ahead)
    entries = ctl(shop.admin_socket, "audit", "export").out
    assert '"daemon.clock_accepted"' in entries and '"source":"network"' in entries.replace(" ", "")


def test_a_technician_vouches(after_a_year_ahead, shop, sim, ctl):
    assert "smsotpctl clock accept" in shop.health()["reasons"][0]["detail"]
    done = ctl(shop.admin_socket, "clock", "accept")
    assert done.returncode == 0 and "codes that are void for it: 1" in done.out
    assert_open_and_full(shop, sim, *after_a_year_ahead)
    assert ctl(shop.admin_socket, "audit", "verify").returncode == 0
    assert '"clock.accept"' in ctl(shop.admin_socket, "audit", "export").out
