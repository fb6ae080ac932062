"""A till behind a tunnel: the ssh and sshd of Debian, by the command and the settings of docs/INTEGRATION.md.

sshd has no port and needs no root: ssh starts it as its ProxyCommand, as the user whom the tunnel logs in as.
"""
import contextlib
import os
import pathlib
import pwd
import re
import shlex
import shutil
import socket
import subprocess

import pytest

from smsotp import http, wait
from smsotp.process import Process

INTEGRATION = (pathlib.Path(__file__).resolve().parents[2] / "docs/INTEGRATION.md").read_text()
SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
pytestmark = pytest.mark.skipif(not SSHD or not shutil.which("ssh"), reason="ssh and sshd are not installed")
POS = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
SERVER = """
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized_keys
AuthenticationMethods publickey
UsePAM yes
StrictModes no
"""
TILL = """
Host gateway
    ProxyCommand {as_pos} {sshd} -i -e -f {folder}/sshd_config
    IdentityFile {folder}/till
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    StrictHostKeyChecking yes
    BatchMode yes
"""


class Tunnel:
    """What a till has to log in with, and the ssh that is its tunnel."""

    def __init__(self, gateway):
        self.folder = gateway.folder
        self.socket = self.folder / "till.sock"
        for name in ("host", "till"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        if os.geteuid() == 0:
            os.chown(self.folder / "host", POS.pw_uid, POS.pw_gid)
        before_the_key = self.told(r"\n    (restrict,.*)\n", {"/run/smsotp/api.sock": gateway.api_socket})
        self.write("authorized_keys", f"{before_the_key} {(self.folder / 'till.pub').read_text()}")
        self.write("known_hosts", f"gateway {(self.folder / 'host.pub').read_text()}")
        self.write("sshd_config", SERVER.format(folder=self.folder))
        as_pos = f"setpriv --reuid={POS.pw_uid} --regid={POS.pw_gid} --clear-groups" if os.geteuid() == 0 else ""
        self.write("ssh_config", TILL.format(folder=self.folder, sshd=SSHD, as_pos=as_pos))
        self.ssh = ["ssh", "-F", self.folder / "ssh_config"]
        told = self.told(r"\n    ssh (-N .*\\\n.*pos@gateway)\n", {
            "/run/user/1000/smsotp.sock": self.socket, "/run/smsotp/api.sock": gateway.api_socket,
            "pos@": f"{POS.pw_name}@", "\\\n": ""})
        self.command = [*self.ssh, "-L", f"{self.folder}/door:{self.folder}/other.sock", *shlex.split(told)]
        self.process = None

    @staticmethod
    def told(pattern, places):
        """What the document tells, with places and names of here."""
        text = re.search(pattern, INTEGRATION)[1]
        for there, here in places.items():
            assert there in text
            text = text.replace(there, str(here))
        return text

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def start(self):
        self.process = Process("ssh", self.command, self.folder / "ssh.log")
        wait.until("the tunnel to be there", self.is_there, on_timeout=self.process.log)
        return self

    def is_there(self):
        self.process.require_running()
        return self.socket.exists()

    def stop(self):
        self.process.popen.terminate()  # and its sshd with it
        self.process.wait()
        self.process = None

    def run(self, *args):
        """Another ssh with the same key."""
        return subprocess.run([*self.ssh, "-l", POS.pw_name, "gateway", *args], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    def ask(self, method, path, body=None):
        return http.request(self.socket, method, path, body)


@pytest.fixture
def shop(sim, make_gateway):
    gateway = make_gateway(sim, {"client till": {"user": POS.pw_name}}).start()
    gateway.folder.chmod(0o755)
    return gateway


@pytest.fixture
def tunnel(shop, started):
    tunnel = Tunnel(shop)
    started.append(tunnel)
    return tunnel.start()


def test_a_till_behind_a_tunnel(shop, tunnel, handset, numbers):
    """It is the client that the tunnel's user is; the same tunnel leads to a gateway that was started anew."""
    assert tunnel.ask("GET", "/v1/health").status == 200
    number = next(numbers)
    issued = tunnel.ask("POST", "/v1/verifications", {"to": number, "purpose": "login"})
    assert issued.status == 201, issued
    code = handset.code(number)
    shop.restart()
    checked = tunnel.ask("POST", f"/v1/verifications/{issued['id']}/check", {"code": code})
    assert (checked.status, checked["result"]) == (200, "approved")
    entries = shop.request("GET", "/v1/audit", socket=shop.admin_socket)["entries"]
    assert [entry["client"] for entry in entries if entry["type"] == "verification.created"] == ["till"]


def test_the_key_opens_nothing_else(shop, tunnel):
    """No command, no other socket, no network behind the gateway."""
    done = tunnel.run("-v", "echo in")
    assert "in\n" not in done.stdout and done.returncode == 1, done
    assert "key options: command" in done.stderr, done  # the user's shell alone could have refused too
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        done = tunnel.run("-W", f"127.0.0.1:{elsewhere.getsockname()[1]}")
        assert done.returncode == 255 and "open failed" in done.stderr, done
    with socket.socket(socket.AF_UNIX) as other, socket.socket(socket.AF_UNIX) as door:
        other.bind(str(shop.folder / "other.sock"))
        (shop.folder / "other.sock").chmod(0o777)
        other.listen()
        other.setblocking(False)
        door.settimeout(15)
        door.connect(str(shop.folder / "door"))
        with contextlib.suppress(ConnectionResetError):
            assert door.recv(1) == b""
        with pytest.raises(BlockingIOError):
            other.accept()
    for where in ("127.0.0.1:0", shop.folder / "back.sock"):
        done = tunnel.run("-N", "-o", "ExitOnForwardFailure=yes", "-R", f"{where}:127.0.0.1:9")
        assert done.returncode == 255 and "forwarding failed" in done.stderr, done
