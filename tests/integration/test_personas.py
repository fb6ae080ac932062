"""Each make of modem, as the simulator plays it: comes up, sends, reports, survives a pull."""
import pytest

# persona, the row of src/modem/profile.c it has to be known by, whether reports arrive
MAKES = [
    ("generic", "generic", True),
    ("huawei", "huawei", True),
    ("zte", "zte", True),
    ("quectel", "quectel", True),
    ("quectel-m", "quectel-m", True),
    ("sim800", "sim800", True),
    ("sim7600", "sim7600", True),
    ("a7670", "a76xx", True),
    ("ublox", "u-blox", True),
    ("telit", "telit", True),
    ("sierra", "sierra", True),
    ("cinterion", "cinterion", True),
    ("awkward", "generic", False),
]

@pytest.mark.parametrize("persona, profile, reports", MAKES, ids=[make[0] for make in MAKES])
def test_ready_sends_and_survives(make_sim, make_gateway, numbers, persona, profile, reports):
    sim = make_sim(args=("--persona", persona, "--report-ms", "50"))
    gateway = make_gateway(sim).start()
    gateway.approve(sim.handset, next(numbers), "delivered" if reports else "sent")
    if profile != "generic":
        assert f"event=profile profile={profile}" in gateway.log()
    sim.unplug()
    gateway.wait_not_ready()
    sim.plug()
    gateway.wait_ready()
    gateway.approve(sim.handset, next(numbers))
    assert gateway.modem()["timeouts"] == 0, gateway.log()


@pytest.fixture
def with_pin(make_sim, make_gateway, folder):
    """with_pin(persona, pin): a daemon that is told this PIN, and a SIM that wants 4711."""
    def make(persona, pin):
        sim = make_sim(args=("--persona", persona, "--pin", "4711"))
        (folder / "pin").write_text(pin + "\n")
        (folder / "pin").chmod(0o400)
        return sim, make_gateway(sim, {"modem m0": {"pin": f"file:{folder}/pin"}})
    return make


# Those whose card or message service starts slowly behind the PIN.
@pytest.mark.parametrize("persona", ["zte", "a7670"])
def test_pin_is_given_once(with_pin, numbers, persona):
    sim, gateway = with_pin(persona, "4711")
    gateway.start().approve(sim.handset, next(numbers))
    assert sim.stats()["pin_tries"] == 3


# One for each way to ask for the tries left.
@pytest.mark.parametrize("persona", ["huawei", "zte", "quectel", "quectel-m", "sim800", "ublox",
                                     "telit", "cinterion"])
def test_wrong_pin_costs_one_try(with_pin, persona):
    sim, gateway = with_pin(persona, "1234")
    gateway.start(ready=False)
    gateway.wait_modem("locked")
    assert sim.stats()["pin_tries"] == 2
    assert "refused the configured PIN" in gateway.log()  # a late boot line may follow it
    # A new process knows nothing of that, but reads the tries left, in each vendor's way.
    gateway.restart(ready=False)
    gateway.wait_modem("locked")
    assert sim.stats()["pin_tries"] == 2
    assert gateway.modem()["pin_tries_left"] == 2
