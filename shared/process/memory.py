"""How this process gives memory back to the system, and looks for what nobody needs any more."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

# <malloc.h>; mallopt(3)
M_MMAP_THRESHOLD = -3
LARGE_BLOCK = 1024 * 1024

# Python's own, 700, is a look for each dozen events. What goes in a circle is rare here, and waits that long.
LOOK_AFTER = 10_000
THEN_AT_OLDER, THEN_AT_ALL = 20, 20


def return_large_blocks() -> None:
    """Have blocks above 1 MB go back to the system as soon as they are freed; where there is no glibc, do nothing.

    glibc keeps freed blocks of up to 32 MB for each thread that used one: with the 19 MB of a password hash and twenty
    threads a service would hold 400 MB for as long as it lives.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def settle() -> None:
    """Take what is there by now for what stays, and look for circles of garbage seldom; call it once all is made.

    A process holds some hundred thousand objects of its modules. To go through them again and again took a quarter of
    the time of a consumer that has much to do.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOK_AFTER, THEN_AT_OLDER, THEN_AT_ALL)
