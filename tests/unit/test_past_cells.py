"""Cells of history as files have them: periods in the ways that people write, and figures; else a sentence."""

import datetime as dt
from decimal import Decimal

import pytest

from services.stats.indicators.kinds import IndicatorType
from services.stats.past.cells import read
from tests.unit.test_figures_rolling import an_indicator

TODAY = dt.date(2026, 6, 10)
JOBS = an_indicator(1, "XZJY", IndicatorType.FLOW, decimals=0)


def cell(period="2024-01", typed="5", indicator=JOBS):
    return read(indicator, period, typed, today=TODAY)


def test_a_figure_and_no_figure_with_its_reason():
    assert (cell(typed="1,234").value, cell(typed="０").value) == (Decimal(1234), 0)
    for typed in ("无数：当年未统计", "无数:当年未统计", "无数（当年未统计）", "无数 当年未统计"):
        found = cell(typed=typed)
        assert (found.value, found.no_figure, found.problem) == (None, "当年未统计", None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"typed": ""}, "没有数值"),
        ({"typed": "无数"}, "为什么无数"),
        ({"typed": "3.2万"}, "带了“万”"),
        ({"typed": "1e5"}, "科学计数法"),
        ({"typed": "NaN"}, "不是数字"),
        ({"typed": "1.5"}, "整数"),
        ({"period": "2024"}, "2024年1月"),
        ({"period": "2026-06"}, "还没有结束"),
        ({"period": "2099-01"}, "还没有结束"),
        ({"indicator": an_indicator(2, "R", IndicatorType.RATIO)}, "计算得出"),
        ({"indicator": an_indicator(2, "D", IndicatorType.FLOW, formula="XZJY * 2")}, "计算得出"),
    ],
)
def test_what_is_wrong_is_said(more, words):
    found = cell(**more)

    assert words in found.problem.zh
    assert (found.value, found.no_figure) == (None, "")


def test_the_last_month_that_is_over_is_history():
    assert cell(period="2026-05").problem is None
