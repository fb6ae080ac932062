"""Waiting for something, never for ever."""
import time


def until(what, probe, timeout=10.0, every=0.02, on_timeout=None):
    """Calls `probe` until it returns something true, and returns that.

    After `timeout` seconds the test fails with `what` and with what `on_timeout()` has to tell.
    """
    deadline = time.monotonic() + timeout
    while True:
        result = probe()
        if result:
            return result
        if time.monotonic() > deadline:
            detail = f"\n{on_timeout()}" if on_timeout else ""
            raise AssertionError(f"waited {timeout} s in vain for {what}{detail}")
        time.sleep(every)
