"""USB sticks that are not there, for an unmodified daemon: umockdev shows it a /sys and a /dev of its own,
udev's events and the calls of drivers, and behind the AT port is a simulated modem."""
import ctypes.util
import json
import pathlib
import shutil
import subprocess
import sys
import time

_QUEUE_SEC = 0.02  # umockdev aborts when ten events wait
_DEVICE = """P: {device}
N: bus/usb/001/{number:03d}
E: DEVNAME=/dev/bus/usb/001/{number:03d}
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor={vid}\\n
A: idProduct={pid}\\n
A: busnum=1\\n
A: devnum={number}\\n
"""
_INTERFACE = """P: {interface}
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
A: bInterfaceNumber={index:02x}\\n
A: bInterfaceClass={kind[0]}\\n
A: bInterfaceSubClass={kind[1]}\\n
A: bInterfaceProtocol={kind[2]}\\n
"""
_PORT = """P: {interface}/{node}/tty/{node}
N: {node}
E: DEVNAME=/dev/{node}
E: SUBSYSTEM=tty
A: dev=188:{minor}\\n
L: device=../../../{node}
"""
_PORTS = {1: "ff/02/12", 2: "ff/02/03"}  # of a Huawei E3372 in stick mode: AT, diagnostics


def is_missing():
    return not shutil.which("umockdev-wrapper") or not ctypes.util.find_library("umockdev")


class Bus:
    """A bus with places for sticks, "1-1" and so on."""

    def __init__(self):
        program = pathlib.Path(__file__).with_name("usb_bus.py")
        self.process = subprocess.Popen(["umockdev-wrapper", sys.executable, program], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.root = self._ask("root")
        self.paths, self.sims, self.n_plugged = {}, {}, 0

    def _ask(self, *request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def wrapper(self, build_dir):
        """The command that runs a daemon on this bus."""
        library = pathlib.Path(self.root, "librealpath_of_nodes.so")  # a path with a space cannot be preloaded
        if not library.exists():
            library.symlink_to(build_dir.resolve() / "tests/preload" / library.name)
        return ["env", f"LD_PRELOAD={library}:libumockdev-preload.so.0", f"UMOCKDEV_DIR={self.root}"]

    def resets(self):
        """The nodes of devices that were reset, in order."""
        return self._ask("resets")

    def _add(self, place, text, node=None, target=None):
        self._ask("add", text, node, target)
        self.paths[place].append(text.split("\n")[0].removeprefix("P: "))
        time.sleep(_QUEUE_SEC)

    def _add_interface(self, place, index, kind):
        """With class, subclass and protocol "ff/02/12". Returns its path."""
        path = f"/devices/pci0000:00/usb1/{place}/{place}:1.{index}"
        self._add(place, _INTERFACE.format(interface=path, index=index, kind=kind.split("/")))
        return path

    def plug(self, usb, sim=None, first=0, place="1-1", shows=()):
        """A stick; with a simulator one of two ports, and behind /dev/ttyUSB`first` its modem; without one
        it shows interfaces of these classes, "08/06/50", without ports. Numbers that were not used before:
        umockdev knows a node for ever. Returns the node of the device."""
        vid, pid = usb.split(":")
        self.paths[place], self.sims[place] = [], sim
        self.n_plugged += 1
        device, node = f"/devices/pci0000:00/usb1/{place}", f"/dev/bus/usb/001/{self.n_plugged:03d}"
        self._add(place, _DEVICE.format(device=device, number=self.n_plugged, vid=vid, pid=pid), node)
        if sim:
            sim.plug()
        for index, kind in enumerate(shows):
            self._add_interface(place, index, kind)
        for index, kind in _PORTS.items() if sim else ():
            interface, number = self._add_interface(place, index, kind), first + index - 1
            self._add(place, _PORT.format(interface=interface, node=f"ttyUSB{number}", minor=number),
                      f"/dev/ttyUSB{number}", sim.stats()["path"] if index == 1 else None)
        return node

    def unplug(self, place="1-1"):
        if self.sims[place]:
            self.sims[place].unplug()
        for path in reversed(self.paths.pop(place)):
            self._ask("remove", f"/sys{path}")
            time.sleep(_QUEUE_SEC)

    def replug(self, usb, sim, first, place="1-1"):
        """The same stick under other numbers, as after a reset."""
        self.unplug(place)
        return self.plug(usb, sim, first, place)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0
