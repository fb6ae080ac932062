"""The status page in a browser: Debian's headless Chromium, through a port of the loopback as `ssh -L` gives one.

SMSOTP_PICTURES=FOLDER keeps what it looked like.
"""
import os
import pathlib
import re

import pytest

from smsotp import wait
from smsotp.browser import PROGRAM, Browser, Relay
from smsotp.clock import Clock
from test_verification import NO_PAUSE

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed")
PHONE, TILL = (360, 740), (800, 600)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
def relay():
    relays = []

    def make(path):
        relays.append(Relay(path))
        return f"http://127.0.0.1:{relays[-1].port}/"
    yield make
    for one in relays:
        one.close()


def look(browser, name):
    """Nothing is wider than the screen. Keeps a picture, if somebody wants one."""
    width = browser.value("window.innerWidth")
    assert browser.value("document.documentElement.scrollWidth") <= width, name
    folder = os.environ.get("SMSOTP_PICTURES")
    if folder:
        browser.picture(pathlib.Path(folder) / f"{name}.png")


def opened(browser, url, screen=TILL, **options):
    browser.open("about:blank")  # what the page before has to say comes no more
    browser.screen(*screen, **options)
    browser.errors.clear()
    browser.requests.clear()
    browser.open(url)


def assert_clean(browser, url):
    """No complaint in the console, of the policy neither, and nothing asked of anybody else."""
    assert not browser.errors
    assert browser.requests
    strangers = [u for u in browser.requests if not u.startswith((url, "data:image/svg+xml,"))]
    assert not strangers


def test_page_lives(browser, relay, make_gateway, sim, handset, numbers):
    gateway = make_gateway(sim, NO_PAUSE).start()
    url = relay(gateway.admin_socket)
    opened(browser, url)
    browser.wait_text("#state", "ready")
    browser.wait_text("#modems", "m0")
    browser.wait_text("#modems", "dBm")
    browser.wait_text("#live", "live")
    assert browser.text_of("#shop") == "Ravi Stores"
    assert "None" in browser.text_of("#alarms")
    assert "texts sent 0" in browser.text_of("#k-texts")
    number = next(numbers)
    gateway.approve(handset, number)
    browser.wait_text("#k-texts", "texts sent 1")  # by an event, well before it would ask by itself
    browser.wait_text("#k-results", "approved 1")
    browser.wait_text("#events", "verification approved")
    browser.wait_text("#tiles", "100 % of 1 asked for")
    assert number[1:] not in browser.value("document.documentElement.outerHTML")
    assert browser.value("document.querySelectorAll('#c-texts rect').length") == 1
    sim.unplug()
    browser.wait_text("#alarms", "Modem m0 is absent")
    browser.wait_text("#state", "not ready")
    look(browser, "till-absent")
    sim.plug()
    wait.until("the alarm to go", lambda: "None" in browser.text_of("#alarms"))
    for name, screen, dark in [("phone", PHONE, False), ("till", TILL, False), ("phone-dark", PHONE, True)]:
        opened(browser, url, screen, dark=dark)
        browser.wait_text("#k-texts", "texts sent 1")  # a page opened anew has what was before
        look(browser, name)
    assert_clean(browser, url)


def test_signal_of_the_last_hour(browser, relay, make_gateway, sim, folder):
    """A line through the readings, that rises with them."""
    gateway = make_gateway(sim)
    clock = Clock(folder)
    gateway.wrapper = clock.wrapper
    gateway.start()

    for minutes, reading in enumerate((5, 15, 25), 2):
        clock.pass_by(60)
        sim.control("inject", 0, f"+CSQ: {reading},99")
        wait.until("another minute's reading", lambda: len(gateway.modem()["signal_history"]) == minutes)
    url = relay(gateway.admin_socket)
    opened(browser, url)
    browser.wait_text("#modems", "dBm")
    line = browser.value("""document.querySelector(
        '#modems svg[aria-label="Signal in the last hour"] path.line').getAttribute('d')""")
    points = [tuple(map(float, point.split())) for point in re.split("[ML]", line)[1:]]
    assert len(points) >= 4 and points == sorted(points)
    assert all(0 <= x <= 300 and 0 <= y <= 36 for x, y in points)
    assert points[-1][0] > 290 and points[0][1] > points[-1][1] + 5  # up is less
    look(browser, "till-signal")
    assert_clean(browser, url)


def test_names_for_who_does_not_see_it(browser, relay, make_gateway, sim, handset, numbers):
    """Every picture says what it shows; parts have headings; the figures are there as a table too."""
    gateway = make_gateway(sim, NO_PAUSE).start()
    gateway.approve(handset, next(numbers))
    url = relay(gateway.admin_socket)
    opened(browser, url)
    browser.wait_text("#k-texts", "texts sent 1")
    browser.value("document.querySelector('details').open = true")
    nodes = [node for node in browser.ask("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]

    def named(role):
        return [node["name"]["value"] for node in nodes if node["role"]["value"] == role]
    assert "Texts in the last 24 hours: 1 texts sent, 0 not sent, or unknown" in named("image")
    assert all(named("image")) and all(named("region")), (named("image"), named("region"))
    assert named("heading")[:3] == ["Ravi Stores", "Alarms", "Modems"]
    assert {"Approved", "Texts sent"} <= set(named("columnheader"))
    rows = [row.split()[1:5] for row in browser.text_of("#hours tr").splitlines()]
    assert ["1", "1", "0", "0"] in rows, rows
    look(browser, "till-table")


def test_text_from_outside_is_text(browser, relay, make_gateway, make_sim):
    """A name with markup in it, of the network's and of the owner's, is shown as it is."""
    markup = "<img src=x onerror=alert(1)>"
    sim = make_sim(args=("--operator", markup))
    gateway = make_gateway(sim, {"gateway": {"shop": "<b>Ravi</b>"}}).start()
    url = relay(gateway.admin_socket)
    opened(browser, url)
    browser.wait_text("#modems", markup)
    assert browser.text_of("#shop") == "<b>Ravi</b>"
    assert browser.value("document.querySelectorAll('img, #shop b').length") == 0
    assert_clean(browser, url)


def test_the_policy_holds(browser, relay, gateway):
    """What is not the page's own script does not run, and goes nowhere: the page would be safe even so."""
    url = relay(gateway.admin_socket)
    opened(browser, url)
    browser.wait_text("#state", "ready")
    assert_clean(browser, url)
    browser.value("""(function () {
        var script = document.createElement('script');
        script.textContent = 'window.was_run = 1';
        document.body.appendChild(script);
        document.body.insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/x">');
        new Image().src = 'http://127.0.0.1:9/y';
    }())""")
    wait.until("the refusals", lambda: len(browser.errors) >= 3 or not browser.value("1"))
    assert browser.value("window.was_run") is None
    assert "Content Security Policy" in str(browser.errors)


def test_without_scripts_and_without_a_gateway(browser, relay, gateway):
    url = relay(gateway.admin_socket)
    opened(browser, url, PHONE, scripts=False)
    browser.wait_text("noscript", "smsotpctl status")
    assert browser.value("document.querySelector('main').offsetHeight") == 0
    look(browser, "phone-no-script")
    opened(browser, url, PHONE)
    browser.wait_text("#state", "ready")
    gateway.stop()
    browser.wait_text("#live", "no answer", 25)
    browser.wait_text("#state", "no answer")
    browser.wait_text("#alarms", "The gateway does not answer")
    assert "None" not in browser.text_of("#alarms")
    look(browser, "phone-no-answer")
    gateway.start()
    browser.wait_text("#alarms", "None", 30)
    browser.wait_text("#live", "live", 30)
