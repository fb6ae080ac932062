"""USB sticks that come and go, as udev shows them to the whole daemon: found among their ports, opened
through libserialport, named when they are of no use. One that hangs is complaint 4."""
import re
import subprocess
import sys

import pytest

STICK = "12d1:1506"


@pytest.fixture
def sim(make_sim):
    sim = make_sim(args=("--persona", "huawei"))
    sim.unplug()
    return sim


@pytest.fixture
def start(bus, build_dir, make_gateway):
    """start(device="auto"): a daemon on the bus."""
    def run(device="auto", **keys):
        gateway = make_gateway(config={"modem m0": {"device": device, **keys}})
        gateway.wrapper = bus.wrapper(build_dir)
        return gateway.start(ready=False)
    return run


def test_plugged_named_and_found_again(bus, sim, start, numbers):
    gateway = start()
    gateway.wait_reason("no such device")
    bus.plug(STICK, sim, first=0)
    modem = gateway.wait_modem("ready")
    assert (modem["port"], modem["usb"]) == ("/dev/ttyUSB0", STICK)
    gateway.approve(sim.handset, next(numbers))
    bus.unplug()
    gateway.wait_modem("absent")
    for other, reason in (("12d1:1f01", "12d1:1f01 is in storage mode: install usb-modeswitch"),
                          ("12d1:14dc", "12d1:14dc is a HiLink stick: it has no AT port")):
        bus.plug(other)
        assert gateway.wait_reason(other) == reason
        assert reason in gateway.log()
        bus.unplug()
    gateway.wait_reason("no such device")
    bus.plug(STICK, sim, first=4)
    modem = gateway.wait_modem("ready")
    assert (modem["port"], modem["usb"]) == ("/dev/ttyUSB4", STICK)
    gateway.approve(sim.handset, next(numbers))
    assert gateway.modem()["timeouts"] == 0


HOLDER = """
import fcntl, os, sys
open("/proc/self/comm", "w").write("ModemManager")
port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
fcntl.flock(port, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_held_by_another_program(bus, sim, start):
    """With the rule that keeps ModemManager away from this stick, and found as soon as it lets go."""
    bus.plug(STICK, sim)
    with subprocess.Popen([sys.executable, "-c", HOLDER, sim.stats()["path"]], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == "held\n"
        gateway = start()
        reason = gateway.wait_reason("/dev/ttyUSB0 is held")
        assert re.sub(r"\d+\)", "N)", reason) == (
            "/dev/ttyUSB0 is held, probably by ModemManager (pid N): stop it, or write the udev rule "
            'ATTRS{idVendor}=="12d1", ATTRS{idProduct}=="1506", ENV{ID_MM_DEVICE_IGNORE}="1"')
        assert "/dev/ttyUSB0 is held, probably by ModemManager" in gateway.log()
        holder.stdin.close()
    assert gateway.wait_modem("ready", 30)["port"] == "/dev/ttyUSB0"
