"""The daemon, as its users meet it: configuration file, sockets, database, log."""
import copy
import os
import secrets

from . import http, wait
from .process import Process

NO_LIMITS = {"limits": dict.fromkeys(
    ("number", "share", "pending", "prefix", "purpose", "client", "gateway", "conversion", "guesses",
     "failures", "spray"), "off")}


def render_config(sections):
    """INI text of {section: {key: value}}; a value of None leaves the key out."""
    lines = []
    for section, keys in sections.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {value}" for key, value in keys.items() if value is not None]
    return "\n".join(lines) + "\n"


class Gateway:
    """`config` is {section: {key: value}} and may be changed before start()."""

    def __init__(self, build_dir, folder, devices=()):
        self.folder = folder
        self.program = build_dir / "src/daemon/smsotpd"
        self.config_path = folder / "smsotpd.conf"
        self.state_dir = folder / "state"
        self.runtime_dir = folder / "run"
        self.log_path = folder / "smsotpd.log"
        self.api_socket = self.runtime_dir / "api.sock"
        self.admin_socket = self.runtime_dir / "admin.sock"
        self.database = self.state_dir / "smsotp.db"
        self.key_path = folder / "key"
        self.wrapper = []  # a command that runs the daemon
        self.process = None
        self._write_key()
        self.config = {
            "gateway": {"shop": "Ravi Stores", "country": "+91"},
            "keys": {"master": f"file:{self.key_path}"},
        }
        for index, device in enumerate(devices):
            self.config[f"modem m{index}"] = {"device": device}

    def _write_key(self):
        self.key_path.write_bytes(secrets.token_bytes(32))
        self.key_path.chmod(0o400)

    def configure(self, overrides):
        """Merges {section: {key: value}} into the configuration."""
        for section, keys in copy.deepcopy(overrides).items():
            self.config.setdefault(section, {}).update(keys)
        return self

    def write_config(self, text=None):
        """Writes the configuration file: `text` as it is, or what `config` says."""
        self.config_path.write_text(render_config(self.config) if text is None else text)

    def command(self, *args):
        return [*self.wrapper, self.program, "-c", self.config_path, "--state-dir", self.state_dir,
                "--runtime-dir", self.runtime_dir, *args]

    def spawn(self, config_text=None):
        """Starts the daemon and does not wait for anything."""
        self.state_dir.mkdir(exist_ok=True, mode=0o700)
        self.runtime_dir.mkdir(exist_ok=True)
        self.write_config(config_text)
        self.process = Process("smsotpd", self.command(), self.log_path)
        return self

    def start(self, ready=True):
        """Starts the daemon and waits until it answers, with `ready` until health is 200."""
        self.spawn()
        return self.wait_ready() if ready else self.wait_answering()

    def health(self):
        """The answer of /v1/health, None while nobody listens."""
        try:
            return http.request(self.api_socket, "GET", "/v1/health")
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    def _wait_health(self, what, good, timeout):
        def probe():
            self.process.require_running()
            answer = self.health()
            return answer is not None and good(answer)
        wait.until(what, probe, timeout, on_timeout=lambda: f"{self.health()}\n{self.log()}")
        return self

    def wait_answering(self, timeout=15):
        return self._wait_health("the daemon to answer", lambda answer: True, timeout)

    def wait_loaded(self, timeout=15):
        """Until it has read what the database holds, and noted its start; it answers before."""
        return self._wait_health("the database to be read", lambda answer: not any(
            reason["code"] == "storage_unavailable" for reason in answer["reasons"]), timeout)

    def wait_ready(self, timeout=30):
        return self._wait_health("health to be 200", lambda answer: answer.status == 200, timeout)

    def wait_not_ready(self, timeout=30):
        return self._wait_health("health to be 503", lambda answer: answer.status == 503, timeout)

    def run_to_end(self, config_text=None, timeout=15):
        """Starts a daemon that is expected to refuse; returns (exit status, lines of its log)."""
        self.spawn(config_text)
        status = self.process.wait(timeout)
        self.process.require_clean()
        lines = self.log().splitlines()
        self.process = None
        return status, lines

    def request(self, method, path, json=None, headers=None, socket=None):
        """`json` may also be bytes or a string, sent as they are."""
        return http.request(socket or self.api_socket, method, path, json, headers)

    def connection(self, socket=None):
        return http.UnixConnection(socket or self.api_socket)

    def verify(self, to, purpose="login", headers=None, **members):
        """POST /v1/verifications."""
        body = {"to": to, "purpose": purpose, **members}
        return self.request("POST", "/v1/verifications", body, headers)

    def check(self, verification_id, code, **members):
        return self.request("POST", f"/v1/verifications/{verification_id}/check",
                            {"code": code, **members})

    def get(self, verification_id):
        return self.request("GET", f"/v1/verifications/{verification_id}")

    def wait_message(self, verification_id, status, timeout=15):
        """Until the text of a verification has this status."""
        def probe():
            return self.get(verification_id)["message"]["status"] == status
        wait.until(f"the text to be {status}", probe, timeout,
                   on_timeout=lambda: f"{self.get(verification_id)}\n{self.log()}")

    def modem(self, name="m0"):
        """What the daemon tells of a modem, a dict."""
        return self.request("GET", f"/v1/modems/{name}", socket=self.admin_socket).json

    def wait_modem(self, state, timeout=15, name="m0"):
        """Until a modem is in this state; returns what is told of it then."""
        def probe():
            modem = self.modem(name)
            return modem if modem["state"] == state else None
        return wait.until(f"the modem to be {state}", probe, timeout,
                          on_timeout=lambda: f"{self.modem(name)}\n{self.log()}")

    def wait_reason(self, part, timeout=15, name="m0"):
        """Until the reason of a modem's state has `part` in it; returns the whole reason."""
        def probe():
            reason = self.modem(name)["reason"] or ""
            return reason if part in reason else None
        return wait.until(f"the reason {part!r}", probe, timeout,
                          on_timeout=lambda: f"{self.modem(name)}\n{self.log()}")

    def approve(self, handset, number, status="sent"):
        """A verification from the request to the approval, its text having this status."""
        issued = self.verify(number)
        self.wait_message(issued["id"], status)
        checked = self.check(issued["id"], handset.code(number))
        assert checked["result"] == "approved", checked

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def files_at_rest(self):
        """{name: content} of everything that the daemon has written."""
        paths = [self.log_path]
        for folder, _, names in os.walk(self.state_dir):
            paths += [self.state_dir / folder / name for name in names]
        return {str(path): path.read_bytes() for path in paths}

    def stop(self):
        self.process.stop()
        self.process = None

    def kill9(self):
        self.process.kill()
        self.process = None

    def restart(self, ready=True):
        self.stop()
        return self.start(ready)
