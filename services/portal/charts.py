"""What a chart shows, as the script of the board pages reads it. The picture without a script is drawn elsewhere.

`services/portal/static/charts.js` is the reader: it takes labels and lines, and knows nothing of targets or boards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from services.portal import filters, target_chart

# How a line is drawn: full, with long dashes, dotted; the word in its legend says the same. Of several series each has
# dashes, marks and a colour of its own, those of the picture that it is drawn over.
NOW, EXPECTED, GOAL, SERIES = "now", "expected", "goal", "series"
_NOT_IN_SINGLE_QUOTES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "&<>'"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: a value or None for each label; of a goal the one value that it has everywhere, and
    of what was reached none after the newest.
    """

    name: str
    kind: str
    values: Sequence[str | None]


def chart(labels: Sequence[str], lines: Sequence[Line], *, unit: str, from_zero: bool) -> Markup:
    """The chart as JSON for the attribute `data-chart` in single quotes; values in the unit of measure."""
    said = json.dumps(
        {
            "labels": list(labels),
            "unit": unit,
            "fromZero": from_zero,
            "lines": [
                {"name": line.name, "kind": line.kind, "values": [_number(value) for value in line.values]}
                for line in lines
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # Double quotes would be five signs each: a board of many targets would be a third heavier for them.
    return Markup(said.translate(_NOT_IN_SINGLE_QUOTES))  # noqa: S704


def of_target(target: Mapping[str, Any]) -> Markup:
    """A target with its course: what was reached, what should have been, and the target itself where it is a number."""
    rows, is_summed = target["rows"], target_chart.is_summed(target)
    name = str(_("累计") if target_chart.is_to_date(target) else _("现在"))
    lines = [
        Line(name, NOW, _until_newest([row["reached"] for row in rows])),
        Line(str(_("应到")), EXPECTED, [row["expected"] for row in rows]),
    ]
    goal = target_chart.height_of(target)
    if goal is not None:
        lines.append(Line(str(_("目标值")), GOAL, [goal]))
    labels = [str(filters.period(row["period"])) for row in rows]
    return chart(labels, lines, unit=target["indicator"]["unit_of_measure"], from_zero=is_summed)


def of_curves(curves: Mapping[str, Any]) -> Markup:
    """Several series as an index of one year, by year."""
    lines = [Line(str(filters.say(line["name"])), SERIES, line["values"]) for line in curves["lines"]]
    return chart([str(year) for year in curves["years"]], lines, unit="", from_zero=False)


def _until_newest(values: Sequence[str | None]) -> Sequence[str | None]:
    there = [place for place, value in enumerate(values) if value is not None]
    return values[: there[-1] + 1] if there else ()


def _number(value: str | None) -> float | None:
    # What a screen of some hundred pixels shows; the table beside the chart has the decimals.
    found = None if value is None else float(value)
    return int(found) if found is not None and found.is_integer() else found
