"""What users of other gateways complain about, shown against this one; by the numbers of the list
in docs/MODEMS.md. Here 13 to 25, of texts, storage, networks and SIMs."""
import concurrent.futures
import contextlib
import os
import subprocess
import time
import tty

import pytest

from smsotp import wait
from smsotp.gateway import NO_LIMITS
from smsotp.report import report_pdu


def received(gateway):
    answer = gateway.request("GET", "/v1/inbound", socket=gateway.admin_socket)
    return answer["inbound"]


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


def test_complaint_14_parts_go_by_one_sim(make_sim, make_gateway, numbers):
    """Refused in the middle: the rest waits for the modem that has begun it, the other one is free."""
    sim = make_sim(count=2, cmgs_ms=400)
    gateway = make_gateway(sim, {"purpose login": {
        "segments": 2, "template.en": "{code} is your code. " + 150 * "x"}}).start()
    wait.until("both modems", lambda: set(gateway.health()["modems"].values()) == {"ready"})
    number = next(numbers)
    issued = gateway.verify(number)
    wait.until("the first part", lambda: sum(sim.stats(i)["sms_sent"] for i in (0, 1)) == 1)
    first = 0 if sim.stats(0)["sms_sent"] else 1
    sim.control("fail", first, 331)
    wait.until("the refusal", lambda: sim.stats(first)["sms_failed"] == 1)
    other = gateway.verify(next(numbers))
    gateway.wait_message(other["id"], "sent")
    sim.control("fail", first, "off")
    gateway.wait_message(issued["id"], "sent")
    assert [sim.stats(i)["sms_sent"] for i in (first, 1 - first)] == [2, 2]
    text, = sim.handset.wait(number)
    assert text["parts"] == 2 and text["text"].endswith(150 * "x")


def test_complaint_15_a_bad_number_blocks_nobody(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("fail", 0, 1)
    bad = gateway.verify(next(numbers))
    gateway.wait_message(bad["id"], "failed", 5)
    sim.control("fail", 0, "off")
    start = time.monotonic()
    gateway.approve(sim.handset, next(numbers))
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("cause", [3, 126])
def test_complaint_15_a_cause_that_no_table_lists_may_pass(play, make_gateway, numbers, cause):
    """TS 24.011 has it as a temporary failure: the text goes when that is over."""
    sim = play(f"expect AT+CMGS=*\nreply +CMS ERROR: {cause}\n")
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers))
    assert "status=queued" in gateway.log() and f"(+CMS ERROR: {cause})" in gateway.log()
    assert "class=network: A cause" in gateway.log()


# --- E. storage

TAKEN = "expect AT+CMGD=*\nreply OK\n"  # … and nothing is deleted


def test_complaint_16_a_text_that_stays_is_received_once(play, make_gateway, numbers):
    sim = play(3 * TAKEN)
    gateway = make_gateway(sim).start()
    sim.control("receive", 0, next(numbers), "once")
    wait.until("it to be given up", lambda: "event=delete_failed" in gateway.log(),
               on_timeout=gateway.log)
    sim.control("receive", 0, next(numbers), "later")
    wait.until("the later one", lambda: len(received(gateway)) == 2)
    wait.until("its deletion", lambda: sim.stats()["stored"] == 1)
    assert gateway.log().count("event=delete_failed") == 1
    gateway.restart()  # tries again, and knows the text
    wait.until("the memory to be empty", lambda: sim.stats()["stored"] == 0)
    assert sorted(text["text"] for text in received(gateway)) == ["later", "once"]


def store_drafts(sim, count):
    """Fills the SIM's memory with what is not ours to delete."""
    draft = bytes.fromhex("0001000B911989214365F70000024E27")  # "NO"
    fd = os.open(sim.device(), os.O_RDWR | os.O_NOCTTY)
    with os.fdopen(fd, "r+b", buffering=0) as port:
        tty.setraw(port.fileno())
        for _ in range(count):
            stored = sim.stats()["stored"]
            port.write(b"AT+CMGW=%d\r" % (len(draft) - 1))
            wait.until("the prompt", lambda: b">" in port.read(64))
            port.write(draft.hex().upper().encode() + b"\x1a")
            wait.until("the draft", lambda: sim.stats()["stored"] == stored + 1)


@pytest.mark.parametrize("used, warns", [(14, False), (16, True)])
def test_complaint_17_a_full_memory_is_told_in_time(make_sim, make_gateway, numbers, used, warns):
    sim = make_sim()  # with 20 places
    store_drafts(sim, used)
    gateway = make_gateway(sim).start()
    wait.until("the gauge", lambda: gateway.modem()["storage_used"] == used)
    assert gateway.modem()["storage_total"] == 20
    for n in range(6):  # more than fit: each is taken out at once
        sim.control("receive", 0, next(numbers), f"text {n}")
        wait.until("the text", lambda: len(received(gateway)) == n + 1)
        wait.until("room", lambda: sim.stats()["stored"] == used)
    assert ("event=storage_high used=16 total=20" in gateway.log()) == warns


# --- F. database

@contextlib.contextmanager
def shell_in(gateway, statement):
    """A technician's sqlite3 in the middle of a transaction."""
    with subprocess.Popen(["sqlite3", gateway.database], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as shell:
        shell.stdin.write(f"{statement}\nSELECT 'in it';\n")
        shell.stdin.flush()
        while shell.stdout.readline() != "in it\n":
            pass
        yield
        shell.stdin.write("ROLLBACK;\n")
        shell.stdin.close()


def test_complaint_18_a_reader_disturbs_nobody(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    with shell_in(gateway, "BEGIN; SELECT count(*) FROM messages;"):
        for _ in range(3):
            gateway.approve(sim.handset, next(numbers))


def test_complaint_18_a_writer_is_waited_for(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        with shell_in(gateway, "BEGIN IMMEDIATE;"):
            waiting = [pool.submit(gateway.verify, next(numbers)) for _ in range(4)]
            time.sleep(0.3)
            assert not any(one.done() for one in waiting)
        for one in waiting:
            assert one.result().status == 201
            gateway.wait_message(one.result()["id"], "sent")


def test_complaint_18_a_writer_that_stays_is_told_of(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    with shell_in(gateway, "BEGIN IMMEDIATE;"):
        refused = gateway.verify(next(numbers))
        assert (refused.status, refused["code"]) == (503, "storage_unavailable")
        assert int(refused.headers["Retry-After"]) >= 1
        assert "database is locked" in gateway.log()
    gateway.approve(sim.handset, next(numbers))
    assert len(sim.handset.texts()) == 1


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
    assert gateway.wait_modem("searching")["reason"] == "registration denied"
    sim.control("registration", 0, 1)
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))


def test_complaint_20_a_barred_sim_is_passed_over(make_sim, make_gateway, ctl, numbers):
    """By the account's errors, to two numbers; one number alone takes no modem out."""
    sim = make_sim(count=2)
    gateway = make_gateway(sim, NO_LIMITS).start()
    wait.until("both modems", lambda: set(gateway.health()["modems"].values()) == {"ready"})
    for index in (0, 1):
        sim.control("fail", index, 8)
    number = next(numbers)
    for _ in range(2):
        gateway.wait_message(gateway.verify(number)["id"], "failed")
    assert gateway.health()["modems"] == {"m0": "ready", "m1": "ready"}
    gateway.wait_message(gateway.verify(next(numbers))["id"], "failed")
    health = gateway.health()
    assert health.status == 503 and health["reasons"][0]["code"] == "sim_barred"
    assert health["modems"] == {"m0": "barred", "m1": "barred"}
    assert gateway.modem()["barred"] == "Operator determined barring"
    assert b'\nsmsotp_modem_barred{modem="m0"} 1\n' in gateway.request("GET", "/metrics").body
    refused = gateway.verify(next(numbers))
    assert (refused.status, refused["code"]) == (503, "sim_barred")
    assert gateway.log().count("event=barred class=account: Operator") == 2
    sim.control("fail", 1, "off")
    assert ctl(gateway.admin_socket, "modem", "m1", "enable").returncode == 0
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))
    assert gateway.health()["modems"] == {"m0": "barred", "m1": "ready"}
    assert sim.stats(1)["sms_sent"] == 1


def test_complaint_20_errors_to_several_numbers_restart_the_modem(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=10)
    gateway = make_gateway(sim, NO_LIMITS).start()
    sim.control("fail", 0, 322)  # two tries, 2 s apart
    number = next(numbers)
    for _ in range(2):
        gateway.verify(number)
    wait.until("the refusals", lambda: sim.stats()["sms_failed"] == 4)
    assert gateway.health()["modems"] == {"m0": "ready"}
    for _ in range(2):
        gateway.verify(next(numbers))
    gateway.wait_modem("recovering")
    assert gateway.modem()["resets"] == 1
    assert "several numbers" in gateway.modem()["reason"]


def test_complaint_20_500_without_a_network_is_no_failure(play, make_gateway, numbers):
    """The registration was gone when the text was refused, and nobody had said so."""
    sim = play("expect AT+CMGS=*\nraw \\r\\n> \nexpect text\nreply +CMS ERROR: 500\n"
               "expect AT+CREG?\nreply +CREG: 1,2\nreply OK\n"
               "expect AT+CGREG?\nreply +CGREG: 1,2\nreply OK\n"
               "expect AT+CEREG?\nreply +CEREG: 1,2\nreply OK\n")
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers))
    assert "event=send-rechecked cms=500 cme=-1: Registration was lost" in gateway.log()
    assert len(sim.handset.texts()) == 1


def test_complaint_24_sim_that_is_blamed_is_looked_at(make_sim, make_gateway, numbers):
    """The SIM was gone when the text was refused, and the network had not noticed."""
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("card", 0, "lost")
    gateway.verify(next(numbers))
    gateway.wait_modem("locked")
    assert "event=send-rechecked cms=310 cme=-1: The SIM does not answer" in gateway.log()


def test_complaint_20_radio_that_is_off(make_sim, make_gateway, numbers):
    """Another program has turned the radio off, or the modem starts so: it never registers."""
    sim = make_sim()
    sim.control("cfun", 0, 4)
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers))
    assert gateway.log().count("event=radio-on") == 1


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
    answer = gateway.wait_modem(state)
    assert answer["reason"] is None if reason is None else reason in answer["reason"]
    if state == "ready":
        gateway.approve(sim.handset, next(numbers))
        assert gateway.modem()["reason"] == answer["reason"]  # a text does not make it forget


def test_complaint_21_roaming_can_be_refused(make_sim, make_gateway, numbers):
    sim = make_sim()
    sim.control("registration", 0, 5)
    gateway = make_gateway(sim, {"modem m0": {"roaming": "refuse"}}).start(ready=False)
    assert gateway.wait_modem("searching")["registration"] == 5
    assert "roaming_refused" in gateway.wait_reason("roaming")
    assert gateway.health()["reasons"][0]["code"] == "roaming_refused"
    refused = gateway.verify(next(numbers))
    assert (refused.status, refused["code"]) == (503, "roaming_refused")
    sim.control("registration", 0, 1)
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))


# --- I. delivery reports

def test_complaint_22_reports_that_lie_elsewhere_than_told(play, make_gateway, numbers):
    """EC25: +CDSI names "SM", the report is in "SR"."""
    sim = play("expect AT+CNMI=2,1,0,1,0\nreply ERROR\n", "--persona", "quectel",
               "--report-ms", "20")
    make_gateway(sim).start().approve(sim.handset, next(numbers), "delivered")


@pytest.mark.parametrize("persona, names", [("quectel", "SM"), ("quectel", "SR"), ("generic", "SR")])
def test_complaint_22_reports_where_there_is_no_report_memory(
        play, make_gateway, numbers, persona, names):
    """The report lies among the texts, as +CDSI says or although it says otherwise."""
    number = next(numbers)
    pdu = report_pdu(7, number)
    sim = play("expect AT+CMGS=*\nraw \\r\\n> \nexpect text\nreply +CMGS: 7\nreply OK\n"
               "expect AT+CPMS=\"SR\"\nreply +CMS ERROR: 302\n"
               f"expect AT+CMGR=3\nreply +CMGR: 0,,{len(pdu) // 2 - 1}\nraw {pdu}\\r\\n\nreply OK\n",
               "--persona", persona)
    gateway = make_gateway(sim).start()
    issued = gateway.verify(number)
    gateway.wait_message(issued["id"], "sent")
    sim.control("inject", 0, f'+CDSI: "{names}",3')
    gateway.wait_message(issued["id"], "delivered")


# --- J. encodings

LOCALES = "en hi mr bn ta te kn ml".split()


def test_complaint_23_no_length_of_text_loses_or_gains_a_character(make_sim, make_gateway, numbers):
    """At seven characters more than full octets, fill bits look like one more @ (TS 23.038 §6.1.2.3)."""
    sim = make_sim()
    endings = {locale: "x" * n + "@" for n, locale in enumerate(LOCALES)}
    gateway = make_gateway(sim, {"purpose login": {
        f"template.{locale}": f"{{code}} {ending}" for locale, ending in endings.items()}}).start()
    for n, locale in enumerate(LOCALES):
        number = next(numbers)
        gateway.verify(number, locale=locale)
        (text,) = sim.handset.wait(number)
        assert text["text"][6:] == " " + endings[locale] and text["encoding"] == "gsm7"
        sim.control("receive", 0, number, text["text"][7:])
        wait.until("it back", lambda: len(received(gateway)) == n + 1)
    assert {text["text"] for text in received(gateway)} == set(endings.values())


@pytest.mark.parametrize("coding", ["plain", "ucs2", "packed"])
def test_complaint_23_ussd_answers_are_read_in_any_coding(make_sim, make_gateway, coding):
    """Whatever the make of the modem: what it announces and what it does are two things."""
    sims = [make_sim(name=persona, args=("--persona", persona)) for persona in ("huawei", "zte", "quectel")]
    gateway = make_gateway(config={f"modem m{n}": {"device": sim.device()} for n, sim in enumerate(sims)})
    gateway.start()
    for n, sim in enumerate(sims):
        gateway.wait_modem("ready", name=f"m{n}")
        sim.control("ussd", 0, coding)
        # Packed, seven characters more than full octets leave room for one more @ (TS 23.038 §6.1.2.3).
        for text in ("Rs 1.50", "Balance Rs 1.50", "Rs 250", *(
                ["शेष राशि ₹ 12.50"] if coding == "ucs2" else [])):
            sim.control("balance", 0, text)
            answer = gateway.request("POST", f"/v1/modems/m{n}/ussd", {"code": "*123#"},
                                     socket=gateway.admin_socket)
            assert (answer.status, answer["text"]) == (200, text), (sim.args, gateway.log())


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
    reason = gateway.wait_modem("locked")["reason"]
    assert "another SIM" in reason
    assert sim.stats()["pin_tries"] == 3
    sim.unplug()
    sim.control("card", 0, "quiet-in", "8991101200003204510")
    sim.plug()
    gateway.wait_ready()  # its own again
    gateway.approve(sim.handset, next(numbers))


@pytest.mark.parametrize("way", ["out", "quiet-out"])
def test_complaint_24_a_sim_pulled_out_is_told(make_sim, make_gateway, numbers, way):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("card", 0, way)
    assert "SIM" in gateway.wait_modem("locked")["reason"]
    sim.control("card", 0, "in")
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))


def test_complaint_24_another_sim_while_powered_locks(make_sim, make_gateway):
    sim = make_sim(args=("--iccid", "8991101200003204510"))
    gateway = make_gateway(sim).start()
    sim.control("card", 0, "out")
    gateway.wait_modem("locked")
    sim.control("card", 0, "in", "8944500612345678901")
    wait.until("the other SIM to be noticed",
               lambda: "…8901) than before" in (gateway.modem()["reason"] or ""))
    assert gateway.modem()["state"] == "locked"
    gateway.restart()  # that is how it is confirmed


def test_complaint_24_another_sim_after_a_pull_is_an_intention(make_sim, make_gateway):
    sim = make_sim(args=("--iccid", "8991101200003204510"))
    gateway = make_gateway(sim).start()
    sim.unplug()
    gateway.wait_not_ready()
    sim.control("card", 0, "quiet-in", "8944500612345678901")
    sim.plug()
    gateway.wait_ready()
    assert gateway.modem()["iccid"] == "8944500612345678901"


@pytest.mark.parametrize("answers", ["+CME ERROR: 14", "+CPIN: NOT READY"])
def test_complaint_24_a_sim_that_is_starting_is_waited_for(play, make_gateway, answers):
    end = "reply OK\n" if answers.startswith("+CPIN") else ""
    sim = play(f"expect AT+CPIN?\nreply {answers}\n{end}")
    make_gateway(sim).start()


# --- L. what operators allow

def test_complaint_25_a_sim_sends_what_its_operator_lets(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim, {"modem m0": {
        "quota_day": 5, "quota_reserve": 2, "quota_recipients": 5}, "limits": {"share": "off"}}).start()

    def advertise():
        return gateway.request("POST", "/v1/messages", {"to": next(numbers), "text": "Fresh mangoes"})
    for _ in range(3):
        answer = advertise()
        wait.until("it to be sent", lambda: gateway.request(
            "GET", f"/v1/messages/{answer['id']}")["status"] == "sent")
    assert advertise()["code"] == "quota_exhausted"  # the rest is for codes
    gateway.restart()
    assert advertise()["code"] == "quota_exhausted"
    for _ in range(2):
        gateway.approve(sim.handset, next(numbers))
    assert "event=quota_warning window=day used=4 limit=5" in gateway.log()
    refused = gateway.verify(next(numbers))
    assert (refused.status, refused["code"]) == (503, "quota_exhausted")
    assert 0 < int(refused.headers["Retry-After"]) <= 86400
    assert sim.stats()["sms_sent"] == 5
    sim.unplug()
    gateway.wait_not_ready()
    sim.control("card", 0, "quiet-in", "8944500612345678901")
    sim.plug()
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))  # another SIM has a count of its own
