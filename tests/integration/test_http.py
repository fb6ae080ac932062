"""The edge where HTTP comes in: whatever arrives there, the daemon lives and others are served."""
import concurrent.futures
import json
import os
import re
import resource
import select
import signal
import socket
import time

import pytest

from smsotp import http, wait
from smsotp.peer import request_as
from smsotp.raw import RawConnection

GET_HEALTH = "GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
# A body that is read, understood, and refused for the missing `to`: it needs no modem.
BODY = '{"purpose":"login"}'
BODY_MAX = 8192
HEADERS_MAX = 8192


@pytest.fixture
def daemon(make_gateway):
    """Without a modem: health is 503, and stays as it is once the database has been read."""
    return make_gateway().start(ready=False).wait_loaded()


@pytest.fixture
def raw(daemon):
    connections = []

    def connect():
        connections.append(RawConnection(daemon.api_socket))
        return connections[-1]

    def close_all():
        while connections:
            connections.pop().close()
    connect.close_all = close_all
    yield connect
    close_all()


def post(body, *headers, path="/v1/verifications"):
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def post_sized(body, path="/v1/verifications"):
    return post(body, f"Content-Length: {len(body)}", path=path)


def assert_serves(daemon):
    """Somebody else is answered, at once."""
    before = time.monotonic()
    daemon.process.require_running()
    assert daemon.health().status == 503
    assert time.monotonic() - before < 2


def assert_refused_to(answer):
    """The refusal that BODY gets, and no other body."""
    assert answer.status == 422, answer
    assert [p["name"] for p in answer["invalid_params"]] == ["to"]


# Connections

def test_pipelining(raw):
    unknown = "/v1/verifications/vf_" + "0" * 26
    connection = raw().send((GET_HEALTH + post_sized('{"code":"123456"}', unknown + "/check")
                             + post_sized(BODY)) * 20)
    statuses = [connection.answer().status for _ in range(60)]
    assert statuses == [503, 404, 422] * 20


def test_connection_is_kept(raw):
    connection = raw()
    for _ in range(50):
        assert connection.send(GET_HEALTH).answer().status == 503


def test_connection_close(raw):
    connection = raw().send("GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert connection.answer().status == 503
    assert connection.is_closed()


def test_http_1_0(raw):
    connection = raw().send("GET /v1/health HTTP/1.0\r\n\r\n")
    assert connection.answer().status == 503
    assert connection.is_closed()


def test_http_1_0_keep_alive(raw):
    connection = raw()
    for _ in range(2):
        connection.send("GET /v1/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert connection.answer().status == 503


LENGTHS = "Content-Length: 5\r\nContent-Length: 7"
UNREADABLE = [
    ("GET /v1/health", 400, "malformed"),
    ("GET", 400, "malformed"),
    (" ", 400, "malformed"),
    ("\0", 400, "malformed"),
    ("\x16\x03\x01\x02", 400, "malformed"),  # TLS
    ("GET /v1/health HTTP/1", 400, "malformed"),
    ("GET  HTTP/1.1", 400, "malformed"),
    ("GET v1/health HTTP/1.1", 400, "malformed"),
    ("CONNECT localhost:1 HTTP/1.1", 400, "malformed"),
    ("GET /\x01 HTTP/1.1", 400, "malformed"),
    ("GET /v1/health#x HTTP/1.1", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\nHost: x", 400, "malformed"),
    ("GET /v1/health HTTP/9.9", 505, "http_version"),
    ("GET " + "/x" * 6000 + " HTTP/1.1", 414, "path_too_long"),
    ("GET /v1/health HTTP/1.1", 400, "malformed"),  # no Host
    ("GET /v1/health HTTP/1.1\r\nno colon", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\n: no name", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\n folded: first", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\nX: \0", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\nX: \x7f", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\n" + LENGTHS, 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", 400, "malformed"),
    ("GET /v1/health HTTP/1.1\r\nTransfer-Encoding: gzip", 501, "not_implemented"),
    ("GET /v1/health HTTP/1.1\r\nExpect: a miracle", 417, "expectation_failed"),
    ("GET /v1/health HTTP/1.1\r\nX: " + "y" * (HEADERS_MAX + 1000), 431, "headers_too_large"),
    ("GET /v1/health HTTP/1.1\r\n" + "X: y\r\n" * 2000, 431, "headers_too_large"),
    ("GET /v1/health HTTP/1.1\r\nX: " + "y" * 1_000_000, 431, "headers_too_large"),
]


@pytest.mark.parametrize("head, status, code", UNREADABLE, ids=range(len(UNREADABLE)))
def test_unreadable_request(daemon, raw, head, status, code):
    """It is told what is wrong as any other, and the connection ends."""
    connection = raw().send(f"{head}\r\n\r\n")
    answer = connection.answer()
    assert (answer.status, answer["status"], answer["code"]) == (status, status, code), answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert connection.is_closed()
    assert_serves(daemon)


@pytest.mark.parametrize("line, status", [
    ("BREW /v1/health HTTP/1.1", 405), ("TRACE /v1/health HTTP/1.1", 405), ("get /v1/health HTTP/1.1", 405),
    ("OPTIONS * HTTP/1.1", 404), ("GET http://[ HTTP/1.1", 404), ("GET /%zz HTTP/1.1", 404),
])
def test_odd_request_lines(raw, line, status):
    """One that can be read is answered, and the connection goes on."""
    connection = raw().send(f"{line}\r\nHost: x\r\n\r\n" + GET_HEALTH)
    assert connection.answer().status == status
    assert connection.answer().status == 503


def test_request_after_an_empty_line(raw):
    """Old clients send one behind a body (RFC 9112 §2.2)."""
    assert raw().send("\r\n\r\n" + GET_HEALTH).answer().status == 503


# Heads

def test_head_up_to_the_limit(raw):
    filling = "X: " + "y" * (HEADERS_MAX - 200)
    assert raw().send(f"GET /v1/health HTTP/1.1\r\nHost: x\r\n{filling}\r\n\r\n").answer().status == 503


def test_slow_request_is_refused(daemon, raw):
    """The time of a whole request runs from its first byte, however lively the peer is."""
    connection = raw()
    before = time.monotonic()
    while not select.select([connection.socket], [], [], 0.3)[0]:
        connection.send("G")
        assert time.monotonic() - before < 60
        assert_serves(daemon)
    answer = connection.answer()
    assert (answer.status, answer["code"]) == (408, "request_timeout"), answer
    assert time.monotonic() - before >= 9.9
    assert connection.is_closed()


def test_descriptors_are_allowed(daemon):
    limits = open(f"/proc/{daemon.process.pid}/limits").read()
    soft, hard = map(int, re.search(r"Max open files\s+(\d+)\s+(\d+)", limits).groups())
    assert soft == hard or soft >= 8704


def test_thousands_of_idle_connections(daemon):
    """They end for others; who has asked before is not the first to go."""
    needed = 5200
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[1] < needed:
        pytest.skip(f"{needed} descriptors are not allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], needed), limits[1]))
    connections = []
    try:
        first = RawConnection(daemon.api_socket)
        connections.append(first)
        assert first.send(GET_HEALTH).answer().status == 503
        before = resident_kib(daemon)
        for n in range(5000):
            connections.append(RawConnection(daemon.api_socket))
            if n % 500 == 499:
                assert_serves(daemon)
                assert first.send(GET_HEALTH).answer().status == 503
        if os.geteuid() == 0:
            daemon.folder.chmod(0o755)
            answer = request_as(12345, 12345, [], daemon.api_socket, "GET", "/v1/health")
            assert answer.status == 401
        assert connections[-1].send(GET_HEALTH).answer().status == 503
        assert connections[1].is_closed()
        # The sanitizers' allocator keeps what was freed, so theirs says nothing.
        if b"__asan_init" not in daemon.program.read_bytes():
            assert resident_kib(daemon) - before < 4096
    finally:
        for connection in connections:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_idle_and_unfinished_connections_hurt_nobody(daemon, raw):
    starts = ["", "G", "GET /v1/health HTTP/1.1\r\n", "GET /v1/health HTTP/1.1\r\nHost: x",
              post("", "Content-Length: 100"), post('{"to', "Content-Length: 100")]
    for n in range(300):
        raw().send(starts[n % len(starts)])
    for _ in range(20):
        assert_serves(daemon)


def resident_kib(daemon):
    status = open(f"/proc/{daemon.process.pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def processor_time(process):
    fields = open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_more_connections_than_descriptors(daemon, raw):
    resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (64, 64))
    first = raw()
    assert first.send(GET_HEALTH).answer().status == 503
    for _ in range(80):
        raw()
    wait.until("it to be told", lambda: "too_many_connections" in daemon.log())
    before = processor_time(daemon.process)
    time.sleep(1)  # as long as it is measured
    assert processor_time(daemon.process) - before < 0.3
    assert first.send(GET_HEALTH).answer().status == 503
    assert len(daemon.log().splitlines()) < 20
    raw.close_all()
    assert daemon.health().status == 503


# Bodies

def test_expect_continue(raw):
    connection = raw().send(post("", f"Content-Length: {len(BODY)}", "Expect: 100-continue"))
    assert connection.answer().status == 100
    assert_refused_to(connection.send(BODY).answer())


def test_expect_continue_for_too_much(daemon, raw):
    connection = raw().send(post("", "Content-Length: 1000000000", "Expect: 100-continue"))
    assert connection.answer().status == 413
    assert_serves(daemon)


def chunked(*chunks, end="0\r\n\r\n"):
    return post("".join(f"{len(c):x}\r\n{c}\r\n" for c in chunks) + end,
                "Transfer-Encoding: chunked")


@pytest.mark.parametrize("chunks", [[BODY], list(BODY), [BODY, " " * 8000]],
                         ids=["one", "byte by byte", "large"])
def test_chunked(raw, chunks):
    connection = raw().send(chunked(*chunks))
    assert_refused_to(connection.answer())
    assert connection.send(GET_HEALTH).answer().status == 503


@pytest.mark.parametrize("tail", ["zz\r\n", "-1\r\n", "ffffffffffffffff\r\n", "7fffffffffffffff\r\n",
                                  "40000000\r\n", "\r\n\r\n", "5;x=y\r\nabcdefg"])
def test_bad_chunks(daemon, raw, tail):
    connection = raw().send(post(tail, "Transfer-Encoding: chunked"))
    answer = connection.answer()
    assert (answer.status, answer["code"]) in [(400, "malformed"), (413, "too_large")]
    assert answer.headers["content-type"] == "application/problem+json"
    assert_serves(daemon)


def test_body_of_the_largest_size(raw):
    assert_refused_to(raw().send(post_sized(BODY.ljust(BODY_MAX))).answer())


@pytest.mark.parametrize("send", [post_sized, chunked], ids=["sized", "chunked"])
def test_body_one_byte_too_large(raw, send):
    connection = raw().send(send(BODY.ljust(BODY_MAX + 1)))
    answer = connection.answer()
    assert (answer.status, answer["code"]) == (413, "too_large"), answer
    assert "8192" in answer["detail"]
    assert connection.send(GET_HEALTH).answer().status == 503


@pytest.mark.parametrize("length", ["1000000000", "99999999999999999999", "-1", "abc", "19x", " "])
def test_odd_lengths(daemon, raw, length):
    connection = raw().send(post(BODY, f"Content-Length: {length}"))
    answer = connection.answer()
    assert answer["code"] == ("too_large" if length.isdigit() else "malformed"), answer
    assert_serves(daemon)


@pytest.mark.parametrize("n", [BODY_MAX * 8 + 1, 100_000, 3_000_000])
def test_body_far_too_large(raw, n):
    """A peer that writes all before it reads gets the answer too."""
    assert raw().send(post_sized(BODY.ljust(n))).answer().status == 413


def test_endless_body(daemon, raw):
    connection = raw().send(post("x" * 3_000_000, "Content-Length: 1000000000"))
    assert_serves(daemon)  # while it is still being read
    assert connection.answer().status == 413
    assert_serves(daemon)


# Methods and paths

@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_wrong_method(raw, method):
    answer = raw().send(f"{method} /v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").answer()
    assert (answer.status, answer["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/v1/health/", "/v1/modems/", "/v1/verifications/", "//", "/metrics/"])
def test_a_slash_at_the_end_is_another_path(daemon, path):
    assert daemon.request("GET", path, socket=daemon.admin_socket).status == 404


@pytest.mark.parametrize("target, name", [
    ("/v1/events?types=%zz", "types"), ("/v1/events?after=%zz", "after"), ("/v1/inbound?limit=%", "limit"),
    ("/v1/audit?from=%2", "from"), ("/v1/audit?since=2026-11-23&limit=%00", "limit"), ("/v1/limits?to=%+91", "to"),
    ("/v1/optouts?limit=%zz", "limit"), ("/v1/verifications?reference=%zz", "reference"),
])
def test_a_query_that_cannot_be_decoded(daemon, target, name):
    """It is not taken for one that is not there."""
    answer = daemon.request("GET", target, socket=daemon.admin_socket)
    assert (answer.status, answer["code"], answer["invalid_params"][0]["name"]) == (422, "invalid", name)


@pytest.mark.parametrize("path, status", [
    ("/v1/health", 503), ("/v1/nothing", 404), ("/v1/verifications/vf_x/check", 405)])
def test_head_is_get_without_body(raw, path, status):
    """RFC 9110 §9.3.2: the same head, and no body, so that the next answer follows at once."""
    whole = raw().send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").answer()
    connection = raw().send(f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n" + GET_HEALTH)
    head = connection.answer(has_body=False)
    assert head.status == whole.status == status
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}
    assert int(head.headers["content-length"]) == len(whole.body) > 0
    following = connection.answer()
    assert following.status == 503 and following["status"] == "not_ready"


@pytest.mark.parametrize("path, status", [
    ("/v1/health", 503),
    ("/v1/%68ealth", 503),
    ("/v1/health?x=%20&&=&y", 503),
    ("http://localhost/v1/health", 503),
    ("http://elsewhere.example:80/v1/health", 503),
    ("/v1/health%00", 404),
    ("/v1/%00/health", 404),
    ("/v1//health", 404),
    ("//v1/health", 404),
    ("/v1%2Fhealth", 404),
    ("/v1/./health", 404),
    ("/v1/x/../health", 404),
    ("/v1/%2e%2e/v1/health", 404),
    ("/V1/Health", 404),
    ("/v1/healt%C3%A9", 404),
    ("/v1/health%", 404),
    ("/v1/health;x", 404),
    ("/" * 2000, 404),
    ("/v1/verifications/vf_x%2Fcheck", 404),
    ("/v1/verifications?reference=%00", 422),
    ("/v1/verifications?reference=" + "x" * 65, 422),
    ("/v1/verifications?reference=x", 404),
    ("/v1/verifications?reference=%FF", 404),
    ("/v1/verifications?reference", 422),
], ids=lambda v: v if isinstance(v, int) else v[:30])
def test_paths(raw, path, status):
    answer = raw().send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").answer()
    assert answer.status == status, answer
    if status == 404:
        assert answer["code"] == "not_found"


# Clients that leave, clients that come in crowds

def test_clients_that_do_not_wait(daemon):
    unknown = "/v1/verifications/vf_" + "0" * 26
    for request in [GET_HEALTH, post_sized('{"code":"123456"}', unknown + "/check")] * 100:
        RawConnection(daemon.api_socket).send(request).close()
        with RawConnection(daemon.api_socket) as half:
            half.send(request[:-3])
    assert_serves(daemon)


def test_client_that_reads_nothing(daemon, raw):
    connection = raw()
    connection.socket.settimeout(0.2)
    try:
        connection.socket.sendall(GET_HEALTH.encode() * 20_000)
    except TimeoutError:
        pass
    assert_serves(daemon)


def test_a_hundred_clients(make_sim, make_gateway, numbers):
    sim = make_sim(cmgs_ms=0)
    gateway = make_gateway(sim).start()

    def whole_life(number):
        issued = gateway.verify(number)
        assert issued.status == 201, issued
        code = sim.handset.code(number, timeout=60)
        return issued["id"], gateway.check(issued["id"], code)["result"]

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        lives = list(pool.map(whole_life, [next(numbers) for _ in range(100)]))
    assert len({verification_id for verification_id, _ in lives}) == 100
    assert {result for _, result in lives} == {"approved"}


def test_one_code_and_many_tills(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: gateway.check(issued["id"], code), range(32)))
    results = [answer["result"] for answer in answers]
    assert results.count("approved") == 1
    assert results.count("already_approved") == 31


# The end

def test_requests_while_the_daemon_stops(make_sim, make_gateway, numbers):
    gateway = make_gateway(make_sim(cmgs_ms=1500)).start()
    kept = gateway.connection()
    assert http.send(kept, "GET", "/v1/health").status == 200
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "sending")
    gateway.process.popen.send_signal(signal.SIGTERM)
    wait.until("the socket to go", lambda: not gateway.api_socket.exists())
    body = json.dumps({"to": next(numbers), "purpose": "login"})
    answer = http.send(kept, "POST", "/v1/verifications", body)
    assert (answer.status, answer["code"]) == (503, "shutting_down")
    assert int(answer.headers["Retry-After"]) >= 1
    health = http.send(kept, "GET", "/v1/health")
    assert health.status == 503 and health["reasons"][0]["code"] == "shutting_down"
    assert gateway.process.wait() == 0
    gateway.process.require_clean()
    gateway.process = None


def test_stops_with_connections_open(daemon, raw):
    for start in ["", "GET /v1/he", GET_HEALTH, post('{"to', "Content-Length: 100")] * 10:
        raw().send(start)
    assert_serves(daemon)
    before = time.monotonic()
    daemon.stop()
    assert time.monotonic() - before < 5
