import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from services.stats.indicators.definitions import Definition, changes, complaints, complaints_of_change, users
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.indicators.rules_in_words import sentences
from services.stats.periods import PeriodKind

FLOW, STOCK, RATIO = IndicatorType.FLOW, IndicatorType.STOCK, IndicatorType.RATIO
CEILING, TREND, EXTERNAL = IndicatorType.CEILING, IndicatorType.TREND, IndicatorType.EXTERNAL


def defined(code="new_jobs", **fields):
    plain = Definition(
        code=code,
        name=code,
        definition="口径",
        unit_of_measure="人",
        decimals=0,
        period_kind=PeriodKind.MONTH,
        type=FLOW,
        numerator="",
        denominator="",
        formula="",
        bound=None,
        may_be_negative=False,
        source="",
        owner="",
        basis_by="",
        basis_number="",
        basis_until=None,
        valid_from=dt.date(2026, 1, 1),
        valid_to=None,
        is_invented=False,
    )
    return replace(plain, **fields)


def known(*definitions):
    return {one.code: one for one in definitions}


OTHERS = (
    defined("jobs"),
    defined("jobless", type=STOCK),
    defined("loans", unit_of_measure="万元"),
    defined("yearly", period_kind=PeriodKind.YEAR),
    defined("rate", type=TREND, unit_of_measure="%"),
)


def wrong(**fields):
    """The sentences in Chinese about one indicator beside the others, by field."""
    definition = defined("asked", **fields)
    return {field: text.zh for field, text in complaints(definition, known(*OTHERS, definition)).items()}


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"code": "9jobs"}, "code", "字母开头"),
        ({"code": "就业"}, "code", "字母开头"),
        ({"code": "ytd"}, "code", "另有含义"),
        ({"code": "and"}, "code", "另有含义"),
        ({"type": RATIO, "unit_of_measure": "%"}, "numerator", "分子和分母的指标代码"),
        ({"type": RATIO, "numerator": "jobs", "denominator": "nothing"}, "denominator", "没有代码是“nothing”"),
        ({"type": RATIO, "numerator": "jobs", "denominator": "rate"}, "denominator", "不能相加"),
        ({"type": RATIO, "numerator": "jobs", "denominator": "yearly"}, "denominator", "报告期与本指标不同"),
        ({"type": RATIO, "numerator": "jobs", "denominator": "jobs"}, "denominator", "不能是同一项"),
        (
            {"type": RATIO, "unit_of_measure": "%", "numerator": "loans", "denominator": "jobs"},
            "denominator",
            "分子以“万元”计、分母以“人”计",
        ),
        ({"type": RATIO, "numerator": "jobs", "denominator": "jobless", "formula": "jobs"}, "formula", "请清空公式"),
        ({"numerator": "jobs"}, "numerator", "只有比率才有"),
        ({"formula": "jobs +"}, "formula", "看不懂公式"),
        ({"formula": "jobs > 3"}, "formula", "不能写成比较式"),
        ({"formula": "jobs + nothing"}, "formula", "没有代码是“nothing”"),
        ({"formula": "jobs + yearly"}, "formula", "报告期与本指标不同"),
        ({"formula": "jobs + loans"}, "formula", "计量单位不同"),
        ({"formula": "loans"}, "formula", "与指标的“人”不同"),
        ({"formula": "asked + jobs"}, "formula", "asked → asked"),
        ({"type": CEILING}, "bound", "要填上限"),
        ({"type": CEILING, "bound": Decimal("4.5")}, "bound", "要填整数"),
        ({"bound": Decimal(4)}, "bound", "只有上限控制类"),
        ({"type": EXTERNAL}, "source", "写明来源"),
        ({"type": EXTERNAL, "source": "省统计局", "formula": "jobs"}, "formula", "由来源发布"),
        ({"valid_to": dt.date(2025, 12, 31)}, "valid_to", "不能早于启用日期"),
    ],
)
def test_what_an_indicator_lacks_is_said_at_its_field(fields, field, said):
    code = fields.pop("code", None)
    if code:
        definition = defined(code, **fields)
        found = {name: text.zh for name, text in complaints(definition, known(*OTHERS, definition)).items()}
    else:
        found = wrong(**fields)

    assert said in found[field]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"type": RATIO, "unit_of_measure": "%", "numerator": "jobs", "denominator": "jobless"},
        {"type": RATIO, "unit_of_measure": "万元/人", "numerator": "loans", "denominator": "jobs"},
        {"formula": "jobs - jobless + prev(jobs)"},
        {"unit_of_measure": "万元", "formula": "loans × 2"},
        {"type": CEILING, "bound": Decimal("4.50"), "decimals": 2, "unit_of_measure": "%"},
        {"type": EXTERNAL, "source": "省统计局"},
        {"valid_to": dt.date(2026, 1, 1)},
    ],
)
def test_what_is_whole_is_right(fields):
    assert wrong(**fields) == {}


def test_a_circle_over_ratios_and_formulas_is_told_by_name():
    one = defined("one", formula="two + jobs")
    two = defined("two", formula="three × 2")
    three = defined("three", type=RATIO, unit_of_measure="次", numerator="one", denominator="jobs")

    found = complaints(three, known(*OTHERS, one, two, three))

    assert "three → one → two → three" in found["numerator"].zh


def test_what_is_made_of_an_indicator_is_found():
    half = defined("half", formula="jobs ÷ 2")
    share = defined("share", type=RATIO, numerator="jobs", denominator="jobless")

    assert [one.code for one in users("jobs", known(*OTHERS, half, share))] == ["half", "share"]
    assert users("loans", known(*OTHERS, half, share)) == []


def test_with_figures_type_period_and_measure_stand_and_words_do_not():
    before = defined()
    after = replace(
        before, type=STOCK, period_kind=PeriodKind.YEAR, unit_of_measure="户", name="新名称", definition="新口径"
    )

    in_use = complaints_of_change(before, after, is_in_use=True, reports="")

    assert sorted(in_use) == ["period_kind", "type", "unit_of_measure"]
    assert complaints_of_change(before, after, is_in_use=False, reports="") == {}
    assert list(complaints_of_change(before, replace(before, code="other"), is_in_use=False, reports="")) == ["code"]


def test_what_a_report_asks_stays_something_to_be_asked():
    before = defined()

    for after, field in (
        (replace(before, period_kind=PeriodKind.YEAR), "period_kind"),
        (replace(before, type=EXTERNAL, source="省统计局"), "type"),
        (replace(before, formula="jobs"), "type"),
    ):
        found = complaints_of_change(before, after, is_in_use=False, reports="歙就统1表")
        assert "歙就统1表" in found[field].zh


def test_changes_tell_both_and_nothing_of_how_a_decimal_is_written():
    before = defined(type=CEILING, bound=Decimal("4.5"), decimals=2)
    after = replace(before, bound=Decimal("4.50"), name="失业率", basis_until=dt.date(2027, 1, 1))

    assert changes(before, after) == [("name", "new_jobs", "失业率"), ("basis_until", "", "2027-01-01")]


@pytest.mark.parametrize(
    ("type_", "formula", "said"),
    [
        (FLOW, "", ["各单位的数可以相加", "各期的数可以相加", "达到或超过", "向单位布置填报"]),
        (STOCK, "", ["各单位的数可以相加", "取最后一期", "达到或超过", "向单位布置填报"]),
        (RATIO, "", ["分子合计除以分母合计", "分子合计除以分母合计", "达到或超过", "由其他指标算出"]),
        (CEILING, "", ["各单位的数不能相加", "取最后一期", "不能超过上限", "向单位布置填报"]),
        (IndicatorType.ZERO, "", ["各单位的数可以相加", "取最后一期", "应为零", "向单位布置填报"]),
        (TREND, "", ["各单位的数不能相加", "取最后一期", "与上期比", "向单位布置填报"]),
        (EXTERNAL, "", ["各单位的数不能相加", "取最后一期", "不作评判", "外部来源"]),
        (FLOW, "jobs", ["各单位的数可以相加", "各期的数可以相加", "达到或超过", "由其他指标算出"]),
    ],
)
def test_the_type_is_said_in_words(type_, formula, said):
    fields = defined(type=type_, formula=formula).as_dict()
    shown = {name: fields.get(name) for name in Indicator._fields}
    indicator = Indicator(**shown | {"id": 1, "version": 1, "type": type_, "period_kind": PeriodKind.MONTH})

    found = sentences(indicator)

    assert [sentence in text.zh for sentence, text in zip(said, found, strict=True)] == [True] * 4
