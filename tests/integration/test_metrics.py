"""Figures: GET /metrics as Prometheus reads it, and GET /v1/stats."""
import json
import re
import pathlib
import shutil
import subprocess

import prometheus_client.parser
import pytest

from smsotp.raw import RawConnection

from test_verification import CONTEXT, NO_PAUSE, other_code

DASHBOARD = pathlib.Path(__file__).resolve().parents[2] / "docs" / "grafana-dashboard.json"


def scrape(gateway):
    """{(name, frozenset of labels): value}, read by Prometheus' own parser for Python."""
    answer = gateway.request("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples = {}
    for family in prometheus_client.parser.text_string_to_metric_families(answer.body.decode()):
        assert family.documentation and family.type in ("counter", "gauge", "histogram")
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in samples, f"twice: {key}"
            samples[key] = sample.value
    return samples


def value(samples, name, **labels):
    return samples[name, frozenset(labels.items())]


def one_life(gateway, handset, number):
    issued = gateway.verify(number, "checkout", context=CONTEXT)
    code = handset.code(number)
    gateway.wait_message(issued["id"], "sent")
    gateway.check(issued["id"], other_code(code))
    assert gateway.check(issued["id"], code)["result"] == "approved"
    return issued["id"]


def test_a_life_in_figures(make_gateway, sim, handset, numbers):
    gateway = make_gateway(sim, NO_PAUSE).start()
    before = scrape(gateway)
    assert value(before, "smsotp_ready") == 1
    assert value(before, "smsotp_conversion_ratio") == 0
    one_life(gateway, handset, next(numbers))
    gateway.verify("12345")
    after = scrape(gateway)
    for result, count in {"created": 1, "approved": 1, "incorrect": 1, "expired": 0}.items():
        assert value(after, "smsotp_verifications_total", purpose="checkout", result=result) == count
    assert value(after, "smsotp_messages_total", status="sent") == 1
    assert value(after, "smsotp_conversion_ratio") == 1
    assert value(after, "smsotp_send_seconds_count") == 1
    assert value(after, "smsotp_send_seconds_bucket", le="+Inf") == 1
    assert value(after, "smsotp_verify_seconds_count") == 1
    assert value(after, "smsotp_modem_state", modem="m0", state="ready") == 1
    assert value(after, "smsotp_modem_state", modem="m0", state="absent") == 0
    assert value(after, "smsotp_modem_sent_total", modem="m0") == 1
    assert value(after, "smsotp_http_requests_total", method="POST", route="/v1/verifications",
                 code="201") == 1
    assert value(after, "smsotp_http_requests_total", method="POST", route="/v1/verifications",
                 code="422") == 1
    assert value(after, "smsotp_http_requests_total", method="POST",
                 route="/v1/verifications/{id}/check", code="200") == 2
    assert value(after, "smsotp_store_commit_seconds_count") >= 4
    assert value(after, "smsotp_loop_lag_seconds_count") >= 4


def unread(samples, code):
    return samples.get(("smsotp_http_requests_total",
                        frozenset({"method": "other", "route": "unread", "code": str(code)}.items())), 0)


@pytest.mark.parametrize("request_bytes, code", [
    (b"GET\r\n\r\n", 400), (b"GET / HTTP/9.9\r\n\r\n", 505), (b"GET /" + b"x" * 9000, 414),
    (b"GET / HTTP/1.1\r\nX: " + b"y" * 9000, 431), (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n", 413),
    (b"G", 408)], ids=lambda v: v if isinstance(v, int) else "")
def test_what_is_refused_unread(gateway, request_bytes, code):
    before = unread(scrape(gateway), code)
    with RawConnection(gateway.api_socket) as connection:
        assert connection.send(request_bytes).answer().status == code
    assert unread(scrape(gateway), code) == before + 1


def test_stats(make_gateway, sim, handset, numbers):
    gateway = make_gateway(sim, NO_PAUSE).start()
    empty = gateway.request("GET", "/v1/stats")
    assert (empty.status, empty["conversion"], empty["send"]["count"]) == (200, None, 0)
    one_life(gateway, handset, next(numbers))
    stats = gateway.request("GET", "/v1/stats")
    assert stats["verifications"]["created"] == stats["verifications"]["approved"] == 1
    assert stats["purposes"]["checkout"]["incorrect"] == 1
    assert stats["messages"]["sent"] == 1 and stats["conversion"] == 1
    assert stats["send"]["count"] == 1 and stats["send"]["p50_ms"] >= 500
    assert stats["verify"]["count"] == 1
    hour = stats["hours"][-1]
    assert (hour["created"], hour["approved"], hour["sent"], hour["failed"]) == (1, 1, 1, 0)
    assert stats["store"]["failed_commits"] == 0 and stats["store"]["commit"]["count"] >= 4
    gateway.restart()  # the last day is known from what was written, everything else begins anew
    stats = gateway.request("GET", "/v1/stats")
    assert stats["messages"]["sent"] == 0 and stats["send"]["count"] == 0
    assert [sum(hour[name] for hour in stats["hours"]) for name in ("created", "approved", "incorrect", "sent")] == [1] * 4


def test_no_number_and_no_code_in_figures(make_gateway, sim, handset, numbers):
    gateway = make_gateway(sim, NO_PAUSE).start()
    number = next(numbers)
    issued = gateway.verify(number, "login")
    code = handset.code(number)
    for path in ("/metrics", "/v1/stats"):
        text = gateway.request("GET", path).body.decode()
        assert number[1:] not in text and code not in text and issued["id"] not in text


def families(gateway):
    """{name: type}, of families without samples too."""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", gateway.request("GET", "/metrics").body.decode(), re.M))


def test_names(gateway):
    """As Prometheus wants them; what promtool checks beyond its parser, and promtool itself where there is one."""
    types = families(gateway)
    for name, kind in types.items():
        assert (kind == "counter") == name.endswith("_total"), name
        assert kind == "histogram" or not re.search("_(bucket|count|sum)$", name), name
        assert not re.search("_(ms|milliseconds|minutes|hours|days|kib|kb|mb|percent|gauge|counter|histogram)(_|$)",
                             name), name
    assert len(types) > 30
    promtool = shutil.which("promtool")
    if promtool:
        subprocess.run([promtool, "check", "metrics"], input=gateway.request("GET", "/metrics").body, check=True)


def test_quota(make_gateway, sim, numbers):
    gateway = make_gateway(sim, {"modem m0": {"quota_day": 50, "quota_month": 900}}).start()
    gateway.wait_message(gateway.verify(next(numbers), "login")["id"], "sent")
    samples = scrape(gateway)
    for window, limit in {"day": 50, "month": 900}.items():
        assert value(samples, "smsotp_modem_quota_used", modem="m0", window=window) == 1
        assert value(samples, "smsotp_modem_quota_limit", modem="m0", window=window) == limit
    assert len([name for name, _ in samples if name.startswith("smsotp_modem_quota_")]) == 4
    assert value(samples, "smsotp_modem_barred", modem="m0") == 0


def test_every_query_of_the_dashboard_names_a_metric(gateway):
    types = families(gateway)
    dashboard = json.loads(DASHBOARD.read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    assert len(queries) >= 10

    for query in queries:
        for name in re.findall(r"smsotp_\w+", query):
            assert name in types or types.get(name.removesuffix("_bucket")) == "histogram", query


def test_every_metric_of_a_modem_is_in_the_dashboard(gateway):
    shown = set(re.findall(r"smsotp_\w+", DASHBOARD.read_text()))
    of_modems = {name for name in families(gateway) if name.startswith("smsotp_modem_")}
    assert of_modems - shown == {  # how well sending goes is shown by texts
        "smsotp_modem_sent_total", "smsotp_modem_refused_total", "smsotp_modem_unknown_total",
        "smsotp_modem_opens_total", "smsotp_modem_balance_age_seconds"}
