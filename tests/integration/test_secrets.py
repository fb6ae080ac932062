"""What must rest nowhere: codes and numbers, after a whole life and at the wordiest log level."""
import os
import pathlib
import re
import resource

import pytest

from smsotp import wait
from smsotp.memory import Image

NO_PAUSE = {"limits": {"number": "off"}}


@pytest.fixture
def wordy(sim, make_gateway):
    gateway = make_gateway(sim, NO_PAUSE)
    command = gateway.command("--log-level", "debug")
    gateway.command = lambda: command
    return gateway.start()


def other_code(code):
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def live(gateway, handset, number):
    """Issue, resend, wrong, right; returns the code."""
    issued = gateway.verify(number, "checkout", reference="bill-1", locale="en",
                            context={"amount": "1499.00", "currency": "INR", "payee": "Shop 12"})
    code = handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    assert gateway.request("POST", f"/v1/verifications/{issued['id']}/resend").status == 200
    handset.wait(number, 2)
    gateway.wait_message(issued["id"], "sent")
    assert gateway.check(issued["id"], other_code(code), attempt_id="a")["result"] == "incorrect"
    assert gateway.check(issued["id"], code, attempt_id="b")["result"] == "approved"
    return code


def cancel(gateway, handset, number):
    issued = gateway.verify(number)
    code = handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    answer = gateway.request("POST", f"/v1/verifications/{issued['id']}/cancel")
    assert answer["status"] == "canceled"
    return code


def packed(code):
    """As a PDU has it at the head of its text (3GPP TS 23.038 §6.1.2.1.1): whole octets of 7-bit letters."""
    bits = sum(ord(digit) << 7 * n for n, digit in enumerate(code))
    return bits.to_bytes(8, "little")[:7 * len(code) // 8]


def as_sent(code):
    """All that a text, a PDU or a trace of it could have left of a code, raw and in hex."""
    forms = [packed(code), code.encode("utf-16-be"), code.encode("utf-16-le")]
    return forms + [form for octets in (*forms, code.encode())
                    for form in (octets.hex().encode(), octets.hex().upper().encode())]


def test_the_search_finds_a_code_in_every_form():
    assert packed("hello") == bytes.fromhex("E8329BFD")  # the best known text of 7-bit letters
    for leak in (b"482913", *as_sent("482913")):
        with pytest.raises(AssertionError):
            assert_nowhere({"db": b"SQLite format 3", "log": b"x" + leak + b"x"}, ["482913"], [])


def assert_nowhere(files, codes, numbers):
    assert any(content.startswith(b"SQLite format 3") for content in files.values())
    for name, content in files.items():
        for code in codes:
            assert not re.search(rb"(?<![0-9])%s(?![0-9])" % code.encode(), content), name
            assert not any(form in content for form in as_sent(code)), name
        for number in numbers:
            assert number[3:].encode() not in content, name
            assert swap(number[1:]).encode() not in content, name


def swap(digits):
    """As a PDU has it (3GPP TS 23.040 §9.1.2.3): the digits of each pair exchanged."""
    digits += "F" * (len(digits) % 2)
    return "".join(digits[n + 1] + digits[n] for n in range(0, len(digits), 2))


def test_nothing_rests_anywhere(wordy, handset, numbers):
    first, second, third = next(numbers), next(numbers), next(numbers)
    codes = [live(wordy, handset, first), cancel(wordy, handset, second)]
    # The third waits with its code not typed yet, as most do when somebody takes the disk.
    wordy.verify(third)
    codes.append(handset.code(third))
    # Refusals quote nothing of the kind either.
    wordy.verify(third + "0000000")
    wordy.check("vf_" + "0" * 26, codes[0])
    before = wordy.files_at_rest()
    assert any(name.endswith("-wal") for name in before)
    assert "<7>" in wordy.log(), "it is not at level debug"
    assert_nowhere(before, codes, [first, second, third])
    wordy.stop()
    assert_nowhere(wordy.files_at_rest(), codes, [first, second, third])


def test_bad_configuration_does_not_quote_a_pin(make_gateway):
    gateway = make_gateway()
    status, lines = gateway.run_to_end(
        "[gateway]\nshop = x\n[modem m0]\ndevice = /dev/null\npin = 12345678901\n")
    assert status == 78 and not any("12345678901" in line for line in lines)


def test_memory_is_kept_in(gateway, handset, numbers):
    number = next(numbers)
    gateway.verify(number)
    code = handset.code(number)
    proc = pathlib.Path(f"/proc/{gateway.process.pid}")
    command = (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
    key = gateway.key_path.read_bytes()
    for secret in (code.encode(), number[3:].encode(), key, key.hex().encode()):
        assert secret not in command
    limits = (proc / "limits").read_text()
    assert re.search(r"^Max core file size +0 +0 ", limits, re.M), limits
    assert resource.prlimit(gateway.process.pid, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may read another process's memory")
def test_memory_after_the_end(sim, make_gateway, handset, numbers):
    """Of what has ended nothing is left in memory: no code, typed or sent, and no number."""
    gateway = make_gateway(sim, {**NO_PAUSE, "gateway": {"shop": "Meena Silks"}}).start()
    codes, ended, ids = [], [], []
    for n in range(8):
        number, new_number = next(numbers), next(numbers)
        issued = gateway.verify(
            number, "account", context={"change": "mobile", "new_number": new_number})
        code = handset.code(number)
        gateway.wait_message(issued["id"], "sent")
        if n % 2:
            codes.append(other_code(code))
            assert gateway.check(issued["id"], codes[-1], attempt_id="a")["result"] == "incorrect"
        if n % 4 < 3:
            assert gateway.check(issued["id"], code, context={"change": "mobile"}).status == 200
            assert gateway.check(issued["id"], code)["result"] == "approved"
        else:
            assert gateway.request("POST", f"/v1/verifications/{issued['id']}/cancel").status == 200
        gateway.request("GET", f"/v1/limits?to=%2B{number[1:]}&purpose=login")
        codes.append(code)
        ended += [number, new_number]
        ids.append(issued["id"])
    gateway.health()  # then the request before has been answered, and also freed
    image = Image(gateway.process.pid)
    assert image.find(b"Meena Silks") and image.find(ids[-1].encode()), "this is not its memory"
    for code in codes:
        assert not image.find(code.encode(), alone=True), (code, image.find(code.encode(), alone=True))
        for form in (packed(code), packed(code).hex().upper().encode()):
            assert not image.find(form), (code, image.find(form))
    for number in ended:
        for form in (number[3:].encode(), swap(number[1:]).encode(), bytes.fromhex(swap(number[1:]))):
            assert not image.find(form), (number, image.find(form))


def test_memory_is_nobody_elses(gateway):
    """Not dumpable: then /proc/PID belongs to root even where the daemon runs as another user."""
    if os.getuid() != 0:
        pytest.skip("only root can start the daemon as another user")
    user = 61005
    gateway.stop()
    for place in (gateway.state_dir, gateway.runtime_dir, gateway.folder):
        for path in [place, *place.rglob("*")]:
            if path.exists() and not path.is_symlink():
                os.chown(path, user, user)
    command = gateway.command()
    gateway.command = lambda: ["/usr/bin/setpriv", "--reuid", str(user), "--regid", str(user),
                               "--clear-groups", *command]
    gateway.start(ready=False)
    memory = pathlib.Path(f"/proc/{gateway.process.pid}/mem")
    wait.until("the daemon's /proc to be root's", lambda: memory.stat().st_uid == 0)
    status = pathlib.Path(f"/proc/{gateway.process.pid}/status").read_text()
    assert re.search(rf"^Uid:\t{user}\t", status, re.M)
