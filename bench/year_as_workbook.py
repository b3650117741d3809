"""The workbook of all figures of a year: 50 units, 40 indicators, 12 months, asked for over HTTP in the embedded mode.

The baseline is openpyxl alone, writing the same number of rows and cells without anything to find or to add up.
"""

from __future__ import annotations

import io
import time
from statistics import median

from openpyxl import Workbook, load_workbook

from bench.support import product as products
from bench.support.nodes import line
from bench.support.product import Product, indicators
from bench.support.size import size
from services.stats.figures.store import count_anew

UNITS = size(50, tiny=3)
INDICATORS = size(40, tiny=3)
ROUNDS = size(5, tiny=1)
YEAR = 2025
GOAL_SECONDS = 3.0


def main() -> str:
    with products.running_product(UNITS) as product:
        _figures(product)
        product.lead.open("/figures")
        _check(_download(product))
        value = _median(lambda: _download(product))
    baseline = _median(_written_alone)
    return line(
        f"seconds for the workbook of all figures of a year ({UNITS} units, {INDICATORS} indicators, 12 months) over"
        " HTTP; the baseline is openpyxl alone with as many cells",
        value,
        "s",
        baseline=baseline,
        goal=GOAL_SECONDS,
        met=value < GOAL_SECONDS,
    )


def _median(work) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _figures(product: Product) -> None:
    """A figure of each unit for each indicator and month."""
    with product.cursor("stats") as cur:
        found = indicators(cur, INDICATORS)
        cur.execute(
            """
            INSERT INTO fact (indicator_id, unit_id, period, value, known_since, origin)
            SELECT indicator, unit, %s || '-' || to_char(month, 'FM00'), indicator * 7 + unit + month, now(), 'report'
            FROM unnest(%s::bigint[]) AS indicator, unnest(%s::bigint[]) AS unit, generate_series(1, 12) AS month
            """,
            (str(YEAR), found, list(product.unit_ids)),
        )
        count_anew(cur)


def _download(product: Product) -> bytes:
    return product.lead.send(f"/figures/xlsx?unit={product.top_id}&year={YEAR}")


def _check(content: bytes) -> None:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.max_row == 3 + (UNITS + 1) * INDICATORS, sheet.max_row
    top, *below = [row[5] for row in sheet.iter_rows(min_row=4, max_row=4 + UNITS, values_only=True)]
    assert top == sum(below), (top, below)


def _written_alone() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in range((UNITS + 1) * INDICATORS):
        sheet.append(["BENCH", "指标", "人", "月", "填报单位", *range(row, row + 13), "51/51", ""])
    book.save(io.BytesIO())


if __name__ == "__main__":
    print(main())
