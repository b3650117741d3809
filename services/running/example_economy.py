"""Eight invented years of the She County example's economy, and three of its townships' money for firms.

As statistics and insurance would publish them: nobody is asked for them. What is real is the order of magnitude.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

from services.running.example_figures import SEED, Figure

COUNTY = "341021"
# By indicator, the years up to the one before the first start, the oldest first. Of GDP the last three are entered one
# by one, as a clerk does.
PUBLISHED = {
    "WB02": ("191.30", "200.20", "223.10", "237.40", None, None, None),
    "WB04": ("7.2", "0.8", "8.2", "3.6", "5.6", "5.1", "5.3"),
    "WB05": ("42.10", "43.00", "47.90", "51.20", "54.60", "58.10", "61.90"),
    "WB07": ("88.60", "86.10", "97.40", "101.20", "109.90", "116.30", "122.80"),
    "WB08": ("12.31", "12.05", "13.02", "13.88", "14.61", "15.12", "15.70"),
    "WB09": ("212400", "210900", "212300", "211800", "212600", "213900", "214600"),
}
# Since the beginning of the year, as bulletins have it: this much of the year's investment is there after each quarter.
INVESTED = ("81.00", "79.40", "88.20", "92.70", "96.40", "102.30", "108.90", "113.60")
SO_FAR = ("0.19", "0.46", "0.73", "1")
TOWNSHIP_YEARS = 3
# Of money in hundredths and of people in thousandths of the year before: mostly both move, or neither does.
COURSES = ((118, 1040), (103, 1005), (125, 1004), (102, 1045), (84, 1006))


def economy(townships: Sequence[str], year: int) -> Iterator[Figure]:
    """All figures up to `year`, which is still running; those of periods that are not over yet among them."""
    for code, values in PUBLISHED.items():
        for number, value in enumerate(values, start=year - len(values)):
            if value is not None:
                yield Figure(COUNTY, code, str(number), value)
    chance = random.Random(f"{SEED}/economy")  # noqa: S311 - invented figures, the same at every start
    for number, whole in enumerate(INVESTED, start=year - len(INVESTED) + 1):
        for quarter, share in enumerate(SO_FAR, start=1):
            pace = Decimal(1) if quarter == len(SO_FAR) else Decimal(chance.randint(94, 107)) / 100
            yield Figure(COUNTY, "WB06", f"{number}-Q{quarter}", f"{Decimal(whole) * Decimal(share) * pace:.2f}")
    for code in townships:
        yield from _township(code, year)


def _township(code: str, year: int) -> Iterator[Figure]:
    chance = random.Random(f"{SEED}/economy/{code}")  # noqa: S311
    money, people = Decimal(chance.randint(30, 260)), chance.randint(900, 5200)
    for number in range(year - TOWNSHIP_YEARS, year):
        yield Figure(code, "WB10", str(number), f"{money:.2f}")
        yield Figure(code, "WB11", str(number), str(people))
        (by_money, by_people) = chance.choices(COURSES, (6, 4, 2, 1, 1))[0]
        money *= Decimal(by_money + chance.randint(-3, 3)) / 100
        people = people * (by_people + chance.randint(-5, 5)) // 1000
