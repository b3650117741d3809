"""How a share is shown in per cent: rounded, but what has begun is never 0 and what lacks anything never 100. Pure.

Files for machines and answers of operations keep the exact numbers.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

NONE, ALL = Decimal(0), Decimal(1)
# Per cent with one decimal, as official paper has it.
THOUSANDTHS = 3


def rounded(share: Decimal, places: int) -> Decimal:
    """The share as it is shown, 1 being all, so that what is compared with it is what is read.

    A half is rounded away from zero. A share above all or below nothing may come to 1 and 0.
    """
    step = ALL.scaleb(-places)
    near = share.quantize(step, ROUND_HALF_UP)
    if NONE < share < ALL:
        return min(max(near, step), ALL - step)
    # Without the sign that a share a little below nothing would leave before its zero.
    return near + NONE


def whole_percent(part: int, whole: int) -> int:
    """`part` of `whole` without decimals; `whole` is not 0."""
    return int(rounded(Decimal(part) / whole, 2) * 100)


def in_percent(part: Decimal | int | str, whole: int = 1) -> str:
    """The share with one decimal, such as 72.9%, of a share as it travels too; empty of nothing."""
    return f"{rounded(Decimal(part) / whole, THOUSANDTHS) * 100:.1f}%" if whole else ""
