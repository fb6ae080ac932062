"""USB sticks that come and go, as udev shows them to the whole daemon: found among their ports, opened
through libserialport, named when they are of no use. One that hangs is complaint 4."""
import re
import subprocess
import sys

import pytest

STICK = "12d1:1506"
NETWORK_MODE = " is in network mode (HiLink), without an AT port: switch it to modem mode, or take another"


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
                          ("12d1:14dc", "12d1:14dc" + NETWORK_MODE)):
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


@pytest.mark.parametrize("usb, shows, reason", [
    ("12d1:15ca", ["08/06/50"], " is in storage mode: install usb-modeswitch"),
    ("12d1:1c0b", ["08/06/50", "08/06/50"], " is in storage mode: install usb-modeswitch"),
    ("19d2:0166", ["08/06/50"], " is in storage mode: install usb-modeswitch"),
    ("19d2:1405", ["02/06/00", "0a/00/00", "08/06/50"], NETWORK_MODE),
    ("12d1:14db", ["08/06/50"], " is in storage mode: install usb-modeswitch"),
    ("3566:2001", ["e0/01/03", "0a/00/00"], NETWORK_MODE),
    ("2c7c:0900", ["ff/00/00", "02/0e/00"], " shows no AT port: is its driver (option, cdc_acm) there?"),
    ("0951:1667", ["08/06/50"], None),  # a memory stick
], ids=lambda value: value if value and ":" in value and len(value) == 9 else "")
def test_a_stick_not_listed_is_known_by_what_it_shows(bus, start, usb, shows, reason):
    gateway = start()
    gateway.wait_reason("no such device")
    bus.plug(usb, shows=shows)
    if not reason:
        bus.plug("12d1:15ca", shows=["08/06/50"], place="1-2")
        usb, reason = "12d1:15ca", " is in storage mode: install usb-modeswitch"
    assert gateway.wait_reason(usb) == usb + reason
    assert usb + reason in gateway.log()


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


def test_two_sticks_of_one_make(bus, make_sim, build_dir, make_gateway, numbers):
    """Alike in all but their IMEI: each section has its own, also after both have changed their numbers."""
    sims = [make_sim(name, args=("--persona", "huawei", "--imei", imei))
            for name, imei in (("first", "490154203237518"), ("second", "356938035643809"))]
    for sim in sims:
        sim.unplug()
    imeis = [sim.stats()["imei"] for sim in sims]
    gateway = make_gateway(config={"modem m0": {"device": f"imei:{imeis[0]}"},
                                   "modem m1": {"device": f"imei:{imeis[1]}"}})
    gateway.wrapper = bus.wrapper(build_dir)
    gateway.start(ready=False)
    for first in (0, 4):
        bus.plug(STICK, sims[1], first=first, place="1-1")
        bus.plug(STICK, sims[0], first=first + 2, place="1-2")
        ports = [gateway.wait_modem("ready", 40, name)["port"] for name in ("m0", "m1")]
        assert ports == [f"/dev/ttyUSB{first + 2}", f"/dev/ttyUSB{first}"]
        assert [gateway.modem(name)["imei"] for name in ("m0", "m1")] == imeis
        for place, name in (("1-1", "m1"), ("1-2", "m0")):
            bus.unplug(place)
            gateway.wait_modem("absent", name=name)
