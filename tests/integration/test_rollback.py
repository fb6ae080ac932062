"""A database that was put back from an older copy gives nobody a code or a guess again."""
import shutil

import pytest

NO_PAUSE = {"limits": {"number": "off"}}


@pytest.fixture
def gateway(sim, make_gateway):
    return make_gateway(sim, NO_PAUSE).start()


def other(code):
    return f"{(int(code) + 1) % 1000000:06d}"


def copy_of(gateway):
    """The database as it is now, with its log; {path: octets}."""
    return {path: path.read_bytes() for path in gateway.state_dir.glob("smsotp.db*")}


def put_back(gateway, copy):
    for path in gateway.state_dir.glob("smsotp.db*"):
        path.unlink()
    for path, octets in copy.items():
        if not path.name.endswith("-shm"):
            path.write_bytes(octets)


@pytest.mark.parametrize("end", ["kill9", "stop"])
def test_guesses_do_not_come_back(gateway, handset, numbers, end):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    copy = copy_of(gateway)
    for _ in range(4):
        assert gateway.check(issued["id"], other(code))["result"] == "incorrect"
    getattr(gateway, end)()
    put_back(gateway, copy)
    gateway.start()
    assert "event=rollback_detected codes_void=1" in gateway.log()
    assert gateway.check(issued["id"], code)["result"] == "expired"
    second = gateway.verify(number)
    answer = gateway.check(second["id"], handset.code(number))
    assert answer.status == 429 and answer["limit"]["name"] == "guesses"


def test_an_end_without_warning_accuses_nobody(gateway, handset, numbers):
    for _ in range(3):
        number = next(numbers)
        issued = gateway.verify(number)
        code = handset.code(number)
        gateway.kill9()
        gateway.start()
        assert gateway.check(issued["id"], code)["result"] == "approved"
    assert "rollback" not in gateway.log()


def test_a_new_file_begins_anew(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    gateway.stop()
    (gateway.state_dir / "smsotp.epoch").unlink()
    gateway.start()
    assert gateway.check(issued["id"], code)["result"] == "approved"
    assert "rollback" not in gateway.log()


def test_elsewhere(gateway, folder):
    place = folder / "elsewhere"
    gateway.configure({"store": {"epoch": str(place)}}).restart()
    assert place.read_text().split()[1].isdigit()
    shutil.rmtree(gateway.state_dir)
    gateway.stop()
    gateway.start(ready=False)
    assert "belongs to another database" in gateway.log()
