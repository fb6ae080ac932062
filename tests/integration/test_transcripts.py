"""Transcripts of modems in the field, played against the daemon: each comes up and sends."""
import pathlib
import re

import pytest

from smsotp import wait

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data/modems"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.scenario")), ids=lambda path: path.stem)
def test_transcript(make_sim, make_gateway, numbers, path):
    profile = re.match(r"# profile: (\S+)\n", path.read_text())[1]
    sim = make_sim(args=("--scenario", path))
    gateway = make_gateway(sim).start()
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "sent")
    assert f"event=profile profile={profile}\n" in gateway.log()
    wait.until("the transcript to be at its end", lambda: sim.stats()["script_done"], 2)
    modem = gateway.request("GET", "/v1/modems/m0", socket=gateway.admin_socket)
    assert modem["timeouts"] == 0
