"""Where a target stands by its figures, what is said of it, what it may be, and how it is split."""

import datetime as dt
from decimal import Decimal

import pytest

from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.numbers import Wanted
from services.stats.periods import Period, PeriodKind, parse
from services.stats.targets import rules, sentences, splitting
from services.stats.targets.position import Point, position
from services.stats.targets.progress import Aim, Comparator, Standing, month_of
from services.stats.targets.records import Course, Share, Target
from services.stats.targets.sentences import Measure

FIRST, LAST = month_of(2025, 1), month_of(2027, 12)
TODAY = dt.date(2026, 7, 10)
PEOPLE, PERCENT = Measure("人", 0), Measure("%", 1)


def aim(comparator=Comparator.AT_LEAST, value="8000", *, is_summed=True, **more):
    return Aim(comparator, Decimal(value), FIRST, LAST, is_summed, **more)


def months(first, values, *, missing=()):
    start = parse(first)
    return [
        Point(start.moved(n), None if one is None else Decimal(one), 3, 2 if n in missing else 0)
        for n, one in enumerate(values)
    ]


def at(found_aim, points, *, course=Course.LINEAR, decimals=0, day=TODAY):
    return position(found_aim, points, course=course, decimals=decimals, day=day)


def test_the_sum_is_that_of_the_months_of_the_target_alone():
    found = at(aim(), months("2024-11", [900, 900, *[250] * 18]))

    assert (found.value, found.at.label, found.standing) == (4500, "2026-06", Standing.AHEAD)
    assert (found.share, found.time, found.gap, found.needed) == (Decimal("0.5625"), Decimal("0.5"), 3500, 195)


def test_a_month_that_few_have_reported_does_not_count_yet():
    points = months("2025-01", [200, 200, 15], missing=[2])

    found = at(aim(), points)

    assert (found.value, found.at.label, found.missing) == (400, "2025-02", 0)
    assert at(aim(), points[2:]).value == 15


def test_months_without_a_figure_are_said_and_no_figure_at_all_says_nothing():
    found = at(aim(), months("2025-01", [200, None, 200]))
    nothing = at(aim(), months("2025-01", [None, None]))

    assert (found.value, found.lacking) == (400, 1)
    assert "其中 1 期没有数" in sentences.notes(found, Course.LINEAR)[0].zh
    assert (nothing.value, nothing.standing) == (None, Standing.OTHER)
    assert "还没有数" in sentences.why(nothing, PEOPLE, Course.LINEAR).zh
    assert "太少" in sentences.why_not_likely(nothing).zh


def test_the_sentence_has_the_numbers():
    found = at(aim(), months("2025-01", [200] * 18))
    said = sentences.why(found, PEOPLE, Course.LINEAR)

    assert said.zh == (
        "到2026年6月共 3,600 人，是目标 8,000 人的 45.0%；按时间均分应到 50.0%（4,000 人），低 5.0 个百分点。"
        "还差 4,400 人，剩下 18 个月平均每月要 245 人。"
    )
    assert "45.0% of the target of 8,000 人" in said.en
    assert "245 人 in each of the 18 months left" in said.en


def test_a_target_is_not_all_reached_while_something_is_missing():
    found = at(aim(), months("2025-01", [222] * 35 + [229]), day=dt.date(2028, 2, 1))
    said = sentences.why(found, PEOPLE, Course.LINEAR)

    assert (found.value, found.standing) == (7999, Standing.BEHIND)
    assert "是目标 8,000 人的 99.9%；按时间均分应到 100.0%（8,000 人），低 0.1 个百分点。" in said.zh


def test_of_shares_differences_are_points():
    level = months("2025-01", ["27.5"])
    way = aim(value="30", base=Decimal(25), is_summed=False)

    assert "从 25.0% 到 30.0% 走了 50.0%" in sentences.why(at(way, level, decimals=1), PERCENT, Course.LINEAR).zh
    held = sentences.why(at(aim(value="30", is_summed=False), level, decimals=1), PERCENT, Course.LINEAR)
    assert "差 2.5 个百分点" in held.zh
    assert "2.5 percentage points" in held.en


@pytest.mark.parametrize(
    ("comparator", "value", "reached", "said"),
    [
        (Comparator.AT_MOST, "5.5", "5.6", "超出 0.1 个百分点"),
        (Comparator.AT_MOST, "5.5", "5.4", "符合目标：不高于 5.5%"),
        (Comparator.AROUND, "5.5", "5.8", "超出 0.1 个百分点"),
        (Comparator.AROUND, "5.5", "5.3", "符合目标：5.5%左右（上下 0.2 个百分点以内）"),
        (Comparator.ZERO, "0", "2", "还有 2.0%"),
        (Comparator.ZERO, "0", "0", "已经清零"),
        (Comparator.RISING, "0", "5.4", "比2025年1月起的基数 5.2%高 0.2 个百分点"),
        (Comparator.RISING, "0", "5.1", "低 0.1 个百分点"),
    ],
)
def test_each_comparator_says_what_it_wants(comparator, value, reached, said):
    wanted = aim(comparator, value, is_summed=False, base=Decimal("5.2"), tolerance=Decimal("0.2"))

    assert said in sentences.why(at(wanted, months("2025-01", [reached]), decimals=1), PERCENT, Course.LINEAR).zh


def test_what_is_reached_and_what_is_over_ask_for_nothing():
    reached = at(aim(), months("2025-01", [500] * 18))
    missed = at(aim(), months("2025-01", [200] * 36), day=dt.date(2028, 2, 1))

    assert sentences.why(reached, PEOPLE, Course.LINEAR).zh.startswith("到2026年6月共 9,000 人，已经达到目标")
    assert "期限已到，还差 800 人" in sentences.why(missed, PEOPLE, Course.LINEAR).zh
    assert missed.standing is Standing.BEHIND
    assert "期限已到" in sentences.why_not_likely(missed).zh


def test_the_course_of_past_years_is_named_and_its_absence_said():
    autumn = [0] * 8 + [300] * 4
    found = at(aim(), months("2023-01", [*autumn, *autumn, *autumn, *autumn[:6]]), course=Course.SEASONAL)
    new = at(aim(), months("2025-01", [100] * 6), course=Course.SEASONAL)

    assert found.curve.years == (2023, 2024, 2025)
    assert "按 2023、2024、2025 年的季节规律应到 33.3%" in sentences.why(found, PEOPLE, Course.SEASONAL).zh
    assert "先按时间均分" in sentences.notes(new, Course.SEASONAL)[0].zh


def test_the_likelihood_says_its_method_and_on_how_much_it_stands():
    quarters = [
        Point(Period(2024 + n // 4, n % 4 + 1, PeriodKind.QUARTER), Decimal(600 + n % 3 * 30)) for n in range(10)
    ]
    found = at(aim(), quarters)

    assert found.value == 3780
    assert "前 10 个季度的平均水平和波动" in sentences.likely(found, PEOPLE).zh
    assert sentences.why_not_likely(found) is None
    assert at(aim(), quarters[:5]).outlook is None
    assert (sentences.chance_in_words(0.001), sentences.chance_in_words(0.8), sentences.chance_in_words(1.0)) == (
        "<1%",
        "80%",
        ">99%",
    )


def an_indicator(kind=IndicatorType.FLOW, *, period_kind=PeriodKind.MONTH, **more):
    empty = dict.fromkeys(Indicator._fields)
    given = {"id": 1, "name": "新增就业", "unit_of_measure": "人", "decimals": 0, "formula": "", "version": 1}
    dates = {"valid_from": dt.date(2020, 1, 1), "may_be_negative": False}
    return Indicator(**{**empty, **given, **dates, "type": kind, "period_kind": period_kind, **more})


def a_target(comparator=Comparator.AT_LEAST, **more):
    given = {
        "target_id": 1,
        "version": 1,
        "indicator_id": 1,
        "unit_id": 1,
        "comparator": comparator,
        "value": Decimal(80),
    }
    rest = {"baseline": None, "tolerance": None, "course": Course.LINEAR, "first_month": "2025-01"}
    end = {"last_month": "2027-12", "words": "", "whole_id": None, "is_dropped": False, "reason": ""}
    return Target(**{**given, **rest, **end, **more})


def wrong(target, indicator=None, others=(), measures=None):
    found = rules.complaints(
        target, indicator or an_indicator(), others, today=TODAY, units_of_measure=measures or {1: "人", 2: "人"}
    )
    return {field: text.zh for field, text in found.items()}


@pytest.mark.parametrize("kind", list(IndicatorType))
@pytest.mark.parametrize("comparator", list(Comparator))
def test_a_comparator_fits_the_type_or_is_refused_with_those_that_do(kind, comparator):
    has_value = comparator not in (Comparator.ZERO, Comparator.RISING)
    target = a_target(
        comparator,
        value=Decimal(80) if has_value else None,
        baseline=Decimal(5) if comparator is Comparator.RISING else None,
        tolerance=Decimal(1) if comparator is Comparator.AROUND else None,
    )
    found = wrong(target, an_indicator(kind))

    if comparator in rules.FITTING[kind]:
        assert found == {}
    else:
        assert rules.NAMES[rules.FITTING[kind][0]].zh in found["comparator"]


@pytest.mark.parametrize(
    ("target", "field", "said"),
    [
        (a_target(value=None), "value", "请填写目标值"),
        (a_target(value=Decimal("80.5")), "value", "整数"),
        (a_target(baseline=Decimal(5)), "baseline", "不用填基数"),
        (a_target(Comparator.AROUND), "tolerance", "允许相差多少"),
        (a_target(tolerance=Decimal(1)), "tolerance", "只有“左右”"),
        (a_target(first_month="2027-01", last_month="2025-12"), "last_month", "不能早于"),
        (a_target(last_month="2060-12"), "last_month", "最多 20 年"),
        (a_target(whole_id=9), "whole_id", "没有找到"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(target, field, said):
    assert said in wrong(target)[field]


def test_an_indicator_must_be_in_force_and_its_periods_whole():
    assert "现在不在用" in wrong(a_target(), an_indicator(valid_to=dt.date(2026, 1, 1)))["indicator_id"]
    assert "现在不在用" in wrong(a_target(), an_indicator(valid_from=dt.date(2027, 1, 1)))["indicator_id"]
    assert "和上期比" in wrong(a_target(), an_indicator(formula="JY01 - prev(JY01)"))["indicator_id"]
    assert wrong(a_target(), an_indicator(formula="JY01 / JY02")) == {}
    quarters = an_indicator(period_kind=PeriodKind.QUARTER)
    assert "整季度" in wrong(a_target(first_month="2025-02"), quarters)["first_month"]
    assert wrong(a_target(), quarters) == {}


def test_a_part_is_not_more_than_its_whole_whichever_is_changed():
    whole = a_target(target_id=2, indicator_id=2)
    part = a_target(whole_id=2)

    assert wrong(part, others=[whole]) == {}
    assert "不能大于" in wrong(part._replace(value=Decimal(81)), others=[whole])["value"]
    assert "不能小于" in wrong(whole._replace(value=Decimal(79)), others=[part])["value"]
    assert "计量单位不同" in wrong(part, others=[whole], measures={2: "户"})["whole_id"]
    assert "本身是“其中”项" in wrong(part, others=[whole._replace(whole_id=5)])["whole_id"]
    assert "同样的目标" in wrong(a_target(), others=[a_target(target_id=2)])["indicator_id"]


def test_a_split_is_read_line_by_line_and_each_wrong_line_is_said():
    wanted = Wanted("人", 0, may_be_negative=False, may_be_absent=False)
    found, none = splitting.read("2025 2,600\n徽城镇：800\n\n2026年\t徽城镇\t２６０\n", [2025, 2026, 2027], wanted)
    _, said = splitting.read("2030 5\n徽城镇\n徽城镇 3.2万\n2025 5\n2025 6", [2025, 2026, 2027], wanted)

    assert none == []
    assert [(line.year, line.unit, line.value) for line in found] == [
        (2025, "", 2600),
        (None, "徽城镇", 800),
        (2026, "徽城镇", 260),
    ]
    assert len(said) == 4
    assert "不在 2025—2027 年之内" in splitting.complaint(said).zh
    assert "32000" in splitting.complaint(said).zh
    assert "写了两次" in splitting.complaint(said).zh


def test_a_split_says_by_how_much_it_differs():
    shares = [Share(1, 2025, None, Decimal(3000)), Share(1, 2026, None, Decimal(5100))]
    shares += [Share(1, 2025, 7, Decimal(3000)), Share(1, None, 7, Decimal(7000))]
    said = [one.zh for one in splitting.differences(Decimal(8000), shares, measure="人")]

    assert said == [
        "按年分解合计 8,100 人，比目标多 100 人。",
        "按单位分解合计 7,000 人，比目标少 1,000 人。",
        "2025年按单位分解合计 3,000 人，与目标一致。",
    ]
    read, wrong_lines = splitting.read(
        splitting.written(shares, {7: "徽城镇"}), [2025, 2026], Wanted("人", 0, False, may_be_absent=False)
    )
    assert (len(read), wrong_lines) == (4, [])
