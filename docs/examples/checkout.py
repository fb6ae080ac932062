#!/usr/bin/python3
"""A till's checkout with nothing but Python's standard library.

  checkout.py SOCKET NUMBER AMOUNT PAYEE BILL     reads codes from standard input, one a line;
                                                  `r` sends the text again, an empty line gives up
"""
import http.client
import json
import socket
import sys
import time
import uuid

NO_ANSWER = (OSError, http.client.HTTPException, ValueError)


class Gateway(http.client.HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def call(self, method, route, body=None, tries=5):
        """(status, JSON). An answer that is lost is asked for again, which each request here allows:
        none is done twice."""
        try:
            self.close()  # a connection for each: none that died meanwhile
            self.request(method, route, json.dumps(body) if body is not None else None,
                         {"Content-Type": "application/json"})
            answer = self.getresponse()
            return answer.status, json.loads(answer.read())
        except NO_ANSWER:
            if tries == 1:
                raise
        time.sleep(1)
        return self.call(method, route, body, tries - 1)


def begin(gateway, to, bill, context):
    """`resume`: after the till was switched off in the middle, the same bill goes on where it was; with
    another amount or number it begins again."""
    return gateway.call("POST", "/v1/verifications", {
        "to": to, "purpose": "checkout", "reference": bill, "context": context, "resume": True})


def resend(gateway, route):
    status, answer = gateway.call("POST", route + "/resend")
    if status == 200:
        print(f"The text is sent again; {answer['resends_left']} more are possible.")
    elif "retry_after" in answer:
        print(f"Please wait {answer['retry_after']} s.")
    else:
        print(answer["detail"])


def compare(gateway, route, code, context):
    """True: paid; None: ask again; False: not paid."""
    status, answer = gateway.call("POST", route + "/check", {
        "code": code, "context": context, "attempt_id": str(uuid.uuid4())})
    if status != 200:
        print(answer["detail"])  # a typing mistake counts nothing
        return None
    result = answer["result"]
    # The latter: this very sale, at an earlier run or another till.
    if result in ("approved", "already_approved"):
        return True
    if result == "incorrect":
        print(f"Wrong code; {answer['attempts_left']} tries left.")
        return None if answer["attempts_left"] else False
    if result == "superseded":
        print("That code is from an older text; please use the newest.")
        return None
    if result == "denied":
        print("The customer's phone says NO: do not sell, call the manager.")
    else:
        print(f"The code is {result}: begin again or take cash.")
    return False


def main(path, to, amount, payee, bill):
    gateway = Gateway(path)
    context = {"amount": amount, "currency": "INR", "payee": payee}
    status, verification = begin(gateway, to, bill, context)
    if status not in (200, 201):
        print("No text was sent:", verification["detail"])
        return False
    if verification["status"] == "approved":
        return True
    print(f"A code was sent to {verification['to']}; it is good for {verification['expires_in']} s.")
    route = "/v1/verifications/" + verification["id"]
    for line in sys.stdin:
        word = line.strip()
        if not word:
            break
        if word == "r":
            resend(gateway, route)
            continue
        outcome = compare(gateway, route, word, context)
        if outcome is not None:
            return outcome
    gateway.call("POST", route + "/cancel")
    return False


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.stdout.reconfigure(line_buffering=True)  # the cashier waits for each line
    try:
        paid = main(*sys.argv[1:])
    except NO_ANSWER as error:
        print(f"The gateway does not answer ({error}); try the same bill again.")
        paid = False
    print("PAID" if paid else "NOT PAID")
    sys.exit(0 if paid else 1)
