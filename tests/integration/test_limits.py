"""What the limits refuse, as a till and the owner see it; and that a restart forgets none of it."""
import contextlib
import os
import sqlite3
import subprocess

import pytest

from smsotp import clock
from smsotp.gateway import NO_LIMITS
from smsotp.peer import request_as


def with_limits(**limits):
    """No limits but these."""
    return {"limits": {**NO_LIMITS["limits"], **limits}}


def require_limit(answer, name, scope, maximum, window):
    assert (answer.status, answer.headers["Content-Type"]) == (429, "application/problem+json"), answer
    assert answer["code"] == "limited"
    assert answer["limit"] == {"name": name, "scope": scope, "max": maximum, "window": window}
    assert int(answer.headers["Retry-After"]) == answer["retry_after"] > 0


def wrong(code):
    return f"{(int(code) + 1) % 10 ** 6:06d}"


@pytest.mark.parametrize("name, second", [
    ("number", "+919812345601"), ("prefix", "+919812345602"), ("purpose", "+919899999999"),
    ("gateway", "+919899999999")])
def test_refused_before_and_after_a_restart(sim, make_gateway, name, second):
    gateway = make_gateway(sim, with_limits(**{name: "1/1h"})).start()
    first = gateway.verify("+919812345601")
    sim.handset.wait("+919812345601")
    for _ in range(2):
        refused = gateway.verify(second, reference="refused")
        require_limit(refused, name, name, 1, 3600)
        assert gateway.request("GET", "/v1/verifications?reference=refused").status == 404
        gateway.restart()
    assert gateway.get(first["id"])["status"] == "pending"
    assert len(sim.handset.texts()) == 1
    gateway.configure({"limits": {name: "2/1h"}}).restart()
    assert gateway.verify(second).status == 201


def test_pending(sim, make_gateway, numbers):
    gateway = make_gateway(sim, with_limits(pending="2")).start()
    number = next(numbers)
    issued = [gateway.verify(number) for _ in range(2)]
    for _ in range(2):
        require_limit(gateway.verify(number), "pending", "number", 2, 0)
        assert gateway.verify(next(numbers)).status == 201
        gateway.restart()
    assert gateway.request("POST", f"/v1/verifications/{issued[0]['id']}/cancel").status == 200
    assert gateway.verify(number).status == 201
    require_limit(gateway.verify(number), "pending", "number", 2, 0)


def test_wrong_codes_outlive_new_codes_and_restarts_but_not_success(sim, make_gateway, numbers):
    gateway = make_gateway(sim, with_limits(guesses="3/1d")).start()
    number = next(numbers)
    for guesses in (1, 2, 3):
        issued = gateway.verify(number)
        code = sim.handset.wait(number, guesses, timeout=60)[-1]["text"][:6]
        assert gateway.check(issued["id"], wrong(code))["result"] == "incorrect"
        gateway.kill9()
        gateway.start()
    require_limit(gateway.check(issued["id"], code), "guesses", "number", 3, 86400)
    assert gateway.get(issued["id"])["attempts_left"] == 4
    gateway.configure({"limits": {"guesses": "4/1d"}}).restart()
    assert gateway.check(issued["id"], code)["result"] == "approved"
    gateway.configure({"limits": {"guesses": "1/1d"}}).restart()
    issued = gateway.verify(number)
    code = sim.handset.wait(number, 4)[-1]["text"][:6]
    assert gateway.check(issued["id"], code)["result"] == "approved"


def test_spray_is_told_and_refuses_nobody(sim, make_gateway, numbers):
    gateway = make_gateway(sim, with_limits(spray="3/1h")).start()

    def guess():
        number = next(numbers)
        issued = gateway.verify(number)
        assert gateway.check(issued["id"], wrong(sim.handset.code(number)))["result"] == "incorrect"
    guess()
    guess()
    assert gateway.health()["warnings"] == []
    guess()
    for run in (1, 2):
        assert [row["code"] for row in gateway.health()["warnings"]] == ["spray"]
        guess()
        assert gateway.log().count("warning=spray") == run
        gateway.restart()
    number = next(numbers)
    issued = gateway.verify(number)
    assert gateway.check(issued["id"], sim.handset.code(number))["result"] == "approved"


def run_out(gateway):
    """As if the codes that are pending had run out; a minute is the least that one lives."""
    gateway.stop()
    with contextlib.closing(sqlite3.connect(gateway.database)) as database, database:
        database.execute("UPDATE verifications SET expires_wall = created_wall, finished_wall = "
                         "created_wall, status = CASE status WHEN 'pending' THEN 'expired' ELSE status END "
                         "WHERE status <> 'approved'")
    gateway.start()


def test_too_few_are_ever_answered(sim, make_gateway, numbers):
    gateway = make_gateway(sim, with_limits(conversion="50%/5")).start()
    block = [f"+9197000000{n:02d}" for n in range(7)]
    issued = [gateway.verify(number) for number in block[:5]]
    for number, one in zip(block[:2], issued):
        assert gateway.check(one["id"], sim.handset.code(number))["result"] == "approved"
    for one in issued:
        gateway.wait_message(one["id"], "sent")
    assert gateway.verify(block[5]).status == 201  # the others may yet be answered
    run_out(gateway)
    for _ in range(2):
        refused = gateway.verify(block[6])
        require_limit(refused, "conversion", "prefix", 5, 86400)
        assert "smsotpctl limits reset conversion" in refused["detail"]
        assert [row["code"] for row in gateway.health()["warnings"]] == ["conversion"]
        assert gateway.verify(next(numbers)).status == 201
        gateway.restart()
    assert sim.handset.texts(block[6]) == []


def test_what_the_network_reports_as_failed_was_sent(sim, make_gateway):
    sim.control("report-ms", 0, 0)
    sim.control("report-status", 0, 0x46)  # TS 23.040 §9.2.3.15: its time was over
    gateway = make_gateway(sim, with_limits(conversion="50%/5")).start()
    for n in range(5):
        one = gateway.verify(f"+9197000000{n:02d}")
        gateway.wait_message(one["id"], "expired")
    run_out(gateway)
    require_limit(gateway.verify("+919700000009"), "conversion", "prefix", 5, 86400)


def test_reset_by_an_operator(sim, make_gateway, build_dir):
    gateway = make_gateway(sim, with_limits(conversion="50%/5")).start()
    for n in range(5):
        one = gateway.verify(f"+9197000000{n:02d}")
        gateway.wait_message(one["id"], "sent")
    run_out(gateway)
    assert gateway.verify("+919700000009")["limit"]["name"] == "conversion"

    def smsotpctl(*words):
        return subprocess.run([build_dir / "src/ctl/smsotpctl", "--socket", gateway.admin_socket, *words],
                              capture_output=True, text=True)
    asked = smsotpctl("limits", "97000 00009")
    assert asked.returncode == 1 and "5 of 5" in asked.stdout, asked
    reset = smsotpctl("limits", "reset", "conversion", "97000 00009")
    assert reset.returncode == 0 and "+91******0009" in reset.stdout, reset
    assert smsotpctl("limits", "97000 00009").returncode == 0
    gateway.restart()
    assert gateway.verify("+919700000009").status == 201
    assert smsotpctl("limits", "reset", "guesses", "97000 00009").returncode == 2


@pytest.mark.parametrize("written", ["+919812345601", "%2B919812345601", "98123%2045601", "0981234-5601"])
def test_dry_run(sim, make_gateway, written):
    gateway = make_gateway(sim).start()
    path = f"/v1/limits?to={written}&purpose=login"
    before = gateway.request("GET", path)
    assert (before.status, before["allowed"], before["retry_after"]) == (200, True, 0)
    assert before["to"] == "+91******5601"
    gateway.verify("+919812345601")
    for _ in range(3):
        after = gateway.request("GET", path)
        assert (after["allowed"], after["retry_after"] > 0) == (False, True)
    rows = {(row["name"], row["of"], row["window"]): row for row in after["limits"]}
    assert rows["number", "requests", 30]["met"] is True
    assert rows["number", "requests", 3600]["used"] == 1
    assert rows["number", "requests", 3600]["available"] == 4
    assert rows["guesses", "checks", 86400]["used"] == 0
    assert len(sim.handset.wait("+919812345601")) == 1
    abroad = gateway.request("GET", "/v1/limits?to=%2B447400123456")
    assert (abroad.status, abroad["destination"]["reason"]) == (200, "country")
    assert gateway.request("GET", "/v1/limits").status == 422
    assert gateway.request("GET", "/v1/limits?to=112").status == 422


TILL, WEB = 61001, 61002
CLIENTS = {"client till": {"user": TILL}, "client web": {"user": WEB}}
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def shop(sim, make_gateway, folder):
    """shop(limits): a gateway and ask(uid, path, body), which posts as one of two clients."""
    def start(**limits):
        folder.chmod(0o711)
        gateway = make_gateway(sim, {**CLIENTS, **with_limits(**limits)}).start()

        def ask(uid, path, **body):
            return request_as(uid, 60999, [], gateway.api_socket, "POST",
                              f"/v1/verifications{path}", body)
        return gateway, ask
    return start


@needs_root
def test_one_client_cannot_lock_a_number_for_another(shop, sim, numbers):
    gateway, ask = shop(number="5/1h", guesses="5/1d", share="60%")
    number = next(numbers)

    def request(uid):
        return ask(uid, "", to=number, purpose="login")
    issued = [request(WEB) for _ in range(3)]
    require_limit(request(WEB), "share", "client", 3, 3600)
    code = sim.handset.wait(number, 3)[-1]["text"][:6]
    for _ in range(3):
        answer = ask(WEB, f"/{issued[-1]['id']}/check", code=wrong(code))
        assert answer["result"] == "incorrect"
    require_limit(ask(WEB, f"/{issued[-1]['id']}/check", code=code), "share", "client", 3, 86400)
    by_till = request(TILL)
    code = sim.handset.wait(number, 4)[-1]["text"][:6]
    assert ask(TILL, f"/{by_till['id']}/check", code=code)["result"] == "approved"


@needs_root
@pytest.mark.skipif(not clock.compiler(), reason="no C compiler for the clock's library")
@pytest.mark.parametrize("method", ["sms", "inbound"])
def test_with_nothing_configured_one_client_leaves_room(sim, make_gateway, folder, numbers, method):
    """Neither what is pending nor requests by reverse code, used up by one, keep another out."""
    folder.chmod(0o711)
    gateway = make_gateway(sim, {**CLIENTS, "modem m0": {"number": "+919876501234"},
                                 "purpose login": {"inbound": "yes"}})
    gateway.clock = clock.Clock(folder)
    gateway.wrapper = gateway.clock.wrapper
    gateway.start()
    number = next(numbers)

    def request(uid):
        gateway.clock.pass_by(31)
        answer = request_as(uid, 60999, [], gateway.api_socket, "POST", "/v1/verifications",
                            {"to": number, "purpose": "login", "method": method})
        if method == "inbound" and answer.status == 201:
            request_as(uid, 60999, [], gateway.api_socket, "POST",
                       f"/v1/verifications/{answer['id']}/cancel", {})
        return answer
    assert [request(WEB).status for _ in range(2)] == [201, 201]
    refused = request(WEB)
    assert (refused.status, refused["limit"]["name"], refused["limit"]["scope"]) == (429, "share", "client")
    assert request(TILL).status == 201


def test_texts_without_a_code_count_for_their_client(sim, make_gateway, numbers):
    """And leave half of what the gateway may send to codes."""
    client = {"client till": {"user": str(os.getuid()), "messages": "yes"}}
    gateway = make_gateway(sim, {**client, **with_limits(client="3/1h")}).start()

    def send():
        return gateway.request("POST", "/v1/messages", {"to": next(numbers), "text": "Open at nine"})
    assert [send().status for _ in range(2)] == [201, 201]
    assert gateway.verify(next(numbers)).status == 201
    require_limit(send(), "client", "client", 3, 3600)
    require_limit(gateway.verify(next(numbers)), "client", "client", 3, 3600)
    gateway.configure({"limits": {"client": "off", "gateway": "6/1h"}}).restart()
    assert send().status == 201
    require_limit(send(), "gateway", "gateway", 3, 3600)
    assert [gateway.verify(next(numbers)).status for _ in range(2)] == [201, 201]
    require_limit(gateway.verify(next(numbers)), "gateway", "gateway", 6, 3600)


@needs_root
def test_a_client_whose_texts_nobody_answers(shop, sim, numbers):
    """However many blocks of numbers it spreads them over; and others go on."""
    gateway, ask = shop(conversion="50%/5")
    for _ in range(5):
        gateway.wait_message(ask(WEB, "", to=next(numbers), purpose="login")["id"], "sent")
    run_out(gateway)
    number = next(numbers)
    require_limit(ask(WEB, "", to=number, purpose="login"), "conversion", "client", 5, 86400)
    assert ask(TILL, "", to=number, purpose="login").status == 201
    reset = gateway.request("POST", "/v1/limits/reset", {"limit": "conversion", "client": "web"},
                            socket=gateway.admin_socket)
    assert reset.status == 200
    assert ask(WEB, "", to=next(numbers), purpose="login").status == 201


@needs_root
def test_a_client_that_guesses_at_many_numbers(shop, sim, numbers):
    gateway, ask = shop(failures="3/1h")
    issued, codes = [], []
    for _ in range(4):
        number = next(numbers)
        issued.append(ask(WEB, "", to=number, purpose="login"))
        codes.append(sim.handset.code(number))
    for one, code in zip(issued[:3], codes):
        answer = ask(WEB, f"/{one['id']}/check", code=wrong(code))
        assert answer["result"] == "incorrect"
    require_limit(ask(WEB, f"/{issued[3]['id']}/check", code=codes[3]), "failures", "client", 3, 3600)
    assert [row["code"] for row in gateway.health()["warnings"]] == ["failures"]
    assert gateway.get(issued[3]["id"])["attempts_left"] == 5
    number = next(numbers)
    by_till = ask(TILL, "", to=number, purpose="login")
    code = sim.handset.code(number)
    assert ask(TILL, f"/{by_till['id']}/check", code=code)["result"] == "approved"


@needs_root
def test_a_client_learns_nothing_of_anothers_customers(shop, sim, numbers):
    gateway, ask = shop(number="5/1h", prefix="50/1h", client="5/1h", pending="2", share="60%")
    customer, nobody = next(numbers), next(numbers)
    ask(WEB, "", to=customer, purpose="login")

    def look(uid, number):
        answer = request_as(uid, 60999, [], gateway.api_socket, "GET",
                            f"/v1/limits?to={number}&purpose=login")
        assert answer.status == 200, answer
        return {**answer.json, "to": None}
    assert look(TILL, customer) == look(TILL, nobody)
    assert look(WEB, customer) != look(WEB, nobody)  # its own it may know
    used = {(row["name"], row["scope"]): row["used"] for row in look(WEB, customer)["limits"]}
    assert used["number", "number"] is None and used["share", "client"] == 1
    reset = request_as(WEB, 60999, [], gateway.api_socket, "POST", "/v1/limits/reset",
                       {"limit": "conversion", "client": "web"})
    assert (reset.status, reset["code"]) == (403, "forbidden")
    other = request_as(WEB, 60999, [], gateway.api_socket, "GET", f"/v1/limits?to={nobody}&client=till")
    assert (other.status, other["code"]) == (403, "forbidden")


def asked(gateway, number, method="sms"):
    answer = gateway.request(
        "GET", f"/v1/limits?to=%2B{number[1:]}&purpose=login&method={method}")
    assert answer.status == 200, answer
    return answer["allowed"], answer["readiness"]["reason"], [
        row["name"] for row in answer["limits"] if row["met"]]


def test_the_report_says_what_requests_meet(sim, make_gateway, numbers):
    """For texts and for what customers text; and what keeps the gateway from sending at all."""
    gateway = make_gateway(sim, {
        "limits": {**NO_LIMITS["limits"], "inbound": "1/1d"}, "purpose login": {"inbound": "yes"},
        "modem m0": {"number": "+919876501234", "quota_day": "2", "quota_reserve": "0"}}).start()
    number = next(numbers)
    assert asked(gateway, number, "inbound") == asked(gateway, number) == (True, None, [])
    assert gateway.verify(number, method="inbound").status == 201
    assert asked(gateway, number, "inbound") == (False, None, ["inbound"])
    assert gateway.verify(number, method="inbound").status == 429
    assert asked(gateway, number) == (True, None, [])
    for to in (number, next(numbers)):
        gateway.wait_message(gateway.verify(to)["id"], "sent")
    assert asked(gateway, number) == (False, "quota_exhausted", [])
    assert gateway.verify(number)["code"] == "quota_exhausted"
    assert asked(gateway, next(numbers), "inbound") == (True, None, [])
    sim.unplug()
    gateway.wait_not_ready()
    for method in ("sms", "inbound"):
        number = next(numbers)
        assert asked(gateway, number, method) == (False, "no_modem", [])
        assert gateway.verify(number, method=method)["code"] == "no_modem"
