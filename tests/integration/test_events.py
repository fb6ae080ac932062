"""The journal, followed as Server-Sent Events and looked at in the database."""
import hashlib
import json
import signal
import socket
import sqlite3
import subprocess

import pytest

from smsotp import entries, wait
from smsotp.contract import contract

LIFE = ["verification.created", "message.queued", "message.sending", "message.sent",
        "verification.incorrect", "verification.approved"]


class Follower:
    """One stream, read block by block."""

    def __init__(self, gateway, query="", last_id=None, socket=None, headers=None):
        self.connection = gateway.connection(socket)
        headers = {**(headers or {}), **({} if last_id is None else {"Last-Event-ID": str(last_id)})}
        self.connection.request("GET", f"/v1/events{query}", headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        assert self.response.headers["Content-Type"] == "text/event-stream"
        self.place = int(self.block()["id"])

    def block(self):
        """The next block that is no comment, as a dictionary."""
        fields = {}
        while True:
            line = self.response.readline().decode()
            assert line, "the stream has ended"
            line = line.rstrip("\n")
            if not line and fields:
                return fields
            name, _, value = line.partition(": ")
            if name and not line.startswith(":"):
                fields[name] = value

    def event(self):
        block = self.block()
        event = json.loads(block["data"])
        contract().check_schema("Gap" if event["type"] == "gap" else "Event", event)
        assert block["event"] == event["type"]
        if event["type"] != "gap":
            assert int(block["id"]) == event["seq"]
        return event

    def until(self, kind):
        events = [self.event()]
        while events[-1]["type"] != kind:
            events.append(self.event())
        return events

    def close(self):
        self.response.close()
        self.connection.close()


def live(gateway, handset, number):
    issued = gateway.verify(number, reference="bill-1")
    gateway.wait_message(issued["id"], "sent")
    code = handset.code(number)
    wrong = f"{(int(code) + 1) % 10 ** 6:06}"
    assert gateway.check(issued["id"], wrong)["result"] == "incorrect"
    assert gateway.check(issued["id"], code)["result"] == "approved"
    return issued["id"], code


def test_who_sees_what(sim, make_gateway, numbers):
    """As the routes do: received texts with `inbound`, modems and everybody's with `status`, else the own ones."""
    tokens = {name: f"smsotp_{name}" for name in ("till", "office", "owner")}
    hashes = {f"client {name}": {"token_hash": hashlib.sha256(token.encode()).hexdigest()}
              for name, token in tokens.items()}
    hashes["client office"]["inbound"] = hashes["client owner"]["status"] = "yes"
    gateway = make_gateway(sim, hashes).start()
    headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    followers = {name: Follower(gateway, headers=headers[name]) for name in tokens}
    sim.control("receive", 0, next(numbers), "hello")
    wait.until("the text to be stored", lambda: gateway.request("GET", "/v1/inbound")["inbound"])
    for action, state in (("disable", "disabled"), ("enable", "ready")):
        assert gateway.request("POST", f"/v1/modems/m0/{action}").status == 200
        gateway.wait_modem(state)
    for name in tokens:
        assert gateway.verify(next(numbers), headers=headers[name]).status == 201
    seen = {}
    for name, follower in followers.items():
        events = [follower.event()]
        while (events[-1]["type"], events[-1].get("client")) != ("verification.created", name):
            events.append(follower.event())
        follower.close()
        seen[name] = {(event["type"].split(".")[0], event.get("client")) for event in events} - {("message", name)}
    assert seen["till"] == {("verification", "till")}
    assert seen["office"] == {("inbound", None), ("verification", "office")}
    assert seen["owner"] >= {("modem", None)} | {("verification", name) for name in tokens}
    assert ("inbound", None) not in seen["owner"]


def test_a_life_in_order(gateway, handset, numbers):
    follower = Follower(gateway, "?types=verification,message")
    number = next(numbers)
    verification, code = live(gateway, handset, number)
    events = follower.until("verification.approved")
    assert [event["type"] for event in events] == LIFE
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})
    assert events[0]["id"] == verification and events[0]["reference"] == "bill-1"
    assert events[3]["verification"] == verification and events[3]["modem"] == "m0"
    assert events[4]["attempts_left"] == 4
    text = json.dumps(events)
    assert code not in text and number not in text and number[-4:] in text


def test_resumed_over_a_restart(gateway, handset, numbers):
    """Nothing is lost and nothing comes twice."""
    first = Follower(gateway, "?types=verification,message")
    live(gateway, handset, next(numbers))
    seen = [first.event() for _ in range(3)]
    first.close()
    gateway.restart()
    second = Follower(gateway, "?types=verification,message", last_id=seen[-1]["seq"])
    live(gateway, handset, next(numbers))
    seen += second.until("verification.approved") + second.until("verification.approved")
    assert [event["type"] for event in seen] == LIFE + LIFE
    again = Follower(gateway, f"?types=verification,message&after={seen[0]['seq'] - 1}")
    assert [again.event() for _ in seen] == seen


def hash_of(token):
    return hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("change", ["token replaced", "section gone", "nothing"])
def test_a_reload_ends_whom_it_takes_the_leave_from(sim, make_gateway, handset, numbers, change):
    """Not by the name of the client, but by what he has shown."""
    old, new, other = ("smsotp_" + letter * 43 for letter in "abc")
    gateway = make_gateway(sim, {"client till": {"token_hash": hash_of(old)},
                                 "client web": {"token_hash": hash_of(other)}}).start()
    follower = Follower(gateway, headers={"Authorization": f"Bearer {old}"})
    if change == "token replaced":
        gateway.config["client till"]["token_hash"] = hash_of(new)
    elif change == "section gone":
        del gateway.config["client till"]
    gateway.write_config()
    gateway.process.popen.send_signal(signal.SIGHUP)
    wait.until("the reload", lambda: "event=reloaded" in gateway.log())
    shown = {"token replaced": new, "section gone": other, "nothing": old}[change]
    gateway.verify(next(numbers), headers={"Authorization": f"Bearer {shown}"})
    if change == "nothing":
        assert follower.event()["type"] == "verification.created"
    else:
        with pytest.raises(AssertionError, match="the stream has ended"):
            follower.event()
        assert gateway.request("GET", "/v1/health", headers={"Authorization": f"Bearer {old}"}).status == 401


def test_a_place_that_is_gone(gateway):
    with sqlite3.connect(gateway.state_dir / "smsotp.db") as database:
        [head] = database.execute("SELECT seq FROM journal_ends WHERE name = 'head'").fetchone()
    ahead = Follower(gateway, last_id=head + 1000)
    assert ahead.event() == {"type": "gap", "from": ahead.place + 1, "to": head + 1000}


@pytest.mark.parametrize("query, param", [
    ("?types=weather", "types"), ("?types=", "types"), ("?types=request", "types"),
    ("?types=verification.", "types"), ("?after=x", "after"), ("?after=-1", "after")])
def test_refused(gateway, query, param):
    answer = gateway.request("GET", f"/v1/events{query}")
    assert answer.status == 422
    assert answer["invalid_params"][0]["name"] == param


def test_nothing_secret_in_the_journal(gateway, handset, numbers):
    number = next(numbers)
    _, code = live(gateway, handset, number)
    gateway.request("GET", "/v1/verifications/vf_00000000000000000000000000")

    def refused():
        """The journal, once it has the refusal too, which is written behind its answer."""
        with sqlite3.connect(gateway.state_dir / "smsotp.db") as database:
            rows = database.execute("SELECT * FROM journal ORDER BY seq").fetchall()
        return rows if any(row[2] == "request.refused" for row in rows) else None

    rows = wait.until("a refusal in the journal", refused)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    kinds = [row[2] for row in rows]
    assert kinds[0] == "daemon.started" and "modem.ready" in kinds
    assert code not in repr([row[3:9] for row in rows]) and number not in repr(rows)


def test_a_reader_who_does_not_read(make_gateway):
    """He is left when too much waits for him; who reads misses nothing, and he may come again."""
    gateway = make_gateway().start(ready=False)
    slow = socket.socket(socket.AF_UNIX)
    slow.settimeout(15)
    slow.connect(str(gateway.api_socket))
    slow.sendall(b"GET /v1/events?types=number HTTP/1.0\r\n\r\n")
    good = Follower(gateway, "?types=number")
    got = []

    def read():
        got.extend(good.event()["seq"] for _ in range(entries.CONNECTIONS))
    n = entries.make(gateway, 100, read)
    assert got == sorted(set(got))
    # What he finds when he looks at last is what was sent before he was left.
    with slow:
        sent = b"".join(iter(lambda: slow.recv(65536), b"")).decode()
    seen = [int(line[4:]) for line in sent.splitlines() if line.startswith("id: ")][1:]
    assert 0 < len(seen) < n and got[:len(seen) - 1] == seen[:-1]
    again = Follower(gateway, "?types=number", last_id=seen[-2])
    assert again.event()["seq"] == got[len(seen) - 1]


def test_ctl_follows_over_a_restart_before_the_first_event(gateway, handset, numbers, build_dir):
    """From where it began, not from when it was there again."""
    follower = subprocess.Popen([build_dir / "src/ctl/smsotpctl", "--socket", gateway.admin_socket, "events",
                                 "--types", "verification,message"], stdout=subprocess.PIPE, text=True)
    try:
        wait.until("the stream", lambda: b'route="/v1/events' in gateway.request("GET", "/metrics").body)
        gateway.restart()
        live(gateway, handset, next(numbers))
        assert [follower.stdout.readline().split()[1] for _ in LIFE] == LIFE
    finally:
        follower.terminate()
        follower.wait()
        follower.stdout.close()


def test_ctl_follows(gateway, handset, numbers, build_dir):
    """One line an event, over a restart too."""
    now = Follower(gateway)
    now.close()
    done = subprocess.Popen(
        [build_dir / "src/ctl/smsotpctl", "--socket", gateway.admin_socket, "events",
         "--since", str(now.place), "--types", "verification,message"], stdout=subprocess.PIPE, text=True)
    try:
        ids = [live(gateway, handset, next(numbers))[0]]
        lines = [done.stdout.readline().split() for _ in LIFE]
        gateway.restart()
        ids.append(live(gateway, handset, next(numbers))[0])
        lines += [done.stdout.readline().split() for _ in LIFE]
    finally:
        done.terminate()
        done.wait()
        done.stdout.close()
    assert [words[1] for words in lines] == 2 * LIFE
    assert [words[2] for words in lines if words[1].startswith("verification")] == \
        [ids[0]] * 3 + [ids[1]] * 3
    assert "reference=bill-1" in lines[0] and lines[0][0].endswith("Z")
