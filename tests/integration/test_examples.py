"""The examples of docs/INTEGRATION.md, each a till's checkout, as a cashier would use them."""
import itertools
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading

import pytest

from smsotp.gateway import NO_LIMITS

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "examples"
LANGUAGES = ["sh", "py", "js", "php", "c"]
RUNS_WITH = {"sh": "bash", "py": "/usr/bin/python3", "js": "node", "php": "php"}


class Till:
    """A checkout that runs, and whoever types at it."""

    def __init__(self, command, started):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True,
                                        env={"PATH": os.environ["PATH"]})
        started.append(self.process)

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def type(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def switch_off(self):
        self.process.kill()
        self.process.wait()

    def end(self, *last):
        """Whether it ended with these lines; answers its exit status."""
        self.process.stdin.close()
        assert self.process.stdout.read().splitlines()[-len(last):] == list(last)
        return self.process.wait(30)


@pytest.fixture(scope="session")
def program(build_dir, tmp_path_factory):
    """The example in C, compiled as the manual says, against the library that was built."""
    path = tmp_path_factory.mktemp("examples") / "checkout"
    source = pathlib.Path(__file__).resolve().parents[2]
    library = build_dir.resolve() / "src" / "client"
    sanitizers = []
    if b"__asan_init" in (library / "libsmsotp.so").read_bytes():
        sanitizers = ["-fsanitize=address,undefined"]
    subprocess.run(["clang" if sanitizers else "gcc", "-Wall", "-Wextra", "-Werror", *sanitizers,
                    f"-I{source}/include", EXAMPLES / "checkout.c", "-o", path, f"-L{library}",
                    f"-Wl,-rpath,{library}", "-lsmsotp"], check=True)
    return path


@pytest.fixture
def till(request, gateway, program):
    """till(language, number, amount, bill): a checkout under way."""
    started = []

    def start(language, number, amount="1499.00", bill="bill-10482", socket=gateway.api_socket):
        if language == "c":
            command = [program]
        else:
            assert shutil.which(RUNS_WITH[language]), f"{RUNS_WITH[language]} is not installed"
            command = [RUNS_WITH[language], EXAMPLES / f"checkout.{language}"]
        return Till([*command, socket, number, amount, "Shop 12", bill], started)
    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def gateway(sim, make_gateway):
    return make_gateway(sim, NO_LIMITS).start()


class LossyWire:
    """A socket before the gateway's that brings every second answer alone."""

    def __init__(self, path, gateway_path):
        self.path = path
        self.gateway_path = str(gateway_path)

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def _serve(self):
        for count in itertools.count():
            try:
                till, _ = self.listener.accept()
            except OSError:
                return
            with till, socket.socket(socket.AF_UNIX) as gateway:
                gateway.connect(self.gateway_path)
                gateway.sendall(self._request(till))
                answer = gateway.recv(65536)
                if count % 2:
                    till.sendall(answer)

    @staticmethod
    def _request(till):
        request = b""
        while True:
            head, end, body = request.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.I)
            if end and len(body) >= int(length[1] if length else 0):
                return request
            request += till.recv(65536)


def wrong(code):
    return f"{(int(code) + 1) % 10 ** 6:06d}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sale(till, handset, numbers, language):
    number = next(numbers)
    sale = till(language, number)
    assert sale.line().startswith(f"A code was sent to +91******{number[-4:]}; it is good for ")
    code = handset.code(number)
    sale.type("12a456")
    assert "digits" in sale.line()
    sale.type(wrong(code))
    assert sale.line() == "Wrong code; 4 tries left."
    sale.type("r")
    assert sale.line() == "The text is sent again; 1 more are possible."
    sale.type(code)
    assert sale.end("PAID") == 0
    # The till was switched off before it had printed the bill.
    assert till(language, number).end("PAID") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_till_that_was_switched_off_goes_on(till, handset, numbers, language):
    number = next(numbers)
    first = till(language, number)
    first.line()
    code = handset.code(number)
    first.switch_off()
    second = till(language, number)
    second.line()
    second.type(code)
    assert second.end("PAID") == 0
    assert len(handset.texts()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sale(till, gateway, handset, numbers, language):
    number = next(numbers)
    denied = till(language, number)
    denied.line()
    code = handset.code(number)
    found = gateway.request("GET", "/v1/verifications?reference=bill-10482")
    gateway.request("POST", f"/v1/verifications/{found['id']}/cancel")
    denied.type(code)
    assert denied.end("The code is canceled: begin again or take cash.", "NOT PAID") == 1
    given_up = till(language, number, bill="bill-2")
    given_up.line()
    given_up.type("")
    assert given_up.end("NOT PAID") == 1
    assert gateway.request("GET", "/v1/verifications?reference=bill-2")["status"] == "canceled"
    nobody = till(language, "12345", bill="bill-4")
    assert nobody.end("NOT PAID") == 1


@pytest.mark.parametrize("change", ["amount", "number"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bill_that_has_changed_begins_again(till, handset, numbers, language, change):
    """While the text is out, and once it is paid: what was agreed to is not what is sold now."""
    first, second = next(numbers), next(numbers)
    changed = {"number": second if change == "number" else first,
               "amount": "9999.00" if change == "amount" else "1.00"}

    def begin(**sale):
        texts = len(handset.texts(sale["number"]))
        begun = till(language, **sale)
        assert begun.line().startswith(f"A code was sent to +91******{sale['number'][-4:]}; ")
        handset.wait(sale["number"], texts + 1)
        return begun, handset.code(sale["number"])

    _, old = begin(number=first, amount="1.00", bill="bill-1")
    sale, code = begin(**changed, bill="bill-1")
    sale.type(old)
    assert sale.line() == "Wrong code; 4 tries left."
    sale.type(code)
    assert sale.end("PAID") == 0
    paid, code = begin(number=first, amount="1.00", bill="bill-2")
    paid.type(code)
    assert paid.end("PAID") == 0
    sale, _ = begin(**changed, bill="bill-2")
    sale.type(code)
    assert sale.line() == "Wrong code; 4 tries left."
    sale.type("")
    assert sale.end("NOT PAID") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_approved_elsewhere_for_something_else(till, gateway, handset, numbers, language):
    """The code is typed at a till whose bill has since been changed and paid by another."""
    number = next(numbers)
    one = till(language, number, amount="1.00")
    one.line()
    handset.wait(number)
    other = till(language, number)
    other.line()
    handset.wait(number, 2)
    found = gateway.request("GET", "/v1/verifications?reference=bill-10482")
    gateway.wait_message(found["id"], "sent")
    code = handset.code(number)
    other.type(code)
    assert other.end("PAID") == 0
    one.type(code)
    assert one.end("The code is canceled: begin again or take cash.", "NOT PAID") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bill_is_begun_again_after_it_was_given_up(till, handset, numbers, language):
    for number in (next(numbers), next(numbers)):
        given_up = till(language, number)
        given_up.line()
        handset.wait(number)
        given_up.type("")
        assert given_up.end("NOT PAID") == 1
        texts = len(handset.texts(number))
        again = till(language, number)
        again.line()
        handset.wait(number, texts + 1)
        again.type(handset.code(number))
        assert again.end("PAID") == 0


@pytest.mark.parametrize("bill", ["bill 7", "\u092c\u093f\u0932-7", 'say "7" & go?'])
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_bill_number(till, handset, numbers, language, bill):
    number = next(numbers)
    till(language, number, bill=bill).line()
    sale = till(language, number, bill=bill)
    sale.line()
    sale.type(handset.code(number))
    assert sale.end("PAID") == 0
    assert till(language, number, bill=bill).end("PAID") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gateway_that_is_away(till, gateway, handset, numbers, language):
    """For a moment it harms nobody; for long, nothing is sold."""
    number = next(numbers)
    sale = till(language, number)
    sale.line()
    code = handset.code(number)
    gateway.stop()
    sale.type(code)
    gateway.start()
    assert sale.end("PAID") == 0
    lost = till(language, number, bill="bill-2")
    lost.line()
    gateway.stop()
    lost.type("123456")
    nothing = till(language, number, bill="bill-3")
    for away in (lost, nothing):
        assert away.end("NOT PAID") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_is_lost(till, gateway, handset, numbers, folder, language):
    """Each request is carried out, and its first answer does not arrive."""
    number = next(numbers)
    with LossyWire(folder / "wire", gateway.api_socket) as wire:
        sale = till(language, number, socket=wire.path)
        sale.line()
        code = handset.code(number)
        sale.type(wrong(code))
        assert sale.line() == "Wrong code; 4 tries left."
        sale.type(code)
        assert sale.end("PAID") == 0
    found = gateway.request("GET", "/v1/verifications?reference=bill-10482")
    assert (found["status"], len(handset.texts())) == ("approved", 1)


def test_library_exports_the_header_and_nothing_else(build_dir):
    source = pathlib.Path(__file__).resolve().parents[2]
    header = (source / "include/smsotp/client.h").read_text()
    declared = set(re.findall(r"^SMSOTP_EXPORT [^;(]*?\b(smsotp_\w+)\(", header, re.M))
    listed = subprocess.run(["nm", "-D", "--defined-only", build_dir / "src/client/libsmsotp.so"], check=True,
                            capture_output=True, text=True).stdout
    exported = set(re.findall(r" T (\w+)", listed))
    assert len(declared) > 15 and exported == declared
    page = (source / "docs/man/libsmsotp.3.scd").read_text()
    assert not [name for name in declared if f"*{name}*(" not in page]
