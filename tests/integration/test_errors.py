"""Every error of the API, provoked in the daemon: a row for each code of include/smsotp/api.h.

A row is a function that brings a daemon to the error and returns its answer; daemons are shared,
each made by the first row that wants it. That an answer is what docs/openapi.yaml says of its route
is seen by smsotp.http; what is left is seen here.
"""
import concurrent.futures
import contextlib
import hashlib
import json
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile

import pytest

from smsotp import contract, wait
from smsotp.gateway import NO_LIMITS, Gateway
from smsotp.raw import RawConnection
from smsotp.sim import Sim

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = {code: (int(status), title) for code, status, title in re.findall(
    r'X\(ERROR_\w+, "(\w+)", (\d+),[\s\\]+"([^"]+)"\)', (ROOT / "include/smsotp/api.h").read_text())}
UNKNOWN = "vf_" + "0" * 26
TOKEN = "smsotp_" + "t" * 43
TILL = {"Authorization": f"Bearer {TOKEN}"}
MODEMS = ["shop", "desk", "locked", "barred", "lost", "abroad", "spent", "slow", "stopping"]

# Codes whose answer says when to come back, names what is at fault, or the limit. Of 429 and 503
# each says when.
WAITS = {"modem_busy"} | {code for code, (status, _) in TABLE.items() if status in (429, 503)}
PARAMS = {"purpose_not_allowed": "purpose", "destination_blocked": "to", "invalid": "to",
          "unsupported_media_type": "Content-Type", "attempt_id_reused": "attempt_id",
          "idempotency_key_reused": "Idempotency-Key"}
ONE_TEXT = {"name": "number", "scope": "number", "max": 1, "window": 30}
LIMITS = {"limited": ONE_TEXT, "resend_too_soon": ONE_TEXT,
          "limited, of streams": {"name": "streams", "scope": "client", "max": 8, "window": 0}}

# Refuses memory while a file is there.
SHORT_OF_MEMORY = r"""
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
void *__libc_calloc(size_t n, size_t size);
void *calloc(size_t n, size_t size)
{
    const char *sign = getenv("SHORT_OF_MEMORY");
    return sign && access(sign, F_OK) == 0 ? NULL : __libc_calloc(n, size);
}
"""


class Bench:
    """Daemons by name, with a folder and if they are among MODEMS a modem each."""

    def __init__(self, build_dir):
        self.build_dir = build_dir
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="smsotp."))
        self.gateways = {}
        self.numbers = (f"+9198{n:08d}" for n in range(12345601, 99999999, 10001))
        self.sim = Sim(build_dir, self.folder, count=len(MODEMS)).start()
        self.pool = concurrent.futures.ThreadPoolExecutor(4)
        self.later = {}  # {code: what becomes of those that take long}

    def gateway(self, name, config=None, ready=True, prepare=None):
        """The daemon of this name, made and started if it is not there yet."""
        if name not in self.gateways:
            folder = self.folder / name
            folder.mkdir()
            devices = [self.sim.device(MODEMS.index(name))] if name in MODEMS else []
            gateway = Gateway(self.build_dir, folder, devices).configure(config or {})
            if prepare:
                prepare(gateway)
            self.gateways[name] = gateway.start(ready)
        return self.gateways[name]

    def control(self, name, command, *args):
        return self.sim.control(command, MODEMS.index(name), *args)

    def close(self, failed):
        self.pool.shutdown(wait=not failed)
        for thing in [*self.gateways.values(), self.sim]:
            if thing.process and not failed:
                thing.stop()
            elif thing.process:
                thing.process.discard()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- daemons that several rows use ---

    def shop(self):
        digest = hashlib.sha256(TOKEN.encode()).hexdigest()
        return self.gateway("shop", {"client till": {"token_hash": digest, "purposes": "login"},
                                     "modem m0": {"number": "+919876501234"},
                                     "purpose loyalty": {"inbound": "yes"},
                                     "purpose payment": {"resends": "0"}})

    def desk(self):
        return self.gateway("desk")

    def bare(self):
        """Its modem is not there, and its key a credential."""
        def prepare(gateway):
            (gateway.folder / "smsotp.key").write_bytes(gateway.key_path.read_bytes())
            gateway.wrapper = ["env", f"CREDENTIALS_DIRECTORY={gateway.folder}"]
        return self.gateway("bare", {"modem m0": {"device": "/dev/serial/by-id/none"},
                                     "keys": {"master": "credential:smsotp.key"}}, False, prepare)

    def sent(self, **members):
        """A verification of the shop whose text has been sent."""
        issued = self.shop().verify(next(self.numbers), **members)
        self.shop().wait_message(issued["id"], "sent")
        return issued

    def ask(self, gateway, **headers):
        return gateway.request("GET", "/v1/health", headers=headers)

    def raw(self, head):
        with RawConnection(self.bare().api_socket) as connection:
            return connection.send(head + "\r\n\r\n").answer()

    def act(self, action, body=None, gateway=None):
        gateway = gateway or self.desk()
        return gateway.request("POST", f"/v1/modems/m0/{action}", body, socket=gateway.admin_socket)

    def ask_network(self, gateway=None, name="desk"):
        """A USSD code under way that the network does not answer: what becomes of its answer."""
        gateway = gateway or self.desk()
        commands = self.control(name, "stats")["commands"]
        answer = self.pool.submit(self.act, "ussd", {"code": "*999#"}, gateway)
        wait.until("the code to be out", lambda: self.control(name, "stats")["commands"] > commands)
        return answer


@pytest.fixture(scope="module")
def bench(build_dir, request):
    before = request.session.testsfailed
    bench = Bench(build_dir)
    try:
        bench.later["request_timeout"] = bench.pool.submit(send_slowly, bench.bare().api_socket)
        bench.later["storage_unavailable"] = bench.pool.submit(
            ask_beside_a_lock, bench.gateway("held", ready=False))
        yield bench
    except BaseException:
        bench.close(True)
        raise
    bench.close(request.session.testsfailed > before)


def send_slowly(path):
    with RawConnection(path, timeout=60) as connection:
        return connection.send("GET /v1/hea").answer()


def ask_beside_a_lock(gateway):
    """Somebody else has the database for longer than it is waited for."""
    database = sqlite3.connect(gateway.database, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        return gateway.request("POST", f"/v1/verifications/{UNKNOWN}/cancel")
    finally:
        database.close()


def crowd(bench):
    """All connections that there may be are at work."""
    gateway = bench.gateway("crowded", ready=False)
    resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (64, 64))
    streams = []
    try:
        while True:
            streams.append(RawConnection(gateway.api_socket))
            streams[-1].send("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = streams[-1].answer(has_body=False)
            if answer.status != 200:
                length = int(answer.headers["content-length"])
                answer.body = streams[-1].file.read(length)
                return answer
            assert len(streams) < 64
    finally:
        for stream in streams:
            stream.close()


def lack_memory(bench):
    folder = bench.folder / "short"
    source, library, sign = (bench.folder / name for name in ("short.c", "short.so", "short.sign"))
    source.write_text(SHORT_OF_MEMORY)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)

    def prepare(gateway):
        if b"__asan_init" in gateway.program.read_bytes():
            pytest.skip("memory is the sanitizer's here")
        gateway.wrapper = ["env", f"LD_PRELOAD={library}", f"SHORT_OF_MEMORY={sign}"]
    gateway = bench.gateway(folder.name, ready=False, prepare=prepare)
    with RawConnection(gateway.api_socket) as connection:
        assert connection.send("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n").answer().status == 503
        sign.touch()
        answer = connection.send("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n").answer()
        sign.unlink()
        assert connection.send("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n").answer().status == 503
    return answer


def put_clock_back(bench):
    """What the database has seen already is later than now."""
    gateway = bench.gateway("early", ready=False)
    gateway.stop()
    with sqlite3.connect(gateway.database) as database:
        database.execute("UPDATE journal SET at_wall = at_wall + 7200000000")
    database.close()
    gateway.start(ready=False)
    wait.until("the clock to be doubted",
               lambda: gateway.health()["reasons"][0]["code"] == "clock_untrusted")
    return gateway.verify(next(bench.numbers))


def fill_queue(bench):
    """So many that by the time that the first took the next would be too late."""
    if "queue_full" in bench.later:
        return bench.later["queue_full"]
    gateway = bench.gateway("slow", {**NO_LIMITS, "purpose login": {"ttl": "60s"}})
    bench.control("slow", "cmgs-ms", 2000)
    first = gateway.verify(next(bench.numbers))
    gateway.wait_message(first["id"], "sent")
    for _ in range(60):
        answer = gateway.verify(next(bench.numbers), reference="waits")
        if answer.status != 201:
            bench.later["queue_full"] = answer
            return answer
    raise AssertionError("the queue was never full")


def resend_what_waits(bench):
    fill_queue(bench)  # for a while nothing of it goes
    gateway = bench.gateways["slow"]
    waiting = gateway.request("GET", "/v1/verifications?reference=waits")["id"]
    return gateway.request("POST", f"/v1/verifications/{waiting}/resend")


def spend_quota(bench):
    gateway = bench.gateway("spent", {"modem m0": {"quota_day": "1"}})
    gateway.wait_message(gateway.verify(next(bench.numbers))["id"], "sent")
    return gateway.verify(next(bench.numbers))


def lock_sim(bench):
    bench.control("locked", "card", "out")
    gateway = bench.gateway("locked", ready=False)
    gateway.wait_modem("locked")
    return gateway.verify(next(bench.numbers))


def bar_sim(bench):
    """By what the operator says to texts to two numbers."""
    bench.control("barred", "fail", 8)
    gateway = bench.gateway("barred")
    for _ in range(2):
        gateway.wait_message(gateway.verify(next(bench.numbers))["id"], "failed")
    return gateway.verify(next(bench.numbers))


def lose_network(bench):
    bench.control("lost", "registration", 3)
    gateway = bench.gateway("lost", ready=False)
    gateway.wait_modem("searching")
    return gateway.verify(next(bench.numbers))


def roam(bench):
    bench.control("abroad", "registration", 5)
    gateway = bench.gateway("abroad", {"modem m0": {"roaming": "refuse"}}, ready=False)
    wait.until("the network to be refused",
               lambda: gateway.health()["reasons"][0]["code"] == "roaming_refused")
    return gateway.verify(next(bench.numbers))


def stop(bench):
    gateway = bench.gateway("stopping")
    answer = bench.ask_network(gateway, "stopping")
    gateway.process.popen.send_signal(signal.SIGTERM)
    answer = answer.result(30)
    assert gateway.process.wait() == 0
    gateway.process.require_clean()
    gateway.process = None
    return answer


def ask_twice(bench):
    """The modem answers one at a time."""
    pending = bench.ask_network()
    try:
        return bench.act("ussd", {"code": "*123#"})
    finally:
        bench.control("desk", "inject", "+CUSD: 4")
        assert pending.result(30)["code"] == "modem_refused"


def ask_in_vain(bench):
    pending = bench.ask_network()
    bench.control("desk", "inject", "+CUSD: 5")
    return pending.result(30)


def unplug(bench):
    pending = bench.ask_network()
    bench.control("desk", "unplug")
    answer = pending.result(30)
    bench.control("desk", "plug")
    bench.desk().wait_modem("ready")
    return answer


def disable(bench):
    bench.act("disable")
    answer = bench.act("at", {"command": "AT"})
    bench.act("enable")
    bench.desk().wait_modem("ready")
    return answer


def rotate(gateway):
    return gateway.request("POST", "/v1/keys/rotate", socket=gateway.admin_socket)


def rotate_twice(bench):
    bench.sent()  # lives on with the key before
    assert rotate(bench.shop()).status == 200
    return rotate(bench.shop())


def reuse_key(bench):
    key = {"Idempotency-Key": "one"}
    assert bench.shop().verify(next(bench.numbers), headers=key).status == 201
    return bench.shop().verify(next(bench.numbers), headers=key)


def reuse_attempt(bench):
    issued = bench.sent()
    for code in ("111111", "222222"):
        answer = bench.shop().check(issued["id"], code, attempt_id="one")
    return answer


def verify_twice(bench):
    number = next(bench.numbers)
    assert bench.shop().verify(number).status == 201
    return bench.shop().verify(number)


def resend_finished(bench):
    path = f"/v1/verifications/{bench.sent()['id']}"
    assert bench.shop().request("POST", f"{path}/cancel")["status"] == "canceled"
    return bench.shop().request("POST", f"{path}/resend")


def resend(bench, issued):
    return bench.shop().request("POST", f"/v1/verifications/{issued['id']}/resend")


def follow_often(bench):
    """One client has all the readers of events that it may; a technician has one all the same."""
    ask = f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    gateway = bench.shop()
    with contextlib.ExitStack() as streams:
        def follow(path, text):
            return streams.enter_context(RawConnection(path)).send(text)
        for _ in range(8):
            assert follow(gateway.api_socket, ask).answer(has_body=False).status == 200
        other = follow(gateway.admin_socket, "GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        assert other.answer(has_body=False).status == 200
        return follow(gateway.api_socket, ask).answer()


PAYMENT = {"purpose": "payment", "context": {"amount": "1.00", "currency": "INR", "payee": "Shop"}}
LOYALTY = {"purpose": "loyalty", "context": {"points": "10", "bill": "1"}, "method": "inbound"}
PROVOKED = {
    "malformed": lambda b: b.bare().request("POST", "/v1/verifications", '{"to":'),
    "unauthenticated": lambda b: b.ask(b.shop(), **{"Authorization": "Bearer no"}),
    "purpose_not_allowed": lambda b: b.shop().verify(next(b.numbers), headers=TILL, **PAYMENT),
    "destination_blocked": lambda b: b.shop().verify("+15550100200"),
    "forbidden": lambda b: b.shop().request("GET", "/v1/keys", headers=TILL),
    "not_found": lambda b: b.shop().get(UNKNOWN),
    "method_not_allowed": lambda b: b.shop().request("DELETE", "/v1/verifications"),
    "request_timeout": lambda b: b.later["request_timeout"].result(60),
    "verification_finished": resend_finished,
    "text_waiting": resend_what_waits,
    "by_text": lambda b: resend(b, b.shop().verify(next(b.numbers), **LOYALTY)),
    "no_resends_left": lambda b: resend(b, b.sent(**PAYMENT)),
    "rotation_by_hand": lambda b: rotate(b.bare()),
    "rotation_under_way": rotate_twice,
    "modem_busy": ask_twice,
    "modem_absent": lambda b: b.act("at", {"command": "AT"}, b.bare()),
    "modem_disabled": disable,
    "modem_not_ready": lambda b: b.act("pin", {"pin": "1234"}),
    "modem_refused": lambda b: b.act("ussd", {"code": "*100#"}),
    "too_large": lambda b: b.bare().verify("+91" + "0" * 9000),
    "path_too_long": lambda b: b.raw(f"GET /{'x' * 9000} HTTP/1.1\r\nHost: x"),
    "unsupported_media_type":
        lambda b: b.bare().verify(next(b.numbers), headers={"Content-Type": "text/xml"}),
    "expectation_failed": lambda b: b.ask(b.bare(), Expect="a miracle"),
    "invalid": lambda b: b.bare().verify("12"),
    "idempotency_key_reused": reuse_key,
    "attempt_id_reused": reuse_attempt,
    "limited": verify_twice,
    "limited, of streams": follow_often,
    "resend_too_soon": lambda b: resend(b, b.sent()),
    "headers_too_large": lambda b: b.ask(b.bare(), X="y" * 9000),
    "internal": lack_memory,
    "not_implemented": lambda b: b.ask(b.bare(), **{"Transfer-Encoding": "gzip"}),
    "http_version": lambda b: b.raw("GET /v1/health HTTP/9.9\r\nHost: x"),
    "modem_failed": unplug,
    "no_modem": lambda b: b.bare().verify(next(b.numbers)),
    "sim_locked": lock_sim,
    "sim_barred": bar_sim,
    "no_network": lose_network,
    "roaming_refused": roam,
    "quota_exhausted": spend_quota,
    "queue_full": fill_queue,
    "storage_unavailable": lambda b: b.later["storage_unavailable"].result(60),
    "clock_untrusted": put_clock_back,
    "shutting_down": stop,
    "too_many_connections": crowd,
    "modem_timeout": ask_in_vain,
}
SLOW = ("storage_unavailable", "request_timeout")  # are waited for last


def test_every_code_has_its_row():
    assert {row.split(",")[0] for row in PROVOKED} == TABLE.keys()


def header(answer, name):
    """Of an answer of either kind of client."""
    names = {key.lower(): value for key, value in answer.headers.items()}
    return names.get(name.lower())


@pytest.mark.parametrize("row", [row for row in PROVOKED if row not in SLOW] + list(SLOW))
def test_error(bench, row):
    code = row.split(",")[0]
    status, title = TABLE[code]
    answer = PROVOKED[row](bench)
    assert (answer.status, answer["code"]) == (status, code), answer
    assert header(answer, "Content-Type") == "application/problem+json"
    problem = json.loads(answer.body)
    retry = {"Retry-After": header(answer, "Retry-After")}
    contract.contract().check_problem(problem, status, retry, code)
    assert problem["status"] == status
    assert problem["title"] == title
    assert problem["type"] == f"urn:smsotp:error:{code}"
    assert ("retry_after" in problem) == (code in WAITS)
    params = [param["name"] for param in problem.get("invalid_params", ())]
    assert params == ([PARAMS[code]] if code in PARAMS else [])
    assert problem.get("limit") == LIMITS.get(row)
    assert (header(answer, "Allow") is not None) == (code == "method_not_allowed")
    assert (header(answer, "WWW-Authenticate") is not None) == (code == "unauthenticated")
