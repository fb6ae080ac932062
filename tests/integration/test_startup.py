"""What the daemon refuses to start with: one clear line, and an exit status for each kind."""
import re
import shutil
import sqlite3

import pytest

from smsotp import wait
from smsotp.gateway import render_config

# <sysexits.h>
EX_DATAERR, EX_CANTCREAT, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG, EX_USAGE, EX_UNAVAILABLE = 65, 73, 75, 77, 78, 64, 69

GOOD = "[gateway]\nshop = Ravi Stores\ncountry = +91\n[keys]\nmaster = ephemeral\n"


def complaint(lines):
    """The one line of error; notices may stand before it."""
    errors = [line for line in lines if re.match(r"(<[0-3]>)?smsotpd|<[0-3]>", line)]
    assert len(errors) == 1, lines
    return errors[0]


@pytest.mark.parametrize("text, line, words", [
    (GOOD + "[gatway]\nshop = x\n", 6, ["gatway"]),
    (GOOD + "[api]\nsokcet = /x\n", 7, ["sokcet"]),
    (GOOD + "[purpose login]\nttl = 5 parsecs\n", 7, ["ttl", "10m"]),
    (GOOD + "[purpose login]\nlength = 11\n", 7, ["length", "10"]),
    (GOOD + "[purpose login]\nlength = 5\n", 7, ["length", "6"]),
    (GOOD + "[purpose login]\nattempts = 0\n", 7, ["attempts"]),
    (GOOD + "[limits]\nnumber = 1 per day\n", 7, ["number", "1/30s"]),
    (GOOD + "[store]\nurl = ftp://x\n", 7, ["url", "sqlite:"]),
    (GOOD + "[gateway]\nretention = soon\n", 7, ["retention", "30d"]),
    (GOOD.replace("+91", "India"), 3, ["country", "+91"]),
    (GOOD.replace("ephemeral", "secret"), 5, ["master"]),
    ("shop = before any section\n", 1, []),
    (GOOD + "this is no key\n", 6, []),
    (GOOD + "[client a]\nuser = no-such-user\n", 7, ["user"]),
    (GOOD + "[modem c]\ndevice = auto\n[modem  c]\n", 8, ["[modem c]", "line 6"]),
], ids=["section", "key", "time", "length above 10", "length below 6", "attempts", "limit", "store",
        "retention", "country", "master", "no section", "no key", "user", "modem twice"])
def test_bad_configuration(make_gateway, text, line, words):
    gateway = make_gateway()
    status, lines = gateway.run_to_end(text)
    error = complaint(lines)
    assert status == EX_CONFIG, lines
    assert f"{gateway.config_path}:{line}:" in error
    for word in words:
        assert word in error
    assert not gateway.api_socket.exists() and not gateway.database.exists()


def test_bad_template(make_gateway):
    text = GOOD + "[purpose login]\ntemplate.en = Hello {nobody}\n"
    status, lines = make_gateway().run_to_end(text)
    assert status == EX_CONFIG and ":7:" in complaint(lines)


def test_missing_configuration(make_gateway):
    gateway = make_gateway()
    gateway.write_config = lambda text=None: None
    status, lines = gateway.run_to_end()
    assert status == EX_CONFIG and str(gateway.config_path) in complaint(lines)


def test_configuration_is_a_folder(make_gateway):
    gateway = make_gateway()
    gateway.config_path.mkdir()
    gateway.write_config = lambda text=None: None
    status, lines = gateway.run_to_end()
    assert status == EX_CONFIG and str(gateway.config_path) in complaint(lines)


def test_unknown_option(make_gateway):
    gateway = make_gateway()
    gateway.command = lambda: [gateway.program, "--no-such-option"]
    status, _ = gateway.run_to_end()
    assert status == EX_USAGE


def test_missing_device_is_no_error(make_gateway, folder):
    gateway = make_gateway(config={"modem m0": {"device": folder / "absent"}})
    gateway.start(ready=False)
    answer = gateway.request("GET", "/v1/modems", socket=gateway.admin_socket)
    assert answer["modems"][0]["state"] == "absent"


def test_no_modem_section_is_no_error(make_gateway):
    assert make_gateway().start(ready=False).health().status == 503


def foreign_sqlite(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")


def not_sqlite(path):
    path.write_bytes(b"this is a letter, not a database\n" * 100)


@pytest.mark.parametrize("spoil", [foreign_sqlite, not_sqlite])
def test_database_that_is_not_ours(make_gateway, spoil):
    gateway = make_gateway()
    gateway.state_dir.mkdir()
    spoil(gateway.database)
    before = gateway.database.read_bytes()
    status, lines = gateway.run_to_end()
    assert status == EX_DATAERR and str(gateway.database) in complaint(lines)
    assert gateway.database.read_bytes() == before


def test_socket_path_too_long(make_gateway, folder):
    gateway = make_gateway(config={"api": {"socket": folder / ("x" * 120)}})
    status, lines = gateway.run_to_end()
    assert status == EX_CANTCREAT and "107" in complaint(lines)


def test_runtime_directory_missing_and_not_creatable(make_gateway, folder):
    gateway = make_gateway(config={"api": {"socket": folder / "no/such/folder/api.sock"}})
    status, lines = gateway.run_to_end()
    assert status == EX_CANTCREAT and "no/such/folder/api.sock" in complaint(lines)


@pytest.mark.parametrize("spoil", [
    lambda key: key.unlink(),
    lambda key: (key.chmod(0o600), key.write_bytes(b"short"), key.chmod(0o400)),
    lambda key: key.chmod(0o644),
], ids=["missing", "short", "readable by all"])
def test_key_that_cannot_be_used(make_gateway, spoil):
    gateway = make_gateway()
    spoil(gateway.key_path)
    status, lines = gateway.run_to_end()
    assert status == EX_NOPERM and str(gateway.key_path) in complaint(lines)


def test_second_daemon_on_the_same_sockets(make_gateway, numbers):
    first = make_gateway().start(ready=False)
    second = make_gateway(name="second")
    second.runtime_dir = first.runtime_dir
    status, lines = second.run_to_end()
    assert status == EX_TEMPFAIL and str(first.runtime_dir) in complaint(lines)
    assert first.health().status == 503


def test_second_daemon_on_the_same_database(make_gateway):
    first = make_gateway().start(ready=False)
    second = make_gateway(name="second")
    second.state_dir = first.state_dir
    second.config["keys"] = first.config["keys"]
    status, lines = second.run_to_end()
    assert status == EX_TEMPFAIL and str(first.database) in complaint(lines)
    assert first.health().status == 503


def test_sockets_left_by_a_killed_daemon(make_gateway):
    gateway = make_gateway().start(ready=False)
    gateway.kill9()
    assert gateway.api_socket.exists()
    assert gateway.start(ready=False).health().status == 503


def test_sockets_go_with_the_daemon(make_gateway):
    gateway = make_gateway().start(ready=False)
    gateway.stop()
    assert not gateway.api_socket.exists() and not gateway.admin_socket.exists()


def test_check_config(make_gateway):
    gateway = make_gateway()
    command = gateway.command("--check-config")
    gateway.command = lambda: command
    assert gateway.run_to_end(GOOD)[0] == 0
    assert not gateway.api_socket.exists() and not gateway.database.exists()
    gateway.log_path.unlink()
    status, lines = gateway.run_to_end(GOOD + "[api]\nsokcet = x\n")
    assert status == EX_CONFIG and f"{gateway.config_path}:7:" in complaint(lines)


@pytest.mark.parametrize("device", ["/etc/passwd", "/dev/null", "/tmp"])
def test_check_config_of_no_terminal(make_gateway, device):
    gateway = make_gateway()
    command = gateway.command("--check-config")
    gateway.command = lambda: command
    status, lines = gateway.run_to_end(GOOD + f"[modem c]\ndevice = {device}\n")
    assert status == EX_UNAVAILABLE and device in complaint(lines)


def test_check_config_of_a_foreign_database(make_gateway):
    gateway = make_gateway()
    gateway.state_dir.mkdir(mode=0o700, exist_ok=True)
    foreign_sqlite(gateway.database)
    before = gateway.database.read_bytes()
    command = gateway.command("--check-config")
    gateway.command = lambda: command
    status, lines = gateway.run_to_end(GOOD)
    assert status == EX_DATAERR and str(gateway.database) in complaint(lines)
    assert gateway.database.read_bytes() == before


def test_a_device_that_is_missing(make_gateway):
    gateway = make_gateway()
    gateway.spawn(GOOD + "[modem c]\ndevice = /dev/no-such\n")
    gateway.wait_answering()
    [line] = wait.until("a word on it", lambda: [
        line for line in gateway.log().splitlines() if "event=open-failed" in line])
    assert line.startswith("<4>") and "device=/dev/no-such" in line and "stat=" not in line


def test_defaults_need_only_a_shop(make_gateway):
    gateway = make_gateway()
    shutil.rmtree(gateway.state_dir, ignore_errors=True)
    gateway.spawn(render_config({"gateway": {"shop": "Ravi Stores"}, "keys": {"master": "ephemeral"}}))
    gateway.wait_answering()
