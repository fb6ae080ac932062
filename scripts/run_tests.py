#!/usr/bin/python3
"""Builds everything and runs all tests; called by scripts/test.

Every step yields a Tally. A step that cannot run (a build that fails, a runner that dies or
hangs) is itself a failed test, and its output is shown. Build trees are build/gcc and build/asan.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
OUTPUTS_SHOWN = 12  # of the failures of one step
PYTHON = "/usr/bin/python3"  # Debian's, which has python3-pytest; another one may be first in PATH

# Left to --full: more than ten seconds under valgrind.
VALGRIND_SLOW = {"otp_code", "sms_outgoing"}
# Not there at all: valgrind 3.19 does not know pidfd_open(2).
VALGRIND_UNABLE = {"power_hook"}
VALGRIND = ("valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite "
            "--track-fds=no --num-callers=30")

# Files of integration tests side by side, for each of two builds.
WORKERS = ("-n", "2", "--dist", "loadfile")

CMOCKA_LINE = re.compile(r"^\[\s+(OK|FAILED|SKIPPED)\s+\] (?!\d+ test\(s\))(\S+)", re.M)


@dataclass
class Tally:
    passed: int = 0
    failures: list = field(default_factory=list)  # (name, output)
    skips: list = field(default_factory=list)     # (name, reason)

    def add(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.skips += other.skips


def failed_step(name, output):
    return Tally(failures=[(name, output)])


def run(command, log, timeout, env=None):
    """Runs `command` with its output in `log`; returns the exit status, None after a timeout."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, process_group=0,
                                   env={**os.environ, **(env or {})})
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            out.write(f"\nstopped: not finished after {timeout} s\n".encode())
            return None


def tail(log, lines=80):
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def build(name, setup_args, env):
    """Configures (once) and compiles build/NAME with -Werror."""
    tree, log = BUILD / name, BUILD / "logs" / f"build-{name}.log"
    if not (tree / "build.ninja").exists():
        setup = ["meson", "setup", "--werror", *setup_args, str(tree), str(ROOT)]
        if run(setup, log, 300, env) != 0:
            return failed_step(f"build {name}: meson setup", tail(log))
    if run(["ninja", "-C", str(tree)], log, 1800, env) != 0:
        return failed_step(f"build {name}", tail(log))
    return Tally(passed=1)


def meson_tests(tree, suite):
    """Names of the tests in `suite`."""
    listing = subprocess.run(["meson", "introspect", "--tests", str(tree)], check=True,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return [test["name"] for test in json.loads(listing.stdout)
            if any(s.split(":")[-1] == suite for s in test["suite"])]


def skip_reason(output, test):
    """What a cmocka test printed before it called skip()."""
    said = re.search(rf"^\[ RUN +\] {re.escape(test)}\n(.*?)^\[ +SKIPPED \]", output, re.M | re.S)
    return " ".join(said.group(1).split()) if said and said.group(1).strip() else "no reason given"


def tally_program(step, record):
    """Counts the cmocka tests inside one meson test; a program without any counts as one."""
    name = f"{step}: {record['name'].split(' / ')[-1]}"  # without the suite
    output = f"{record.get('stdout', '')}\n{record.get('stderr', '')}"
    verdicts = {}
    for verdict, test in CMOCKA_LINE.findall(output):
        verdicts[test] = verdict
    result = Tally(passed=sum(v == "OK" for v in verdicts.values()))
    for test, verdict in verdicts.items():
        if verdict == "FAILED":
            result.failures.append((f"{name}: {test}", output))
        elif verdict == "SKIPPED":
            result.skips.append((f"{name}: {test}", skip_reason(record.get("stdout", ""), test)))
    if record["result"] == "SKIP" and not verdicts:
        result.skips.append((name, "the program asked to be skipped"))
    elif record["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") \
            and record["returncode"] != len(result.failures):  # cmocka's exit status
        result.failures.append((f"{name} ({record['result']}, exit {record['returncode']})", output))
    elif not verdicts:
        result.passed = 1
    return result


def meson_suite(step, tree, suite, names, wrapper=None, timeout=900):
    """Runs `names` of a meson suite and reads what came of each from meson's own log."""
    if not names:
        return Tally()
    log = BUILD / "logs" / f"{step.replace(' ', '-')}.log"
    logbase = step.replace(" ", "-")
    command = ["meson", "test", "-C", str(tree), "--no-rebuild", "--suite", suite,
               "--logbase", logbase]
    if wrapper:
        command += ["--wrapper", wrapper, "--timeout-multiplier", "20"]
    if wrapper:  # meson adds its name
        logbase += "-" + pathlib.Path(wrapper.split()[0]).name
    records_file = tree / "meson-logs" / f"{logbase}.json"
    records_file.unlink(missing_ok=True)
    status = run([*command, *names], log, timeout, {
        "ASAN_OPTIONS": "exitcode=98", "UBSAN_OPTIONS": "halt_on_error=1:exitcode=98"})
    result = Tally()
    records = []
    if records_file.exists():
        records = [json.loads(line) for line in records_file.read_text().splitlines() if line]
    for record in records:
        result.add(tally_program(step, record))
    if status is None or (status != 0 and not result.failures) or len(records) < len(names):
        result.failures.append((f"{step}: the run itself", tail(log)))
    return result


def pytest_folder(step, folder, build_dir, args, timeout):
    log = BUILD / "logs" / f"{step.replace(' ', '-')}.log"
    report = log.with_suffix(".xml")
    report.unlink(missing_ok=True)
    status = run([PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}",
                  *args, str(ROOT / "tests" / folder)], log, timeout,
                 {"SMSOTP_BUILD_DIR": str(build_dir), "PYTHONDONTWRITEBYTECODE": "1"})
    if not report.exists():
        return failed_step(f"{step}: the run itself", tail(log))
    result = Tally()
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{step}: {case.get('classname').split('.')[-1]}.{case.get('name')}"
        bad = case.findall("failure") + case.findall("error")
        skipped = case.find("skipped")
        if bad:
            result.failures.append((name, "\n".join(element.text or "" for element in bad)))
        elif skipped is not None:
            result.skips.append((name, skipped.get("message", "")))
        else:
            result.passed += 1
    if status not in (0, 1, 5) or (status == 1 and not result.failures):  # 5: all deselected
        result.failures.append((f"{step}: the run itself (status {status})", tail(log)))
    return result


class Runner:
    def __init__(self, options):
        self.options = options
        self.total = Tally()
        self.lock = threading.Lock()  # two steps may end at the same time

    def step(self, name, function, *args):
        started = time.monotonic()
        try:
            result = function(*args)
        except Exception as error:  # a step that cannot run is a failed test, not a traceback
            result = failed_step(name, f"{type(error).__name__}: {error}")
        counts = f"{result.passed} passed, {len(result.failures)} failed"
        if result.skips:
            counts += f", {len(result.skips)} skipped"
        lines = [f"-- {name}: {counts} ({time.monotonic() - started:.1f} s)"]
        for failure, output in result.failures[:OUTPUTS_SHOWN]:
            lines.append(f"FAILED {failure}")
            lines += ["    " + line for line in output.strip().splitlines()[-100:]]
        if len(result.failures) > OUTPUTS_SHOWN:
            lines.append("   the output of the others is in build/logs/")
        with self.lock:
            print("\n".join(lines), flush=True)
            self.total.add(result)
        return not result.failures

    def chosen(self, tree, suite):
        wanted = self.options.filter
        return [n for n in meson_tests(tree, suite) if not wanted or wanted in n]

    def suite(self, step, tree, suite, wrapper=None):
        self.step(step, lambda: meson_suite(step, tree, suite, self.chosen(tree, suite), wrapper))

    def pytest(self, step, folder, build_dir, workers=(), timeout=2400):
        args = [*workers, *(["-k", self.options.filter] if self.options.filter else [])]
        self.step(step, pytest_folder, step, folder, build_dir, args, timeout)

    def valgrind(self, tree):
        def selected():
            suite = "unit" if self.options.full or self.options.filter else "bytes"
            names = [n for n in self.chosen(tree, suite) if n not in VALGRIND_UNABLE]
            if suite == "bytes":
                names = [n for n in names if n not in VALGRIND_SLOW]
            return meson_suite("valgrind", tree, "unit", names, VALGRIND, 2400)
        self.step("valgrind", selected)

    def all(self):
        gcc, asan = BUILD / "gcc", BUILD / "asan"
        # gold links our hundreds of programs twice as fast, but does not know clang's sanitizers.
        gcc_built = self.step("build gcc", build, "gcc", [], {"CC": "gcc", "CC_LD": "gold"})
        # clang does not link shared objects with the sanitizers' runtime, hence b_lundef.
        asan_built = self.step("build clang, sanitizers", build, "asan",
                               ["-Db_sanitize=address,undefined", "-Db_lundef=false"],
                               {"CC": "clang"})
        self.pytest("lint", "lint", gcc, timeout=600)
        if gcc_built:
            self.suite("unit gcc", gcc, "unit")
        if asan_built:
            self.suite("unit sanitizers", asan, "unit")
            self.suite("corpus sanitizers", asan, "corpus")
        # Integration tests mostly wait for timers, so both builds are driven at the same time.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            if gcc_built:
                pool.submit(self.pytest, "integration gcc", "integration", gcc, WORKERS)
            if asan_built:
                pool.submit(self.pytest, "integration sanitizers", "integration", asan, WORKERS)
        if gcc_built:
            self.valgrind(gcc)

    def summary(self):
        total = self.total
        for name, reason in total.skips:
            print(f"SKIPPED {name}: {reason}")
        for name, _ in total.failures:
            print(f"FAILED {name}")
        line = f"{total.passed} passed, {len(total.failures)} failed"
        if total.skips:
            line += f", {len(total.skips)} skipped"
        print(line, flush=True)
        return 1 if total.failures or total.passed == 0 else 0


def main():
    parser = argparse.ArgumentParser(prog="scripts/test", description="builds and runs all tests")
    parser.add_argument("--full", action="store_true",
                        help="valgrind on all unit tests, and the long integration tests")
    parser.add_argument("--filter", metavar="X", help="only tests with X in their name")
    runner = Runner(parser.parse_args())
    if runner.options.full:
        os.environ["SMSOTP_TEST_FULL"] = "1"
    runner.all()
    return runner.summary()


if __name__ == "__main__":
    sys.exit(main())
