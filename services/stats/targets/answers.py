"""How targets are shown to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.stats.figures import answers as figures
from services.stats.figures.records import UnitName
from services.stats.targets import progress, sentences, splitting
from services.stats.targets.held import Held, periods_of
from services.stats.targets.position import Point, reached
from services.stats.targets.progress import month_of
from services.stats.targets.records import Share, Target, TargetVersion
from services.stats.targets.sentences import Measure
from shared.percents import rounded
from shared.text import Text

PLACES = 4


def definition(target: Target) -> dict[str, Any]:
    """A target as it was set."""
    return {
        "target_id": target.target_id,
        "version": target.version,
        "indicator_id": target.indicator_id,
        "unit_id": target.unit_id,
        "comparator": target.comparator.value,
        "value": _plain(target.value),
        "baseline": _plain(target.baseline),
        "tolerance": _plain(target.tolerance),
        "course": target.course.value,
        "first_month": target.first_month,
        "last_month": target.last_month,
        "words": target.words,
        "whole_id": target.whole_id,
    }


def shown(one: Held) -> dict[str, Any]:
    """A target with where it stands, and the sentences beside it."""
    at, measure = one.position, Measure(one.indicator.unit_of_measure, one.indicator.decimals)
    outlook, decimals = at.outlook, one.indicator.decimals
    set_to = {name: figures.written(getattr(one.target, name), decimals) for name in ("value", "baseline", "tolerance")}
    return definition(one.target) | {
        **set_to,
        "indicator": figures.of_indicator(one.indicator),
        "unit": figures.of_unit(one.unit),
        "is_of_year": at.aim.is_of_year,
        "standing": at.standing.value,
        "reached": figures.written(at.value, decimals),
        "at": at.at.label if at.at else None,
        "share": _share(at.share),
        "time": _share(at.time),
        "gap": figures.written(at.gap, decimals),
        "needed": figures.written(at.needed, decimals),
        "missing": at.missing,
        "course_years": list(at.curve.years),
        "likelihood": None if outlook is None else _share(Decimal(repr(outlook.likelihood))),
        "likelihood_months": 0 if outlook is None else outlook.months,
        "why": sentences.why(at, measure, one.target.course).as_dict(),
        "likely": _text(sentences.likely(at, measure)),
        "why_not_likely": _text(sentences.why_not_likely(at)),
        "notes": [text.as_dict() for text in sentences.notes(at, one.target.course)],
    }


def rows(one: Held) -> list[dict[str, Any]]:
    """Each period of the target: what it brought, what was there at its end, and what was expected to be there."""
    at, decimals = one.position, one.indicator.decimals
    known = {point.period: point for point in one.points}
    until = month_of(at.at.year, at.at.last_month) if at.at else -1
    found = []
    for period in periods_of(one.target, one.indicator):
        point = known.get(period, Point(period, None))
        is_there = point.month <= until
        expected = round(progress.expected(at.aim, point.month, at.curve), decimals)
        there = reached(at.aim, one.points, point.month) if is_there else None
        found.append(
            {
                "period": period.label,
                "value": figures.written(point.value, decimals),
                "reached": figures.written(there, decimals),
                "expected": figures.written(expected, decimals),
                "units": point.units,
                "missing": point.missing,
                "is_counted": is_there,
            }
        )
    return found


def split(one: Held, units: Sequence[UnitName], points: Mapping[int, Sequence[Point]]) -> dict[str, Any]:
    """The shares by year and, in the order of the directory, by unit, each with what was reached."""
    places = {unit.id: place for place, unit in enumerate(units)}
    names = {unit.id: unit.name for unit in units}
    of_years = [share for share in one.shares if share.unit_id is None]
    of_units = sorted(
        (share for share in one.shares if share.unit_id is not None),
        key=lambda share: (share.year or 0, places.get(share.unit_id or 0, len(places)), share.unit_id or 0),
    )
    measure = one.indicator.unit_of_measure
    compared = (
        splitting.differences(one.target.value, one.shares, measure=measure) if one.position.aim.is_summed else []
    )
    return {
        "years": [
            _of_share(one, share, one.points, "") for share in sorted(of_years, key=lambda share: share.year or 0)
        ],
        "units": [
            _of_share(one, share, points.get(share.unit_id or 0, ()), names.get(share.unit_id or 0, ""))
            for share in of_units
        ],
        "differences": [text.as_dict() for text in compared],
        "split": splitting.written(one.shares, names),
    }


def versions(found: Sequence[TargetVersion]) -> list[dict[str, Any]]:
    """The versions, the newest first."""
    return [
        {
            "version": one.version,
            "comparator": one.comparator.value,
            "value": _plain(one.value),
            "is_dropped": one.is_dropped,
            "reason": one.reason,
            "known_since": one.known_since.isoformat(),
            "by_post": one.person_post,
            "by_unit": one.person_unit,
        }
        for one in found
    ]


def _of_share(one: Held, share: Share, points: Sequence[Point], unit: str) -> dict[str, Any]:
    aim, at = one.position.aim, one.position.at
    until = month_of(at.year, at.last_month) if at else -1
    counted = [point for point in points if point.month <= until and aim.first <= point.month <= aim.last]
    if share.year is not None:
        counted = [point for point in counted if point.period.year == share.year]
    given = [point.value for point in counted if point.value is not None]
    value = None if not given else sum(given, Decimal(0)) if aim.is_summed else given[-1]
    return {
        "year": share.year,
        "unit_id": share.unit_id,
        "unit": unit,
        "value": figures.written(share.value, one.indicator.decimals),
        "reached": figures.written(value, one.indicator.decimals),
        "share": _share(value / share.value) if value is not None and share.value else None,
        "last_period": next((point.period.label for point in reversed(counted) if point.value is not None), None),
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _share(value: Decimal | None) -> str | None:
    return None if value is None else format(rounded(value, PLACES), "f")


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else text.as_dict()
