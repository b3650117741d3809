"""What the auditor's lists of all services have in common: what is sought, and how a page of what was found looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from shared import clock
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.database import Cursor
from shared.sealing import queries as sealing
from shared.text import Text

PERSON = Text("人员", "person")
KIND = Text("类型", "kind")

# Nobody reads further, and counting further takes long: whoever has more asks for fewer.
MOST_COUNTED = 100_000


class SoughtInLog(Params):
    """Which entries: all of them unless something is given. The days belong to what is sought."""

    person = f.Word(PERSON, longest=60, may_be_empty=True, load_default="")
    unit = f.Words(Text("单位", "unit"), longest=60, may_be_empty=True, load_default="")
    since = f.Day(Text("起始日期", "first day"), load_default=None)
    until = f.Day(Text("截止日期", "last day"), load_default=None)
    page = f.page()
    size = f.whole(Text("每页条数", "entries a page"), 1, 1000, load_default=50)


class Changed(Shape):
    """A field that a change made different."""

    field = s.text("name of the field; state and the like where it is the state of something")
    before = s.several(s.text(), "what it held, empty for nothing; codes where the field holds codes")
    after = s.several(s.text())


class LogPage(Paged):
    """A page of a log, newest first."""

    total = s.whole("how many there are on all pages, at most 100,000")
    is_more = s.flag("whether there are more than 100,000, which are not paged through")
    seals = s.whole("how many rows of this service's logs are sealed so far")
    head = s.text("hash of the last seal; kept elsewhere it shows whether the end was removed. Empty without any")


def moments_of(params: Mapping[str, Any]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Between which two moments the days lie that are sought; None where there is no limit. The second is outside."""
    since, until = params["since"], params["until"]
    return (
        clock.start_of(since) if since else None,
        clock.start_of(until + dt.timedelta(days=1)) if until else None,
    )


def page_of_log(
    cur: Cursor, found: int, entries: Callable[[int], list[dict[str, Any]]], *, page: int, size: int
) -> dict[str, Any]:
    """A LogPage with its entries; a page after the last one is the last.

    `found` is how many there are, counted up to MOST_COUNTED + 1; `entries` reads those of one page from an offset on.
    """
    total = min(found, MOST_COUNTED)
    pages = max(1, -(-total // size))
    page = min(page, pages)
    head = sealing.head(cur)
    return {
        "entries": entries((page - 1) * size),
        "total": total,
        "is_more": found > MOST_COUNTED,
        "page": page,
        "pages": pages,
        "seals": head.seq if head else 0,
        "head": head.hash if head else "",
    }
