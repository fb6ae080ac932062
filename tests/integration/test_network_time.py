"""The time that the mobile network tells, as each make of modem passes it on."""
import datetime

import pytest

from smsotp import wait


@pytest.mark.parametrize("persona", ["generic", "huawei", "quectel", "quectel-m", "sim800",
                                     "sim7600", "telit"])
def test_told_by(make_sim, make_gateway, persona):
    sim = make_sim(args=("--persona", persona))
    sim.control("time", 0, 86400)
    gateway = make_gateway(sim).start()
    modem = wait.until("the network's time", lambda: (
        modem := gateway.modem())["network_time"] and modem, 30)
    told, own = (datetime.datetime.fromisoformat(modem[key]) for key in (
        "network_time", "network_time_at"))
    assert abs((told - own).total_seconds() - 86400) <= 5, modem


def test_clock_that_nobody_has_set_is_not_told(make_sim, make_gateway, numbers):
    sim = make_sim()
    sim.control("time", 0, "off")
    gateway = make_gateway(sim).start()
    sim.control("inject", 0, "*PSUTTZ: 2004,1,1,0,0,0,\"+22\",0")
    gateway.wait_message(gateway.verify(next(numbers))["id"], "sent")  # that line has been heard
    assert gateway.modem()["network_time"] is None
    sim.control("inject", 0, "*PSUTTZ: 2026,11,23,5,0,0,\"+22\",0")
    wait.until("the time", lambda: gateway.modem()["network_time"] == "2026-11-23T05:00:00Z")
