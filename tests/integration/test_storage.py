"""A disk without room: nothing is said that is not written, and nothing is lost."""
import os
import subprocess

import pytest

from smsotp import wait

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small file system")


@pytest.fixture
def small_disk(folder):
    """A file system of 2 MiB at the place of the state directory."""
    place = folder / "state"
    place.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", place],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield place
    # Lazily: a daemon that a failed test left may still be there.
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def gateway(small_disk, sim, make_gateway):
    return make_gateway(sim, {"limits": {"number": "off"}}).start()


def fill(disk):
    """Takes all room there is; returns the file that has it."""
    ballast = disk / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return ballast


def until_refused(gateway, numbers):
    """Requests until the room left in the log of the database is used up; the ids answered."""
    answered = []
    for _ in range(2000):
        answer = gateway.verify(next(numbers))
        if answer.status == 503:
            return answered, answer
        assert answer.status == 201, answer
        answered.append(answer["id"])
    raise AssertionError("the disk was never full")


def test_a_full_disk(gateway, small_disk, sim, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = sim.handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    ballast = fill(small_disk)

    answered, refused = until_refused(gateway, numbers)
    assert refused["code"] == "storage_unavailable"
    assert int(refused.headers["Retry-After"]) >= 1
    for _ in range(3):
        answer = gateway.check(issued["id"], code)
        assert (answer.status, answer["code"]) == (503, "storage_unavailable"), answer
        assert int(answer.headers["Retry-After"]) >= 1
    assert gateway.get(issued["id"])["status"] == "pending"
    gateway.process.require_running()
    health = gateway.health()
    assert health.status == 503
    assert [reason["code"] for reason in health["reasons"]] == ["storage_unavailable"]
    assert "store_failed" in gateway.log()

    # Who looks at the health first sends nothing more: it must recover by itself.
    ballast.unlink()
    wait.until("room to be noticed", lambda: gateway.health().status == 200)
    assert gateway.verify(next(numbers)).status == 201
    assert gateway.check(issued["id"], code)["result"] == "approved"
    for verification_id in answered:
        gateway.wait_message(verification_id, "sent", timeout=60)


def test_a_daemon_killed_on_a_full_disk(gateway, small_disk, sim, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = sim.handset.code(number)
    assert gateway.check(issued["id"], code)["result"] == "approved"
    ballast = fill(small_disk)
    answered, _ = until_refused(gateway, numbers)
    gateway.kill9()
    ballast.unlink()
    gateway.start()
    assert gateway.check(issued["id"], code)["result"] == "already_approved"
    for verification_id in answered:
        assert gateway.get(verification_id).status == 200


def test_start_on_a_full_disk(small_disk, make_gateway):
    gateway = make_gateway()
    ballast = fill(small_disk)
    status, lines = gateway.run_to_end()
    assert status == 74  # EX_IOERR
    assert any(str(gateway.database) in line for line in lines), lines
    ballast.unlink()
    gateway.start(ready=False)


def test_a_disk_that_is_nearly_full(small_disk, make_gateway):
    """It is told while there is still room, and no more when there is enough of it again."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1500 * 1024))
    gateway = make_gateway().start(ready=False)
    [warning] = wait.until("a warning", lambda: gateway.health()["warnings"])
    assert warning["code"] == "storage" and "retention" in warning["detail"]
    ballast.unlink()
    gateway.restart(ready=False)
    wait.until("the disk to be looked at", lambda: gateway.log().count("event=audit_head") == 2)
    assert gateway.health()["warnings"] == []
