"""The simulator: modems on ptys, and the handset that their texts reach."""
import json
import re
import socket

from . import wait
from .process import Process

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class Handset:
    """Reads the texts that have reached the virtual handset, oldest first."""

    def __init__(self, path):
        self.path = path

    def texts(self, number=None):
        """Whole texts as dicts with at least `to` and `text`."""
        if not self.path.exists():
            return []
        complete, _, _ = self.path.read_text().rpartition("\n")
        texts = [json.loads(line) for line in complete.splitlines()]
        return [text for text in texts if number is None or text["to"] == number]

    def wait(self, number=None, count=1, timeout=15):
        """The texts to `number`, once there are at least `count`."""
        def enough():
            texts = self.texts(number)
            return texts if len(texts) >= count else None
        return wait.until(f"{count} text(s) to {number or 'anybody'}", enough, timeout,
                          on_timeout=lambda: f"the handset has {self.texts()}")

    def code(self, number, timeout=15):
        """The code in the newest text to `number`, as the customer reads it."""
        text = self.wait(number, timeout=timeout)[-1]["text"]
        codes = list(dict.fromkeys(_CODE.findall(text)))  # WebOTP says it twice
        assert len(codes) == 1, f"not exactly one code in {text!r}"
        return codes[0]


class Sim:
    def __init__(self, build_dir, folder, count=1, cmgs_ms=50, args=()):
        self.folder = folder
        self.count = count
        self.cmgs_ms = cmgs_ms
        self.args = list(args)
        self.program = build_dir / "src/sim/smsotp-sim"
        self.modems_folder = folder / "modems"
        self.control_path = folder / "sim.sock"
        self.handset = Handset(folder / "handset.jsonl")
        self.process = None

    def device(self, index=0):
        return self.modems_folder / f"modem{index}"

    def start(self):
        self.modems_folder.mkdir(exist_ok=True)
        self.process = Process("smsotp-sim", [
            self.program, "--count", self.count, "--dir", self.modems_folder,
            "--cmgs-ms", self.cmgs_ms, "--handset", self.handset.path,
            "--control", self.control_path, *self.args], self.folder / "sim.log")

        def up():
            self.process.require_running()
            return "ready" in self.process.log()
        wait.until("the simulator to be ready", up, on_timeout=self.process.log)
        return self

    def control(self, command, index=0, *args):
        """Sends one command for one modem to the control socket; returns its answer, a dict."""
        line = " ".join([command, f"modem{index}", *map(str, args)])
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(10)
            control.connect(str(self.control_path))
            control.sendall(line.encode() + b"\n")
            answer = json.loads(control.makefile().readline())
        assert "error" not in answer, f"simulator: {line!r}: {answer['error']}"
        return answer

    def unplug(self, index=0):
        self.control("unplug", index)

    def plug(self, index=0):
        self.control("plug", index)

    def stats(self, index=0):
        """Counters of one modem: `commands`, `sms_sent`, `open`, …"""
        return self.control("stats", index)

    def stop(self):
        self.process.stop()
        self.process = None
