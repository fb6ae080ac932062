"""HTTP over UNIX sockets, by Python's own client; docs/openapi.yaml judges each answer."""
import http.client
import json
import socket

from .contract import contract


class UnixConnection(http.client.HTTPConnection):
    """Many requests may follow each other on one connection."""

    def __init__(self, path, timeout=15):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def type(self):
        return self.headers.get_content_type()

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, key):
        try:
            return self.json[key]
        except (ValueError, KeyError, TypeError):
            raise AssertionError(f"no {key!r} in {self!r}") from None

    def __repr__(self):
        return f"<{self.status} {dict(self.headers)} {self.body!r}>"


def send(connection, method, path, body=None, headers=None, is_ours=lambda answer: True):
    """`body` is sent as JSON unless it is bytes or a string already; `is_ours`: of the daemon."""
    headers = dict(headers or {})
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    connection.request(method, path, body, headers)
    answer = Answer(connection.getresponse())
    if is_ours(answer):
        contract().check_answer(method, path, headers, body, answer)
    return answer


def request(socket_path, method, path, body=None, headers=None, timeout=15):
    """One request on a connection of its own."""
    connection = UnixConnection(socket_path, timeout)
    try:
        return send(connection, method, path, body, headers)
    finally:
        connection.close()
