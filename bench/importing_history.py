"""100,000 cells of history out of one workbook, over HTTP in the embedded mode, until the last of them is a figure.

The clock runs from the upload to the page that says so: reading the workbook, sending its cells on, checking them all,
taking them over with their sums and events. The baseline is a plain INSERT of the same rows into the same table.
"""

from __future__ import annotations

import io
import time

from openpyxl import Workbook
from psycopg2.extras import execute_values

from bench.support import product as products
from bench.support.nodes import line
from bench.support.product import Product, indicators
from bench.support.size import size

UNITS = size(50, tiny=3)
INDICATORS = size(56, tiny=2)
MONTHS = size(36, tiny=3)
CELLS = UNITS * INDICATORS * MONTHS
GOAL_SECONDS = 30.0


def main() -> str:
    with products.running_product(UNITS) as product:
        with product.cursor("stats") as cur:
            indicators(cur, INDICATORS)
        content = _workbook()
        began = time.perf_counter()
        _import(product, content)
        value = time.perf_counter() - began
        baseline = _insert(product)
    return line(
        f"seconds to import {CELLS:,} cells of history from one workbook over HTTP; the baseline is a plain INSERT",
        value,
        "s",
        baseline=baseline,
        goal=GOAL_SECONDS,
        met=value < GOAL_SECONDS,
    )


def _workbook() -> bytes:
    """As Excel writes one: texts once for all, and the size of the sheet at its beginning."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(("指标代码", "单位代码或名称", "期", "数值"))
    for cell in range(CELLS):
        rest, unit = divmod(cell, UNITS)
        indicator, month = divmod(rest, MONTHS)
        period = f"{2023 + month // 12}-{month % 12 + 1:02}"
        sheet.append((f"BENCH{indicator + 1}", f"填报单位{unit + 1}", period, cell % 1000 + 0.5))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _import(product: Product, content: bytes) -> None:
    lead = product.lead
    lead.open("/figures/past")
    lead.send("/figures/past", file=content, source="试验")
    # With more than somebody waits for at once, the page has a button to go on.
    while "/apply" in (page := lead.page.decode()):
        assert "处错误" not in page, page
        lead.send(f"{lead.place}/apply")
    with product.cursor("stats") as cur:
        cur.execute("SELECT count(*) FROM fact WHERE origin = 'import' AND source = '试验'")
        assert cur.fetchone()[0] == CELLS, lead.page.decode()


def _insert(product: Product) -> float:
    with product.cursor("stats") as cur:
        cur.execute("SELECT indicator_id, unit_id, period, value, origin, source FROM fact WHERE source = '试验'")
        rows = cur.fetchall()
        began = time.perf_counter()
        execute_values(
            cur,
            """
            INSERT INTO fact (indicator_id, unit_id, period, value, origin, source, known_since)
            SELECT *, now() FROM (VALUES %s) AS given
            """,
            rows,
            page_size=5000,
        )
        return time.perf_counter() - began


if __name__ == "__main__":
    print(main())
