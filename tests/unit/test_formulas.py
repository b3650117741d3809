"""Formulas over indicators: what they take, what they refuse, and what comes out."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.checks.spreadsheet import expression_of
from services.stats.indicators.formulas import (
    BadFormula,
    Reference,
    When,
    complain_of_cycle,
    evaluate,
    is_condition,
    read,
)
from services.stats.indicators.measures import complain_of_measures

NUMBERS = st.decimals(-(10**9), 10**9, places=2)


def of(**values: str | int | None) -> dict[Reference, Decimal | None]:
    return {Reference(code): None if value is None else Decimal(value) for code, value in values.items()}


def test_tenths_are_tenths():
    """A float would make 0.30000000000000004 of it."""
    assert evaluate(read("a + b = 0.3"), of(a="0.1", b="0.2")) is True


def test_chinese_signs_and_words_are_the_plain_ones():
    formula = read("JY01 ≤ 上期（JY02） × 2 且 JY01 ≠ 上年同期(JY01)")

    assert formula.references == {
        Reference("JY01"),
        Reference("JY02", When.PREV),
        Reference("JY01", When.LAST_YEAR),
    }
    assert is_condition(formula)


def test_amounts_and_counts_are_there_together_or_not_at_all():
    formula = read("(JE > 0) = (BS > 0)")

    assert evaluate(formula, of(JE=0, BS=0)) is True
    assert evaluate(formula, of(JE=5, BS=0)) is False


@pytest.mark.parametrize(("formula", "values"), [("a / b", of(a=1, b=0)), ("a + b", of(a=1, b=None)), ("a + b", {})])
def test_without_a_result_there_is_none(formula, values):
    assert evaluate(read(formula), values) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "1 + 1",
        "a +",
        "a ** b",
        "a.b",
        "a[0]",
        "[a]",
        "'x' + a",
        "a if b else c",
        "lambda: a",
        "__import__('os')",
        "a and __class__",
        "prev(1)",
        "prev(a + b)",
        "prev(a, b)",
        "open(a, b)",
        "min(a)",
        "max(*a)",
        "abs(x=a)",
        "a := 1",
        "a * 1e30",
        "a * 1e999",
        "a * 1e-30",
        "abs(a, a)",
        "a > 1 and b",
        "a or b < 1",
        "True",
        "1j * a",
        "9 ** 9 ** 9",
        "(" * 300,
        "a\x00b",
        "-" * 490 + "a",
        "a" + "+a" * 248,
        "not " * 120 + "a < 1",
        "万" * 40,
    ],
)
def test_what_is_no_formula_is_refused_with_a_sentence(text):
    with pytest.raises(BadFormula) as refused:
        read(text)

    assert refused.value.text.zh
    assert refused.value.text.en


def test_a_circle_is_named():
    uses = {"A": frozenset({"B"}), "B": frozenset({"C", "D"}), "C": frozenset({"A"})}

    complaint = complain_of_cycle("A", uses)

    assert complaint is not None
    assert "A → B → C → A" in complaint.zh
    assert complain_of_cycle("D", uses) is None


def test_a_circle_that_does_not_touch_the_formula_ends_the_search():
    assert complain_of_cycle("A", {"A": frozenset({"B"}), "B": frozenset({"C"}), "C": frozenset({"B"})}) is None


@pytest.mark.parametrize(
    ("formula", "result"),
    [("a + b", "人"), ("a - b * 2", "人"), ("a / b * 100", "%"), ("k / c", "万元/笔"), ("max(a, b)", "人")],
)
def test_units_of_measure_that_fit(formula, result):
    measures = {"a": "人", "b": "人", "c": "笔", "k": "万元"}

    assert complain_of_measures(read(formula), measures, None) is None
    assert complain_of_measures(read(formula), measures, result) is None


@pytest.mark.parametrize(
    ("formula", "result"), [("a + c", "人"), ("a <= c", None), ("k / c", "人"), ("min(a, c)", None), ("a * b", "人")]
)
def test_units_of_measure_that_do_not_fit(formula, result):
    complaint = complain_of_measures(read(formula), {"a": "人", "b": "人", "c": "笔", "k": "万元"}, result)

    assert complaint is not None
    assert complaint.zh


@pytest.mark.parametrize(("formula", "came_out"), [("a * b", "人·人"), ("a * c", "人·笔"), ("a * k / 2", "万元·人")])
def test_a_product_of_measures_says_what_is_wrong_and_what_to_do(formula, came_out):
    complaint = complain_of_measures(read(formula), {"a": "人", "b": "人", "c": "笔", "k": "万元"}, "人")

    assert complaint is not None
    assert f"相乘，得出“{came_out}”，不是“人”" in complaint.zh
    assert "请改公式" in complaint.zh
    assert came_out in complaint.en


def test_a_product_that_is_compared_is_named_as_it_comes_out():
    complaint = complain_of_measures(read("a * b <= a"), {"a": "人", "b": "人"}, None)

    assert complaint is not None
    assert "“人·人”和“人”" in complaint.zh


@settings(deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_sums_are_exact(a, b, c):
    values = {Reference("a"): a, Reference("b"): b, Reference("c"): c}

    assert evaluate(read("a + b - c"), values) == a + b - c
    assert evaluate(read("a ≤ b"), values) is (a <= b)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("a ≤ b", "({a}<={b})"),
        ("a = 上期(a) + b − c * 0.5", "({a}=(({prev(a)}+{b})-({c}*0.5)))"),
        ("(a > 0) = (b > 0)", "(({a}>0)=({b}>0))"),
        ("0 < a <= b", "AND((0<{a}),({a}<={b}))"),
        ("not a ≠ b 或 abs(a − b) < max(a, 2)", "OR(NOT(({a}<>{b})),(ABS(({a}-{b}))<MAX({a},2)))"),
        ("-a < b", "((-{a})<{b})"),
    ],
)
def test_a_condition_as_a_spreadsheet_writes_it(text, expression):
    assert expression_of(read(text), frozenset("abc")) == expression


@pytest.mark.parametrize("text", ["a ≤ 累计(b)", "a ≤ 上年同期(a)", "a ≤ d"])
def test_what_the_sheet_does_not_show_it_does_not_check(text):
    assert expression_of(read(text), frozenset("abc")) is None
