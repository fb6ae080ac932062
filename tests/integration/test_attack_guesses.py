"""Thousands of checks at once: one approval of a right code, and no guess beyond the attempts."""
import collections
import json
import socket
import sqlite3
import threading

from smsotp.gateway import NO_LIMITS

CONNECTIONS = 20


def check_often(gateway, name, code, total):
    """Results of `total` checks of a code, sent by all connections at once, one behind the other."""
    body = json.dumps({"code": code}).encode()
    request = (f"POST /v1/verifications/{name}/check HTTP/1.1\r\nHost: x\r\n"
               f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
    results = collections.Counter()
    barrier = threading.Barrier(CONNECTIONS)
    lock = threading.Lock()

    def one():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(90)
            peer.connect(str(gateway.api_socket))
            stream = peer.makefile("rb")
            barrier.wait()
            own = collections.Counter()
            for _ in range(total // CONNECTIONS):
                peer.sendall(request)
                own[read_result(stream)] += 1
        with lock:
            results.update(own)
    threads = [threading.Thread(target=one) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return results


def read_result(stream):
    status = stream.readline()
    length = 0
    while (line := stream.readline().strip()):
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    answer = json.loads(stream.read(length))
    assert b" 200 " in status, (status, answer)
    return answer["result"]


def counted(gateway, name):
    """Attempts that were compared, as the database has them, and wrong guesses of its number."""
    with sqlite3.connect(f"file:{gateway.database}?mode=ro", uri=True) as database:
        attempts, = database.execute("SELECT attempts FROM verifications WHERE id = ?", (name,)).fetchone()
        guesses, = database.execute("SELECT count(*) FROM guesses").fetchone()
    return attempts, guesses


def test_1000_checks_of_the_right_code_approve_once(sim, make_gateway, numbers):
    gateway = make_gateway(sim, NO_LIMITS).start()
    number = next(numbers)
    issued = gateway.verify(number)
    results = check_often(gateway, issued["id"], sim.handset.code(number), 1000)
    assert results == {"approved": 1, "already_approved": 999}
    assert counted(gateway, issued["id"]) == (1, 0)


def test_10000_wrong_guesses_are_compared_as_often_as_there_are_attempts(sim, make_gateway, numbers):
    gateway = make_gateway(sim, NO_LIMITS).start()
    number = next(numbers)
    issued = gateway.verify(number)
    code = sim.handset.code(number)
    results = check_often(gateway, issued["id"], f"{(int(code) + 1) % 10 ** 6:06d}", 10000)
    assert results == {"incorrect": 5, "exhausted": 9995}
    assert counted(gateway, issued["id"]) == (5, 5)
    assert gateway.check(issued["id"], code)["result"] == "exhausted"
