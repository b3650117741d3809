"""Periods as people write them: 2024年1月, 2024一季度, 2024年上半年, 202401, as well as their labels. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from services.stats.periods import Period, PeriodKind, parse
from shared.typed_text import tidy_code

_YEAR = r"(?P<year>[0-9]{4})"
_SHAPES = {
    PeriodKind.MONTH: re.compile(rf"{_YEAR}(?:年|[-/.])?(?P<number>0?[1-9]|1[0-2])月?(?:份)?"),
    PeriodKind.QUARTER: re.compile(
        rf"{_YEAR}(?:年)?[-/]?(?:Q(?P<number>[1-4])|第?(?P<word>[一二三四1-4])季度)", re.IGNORECASE
    ),
    PeriodKind.HALF_YEAR: re.compile(rf"{_YEAR}(?:年)?[-/]?(?:H(?P<number>[12])|(?P<word>[上下])半年)", re.IGNORECASE),
    PeriodKind.YEAR: re.compile(rf"{_YEAR}(?:年|年度)?"),
}
_WORDS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_FIRST_IN_CHINESE = {
    PeriodKind.MONTH: "年1月",
    PeriodKind.QUARTER: "年一季度",
    PeriodKind.HALF_YEAR: "年上半年",
    PeriodKind.YEAR: "年",
}


@lru_cache(maxsize=4096)
def read_period(typed: str, kind: PeriodKind) -> Period | None:
    """The period of this kind that somebody wrote; None for anything else."""
    found = _SHAPES[kind].fullmatch(tidy_code(typed).replace(" ", ""))
    if found is None:
        return None
    groups = found.groupdict()
    word = groups.get("word")
    number = groups.get("number") or (str(_WORDS.get(word, word)) if word else "1")
    try:
        return parse(Period(int(groups["year"]), int(number), kind).label)
    except ValueError:
        return None


def label_of(typed: str) -> str:
    """The label of the period that somebody wrote; what is no period, as it stands."""
    found = (read_period(typed, kind) for kind in PeriodKind)
    return next((period.label for period in found if period is not None), typed)


def example(kind: PeriodKind, year: int = 2026) -> str:
    """The label of the first period of this kind in a year, for a sentence that says how such periods are written."""
    return Period(year, 1, kind).label


def example_in_chinese(kind: PeriodKind, year: int) -> str:
    """The same period as people write it."""
    return f"{year}{_FIRST_IN_CHINESE[kind]}"
