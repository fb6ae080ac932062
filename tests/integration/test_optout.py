"""A customer who answers STOP gets no texts until he answers START, whatever restarts in between."""
import subprocess

from smsotp import wait
from smsotp.gateway import NO_LIMITS


def blocked(gateway, number):
    answer = gateway.verify(number)
    if answer.status == 201:
        gateway.request("POST", f"/v1/verifications/{answer['id']}/cancel")
        return False
    assert (answer.status, answer["code"]) == (403, "destination_blocked"), answer
    assert "START" in answer["detail"]
    return True


def test_stop_and_start(sim, make_gateway, numbers):
    gateway = make_gateway(sim, NO_LIMITS).start()
    number, other = next(numbers), next(numbers)
    issued = gateway.verify(number)
    sim.handset.wait(number)
    sim.control("receive", 0, number, "STOP")
    wait.until("the number to be blocked", lambda: blocked(gateway, number), on_timeout=gateway.log)
    assert gateway.get(issued["id"])["status"] == "denied"
    gateway.restart()
    assert blocked(gateway, number) and not blocked(gateway, other)
    verdict = gateway.request("GET", f"/v1/limits?to={number}")
    assert (verdict["allowed"], verdict["destination"]["reason"]) == (False, "opted_out")
    n_texts = len(sim.handset.texts(number))
    sim.control("receive", 0, number, "start")
    wait.until("the number to be open", lambda: not blocked(gateway, number), on_timeout=gateway.log)
    # The one that found it open was canceled at once, and may have gone out or not.
    assert gateway.verify(number).status == 201
    sim.handset.wait(number, n_texts + 1)


def test_no_does_not_opt_out(sim, make_gateway, numbers):
    gateway = make_gateway(sim, NO_LIMITS).start()
    number = next(numbers)
    issued = gateway.verify(number)
    sim.handset.wait(number)
    sim.control("receive", 0, number, "NO")
    wait.until("the denial", lambda: gateway.get(issued["id"])["status"] == "denied")
    assert not blocked(gateway, number)


def test_an_operator_sees_and_changes_the_list(sim, make_gateway, build_dir):
    gateway = make_gateway(sim, NO_LIMITS).start()
    number = "+919812345601"

    def optout(*words):
        done = subprocess.run([build_dir / "src/ctl/smsotpctl", "--socket", gateway.admin_socket,
                               "optout", *words], capture_output=True, text=True)
        assert done.returncode == 0, done
        return done.stdout
    assert "gets no texts" in optout("add", "98123 45601")
    assert blocked(gateway, number)
    assert "+91******5601" in optout("list") and "by an operator" in optout("list")
    assert "may get texts" in optout("remove", number)
    assert not blocked(gateway, number)
    assert optout("list") == "0 in all\n"
