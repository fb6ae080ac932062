"""Many modems in one process, each pulled out and put back at random, and refused at times by its
network, while texts are asked for: what was accepted ends, once, and as the handsets show it."""
import concurrent.futures
import heapq
import itertools
import os
import time

import pytest

from smsotp import http, wait
from smsotp.gateway import NO_LIMITS

ENDED = ("sent", "delivered", "failed", "expired", "unknown")
TILLS = 3
REFUSALS = ["off"] * 5 + [1, 21, 38, 50, 500]  # +CMS ERROR, from one putting back to the next
FULL = bool(os.environ.get("SMSOTP_TEST_FULL"))


def pull_and_put_back(sim, chance, seconds):
    """Each modem at times of its own; in the end all are there."""
    due = [(chance.uniform(0, 2), index, "unplug") for index in range(sim.count)]
    heapq.heapify(due)
    start = time.monotonic()
    while due[0][0] < seconds:
        at, index, command = heapq.heappop(due)
        time.sleep(max(0, start + at - time.monotonic()))
        sim.control(command, index)
        if command == "plug":
            sim.control("fail", index, chance.choice(REFUSALS))
        following = ("plug", chance.uniform(0, 2)) if command == "unplug" else (
            "unplug", chance.uniform(0.5, 6))
        heapq.heappush(due, (at + following[1], index, following[0]))
    for _, index, command in due:
        sim.control("fail", index, "off")
        if command == "plug":
            sim.control("plug", index)


def ask(gateway, till, seconds, patience):
    """Asks for codes, as fast as they go out; {number: answer}."""
    answers = {}
    connection = gateway.connection()
    until = time.monotonic() + seconds
    for n in itertools.takewhile(lambda _: time.monotonic() < until, itertools.count()):
        number = f"+91{98 + till}{n:08d}"
        answer = http.send(connection, "POST", "/v1/verifications", {"to": number, "purpose": "login"})
        answers[number] = answer
        if answer.status != 201 or answer["message"]["position"] > patience:
            time.sleep(0.05)
    connection.close()
    return answers


def wait_ended(gateway, issued, timeout):
    """{id: message} once each has ended."""
    connection = gateway.connection()
    messages = {}

    def all_ended():
        for one in issued:
            if messages.get(one, {"status": None})["status"] not in ENDED:
                messages[one] = http.send(connection, "GET", f"/v1/verifications/{one}")["message"]
        return all(message["status"] in ENDED for message in messages.values())
    wait.until("all texts to end", all_ended, timeout, every=0.2, on_timeout=lambda: {
        one: message for one, message in messages.items() if message["status"] not in ENDED})
    connection.close()
    return messages


def faults(answer, message, n_texts):
    """What is wrong with the end of one request, in words."""
    if answer.status != 201:
        if answer.status != 503 or answer["code"] not in (
                "no_modem", "queue_full", "sim_barred"):
            yield f"refused with {answer.status}"
        if n_texts > 0:
            yield "refused, and a text came"
        return
    if n_texts > 1:
        yield f"{n_texts} texts came"
    if message["status"] in ("sent", "delivered") and n_texts == 0:
        yield "no text came"
    if message["status"] in ("failed", "expired") and n_texts > 0:
        yield "a text came"
    if message["status"] == "failed" and not message["error"]["class"]:
        yield "failed without a class"


@pytest.mark.time_limit(300)
@pytest.mark.parametrize("count, seconds", [(32, 60) if FULL else (8, 8)])
def test_pulled_out_and_put_back(make_sim, make_gateway, chance, count, seconds):
    sim = make_sim(count=count, args=("--report-ms", "400", "--seed", chance.randrange(1000)))
    for index in range(count):
        sim.control("cmgs-ms", index, chance.randrange(20, 600))
        sim.control("prompt-ms", index, chance.choice([0, 0, 5, 50]))
    gateway = make_gateway(sim, NO_LIMITS).start()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        tills = [pool.submit(ask, gateway, till, seconds, 2 * count) for till in range(TILLS)]
        pull_and_put_back(sim, chance, seconds)
    answers = {number: answer for till in tills for number, answer in till.result().items()}
    issued = {number: answer["id"] for number, answer in answers.items() if answer.status == 201}
    messages = wait_ended(gateway, issued.values(), 120)
    wait.until("all modems", lambda: set(gateway.health()["modems"].values()) <= {"ready", "barred"}, 60)
    arrived = {}
    for text in sim.handset.texts():
        arrived[text["to"]] = arrived.get(text["to"], 0) + 1
    found = [(number, issued.get(number), message, fault) for number, answer in answers.items()
             for message in [messages.get(issued.get(number))]
             for fault in faults(answer, message, arrived.get(number, 0))]
    counts = {status: sum(m["status"] == status for m in messages.values()) for status in ENDED}
    print(f"{len(answers)} requests, {len(issued)} accepted: {counts}")
    assert not found, f"{len(found)}: {found[:10]}\n" + "\n".join(
        line for line in gateway.log().splitlines() if any(str(f[1]) in line for f in found[:10]))
    assert arrived.keys() <= answers.keys()
    assert counts["sent"] + counts["delivered"] > count, counts


def test_prefixes_say_which_modem(make_sim, make_gateway, numbers):
    """Numbers go by the modem that is meant for them while it is there, and others by the other."""
    sim = make_sim(count=2, cmgs_ms=10)
    gateway = make_gateway(sim, {"modem m1": {"prefixes": "+9198"}, **NO_LIMITS}).start()
    wait.until("both modems", lambda: set(gateway.health()["modems"].values()) == {"ready"})

    def send(number):
        gateway.wait_message(gateway.verify(number)["id"], "sent")
        return [sim.stats(i)["sms_sent"] for i in (0, 1)]
    for n in range(3):
        assert send(next(numbers)) == [0, n + 1]
    assert send("+919912345678") == [1, 3]
    sim.unplug(1)
    wait.until("it to be gone", lambda: gateway.health()["modems"]["m1"] == "absent")
    assert send(next(numbers)) == [2, 3]
    sim.plug(1)
    wait.until("it again", lambda: gateway.health()["modems"]["m1"] == "ready")
    assert send(next(numbers)) == [2, 4]


def test_when_it_leaves_is_told_by_the_modem_it_is_meant_for(make_sim, make_gateway, numbers):
    sim = make_sim(count=2, cmgs_ms=10)
    gateway = make_gateway(sim, {"modem m1": {"prefixes": "+9198"}, **NO_LIMITS}).start()
    wait.until("both modems", lambda: set(gateway.health()["modems"].values()) == {"ready"})
    sim.control("cmgs-ms", 1, 2500)
    etas = []
    for number in ("+919912345678", next(numbers), "+919912345679", next(numbers)):
        issued = gateway.verify(number)
        etas.append(issued["message"]["eta"])
        gateway.wait_message(issued["id"], "sent")
    assert etas[2:] == [1, 3], etas
