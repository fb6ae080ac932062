"""Each make of modem, as the simulator plays it, through its life: noise at the start, PIN, a text and its
report, a text received, its own reset, a pull. All of them live in one daemon at the same time."""
import pathlib
import re
import subprocess
import tempfile

import pytest

from smsotp import wait
from smsotp.gateway import NO_LIMITS, Gateway
from smsotp.sim import Sim

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data/makes"
PIN = "4711"
MAKES = sorted(path.stem for path in FOLDER.glob("*.scenario"))


def iccid_of(name):
    """A PIN is remembered by the SIM: no two have the same."""
    return f"89910000000000000{MAKES.index(name):02d}"


class Make:
    """A simulated modem, and what is to be expected of it: `# profile: huawei, reports, silenced`."""

    def __init__(self, build_dir, folder, name):
        script = FOLDER / f"{name}.scenario"
        self.name = name
        self.profile, *traits = re.match(r"# profile: (.*)\n", script.read_text())[1].split(", ")
        self.has_reports, self.is_silenced = "reports" in traits, "silenced" in traits
        (folder / name).mkdir()
        self.sim = Sim(build_dir, folder / name, args=(
            "--persona", name, "--pin", PIN, "--iccid", iccid_of(name), "--report-ms", "50",
            "--scenario", script)).start()


class Fleet:
    """All makes in one daemon. What each stage of their life showed is kept for the tests: `modems`,
    `sims` and `issued` are {stage: {make: …}}."""

    def __init__(self, build_dir, folder):
        self.makes = {name: Make(build_dir, folder, name) for name in MAKES}
        self.modems, self.sims, self.issued = {}, {}, {}
        (folder / "pin").write_text(PIN + "\n")
        (folder / "pin").chmod(0o400)
        self.prefixes = {name: f"+91{9800 + n}" for n, name in enumerate(MAKES)}
        self.gateway = Gateway(build_dir, folder).configure(NO_LIMITS).configure({
            f"modem {name}": {"device": make.sim.device(), "pin": f"file:{folder}/pin",
                              "prefixes": self.prefixes[name]}
            for name, make in self.makes.items()})

    def live(self):
        self.gateway.start()
        self.look("start")
        self.send("start")
        for make in self.makes.values():
            make.sim.control("receive", 0, self.prefixes[make.name] + "123456", f"I have a {make.name}")
        wait.until("what was received", lambda: len(self.inbound()) == len(MAKES), 20, on_timeout=self.inbound)
        wait.until("it to leave the SIMs", lambda: not any(
            make.sim.stats()["stored"] for make in self.makes.values()), 20)
        self.look("received")
        for name in MAKES:
            answer = self.act(name, "reset")
            assert answer.status == 200, (name, answer)
        self.look("reset")
        self.send("reset")
        pulled = [make for make in self.makes.values() if make.name != "sierra"]  # it takes 8 s for its PIN,
        for make in pulled:                                # and its reset has taken it off its bus already
            make.sim.unplug()
        for make in pulled:
            self.gateway.wait_modem("absent", name=make.name)
            make.sim.plug()
        self.look("pull")
        self.send("pull")

    def act(self, name, action):
        return self.gateway.request("POST", f"/v1/modems/{name}/{action}", socket=self.gateway.admin_socket)

    def inbound(self):
        return {text["modem"]: text for text in self.gateway.request(
            "GET", "/v1/inbound", socket=self.gateway.admin_socket)["inbound"]}

    def look(self, stage):
        self.modems[stage] = {name: self.gateway.wait_modem("ready", 40, name) for name in MAKES}
        self.sims[stage] = {name: make.sim.stats() for name, make in self.makes.items()}

    def send(self, stage):
        """One code by each make, to a number that this modem is for. Each is approved."""
        numbers = {name: f"{self.prefixes[name]}1000{len(self.issued):02d}" for name in MAKES}
        issued = {name: self.gateway.verify(number)["id"] for name, number in numbers.items()}
        self.issued[stage] = {}
        for name, one in issued.items():
            make = self.makes[name]
            self.gateway.wait_message(one, "delivered" if make.has_reports else "sent", 20)
            code = make.sim.handset.code(numbers[name])
            self.issued[stage][name] = self.gateway.check(one, code)["result"]

    def stop(self):
        self.gateway.stop()
        for make in self.makes.values():
            make.sim.stop()

    def discard(self):
        for thing in (self.gateway, *(make.sim for make in self.makes.values())):
            if thing.process:
                thing.process.discard()


@pytest.fixture(scope="module")
def fleet(build_dir):
    with tempfile.TemporaryDirectory(prefix="smsotp.") as folder:
        fleet = Fleet(build_dir, pathlib.Path(folder))
        try:
            fleet.live()
            yield fleet
            fleet.stop()
        finally:
            fleet.discard()


STAGES = ["start", "reset", "pull"]
every_make = pytest.mark.parametrize("name", MAKES)


def test_each_make_of_the_simulator_is_here(build_dir):
    asked = subprocess.run([build_dir / "src/sim/smsotp-sim", "--persona", "none"],
                           capture_output=True, text=True, check=False)
    assert sorted(asked.stderr.split("expected ")[1].strip().split(", ")) == MAKES


@every_make
def test_it_is_known_and_brought_up(fleet, name):
    modem = fleet.modems["start"][name]
    told = set(re.findall(rf"modem={name} event=profile profile=(\S+)", fleet.gateway.log()))
    assert told == {fleet.makes[name].profile} - {"generic"}
    assert modem["imei"] == fleet.sims["start"][name]["imei"]
    assert modem["manufacturer"]
    assert bool(modem["iccid"]) == (name not in ("zte", "awkward"))  # which do not tell


@every_make
def test_its_noise_is_ended_or_borne(fleet, name):
    """Boot lines, and what it tells unasked: that stops where the make can be told to."""
    for stage in STAGES:
        assert fleet.sims[stage][name]["noise"] == (
            name != "generic" and not fleet.makes[name].is_silenced)
        assert fleet.modems[stage][name]["timeouts"] == 0, fleet.gateway.log()


@every_make
def test_its_pin_is_given_once_each_time(fleet, name):
    for stage in STAGES:
        assert fleet.sims[stage][name]["pin_tries"] == 3
    assert f"modem={name} event=locked" not in fleet.gateway.log()


@every_make
@pytest.mark.parametrize("stage", STAGES)
def test_it_sends_and_reports(fleet, name, stage):
    assert fleet.issued[stage][name] == "approved"


@every_make
def test_it_receives(fleet, name):
    assert fleet.inbound()[name]["text"] == f"I have a {name}"
    assert fleet.modems["received"][name]["storage_total"] >= 10


@every_make
def test_it_is_reset_in_its_own_way(fleet, name):
    """Its scenario has each command that is its own, from the first to the reset, in this order."""
    assert fleet.sims["reset"][name]["script_done"]
    assert fleet.modems["reset"][name]["resets"] == 1
    assert fleet.modems["pull"][name]["recoveries"] == 1  # no other was needed


# One for each way to ask for the tries left.
@pytest.mark.parametrize("persona", ["huawei", "zte", "quectel", "quectel-m", "sim800", "ublox",
                                     "telit", "cinterion"])
def test_wrong_pin_costs_one_try(make_sim, make_gateway, folder, persona):
    sim = make_sim(args=("--persona", persona, "--pin", PIN))
    (folder / "pin").write_text("1234\n")
    (folder / "pin").chmod(0o400)
    gateway = make_gateway(sim, {"modem m0": {"pin": f"file:{folder}/pin"}}).start(ready=False)
    gateway.wait_modem("locked")
    assert sim.stats()["pin_tries"] == 2
    assert "refused the configured PIN" in gateway.log()  # a late boot line may follow it
    # A new process knows nothing of that, but reads the tries left, in each vendor's way.
    gateway.restart(ready=False)
    gateway.wait_modem("locked")
    assert sim.stats()["pin_tries"] == 2
    assert gateway.modem()["pin_tries_left"] == 2


@pytest.mark.parametrize("persona", ["telit", "cinterion", "huawei"])
def test_link_is_kept_only_where_texts_follow(play, make_gateway, numbers, persona):
    sim = play("expect AT+CMMS=1\nreply OK\n", "--persona", persona)
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers))
    assert not sim.stats()["script_done"]
    sim.control("cmgs-ms", 0, 500)  # so that they wait for each other, however slow the machine is
    issued = [gateway.verify(next(numbers)) for _ in range(4)]
    for answer in issued:
        gateway.wait_message(answer["id"], "sent")
    assert sim.stats()["script_done"]
