"""What the type of an indicator decides: what may be added over units and over time, how it is judged and drawn. Pure.

Types and balances follow the practice of employment statistics: a flow counts events of a period, a stock what there is
at its end; a share is never averaged, it is the sum of its numerators over the sum of its denominators; what a survey
publishes for a whole area is entered once, with its source, and asked of no unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.text import Text


class IndicatorType(StrEnum):
    """What kind of figure an indicator is."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"
    CEILING = "ceiling"
    ZERO = "zero"
    TREND = "trend"
    EXTERNAL = "external"


class Adding(StrEnum):
    """How several values become one."""

    SUM = "sum"
    LAST = "last"  # the one of the last period
    RATIO = "ratio"  # numerators over denominators, each added by its own type
    NONE = "none"


class Judging(StrEnum):
    """What a value is held against."""

    AT_LEAST = "at_least"  # the more the better, against a target
    AT_MOST = "at_most"  # must stay at or below its bound
    ZERO = "zero"  # must be 0
    AGAINST_BEFORE = "against_before"  # against the period before
    SHOWN = "shown"  # shown with its source, judged by nobody here


class Drawing(StrEnum):
    """What a chart of it is."""

    COLUMNS = "columns"
    LINE = "line"
    LINE_WITH_BOUND = "line_with_bound"
    DOTS = "dots"


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a type. `is_asked` is whether units report it; a ratio is computed and asked of nobody."""

    over_units: Adding
    over_time: Adding
    judging: Judging
    drawing: Drawing
    is_asked: bool


RULES: dict[IndicatorType, Rules] = {
    IndicatorType.FLOW: Rules(Adding.SUM, Adding.SUM, Judging.AT_LEAST, Drawing.COLUMNS, is_asked=True),
    IndicatorType.STOCK: Rules(Adding.SUM, Adding.LAST, Judging.AT_LEAST, Drawing.LINE, is_asked=True),
    IndicatorType.RATIO: Rules(Adding.RATIO, Adding.RATIO, Judging.AT_LEAST, Drawing.LINE, is_asked=False),
    IndicatorType.CEILING: Rules(Adding.NONE, Adding.LAST, Judging.AT_MOST, Drawing.LINE_WITH_BOUND, is_asked=True),
    IndicatorType.ZERO: Rules(Adding.SUM, Adding.LAST, Judging.ZERO, Drawing.COLUMNS, is_asked=True),
    IndicatorType.TREND: Rules(Adding.NONE, Adding.LAST, Judging.AGAINST_BEFORE, Drawing.LINE, is_asked=True),
    IndicatorType.EXTERNAL: Rules(Adding.NONE, Adding.LAST, Judging.SHOWN, Drawing.DOTS, is_asked=False),
}

_WHY_NOT_OVER_UNITS = {
    IndicatorType.CEILING: Text("是一个上限控制的水平值", "is a level that must stay below a bound"),
    IndicatorType.TREND: Text("是看走势的水平值", "is a level whose course counts"),
    IndicatorType.EXTERNAL: Text("由外部来源整体发布", "is published for the whole area by another source"),
}


class NotAddable(ValueError):
    """These values may not be added; `text` says why and what to do instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def complain_of_adding_units(kind: IndicatorType, name: str) -> Text | None:
    """Why values of different units may not become one; None when they may."""
    why = _WHY_NOT_OVER_UNITS.get(kind)
    if why is None:
        return None
    return Text(
        f"“{name}”{why.zh}，各单位的数不能相加；请分单位查看。",
        f"“{name}” {why.en}, so the figures of units cannot be added. Please look at each unit by itself.",
    )


def complain_of_adding_time(kind: IndicatorType, name: str) -> Text | None:
    """Why values of different periods may not be summed; None when they may.

    That what may not be summed has a last value is another question: `over_time` answers it.
    """
    over_time = RULES[kind].over_time
    if over_time is Adding.SUM:
        return None
    if over_time is Adding.RATIO:
        return Text(
            f"“{name}”是比率，各期不能相加；请用分子合计除以分母合计。",
            f"“{name}” is a share: periods are not added. Divide the sum of numerators by that of denominators.",
        )
    return Text(
        f"“{name}”是期末时点数，各期不能相加；请取最后一期的数。",
        f"“{name}” is a figure of a moment: periods are not added. Take the one of the last period.",
    )


def over_time(kind: IndicatorType, name: str, values: Sequence[Decimal | None]) -> Decimal | None:
    """One value of a longer period out of those of its parts, in order; None where a part has none.

    What is summed is so only when every part has its value; a stock is that of the last part. NotAddable for a ratio.
    """
    adding = RULES[kind].over_time
    if adding is Adding.RATIO:
        wrong = complain_of_adding_time(kind, name)
        assert wrong is not None  # noqa: S101 - a ratio always complains
        raise NotAddable(wrong)
    if adding is Adding.LAST:
        return values[-1] if values else None
    given = [value for value in values if value is not None]
    return sum(given, Decimal(0)) if given and len(given) == len(values) else None


def share(numerator: Decimal | None, denominator: Decimal | None, *, factor: Decimal) -> Decimal | None:
    """Numerator over denominator times `factor` (100 for %); None where one is missing or the denominator is 0."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return numerator / denominator * factor
