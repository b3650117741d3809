"""What the addresses of pages of figures ask for: report or indicator, unit, year, kind of period, moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from services.portal import language
from services.portal.dates import day_or_none
from services.portal.searching import number
from shared import clock
from shared.calling.params import is_near
from shared.errors import Invalid
from shared.text import Text

KINDS = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was typed as the moment; `iso` is the moment, or None for now and for what is none, as `problem` says."""

    typed: str
    iso: str | None
    problem: str = ""

    @classmethod
    def of_request(cls) -> AsOf:
        return moment_of(request.args.get("as_of", "").strip()[:40])

    @property
    def in_address(self) -> str | None:
        return self.iso


def moment_of(typed: str) -> AsOf:
    """A day means its end, today means now; an instant with its offset is itself."""
    if not typed:
        return AsOf("", None)
    day = day_or_none(typed)
    if day is not None:
        end = clock.start_of(day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)
        return AsOf(day.isoformat(), (min(end, clock.now()) if day == clock.today() else end).isoformat())
    try:
        # In an address the plus sign of an offset is a blank.
        instant = dt.datetime.fromisoformat(typed.replace(" ", "+"))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not is_near(instant.year):
        return AsOf(typed, None, str(_("没有这一天。请写成 2026-11-30 这样的日期。")))
    return AsOf(clock.day_of(instant).isoformat(), instant.isoformat())


def known_then(as_of: AsOf, found: Callable[[AsOf], dict[str, Any]]) -> tuple[dict[str, Any], AsOf]:
    """What is found as of a moment; of one that is still to come, what is found now, and the sentence at the field.

    Which moments are over, stats alone knows: its clock of figures may be ahead of the one here.
    """
    try:
        return found(as_of), as_of
    except Invalid as error:
        said = (error.details.get("fields") or {}).get("as_of")
        if said is None:
            raise
        now = AsOf(as_of.typed, None, language.say(Text.from_dict(said)))
        return found(now), now


@dataclass(frozen=True, slots=True)
class Table:
    """Which table: of one indicator by unit, or of a report's indicators of one unit."""

    report_id: int | None
    indicator_id: int | None
    unit_id: int | None
    year: int
    kind: str
    page: int
    as_of: AsOf

    @classmethod
    def of_request(cls, *, newest: str | None) -> Table:
        year = number("year")
        kind = request.args.get("kind", "")
        shown = int(newest[:4]) if newest else clock.today().year
        return cls(
            report_id=number("report"),
            indicator_id=number("indicator"),
            unit_id=number("unit"),
            year=year if year and 1990 <= year <= 2099 else shown,
            kind=kind if kind in KINDS else "",
            page=max(1, request.args.get("page", 1, type=int)),
            as_of=AsOf.of_request(),
        )

    @property
    def params(self) -> dict[str, Any]:
        """As the call takes them."""
        return {
            "report_id": self.report_id if self.indicator_id is None else None,
            "indicator_id": self.indicator_id,
            "unit_id": self.unit_id,
            "year": self.year,
            "period_kind": self.kind or None,
            "as_of": self.as_of.iso,
            "page": self.page,
        }

    def address(self, **other: Any) -> dict[str, Any]:
        """As the address has them, with some of them other."""
        here = {
            "report": self.report_id,
            "indicator": self.indicator_id,
            "unit": self.unit_id,
            "year": self.year,
            "kind": self.kind or None,
            "as_of": self.as_of.in_address,
        }
        return here | other
