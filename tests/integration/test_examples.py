"""The examples of docs/INTEGRATION.md, each a till's checkout, as a cashier would use them."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "examples"
NO_PAUSE = {"limits": {"number": "off"}}
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

    def start(language, number, amount="1499.00", bill="bill-10482"):
        if language == "c":
            command = [program]
        else:
            assert shutil.which(RUNS_WITH[language]), f"{RUNS_WITH[language]} is not installed"
            command = [RUNS_WITH[language], EXAMPLES / f"checkout.{language}"]
        return Till([*command, gateway.api_socket, number, amount, "Shop 12", bill], started)
    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def gateway(sim, make_gateway):
    return make_gateway(sim, NO_PAUSE).start()


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
    first.process.kill()
    first.process.wait()
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
    # Another amount than the one in the text.
    changed = till(language, number, bill="bill-3")
    changed.line()
    code = handset.code(number)
    changed.process.kill()
    changed = till(language, number, amount="9999.00", bill="bill-3")
    changed.line()
    changed.type(code)
    assert changed.end("The amount has changed since the text: begin again.", "NOT PAID") == 1
    nobody = till(language, "12345", bill="bill-4")
    assert nobody.end("NOT PAID") == 1


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
