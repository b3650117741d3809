"""The example's invented years: the same at every start, in balance but for two mistakes, with periods of any day."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.running import example_reports
from services.running.example import DATA
from services.running.example_economy import economy
from services.running.example_figures import TENFOLD, TOO_MANY, history, months_until, rows

TOWNSHIPS = [row["code"] for row in rows(DATA / "units.csv") if row["kind"] == "township"]


def figures():
    return list(history(TOWNSHIPS, months_until(2026, 10)))


def by_cell() -> dict[tuple[str, str], dict[str, Decimal]]:
    found = defaultdict(dict)
    for figure in figures():
        found[figure.unit_code, figure.period][figure.indicator] = Decimal(figure.value)
    return found


def test_they_are_the_same_at_every_start():
    assert figures() == figures()


def test_there_are_three_years_and_the_month_to_be_reported_for_every_township():
    months = {figure.period for figure in figures() if figure.unit_code in TOWNSHIPS}

    assert (min(months), max(months), len(months)) == ("2023-10", "2026-10", 37)
    assert len(TOWNSHIPS) == 28


def test_the_balances_hold_but_for_the_two_mistakes():
    wrong = set()
    for (unit, period), cell in by_cell().items():
        if "JY01" not in cell:
            continue
        assert cell["JY01"] == cell["JY02"] - cell["JY03"]
        assert cell["PX02"] <= cell["PX01"]
        assert cell["JY04"] <= cell["JY02"]
        if cell["JY05"] > cell["JY04"]:
            wrong.add((unit, period))

    assert wrong == {(TOO_MANY[0], "2026-09")}


def test_households_are_carried_over_from_month_to_month():
    cells = by_cell()
    for code in TOWNSHIPS:
        months = sorted(period for unit, period in cells if unit == code)
        for before, now in pairwise(months):
            then, cell = cells[code, before]["JY06"], cells[code, now]
            assert cell["JY06"] == then + cell["JY07"] - cell["JY08"]


def test_one_figure_has_a_digit_too_many():
    cells = by_cell()
    trained = [cells[TENFOLD[0], f"2026-{month:02}"]["PX01"] for month in range(3, 9)]

    assert cells[TENFOLD[0], "2026-09"]["PX01"] > 4 * max(trained)


def test_every_line_and_check_names_indicators_that_there_are():
    codes = {row["code"] for row in rows(DATA / "indicators.csv")}
    asked = {code for row in rows(DATA / "reports.csv") for code in row["indicators"].split()}

    assert asked <= codes
    assert {figure.indicator for figure in figures()} <= codes
    assert {row["indicator"] for row in rows(DATA / "checks.csv") if row["indicator"]} <= asked


@settings(deadline=None)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.sampled_from(["month", "quarter", "half_year", "year"]))
def test_what_is_to_be_reported_is_never_in_what_is_imported(day, kind):
    first = example_reports.first_period(kind, day)

    assert example_reports.kind_of(first) == kind
    year, month = example_reports.last_month(day)
    periods = {
        f.period for f in history(TOWNSHIPS[:1], months_until(year, month)) if example_reports.kind_of(f.period) == kind
    }
    assert {period for period in periods if period < first}
    if kind in ("month", "quarter"):
        assert example_reports.last_day(first) < day


@pytest.mark.parametrize(
    ("day", "month", "quarter"),
    [("2026-11-27", "2026-10", "2026-Q3"), ("2026-01-15", "2025-12", "2025-Q4"), ("2026-04-01", "2026-03", "2026-Q1")],
)
def test_the_periods_of_a_day(day, month, quarter):
    on = dt.date.fromisoformat(day)

    assert example_reports.first_period("month", on) == month
    assert example_reports.first_period("quarter", on) == quarter


def test_the_economy_is_the_same_at_every_start_small_and_of_indicators_that_there_are():
    found = list(economy(TOWNSHIPS, 2026))
    codes = {row["code"]: row["type"] for row in rows(DATA / "indicators.csv")}

    assert found == list(economy(TOWNSHIPS, 2026))
    assert len(found) < 300
    assert {codes[figure.indicator] for figure in found} == {"external"}
    assert set(example_reports.ECONOMY.values()) <= set(codes)
    assert ("341021", "WB02", "2022", "237.40") in [
        (one.unit_code, one.indicator, one.period, one.value) for one in found
    ]


def test_no_two_figures_of_the_economy_are_of_one_cell():
    cells = [(one.unit_code, one.indicator, one.period) for one in economy(TOWNSHIPS, 2026)]

    assert len(cells) == len(set(cells))
