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


@pytest.mark.parametrize("args, configured", [(("--number", NUMBER), None), ((), NUMBER)])
def test_refused_however_it_is_written(make_sim, make_gateway, args, configured):
    gateway = make_gateway(make_sim(args=args), {"modem m0": {"number": configured}}).start()
    for to in (NUMBER, "+91 98765-01234", "98765 01234", "098765 01234"):
        refused = gateway.verify(to)
        assert (to, refused.status, refused["code"]) == (to, 403, "destination_blocked")
    for to in (NUMBER.replace("+91", "+910"), NUMBER + "5", NUMBER[:-1]):
        refused = gateway.verify(to)
        assert (to, refused.status, refused["invalid_params"][0]["name"]) == (to, 422, "to")
