"""SIGTERM and SIGKILL at any moment: what was answered holds, and nothing is sent twice."""
import collections
import itertools
import random
import signal
import socket
import sqlite3
import threading
import time
from http.client import HTTPException

import pytest

from smsotp import http, wait
from smsotp.gateway import NO_LIMITS

OPEN = ("queued", "sending")


def test_stop_with_requests_under_way(gateway, numbers):
    """More requests are readable than the daemon can answer before it has left its loop."""
    issued = gateway.verify(next(numbers))
    request = (f"GET /v1/verifications/{issued['id']} HTTP/1.1\r\nHost: x\r\n\r\n" * 400).encode()
    sockets = []
    for _ in range(20):
        one = socket.socket(socket.AF_UNIX)
        one.connect(str(gateway.api_socket))
        one.setblocking(False)
        one.send(request)
        sockets.append(one)
    gateway.process.popen.send_signal(signal.SIGTERM)
    status = gateway.process.wait(15)
    gateway.process.require_clean()
    assert status == 0, gateway.log()
    gateway.process = None
    for one in sockets:
        one.close()


ENOUGH = 15  # of verifications, that something was under way at all


class Till(threading.Thread):
    """Asks for codes and guesses at them, over and over, and remembers the answers."""

    def __init__(self, gateway, seed, numbers, lock):
        super().__init__(daemon=True)
        self.gateway, self.random, self.numbers, self.lock = \
            gateway, random.Random(seed), numbers, lock
        self.issued = {}
        self.wrong = collections.Counter()
        self.surprises = []
        self.ends = False

    def turn(self, connection):
        if not self.issued or self.random.random() < 0.5:
            with self.lock:
                number = next(self.numbers)
            answer = http.send(connection, "POST", "/v1/verifications",
                               {"to": number, "purpose": "login"})
            if answer.status == 201:
                self.issued[answer["id"]] = number
        else:
            name = self.random.choice(list(self.issued)[-10:])
            answer = http.send(connection, "POST", f"/v1/verifications/{name}/check",
                               {"code": f"{self.random.randrange(10 ** 6):06d}"})
            if answer.status == 200:
                self.wrong[name] += answer["result"] == "incorrect"
        if answer.status not in (200, 201, 503):
            self.surprises.append(answer)

    def run(self):
        connection = self.gateway.connection()
        while not self.ends:
            try:
                self.turn(connection)
            except (OSError, HTTPException):
                connection.close()
                time.sleep(0.02)
            time.sleep(self.random.random() * 0.02)


def end_somehow(gateway, chance):
    """Power cut, or a stop that is waited for."""
    if chance.random() < 0.6:
        gateway.kill9()
    else:
        gateway.stop()


@pytest.mark.time_limit(300)
def test_ended_at_random_moments(make_sim, make_gateway, numbers):
    seed = 20261123
    print("seed", seed)
    chance = random.Random(seed)
    sim = make_sim(count=3, cmgs_ms=20)
    gateway = make_gateway(sim, NO_LIMITS).start()
    lock = threading.Lock()
    tills = [Till(gateway, seed + i, numbers, lock) for i in range(4)]
    for till in tills:
        till.start()
    plugged = [True] * 3
    for turn in itertools.count():
        # Where the machine is slow, until there is enough under way to tell anything.
        if turn >= 14 and sum(len(till.issued) for till in tills) > ENOUGH:
            break
        sim.control("cmgs-ms", chance.randrange(3), chance.choice([0, 20, 200]))
        which = chance.randrange(3)
        if chance.random() < 0.4:
            sim.control("unplug" if plugged[which] else "plug", which)
            plugged[which] = not plugged[which]
        time.sleep(chance.random() * 0.4)
        end_somehow(gateway, chance)
        gateway.spawn()
        gateway.wait_answering()
    for till in tills:
        till.ends = True
        till.join(20)
    for which, is_plugged in enumerate(plugged):
        if not is_plugged:
            sim.plug(which)
        sim.control("cmgs-ms", which, 0)
    gateway.wait_ready()
    account_for(gateway, sim, tills)


def account_for(gateway, sim, tills):
    def rows(statement):
        with sqlite3.connect(f"file:{gateway.database}?mode=ro", uri=True) as database:
            return database.execute(statement).fetchall()

    def all_ended():
        return not any(status in OPEN for _, status in messages())

    def messages():
        return rows("SELECT verification_id, status FROM messages")

    wait.until("all texts to end", all_ended, 30, every=0.2, on_timeout=gateway.log)
    status_of = dict(messages())
    attempts_of = dict(rows("SELECT id, attempts FROM verifications"))
    received = collections.Counter(text["to"] for text in sim.handset.texts())
    assert max(received.values()) == 1, received.most_common(3)
    n_issued = 0
    for till in tills:
        assert till.surprises == []
        for name, number in till.issued.items():
            n_issued += 1
            assert name in attempts_of, f"{name} was acknowledged and is lost"
            assert till.wrong[name] <= min(attempts_of[name], 5), f"a free guess at {name}"
            if status_of[name] == "sent":
                assert received[number] == 1, f"{name} is sent, and nothing arrived"
            elif status_of[name] != "unknown":
                assert received[number] == 0, f"{name} is {status_of[name]}, and arrived"
    assert n_issued > ENOUGH
