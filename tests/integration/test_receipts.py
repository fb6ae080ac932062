"""Receipts of approvals: made once, shown again, and checked by others than the gateway."""
import base64
import json
import pathlib
import subprocess
import sys

import pytest

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "docs/examples/verify_receipt.py"
OK, NO, USAGE = 0, 1, 64
CONTEXT = {"amount": "1499.00", "currency": "INR", "payee": "Shop 12"}


@pytest.fixture
def approved(gateway, handset, numbers):
    """An approved verification: (id, code, answer of the check)."""
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT)
    code = handset.code(number)
    answer = gateway.check(issued["id"], code, attempt_id="a")
    assert answer["result"] == "approved"
    return issued["id"], code, answer


def other(text):
    """The text with its payload changed."""
    head, payload, signature = text.split(".")
    return f"{head}.{payload[:-1]}{'A' if payload[-1] != 'A' else 'Q'}.{signature}"


def verify_by_example(folder, gateway, receipt):
    keys = folder / "keys.json"
    keys.write_bytes(gateway.request("GET", "/v1/receipt-key").body)
    return subprocess.run([sys.executable, EXAMPLE, receipt, keys], capture_output=True, text=True,
                          timeout=60)


def test_only_an_approval_has_one(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    assert "receipt" not in issued.json
    code = handset.code(number)
    wrong = f"{(int(code) + 1) % 1000000:06d}"
    assert "receipt" not in gateway.check(issued["id"], wrong).json
    assert "receipt" not in gateway.get(issued["id"]).json


def test_the_same_whenever_it_is_asked_for(gateway, approved):
    verification, code, first = approved
    receipt = first["receipt"]
    assert gateway.check(verification, code, attempt_id="a")["receipt"] == receipt
    again = gateway.check(verification, code)
    assert again["result"] == "already_approved" and "receipt" not in again.json
    assert gateway.get(verification)["receipt"] == receipt
    gateway.restart()
    assert gateway.get(verification)["receipt"] == receipt
    assert gateway.check(verification, code, attempt_id="a")["receipt"] == receipt


def test_ten_lines_of_python(gateway, approved, folder):
    verification, _, answer = approved
    done = verify_by_example(folder, gateway, answer["receipt"])
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    issued = gateway.get(verification)
    assert facts.pop("approved_at").endswith("Z")
    key_id = facts.pop("key_id")
    assert facts == {"v": 1, "id": verification, "purpose": "checkout",
                     "context_digest": issued["context_digest"], "client": "uid:0"}
    assert [key["key_id"] for key in gateway.request("GET", "/v1/receipt-key")["keys"]] == [key_id]
    assert verify_by_example(folder, gateway, other(answer["receipt"])).returncode != 0


def test_key_set(gateway):
    """Members of our own names, and those of a JSON Web Key."""
    key, = gateway.request("GET", "/v1/receipt-key")["keys"]
    assert key["algorithm"] == "Ed25519" and len(key["key_id"]) == 8
    assert len(base64.urlsafe_b64decode(key["public_key"] + "=")) == 32
    assert (key["kty"], key["crv"], key["use"]) == ("OKP", "Ed25519", "sig")
    assert (key["x"], key["kid"]) == (key["public_key"], key["key_id"])


def test_an_earlier_key_is_still_told(gateway, approved, folder):
    _, _, answer = approved
    before, = gateway.request("GET", "/v1/receipt-key")["keys"]
    gateway.stop()
    gateway.key_path.chmod(0o600)
    gateway.key_path.write_bytes(bytes(range(32)))
    gateway.start()
    keys = gateway.request("GET", "/v1/receipt-key")["keys"]
    assert len(keys) == 2 and keys[1] == before
    assert verify_by_example(folder, gateway, answer["receipt"]).returncode == 0


def test_ctl(gateway, approved, ctl):
    verification, _, answer = approved
    receipt, socket = answer["receipt"], gateway.admin_socket
    done = ctl(socket, "receipt", "verify", receipt)
    assert (done.returncode, done.err) == (OK, "")
    assert done.out.startswith("valid\n") and verification in done.out
    done = ctl(socket, "--json", "receipt", "verify", "-", input=receipt + "\n")
    assert done.returncode == OK
    facts = json.loads(done.out)
    assert facts["valid"] is True and facts["id"] == verification
    for bad, reason in [(other(receipt), "changed"), ("", "no receipt"), (receipt[:-1], "no receipt"),
                        (receipt.replace("e", "f", 1), "no receipt")]:
        done = ctl(socket, "receipt", "verify", bad)
        assert done.returncode == NO and reason in done.out, (bad, done.out)
        done = ctl(socket, "--json", "receipt", "verify", bad)
        assert done.returncode == NO and json.loads(done.out)["valid"] is False


def test_ctl_offline(gateway, approved, ctl, folder):
    receipt = approved[2]["receipt"]
    key = gateway.request("GET", "/v1/receipt-key")["keys"][0]["public_key"]
    nobody = folder / "nobody.sock"
    assert ctl(nobody, "receipt", "verify", "--key", key, receipt).returncode == OK
    another = "A" * 43
    done = ctl(nobody, "receipt", "verify", "--key", another, receipt)
    assert done.returncode == NO and "this key" in done.out


@pytest.mark.parametrize("words", [[], ["verify"], ["show", "x"], ["verify", "x", "y"],
                                   ["verify", "--key", "short", "x"], ["verify", "--kay", "x", "x"]])
def test_ctl_usage(ctl, folder, words):
    done = ctl(folder / "nobody.sock", "receipt", *words)
    assert done.returncode == USAGE and done.err


def test_a_receipt_of_another_gateway(gateway, approved, ctl, make_gateway):
    stranger = make_gateway(name="b").start(ready=False)
    done = ctl(stranger.admin_socket, "receipt", "verify", approved[2]["receipt"])
    assert done.returncode == NO and "never had the key" in done.out
