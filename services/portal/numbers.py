"""Whole numbers in what a form or an address sends: ids, versions, days of a month. Pure.

Whoever writes requests by hand may send thousands of digits, which Python refuses to read with an error of its own.
"""

from __future__ import annotations

# As many as the largest number of a database has; the services say of each number whether it fits.
MOST_DIGITS = 19


def is_number(text: str) -> bool:
    """Whether `int` reads it, and it is not longer than any number that is meant."""
    return text.isdecimal() and len(text) <= MOST_DIGITS
