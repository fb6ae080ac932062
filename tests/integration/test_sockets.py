"""The two sockets: whom the file system lets at them, who is a technician, and sockets of systemd's."""
import grp
import os
import shutil
import socket
import stat
import sys

import pytest

from smsotp.peer import request_as

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes other users")
CLERK, TECHNICIAN = 12345, 12346

# sd_listen_fds(3), as systemd does it: NAME=PATH …, then the command.
LAUNCHER = """
import os, socket, sys
n = sys.argv.index("--")
names = []
for i, word in enumerate(sys.argv[1:n]):
    name, path = word.split("=", 1)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(16)
    os.dup2(listener.detach(), 50 + i)
    names.append(name)
for i in range(len(names)):
    os.dup2(50 + i, 3 + i)
    os.close(50 + i)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(names)), LISTEN_FDNAMES=":".join(names))
os.execv(sys.argv[n + 1], sys.argv[n + 1:])
"""


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def group():
    """A group of this machine whose members are none of the test's users."""
    return next(g for g in grp.getgrall() if g.gr_gid not in (0, os.getegid()))


def health_of(gateway, path, uid, *groups):
    return request_as(uid, uid, list(groups), path, "GET", "/v1/health").status


def test_by_default(make_gateway):
    gateway = make_gateway().start(ready=False)
    assert (mode_of(gateway.api_socket), mode_of(gateway.admin_socket)) == (0o666, 0o600)


@ROOT_ONLY
def test_modes_and_groups(make_gateway):
    """A group of its own for each: who is outside of it does not get as far as asking."""
    tills = group()
    gateway = make_gateway(config={
        "api": {"socket_mode": "0660", "socket_group": tills.gr_name, "admin_socket_group": tills.gr_gid},
        "client till": {"user": CLERK}}).start(ready=False)
    gateway.folder.chmod(0o755)
    for path in (gateway.api_socket, gateway.admin_socket):
        assert (mode_of(path), path.stat().st_gid) == (0o660, tills.gr_gid)
    assert health_of(gateway, gateway.api_socket, CLERK, tills.gr_gid) == 503
    for path in (gateway.api_socket, gateway.admin_socket):
        with pytest.raises(PermissionError):
            health_of(gateway, path, CLERK)
    # A technician by group: everything there, and who did it in the journal; nobody on the other socket.
    modems = request_as(TECHNICIAN, TECHNICIAN, [tills.gr_gid], gateway.admin_socket, "GET", "/v1/modems")
    assert modems.status == 200
    assert health_of(gateway, gateway.api_socket, TECHNICIAN, tills.gr_gid) == 401


@ROOT_ONLY
def test_the_group_and_not_the_mode_makes_a_technician(make_gateway):
    """Whoever opens the file in whatever way, the gateway looks at the group itself."""
    gateway = make_gateway(config={"api": {"admin_socket_group": group().gr_name}}).start(ready=False)
    gateway.folder.chmod(0o755)
    gateway.admin_socket.chmod(0o666)
    refused = request_as(CLERK, CLERK, [], gateway.admin_socket, "GET", "/v1/health")
    assert (refused.status, refused["code"]) == (401, "unauthenticated")
    assert "admin_socket_group" in refused["detail"]
    assert health_of(gateway, gateway.admin_socket, CLERK, group().gr_gid) == 503


@ROOT_ONLY
@pytest.mark.parametrize("is_member", [True, False])
def test_a_daemon_that_is_not_root(make_gateway, is_member):
    """It gives its socket to a group that its user is in, and says so when it is not."""
    gateway = make_gateway(config={"api": {"socket_mode": "0660", "socket_group": group().gr_gid}})
    gateway.state_dir.mkdir()
    gateway.runtime_dir.mkdir()
    for path in (gateway.folder, gateway.state_dir, gateway.runtime_dir, gateway.key_path):
        os.chown(path, CLERK, CLERK)
    groups = f"--groups={group().gr_gid}" if is_member else "--clear-groups"
    gateway.wrapper = ["setpriv", f"--reuid={CLERK}", f"--regid={CLERK}", groups]
    if is_member:
        gateway.start(ready=False)
        assert (mode_of(gateway.api_socket), gateway.api_socket.stat().st_gid) == (0o660, group().gr_gid)
    else:
        status, lines = gateway.run_to_end()
        assert status == 73 and any("member of the group" in line for line in lines), lines
        assert not gateway.api_socket.exists()


@pytest.mark.parametrize("key, value", [
    ("admin_socket_mode", "0666"), ("socket_mode", "rw"), ("socket_group", "no-such-group"),
    ("admin_socket_group", "no-such-group")])
def test_what_cannot_be(make_gateway, key, value):
    gateway = make_gateway(config={"api": {key: value}})
    status, lines = gateway.run_to_end()
    assert status == 78 and any(key in line and "expected" in line for line in lines), lines


def launched(gateway, *sockets):
    gateway.wrapper = [sys.executable, "-c", LAUNCHER, *sockets, "--"]
    return gateway


def test_sockets_that_are_handed_over(make_gateway, sim, handset, numbers):
    """Of both kinds, elsewhere than the configuration says; not removed at the end."""
    gateway = make_gateway(sim)
    paths = {name: gateway.folder / f"{name}.handed" for name in ("api", "admin")}
    configured = gateway.api_socket, gateway.admin_socket
    gateway.api_socket, gateway.admin_socket = paths.values()
    launched(gateway, *(f"{name}={path}" for name, path in paths.items())).start()
    gateway.approve(handset, next(numbers))
    assert gateway.request("GET", "/v1/modems", socket=gateway.admin_socket).status == 200
    assert not any(path.exists() for path in configured)
    gateway.stop()
    assert all(path.exists() for path in paths.values())


@ROOT_ONLY
def test_which_is_which(make_gateway):
    """By the name, not by the order; what is not handed over the daemon makes itself."""
    gateway = make_gateway()
    gateway.folder.chmod(0o755)
    handed = gateway.folder / "handed"
    launched(gateway, f"admin={handed}").start(ready=False)
    assert mode_of(gateway.api_socket) == 0o666
    assert not gateway.admin_socket.exists()
    assert health_of(gateway, handed, CLERK) == 401
    assert gateway.request("GET", "/v1/stats", socket=handed).status == 200


@pytest.mark.parametrize("name", ["smotpd", "unknown"])
def test_of_another_name(make_gateway, name):
    gateway = make_gateway()
    status, lines = launched(gateway, f"{name}={gateway.folder / 'handed'}").run_to_end()
    assert status == 73 and any("FileDescriptorName=api or admin" in line for line in lines), lines


@pytest.mark.skipif(not shutil.which("systemd-socket-activate"), reason="systemd-socket-activate is not installed")
def test_by_systemd_itself(make_gateway):
    """It starts the daemon when somebody connects, who is answered."""
    gateway = make_gateway()
    gateway.api_socket = gateway.folder / "handed"
    gateway.wrapper = ["systemd-socket-activate", "--fdname=api", "-l", gateway.api_socket]
    gateway.spawn()
    gateway.wait_answering()
    assert gateway.admin_socket.exists()
