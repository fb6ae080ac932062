"""HTTP by hand: bytes out, answers in, for what a well-behaved client never sends."""
import json
import socket

from .contract import contract


class RawAnswer:
    def __init__(self, status_line, headers, body):
        self.version, status, *_ = status_line.split(" ", 2)
        self.status = int(status)
        self.headers = headers
        self.body = body

    def __getitem__(self, key):
        return json.loads(self.body)[key]

    def __repr__(self):
        return f"<{self.version} {self.status} {self.headers} {self.body!r}>"


class RawConnection:
    """A connection to a UNIX socket; what it answers is read by the rules of RFC 9112."""

    def __init__(self, path, timeout=15):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(path))  # waits for room in the backlog, as no time-out is set yet
        self.socket.settimeout(timeout)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data):
        """All of it, unless the peer has closed: then its answer tells why."""
        try:
            self.socket.sendall(data.encode() if isinstance(data, str) else data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return self

    def answer(self, has_body=True):
        """The next answer, None if the peer closes instead."""
        try:
            status_line = self.file.readline().decode().rstrip("\r\n")
            if not status_line:
                return None
            headers = {}
            while (line := self.file.readline().decode().rstrip("\r\n")):
                name, _, value = line.partition(":")
                headers[name.strip().lower()] = value.strip()
            length = headers.get("content-length")
            body = b""
            if has_body and length is not None:
                body = self.file.read(int(length))
            elif has_body and not status_line.split()[1].startswith("1"):
                body = self.file.read()  # up to the end of the connection
            answer = RawAnswer(status_line, headers, body)
            if body and headers.get("content-type") == "application/problem+json":
                retry = {"Retry-After": headers.get("retry-after")}
                contract().check_problem(json.loads(body), answer.status, retry, repr(answer))
            return answer
        except ConnectionResetError:
            return None

    def is_closed(self):
        """Whether the peer has nothing more to say and has closed; waits for that."""
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True
