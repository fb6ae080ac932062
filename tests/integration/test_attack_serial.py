"""A modem that talks nonsense: the daemon lives, and sends again when the noise has ended."""
import os
import pty
import random
import select
import threading
import tty

import pytest

from smsotp import wait

ANSWERS = {
    b"AT+CGMI": b"Noisy", b"AT+CGMM": b"N1", b"AT+CGMR": b"1", b"AT+CGSN": b"350000000000006",
    b"AT+CIMI": b"404450000000000", b"AT+CCID": b"+CCID: 8991000000000000000",
    b"AT+CPIN?": b"+CPIN: READY", b"AT+CREG?": b"+CREG: 1,1", b"AT+CSQ": b"+CSQ: 20,99",
    b"AT+CSCA?": b'+CSCA: "+919800000001",145', b"AT+COPS?": b'+COPS: 0,0,"Noisy"',
}


class NoisyModem(threading.Thread):
    """Answers as a modem does, and says what `noise()` returns besides, 200 times a second."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.link = folder / "noisy"
        self.link.symlink_to(os.ttyname(self.slave))
        self.noise, self.echo, self.ends = None, False, False
        self.collected, self.takes_text, self.texts = b"", False, []
        self.n_written = 0

    def write(self, data):
        while data and not self.ends:
            n = os.write(self.master, data[:2048])
            self.n_written, data = self.n_written + n, data[n:]

    def run_line(self, line):
        if self.echo:
            self.write(line + b"\r")
        if line.upper().startswith(b"AT+CMGS="):
            self.takes_text = True
            self.write(b"\r\n> ")
        elif line.upper().startswith(b"AT"):
            answer = ANSWERS.get(line.upper())
            self.write(b"\r\n%s\r\n" % answer if answer else b"")
            self.write(b"\r\nOK\r\n")

    def take(self, octet):
        if octet == b"\x1b":
            self.collected, self.takes_text = b"", False
        elif self.takes_text and octet == b"\x1a":
            self.texts.append(self.collected)
            self.collected, self.takes_text = b"", False
            self.write(b"\r\n+CMGS: %d\r\n\r\nOK\r\n" % (len(self.texts) % 256))
        elif octet == b"\r" and not self.takes_text:
            line, self.collected = self.collected, b""
            self.run_line(line)
        else:
            self.collected += octet

    def run(self):
        while not self.ends:
            if select.select([self.master], [], [], 0.005)[0]:
                for octet in os.read(self.master, 4096):
                    self.take(bytes([octet]))
            if self.noise:
                self.write(self.noise())


def noise_of(kind, chance):
    """What a modem may say without being asked."""
    def octets(most):
        return bytes(chance.randrange(256) for _ in range(chance.randrange(most)))

    def line_of(*choices):
        return b"\r\n" + chance.choice(choices) + b"\r\n"
    return {
        "octets": lambda: octets(300),
        "urcs": lambda: b"".join(line_of(
            b"+CREG: 0", b"+CREG: 1", b'+CMTI: "SM",7', b'+CDSI: "SR",999', b"^RSSI: 3", b"RING",
            b"RDY", b"+CPIN: SIM PUK", b"+CPIN: READY") for _ in range(20)),
        "long line": lambda: b"A" * 100_000 + b"\r\n",
        "NUL": lambda: b"\0" * 500 + b"\r\nOK\0\r\n",
        "prompts": lambda: b"\r\n> " * 3,
        "references": lambda: line_of(b"+CMGS: 99999999999", b"+CMGS: -1", b"+CMGS: ", b"+CMGS: x"),
        "PDUs": lambda: line_of(b"+CDS: 300", b"+CMT: ,20", b'+CMT: "\xff",', b"+CDS: 1,2,3,4,5")
                        + octets(180).hex().upper().encode() + b"\r\n",
        "results": lambda: line_of(b"OK", b"ERROR", b"+CMS ERROR: 99999999999", b"NO CARRIER"),
        "fields": lambda: chance.choice([b"+CREG: ", b"+CPIN: ", b"+COPS: ", b"+CMTI: "]) + bytes(
            chance.choice(b'0123456789,,"()- \xff') for _ in range(chance.randrange(200))) + b"\r\n",
    }[kind]


@pytest.mark.parametrize("echo", [False, True], ids=["", "echo"])
@pytest.mark.parametrize("kind", ["octets", "urcs", "long line", "NUL", "prompts", "references",
                                  "PDUs", "results", "fields"])
def test_noise(make_gateway, folder, numbers, kind, echo):
    modem = NoisyModem(folder)
    modem.echo = echo
    modem.start()
    gateway = make_gateway(config={"modem m0": {"device": modem.link}}).start()
    modem.noise = noise_of(kind, random.Random(kind))
    issued = [gateway.verify(next(numbers)) for _ in range(3)]
    wait.until("some noise", lambda: gateway.health().status in (200, 503), 1)
    threading.Event().wait(0.4)
    assert gateway.health().status in (200, 503)
    modem.noise = None
    gateway.wait_ready(20)
    last = gateway.verify(next(numbers))
    assert last.status == 201
    gateway.wait_message(last["id"], "sent", 18)
    assert len(modem.texts) <= 4
    for one in issued:
        assert one.status != 201 or gateway.get(one["id"])["message"]["status"] in (
            "queued", "sending", "sent", "unknown", "failed")
    gateway.stop()
    modem.ends = True


@pytest.mark.parametrize("lines", [
    b"\r\n+CREG: 0\r\n\r\n+CREG: 1\r\n",
    b"\r\n+CREG: 2\r\n\r\n+CREG: 3\r\n\r\n+CREG: 5\r\n",
    b"\r\n+CDS: 26\r\n0006010C91198967452301621172510000006211725100100000\r\n",
], ids=["registration", "registrations", "reports"])
def test_flood(make_gateway, folder, numbers, lines):
    """Thousands a second of what costs a row or a line in the log: neither disk nor memory fills."""
    modem = NoisyModem(folder)
    modem.start()
    gateway = make_gateway(config={"modem m0": {"device": modem.link}}).start()
    n_before = modem.n_written
    modem.noise = lambda: lines * 1000
    wait.until("the flood is noticed", lambda: "<4>modem=m0 event=flood" in gateway.log())
    n_noticed = modem.n_written
    wait.until("as much again", lambda: modem.n_written > n_noticed + 2_000_000, 60)
    assert gateway.health().status in (200, 503)
    assert gateway.log().count("event=flood") == 1
    assert len(gateway.log()) < (modem.n_written - n_before) / 8
    assert sum(path.stat().st_size for path in gateway.database.parent.iterdir()) < 1_000_000
    modem.noise = None
    gateway.wait_ready(20)
    assert gateway.verify(next(numbers)).status == 201
    wait.until("the text", lambda: modem.texts)
    gateway.stop()
    modem.ends = True
