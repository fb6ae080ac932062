"""A client that is not ours against the simulator: Debian's gammu.

What gammu sends has to reach the handset, and what the network brings has to reach gammu; so the
simulator is held to how modems behave, not to how our own daemon talks to them.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest

NUMBER = "+919812345678"

pytestmark = pytest.mark.skipif(shutil.which("gammu") is None, reason="gammu is not installed")


class Bench:
    def __init__(self, folder, args):
        self.folder = folder
        build = pathlib.Path(os.environ["SMSOTP_BUILD_DIR"])
        self.modems = folder / "modems"
        self.handset_path = folder / "handset.jsonl"
        self.control_path = folder / "control.sock"
        self.sim = subprocess.Popen(
            [build / "src/sim/smsotp-sim", "--dir", self.modems, "--handset", self.handset_path,
             "--control", self.control_path, "--cmgs-ms", "50", *args],
            stdout=subprocess.PIPE, text=True)
        assert self.sim.stdout.readline() == "ready\n"
        self.config = folder / "gammurc"
        self.config.write_text(
            f"[gammu]\nconnection = at115200\ndevice = {self.modems / 'modem0'}\n")

    def gammu(self, *args):
        """Runs gammu, which has to succeed; returns what it prints."""
        run = subprocess.run(["gammu", "-c", self.config, *args], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert run.returncode == 0, run.stdout
        return run.stdout

    def texts(self):
        return [json.loads(line) for line in self.handset_path.read_text().splitlines()]

    def control(self, line):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.control_path))
            connection.sendall(line.encode() + b"\n")
            return json.loads(connection.makefile().readline())

    def stop(self):
        self.sim.send_signal(signal.SIGTERM)
        assert self.sim.wait(10) == 0
        assert not self.modems.exists(), "the symlinks are left behind"


@pytest.fixture
def make_bench():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="smsotp."))
    benches = []

    def make(*args):
        benches.append(Bench(folder, args))
        return benches[-1]
    try:
        yield make
        for bench in benches:
            bench.stop()
    finally:
        for bench in benches:
            bench.sim.kill()
            bench.sim.wait()
        shutil.rmtree(folder)


def test_identify(make_bench):
    bench = make_bench("--imei", "490154203237510")  # the check digit of TS 23.003 is 8
    printed = bench.gammu("--identify")
    assert "490154203237518" in printed and "404450000000000" in printed


@pytest.mark.parametrize("persona", ["generic", "huawei", "quectel", "sim800"])
def test_send(make_bench, persona):
    bench = make_bench("--persona", persona)
    time.sleep(1.2)  # its boot lines are over: gammu takes them for answers
    bench.gammu("sendsms", "TEXT", NUMBER, "-text", "hello")
    text, = bench.texts()
    assert (text["to"], text["text"], text["encoding"]) == (NUMBER, "hello", "gsm7")
    assert text["parts"] == 1 and text["modem"] == "modem0" and "udh" not in text


def test_send_one_byte_at_a_time(make_bench):
    bench = make_bench("--one-byte")
    bench.gammu("sendsms", "TEXT", NUMBER, "-text", "{€} hello")
    assert bench.texts()[0]["text"] == "{€} hello"


def test_send_unicode(make_bench):
    bench = make_bench()
    bench.gammu("sendsms", "TEXT", NUMBER, "-unicode", "-text", "नमस्ते 482913")
    text, = bench.texts()
    assert (text["text"], text["encoding"]) == ("नमस्ते 482913", "ucs2")


def test_send_long_text_in_two_parts(make_bench):
    bench = make_bench()
    long = "".join(f"{i:03d} long text " for i in range(15))
    assert len(long) > 160
    bench.gammu("sendsms", "TEXT", NUMBER, "-autolen", "400", "-text", long)
    text, = bench.texts()
    assert text["text"] == long and text["parts"] == 2 and text["udh"]["total"] == 2


def test_send_with_report_requested(make_bench):
    bench = make_bench("--report-ms", "0")
    bench.gammu("sendsms", "TEXT", NUMBER, "-report", "-text", "hello")
    assert bench.texts()[0]["report_requested"] is True


def test_failure_is_a_failure(make_bench):
    bench = make_bench("--fail", "38")
    with pytest.raises(AssertionError, match="(?i)fail|error"):
        bench.gammu("sendsms", "TEXT", NUMBER, "-text", "hello")
    assert bench.texts() == []


def test_receive(make_bench):
    bench = make_bench()
    long = "word " * 40 + "end"
    for text in ("Hi there €", "नमस्ते", long):
        assert bench.control(f"receive modem0 +919800011111 {text}") == {"ok": True}
    listing = bench.gammu("geteachsms")
    assert '"+919800011111"' in listing
    assert "Hi there €" in listing and "नमस्ते" in listing and long in listing
    assert "4 SMS parts in 3 SMS sequences" in listing
    bench.gammu("deleteallsms", "1")
    assert bench.control("stats modem0")["stored"] == 0


def test_after_unplug_and_plug(make_bench):
    bench = make_bench()
    device = bench.modems / "modem0"
    assert bench.control("unplug modem0") == {"ok": True}
    assert not device.is_symlink()
    assert bench.control("plug modem0")["ok"]
    bench.gammu("sendsms", "TEXT", NUMBER, "-text", "back")
    assert bench.texts()[0]["text"] == "back"


def test_idle_costs_nothing(make_bench):
    """Nobody has the ports open: a hung-up master must not keep the simulator busy."""
    bench = make_bench("--count", "8")
    os.close(os.open(bench.modems / "modem7", os.O_RDWR | os.O_NOCTTY))

    def cpu_ticks():
        stat = pathlib.Path(f"/proc/{bench.sim.pid}/stat").read_text().rpartition(")")[2].split()
        return int(stat[11]) + int(stat[12])
    before = cpu_ticks()
    time.sleep(1)
    assert cpu_ticks() - before <= 1
