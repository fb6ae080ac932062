"""What a technician does with a modem: over HTTP, and with smsotpctl."""
import contextlib
import json
import os
import sqlite3
import threading

import pytest

from smsotp import wait


def act(gateway, action, body=None, modem="m0"):
    return gateway.request("POST", f"/v1/modems/{modem}/{action}", body,
                           socket=gateway.admin_socket)


# --- USSD ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("persona", ["generic", "huawei", "quectel", "sim800", "telit", "zte"])
def test_ussd_of_each_make(make_sim, make_gateway, persona):
    sim = make_sim(args=("--persona", persona))
    gateway = make_gateway(sim).start()
    answer = act(gateway, "ussd", {"code": "*123#"})
    assert answer.status == 200, gateway.log()
    assert answer.json == {"name": "m0", "awaits_reply": False,
                           "text": "Your balance is Rs 120.50. Valid till 31-12-2026."}


@pytest.mark.parametrize("coding", ["plain", "ucs2", "packed"])
def test_ussd_in_each_coding(gateway, sim, coding):
    sim.control("ussd", 0, coding)
    sim.control("balance", 0, "Rs 12.5")
    if coding == "packed":  # and codes have to come so: the second try does it
        assert act(gateway, "ussd", {"code": "*123#"})["text"] == "Rs 12.5"
    assert act(gateway, "ussd", {"code": "*123#"})["text"] == "Rs 12.5"


def test_balance_is_asked_for(make_sim, make_gateway, ctl, numbers):
    """On a schedule, when no text waits; shown, warned of; and enough of it takes a SIM back."""
    sim = make_sim(count=2)
    sim.control("balance", 0, "On 24.11. you had Rs 12,50.")
    keys = {"balance_ussd": "*123#", "balance_pattern": "Rs ([0-9.,]+[0-9])"}
    gateway = make_gateway(sim, {"modem m0": {**keys, "balance_low": "50"}, "modem m1": {
        **keys, "balance_pattern": "EUR (.+)"}}).start()
    wait.until("the balance", lambda: gateway.modem()["balance"]["amount"], on_timeout=gateway.log)
    assert (gateway.modem()["balance"]["amount"], gateway.modem()["balance"]["low"]) == ("12.50", True)
    assert "event=balance_low balance=12.50 threshold=50.00" in gateway.log()
    wait.until("the failure", lambda: gateway.modem("m1")["balance"]["error"])
    assert gateway.modem("m1")["balance"]["amount"] is None
    assert "event=balance_failed: `balance_pattern`" in gateway.log()
    assert "24.11" not in gateway.log()
    assert "balance         12.50, low, " in ctl(gateway.admin_socket, "modems").out
    [warning] = gateway.health()["warnings"]
    assert warning["code"] == "balance" and "modem m0 has 12.50 left, less than 50.00" in warning["detail"]
    gateway.approve(sim.handset, next(numbers))


def test_balance_is_kept_over_a_restart(make_sim, make_gateway):
    """By its SIM, with its age; the operator is not asked again before it is due."""
    sim = make_sim()
    sim.control("balance", 0, "Rs 12.50")
    gateway = make_gateway(sim, {"modem m0": {"balance_ussd": "*123#", "balance_low": "50"}}).start()
    known = wait.until("the balance", lambda: gateway.modem()["balance"]["amount"] and gateway.modem()["balance"])
    sim.control("balance", 0, "Rs 99")
    gateway.restart()
    after = wait.until("it again", lambda: gateway.modem()["balance"]["amount"] and gateway.modem()["balance"])
    assert (after["amount"], after["low"], after["at"]) == ("12.50", True, known["at"])
    assert 0 <= known["age"] <= after["age"] < 60
    assert gateway.health()["warnings"][0]["code"] == "balance"
    assert gateway.log().count("event=balance_low") == 1
    metrics = gateway.request("GET", "/metrics").body.decode()
    assert '\nsmsotp_modem_balance{modem="m0"} 12.5\n' in metrics
    assert 'smsotp_warning{warning="balance"} 1' in metrics
    assert "# TYPE smsotp_modem_balance_age_seconds gauge" in metrics
    gateway.stop()
    sim.unplug()
    sim.control("card", 0, "quiet-in", "8944500612345678901")  # another SIM: asked at once
    sim.plug()
    gateway.start()
    wait.until("its own", lambda: gateway.modem()["balance"]["amount"] == "99.00")
    assert gateway.health()["warnings"] == []


def test_ussd_in_steps(gateway):
    answer = act(gateway, "ussd", {"code": "*111#"})
    assert (answer["text"], answer["awaits_reply"]) == ("1 Balance\n2 Data\n0 Exit", True)
    answer = act(gateway, "ussd", {"reply": "2"})
    assert (answer["text"], answer["awaits_reply"]) == ("Data: 1.5 GB\n1 Balance\n0 Back", True)
    answer = act(gateway, "ussd", {"reply": "1"})
    assert answer["text"].startswith("Your balance") and not answer["awaits_reply"]
    assert act(gateway, "ussd", {"reply": "1"})["code"] == "modem_not_ready"
    act(gateway, "ussd", {"code": "*111#"})
    assert act(gateway, "ussd", {"cancel": True}).status == 200
    assert act(gateway, "ussd", {"reply": "1"})["code"] == "modem_not_ready"


def test_ussd_that_is_refused(gateway):
    answer = act(gateway, "ussd", {"code": "*100#"})
    assert (answer.status, answer["code"]) == (409, "modem_refused")
    for body in ({}, {"code": "*1#", "reply": "1"}, {"code": 1}, {"code": "*1#", "x": 1},
                 {"cancel": False}, {"code": "**04*1234*1111*1111#"}, {"code": "*1#\"\r"}):
        answer = act(gateway, "ussd", body)
        assert (answer.status, answer["code"]) == (422, "invalid"), body


def test_ussd_in_the_alphabet_of_the_network(gateway, sim):
    """Plain septets, of which @ is NUL, and more are control characters."""
    text = "@ £5 $1 Δ_Ω [a] ¡Ä§ à €"
    sim.control("balance", 0, text)
    assert act(gateway, "at", {"command": "AT+CSCS?"})["lines"] == ['+CSCS: "GSM"']
    assert act(gateway, "ussd", {"code": "*123#"})["text"] == text


def test_text_goes_while_the_network_thinks(gateway, sim, numbers):
    """A code is not held up by a balance that is slow in coming."""
    sim.control("ussd-ms", 0, 3000)
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(act(gateway, "ussd", {"code": "*123#"})))
    commands = sim.stats()["commands"]
    thread.start()
    wait.until("the code to be out", lambda: sim.stats()["commands"] > commands)
    gateway.approve(sim.handset, next(numbers))
    thread.join(timeout=30)
    assert answers[0]["text"].startswith("Your balance")


def test_ussd_and_texts_take_turns(gateway, sim, numbers):
    """Under load an action has its turn, and no text is lost or sent twice."""
    issued = [gateway.verify(next(numbers))["id"] for _ in range(10)]
    for _ in range(5):
        assert act(gateway, "ussd", {"code": "*123#"}).status == 200
    for verification in issued:
        gateway.wait_message(verification, "sent")
    assert len(sim.handset.texts()) == 10
    assert gateway.modem()["timeouts"] == 0


# --- life cycle ---------------------------------------------------------------------------------

def test_disable_finishes_the_text_under_way(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=700)
    gateway = make_gateway(sim).start()
    first, second = (gateway.verify(next(numbers))["id"] for _ in range(2))
    gateway.wait_message(first, "sending")
    answer = act(gateway, "disable")
    assert (answer.status, answer["state"]) == (200, "disabled")
    assert gateway.get(first)["message"]["status"] == "sent"
    assert gateway.get(second)["message"]["status"] == "queued"
    assert act(gateway, "at", {"command": "AT"})["code"] == "modem_disabled"
    wait.until("the port to be let go", lambda: sim.stats()["open"] == 0)
    assert act(gateway, "enable").status == 200
    gateway.wait_message(second, "sent")
    assert len(sim.handset.texts()) == 2


def test_disable_lasts_until_the_restart(gateway):
    act(gateway, "disable")
    assert gateway.wait_modem("disabled")
    gateway.restart()
    assert gateway.modem()["state"] == "ready"


@pytest.mark.parametrize("persona", ["generic", "huawei", "telit"])
def test_reset(make_sim, make_gateway, numbers, persona):
    sim = make_sim(args=("--persona", persona))
    gateway = make_gateway(sim).start()
    answer = act(gateway, "reset")
    assert (answer.status, answer["state"]) == (200, "recovering")
    assert gateway.modem()["recoveries"] == 1
    gateway.wait_modem("ready", timeout=60)
    gateway.approve(sim.handset, next(numbers))
    assert "event=recovery rung=reset" in gateway.log()


# --- one command --------------------------------------------------------------------------------

def test_at(gateway):
    assert act(gateway, "at", {"command": "AT+CSQ"}).json == {
        "name": "m0", "result": "OK", "lines": ["+CSQ: 20,99"]}
    assert act(gateway, "at", {"command": "at+cgmm"})["lines"] == ["Simulated GSM modem"]
    assert act(gateway, "at", {"command": "AT+CPSI?"})["result"] == "ERROR"
    for command in ("ATD1;", "AT+CMGD=1,4", "AT+CMGL=4", "AT+CPIN=\"1234\"", "ATZ", "AT&F", "AT^U2DIAG=0",
                    "AT+CSQ;+CMGD=1", "AT+CSQ\r", "AT+CMGS=18", "AT+CLCK=\"SC\",1,\"1234\""):
        answer = act(gateway, "at", {"command": command})
        assert (answer.status, answer["code"]) == (422, "invalid"), command
    assert "20,99" not in gateway.log() and "CSQ" not in gateway.log()


# --- PIN ----------------------------------------------------------------------------------------

def test_pin(make_sim, make_gateway):
    sim = make_sim(args=("--pin", "4711"))
    gateway = make_gateway(sim).start(ready=False)
    gateway.wait_modem("locked")
    assert act(gateway, "pin", {"pin": "47"}).status == 422
    answer = act(gateway, "pin", {"pin": "4711"})
    assert answer.status == 200 and answer["state"] in ("ready", "searching")
    answer = act(gateway, "pin", {"pin": "4711"})
    assert (answer.status, answer["code"]) == (409, "modem_not_ready")
    assert sim.stats()["pin_tries"] == 3
    assert "4711" not in gateway.log()


def test_wrong_pin_costs_one_try_where_the_modem_tells_none(make_sim, make_gateway):
    sim = make_sim(args=("--pin", "4711"))
    sim.control("pin-tries", 0, "off")
    gateway = make_gateway(sim).start(ready=False)
    assert gateway.wait_modem("locked")["pin_tries_left"] is None
    for pin in ("1234", "1234", "4711"):
        assert act(gateway, "pin", {"pin": pin})["code"] == "modem_refused"
    assert sim.stats()["pin_tries"] == 2


def test_wrong_pin_is_not_sent_again_after_restarts(make_sim, make_gateway, folder):
    """A SIM that does not tell its tries left: a wrong PIN costs one, however often we start."""
    sim = make_sim(args=("--pin", "4711"))
    sim.control("pin-tries", 0, "off")
    pin = folder / "pin"
    pin.write_text("1234")
    pin.chmod(0o600)
    gateway = make_gateway(sim, {"modem m0": {"pin": f"file:{pin}"}}).start(ready=False)
    for _ in range(3):
        assert "refused" in gateway.wait_modem("locked")["reason"]
        assert sim.stats()["pin_tries"] == 2
        gateway.restart(ready=False)
    gateway.wait_modem("locked")
    pin.write_text("4711")
    gateway.restart()
    assert sim.stats()["pin_tries"] == 3


def test_wrong_pin_costs_one_try_and_no_more(make_sim, make_gateway):
    sim = make_sim(args=("--pin", "4711"))
    gateway = make_gateway(sim).start(ready=False)
    gateway.wait_modem("locked")
    answer = act(gateway, "pin", {"pin": "1234"})
    assert (answer.status, answer["code"]) == (409, "modem_refused")
    for pin in ("1234", "4711"):  # after one refusal nothing is sent, not even the right one
        assert act(gateway, "pin", {"pin": pin})["code"] == "modem_refused"
    assert sim.stats()["pin_tries"] == 2
    gateway.restart(ready=False)  # … nor with fewer than three tries left
    gateway.wait_modem("locked")
    assert "fewer than 3" in act(gateway, "pin", {"pin": "4711"})["detail"]
    assert sim.stats()["pin_tries"] == 2


# --- who, and which -----------------------------------------------------------------------------

def test_unknown_modem_and_wrong_socket(gateway):
    for action in ("reset", "enable", "disable"):
        assert act(gateway, action, modem="nobody").status == 404
    assert act(gateway, "ussd", {"code": "*1#"}, modem="nobody").status == 404
    assert act(gateway, "format").status == 404
    assert gateway.request("GET", "/v1/modems/m0/reset", socket=gateway.admin_socket).status == 405
    assert act(gateway, "reset", {"now": True}).status == 422


def test_absent_modem(gateway, sim):
    sim.unplug()
    gateway.wait_modem("absent")
    for action, body in (("reset", None), ("ussd", {"code": "*1#"}), ("at", {"command": "AT"}),
                         ("pin", {"pin": "1234"})):
        answer = act(gateway, action, body)
        assert (answer.status, answer["code"]) == (409, "modem_absent"), action


def test_stop_answers_what_is_under_way(gateway, sim):
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(act(gateway, "ussd", {"code": "*999#"})))
    commands = sim.stats()["commands"]
    thread.start()
    wait.until("the code to be out", lambda: sim.stats()["commands"] > commands)
    gateway.stop()
    thread.join(timeout=30)
    assert (answers[0].status, answers[0]["code"]) == (503, "shutting_down")


# --- smsotpctl ----------------------------------------------------------------------------------

def test_ctl(gateway, ctl):
    def modem(*words, **options):
        return ctl(gateway.admin_socket, "modem", *words, **options)
    done = modem("m0", "ussd", "*111#", "--reply", "2", "--reply", "1")
    assert done.returncode == 0 and done.out.splitlines()[:3] == ["1 Balance", "2 Data", "0 Exit"]
    assert done.out.splitlines()[-1].startswith("Your balance")
    assert "waits for an answer" in modem("m0", "ussd", "*111#").err
    assert modem("m0", "ussd", "--cancel").returncode == 0
    done = modem("m0", "at", "AT+CSQ")
    assert (done.returncode, done.out) == (0, "+CSQ: 20,99\nOK\n")
    assert modem("m0", "at", "AT+CPSI?").returncode == 1
    done = modem("m0", "at", "ATD1;")
    assert done.returncode == 2 and "invalid" in done.err
    done = ctl(gateway.admin_socket, "--json", "modem", "m0", "disable")
    assert json.loads(done.out)["state"] == "disabled"
    assert modem("m0", "enable").returncode == 0
    assert modem("m0", "pin", input="1234\n").returncode == 2
    assert modem("nobody", "reset").returncode == 2
    for usage in (["m0"], ["m0", "explode"], ["m0", "at"], ["../health", "reset"], ["m0", "ussd"],
                  ["m0", "reset", "now"], ["m0", "pin", "1", "2"], ["m0", "ussd", "--cancel", "*1#"]):
        assert modem(*usage).returncode == 64, usage


# --- the journal --------------------------------------------------------------------------------

def test_journal_names_who_did_what(gateway):
    """Every action with its uid; what was typed and answered is not there."""
    act(gateway, "ussd", {"code": "*123*4567890123#"})
    act(gateway, "pin", {"pin": "8642"})
    act(gateway, "disable")
    expected = [("m0", os.getuid(), {"action": action, "outcome": outcome}) for action, outcome in (
        ("ussd", "done"), ("pin", "not_ready"), ("disable", "done"))]

    def entries():
        with contextlib.closing(sqlite3.connect(gateway.database)) as database:
            return [(name, uid, json.loads(detail)) for name, uid, detail in database.execute(
                "SELECT object, actor_uid, detail FROM journal WHERE kind = 'admin.action' ORDER BY seq")]
    wait.until("the entries", lambda: entries() == expected, on_timeout=entries)
    for name, content in gateway.files_at_rest().items():
        for secret in (b"4567890123", b"8642", b"120.50"):
            assert secret not in content, name
