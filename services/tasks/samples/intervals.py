"""How sure a share is that was found in a sample. Pure."""

from __future__ import annotations

import math
from typing import NamedTuple

# The two-sided 95 % of the normal distribution.
Z = 1.959964


class Share(NamedTuple):
    """A share with the ends of its interval, each 0 to 1."""

    share: float
    low: float
    high: float


def wilson(hits: int, tries: int) -> Share | None:
    """The share of `hits` in `tries` with Wilson's 95 % interval, which holds for few tries too; None without any.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
    """
    if not tries:
        return None
    share, square = hits / tries, Z * Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = Z / (1 + square / tries) * math.sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    # At the ends the interval begins or stops there; rounding must not carry it over.
    return Share(share, 0.0 if hits == 0 else middle - half, 1.0 if hits == tries else middle + half)
