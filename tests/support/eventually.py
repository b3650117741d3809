"""Waiting for what other processes do. This is the only place in the tests that sleeps."""

import time
from collections.abc import Callable
from typing import TypeVar

FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.1
# After a question that took longer than that. Whoever asks as long as it waits takes half a core, and never more.
LONGEST_REST = 1.0

Value = TypeVar("Value")


def eventually(check: Callable[[], Value], *, within: float = 10.0, message: str = "") -> Value:
    """Call `check` until it answers something true, and return that.

    An exception from `check` counts as "not yet". When `within` seconds are over, the AssertionError names the
    last value or exception, so that a failure says how far the system had come.
    """
    deadline = time.monotonic() + within
    pause = FIRST_PAUSE
    while True:
        error, asked = None, time.monotonic()
        try:
            value = check()
        except Exception as caught:  # noqa: BLE001 - whatever a system throws while it comes up is "not yet"
            error = caught
        else:
            if value:
                return value
        if (now := time.monotonic()) >= deadline:
            last = f"last value: {value!r}" if error is None else f"last exception: {error!r}"
            raise AssertionError(f"{message or 'it did not happen'} within {within:g} s; {last}") from error
        time.sleep(max(pause, min(now - asked, LONGEST_REST)))
        pause = min(pause * 1.5, LONGEST_PAUSE)
