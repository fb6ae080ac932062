"""What the network reports of a text that was sent."""
from smsotp import wait


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
