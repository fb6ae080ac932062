"""A database that was put back from an older copy gives nobody a code or a guess again."""
import shutil
import subprocess

import pytest

NO_PAUSE = {"limits": {"number": "off", "pending": "off"}}


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
    assert answer.status == 429 and answer["limit"]["name"] == "rollback"


def guess(gateway, handset, number, times):
    """Wrong codes that were compared."""
    n = len(handset.texts(number))
    issued = gateway.verify(number)
    code = handset.wait(number, n + 1)[-1]["text"][:6]
    gateway.wait_message(issued["id"], "sent")
    answers = [gateway.check(issued["id"], other(code)) for _ in range(times)]
    assert all(answer["limit"]["name"] == "rollback" for answer in answers if answer.status != 200)
    return sum(answer.status == 200 for answer in answers)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_copy_from_before_the_first_code(gateway, handset, numbers, build_dir, is_known):
    """It knows nothing pending, or not even the number: no more than a few guesses come back."""
    number = next(numbers)
    if is_known:
        issued = gateway.verify(number)
        assert gateway.check(issued["id"], handset.code(number))["result"] == "approved"
        gateway.wait_message(issued["id"], "sent")
    gateway.stop()
    copy = copy_of(gateway)
    gateway.start()
    assert guess(gateway, handset, number, 4) == 4
    gateway.kill9()
    put_back(gateway, copy)
    gateway.start()
    assert "event=rollback_detected codes_void=0" in gateway.log()
    assert guess(gateway, handset, number, 5) == (0 if is_known else 3)
    gateway.restart()
    assert guess(gateway, handset, number, 1) == 0
    reset = subprocess.run([build_dir / "src/ctl/smsotpctl", "--socket", gateway.admin_socket,
                            "limits", "reset", "rollback"], capture_output=True, text=True)
    assert reset.returncode == 0 and "may check codes again" in reset.stdout, reset
    assert guess(gateway, handset, number, 1) == 1


def test_an_end_without_warning_accuses_nobody(gateway, handset, numbers):
    for _ in range(3):
        number = next(numbers)
        issued = gateway.verify(number)
        code = handset.code(number)
        gateway.kill9()
        gateway.start()
        assert gateway.check(issued["id"], code)["result"] == "approved"
    assert "rollback" not in gateway.log()


@pytest.mark.parametrize("line", [None, f"{0:032x} {7:020d}\n"])
def test_a_counter_that_is_gone(gateway, handset, numbers, ctl, line):
    """Or another database's, as an empty state directory beside a counter elsewhere leaves it."""
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    gateway.stop()
    counter = gateway.state_dir / "smsotp.epoch"
    counter.write_text(line) if line else counter.unlink()
    gateway.start()
    assert gateway.check(issued["id"], code)["result"] == "expired"
    assert ("belongs to another database" if line else "is missing or empty") in gateway.log()
    assert "event=rollback_detected codes_void=1" in gateway.log()
    assert "daemon.rollback_detected" in ctl(gateway.admin_socket, "audit", "export").out


def test_elsewhere(gateway, folder):
    place = folder / "elsewhere"
    gateway.configure({"store": {"epoch": str(place)}}).restart()
    assert place.read_text().split()[1].isdigit()
    shutil.rmtree(gateway.state_dir)
    gateway.stop()
    gateway.start(ready=False)
    assert "belongs to another database" in gateway.log()
