"""Odd places for files: one clear line at once, never a silent wait."""
import os

import pytest

from test_startup import EX_CONFIG, EX_NOPERM, GOOD, complaint


def test_key_is_a_pipe(make_gateway):
    gateway = make_gateway()
    gateway.key_path.unlink()
    os.mkfifo(gateway.key_path, 0o400)
    status, lines = gateway.run_to_end(timeout=5)
    assert status == EX_NOPERM and str(gateway.key_path) in complaint(lines)


def test_both_sockets_at_one_path(make_gateway, folder):
    same = folder / "same.sock"
    gateway = make_gateway(config={"api": {"socket": same, "admin_socket": same}})
    status, lines = gateway.run_to_end()
    assert status == EX_CONFIG and "admin_socket" in complaint(lines)


@pytest.mark.parametrize("name", [b"Caf\xe9", b"A\x1b[31mB", "A\u202eB".encode()],
                         ids=["not UTF-8", "escape", "right to left"])
def test_shop_that_cannot_be_shown(make_gateway, name):
    gateway = make_gateway()
    text = GOOD.encode().replace(b"Ravi Stores", name)
    gateway.write_config = lambda _text=None: gateway.config_path.write_bytes(text)
    gateway.spawn()
    try:
        status = gateway.process.popen.wait(2)
    except Exception:  # still running: it was accepted
        raise AssertionError(f"shop = {name!r} is accepted") from None
    lines = gateway.log().splitlines()
    gateway.process.discard()
    gateway.process = None
    assert status == EX_CONFIG and ":2:" in complaint(lines)
