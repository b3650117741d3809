"""Figures as people type them: one number however it is written, or a sentence that says what to write."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.numbers import MOST_DIGITS, Wanted, fits, plain, read

PEOPLE = Wanted("人", 0, may_be_negative=False)
MONEY = Wanted("万元", 2, may_be_negative=True)


@pytest.mark.parametrize(
    "typed",
    [
        "1234",
        " 1234 ",
        "１２３４",
        "1,234",
        "１，２３４",
        "1 234",
        "1\u00a0234",
        "1\u200b234",
        "+1234",
        "1234.0",
        "01234",
    ],
)
def test_one_number_however_it_is_written(typed):
    assert read(typed, PEOPLE).value == 1234


@pytest.mark.parametrize("typed", ["-3.5", "－3.5", "−3.5", "–3.5", "- 3.5", "−３．５", "-3.50"])
def test_a_minus_is_a_minus(typed):
    assert read(typed, MONEY).value == Decimal("-3.5")


@pytest.mark.parametrize("typed", ["", " ", "\u3000", "\u200b", "\t\n"])
def test_empty_is_not_zero(typed):
    assert read(typed, PEOPLE) == read("", PEOPLE)
    assert read(typed, PEOPLE).value is None
    assert read(typed, PEOPLE).problem is None
    assert read("0", PEOPLE).value == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1e308", "科学计数法"),
        ("1E+3", "科学计数法"),
        ("NaN", "不是数字"),
        ("inf", "不是数字"),
        ("-1", "负数"),
        ("−1", "负数"),
        ("1.5", "整数"),
        ("1,23", "逗号"),
        ("12 34", "逗号或空格"),
        ("1,2345", "逗号"),
        ("3.2万", "32000"),
        ("1,200万人", "12000000"),
        ("3亿", "300000000"),
        ("12人", "不是数字"),
        ("十二", "不是数字"),
        ("1.2.3", "不是数字"),
        ("--1", "不是数字"),
        ("½", "不是数字"),
        ("1234①", "不是数字"),
        ("120¹", "不是数字"),
        ("3²", "不是数字"),
        ("12⒊5", "不是数字"),
        ("⑩", "不是数字"),
        ("٣", "不是数字"),
        ("0x10", "不是数字"),
        ("=1+1", "不是数字"),
        ("9" * 16, "太大"),
        ("1" * 200, "不是数字"),
        ("<script>", "不是数字"),
    ],
)
def test_what_is_no_figure_is_refused_with_what_to_write(typed, says):
    found = read(typed, PEOPLE)

    assert found.value is None
    assert found.problem is not None
    assert says in found.problem.zh
    assert found.problem.en


def test_decimals_are_those_of_the_indicator():
    assert read("1.25", MONEY).value == Decimal("1.25")
    assert read("1.255", MONEY).problem is not None
    assert read("1.250", MONEY).value == Decimal("1.25")


@settings(deadline=None)
@given(st.decimals(-(10**11), 10**11, places=2))
def test_what_is_written_plainly_is_read_again(value):
    assert read(plain(value, 2), MONEY).value == value
    assert fits(value, MONEY) is None


@settings(deadline=None)
@given(st.integers(0, 10 ** (MOST_DIGITS - 1)))
def test_thousands_may_be_separated(value):
    assert read(f"{value:,}", PEOPLE).value == value


@settings(deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_number_nothing_or_a_sentence(typed):
    found = read(typed, PEOPLE)

    assert found.value is None or found.problem is None
    if found.value is not None:
        assert found.value == found.value.to_integral_value()
        assert 0 <= found.value < 10**MOST_DIGITS


@pytest.mark.parametrize(
    ("typed", "measure", "number"),
    [("280亿", "亿元", "280"), ("280亿元", "亿元", "280"), ("2.5亿", "万元", "25000"), ("3000万", "亿元", "0.3")],
)
def test_who_writes_the_factor_of_the_measure_is_told_the_number_to_type(typed, measure, number):
    found = read(typed, Wanted(measure, 2, may_be_negative=False)).problem

    assert found is not None
    assert f"请填 {number}。" in found.zh
    assert f"please type {number}." in found.en
