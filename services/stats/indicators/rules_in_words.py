"""What the type of an indicator means, said in sentences for its page. Pure."""

from __future__ import annotations

from services.stats.indicators.kinds import (
    Adding,
    IndicatorType,
    Judging,
    Rules,
    complain_of_adding_units,
)
from services.stats.indicators.records import Indicator
from shared.text import Text

OVER_UNITS = Text("各单位的数可以相加。", "The figures of units may be added.")
RATIO_OVER_UNITS = Text(
    "各单位合计时用分子合计除以分母合计，不把比率相加或平均。",
    "Over units it is the sum of the numerators over that of the denominators; shares are neither added nor averaged.",
)
OVER_TIME = Text("各期的数可以相加成季度、半年和全年数。", "Periods may be added to quarters, half-years and years.")
LAST_OVER_TIME = Text(
    "季度、半年和全年取最后一期的数，各期不相加。",
    "A quarter, a half-year and a year have the figure of their last period; periods are not added.",
)
RATIO_OVER_TIME = Text(
    "季度、半年和全年用分子合计除以分母合计。",
    "For a quarter, a half-year and a year, too, numerators are added and divided by the denominators.",
)
JUDGED = {
    Judging.AT_LEAST: Text("与目标比，达到或超过为好。", "Held against a target, which it should reach or exceed."),
    Judging.AT_MOST: Text("不能超过上限。", "It must stay at or below its bound."),
    Judging.ZERO: Text("应为零；不为零的要说明。", "It should be zero; what is not has to be explained."),
    Judging.AGAINST_BEFORE: Text("与上期比，看走势。", "Held against the period before: its course counts."),
    Judging.SHOWN: Text("只展示并注明来源，不作评判。", "Shown with its source; nobody judges it here."),
}
ASKED = Text("向单位布置填报。", "Units report it.")
COMPUTED = Text("由其他指标算出，不向单位布置。", "It is computed from other indicators and asked of nobody.")
PUBLISHED = Text("由外部来源发布，不向单位布置。", "Another source publishes it; it is asked of nobody.")


def sentences(indicator: Indicator) -> list[Text]:
    """What may be added over units and over time, what it is held against, and whether units report it."""
    rules = indicator.rules
    return [
        _over_units(indicator, rules),
        _over_time(rules),
        JUDGED[rules.judging],
        _asked(indicator),
    ]


def _over_units(indicator: Indicator, rules: Rules) -> Text:
    if rules.over_units is Adding.RATIO:
        return RATIO_OVER_UNITS
    return complain_of_adding_units(indicator.type, indicator.name) or OVER_UNITS


def _over_time(rules: Rules) -> Text:
    if rules.over_time is Adding.RATIO:
        return RATIO_OVER_TIME
    return OVER_TIME if rules.over_time is Adding.SUM else LAST_OVER_TIME


def _asked(indicator: Indicator) -> Text:
    if indicator.is_asked:
        return ASKED
    return PUBLISHED if indicator.type is IndicatorType.EXTERNAL else COMPUTED
