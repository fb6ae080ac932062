"""One program under test, with its output in a file."""
import os
import re
import signal
import subprocess

SANITIZER_EXIT = 98
_SANITIZER_REPORT = re.compile(r"ERROR: \w+Sanitizer|runtime error:|WARNING: \w+Sanitizer")


class Process:
    """Runs until stop() or kill(); a sanitizer's report or an unasked-for end fails the test."""

    def __init__(self, name, command, log_path):
        self.name = name
        self.log_path = log_path
        self.command = [str(word) for word in command]
        self.log_file = open(log_path, "ab")
        environment = {
            **os.environ,
            "ASAN_OPTIONS": (f"exitcode={SANITIZER_EXIT}:detect_leaks=1:"
                             "verify_asan_link_order=0"),
            "UBSAN_OPTIONS": f"halt_on_error=1:print_stacktrace=1:exitcode={SANITIZER_EXIT}",
        }
        self.popen = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log_file,
                                      stderr=subprocess.STDOUT, env=environment)

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def complaint(self, what):
        return (f"{self.name}: {what} (exit status {self.popen.poll()})\n"
                f"--- {' '.join(self.command)}\n{self.log()}")

    def is_running(self):
        return self.popen.poll() is None

    def require_running(self):
        if not self.is_running():
            raise AssertionError(self.complaint("has ended by itself"))

    def wait(self, timeout=15):
        """The exit status; negative for a signal."""
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(self.complaint(f"still ran after {timeout} s")) from None
        finally:
            self.log_file.close()

    def stop(self, timeout=15):
        """SIGTERM; the program has to end in time, with status 0 and without complaints."""
        self.require_running()
        self.popen.send_signal(signal.SIGTERM)
        status = self.wait(timeout)
        self.require_clean()
        if status != 0:
            raise AssertionError(self.complaint("did not end well after SIGTERM"))

    def kill(self):
        """SIGKILL, as a power cut would."""
        self.require_running()
        self.popen.kill()
        self.wait()
        self.require_clean()

    def require_clean(self):
        if _SANITIZER_REPORT.search(self.log()):
            raise AssertionError(self.complaint("a sanitizer reported"))

    def discard(self):
        """At the end of a test that has failed already: no questions asked."""
        if self.is_running():
            self.popen.kill()
            self.popen.wait()
        self.log_file.close()
