"""Use cases: the sample of a checklist, as it was drawn and with what its reviews found."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from services.tasks.duties.sampling import commitment_to
from services.tasks.samples import queries
from services.tasks.samples.intervals import wilson
from services.tasks.samples.records import Confirmed, Draw, InDraw
from shared.database import Cursor
from shared.errors import NotFound
from shared.percents import in_percent
from shared.text import Text

NO_CHECKLIST = Text("没有这份清单，请返回列表刷新。", "There is no such checklist. Please go back and reload the list.")


def sample(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """By what the sample is drawn, and what its reviews found, in all and by measure. NotFound without a checklist."""
    draw = _draw(cur, checklist_id)
    found = queries.confirmed(cur, checklist_id)
    return {
        "checklist_id": checklist_id,
        "title": draw.title,
        "percent": draw.percent,
        "seed": draw.seed,
        "commitment": commitment_to(draw.seed) if draw.seed else None,
        "total": _confirmation(found),
        "measures": [{"measure_id": one.measure_id, "measure": one.measure, **_confirmation([one])} for one in found],
    }


def listing(cur: Cursor, checklist_id: int, *, only_drawn: bool, size: int, page: int) -> dict[str, Any]:
    """One page of what is looked at, or of all that was in the draw; one after the last is the last."""
    _draw(cur, checklist_id)
    total = queries.count_in_draw(cur, checklist_id, only_drawn=only_drawn)
    pages = max(1, -(-total // size))
    page = min(page, pages)
    found = queries.in_draw(cur, checklist_id, only_drawn=only_drawn, page=page, most=size)
    return {"duties": [_as_dict(duty) for duty in found], "total": total, "page": page, "pages": pages}


def _draw(cur: Cursor, checklist_id: int) -> Draw:
    draw = queries.draw_of(cur, checklist_id)
    if draw is None:
        raise NotFound(NO_CHECKLIST)
    return draw


def _confirmation(found: Iterable[Confirmed]) -> dict[str, Any]:
    """A Confirmation of several measures together."""
    counts = [(one.drawn, one.decided, one.confirmed) for one in found]
    drawn, decided, confirmed = map(sum, zip(*counts, strict=True)) if counts else (0, 0, 0)
    share = wilson(confirmed, decided)
    return {
        "drawn": drawn,
        "decided": decided,
        "confirmed": confirmed,
        "rate": _percent(Decimal(confirmed) / decided) if share else None,
        "low": _percent(Decimal(repr(share.low))) if share else None,
        "high": _percent(Decimal(repr(share.high))) if share else None,
    }


def _percent(share: Decimal) -> str:
    return in_percent(share).removesuffix("%")


def _as_dict(duty: InDraw) -> dict[str, Any]:
    """A SampledDuty."""
    return {
        "duty_id": duty.duty_id,
        "unit": {"unit_id": duty.unit_id, "name": duty.unit_name},
        "item_id": duty.item_id,
        "item": duty.item,
        "measure": duty.measure,
        "period": duty.period,
        "revision": duty.revision,
        "is_drawn": duty.is_drawn,
        "state": duty.state,
    }
