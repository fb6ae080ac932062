"""Each text ends, once, whatever the modem, the disk and the caller do meanwhile."""
import contextlib
import sqlite3
import time

import pytest

from smsotp import wait
from smsotp.gateway import NO_LIMITS

ENDED = ("sent", "delivered", "failed", "expired", "unknown")
CMS_NETWORK = 38
CMS_ACCOUNT = 50


@contextlib.contextmanager
def locked(gateway):
    """The database cannot be written meanwhile, as on a full disk or under a technician's sqlite3."""
    database = sqlite3.connect(gateway.database, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        database.execute("ROLLBACK")
        database.close()


def message(gateway, issued):
    return gateway.get(issued["id"])["message"]


def require_ended(gateway, issued, timeout):
    wait.until("the text to have ended", lambda: message(gateway, issued)["status"] in ENDED,
               timeout, on_timeout=lambda: f"{message(gateway, issued)}\n{gateway.log()}")


def test_resend_that_waits_ends_with_the_approval(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim, NO_LIMITS).start()
    number = next(numbers)
    issued = gateway.verify(number)
    code = sim.handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    sim.control("cmgs-ms", 0, 1500)
    gateway.verify(next(numbers))  # keeps the modem busy
    assert gateway.request("POST", f"/v1/verifications/{issued['id']}/resend").status == 200
    assert message(gateway, issued)["status"] == "queued"
    assert gateway.check(issued["id"], code)["result"] == "approved"
    require_ended(gateway, issued, 4)
    assert len(sim.handset.texts(number)) == 1


def test_text_refused_after_its_verification_was_canceled_ends(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=800, args=["--fail", CMS_NETWORK])
    gateway = make_gateway(sim, NO_LIMITS).start()
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "sending")
    canceled = gateway.request("POST", f"/v1/verifications/{issued['id']}/cancel")
    assert canceled["status"] == "canceled"
    require_ended(gateway, issued, 6)


def test_result_recorded_late_does_not_undo_a_later_one(make_sim, make_gateway, numbers):
    """`queued again` could not be written for a while; by then the second try has succeeded."""
    sim = make_sim(cmgs_ms=200, args=["--fail", CMS_NETWORK])
    gateway = make_gateway(sim, NO_LIMITS).start()
    number = next(numbers)
    issued = gateway.verify(number)
    gateway.wait_message(issued["id"], "sending")
    with locked(gateway):
        wait.until("the refusal", lambda: "outcome=refused" in gateway.log())
        sim.control("fail", 0, "off")
        wait.until("the record to fail", lambda: "event=record_failed" in gateway.log())
    sim.handset.wait(number)
    time.sleep(3)  # the record is tried again after two seconds
    assert message(gateway, issued)["status"] == "sent"
    gateway.kill9()
    gateway.start()
    time.sleep(1)
    assert len(sim.handset.texts(number)) == 1


def test_queued_texts_are_taken_up_when_the_database_was_locked_at_start(
        make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=1500)
    gateway = make_gateway(sim, NO_LIMITS).start()
    first, second = next(numbers), next(numbers)
    issued = [gateway.verify(number) for number in (first, second)]
    gateway.wait_message(issued[0]["id"], "sending")
    gateway.kill9()
    with locked(gateway):
        gateway.spawn()
        wait.until("the load to fail", lambda: "event=load_failed" in gateway.log(),
                   timeout=60)
    gateway.wait_ready()
    sim.handset.wait(second, timeout=8)
    require_ended(gateway, issued[0], 3)


@pytest.mark.parametrize("code", [CMS_ACCOUNT, CMS_NETWORK])
def test_sim_that_refuses_everything_beside_a_good_one(make_sim, make_gateway, numbers, code):
    sim = make_sim(count=2, cmgs_ms=20)
    gateway = make_gateway(sim, NO_LIMITS).start()
    states = lambda: set(gateway.health()["modems"].values())
    wait.until("both modems", lambda: states() == {"ready"})
    for _ in range(4):
        sent = gateway.verify(next(numbers))
        gateway.wait_message(sent["id"], "sent")
    sim.control("fail", 0, code)
    wanted = [next(numbers) for _ in range(4)]
    issued = [gateway.verify(number) for number in wanted]
    wait.until("all texts to end",
               lambda: all(message(gateway, one)["status"] in ENDED for one in issued), 18,
               on_timeout=gateway.log)
    assert [message(gateway, one)["status"] for one in issued] == ["sent"] * 4, gateway.log()


def test_repeated_key_is_answered_without_a_modem(gateway, sim, numbers):
    number = next(numbers)
    key = {"Idempotency-Key": "till-7-0001"}
    first = gateway.verify(number, headers=key)
    sim.unplug()
    gateway.wait_not_ready()
    again = gateway.verify(number, headers=key)
    assert (again.status, again.json.get("id")) == (201, first["id"]), again
