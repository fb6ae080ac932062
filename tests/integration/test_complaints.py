"""What users of other gateways complain about, shown against this one; by the numbers of the list
in docs/MODEMS.md. Complaints that need hardware, or parts that other tests drive, are not here."""
import os
import time
import tty

import pytest

from smsotp import wait


def modem_of(gateway):
    return gateway.request("GET", "/v1/modems/m0", socket=gateway.admin_socket).json


def wait_state(gateway, state, timeout=15):
    wait.until(f"the modem to be {state}", lambda: modem_of(gateway)["state"] == state, timeout,
               on_timeout=lambda: f"{modem_of(gateway)}\n{gateway.log()}")
    return modem_of(gateway)


def approve(gateway, sim, number, status="sent"):
    issued = gateway.verify(number)
    gateway.wait_message(issued["id"], status)
    assert gateway.check(issued["id"], sim.handset.code(number))["result"] == "approved"
    return issued["id"]


@pytest.fixture
def play(make_sim, folder):
    """play(script): a simulator whose modem follows it."""
    def make(script, *args):
        path = folder / "scenario"
        path.write_text(script)
        return make_sim(args=("--scenario", path, *args))
    return make


# --- A. stuck modem

def test_complaint_01_silent_modem_is_recovered(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("mute", 0, "on")
    issued = gateway.verify(next(numbers))
    wait_state(gateway, "recovering", 20)  # 10 s for the prompt
    assert modem_of(gateway)["timeouts"] == 1
    sim.control("mute", 0, "off")
    gateway.wait_message(issued["id"], "sent", 20)
    assert len(sim.handset.texts()) == 1


@pytest.mark.parametrize("line", ["^BOOT:26889933,0,0,0,72", "RING"])
def test_complaint_02_urc_noise_is_no_answer(make_sim, make_gateway, numbers, line):
    sim = make_sim()
    sim.control("noise", 0, f'"{line}"', 2)
    gateway = make_gateway(sim).start()
    for _ in range(2):
        approve(gateway, sim, next(numbers))
    assert modem_of(gateway)["timeouts"] == 0
    assert modem_of(gateway)["manufacturer"] == "smsotp"


@pytest.mark.parametrize("persona", ["huawei", "zte", "sim7600", "telit"])
def test_complaint_02_noise_is_stopped_at_its_source(make_sim, make_gateway, persona):
    sim = make_sim(args=("--persona", persona))
    assert sim.stats()["noise"] is True
    make_gateway(sim).start()
    assert sim.stats()["noise"] is False


def test_complaint_03_left_at_the_prompt(make_sim, make_gateway, numbers):
    sim = make_sim()
    fd = os.open(sim.device(), os.O_RDWR | os.O_NOCTTY)  # or its hang-up would end the tests
    with os.fdopen(fd, "r+b", buffering=0) as port:
        tty.setraw(port.fileno())
        port.write(b"AT+CMGS=30\r")
        wait.until("the prompt", lambda: b">" in port.read(64))
    gateway = make_gateway(sim).start()
    approve(gateway, sim, next(numbers))
    assert len(sim.handset.texts()) == 1  # no command became a text
    assert modem_of(gateway)["timeouts"] == 0


# --- B. unplug and renumber

def test_complaint_05_unplug_during_a_send(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=2000)
    gateway = make_gateway(sim).start()
    issued = gateway.verify(next(numbers))
    wait_state(gateway, "sending")
    time.sleep(0.3)
    sim.unplug()
    gateway.wait_message(issued["id"], "unknown")
    sim.plug()
    gateway.wait_ready()
    time.sleep(0.5)
    assert sim.handset.texts() == []  # what may have gone out does not go out again (13)


def test_complaint_06_the_device_gets_another_number(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    before = modem_of(gateway)["port"]
    with open(before, "rb", buffering=0):  # somebody else keeps the old number busy
        sim.unplug()
        sim.plug()
        wait.until("the new port", lambda: modem_of(gateway)["port"] not in (None, before))
        gateway.wait_ready()
    approve(gateway, sim, next(numbers))


def test_complaint_08_daemon_starts_before_the_modem(make_sim, make_gateway, numbers):
    sim = make_sim()
    sim.unplug()
    gateway = make_gateway(sim).start(ready=False)
    assert modem_of(gateway)["state"] == "absent" and modem_of(gateway)["reason"]
    sim.plug()
    gateway.wait_ready()
    approve(gateway, sim, next(numbers))


def test_complaint_09_no_lock_outlives_a_killed_daemon(make_sim, make_gateway):
    gateway = make_gateway(make_sim()).start()
    gateway.kill9()
    gateway.start()


# --- C. power

@pytest.mark.parametrize("line", ["UNDER-VOLTAGE WARNNING", "OVER-VOLTAGE POWER DOWN"])
def test_complaint_12_a_weak_supply_is_told(make_sim, make_gateway, line):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("inject", 0, line)
    wait.until("the warning", lambda: "<4>modem=m0 event=power" in gateway.log())


# --- D. lost, duplicated, blocked

def test_complaint_13_an_unknown_result_is_not_sent_again(play, make_gateway, numbers):
    sim = play("expect AT+CMGS=*\nraw \\r\\n> \nexpect text\nhangup\ndelay 200\nplug\n")
    gateway = make_gateway(sim).start()
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "unknown")
    gateway.wait_ready()
    time.sleep(0.5)
    assert sim.handset.texts() == []
    assert gateway.get(issued["id"])["message"]["status"] == "unknown"


def test_complaint_15_a_bad_number_blocks_nobody(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("fail", 0, 1)
    bad = gateway.verify(next(numbers))
    gateway.wait_message(bad["id"], "failed", 5)
    sim.control("fail", 0, "off")
    start = time.monotonic()
    approve(gateway, sim, next(numbers))
    assert time.monotonic() - start < 2


# --- G. latency

def test_complaint_19_no_poll_no_blind_sleep(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=0)
    gateway = make_gateway(sim).start()
    start = time.monotonic()
    for _ in range(5):
        number = next(numbers)
        gateway.verify(number)
        sim.handset.wait(number)
    assert (time.monotonic() - start) / 5 < 0.2


# --- H. errors that never clear

def test_complaint_20_lost_registration_is_noticed_and_ends(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("registration", 0, 3)
    assert wait_state(gateway, "searching")["reason"] == "registration denied"
    sim.control("registration", 0, 1)
    gateway.wait_ready()
    approve(gateway, sim, next(numbers))


@pytest.mark.parametrize("domains, state, reason", [
    ("3 3 1", "ready", "SMS may be unavailable"),
    ("0 0 6", "ready", None),
    ("5 5 0", "ready", "roaming"),
    ("3 3 3", "searching", "registration denied"),
])
def test_complaint_21_any_domain_counts(make_sim, make_gateway, numbers, domains, state, reason):
    sim = make_sim()
    sim.control("domains", 0, domains)
    gateway = make_gateway(sim).start(ready=False)
    answer = wait_state(gateway, state)
    assert answer["reason"] is None if reason is None else reason in answer["reason"]
    if state == "ready":
        approve(gateway, sim, next(numbers))
        assert modem_of(gateway)["reason"] == answer["reason"]  # a text does not make it forget


# --- I. delivery reports

def test_complaint_22_reports_that_lie_elsewhere_than_told(play, make_gateway, numbers):
    """EC25: +CDSI names "SM", the report is in "SR"."""
    sim = play("expect AT+CNMI=2,1,0,1,0\nreply ERROR\n", "--persona", "quectel",
               "--report-ms", "20")
    approve(make_gateway(sim).start(), sim, next(numbers), "delivered")


# --- K. PIN and SIM

@pytest.fixture
def with_pin(make_sim, make_gateway, folder):
    sim = make_sim(args=("--pin", "4711", "--iccid", "8991101200003204510"))
    (folder / "pin").write_text("4711\n")
    (folder / "pin").chmod(0o400)
    return sim, make_gateway(sim, {"modem m0": {"pin": f"file:{folder}/pin"}}).start()


def test_complaint_24_pin_is_bound_to_its_sim(with_pin, numbers):
    sim, gateway = with_pin
    sim.unplug()
    gateway.wait_not_ready()
    sim.control("card", 0, "quiet-in", "8944500612345678901")
    sim.plug()
    reason = wait_state(gateway, "locked")["reason"]
    assert "another SIM" in reason
    assert sim.stats()["pin_tries"] == 3
    sim.unplug()
    sim.control("card", 0, "quiet-in", "8991101200003204510")
    sim.plug()
    gateway.wait_ready()  # its own again
    approve(gateway, sim, next(numbers))


@pytest.mark.parametrize("way", ["out", "quiet-out"])
def test_complaint_24_a_sim_pulled_out_is_told(make_sim, make_gateway, numbers, way):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("card", 0, way)
    assert "SIM" in wait_state(gateway, "locked")["reason"]
    sim.control("card", 0, "in")
    gateway.wait_ready()
    approve(gateway, sim, next(numbers))


def test_complaint_24_another_sim_while_powered_locks(make_sim, make_gateway):
    sim = make_sim(args=("--iccid", "8991101200003204510"))
    gateway = make_gateway(sim).start()
    sim.control("card", 0, "out")
    wait_state(gateway, "locked")
    sim.control("card", 0, "in", "8944500612345678901")
    wait.until("the other SIM to be noticed",
               lambda: "…8901) than before" in (modem_of(gateway)["reason"] or ""))
    assert modem_of(gateway)["state"] == "locked"
    gateway.restart()  # that is how it is confirmed


def test_complaint_24_another_sim_after_a_pull_is_an_intention(make_sim, make_gateway):
    sim = make_sim(args=("--iccid", "8991101200003204510"))
    gateway = make_gateway(sim).start()
    sim.unplug()
    gateway.wait_not_ready()
    sim.control("card", 0, "quiet-in", "8944500612345678901")
    sim.plug()
    gateway.wait_ready()
    assert modem_of(gateway)["iccid"] == "8944500612345678901"


@pytest.mark.parametrize("answers", ["+CME ERROR: 14", "+CPIN: NOT READY"])
def test_complaint_24_a_sim_that_is_starting_is_waited_for(play, make_gateway, answers):
    end = "reply OK\n" if answers.startswith("+CPIN") else ""
    sim = play(f"expect AT+CPIN?\nreply {answers}\n{end}")
    make_gateway(sim).start()
