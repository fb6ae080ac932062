"""A new master key while the shop is open, and what is said when a key is gone."""
import os

import pytest

from smsotp import wait

NO_PAUSE = {"limits": {"number": "off"}}


@pytest.fixture
def gateway(sim, make_gateway):
    return make_gateway(sim, NO_PAUSE).start()


def rotate(gateway):
    return gateway.request("POST", "/v1/keys/rotate", socket=gateway.admin_socket)


def keys(gateway):
    return gateway.request("GET", "/v1/keys", socket=gateway.admin_socket)["keys"]


def other(code):
    return f"{(int(code) + 1) % 1000000:06d}"


def test_codes_on_their_way_stay_good(gateway, handset, numbers):
    number, later = next(numbers), next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    answer = rotate(gateway)
    assert answer.status == 200, answer
    assert [key["state"] for key in answer["keys"]] == ["current", "previous"]
    second = gateway.verify(later)
    assert rotate(gateway)["code"] == "rotation_under_way"
    gateway.wait_message(second["id"], "sent")
    # Not even an end without warning loses one of the two.
    gateway.kill9()
    gateway.start()
    assert [key["state"] for key in keys(gateway)] == ["current", "previous"]
    assert gateway.check(issued["id"], code)["result"] == "approved"
    assert gateway.check(second["id"], handset.code(later))["result"] == "approved"


def test_the_key_before_goes(gateway):
    before = gateway.key_path.read_bytes()
    previous = gateway.key_path.with_name("key.previous")
    assert rotate(gateway).status == 200
    assert gateway.key_path.read_bytes() != before
    assert gateway.key_path.stat().st_mode & 0o777 == 0o400
    wait.until("the key before to be gone",
               lambda: [key["state"] for key in keys(gateway)] == ["current", "former"])
    assert not previous.exists() and "event=key_dropped" in gateway.log()
    assert keys(gateway)[1]["dropped_at"]
    # And again, now that there is room for it.
    assert rotate(gateway).status == 200
    gateway.restart()
    assert len(keys(gateway)) == 3


def test_received_texts_stay_readable(gateway, sim):
    sim.control("receive", 0, "+919812345678", "hello")
    inbound = lambda: gateway.request("GET", "/v1/inbound", socket=gateway.admin_socket)["inbound"]
    wait.until("the text to be there", inbound)
    assert rotate(gateway).status == 200
    wait.until("the key before to be gone", lambda: keys(gateway)[1]["state"] == "former")
    gateway.restart()
    assert [text["text"] for text in inbound()] == ["hello"]


def test_wrong_guesses_stay_counted(gateway, handset, numbers):
    gateway.configure({"limits": {"guesses": "3/1d"}}).restart()
    number = next(numbers)
    issued = gateway.verify(number)
    wrong = other(handset.code(number))
    for _ in range(2):
        assert gateway.check(issued["id"], wrong)["result"] == "incorrect"
    assert rotate(gateway).status == 200
    assert gateway.check(issued["id"], wrong)["result"] == "incorrect"
    answer = gateway.check(issued["id"], wrong)
    assert answer.status == 429 and answer["limit"]["name"] == "guesses"
    gateway.restart()
    assert gateway.check(issued["id"], wrong).status == 429


def test_a_receipt_of_the_key_before(gateway, handset, numbers, ctl):
    number = next(numbers)
    issued = gateway.verify(number)
    receipt = gateway.check(issued["id"], handset.code(number))["receipt"]
    assert rotate(gateway).status == 200
    wait.until("the key before to be gone", lambda: keys(gateway)[1]["state"] == "former")
    assert gateway.get(issued["id"])["receipt"] == receipt
    assert ctl(gateway.admin_socket, "receipt", "verify", receipt).returncode == 0


def test_ctl(gateway, ctl):
    done = ctl(gateway.admin_socket, "key", "list")
    assert done.returncode == 0 and done.out.split()[1] == "current"
    done = ctl(gateway.admin_socket, "key", "rotate")
    assert (done.returncode, done.err) == (0, "") and len(done.out.splitlines()) == 2
    assert gateway.key_path.read_bytes().hex() not in done.out


def test_only_technicians(gateway, handset):
    assert gateway.request("POST", "/v1/keys/rotate", {"key": "x"},
                           socket=gateway.admin_socket)["code"] == "invalid"
    assert len(keys(gateway)) == 1


def test_a_key_that_is_a_credential(make_gateway, folder, ctl):
    credentials = folder / "credentials"
    credentials.mkdir()
    (credentials / "smsotp.key").write_bytes(bytes(range(32)))
    gateway = make_gateway(config={"keys": {"master": "credential:smsotp.key"}})
    command = gateway.command()
    gateway.command = lambda: ["/usr/bin/env", f"CREDENTIALS_DIRECTORY={credentials}", *command]
    gateway.start(ready=False)
    done = ctl(gateway.admin_socket, "key", "rotate")
    assert done.returncode == 2 and "smsotp.key.previous" in done.err
    (credentials / "smsotp.key").rename(credentials / "smsotp.key.previous")
    (credentials / "smsotp.key").write_bytes(bytes(range(1, 33)))
    gateway.restart(ready=False)
    wait.until("the key before to be known as such",
               lambda: [key["state"] for key in keys(gateway)] == ["current", "former"])
    assert "remove smsotp.key.previous" in gateway.log()


def test_a_lost_key(gateway, handset, numbers):
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    first = gateway.key_path.read_bytes()
    gateway.stop()
    os.chmod(gateway.key_path, 0o600)
    gateway.key_path.write_bytes(bytes(range(32)))
    gateway.start()
    assert "event=key_lost" in gateway.log() and "event=codes_void n=1" in gateway.log()
    assert gateway.check(issued["id"], code)["result"] == "expired"
    gateway.stop()
    gateway.key_path.write_bytes(first)
    gateway.log_path.write_text("")
    gateway.start()
    assert "event=key_lost" not in gateway.log()
