"""Lists that must fit into a text: whole, or shorter, or their beginning and where the rest stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

# So many characters may a list have: three of them leave room for the rest of a text of 4,000.
ROOM = 900
TENTH = Decimal("0.1")


def fitted(forms: Sequence[Sequence[str]], rest: str, *, room: int = ROOM) -> list[str]:
    """The first form of a list whose lines fit into `room` characters, the fullest first.

    Where none does, as many lines of the last form as fit, and `rest`, which has a place for how many more there are.
    """
    for lines in forms:
        if sum(map(len, lines)) <= room:
            return list(lines)
    shown: list[str] = []
    left = room
    for line in forms[-1]:
        if len(line) > left:
            break
        left -= len(line)
        shown.append(line)
    return [*shown, rest.format(number=len(forms[-1]) - len(shown))]


def percent(part: int | Decimal, whole: int | Decimal = 1) -> str:
    """A share with one decimal, such as 72.9%; empty of nothing.

    Rounded plainly and not as pages show shares (`shared/percents.py`): what was signed is composed anew when it is
    checked, and must come out as it was.
    """
    if not whole:
        return ""
    exact = Decimal(part) * 100 / Decimal(whole)
    return f"{exact.quantize(TENTH, ROUND_HALF_UP)}%"
