"""Signals: SIGHUP takes a new configuration or keeps the old one whole, SIGTERM ends in order."""
import os
import signal
import time

import pytest

from smsotp import wait


def reload(gateway, text=None):
    """Writes the configuration, sends SIGHUP, waits for the verdict; returns the log since then."""
    gateway.write_config(text)
    before = len(gateway.log())
    gateway.process.popen.send_signal(signal.SIGHUP)
    wait.until("the reload", lambda: "event=reload" in gateway.log()[before:])
    return gateway.log()[before:]


def test_reload_changes_shop_text_and_limits(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim, {"purpose login": {"template.en": "{shop} one {code}"}}).start()
    first, second = next(numbers), next(numbers)
    issued = gateway.verify(first)
    assert sim.handset.wait(first)[0]["text"].startswith("Ravi Stores one ")
    assert gateway.verify(first).status == 429
    gateway.configure({"gateway": {"shop": "Meena Silks", "country": "+91 +44"},
                       "limits": {"number": "2/1h"},
                       "purpose login": {"template.en": "{shop} two {code}", "length": 8}})
    assert "event=reloaded" in reload(gateway)
    assert gateway.verify(second).status == 201
    assert sim.handset.wait(second)[0]["text"].startswith("Meena Silks two ")
    assert gateway.verify(first).status == 201
    answer = gateway.verify(first)
    assert (answer.status, answer["limit"]["max"]) == (429, 2)
    assert gateway.verify("+447700900123").status == 201
    # What was issued before keeps its own length.
    old_code = sim.handset.texts(first)[0]["text"][-6:]
    assert gateway.check(issued["id"], old_code)["result"] == "approved"


@pytest.mark.parametrize("line, words", [
    ("[gateway]\nshop = Other\nretention = soon\n", [":3:", "retention"]),
    ("[gateway]\nshop = Other\n[purpose login]\ntemplate.en = {nobody}\n", [":4:"]),
    ("[nonsense]\n", [":1:", "nonsense"]),
    (None, ["smsotpd.conf"]),
], ids=["value", "template", "section", "missing"])
def test_a_broken_file_changes_nothing(make_sim, make_gateway, numbers, line, words):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    if line is None:
        gateway.write_config = lambda text: gateway.config_path.unlink()
    log = reload(gateway, line)
    assert "event=reload_refused" in log
    for word in words:
        assert word in log
    number = next(numbers)
    assert gateway.verify(number).status == 201
    assert "Ravi Stores" in sim.handset.wait(number)[0]["text"]


def test_text_waiting_while_the_configuration_changes(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=700)
    gateway = make_gateway(sim).start()
    wanted = [next(numbers) for _ in range(3)]
    issued = [gateway.verify(number) for number in wanted]
    for _ in range(20):
        reload(gateway)
    for number, answer in zip(wanted, issued):
        assert gateway.check(answer["id"], sim.handset.code(number))["result"] == "approved"


def test_purpose_removed_while_its_text_waits(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=700)
    purpose = {"purpose raffle": {"template.en": "{code} wins"}}
    gateway = make_gateway(sim, purpose).start()
    first, second = next(numbers), next(numbers)
    gateway.verify(first)
    issued = gateway.verify(second, "raffle")
    assert issued.status == 201
    del gateway.config["purpose raffle"]
    reload(gateway)
    gateway.wait_message(issued["id"], "failed")
    assert gateway.verify(next(numbers), "raffle").status == 422
    assert sim.handset.wait(first) and not sim.handset.texts(second)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_in_order(gateway, number):
    before = time.monotonic()
    gateway.process.popen.send_signal(number)
    assert gateway.process.wait() == 0
    assert time.monotonic() - before < 3
    assert not gateway.api_socket.exists() and not gateway.admin_socket.exists()
    gateway.process.require_clean()
    gateway.process = None


def test_the_text_with_the_modem_is_waited_for(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=2000)
    gateway = make_gateway(sim).start()
    number, waiting = next(numbers), next(numbers)
    issued, queued = gateway.verify(number), gateway.verify(waiting)
    gateway.wait_message(issued["id"], "sending")
    gateway.stop()
    gateway.start()
    assert gateway.get(issued["id"])["message"]["status"] == "sent"
    gateway.wait_message(queued["id"], "sent")
    assert len(sim.handset.texts(number)) == len(sim.handset.texts(waiting)) == 1


def test_told_twice_it_ends_at_once(make_sim, make_gateway, numbers):
    gateway = make_gateway(make_sim(cmgs_ms=8000)).start()
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "sending")
    gateway.process.popen.send_signal(signal.SIGTERM)
    wait.until("the socket to go", lambda: not gateway.api_socket.exists())
    assert gateway.process.is_running()
    before = time.monotonic()
    gateway.process.popen.send_signal(signal.SIGTERM)
    assert gateway.process.wait() == 0
    assert time.monotonic() - before < 2
    gateway.process.require_clean()
    gateway.start(ready=False)
    gateway.wait_message(issued["id"], "unknown")


def test_a_peer_that_hangs_up_is_no_signal(gateway):
    """SIGPIPE would end the daemon; it is ignored."""
    status = open(f"/proc/{gateway.process.pid}/status").read()
    ignored = int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")), 16)
    assert ignored & (1 << (signal.SIGPIPE - 1))
    os.kill(gateway.process.pid, signal.SIGPIPE)
    assert gateway.health().status == 200
