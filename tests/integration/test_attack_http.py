"""Callers that behave badly harm themselves alone."""
import os
import resource
import socket
import time

import pytest

from smsotp import wait


def dial(gateway, timeout=5):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(timeout)
    wait.until("room in the backlog", lambda: try_connect(connection, gateway))
    return connection


def try_connect(connection, gateway):
    try:
        connection.connect(str(gateway.api_socket))
    except BlockingIOError:
        return False
    return True


def post(number):
    body = b'{"to":"%s","purpose":"login"}' % number.encode()
    return (b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)) + body


def resident_kib(gateway):
    with open(f"/proc/{gateway.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def cpu_seconds(gateway):
    with open(f"/proc/{gateway.process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("request_bytes", [
    b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n" * 1000,
    b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + b"x" * 60000,
], ids=["get", "post"])
def test_who_never_reads_takes_no_memory(gateway, request_bytes):
    before = resident_kib(gateway)
    with dial(gateway) as connection:
        connection.setblocking(False)
        pushed = 0
        until = time.monotonic() + 2
        while time.monotonic() < until and pushed < 100_000_000:
            try:  # from where the last one was cut, so that it stays a stream of requests
                pushed += connection.send(request_bytes[pushed % len(request_bytes):])
            except BlockingIOError:
                time.sleep(0.005)
        grown = resident_kib(gateway) - before
        assert gateway.health().status == 200
    assert grown < 8192, f"{grown} KiB more after {pushed} bytes"


def test_more_connections_than_descriptors(sim, make_gateway):
    """None is left for a while: no busy loop, no flood in the log, and it recovers."""
    gateway = make_gateway(sim).start()
    resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (128, 128))
    connections = []
    for _ in range(200):
        one = socket.socket(socket.AF_UNIX)
        one.setblocking(False)
        try:
            one.connect(str(gateway.api_socket))
        except BlockingIOError:
            one.close()
            continue
        connections.append(one)
    time.sleep(0.5)
    lines, cpu = gateway.log().count("\n"), cpu_seconds(gateway)
    time.sleep(2)
    lines, cpu = gateway.log().count("\n") - lines, cpu_seconds(gateway) - cpu
    for one in connections:
        one.close()
    gateway.wait_ready(10)
    assert cpu < 0.2 and lines < 50, f"{cpu} s of CPU and {lines} lines in 2 s"


def test_half_closed_connection_is_answered(gateway, numbers):
    with dial(gateway) as connection:
        connection.sendall(post(next(numbers)))
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(64).startswith(b"HTTP/1.1 201 ")


def test_caller_gone_before_the_answer(gateway, numbers):
    for i in range(100):
        connection = dial(gateway)
        connection.sendall(post(next(numbers)))
        if i % 3 == 1:
            connection.shutdown(socket.SHUT_WR)
        elif i % 3 == 2:
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    assert gateway.health().status == 200


def test_hundred_requests_in_one_breath(gateway):
    with dial(gateway) as connection:
        connection.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        received = b""
        while received.count(b"HTTP/1.1 200 ") < 100:
            more = connection.recv(65536)
            assert more, received[-300:]
            received += more


def test_five_hundred_slow_callers(gateway):
    connections = []
    for _ in range(500):
        connections.append(dial(gateway))
        connections[-1].sendall(b"GET /v1/health HT")
    wait.until("an answer beside them", lambda: gateway.health().status == 200)
    for connection in connections:
        connection.sendall(b"TP/1.1\r\nHost: x\r\n\r\n")
    for connection in connections:
        assert connection.recv(64).startswith(b"HTTP/1.1 200 ")
        connection.close()


@pytest.mark.parametrize("name", ["é" * 40, "aé" * 40, "x" * 33, "+919812345678"])
def test_odd_name_does_not_come_back(gateway, name):
    answer = gateway.request("POST", "/v1/verifications",
                             {"to": "+919812345678", "purpose": "login", name: 1})
    assert answer.status == 422
    assert answer["invalid_params"][0]["name"] == "body" and name not in answer.body.decode()
