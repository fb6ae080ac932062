"""Fixtures: each test has a private folder with a short path, and programs of its own.

SMSOTP_BUILD_DIR names the build whose programs are driven, unmodified.
"""
import itertools
import os
import pathlib
import random
import secrets
import shutil
import signal
import subprocess
import tempfile

import pytest

from smsotp import usb
from smsotp.gateway import Gateway
from smsotp.sim import Sim

TEST_TIMEOUT_SEC = 120
_failed = pytest.StashKey()


def pytest_configure(config):
    config.addinivalue_line("markers", "time_limit(seconds): what this test may take")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.stash[_failed] = outcome.get_result().failed


@pytest.fixture(autouse=True)
def time_limit(request):
    """No test hangs the run."""
    marker = request.node.get_closest_marker("time_limit")
    seconds = marker.args[0] if marker else TEST_TIMEOUT_SEC

    def expired(_signal, _frame):
        raise AssertionError(f"the test took more than {seconds} s")
    previous = signal.signal(signal.SIGALRM, expired)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture(scope="session")
def build_dir():
    path = os.environ.get("SMSOTP_BUILD_DIR")
    assert path, "SMSOTP_BUILD_DIR does not name a build"
    return pathlib.Path(path).resolve()


@pytest.fixture
def folder():
    """Short, because a socket's path has to stay below 108 bytes."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="smsotp."))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def started(request):
    """What a test starts is put here, and ended after it: last in, first out."""
    things = []
    yield things
    passed = not request.node.stash.get(_failed, True)
    try:
        for thing in reversed(things):
            if thing.process and passed:
                thing.stop()
    finally:
        for thing in reversed(things):
            if thing.process:
                if not passed:
                    print(thing.process.complaint("as the failed test left it"))
                thing.process.discard()


@pytest.fixture
def make_sim(build_dir, folder, started):
    """make_sim(count=1, cmgs_ms=50, args=()): a running simulator; `name`, where there are several."""
    def make(name=None, **options):
        place = folder / name if name else folder
        place.mkdir(exist_ok=True)
        sim = Sim(build_dir, place, **options)
        started.append(sim)
        return sim.start()
    return make


@pytest.fixture
def play(make_sim, folder):
    """play(script, *args): a running simulator whose modem follows the script."""
    def make(script, *args):
        path = folder / "scenario"
        path.write_text(script)
        return make_sim(args=("--scenario", path, *args))
    return make


@pytest.fixture
def make_gateway(build_dir, folder, started):
    """make_gateway(sim=None, config={}): a daemon not started yet, with the modems of `sim`."""
    def make(sim=None, config=None, name=None):
        devices = [sim.device(i) for i in range(sim.count)] if sim else []
        place = folder / name if name else folder
        place.mkdir(exist_ok=True)
        gateway = Gateway(build_dir, place, devices).configure(config or {})
        started.append(gateway)
        return gateway
    return make


@pytest.fixture
def bus():
    """A USB bus for daemons whose `wrapper` is bus.wrapper(build_dir)."""
    if usb.is_missing():
        pytest.skip("umockdev is not installed")
    bus = usb.Bus()
    yield bus
    bus.close()


@pytest.fixture
def sim(make_sim):
    return make_sim()


@pytest.fixture
def gateway(sim, make_gateway):
    """A daemon with one modem, ready."""
    return make_gateway(sim).start()


@pytest.fixture
def ctl(build_dir):
    """ctl(socket, *words, input="") -> a finished process; input is what a till types."""
    def run(path, *words, input=""):
        done = subprocess.run([build_dir / "src/ctl/smsotpctl", "--socket", path, *words],
                              input=input.encode(), capture_output=True, timeout=60)
        done.out = done.stdout.decode()
        done.err = done.stderr.decode()
        assert "Sanitizer" not in done.err and "runtime error" not in done.err, done.err
        return done
    return run


@pytest.fixture
def handset(sim):
    return sim.handset


@pytest.fixture
def chance():
    """Random numbers; a failed test shows their seed, and SMSOTP_TEST_SEED=N repeats them."""
    seed = int(os.environ.get("SMSOTP_TEST_SEED") or secrets.randbits(32))
    print(f"seed {seed}")
    return random.Random(seed)


@pytest.fixture
def numbers():
    """Phone numbers that no text has gone to yet, no two of one block of 10,000."""
    return (f"+9198{n:08d}" for n in itertools.count(12345601, 10001))
