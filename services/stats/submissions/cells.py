"""The cells of a form: what was typed, what it means, and how two people's forms become one. Pure.

What was typed stays as it was typed, right or wrong. Empty is not zero: a cell without a figure needs a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.stats.indicators.kinds import Adding
from services.stats.indicators.records import Indicator
from services.stats.numbers import fits, plain, read
from services.stats.periods import Period
from shared.text import Text

NOTHING_TYPED = Text(
    "还没有填。没有数的请写明原因，不要空着。",
    "Nothing is filled in yet. Where there is no figure, please say why instead of leaving it empty.",
)
BOTH_TYPED = Text(
    "既填了数，又写了没有数的原因，请只留一个。",
    "There is a figure and also a reason why there is none. Please keep one of them.",
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of one cell: the period's value, the year's cumulative, why there is no figure."""

    value: str = ""
    total: str = ""
    no_figure: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.value or self.total or self.no_figure)


EMPTY = Typed()


@dataclass(frozen=True, slots=True)
class Before:
    """The sum of the year's periods before this one; None with the first period that is `missing`."""

    sum: Decimal | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a cell says: a value or a word for having none, and what is wrong with it if anything.

    `total` is the year's cumulative up to this period, where it is known.
    """

    value: Decimal | None = None
    total: Decimal | None = None
    no_figure: str = ""
    problem: Text | None = None

    @property
    def is_valid(self) -> bool:
        """Whether it can be submitted."""
        return self.problem is None and (self.value is not None or bool(self.no_figure))


def has_total(indicator: Indicator, period: Period) -> bool:
    """Whether the year's cumulative may be typed instead: of what is summed over time, from the second period on."""
    return indicator.rules.over_time is Adding.SUM and period.number > 1


def before(values: Mapping[str, Decimal | None], period: Period) -> Before:
    """What the year's earlier periods come to, from the values that are known by period's label."""
    total = Decimal(0)
    for earlier in period.year_to_date()[:-1]:
        value = values.get(earlier.label)
        if value is None:
            return Before(None, earlier.label)
        total += value
    return Before(total)


def meaning_of(typed: Typed, indicator: Indicator, so_far: Before | None) -> Meaning:
    """What was typed means. `so_far` is None where the indicator has no cumulative in this period."""
    if typed.no_figure:
        has_more = bool(typed.value or typed.total)
        return Meaning(no_figure=typed.no_figure, problem=BOTH_TYPED if has_more else None)
    value, total = read(typed.value, indicator.wanted), read(typed.total if so_far else "", indicator.wanted)
    wrong = value.problem or total.problem
    if wrong is not None:
        return Meaning(problem=wrong)
    if so_far is None:
        return Meaning(value.value)
    return _computed(value.value, total.value, indicator, so_far)


def _computed(value: Decimal | None, total: Decimal | None, indicator: Indicator, so_far: Before) -> Meaning:
    """The period's value and the cumulative, each from the other."""
    if total is None:
        return Meaning(value, None if value is None or so_far.sum is None else so_far.sum + value)
    if so_far.sum is None:
        return Meaning(value, total) if value is not None else Meaning(problem=_cannot_subtract(so_far.missing))
    if value is None:
        value = total - so_far.sum
        wrong = fits(value, indicator.wanted)
        return Meaning(value, total) if wrong is None else Meaning(problem=_too_small(total, indicator, so_far.sum))
    if so_far.sum + value != total:
        return Meaning(problem=_contradiction(value, total, indicator, so_far.sum))
    return Meaning(value, total)


def _cannot_subtract(missing: str) -> Text:
    return Text(
        f"{missing} 的数还没有审核通过，不能由累计算出本期数，请填本期数。",
        f"The figure of {missing} is not accepted yet, so the period's value cannot be computed. Please type it.",
    )


def _too_small(total: Decimal, indicator: Indicator, so_far: Decimal) -> Text:
    now, then = plain(total, indicator.decimals), plain(so_far, indicator.decimals)
    return Text(
        f"累计 {now} 与前几期合计 {then} 对不上，算出的本期数不能用，请核对。",
        f"The cumulative {now} does not fit the {then} of the periods before. Please check it.",
    )


def _contradiction(value: Decimal, total: Decimal, indicator: Indicator, so_far: Decimal) -> Text:
    now, then, typed = (plain(number, indicator.decimals) for number in (value, so_far, total))
    right = plain(so_far + value, indicator.decimals)
    return Text(
        f"前几期合计 {then}，加本期 {now} 应为 {right}，累计却填了 {typed}。请改一个，或清空其中一个由系统计算。",
        f"The periods before come to {then}; with {now} it is {right}, but the cumulative says {typed}."
        " Please correct one of them, or empty one to have it computed.",
    )


class Kept(StrEnum):
    """Whose version of a cell holds when two people filled in one form."""

    MINE = "mine"
    THEIRS = "theirs"
    CLASH = "clash"


def merged(mine: Typed, was: Typed | None, stored: Typed) -> Kept:
    """Whose cell is kept. `was` is what the form said when it was opened; None when that is not known.

    A cell that only one of the two changed is kept from that one.
    """
    if stored in (mine, was):
        return Kept.MINE
    return Kept.THEIRS if was is not None and mine == was else Kept.CLASH


def same_as_last(typed: Typed, last: Decimal | None, no_figure: str, indicator: Indicator) -> Typed:
    """The cell with last period's figure where nothing is typed; as it is where something is, or there was nothing."""
    if not typed.is_empty:
        return typed
    if last is not None:
        return Typed(value=plain(last, indicator.decimals))
    return Typed(no_figure=no_figure)


def problems(meanings: Mapping[int, Meaning], wanted: Sequence[int]) -> dict[int, Text]:
    """By indicator what keeps the form from being submitted, in the order of the form."""
    found: dict[int, Text] = {}
    for indicator_id in wanted:
        meaning = meanings.get(indicator_id, Meaning())
        if meaning.problem is not None:
            found[indicator_id] = meaning.problem
        elif not meaning.is_valid:
            found[indicator_id] = NOTHING_TYPED
    return found
