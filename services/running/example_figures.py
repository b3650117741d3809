"""Three years of invented figures for the She County example: seeded, believable, with two mistakes on purpose.

Townships differ in size by a factor that their code settles; months have the season of work: low at the Spring
Festival, high after it and in autumn. Balances hold, but for the two mistakes, which the checks of the example find.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

SEED = 341021
YEARS = 3
SEASON = (0.7, 0.4, 1.9, 1.4, 1.1, 1.0, 0.9, 0.8, 1.1, 1.2, 0.9, 0.6)
# Where the mistakes are, in the last month but one: a digit too many, and a part that is more than its whole.
TENFOLD = ("341021102", "PX01")
TOO_MANY = ("341021114", "JY05")


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the history."""

    unit_code: str
    indicator: str
    period: str
    value: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month, with how many there are before it in the history."""

    year: int
    number: int
    place: int

    @property
    def label(self) -> str:
        return f"{self.year}-{self.number:02}"


def months_until(year: int, month: int) -> list[Month]:
    """Three years of months and the one after them, which is this one: its figures are still to be reported."""
    last = year * 12 + month - 1
    first = last - YEARS * 12
    return [Month(at // 12, at % 12 + 1, at - first) for at in range(first, last + 1)]


def history(townships: Sequence[str], months: Sequence[Month]) -> Iterator[Figure]:
    """All figures of all units for the months, and for the quarters, half-years and years that lie wholly in them."""
    for code in townships:
        yield from _township(code, months)
    for quarter in _wholes(months, 3):
        yield from _quarter(quarter)
    for half in _wholes(months, 6):
        yield from _half_year(half)
    for year in _wholes(months, 12):
        yield from _year(year)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of one of the example's CSV files."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _township(code: str, months: Sequence[Month]) -> Iterator[Figure]:
    chance = random.Random(f"{SEED}/{code}")  # noqa: S311 - invented figures, the same at every start
    size = chance.uniform(0.5, 1.6) * (2.2 if code == "341021100" else 1)
    households = chance.randint(0, 2)
    transferred = int(2400 * size)
    posts = max(4, int(22 * size))
    for month in months:
        season = SEASON[month.number - 1]
        new = _about(chance, 8.5 * size * season)
        leaving = min(new, _about(chance, 1.5 * size))
        again = min(new, _about(chance, 3 * size * season))
        hard = min(again, _about(chance, 0.9 * size * season))
        found, solved = chance.choices((0, 1), (5, 1))[0], min(households, chance.randint(0, 2))
        households += found - solved
        transferred += chance.randint(-25, 32)
        trained = _about(chance, 24 * size * (0.4 if month.number in (1, 2) else 1.1))
        posts = max(3, posts + chance.choice((-1, 0, 0, 0, 1)))
        figures = {
            "JY01": new - leaving,
            "JY02": new,
            "JY03": leaving,
            "JY04": again,
            "JY05": hard,
            "JY06": households,
            "JY07": found,
            "JY08": solved,
            "JY09": transferred,
            "PX01": trained,
            "PX02": int(trained * chance.uniform(0.7, 0.95)),
            "GY01": posts,
        }
        if month is months[-2]:
            figures |= _mistakes(code, figures)
        yield from (Figure(code, name, month.label, str(number)) for name, number in figures.items())


def _mistakes(code: str, figures: dict[str, int]) -> dict[str, int]:
    found = {}
    if code == TENFOLD[0]:
        found[TENFOLD[1]] = max(figures["PX01"], 20) * 10
    if code == TOO_MANY[0]:
        found[TOO_MANY[1]] = figures["JY04"] + 3
    return found


def _about(chance: random.Random, middle: float) -> int:
    return max(0, round(chance.gauss(middle, middle * 0.12)))


def _quarter(months: Sequence[Month]) -> Iterator[Figure]:
    place, period = months[-1].place, f"{months[-1].year}-Q{months[-1].number // 3}"
    chance = random.Random(f"{SEED}/{period}")  # noqa: S311
    loans = chance.randint(38, 66)
    people, firms = Decimal(loans) * chance.randint(9, 13), Decimal(chance.randint(120, 260))
    supported = chance.randint(110, 150)
    skilled = chance.randint(360, 450)
    figures = {
        "CY01": supported,
        "CY02": loans,
        "CY03": f"{people + firms:.2f}",
        "CY04": f"{people:.2f}",
        "CY05": f"{firms:.2f}",
        "CY06": supported * chance.randint(2, 4),
        "CY07": f"{Decimal(4200 + place * 35 + chance.randint(-90, 90)):.2f}",
        "JN01": skilled,
        "JN02": int(skilled * chance.uniform(0.26, 0.34)),
        "SB01": 48_000 + place * 90 + chance.randint(-60, 60),
        "SB02": 5_450 + place * 14 + chance.randint(-12, 12),
        "JY11": f"{chance.uniform(2.6, 3.4):.2f}",
    }
    yield from (Figure("341021-L01", name, period, str(number)) for name, number in figures.items())


def _half_year(months: Sequence[Month]) -> Iterator[Figure]:
    period = f"{months[-1].year}-H{months[-1].number // 6}"
    for code, firms in (("D04", 61), ("D02", 38), ("D07", 22), ("D05", 31), ("D03", 19)):
        chance = random.Random(f"{SEED}/{code}/{period}")  # noqa: S311
        there = firms + months[-1].place // 6 + chance.randint(0, 1)
        figures = {"QY01": there, "QY02": there - chance.randint(0, 3), "QY04": chance.randint(12, 160)}
        yield from (Figure(f"341021-{code}", name, period, str(number)) for name, number in figures.items())


def _year(months: Sequence[Month]) -> Iterator[Figure]:
    year = str(months[-1].year)
    chance = random.Random(f"{SEED}/{year}")  # noqa: S311
    graduates = chance.randint(540, 660)
    figures = {"BY01": graduates, "BY02": int(graduates * chance.uniform(0.44, 0.54))}
    yield from (Figure("341021-D14", name, year, str(number)) for name, number in figures.items())


def _wholes(months: Sequence[Month], length: int) -> Iterator[Sequence[Month]]:
    """The quarters (3), half-years (6) or years (12) of which all months are there."""
    for start, month in enumerate(months):
        if (month.number - 1) % length == 0 and start + length <= len(months):
            yield months[start : start + length]
