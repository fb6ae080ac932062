"""A headless Chromium, told what to do over two pipes (--remote-debugging-pipe): the DevTools protocol is JSON."""
import base64
import fcntl
import json
import os
import select
import shutil
import socket
import subprocess
import threading
import time

from . import wait

PROGRAM = shutil.which("chromium-headless-shell") or shutil.which("chromium")


def high_pipe():
    """A pipe beyond the descriptors 3 and 4, which the browser wants for itself."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved


class Browser:
    """One page; what its console says, and what it asks for, is kept."""

    def __init__(self, folder):
        self.folder = folder
        self.log_path = folder / "browser.log"
        self.errors, self.requests = [], []
        self.text, self.last_id, self.session, self.answers = b"", 0, None, {}
        (down, self.out), (self.inward, up) = high_pipe(), high_pipe()
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update",
                    "--remote-debugging-pipe", f"--user-data-dir={folder / 'browser'}"]
        with open(self.log_path, "wb") as log:
            self.popen = subprocess.Popen(
                ["/bin/bash", "-c", f'exec "$@" 3<&{down} 4>&{up} {down}<&- {up}>&-', "bash", PROGRAM, *switches],
                pass_fds=(down, up), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "HOME": str(folder), "TZ": "UTC"})
        os.close(down)
        os.close(up)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def close(self):
        self.popen.terminate()
        self.popen.wait(10)
        os.close(self.out)
        os.close(self.inward)

    def _take(self, message):
        method, params = message.get("method"), message.get("params", {})
        if "id" in message:
            self.answers[message["id"]] = message
        elif method == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"])
        elif method == "Runtime.consoleAPICalled":
            self.errors.append(params["args"])
        elif method == "Log.entryAdded":
            self.errors.append(params["entry"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def _read(self, timeout):
        if not select.select([self.inward], [], [], timeout)[0]:
            return
        more = os.read(self.inward, 1 << 20)
        assert more, f"the browser has gone\n{self.log_path.read_text(errors='replace')}"
        *messages, self.text = (self.text + more).split(b"\0")
        for message in messages:
            self._take(json.loads(message))

    def ask(self, method, **params):
        """One command, and its result."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 30
        while self.last_id not in self.answers:
            assert time.monotonic() < deadline, f"no answer to {method}"
            self._read(1)
        answer = self.answers.pop(self.last_id)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def open(self, url):
        self.ask("Page.navigate", url=url)

    def screen(self, width, height, dark=False, scripts=True):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.ask("Emulation.setScriptExecutionDisabled", value=not scripts)

    def value(self, expression):
        """What an expression comes to in the page."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def text_of(self, selector):
        """The text that is shown of all that a selector finds, '' for none."""
        return self.value(f"Array.from(document.querySelectorAll({selector!r}))"
                          ".map(function (e) { return e.innerText; }).join('\\n')")

    def wait_text(self, selector, part, timeout=10):
        return wait.until(f"{part!r} in {selector}", lambda: part in self.text_of(selector), timeout,
                          on_timeout=lambda: f"{self.text_of('body')}\n{self.errors}")

    def picture(self, path, whole=True):
        """A PNG of the page."""
        if whole:
            size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
            shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        else:
            shot = self.ask("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(shot["data"]))


class Relay:
    """`ssh -L 8080:/run/smsotp/admin.sock` without ssh: a port of the loopback that leads to a UNIX socket."""

    def __init__(self, path):
        self.path = str(path)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self.path)
            except OSError:
                near.close()
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def _copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()
