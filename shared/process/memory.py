"""How this process gives memory back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress

# <malloc.h>; mallopt(3)
M_MMAP_THRESHOLD = -3
LARGE_BLOCK = 1024 * 1024


def return_large_blocks() -> None:
    """Have blocks above 1 MB go back to the system as soon as they are freed; where there is no glibc, do nothing.

    glibc keeps freed blocks of up to 32 MB for each thread that used one: with the 19 MB of a password hash and twenty
    threads a service would hold 400 MB for as long as it lives.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
