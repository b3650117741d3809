"""Periods in the ways that people write them."""

import pytest

from services.stats.periods import PeriodKind
from services.stats.written_periods import label_of, read_period


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        *((typed, PeriodKind.MONTH, "2024-01") for typed in (
            "2024-01", "2024-1", "2024年1月", "2024年01月份", "202401", "2024/1", "2024.01", "２０２４年１月",
            "2024 年 1 月",
        )),
        *((typed, PeriodKind.QUARTER, "2024-Q2") for typed in ("2024-Q2", "2024q2", "2024年二季度", "2024年第2季度")),
        *((typed, PeriodKind.HALF_YEAR, "2024-H2") for typed in ("2024-H2", "2024年下半年", "2024h2")),
        *((typed, PeriodKind.YEAR, "2024") for typed in ("2024", "2024年", "2024年度")),
        *((typed, PeriodKind.MONTH, None) for typed in (
            "2024", "2024-13", "2024-00", "1024-01", "24-01", "2024-Q1", "一月", "", "2024-01-01", "2024年1月2月",
        )),
        ("2024-05", PeriodKind.QUARTER, None),
        ("2024-Q1", PeriodKind.YEAR, None),
    ],
)  # fmt: skip
def test_a_period_is_read_as_people_write_it_or_not_at_all(typed, kind, label):
    found = read_period(typed, kind)

    assert (found and found.label) == label


@pytest.mark.parametrize(
    ("typed", "label"),
    [("2024年3月", "2024-03"), ("2024 年第一季度", "2024-Q1"), ("2024年下半年", "2024-H2"), ("２０２４", "2024")],
)
def test_the_label_of_what_was_written_is_that_of_its_period(typed, label):
    assert label_of(typed) == label == label_of(label)


def test_what_is_no_period_stays_as_it_stands():
    assert label_of("去年") == "去年"
