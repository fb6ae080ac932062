"""What users of other gateways complain about, shown against this one; by the numbers of the list
in docs/MODEMS.md. Here 1 to 12, of sticks, ports and power; the others are of texts."""
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tty

import pytest

from smsotp import wait

FULL = bool(os.environ.get("SMSOTP_TEST_FULL"))

# --- A. stuck modem

def test_complaint_01_silent_modem_is_recovered(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    sim.control("mute", 0, "on")
    issued = gateway.verify(next(numbers))
    gateway.wait_modem("recovering", 20)  # 10 s for the prompt
    assert gateway.modem()["timeouts"] == 1
    sim.control("mute", 0, "off")
    gateway.wait_message(issued["id"], "sent", 20)
    assert len(sim.handset.texts()) == 1


@pytest.mark.parametrize("line", ["^BOOT:26889933,0,0,0,72", "RING"])
def test_complaint_02_urc_noise_is_no_answer(make_sim, make_gateway, numbers, line):
    sim = make_sim()
    sim.control("noise", 0, f'"{line}"', 2)
    gateway = make_gateway(sim).start()
    for _ in range(2):
        gateway.approve(sim.handset, next(numbers))
    assert gateway.modem()["timeouts"] == 0
    assert gateway.modem()["manufacturer"] == "smsotp"


@pytest.mark.parametrize("persona", ["huawei", "zte", "sim7600", "telit"])
def test_complaint_02_noise_is_stopped_at_its_source(make_sim, make_gateway, persona):
    sim = make_sim(args=("--persona", persona))
    assert sim.stats()["noise"] is True
    make_gateway(sim).start()
    assert sim.stats()["noise"] is False


def test_complaint_03_left_at_the_prompt(make_sim, make_gateway, numbers):
    sim = make_sim()
    fd = os.open(sim.device(), os.O_RDWR | os.O_NOCTTY)  # or its hang-up would end the tests
    with os.fdopen(fd, "r+b", buffering=0) as port:
        tty.setraw(port.fileno())
        port.write(b"AT+CMGS=30\r")
        wait.until("the prompt", lambda: b">" in port.read(64))
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers))
    assert len(sim.handset.texts()) == 1  # no command became a text
    assert gateway.modem()["timeouts"] == 0


HOOK = """#!/usr/bin/python3
import json, os, sys, time
with open("{folder}/called", "a") as log:
    print(json.dumps({{"argv": sys.argv, "environment": dict(os.environ)}}), file=log, flush=True)
time.sleep({hangs})
"""


@pytest.mark.parametrize("hangs", [0, 60] if FULL else [0])
def test_complaint_04_higher_rungs_where_nothing_else_helps(
        bus, build_dir, make_sim, make_gateway, folder, numbers, monkeypatch, hangs):
    """Sticks start anew by themselves and hang at that; opening the port again is of no use, and of their
    own resets there has been one of late. m0 is reset on USB, the power of m1 is cut; they come back
    under other numbers."""
    monkeypatch.setenv("SMSOTP_SECRET", "for nobody")
    sims = [make_sim(name=name, args=("--persona", "huawei")) for name in ("m0", "m1")]
    sticks = [("12d1:1506", sims[0]), ("12d1:140c", sims[1])]
    hook = folder / "power-hook"
    hook.write_text(HOOK.format(folder=folder, hangs=hangs))
    hook.chmod(0o700)
    gateway = make_gateway(config={
        "modem m0": {"device": "usb:12d1:1506"},
        "modem m1": {"device": "usb:12d1:140c", "power_hook": hook, "usb_reset": "off"}})
    gateway.wrapper = bus.wrapper(build_dir)
    for n, (usb, sim) in enumerate(sticks):
        sim.unplug()
        bus.plug(usb, sim, first=10 * n, place=f"1-{n}")
    gateway.start()
    for name in ("m0", "m1"):
        gateway.wait_modem("ready", name=name)
        gateway.request("POST", f"/v1/modems/{name}/reset", socket=gateway.admin_socket)
        gateway.wait_modem("absent", name=name)
    nodes = [bus.replug(usb, sim, 10 * n + 2, f"1-{n}") for n, (usb, sim) in enumerate(sticks)]
    imeis = [gateway.wait_modem("ready", name=name)["imei"] for name in ("m0", "m1")]
    for sim in sims:
        sim.control("inject", 0, "^SYSSTART")
        sim.control("mute", 0, "on")

    wait.until("the USB reset", bus.resets, 25, on_timeout=gateway.log)
    assert bus.resets() == [nodes[0]]
    sims[0].control("mute", 0, "off")
    bus.replug(*sticks[0], 4, "1-0")
    assert gateway.wait_modem("ready", name="m0")["port"] == "/dev/ttyUSB4"
    assert rungs(gateway, "m0") == ["reset", "reopen", "usb_reset"]
    assert gateway.modem("m0")["usb_resets"] == 1
    gateway.approve(sims[0].handset, next(numbers))

    assert rungs(gateway, "m1") == ["reset", "reopen", "power_hook"]
    (called,) = map(json.loads, (folder / "called").read_text().splitlines())
    environment = called["environment"]
    assert called["argv"] == [str(hook), "m1", "usb:12d1:140c"]
    assert environment.items() >= {"SMSOTP_MODEM": "m1", "SMSOTP_DEVICE": "usb:12d1:140c",
                                   "SMSOTP_IMEI": imeis[1]}.items()
    assert "SMSOTP_SECRET" not in environment and "HOME" not in environment
    assert gateway.modem("m1")["power_cycles"] == 1
    status = -errno.ETIMEDOUT if hangs else 0
    wait.until("the end of the hook", lambda: f"event=power_hook status={status}" in gateway.log(), 25)
    sims[1].control("mute", 0, "off")
    bus.replug(*sticks[1], 14, "1-1")  # it gets half a minute for that, and does not need it
    assert gateway.wait_modem("ready", 9 if hangs else 20, "m1")["port"] == "/dev/ttyUSB14"


def rungs(gateway, name):
    return re.findall(rf"modem={name} event=recovery rung=(\S+)", gateway.log())


# --- B. unplug and renumber

def test_complaint_05_unplug_during_a_send(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=2000)
    gateway = make_gateway(sim).start()
    issued = gateway.verify(next(numbers))
    gateway.wait_modem("sending")
    time.sleep(0.3)
    sim.unplug()
    gateway.wait_message(issued["id"], "unknown")
    sim.plug()
    gateway.wait_ready()
    time.sleep(0.5)
    assert sim.handset.texts() == []  # what may have gone out does not go out again (13)


def test_complaint_06_the_device_gets_another_number(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    before = gateway.modem()["port"]
    with open(before, "rb", buffering=0):  # somebody else keeps the old number busy
        sim.unplug()
        sim.plug()
        wait.until("the new port", lambda: gateway.modem()["port"] not in (None, before))
        gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))


STICK = """P: /devices/pci0000:00/usb1/1-1
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor={}\\n
A: idProduct={}\\n
A: devnum=3\\n
"""


@pytest.mark.parametrize("usb, reason", [
    ("12d1:1f01", "12d1:1f01 is in storage mode: install usb-modeswitch"),
    ("05c6:6000", "05c6:6000 is in storage mode: install usb-modeswitch"),  # after AT+CFUN=1,1
    ("19d2:2000", "19d2:2000 is in storage mode: install usb-modeswitch"),
    ("12d1:14dc", "12d1:14dc is in network mode (HiLink), without an AT port: switch it to modem mode, "
                  "or take another"),
])
def test_complaint_07_a_stick_in_another_mode_is_named(make_gateway, folder, usb, reason):
    (folder / "stick").write_text(STICK.format(*usb.split(":")))
    gateway = make_gateway(config={"modem m0": {"device": "auto"}})
    gateway.wrapper = ["umockdev-run", "--device", folder / "stick", "--"]
    gateway.start(ready=False)
    assert gateway.wait_reason(usb) == reason
    assert reason in gateway.log()


def test_complaint_07_a_reset_stick_comes_back_under_another_number(make_sim, make_gateway, numbers):
    sim = make_sim(args=("--persona", "huawei"))  # which leaves its bus at ^RESET
    with open(sim.device().resolve(), "rb", buffering=0):  # somebody keeps the old number busy
        gateway = make_gateway(sim).start()
        before = gateway.modem()["port"]
        gateway.request("POST", "/v1/modems/m0/reset", socket=gateway.admin_socket)
        gateway.wait_modem("absent")
        gateway.wait_ready()
        assert gateway.modem()["port"] not in (None, before)
    gateway.approve(sim.handset, next(numbers))
    assert gateway.modem()["recoveries"] == 1  # no higher rung while it was away


def test_complaint_08_daemon_starts_before_the_modem(make_sim, make_gateway, numbers):
    sim = make_sim()
    sim.unplug()
    gateway = make_gateway(sim).start(ready=False)
    gateway.wait_reason("no such device")
    assert gateway.modem()["state"] == "absent"
    sim.plug()
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))


def test_complaint_09_no_lock_outlives_a_killed_daemon(make_sim, make_gateway):
    gateway = make_gateway(make_sim()).start()
    gateway.kill9()
    gateway.start()


# --- C. other programs, permissions, power

HOLDER = """
import fcntl, os, sys, time
open("/proc/self/comm", "w").write(sys.argv[1])
port = os.open(sys.argv[2], os.O_RDWR | os.O_NOCTTY)
fcntl.flock(port, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("name, hint", [
    ("ModemManager", ': stop it, or write the udev rule ENV{ID_MM_DEVICE_IGNORE}="1"'),
    ("minicom", ""),
], ids=["ModemManager", "minicom"])
def test_complaint_10_who_holds_the_port_is_named(make_gateway, name, hint):
    master, slave = os.openpty()  # the simulator has its own open, too
    port = os.ttyname(slave)
    with subprocess.Popen([sys.executable, "-c", HOLDER, name, port], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == "held\n"
        os.close(slave)
        gateway = make_gateway(config={"modem m0": {"device": port}}).start(ready=False)
        reason = gateway.wait_reason(f"{port} is held")
        assert reason == f"{port} is held by {name} (pid {holder.pid}){hint}"
        assert f"held by {name}" in gateway.log()
        holder.stdin.close()
        gateway.wait_modem("probing")
    os.close(master)


@pytest.mark.parametrize("mode, group, hint", [
    (0o060, "dialout", "make the user of smsotpd a member of group dialout"),
    (0o000, "root", 'its mode is 0000, group root; a udev rule with GROUP="dialout"'),
], ids=["group", "mode"])
def test_complaint_11_missing_permission_is_named(make_sim, make_gateway, numbers, mode, group, hint):
    sim = make_sim()
    port = sim.device().resolve()
    try:
        shutil.chown(port, group=group)
    except PermissionError:
        pytest.skip("only root can give a device to a group")
    port.chmod(mode)
    gateway = make_gateway(sim)
    if os.geteuid() == 0:  # who may open everything else
        gateway.wrapper = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    gateway.start(ready=False)
    assert hint in gateway.wait_reason("Permission denied")
    port.chmod(0o660)
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))


@pytest.mark.parametrize("line, advice", [
    ("UNDER-VOLTAGE WARNNING", "the modem says that its voltage is too low"),
    ("OVER-VOLTAGE POWER DOWN", "the modem says that its voltage is too high"),
    ("UNDER_VOLTAGE WARNING", "the modem says that its voltage is too low"),
])
def test_complaint_12_a_weak_supply_is_told(make_sim, make_gateway, line, advice):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    assert gateway.modem()["supply"] is None
    for _ in range(3):
        sim.control("inject", 0, line)
    wait.until("three warnings", lambda: gateway.modem()["power_warnings"] == 3)
    assert gateway.modem()["supply"].startswith(advice)
    assert gateway.log().count("<4>modem=m0 event=power: " + advice) == 1
    assert b'\nsmsotp_modem_power_warnings_total{modem="m0"} 3\n' in gateway.request("GET", "/metrics").body


def test_complaint_12_a_modem_that_goes_and_comes_back_is_told(make_sim, make_gateway):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    gateway.request("POST", "/v1/modems/m0/reset", {})  # asked for: no sign of anything
    gateway.wait_modem("ready", 30)
    for losses in range(1, 4):
        assert (gateway.modem()["losses"], gateway.modem()["supply"]) == (losses - 1, None)
        sim.unplug()
        gateway.wait_modem("absent")
        sim.plug()
        gateway.wait_modem("ready", 30)
    assert gateway.modem()["losses"] == 3
    assert gateway.modem()["supply"].startswith("the modem goes and comes back by itself")
    assert gateway.log().count("<4>modem=m0 event=power: the modem goes and comes back") == 1
    assert b'\nsmsotp_modem_losses_total{modem="m0"} 3\n' in gateway.request("GET", "/metrics").body
