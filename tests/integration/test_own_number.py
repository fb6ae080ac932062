"""The SIM's own number: read from the card, or said in the configuration; shown, never logged."""
import pytest

NUMBER = "+919876501234"
OTHER = "+919876505678"


@pytest.mark.parametrize("on_card, configured, shown", [
    (NUMBER, None, NUMBER), (NUMBER, OTHER, OTHER), (None, OTHER, OTHER), (None, None, None)])
def test_own_number(make_sim, make_gateway, on_card, configured, shown):
    sim = make_sim(args=("--number", on_card) if on_card else ())
    gateway = make_gateway(sim, {"modem m0": {"number": configured}}).start()
    assert gateway.modem()["number"] == shown
    assert all(number[4:] not in gateway.log() for number in (NUMBER, OTHER))
