"""Which part an indicator plays on the page of economy and employment, and which indicators can play it. Pure.

What the county's own indicators are called and coded is the county's; the page asks for parts, and the lead bureau says
once which indicator plays each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.stats.economy.intensity import AMOUNTS
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from shared.text import Text


class Role(StrEnum):
    """The parts, in the order of the page."""

    GDP = "gdp"
    GDP_GROWTH = "gdp_growth"
    INDUSTRY = "industry"
    INVESTMENT = "investment"
    RETAIL = "retail"
    REVENUE = "revenue"
    FIRMS = "firms"
    NEW_JOBS = "new_jobs"
    EMPLOYED = "employed"
    INSURED = "insured"
    BENEFITS = "benefits"
    COVERED = "covered"


class Nature(StrEnum):
    """What the figures of a part are."""

    AMOUNT = "amount"  # of a period; published ones within a year count from its beginning
    LEVEL = "level"  # at the end of a period
    RATE = "rate"  # against the year before


@dataclass(frozen=True, slots=True)
class Part:
    """What plays a role: its name, what it is, and in which units of measure."""

    name: Text
    nature: Nature
    measures: frozenset[str]


_MONEY, _PEOPLE = frozenset(AMOUNTS), frozenset({"人"})
PARTS: Mapping[Role, Part] = {
    Role.GDP: Part(Text("地区生产总值", "GDP"), Nature.AMOUNT, _MONEY),
    Role.GDP_GROWTH: Part(
        Text("地区生产总值增速（可比价）", "growth of GDP at comparable prices"), Nature.RATE, frozenset({"%", "％"})
    ),
    Role.INDUSTRY: Part(Text("规上工业增加值", "value added of larger industry"), Nature.AMOUNT, _MONEY),
    Role.INVESTMENT: Part(Text("固定资产投资", "fixed asset investment"), Nature.AMOUNT, _MONEY),
    Role.RETAIL: Part(Text("社会消费品零售总额", "retail sales"), Nature.AMOUNT, _MONEY),
    Role.REVENUE: Part(Text("一般公共预算收入", "public budget revenue"), Nature.AMOUNT, _MONEY),
    Role.FIRMS: Part(Text("四上企业户数", "firms above the four thresholds"), Nature.LEVEL, frozenset({"户", "家"})),
    Role.NEW_JOBS: Part(Text("城镇新增就业人数", "new urban jobs"), Nature.AMOUNT, _PEOPLE),
    Role.EMPLOYED: Part(Text("期末从业人员", "people employed at the end"), Nature.LEVEL, _PEOPLE),
    Role.INSURED: Part(Text("期末参保人数", "people insured at the end"), Nature.LEVEL, _PEOPLE),
    Role.BENEFITS: Part(Text("各乡镇惠企资金", "money for firms by township"), Nature.AMOUNT, _MONEY),
    Role.COVERED: Part(Text("各乡镇参保人数", "people insured by township"), Nature.LEVEL, _PEOPLE),
}
OF_TOWNSHIPS = (Role.BENEFITS, Role.COVERED)
# Of the economy, and of the people at work in it.
OUTPUTS = (Role.GDP, Role.INDUSTRY, Role.INVESTMENT, Role.RETAIL, Role.REVENUE, Role.FIRMS)
PEOPLE = (Role.NEW_JOBS, Role.EMPLOYED)
# The same figures may be those of the county and those of its townships.
_MAY_BE_ONE = frozenset({Role.INSURED, Role.COVERED})

_TYPES: Mapping[Nature, frozenset[IndicatorType]] = {
    Nature.AMOUNT: frozenset({IndicatorType.FLOW, IndicatorType.EXTERNAL}),
    Nature.LEVEL: frozenset({IndicatorType.STOCK, IndicatorType.EXTERNAL}),
    Nature.RATE: frozenset({IndicatorType.EXTERNAL}),
}
_WANTED: Mapping[Nature, Text] = {
    Nature.AMOUNT: Text("期间发生的数或外部指标", "an amount of a period or an external figure"),
    Nature.LEVEL: Text("期末的时点数或外部指标", "a level at the end of a period or an external figure"),
    Nature.RATE: Text("外部指标", "an external figure"),
}


def complaint(role: Role, indicator: Indicator) -> Text | None:
    """Why an indicator cannot play a role, by its type and its unit of measure; None where it can.

    Its period is any: the page asks for years, and a year is made of whatever an indicator is reported for.
    """
    part = PARTS[role]
    if indicator.type not in _TYPES[part.nature] or indicator.formula:
        wanted = _WANTED[part.nature]
        return Text(
            f"“{part.name.zh}”要选{wanted.zh}，“{indicator.name}”不是。",
            f"“{part.name.en}” takes {wanted.en}; “{indicator.name}” is none.",
        )
    if indicator.unit_of_measure not in part.measures:
        measures = sorted(part.measures)
        return Text(
            f"“{part.name.zh}”要以{'或'.join(measures)}计，“{indicator.name}”以{indicator.unit_of_measure}计。",
            f"“{part.name.en}” is counted in {' or '.join(measures)}; “{indicator.name}” is in"
            f" {indicator.unit_of_measure}.",
        )
    return None


def twice(chosen: Mapping[Role, int]) -> dict[Role, Text]:
    """The roles, with why, whose indicator plays one before them already."""
    found: dict[Role, Text] = {}
    first: dict[int, Role] = {}
    for role in Role:
        indicator_id = chosen.get(role)
        if indicator_id is None:
            continue
        other = first.setdefault(indicator_id, role)
        if other is not role and {other, role} != _MAY_BE_ONE:
            found[role] = Text(
                f"这项指标已经选作“{PARTS[other].name.zh}”，请另选一项。",
                f"This indicator is “{PARTS[other].name.en}” already. Please choose another one.",
            )
    return found
