"""A line between modem and daemon that spoils what the modem says, at each stage of its life: the
daemon stays, and the modem is ready again when the line is good."""
import errno
import os
import select
import threading
import time
import tty

import pytest

from smsotp import wait

SPOILT_SEC = 1.2


class SpoiltLine(threading.Thread):
    """Joins the simulator's pty to one for the daemon. What the daemon writes goes through as it is;
    what the modem says is changed, cut short, doubled and mixed with octets while `spoils` is set,
    in one run of two an octet at a time."""

    def __init__(self, folder, device, chance):
        super().__init__(daemon=True)
        self.chance = chance
        self.one_byte = chance.random() < 0.5
        self.modem = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.modem)
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.link = folder / "line"
        self.link.symlink_to(os.ttyname(self.slave))
        self.spoils, self.ends = threading.Event(), threading.Event()
        self.said = b"\r\nOK\r\n"  # lately, to be said again

    def octets(self, most):
        return self.chance.randbytes(self.chance.randrange(1, most))

    def spoilt(self, data):
        pieces = bytearray()
        for octet in data:
            match self.chance.randrange(40):
                case 0:
                    pieces += self.octets(8)
                case 1:
                    pieces.append(octet ^ 1 << self.chance.randrange(8))
                case 2:
                    pass
                case 3:
                    start = self.chance.randrange(len(self.said))
                    pieces += bytes([octet]) + self.said[start:start + self.chance.randrange(60)]
                case _:
                    pieces.append(octet)
        return bytes(pieces[:self.chance.randrange(len(pieces) + 1)] if self.chance.random() < 0.2
                     else pieces)

    def tell(self, data):
        pieces = [bytes([octet]) for octet in data] if self.one_byte else [data]
        for piece in pieces:
            while piece and not self.ends.is_set():
                try:
                    piece = piece[os.write(self.master, piece):]
                except BlockingIOError:
                    time.sleep(0.001)

    def run(self):
        os.set_blocking(self.master, False)
        while not self.ends.is_set():
            ready, _, _ = select.select([self.modem, self.master], [], [], 0.02)
            if self.master in ready:
                try:
                    os.write(self.modem, os.read(self.master, 4096))
                except OSError as error:
                    assert error.errno in (errno.EIO, errno.EAGAIN), error
            data = os.read(self.modem, 4096) if self.modem in ready else b""
            self.said = (self.said + data)[-400:]
            if self.spoils.is_set():
                data = self.spoilt(data) if data else self.octets(40)
            self.tell(data)

    def stop(self):
        self.ends.set()
        self.join()
        for fd in (self.modem, self.master, self.slave):
            os.close(fd)


def while_probing(gateway, sim, line):
    gateway.start(ready=False)


def while_configuring(gateway, sim, line):
    line.spoils.clear()
    sim.control("cmd-ms", 0, 40)
    gateway.start(ready=False)
    wait.until("the first commands", lambda: sim.stats()["commands"] > 4)


def while_locked(gateway, sim, line):
    line.spoils.clear()
    sim.control("card", 0, "quiet-out")
    gateway.start(ready=False).wait_modem("locked")


def while_searching(gateway, sim, line):
    line.spoils.clear()
    sim.control("registration", 0, 2)
    gateway.start(ready=False).wait_modem("searching")


def while_ready(gateway, sim, line):
    line.spoils.clear()
    gateway.start()


def while_sending(gateway, sim, line):
    line.spoils.clear()
    gateway.start()
    sim.control("cmgs-ms", 0, int(SPOILT_SEC * 1500))
    gateway.verify("+919812345678")
    gateway.wait_modem("sending")


def while_receiving(gateway, sim, line):
    line.spoils.clear()
    gateway.start()
    for n in range(8):
        sim.control("receive", 0, f"+91981234560{n}", f"text {n} " * 40)


STAGES = [while_probing, while_configuring, while_locked, while_searching, while_ready,
          while_sending, while_receiving]


@pytest.mark.parametrize("stage", STAGES, ids=[stage.__name__ for stage in STAGES])
def test_spoilt(make_sim, make_gateway, folder, chance, numbers, stage):
    sim = make_sim()
    line = SpoiltLine(folder, sim.device(), chance)
    line.spoils.set()
    line.start()
    gateway = make_gateway(config={"modem m0": {"device": line.link}})
    stage(gateway, sim, line)
    line.spoils.set()
    threading.Event().wait(SPOILT_SEC)
    assert gateway.health().status in (200, 503)
    line.spoils.clear()
    sim.control("card", 0, "in")
    sim.control("registration", 0, 1)
    gateway.wait_ready(90)
    sim.control("cmgs-ms", 0, 50)
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "sent", 60)  # once it may be left at a prompt
    assert len(sim.handset.texts()) <= 2
    gateway.stop()
    line.stop()


def test_an_octet_at_a_time(make_sim, make_gateway, numbers):
    """Whole, but in the smallest pieces: noise, a prompt, a report, a long text received, USSD."""
    sim = make_sim(args=("--one-byte", "--persona", "generic", "--report-ms", "20"))
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers), "delivered")
    long = "an octet at a time, " * 10
    sim.control("receive", 0, next(numbers), long)
    received = wait.until("the text", lambda: gateway.request(
        "GET", "/v1/inbound", socket=gateway.admin_socket)["inbound"])
    assert [text["text"] for text in received] == [long]
    answer = gateway.request("POST", "/v1/modems/m0/ussd", {"code": "*111#"}, socket=gateway.admin_socket)
    assert answer["text"] == "1 Balance\n2 Data\n0 Exit"
    assert gateway.modem()["timeouts"] == 0
