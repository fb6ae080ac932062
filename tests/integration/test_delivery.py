"""What the network reports of a text that was sent."""
import pytest

from smsotp import wait
from smsotp.report import report_pdu


def report(sim, reference, number, status=0):
    pdu = report_pdu(reference, number, status)
    sim.control("inject", 0, f"+CDS: {len(pdu) // 2 - 1}")
    sim.control("inject", 0, pdu)


def test_delivered(make_sim, make_gateway, numbers):
    sim = make_sim(args=("--report-ms", "100"))
    gateway = make_gateway(sim).start()
    number = next(numbers)
    issued = gateway.verify(number)
    gateway.wait_message(issued["id"], "delivered")
    assert gateway.get(issued["id"])["status"] == "pending"
    assert gateway.check(issued["id"], sim.handset.code(number))["result"] == "approved"


def test_each_report_finds_its_own_text(make_sim, make_gateway, numbers):
    sim = make_sim(count=2, args=("--report-ms", "300"))
    gateway = make_gateway(sim).start()
    issued = [gateway.verify(next(numbers))["id"] for _ in range(6)]
    for verification in issued:
        gateway.wait_message(verification, "delivered")


def test_report_of_another_text_changes_nothing(make_sim, make_gateway, numbers):
    sim = make_sim()
    gateway = make_gateway(sim).start()
    issued = gateway.verify(next(numbers))
    gateway.wait_message(issued["id"], "sent")
    # TP-MR 99, to a number that nobody asked for.
    sim.control("inject", 0, "+CDS: 26")
    sim.control("inject", 0, "0006630C9119895546651162117251000000621172510010000000")
    wait.until("the report to be seen", lambda: "event=report_unmatched" in gateway.log())
    assert gateway.get(issued["id"])["message"]["status"] == "sent"


def test_number_in_national_form(play, make_gateway, numbers):
    accepted = "expect AT+CMGS=*\nraw \\r\\n> \nexpect text\nreply +CMGS: 7\nreply OK\n"
    sim = play(2 * accepted)
    gateway = make_gateway(sim).start()
    first, second = next(numbers), next(numbers)
    issued = []
    for number in first, second:
        issued.append(gateway.verify(number)["id"])
        gateway.wait_message(issued[-1], "sent")
    report(sim, 7, "0" + first.removeprefix("+91"))
    gateway.wait_message(issued[0], "delivered")
    assert gateway.get(issued[1])["message"]["status"] == "sent"


def test_modem_was_unplugged_before_it_named_the_text(play, make_gateway, numbers):
    sim = play("expect AT+CMGS=*\nraw \\r\\n> \nexpect text\nhangup\ndelay 200\nplug\n")
    gateway = make_gateway(sim).start()
    number = next(numbers)
    issued = gateway.verify(number)["id"]
    gateway.wait_message(issued, "unknown")
    gateway.wait_ready()
    report(sim, 7, number)
    gateway.wait_message(issued, "delivered")


@pytest.mark.parametrize("order", ["{named}{report}reply OK\n", "{report}{named}reply OK\n"],
                         ids=["before OK", "before its reference"])
def test_report_that_is_faster_than_the_result(play, make_gateway, numbers, order):
    number = next(numbers)
    pdu = report_pdu(7, number)
    sim = play("expect AT+CMGS=*\nraw \\r\\n> \nexpect text\n" + order.format(
        named="reply +CMGS: 7\n",
        report=f"reply +CDS: {len(pdu) // 2 - 1}\nraw {pdu}\\r\\n\n"))
    gateway = make_gateway(sim).start()
    gateway.wait_message(gateway.verify(number)["id"], "delivered")
    assert "event=report_unmatched" not in gateway.log()


PART_SENT = "expect AT+CMGS=*\nraw \\r\\n> \nexpect text\nreply +CMGS: {}\nreply OK\n"


@pytest.mark.parametrize("reports, status", [
    ([(7, 0x43), (8, 0)], "failed"),
    ([(8, 0), (7, 0x43)], "failed"),
    ([(8, 0), (7, 0x46)], "expired"),
    ([(8, 0), (7, 0)], "delivered"),
    ([(8, 0), (8, 0)], "sent"),  # the same twice
    ([(8, 0), (7, 0x01)], "sent"),
])
def test_long_text_is_delivered_when_all_parts_are(play, make_gateway, numbers, reports, status):
    number = next(numbers)
    sim = play(PART_SENT.format(7) + PART_SENT.format(8))
    gateway = make_gateway(sim, {"purpose login": {
        "segments": 2, "template.en": "{code} is your code. " + 150 * "x"}}).start()
    issued = gateway.verify(number)["id"]
    gateway.wait_message(issued, "sent")
    for reference, tp_status in reports:
        report(sim, reference, number, tp_status)
    report(sim, 99, number)  # the last to be seen
    wait.until("all reports", lambda: "event=report_unmatched mr=99" in gateway.log())
    gateway.wait_message(issued, status)


def test_part_that_is_reported_before_the_next_has_left(play, make_gateway, numbers):
    number = next(numbers)
    pdu = report_pdu(7, number)
    sim = play(PART_SENT.format(7) + "expect AT+CMGS=*\nraw \\r\\n> \nexpect text\n"
               f"reply +CDS: {len(pdu) // 2 - 1}\nraw {pdu}\\r\\n\nreply +CMGS: 8\nreply OK\n")
    gateway = make_gateway(sim, {"purpose login": {
        "segments": 2, "template.en": "{code} is your code. " + 150 * "x"}}).start()
    issued = gateway.verify(number)["id"]
    wait.until("the early report", lambda: "event=part_reported mr=7" in gateway.log())
    assert gateway.get(issued)["message"]["status"] == "sent"
    report(sim, 8, number)
    gateway.wait_message(issued, "delivered")
