"""Texts that come in: read from the modem, kept, and able to take a verification back."""
import json
import os
import subprocess

import pytest

from smsotp import wait

NO_PAUSE = {"limits": {"number": "off", "pending": "off"}}


def inbound(gateway, query=""):
    answer = gateway.request("GET", f"/v1/inbound{query}", socket=gateway.admin_socket)
    assert answer.status == 200, answer
    return answer["inbound"]


def wait_inbound(gateway, count=1):
    def enough():
        texts = inbound(gateway)
        return texts if len(texts) >= count else None
    return wait.until(f"{count} received text(s)", enough,
                      on_timeout=lambda: f"{inbound(gateway)}\n{gateway.log()}")


def wait_empty(sim, gateway, index=0):
    """Until nothing lies in the modem's memory any more."""
    wait.until("the modem's memory to be empty", lambda: sim.stats(index)["stored"] == 0,
               on_timeout=lambda: f"{sim.stats(index)}\n{gateway.log()}")


def receive(sim, sender, text, index=0):
    sim.control("receive", index, sender, text)


# Denial

@pytest.mark.parametrize("reply", ["NO", "no", "No!", "Stop it", "नहीं", "नाही।", "NO,I did not ask"])
def test_reply_denies(sim, gateway, handset, numbers, reply):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    receive(sim, number, reply)
    text = wait_inbound(gateway)[0]
    assert text["verification"] == issued["id"]
    assert gateway.get(issued["id"])["status"] == "denied"
    checked = gateway.check(issued["id"], code)
    assert (checked["result"], checked["status"], checked["attempts_left"]) == ("denied", "denied", 0)
    assert f"verification={issued['id']} event=denied" in gateway.log()
    wait_empty(sim, gateway)


@pytest.mark.parametrize("reply", ["YES", "NOT me", "ok NO", "NOPE", "no-one", "?", "I say STOP", "123456"])
def test_other_words_change_nothing(sim, gateway, handset, numbers, reply):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    receive(sim, number, reply)
    assert wait_inbound(gateway)[0]["verification"] is None
    assert gateway.check(issued["id"], code)["result"] == "approved"


def test_a_code_sent_back_approves_nothing(sim, gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    receive(sim, number, handset.code(number))
    wait_inbound(gateway)
    assert gateway.get(issued["id"])["status"] == "pending"


def test_denies_all_of_that_number_and_no_other(sim, make_gateway, numbers):
    gateway = make_gateway(sim, NO_PAUSE).start()
    number, other = next(numbers), next(numbers)
    issued = [gateway.verify(number)["id"] for _ in range(3)]
    stays = gateway.verify(other)["id"]
    receive(sim, number, "NO")
    text = wait_inbound(gateway)[0]
    assert text["verification"] == issued[-1]
    assert {gateway.get(i)["status"] for i in issued} == {"denied"}
    assert gateway.get(stays)["status"] == "pending"


@pytest.mark.parametrize("form", ["{0}", "0{0}", "91{0}", "0091{0}"])
def test_number_in_national_form(sim, gateway, numbers, form):
    number = next(numbers)
    issued = gateway.verify(number)
    receive(sim, form.format(number[3:]), "NO")
    text = wait_inbound(gateway)[0]
    assert text["verification"] == issued["id"]
    assert number[3:] not in json.dumps(text)


def test_ended_ones_stay_as_they_are(sim, gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    assert gateway.check(issued["id"], handset.code(number))["result"] == "approved"
    receive(sim, number, "NO")
    assert wait_inbound(gateway)[0]["verification"] is None
    assert gateway.get(issued["id"])["status"] == "approved"


def test_waiting_text_is_not_sent(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=1500)
    gateway = make_gateway(sim, NO_PAUSE).start()
    first, second, number = next(numbers), next(numbers), next(numbers)
    for other in (first, second):
        gateway.verify(other)
    issued = gateway.verify(number)
    receive(sim, number, "NO")
    wait.until("the denial", lambda: gateway.get(issued["id"])["status"] == "denied",
               on_timeout=gateway.log)
    sim.handset.wait(second)
    gateway.stop()
    assert sim.handset.texts(number) == []


def test_configured_words(sim, make_gateway, numbers):
    gateway = make_gateway(sim, {"replies": {"deny": "nein, НЕТ"}, **NO_PAUSE}).start()
    number = next(numbers)
    issued = gateway.verify(number)["id"]
    receive(sim, number, "NO")
    wait_inbound(gateway)
    assert gateway.get(issued)["status"] == "pending"
    receive(sim, number, "НЕТ.")
    wait_inbound(gateway, 2)
    assert gateway.get(issued)["status"] == "denied"


@pytest.mark.parametrize("word, reply", [
    ("нет", "Нет"), ("όχι", "Όχι"), ("όχι", "ΟΧΙ"), ("não", "NÃO"), ("Ні", "ні")])
def test_a_phone_begins_with_a_capital(sim, make_gateway, numbers, word, reply):
    gateway = make_gateway(sim, {"replies": {"deny": word}}).start()
    number = next(numbers)
    issued = gateway.verify(number)["id"]
    receive(sim, number, reply)
    wait_inbound(gateway)
    assert gateway.get(issued)["status"] == "denied"


def test_words_can_be_off(sim, make_gateway, numbers):
    gateway = make_gateway(sim, {"replies": {"deny": "off"}}).start()
    number = next(numbers)
    issued = gateway.verify(number)["id"]
    receive(sim, number, "NO")
    wait_inbound(gateway)
    assert gateway.get(issued)["status"] == "pending"


@pytest.mark.parametrize("value", ["", "NO!", "NO x" + "x" * 48, "two-", " ".join("abc" * 17)],
                         ids=["none", "mark", "long", "dash", "many"])
def test_bad_words_are_refused(make_gateway, value):
    gateway = make_gateway(config={"replies": {"deny": value}})
    status, lines = gateway.run_to_end()
    assert status == 78 and "deny" in lines[0]


# Reading and keeping

def test_members_of_a_text(sim, gateway, numbers):
    number = next(numbers)
    receive(sim, number, "hello @ [shop] €")
    text = wait_inbound(gateway)[0]
    assert text["id"].startswith("in_") and text["received_at"].endswith("Z")
    assert text["from"] == f"+91******{number[-4:]}"
    assert text["text"] == "hello @ [shop] €"
    assert (text["modem"], text["encoding"], text["parts"], text["complete"]) == ("m0", "gsm7", 1, True)
    wait_empty(sim, gateway)


@pytest.mark.parametrize("text, encoding", [
    ("GSM " + "x€" * 120, "gsm7"), ("हिन्दी 😀 " * 20, "ucs2")], ids=["gsm7", "ucs2"])
def test_long_texts_are_joined(sim, gateway, numbers, text, encoding):
    receive(sim, next(numbers), text.strip())
    (received,) = wait_inbound(gateway)
    assert received["text"] == text.strip()
    assert received["encoding"] == encoding and received["parts"] > 1 and received["complete"]
    wait_empty(sim, gateway)


def test_two_modems(make_sim, make_gateway, numbers):
    sim = make_sim(count=2)
    gateway = make_gateway(sim).start()
    wait.until("both to be ready", lambda: set(gateway.health()["modems"].values()) == {"ready"})
    for index in range(2):
        receive(sim, next(numbers), f"to {index}", index)
    assert {t["modem"]: t["text"] for t in wait_inbound(gateway, 2)} == {"m0": "to 0", "m1": "to 1"}


def test_stored_before_the_start(sim, make_gateway, numbers):
    for n in range(8):
        receive(sim, next(numbers), f"text {n}")
    assert sim.stats()["stored"] == 8
    gateway = make_gateway(sim).start()
    texts = wait_inbound(gateway, 8)
    assert [t["text"] for t in texts] == [f"text {n}" for n in range(8)]
    wait_empty(sim, gateway)


def test_list_is_read_on_from_an_id(sim, gateway, numbers):
    for n in range(6):
        receive(sim, next(numbers), f"text {n}")
        texts = wait_inbound(gateway, n + 1)  # a freed place is used again: else order is not kept
    assert [t["id"] for t in texts] == sorted(t["id"] for t in texts)
    assert [t["text"] for t in inbound(gateway, "?limit=2")] == ["text 4", "text 5"]
    following = gateway.request("GET", f"/v1/inbound?since={texts[1]['id']}&limit=3")
    assert [t["text"] for t in following["inbound"]] == ["text 2", "text 3", "text 4"]
    assert following["more"] is True
    rest = gateway.request("GET", f"/v1/inbound?since={texts[4]['id']}")
    assert [t["text"] for t in rest["inbound"]] == ["text 5"] and rest["more"] is False
    for query in ("since=vf_1", "limit=0", "limit=x", "limit=201"):
        refused = gateway.request("GET", f"/v1/inbound?{query}")
        assert (refused.status, refused["code"]) == (422, "invalid")


def test_flood_while_texts_are_sent(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=20)
    gateway = make_gateway(sim, {"limits": {"number": "off", "client": "off"}}).start()
    issued = []
    for n in range(20):
        issued.append(gateway.verify(next(numbers))["id"])
        receive(sim, next(numbers), f"text {n}")
        if n % 5 == 4:
            wait_empty(sim, gateway)
    texts = wait_inbound(gateway, 20)
    assert sorted(t["text"] for t in texts) == sorted(f"text {n}" for n in range(20))
    for verification in issued:
        gateway.wait_message(verification, "sent")


# Crashes

def test_crash_between_store_and_delete(make_sim, make_gateway, numbers):
    """The text is in the database, and still in the modem's memory: it is not taken twice."""
    sim = make_sim()
    gateway = make_gateway(sim, NO_PAUSE).start()
    sim.control("cmd-ms", 0, 400)
    for n in range(6):
        receive(sim, next(numbers), f"text {n}")
    wait_inbound(gateway, 6)
    gateway.kill9()
    assert sim.stats()["stored"] > 1
    sim.control("cmd-ms", 0, 0)
    gateway.start()
    wait_empty(sim, gateway)
    assert sorted(t["text"] for t in inbound(gateway)) == [f"text {n}" for n in range(6)]
    assert "event=inbound_known" in gateway.log()


def test_crash_between_two_parts(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    text = "part " * 50
    sim.control("cmd-ms", 0, 300)
    receive(sim, next(numbers), text.strip())
    wait.until("a part", lambda: "event=received_part" in gateway.log(), every=0.005,
               on_timeout=gateway.log)
    gateway.kill9()
    sim.control("cmd-ms", 0, 0)
    gateway.start()
    (received,) = wait_inbound(gateway)
    assert received["text"] == text.strip()
    wait_empty(sim, gateway)


# Safety

HOSTILE = ["\x1b]0;pwned\x07\x1b[2J", "\u202eevil\u2066", "a\u009b31mb", "\"}],\"x\":[{\"", "%s%n", "\u200b\u2028",
           "'; DROP TABLE inbound; --", "\x7f\u0085"]


def test_hostile_characters_do_no_harm(sim, gateway, build_dir, numbers):
    for text in HOSTILE:
        receive(sim, next(numbers), text)
        receive(sim, "A-SHOP", text)
    texts = wait_inbound(gateway, 2 * len(HOSTILE))
    for text in HOSTILE:
        assert sum(t["text"] == text for t in texts) == 2, text
    command = [build_dir / "src/ctl/smsotpctl", "--socket", gateway.admin_socket]
    shown = subprocess.run([*command, "inbound", "--limit", "100"], capture_output=True, check=True)
    for byte in shown.stdout.decode() + gateway.log():
        assert byte == "\n" or byte >= " ", repr(byte)
        assert byte not in "\x7f\x85\x9b\u202e\u2066\u200b\u2028"
    assert b"\\u{1B}]0;pwned" in shown.stdout
    as_json = subprocess.run([*command, "inbound", "--json"], capture_output=True, check=True)
    assert len(json.loads(as_json.stdout)["inbound"]) == 2 * len(HOSTILE)
    for text in HOSTILE[:3]:
        assert text not in gateway.log() and "evil" not in gateway.log()


def test_names_match_no_number(sim, make_gateway, numbers):
    gateway = make_gateway(sim, NO_PAUSE).start()
    number = next(numbers)
    issued = gateway.verify(number)["id"]
    # TP-OA of type alphanumeric that spells the number's ten digits, text "NO"
    octets = 0
    for position, digit in enumerate(number[3:]):
        octets |= ord(digit) << 7 * position
    address = octets.to_bytes(9, "little").hex().upper()
    tpdu = f"0412D0{address}00006211725124000002CE27"
    sim.control("inject", 0, f"+CMT: ,{len(tpdu) // 2}")
    sim.control("inject", 0, "00" + tpdu)
    text = wait_inbound(gateway)[0]
    assert (text["text"], text["verification"]) == ("NO", None)
    assert number[3:] not in text["from"]
    assert gateway.get(issued)["status"] == "pending"


def test_octets_and_malformed_ones_are_kept_as_hex(sim, gateway):
    for tpdu in ["040B911989214365F700F5621172512400000403DEADBE", "04FF"]:
        sim.control("inject", 0, f"+CMT: ,{len(tpdu) // 2}")
        sim.control("inject", 0, "00" + tpdu)
    texts = wait_inbound(gateway, 2)
    assert {t["encoding"] for t in texts} == {"8bit"}
    assert "0004FF" in {t["text"] for t in texts}


def test_flash_text_and_voice_mail_lamp(sim, gateway):
    for dcs in ["10", "C8", "D8"]:  # class 0; lamp with text to discard, to store (TS 23.038 §4)
        tpdu = f"040B911989214365F700{dcs}6211725124000002CE27"
        sim.control("inject", 0, f"+CMT: ,{len(tpdu) // 2}")
        sim.control("inject", 0, "00" + tpdu)
    assert [t["text"] for t in wait_inbound(gateway, 3)] == ["NO"] * 3


def test_nothing_in_clear(sim, gateway, numbers):
    number = next(numbers)
    gateway.verify(number)
    receive(sim, number, "Lakshmi wants two boxes")
    receive(sim, number[1:], "Lakshmi wants three boxes")
    receive(sim, number, "Lakshmi " * 40)
    wait_inbound(gateway, 3)
    wait_empty(sim, gateway)
    answer = gateway.request("GET", "/v1/inbound").body
    assert number[3:].encode() not in answer
    gateway.stop()
    for name, content in gateway.files_at_rest().items():
        assert number[3:].encode() not in content, name
        assert b"Lakshmi" not in content, name


def test_only_technicians_may_read(gateway):
    if os.geteuid() != 0:
        pytest.skip("needs root to become another user")
    gateway.stop()
    gateway.configure({"client till": {"user": "nobody"}}).start()
    script = ("import sys, os; os.setgid(65534); os.setuid(65534);"
              "import http.client, socket\n"
              "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
              "s.sendall(b'GET /v1/inbound HTTP/1.0\\r\\n\\r\\n'); print(s.recv(9999).decode())")
    os.chmod(gateway.folder, 0o755)
    shown = subprocess.run(["/usr/bin/python3", "-c", script, gateway.api_socket],
                           capture_output=True, text=True, check=True).stdout
    assert "403" in shown.splitlines()[0]


def test_storage_is_told(sim, gateway):
    modem = wait.until("the memory to be known", lambda: (
        gateway.modem() if gateway.modem()["storage_used"] is not None else None))
    assert modem["storage_used"] == 0 and modem["storage_total"] > 0
