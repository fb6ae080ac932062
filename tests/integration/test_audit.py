"""The audit log: whoever changes it without the key is found out, and by what."""
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3

import pytest

from smsotp import entries as journal
from smsotp import wait

INTACT, BROKEN, UNCHECKED, REFUSED = 0, 1, 3, 2
COLUMNS = ("at_wall, kind, object, client, actor_uid, number_masked, number_index, detail, key_id, "
           "hash")


@pytest.fixture
def audit(ctl):
    """audit(gateway, *words): the exit status and what was printed, as JSON."""
    def run(gateway, *words):
        done = ctl(gateway.admin_socket, "--json", "audit", *words)
        assert done.err == "", done.err
        return done.returncode, [json.loads(line) for line in done.out.splitlines()]
    return run


@pytest.fixture
def lived(gateway, handset, numbers):
    """A stopped gateway that has something to tell, with the number and the code of it."""
    number = next(numbers)
    issued = gateway.verify(number, reference="bill-1")
    gateway.wait_message(issued["id"], "sent")
    code = handset.code(number)
    gateway.check(issued["id"], f"{(int(code) + 1) % 10 ** 6:06}")
    assert gateway.check(issued["id"], code)["result"] == "approved"
    gateway.stop()
    gateway.number, gateway.code = number, code
    return gateway


class Tampering:
    """Puts the state back as it was, and changes it while nobody runs."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.pristine = gateway.folder / "pristine"
        shutil.copytree(gateway.state_dir, self.pristine)
        with self.database() as database:
            [self.last] = database.execute("SELECT max(seq) FROM journal").fetchone()
            [self.approved] = database.execute(
                "SELECT seq FROM journal WHERE kind = 'verification.approved'").fetchone()

    def database(self):
        return sqlite3.connect(self.gateway.database, isolation_level=None)

    def start(self, *statements):
        if self.gateway.process:
            self.gateway.stop()
        shutil.rmtree(self.gateway.state_dir)
        shutil.copytree(self.pristine, self.gateway.state_dir)
        with self.database() as database:
            for statement in statements:
                assert database.execute(statement).rowcount != 0, statement
        database.close()
        return self.gateway.start(ready=False)


def test_tampering(lived, audit):
    tampering = Tampering(lived)
    middle, last = tampering.approved, tampering.last
    assert 1 < middle < last
    copy = f"INSERT INTO journal SELECT %d, {COLUMNS} FROM journal WHERE seq = %d"
    aside = 10 ** 6
    for name, statements, fault, first_bad in [
            ("one byte", [f"UPDATE journal SET kind = 'verification.apprOved' WHERE seq = {middle}"],
             "changed", middle),
            ("whose", [f"UPDATE journal SET actor_uid = 7 WHERE seq = {middle}"], "changed", middle),
            ("deleted", [f"DELETE FROM journal WHERE seq = {middle}"], "missing", middle),
            ("renumbered", [f"DELETE FROM journal WHERE seq = {middle}",
                            f"UPDATE journal SET seq = seq + {aside} WHERE seq > {middle}",
                            f"UPDATE journal SET seq = seq - {aside} - 1 WHERE seq > {aside}"],
             "changed", middle),
            ("tail", [f"DELETE FROM journal WHERE seq > {middle}"], "missing", middle + 1),
            ("begin", ["DELETE FROM journal WHERE seq <= 3"], "missing", 1),
            ("swapped", [f"UPDATE journal SET seq = {aside} WHERE seq = {middle}",
                         f"UPDATE journal SET seq = {middle} WHERE seq = {middle - 1}",
                         f"UPDATE journal SET seq = {middle - 1} WHERE seq = {aside}"],
             "changed", middle - 1),
            ("inserted", [f"UPDATE journal SET seq = seq + {aside} WHERE seq > {middle}",
                          f"UPDATE journal SET seq = seq - {aside} + 1 WHERE seq > {aside}",
                          copy % (middle + 1, middle)],
             "changed", middle + 1),
            ("appended", [copy % (last + 1, last)], "changed", last + 1)]:
        status, [verdict] = audit(tampering.start(*statements), "verify")
        found = verdict["result"], verdict["fault"], verdict["first_bad_sequence"]
        assert (status, *found) == (BROKEN, "broken", fault, first_bad), name
        assert "event=warning warning=audit" in lived.log()
        assert "audit" in [warning["code"] for warning in lived.health()["warnings"]]
    status, [verdict] = audit(tampering.start(), "verify")
    assert (status, verdict["result"], verdict["first_bad_sequence"]) == (INTACT, "intact", None)
    assert verdict["rows"] == verdict["head"]["entries"] > last
    assert lived.health()["warnings"] == []


def test_a_noted_head(lived, audit, ctl):
    """What holds in itself and yet is not the log that it was."""
    tampering = Tampering(lived)
    tampering.start()
    noted = ctl(lived.admin_socket, "audit", "head").out.strip()
    assert re.fullmatch(r"seq=\d+ hash=[0-9a-f]{64} at=[0-9TZ:-]{20}", noted)
    status, [verdict] = audit(lived, "verify", "--head", noted)
    assert (status, verdict["noted_head"]) == (INTACT, "matches")
    by_hand = " ".join(word.partition("=")[2] for word in noted.split()[:2])[:-48]
    assert audit(lived, "verify", "--head", by_hand)[0] == INTACT
    in_log = [line for line in lived.log().splitlines() if "event=audit_head" in line][-1]
    assert audit(lived, "verify", "--head", in_log)[1][0]["noted_head"] == "matches"
    # The tail is cut off, with the mark of where the log ends put back too; then the daemon goes on.
    seq = int(noted.split()[0].partition("=")[2])
    status, [verdict] = audit(tampering.start(), "verify", "--head", noted.replace(
        f"seq={seq}", f"seq={seq + 50}"))
    assert (status, verdict["fault"]) == (BROKEN, "noted_head")
    for _ in range(3):
        lived.restart(ready=False)
    status, [verdict] = audit(lived, "verify", "--head", noted)
    assert (status, verdict["fault"], verdict["noted_head"]) == (BROKEN, "noted_head", "differs")
    assert verdict["first_bad_sequence"] == seq
    assert audit(lived, "verify")[0] == INTACT
    done = ctl(lived.admin_socket, "audit", "verify", "--head", noted)
    assert done.returncode == BROKEN and done.out.startswith("broken: this is not the log")
    done = ctl(lived.admin_socket, "audit", "verify", "--head", "yesterday's")
    assert done.returncode == REFUSED and "seq=NUMBER hash=DIGITS" in done.err


def test_another_key(lived, audit):
    """What was written under a key that is gone is counted, and said not to have been looked at."""
    lived.key_path.chmod(0o600)
    lived.key_path.write_bytes(bytes(range(32)))
    lived.start()
    status, [verdict] = audit(lived, "verify")
    assert (status, verdict["result"]) == (UNCHECKED, "intact")
    assert 0 < verdict["unchecked"] < verdict["rows"]


def test_export(lived, audit, ctl):
    lived.start()
    number = lived.number
    assert audit(lived, "verify")[0] == INTACT

    def everything():
        status, entries = audit(lived, "export")
        assert status == 0
        return entries if entries[-1]["type"] == "admin.action" else None
    entries = wait.until("the verification in the log", everything)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[-1]["action"] == "audit.verify" and isinstance(entries[-1]["uid"], int)
    [approved] = [entry for entry in entries if entry["type"] == "verification.approved"]
    assert approved["to"].startswith("+91***") and len(approved["to_index"]) == 32
    assert len({entry["hash"] for entry in entries}) == len(entries)
    # No code, not even as part of something, and no number.
    shown = [{key: value for key, value in entry.items() if key not in ("hash", "to_index", "id")}
             for entry in entries]
    assert lived.code not in json.dumps(shown)
    assert number not in json.dumps(entries) and number[1:] not in json.dumps(entries)
    # From an entry on, and from a time on.
    assert audit(lived, "export", "--from", str(approved["seq"]))[1] == entries[approved["seq"] - 1:]
    since = audit(lived, "export", "--since", approved["at"])[1]
    assert since == [entry for entry in entries if entry["at"] >= approved["at"]]
    assert audit(lived, "export", "--since", "2199-01-01")[1] == []
    assert ctl(lived.admin_socket, "audit", "export", "--since", "2026-02-30").returncode == REFUSED


def test_many_pages(make_gateway, audit):
    gateway = make_gateway().start(ready=False)
    n = journal.make(gateway, 36)
    status, found = audit(gateway, "export")
    assert status == 0 and len(found) > n > 500
    assert [entry["seq"] for entry in found] == list(range(1, len(found) + 1))
    assert audit(gateway, "verify")[0] == INTACT


def test_which_configuration(make_gateway, audit):
    """Each start and reload tells by a mark whether the configuration is another one."""
    gateway = make_gateway().start(ready=False).wait_loaded()
    gateway.restart(ready=False).wait_loaded()
    for shop in ("Meena Silks", "Ravi Stores"):
        gateway.configure({"gateway": {"shop": shop}}).write_config()
        before = gateway.log().count("event=reloaded")
        gateway.process.popen.send_signal(signal.SIGHUP)
        wait.until("the reload", lambda: gateway.log().count("event=reloaded") > before)

    def told():
        found = [(entry["type"], entry.get("config")) for entry in audit(gateway, "export")[1]
                 if entry["type"] in ("daemon.started", "daemon.reloaded")]
        return found if len(found) == 4 else None
    kinds, marks = zip(*wait.until("all in the log", told))
    assert kinds == ("daemon.started", "daemon.started", "daemon.reloaded", "daemon.reloaded")
    assert marks[0] == marks[1] == marks[3] != marks[2] and all(len(mark) == 32 for mark in marks)


# Each route that technicians alone may change something by, and what the log then says.
ACTIONS = {
    "/v1/keys/rotate": (None, {"type": "key.rotated"}),
    "/v1/clock/accept": (None, {"action": "clock.accept", "codes_void": 0}),
    "/v1/limits/reset": ({"limit": "conversion", "to": "+919812345678"}, {"action": "limits.reset"}),
    "/v1/optouts": ({"to": "+919812345678"}, {"type": "number.opted_out"}),
    "/v1/optouts/remove": ({"to": "+919812345678"}, {"type": "number.opted_in"}),
    "/v1/audit/verify": (None, {"action": "audit.verify"}),
    "/v1/modems/{name}/at": ({"command": "AT+CSQ"}, {"action": "at", "outcome": "done"}),
    "/v1/modems/{name}/ussd": ({"code": "*123#"}, {"action": "ussd"}),
    "/v1/modems/{name}/pin": ({"pin": "1234"}, {"action": "pin", "outcome": "not_ready"}),
    "/v1/modems/{name}/reset": (None, {"action": "reset"}),
    "/v1/modems/{name}/disable": (None, {"action": "disable"}),
    "/v1/modems/{name}/enable": (None, {"action": "enable"}),
}


def test_what_technicians_do(gateway, audit):
    """Every one of their actions, with the user."""
    router = (pathlib.Path(__file__).parents[2] / "src/api/router.c").read_text()
    assert set(re.findall(r'\{"POST", "([^"]+)", TECHNICIANS', router)) == set(ACTIONS)
    for route, (body, expected) in ACTIONS.items():
        gateway.request("POST", route.format(name="m0"), body, socket=gateway.admin_socket)

        def noted():
            return [entry for entry in audit(gateway, "export")[1] if expected.items() <= entry.items()]
        [entry] = wait.until(f"an entry of {route}", noted)
        assert entry["uid"] == os.getuid(), entry


def test_refusals_outlive_the_end(make_gateway, audit):
    """Those that repeat are counted together; what was counted a second ago is not lost by an end without warning."""
    gateway = make_gateway().start(ready=False).wait_loaded()

    def counted():
        found = [entry.get("count", 1) for entry in audit(gateway, "export")[1]
                 if entry.get("code") == "destination_blocked"]
        return len(found), sum(found)
    for n in range(6):
        assert gateway.verify(f"+44740012345{n}").status == 403
    wait.until("the counts to be saved", lambda: b" destination_blocked - 5" in b"".join(
        path.read_bytes() for path in gateway.state_dir.glob("smsotp.db*")))
    assert counted() == (1, 1)
    gateway.kill9()
    gateway.start(ready=False).wait_loaded()
    assert counted() == (2, 6)
    gateway.kill9()
    gateway.start(ready=False).wait_loaded()
    assert counted() == (2, 6)
    assert gateway.verify("+447400123456").status == 403
    assert gateway.verify("+447400123456").status == 403
    gateway.restart(ready=False).wait_loaded()
    assert counted() == (4, 8)
    gateway.restart(ready=False).wait_loaded()
    assert counted() == (4, 8) and audit(gateway, "verify")[0] == INTACT
