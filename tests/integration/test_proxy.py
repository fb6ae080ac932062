"""Tills on other machines: Debian's nginx as docs/nginx-smsotp.conf has it, with certificates of openssl."""
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess

import pytest
import yaml

from smsotp import http as plain, wait
from smsotp.process import Process

ROOT = pathlib.Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not installed")
WORKER = "www-data" if os.geteuid() == 0 else os.geteuid()
MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/smsotp.conf;
}}
"""


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


class Authority:
    """As docs/INTEGRATION.md makes it, with other places and names."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
                "-subj", "/CN=Shop", "-keyout", folder / "ca.key", "-out", folder / "ca.crt")

    def issue(self, name, subject, extension=None):
        files = {end: self.folder / f"{name}.{end}" for end in ("key", "csr", "crt", "ext")}
        files["ext"].write_text(extension or "")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                "-keyout", files["key"], "-out", files["csr"])
        openssl("x509", "-req", "-in", files["csr"], "-CA", self.folder / "ca.crt", "-CAkey",
                self.folder / "ca.key", "-CAcreateserial", "-days", 2, "-extfile", files["ext"],
                "-out", files["crt"])
        return files["crt"], files["key"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    def __init__(self, gateway):
        self.folder = gateway.folder
        self.authority = Authority(self.folder / "tls")
        self.authority.issue("server", "/CN=smsotp", "subjectAltName=IP:127.0.0.1")
        self.port = free_port()
        text = (ROOT / "docs/nginx-smsotp.conf").read_text()
        for told, here in [("/etc/smsotp/tls/", f"{self.folder}/tls/"), ("listen 8443 ", f"listen 127.0.0.1:{self.port} "),
                           ("/run/smsotp/api.sock", str(gateway.api_socket))]:
            assert told in text
            text = text.replace(told, here)
        (self.folder / "smsotp.conf").write_text(text)
        user = f"user {WORKER};" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(MAIN.format(user=user, folder=self.folder))
        self.process = None

    def start(self):
        self.process = Process("nginx", [NGINX, "-e", "stderr", "-p", self.folder, "-c", self.folder / "nginx.conf"],
                               self.folder / "nginx.log")
        wait.until("nginx to listen", self.listens, on_timeout=self.process.log)
        return self

    def listens(self):
        self.process.require_running()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.stop()
        self.process = None

    def ask(self, certificate, method, path, body=None, headers=None):
        context = ssl.create_default_context(cafile=self.authority.folder / "ca.crt")
        if certificate:
            context.load_cert_chain(*certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=15, context=context)
        try:
            return plain.send(connection, method, path, body, headers,
                              lambda answer: "Cache-Control" in answer.headers)  # not nginx's own
        finally:
            connection.close()


@pytest.fixture
def shop(sim, make_gateway):
    gateway = make_gateway(sim, {"proxy": {"user": WORKER}, "client till-1": {"certificate": "till-1"},
                                 "client till-2": {"certificate": "till-2"},
                                 "client owner": {"certificate": "owner", "status": "yes"}}).start(ready=False)
    gateway.folder.chmod(0o755)
    return gateway


@pytest.fixture
def proxy(shop, started):
    proxy = Proxy(shop)
    started.append(proxy)
    return proxy.start()


def test_certificate_is_the_till(shop, proxy, handset, numbers):
    first, second = (proxy.authority.issue(name, f"/CN={name}") for name in ("till-1", "till-2"))
    wait.until("the gateway to be ready", lambda: proxy.ask(first, "GET", "/v1/health").status == 200)
    number = next(numbers)
    issued = proxy.ask(first, "POST", "/v1/verifications", {"to": number, "purpose": "login"})
    assert issued.status == 201, issued
    path = f"/v1/verifications/{issued['id']}"
    assert proxy.ask(second, "GET", path).status == 404
    code = handset.code(number)
    assert proxy.ask(second, "POST", f"{path}/check", {"code": code}).status == 404
    assert proxy.ask(first, "POST", f"{path}/check", {"code": code})["result"] == "approved"


def test_what_a_till_says_of_itself_does_not_count(proxy):
    till = proxy.authority.issue("till-1", "/CN=till-1")
    unknown = proxy.authority.issue("till-9", "/CN=till-9")
    headers = {"X-Smsotp-Client": "till-2", "Authorization": "Bearer x"}
    assert proxy.ask(till, "GET", "/v1/health", None, headers).status in (200, 503)
    answer = proxy.ask(unknown, "GET", "/v1/health", None, {"X-Smsotp-Client": "till-1"})
    assert (answer.status, json.loads(answer.body)["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("subject", ["/O=x,CN=till-1/CN=other", "/CN=till-1, O=x", "/O=till-1", "/CN=till-1 ",
                                     "/O=Shop/CN=till-1"])
def test_odd_subjects(proxy, subject):
    """The last one is no trick: a certificate may say more than the name."""
    answer = proxy.ask(proxy.authority.issue("odd", subject), "GET", "/v1/health")
    assert (answer.status == 401) == (subject != "/O=Shop/CN=till-1"), answer


def test_without_a_certificate_of_the_shop(proxy):
    assert proxy.ask(None, "GET", "/v1/health").status == 400
    stranger = Authority(proxy.folder / "elsewhere").issue("till-1", "/CN=till-1")
    assert proxy.ask(stranger, "GET", "/v1/health").status == 400


def test_only_what_tills_need_is_behind_it(proxy):
    till = proxy.authority.issue("till-1", "/CN=till-1")
    assert proxy.ask(till, "GET", "/v1/modems").status == 403
    assert proxy.ask(till, "GET", "/metrics").status == 403
    assert proxy.ask(till, "GET", "/metrics/").status == 404
    assert proxy.ask(till, "GET", "/").status == 403


def test_the_owner_sees_the_status_page(proxy):
    """And what it shows, events too; and changes nothing."""
    owner = proxy.authority.issue("owner", "/CN=owner")
    browser = {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "same-origin"}
    page = proxy.ask(owner, "GET", "/", None, browser)
    assert page.status == 200 and page.type == "text/html"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
    assert proxy.ask(owner, "GET", "/v1/modems", None, browser)["modems"][0]["name"] == "m0"
    assert proxy.ask(owner, "GET", "/v1/stats", None, browser)["shop"] == "Ravi Stores"
    refused = proxy.ask(owner, "POST", "/v1/modems/m0/reset")
    assert (refused.status, json.loads(refused.body)["code"]) == (403, "forbidden")


def test_prometheus(proxy):
    """By the settings that docs/INTEGRATION.md tells."""
    answer = proxy.ask(proxy.authority.issue("owner", "/CN=owner"), "GET", "/metrics")
    assert (answer.status, answer.type) == (200, "text/plain")
    assert b"\nsmsotp_ready " in answer.body
    told = re.search(r"\n    scrape_configs:\n(?:    .*\n)+", (ROOT / "docs/INTEGRATION.md").read_text())[0]
    (settings,) = yaml.safe_load(told)["scrape_configs"]
    assert settings["scheme"] == "https" and settings.get("metrics_path", "/metrics") == "/metrics"
    assert {"ca_file", "cert_file", "key_file"} == settings["tls_config"].keys()


def problem(answer):
    assert answer.type == "application/problem+json", answer
    return json.loads(answer.body)


def test_what_nginx_says_by_itself(shop, proxy):
    """Is told as the gateway tells it."""
    till = proxy.authority.issue("till-1", "/CN=till-1")
    of_nginx = proxy.ask(till, "POST", "/v1/verifications", "x" * 70_000, {"Content-Type": "application/json"})
    of_ours = proxy.ask(till, "POST", "/v1/verifications", "x" * 60_000, {"Content-Type": "application/json"})
    assert "Cache-Control" in of_ours.headers and "Cache-Control" not in of_nginx.headers
    assert of_nginx.status == of_ours.status == 413
    assert problem(of_nginx) == problem(of_ours)
    shop.stop()
    answer = proxy.ask(till, "GET", "/v1/health")
    assert (answer.status, answer.headers["Retry-After"]) == (502, "5")
    assert (problem(answer)["code"], problem(answer)["status"], problem(answer)["retry_after"]) == ("unreachable", 502, 5)
    shop.start(ready=False)
    assert proxy.ask(till, "GET", "/v1/health").status in (200, 503)
