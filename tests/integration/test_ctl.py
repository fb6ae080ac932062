"""smsotpctl, as technicians and shell scripts use it: what it prints and how it leaves."""
import contextlib
import json
import re
import socket
import subprocess
import threading

import pytest

OK, NO, REFUSED, WAITING, USAGE, OFFLINE = 0, 1, 2, 3, 64, 69
CONTEXT = ["amount=1499.00", "currency=INR", "payee=Shop 12"]
ID = "vf_" + "0" * 26


@pytest.fixture
def fake(folder):
    """fake(*answers): a daemon that says these bytes, one text for each connection."""
    path = folder / "fake.sock"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()

    def serve(answers):
        # Nobody may come at all, and a client may have had enough.
        with contextlib.suppress(OSError):
            for answer in answers:
                peer, _ = listener.accept()
                with contextlib.suppress(OSError), peer:
                    peer.recv(65536)
                    peer.sendall(answer)

    def start(*answers):
        threading.Thread(target=serve, args=[answers], daemon=True).start()
        return path
    yield start
    listener.close()


def answer(body, status="200 OK", content_type="application/json"):
    body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


# With the daemon

def test_status(gateway, ctl):
    done = ctl(gateway.admin_socket, "status")
    assert (done.returncode, done.err) == (OK, "")
    assert re.search(r"^gateway +ready$", done.out, re.M)
    assert re.search(r"^modem +m0 ready$", done.out, re.M)
    done = ctl(gateway.admin_socket, "--json", "status")
    assert done.returncode == OK and done.out.count("\n") == 1
    health = json.loads(done.out)
    assert health["ready"] is True and health["modems"] == {"m0": "ready"}


def test_message(make_gateway, sim, handset, numbers, ctl):
    """A test of modem and SIM: sent, refused by the network, still waiting, not allowed."""
    gateway = make_gateway(sim, {"limits": {"number": "off"}}).start()
    number = next(numbers)
    words = ["message", "--to", number, "--text"]
    done = ctl(gateway.admin_socket, *words, "Is this \"SIM\" good?", "--reference", "test-1")
    assert (done.returncode, done.err) == (OK, "")
    assert re.search(r"^id +ms_\w{26}\nto +\+91\*{6}\d{4}\nsegments +1, gsm7\nstatus +queued", done.out), done.out
    assert done.out.endswith("status      sent\n")
    assert handset.wait(number)[-1]["text"] == "Is this \"SIM\" good?"
    done = ctl(gateway.admin_socket, "--json", *words, "-", input="from a line\n")
    assert done.returncode == OK and json.loads(done.out)["status"] == "sent"
    sim.control("fail", 0, 1)  # unassigned number, 3GPP TS 24.011 annex E-2: not tried again
    done = ctl(gateway.admin_socket, *words, "x")
    assert done.returncode == NO and re.search(r"^status +failed, destination: ", done.out, re.M), done.out
    done = ctl(gateway.admin_socket, "message", "--to", "12345", "--text", "x")
    assert done.returncode == REFUSED and "smsotpctl: invalid: " in done.err
    assert ctl(gateway.admin_socket, *words, "x", "--timeout", "0").returncode == WAITING


def test_status_not_ready(make_gateway, ctl):
    gateway = make_gateway().start(ready=False)
    done = ctl(gateway.admin_socket, "status")
    assert done.returncode == NO and "No modem is ready" in done.out
    done = ctl(gateway.admin_socket, "--json", "status")
    assert done.returncode == NO and json.loads(done.out)["reasons"][0]["code"] == "no_modem"


def test_modems(gateway, ctl):
    done = ctl(gateway.admin_socket, "modems")
    assert done.returncode == OK and done.out.startswith("m0: ready\n")
    for word in ("device", "imei", "iccid", "operator", "signal_dbm"):
        assert re.search(rf"^  {word} +\S", done.out, re.M), word
    modem, = json.loads(ctl(gateway.admin_socket, "--json", "modems").out)["modems"]
    assert (modem["name"], modem["state"]) == ("m0", "ready")


def request(ctl, gateway, number, purpose="login", *words):
    done = ctl(gateway.admin_socket, "--json", "request", number, purpose, *words)
    assert done.returncode == OK, done.err
    return json.loads(done.out)["id"]


def test_request_and_check(gateway, handset, numbers, ctl):
    number = next(numbers)
    done = ctl(gateway.admin_socket, "request", "--reference", "bill-9", "--locale", "en", number,
               "checkout", *CONTEXT)
    assert done.returncode == OK, done.err
    verification = re.search(r"^id +(vf_\w+)$", done.out, re.M).group(1)
    assert re.search(rf"^to +\+91\*+{number[-4:]}$", done.out, re.M)
    assert number not in done.out
    code = handset.code(number)
    wrong = f"{(int(code) + 1) % 10 ** 6:06}"
    done = ctl(gateway.admin_socket, "check", verification, wrong, *CONTEXT)
    assert (done.returncode, done.out) == (NO, "incorrect, attempts left: 4\n")
    done = ctl(gateway.admin_socket, "check", verification, code, "amount=1.00")
    assert (done.returncode, done.out) == (NO, "context_mismatch, attempts left: 3\n")
    done = ctl(gateway.admin_socket, "check", verification, *CONTEXT, input=code + "\n")
    assert (done.returncode, done.out) == (OK, "approved, attempts left: 0\n")
    done = ctl(gateway.admin_socket, "--json", "check", verification, "-", input=code)
    assert done.returncode == NO and json.loads(done.out)["result"] == "already_approved"
    assert gateway.get(verification)["reference"] == "bill-9"


def test_request_that_goes_on(gateway, handset, numbers, ctl):
    number = next(numbers)
    arguments = ("request", "--reference", "bill-10", "--resume", number, "checkout")
    first, again = (re.search(r"^id +(vf_\w+)$", ctl(gateway.admin_socket, *arguments, *CONTEXT).out,
                              re.M).group(1) for _ in range(2))
    assert again == first and len(handset.wait(number)) == 1
    done = ctl(gateway.admin_socket, *arguments[:2], "bill-11", "--resume", next(numbers), "login")
    assert done.returncode == OK, done.err
    done = ctl(gateway.admin_socket, "request", "--resume", number, "checkout", *CONTEXT)
    assert done.returncode not in (OK, NO) and "reference" in done.err


@pytest.mark.parametrize("typed", ["{code}\r\n", "{code}\n999999\n", "{code}"])
def test_code_from_standard_input(gateway, handset, numbers, ctl, typed):
    number = next(numbers)
    verification = request(ctl, gateway, number)
    typed = typed.format(code=handset.code(number))
    assert ctl(gateway.admin_socket, "check", verification, input=typed).returncode == OK


def test_attempt_id_and_idempotency_key(gateway, handset, numbers, ctl):
    number = next(numbers)
    ids = {request(ctl, gateway, number, "login", "--idempotency-key", "k-1") for _ in range(2)}
    assert len(ids) == 1
    code = handset.code(number)
    wrong = f"{(int(code) + 1) % 10 ** 6:06}"
    for _ in range(2):
        done = ctl(gateway.admin_socket, "check", "--attempt-id", "a-1", *ids, wrong)
        assert (done.returncode, done.out) == (NO, "incorrect, attempts left: 4\n")


def test_refusals(gateway, numbers, ctl):
    number = next(numbers)
    for words, code in [(("request", number, "novel"), "invalid"),
                        (("request", "12345", "login"), "invalid"),
                        (("request", "+15551234567", "login"), "destination_blocked"),
                        (("request", number, "checkout"), "invalid"),
                        (("check", ID, "123456"), "not_found")]:
        done = ctl(gateway.admin_socket, *words)
        assert (done.returncode, done.out) == (REFUSED, ""), words
        assert done.err.startswith(f"smsotpctl: {code}: ") and done.err.count("\n") == 1
        done = ctl(gateway.admin_socket, "--json", *words)
        assert done.returncode == REFUSED and json.loads(done.out)["code"] == code


# The command line

@pytest.mark.parametrize("words", [
    [], ["nonsense"], ["status", "x"], ["modems", "x"], ["request"], ["request", "+919812345678"],
    ["request", "+919812345678", "login", "no-equals"], ["request", "+919812345678", "login", "=x"],
    ["request", "--colour", "red", "+919812345678", "login"], ["request", "--locale"],
    ["request", "+919812345678", "login", b"amount=\xff"],
    ["request", "--reference", b"\xff", "+919812345678", "login"],
    ["request", "--locale", b"\xff", "+919812345678", "login"],
    ["request", "--idempotency-key", "a\r\nb: c", "+919812345678", "login"],
    ["request", "--idempotency-key", "x" * 300, "+919812345678", "login"],
    ["check"], ["check", "--colour"], ["check", ID], ["check", ID, "-"],
    ["check", ID, "123456", "no-equals"], ["check", "x" * 300, "123456"],
    ["check", "vf 1", "123456"], ["check", "../health", "123456"], ["check", "vf_1?x", "123456"],
    ["check", "", "123456"], ["check", ID, b"\xff"], ["check", ID, "123456", b"amount=\xff"],
    ["check", "--attempt-id", b"\xff", ID, "123456"],
    ["--nonsense", "status"], ["pdu"], ["pdu", "nonsense"],
], ids=lambda words: " ".join(w if isinstance(w, str) else repr(w) for w in words)[:40])
def test_usage(ctl, fake, words):
    """None of them reaches the daemon, which would answer with OK."""
    done = ctl(fake(answer({"ready": True, "result": "approved"})), *words)
    assert (done.returncode, done.out) == (USAGE, "")
    assert done.err


def test_each_command_says_how_it_is_called(ctl, fake):
    nobody_asks = fake(answer({"ready": True}))
    commands = re.findall(r"^  ([a-z]+) ", ctl("/nowhere", "--help").out, re.M)
    assert {"status", "request", "pdu", "client"} <= set(commands)
    for words in [[name] for name in commands] + [["pdu", "decode"], ["pdu", "encode"]]:
        done = ctl(nobody_asks, *words, "--help")
        assert (done.returncode, done.err) == (OK, ""), words
        assert done.out.startswith("Usage: smsotpctl " + " ".join(words)), words


def test_unknown_options_lead_to_help(ctl, build_dir):
    assert ctl("/nowhere", "--bogus").err == "smsotpctl: unrecognized option '--bogus'\nsmsotpctl: see --help\n"
    done = subprocess.run([build_dir / "src/daemon/smsotpd", "--bogus"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        USAGE, "smsotpd: unrecognized option '--bogus'\nsmsotpd: see --help\n")


def test_help_and_version(ctl):
    assert "status" in ctl("/nowhere", "--help").out
    assert re.fullmatch(r"smsotpctl \d+\.\d+\.\d+\n", ctl("/nowhere", "--version").out)


def test_pdu(ctl):
    # 3GPP TS 23.038 §6.1.2.1.1 packs "hellohello" like this.
    pdu = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
    done = ctl("/nowhere", "--json", "pdu", "decode", pdu)
    assert done.returncode == OK
    assert (json.loads(done.out)["type"], json.loads(done.out)["text"]) == ("deliver", "hellohello")
    assert "hellohello" in ctl("/nowhere", "pdu", "decode", pdu).out
    done = ctl("/nowhere", "--json", "pdu", "encode", "--to", "+46708251358", "--text", "hellohello")
    assert json.loads(done.out)["pdu"].endswith("0B916407281553F800000AE8329BFD4697D9EC37")


# A daemon that is not there, or is none

def offline(done, *words):
    assert (done.returncode, done.out) == (OFFLINE, "")
    assert done.err.startswith("smsotpctl: ") and done.err.count("\n") == 1
    for word in words:
        assert word in done.err


def test_nobody_there(ctl, folder):
    offline(ctl(folder / "no.sock", "status"), "no.sock", "smsotpd")
    (folder / "file").write_text("x")
    offline(ctl(folder / "file", "modems"))
    offline(ctl(folder, "check", ID, "123456"))
    done = ctl(folder / ("x" * 150), "status")
    assert done.returncode == USAGE and "107 bytes" in done.err
    offline(ctl("", "status"))


@pytest.mark.parametrize("said", [
    b"", b"\0" * 100, b"HTTP/1.1 ", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nx",
    answer(b"{" + b" " * (1 << 21)), b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
], ids=["nothing", "zeros", "half a line", "another protocol", "cut off", "too large", "endless head"])
def test_not_the_daemon(ctl, fake, said):
    offline(ctl(fake(said), "status"))


@pytest.mark.parametrize("said", [
    answer(b""), answer(b"{"), answer(b"\xff"), answer(b"no", "500 Broken", "text/html"),
    answer(b"", "204 No Content"), answer(b"", "302 Found")],
    ids=["empty", "half", "not UTF-8", "html", "no content", "elsewhere"])
def test_answers_without_sense(ctl, fake, said):
    for words in (["status"], ["--json", "modems"], ["check", ID, "123456"]):
        done = ctl(fake(said), *words)
        assert (done.returncode, done.out) == (REFUSED, "")
        assert "without an explanation" in done.err


@pytest.mark.parametrize("said", [[], 7, "text", {}, {"modems": 7}, {"modems": [7, [], None]},
                                  {"reasons": {}, "modems": []}, {"result": ["approved"]}])
def test_answers_of_another_shape(ctl, fake, said):
    for words in (["status"], ["modems"], ["request", "+919812345678", "login"],
                  ["check", ID, "123456"]):
        done = ctl(fake(answer(said)), *words)
        assert done.returncode in (OK, NO, REFUSED)
        assert words[0] not in ("status", "check") or done.returncode != OK


HOSTILE = "\x1b[2J\x07\r\x00\x7f\x9b31m\u202e\u2028\"\n"


def test_nothing_hostile_reaches_the_terminal(ctl, fake):
    modem = {name: HOSTILE for name in ("name", "state", "reason", "operator", "imei", "model")}
    for said, words in [
            ({"status": HOSTILE, "reasons": [{"detail": HOSTILE}], "queued": HOSTILE,
              "modems": {HOSTILE.replace("\0", ""): HOSTILE}, "version": HOSTILE}, ["status"]),
            ({"modems": [modem]}, ["modems"]),
            ({"id": HOSTILE, "to": HOSTILE, "status": HOSTILE, "message": {"status": HOSTILE}},
             ["request", "+919812345678", "login"]),
            ({"result": HOSTILE, "attempts_left": HOSTILE}, ["check", ID, "123456"])]:
        # jansson refuses \u0000 from the daemon, so it is left out.
        said = json.loads(json.dumps(said).replace("\\u0000", ""))
        done = ctl(fake(answer(said)), *words)
        shown = done.out + done.err
        assert "2J" in shown, shown
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", shown), (words, shown)
    said = answer({"code": HOSTILE.replace("\0", ""), "detail": HOSTILE.replace("\0", "")}, "422 No")
    done = ctl(fake(said), "status")
    assert done.returncode == REFUSED and "2J" in done.err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", done.err)
