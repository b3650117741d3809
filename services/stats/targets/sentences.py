"""Why a target stands as it does, with the numbers, and how likely it is reached, each as one sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from services.stats.periods import Period, PeriodKind
from services.stats.targets.position import Position
from services.stats.targets.progress import MONTHS, Comparator, Curve, Standing
from services.stats.targets.records import Course
from shared.percents import THOUSANDTHS, in_percent, rounded
from shared.text import Text

_POINTS = {"%": Text("个百分点", "percentage points"), "‰": Text("个千分点", "per-mille points")}
_SEVERAL = {
    PeriodKind.MONTH: Text("个月", "months"),
    PeriodKind.QUARTER: Text("个季度", "quarters"),
    PeriodKind.HALF_YEAR: Text("个半年", "half-years"),
    PeriodKind.YEAR: Text("年", "years"),
}
LEAST_SURE, MOST_SURE = Decimal("0.01"), Decimal("0.99")

OF_YEAR_NOT_LIKELY = Text(
    "每年从头算起，不能按各月的升降推算，不推算可能性。",
    "It starts from zero each year and does not rise or fall from month to month, so no likelihood is given.",
)
OF_YEAR = Text(
    "这项指标由当年年初以来的合计数算出，不是各月相加，也不是各月平均，所以不算每月还要多少。",
    "It is computed from totals since the beginning of the year and neither adds up nor averages months, so no amount"
    " for each month is given.",
)
OF_YEAR_NO_WAY = Text(
    "各期都和目标值比，没有应到的进度。", "Each period is compared with the target itself; no progress is expected."
)
NO_FIGURE = Text("还没有数，说不出进度。", "There is no figure yet, so its progress is not known.")


@dataclass(frozen=True, slots=True)
class Measure:
    """In what an indicator is counted, and with how many decimals."""

    name: str
    decimals: int

    def of(self, value: Decimal) -> str:
        """A figure with what it is counted in."""
        number = f"{value:,.{self.decimals}f}"
        return f"{number}{self.name}" if self.is_share else f"{number} {self.name}"

    @property
    def is_share(self) -> bool:
        """Whether it is a share, whose differences are points and not shares."""
        return self.name in _POINTS

    def between(self, value: Decimal) -> Text:
        """A difference of two figures."""
        if not self.is_share:
            return Text(self.of(value), self.of(value))
        number, points = f"{value:,.{self.decimals}f}", _POINTS[self.name]
        return Text(f"{number} {points.zh}", f"{number} {points.en}")


def why(at: Position, measure: Measure, course: Course) -> Text:
    """The sentence beside the word."""
    if at.value is None or at.at is None:
        return NO_FIGURE
    until, value = period_in_words(at.at), measure.of(at.value)
    match at.aim.comparator:
        case Comparator.AT_LEAST:
            return _at_least(at, measure, course, until, value)
        case Comparator.ZERO:
            return _zero(at, until, value)
        case Comparator.RISING:
            return _rising(at, measure, until, value)
        case _:
            return _bounded(at, measure, until, value)


def notes(at: Position, course: Course) -> list[Text]:
    """What must be known beside it: who is missing, which periods have no figure, what the course of a year is not."""
    return list(_notes(at, course))


def likely(at: Position, measure: Measure) -> Text | None:
    """How likely it is, by what, and what is left out of that; None where there is nothing to be expected."""
    outlook = at.outlook
    if outlook is None:
        return None
    chance = chance_in_words(outlook.likelihood)
    expected = measure.of(round(Decimal(repr(outlook.expected)), measure.decimals))
    last = month_in_words(at.aim.last)
    season = _by_years(at.course_of_year) if len(at.course_of_year.years) > 1 else Text("", "")
    kind = _past(at, outlook.months)
    if not at.aim.is_summed:
        kind = Text(
            f"前 {outlook.months} 次升降的平均和波动",
            f"the mean and the swings of the last {outlook.months} changes",
        )
    return Text(
        f"达到的可能性约 {chance}：按{kind.zh}{season.zh}推到{last.zh}约 {expected}，"
        "假定以后和过去相似，没有算进新的政策。",
        f"The likelihood is about {chance}: {kind.en}{season.en}, carried on to {last.en}, come to about {expected}."
        " This assumes that things go on as they have; new policies are not counted in.",
    )


def _past(at: Position, months: int) -> Text:
    kind = PeriodKind.MONTH if at.at is None else at.at.kind
    number = months // kind.months
    several = _SEVERAL[kind]
    return Text(
        f"前 {number} {several.zh}的平均水平和波动", f"the level and the swings of the last {number} {several.en}"
    )


def why_not_likely(at: Position) -> Text | None:
    """Why no likelihood is given; None where it is."""
    if at.outlook is not None:
        return None
    if at.is_over:
        return Text("期限已到，不用再推算。", "Its time is over, so there is nothing left to estimate.")
    if at.aim.comparator is Comparator.RISING:
        return Text("只和基数比，不推算可能性。", "It is compared with its base only, so no likelihood is given.")
    if at.aim.is_of_year:
        return OF_YEAR_NOT_LIKELY
    return Text(
        f"只有 {at.given} 期的数可以参照，太少，不推算可能性。",
        f"Figures of {at.given} periods are too few to go by, so no likelihood is given.",
    )


def chance_in_words(likelihood: float) -> str:
    """Of what nobody knows for certain, neither 0 nor 100 percent."""
    share = Decimal(repr(likelihood))
    if share < LEAST_SURE:
        return "<1%"
    if share > MOST_SURE:
        return ">99%"
    return f"{share * 100:.0f}%"


def period_in_words(period: Period) -> Text:
    """A period as a sentence has it."""
    words = {
        PeriodKind.MONTH: f"{period.year}年{period.number}月",
        PeriodKind.QUARTER: f"{period.year}年第{period.number}季度",
        PeriodKind.HALF_YEAR: f"{period.year}年{'上' if period.number == 1 else '下'}半年",
        PeriodKind.YEAR: f"{period.year}年",
    }
    return Text(words[period.kind], period.label)


def month_in_words(month: int) -> Text:
    """A month by its number."""
    return period_in_words(Period(month // MONTHS, month % MONTHS + 1, PeriodKind.MONTH))


def _at_least(at: Position, measure: Measure, course: Course, until: Text, value: str) -> Text:
    wanted = measure.of(at.aim.value)
    if at.aim.is_standing:
        return _held(at, measure, until, value)
    # As they are shown, so that the points between them are those of what is read.
    made_share, time_share = (rounded(one or Decimal(0), THOUSANDTHS) for one in (at.share, at.time))
    share, time = in_percent(made_share), in_percent(time_share)
    by = _by(at.curve, course)
    if at.standing is Standing.REACHED:
        return Text(
            f"到{until.zh}共 {value}，已经达到目标 {wanted}（{share}）。",
            f"Up to {until.en} it came to {value}: the target of {wanted} is reached ({share}).",
        )
    way = Text("共", "it came to") if at.aim.is_summed else Text("为", "it was")
    made = Text(f"是目标 {wanted}的 {share}", f"{share} of the target of {wanted}")
    if at.aim.base is not None:
        base = measure.of(at.aim.base)
        made = Text(f"从 {base} 到 {wanted} 走了 {share}", f"{share} of the way from {base} to {wanted}")
    points = made_share - time_share
    held = Text(
        f"{by.zh}应到 {time}（{measure.of(round(at.expected, measure.decimals))}），{_more_or_less(points).zh}",
        f"{by.en}, it should be {time} ({measure.of(round(at.expected, measure.decimals))}),"
        f" {_more_or_less(points).en}",
    )
    rest = _rest(at, measure)
    return Text(
        f"到{until.zh}{way.zh} {value}，{made.zh}；{held.zh}。{rest.zh}",
        f"Up to {until.en} {way.en} {value}, {made.en}; {held.en}.{rest.en}",
    )


def _more_or_less(points: Decimal) -> Text:
    size = f"{abs(points) * 100:.1f}"
    if size == "0.0":
        return Text("正好相当", "just as much")
    return (
        Text(f"高出 {size} 个百分点", f"{size} percentage points ahead")
        if points > 0
        else Text(f"低 {size} 个百分点", f"{size} percentage points behind")
    )


def _rest(at: Position, measure: Measure) -> Text:
    if not at.gap:
        return Text("", "")
    missing = measure.between(at.gap)
    if at.needed is None and not at.is_over:
        return Text(f"还差 {missing.zh}。", f" {missing.en} still to go.")
    if at.needed is None:
        return Text(f"期限已到，还差 {missing.zh}。", f" Its time is over, with {missing.en} still to go.")
    left = at.aim.last - _month(at)
    needed = measure.between(at.needed)
    return Text(
        f"还差 {missing.zh}，剩下 {left} 个月平均每月要 {needed.zh}。",
        f" {missing.en} still to go: on average {needed.en} in each of the {left} months left.",
    )


def _month(at: Position) -> int:
    found = at.aim.first - 1 if at.at is None else at.at.year * MONTHS + at.at.last_month - 1
    return max(found, at.aim.first - 1)


def _held(at: Position, measure: Measure, until: Text, value: str) -> Text:
    wanted = measure.of(at.aim.value)
    if at.gap:
        missing = measure.between(at.gap)
        return Text(
            f"{until.zh}为 {value}，目标不低于 {wanted}，差 {missing.zh}。{_each_period(at).zh}",
            f"In {until.en} it was {value}; the target is at least {wanted}, {missing.en} more.{_each_period(at).en}",
        )
    return Text(
        f"{until.zh}为 {value}，不低于目标 {wanted}。",
        f"In {until.en} it was {value}, not below the target of {wanted}.",
    )


def _each_period(at: Position) -> Text:
    if at.aim.is_of_year:
        return Text("", "")
    return Text(
        "没有填基数，所以每一期都按目标值来看。",
        " Without a base, each period is compared with the target itself.",
    )


def _bounded(at: Position, measure: Measure, until: Text, value: str) -> Text:
    wanted = measure.of(at.aim.value)
    if at.aim.comparator is Comparator.AT_MOST:
        goal = Text(f"不高于 {wanted}", f"at most {wanted}")
    else:
        spread = measure.between(at.aim.tolerance)
        goal = Text(f"{wanted}左右（上下 {spread.zh}以内）", f"around {wanted} (within {spread.en})")
    way = Text("累计", "up to now ") if at.aim.is_summed else Text("", "")
    if at.gap:
        outside = measure.between(at.gap)
        return Text(
            f"{until.zh}{way.zh}为 {value}，目标是{goal.zh}，超出 {outside.zh}。",
            f"In {until.en} {way.en}it was {value}; the target is {goal.en}, {outside.en} outside.",
        )
    return Text(
        f"{until.zh}{way.zh}为 {value}，符合目标：{goal.zh}。",
        f"In {until.en} {way.en}it was {value}, which meets the target: {goal.en}.",
    )


def _zero(at: Position, until: Text, value: str) -> Text:
    if at.gap:
        return Text(
            f"{until.zh}还有 {value}，目标是清零。", f"In {until.en} there were still {value}; the target is none."
        )
    return Text(f"{until.zh}为 {value}，已经清零。", f"In {until.en} there were {value}: the target of none is met.")


def _rising(at: Position, measure: Measure, until: Text, value: str) -> Text:
    if at.aim.base is None or at.value is None:
        return NO_FIGURE
    base, since = measure.of(at.aim.base), month_in_words(at.aim.first)
    moved = at.value - at.aim.base
    size = measure.between(abs(moved))
    word = Text("低", "below") if moved < 0 else Text("高", "above")
    return Text(
        f"{until.zh}为 {value}，比{since.zh}起的基数 {base}{word.zh} {size.zh}。",
        f"In {until.en} it was {value}, {size.en} {word.en} the base of {base} since {since.en}.",
    )


def _by(curve: Curve, course: Course) -> Text:
    if course is Course.SEASONAL and curve.years:
        years = "、".join(str(year) for year in curve.years)
        return Text(f"按 {years} 年的季节规律", f"by the seasons of {', '.join(map(str, curve.years))}")
    return Text("按时间均分", "spread evenly over time")


def _by_years(curve: Curve) -> Text:
    years = "、".join(str(year) for year in curve.years)
    return Text(f"（季节规律取自 {years} 年）", f" (with the seasons of {', '.join(map(str, curve.years))})")


def _notes(at: Position, course: Course) -> Iterator[Text]:
    if at.aim.is_of_year:
        yield OF_YEAR
        if not at.aim.has_way and at.aim.comparator is Comparator.AT_LEAST:
            yield OF_YEAR_NO_WAY
    if course is Course.SEASONAL and at.aim.is_summed and not at.curve.years:
        yield Text(
            "还没有一个完整年度的数，季节规律定不出来，先按时间均分。",
            "No year is complete yet, so no seasons are known: the target is spread evenly over time.",
        )
    if at.missing:
        yield Text(
            f"其中有的期还缺 {at.missing} 个单位的数，补报后会变。",
            f"In some periods {at.missing} units are still missing; this will change when they report.",
        )
    if at.lacking:
        yield Text(
            f"其中 {at.lacking} 期没有数，没有算进去。",
            f"{at.lacking} of its periods have no figure and are not in it.",
        )
