"""The form of reminder rules: as many stages as there are and two more, and what is repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField

from services.portal.forms.fields import DayField, Form, at_most, needed
from services.portal.words import CHANNELS

AGAIN = "again"
BEFORE, AFTER = "before", "after"
OF_SLIPS = ("slip_zh", "slip_en")
TEXTS = ("zh", "en", *OF_SLIPS)
MOST_STAGES = 12
SPARE = 2


class RulesForm(Form):
    """From when and why; the stages are read by `typed_stages`."""

    effective_from = DayField(_l("生效日期"), [needed()])
    reason = StringField(_l("修改原因"), [needed(), at_most(200)])
    follows_general = BooleanField(_l("改按一般规则，不再单独设定"))
    version = HiddenField()


def shown_stages(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the form for a policy as the service answers it, the last of them for what is repeated."""
    stages = [_row(str(place), one) for place, one in enumerate(policy["stages"], 1)]
    blank = {"offset": "", "audience": ["post", "head"], "channels": list(CHANNELS), "zh": "", "en": "", "slip": None}
    spare = range(len(stages) + 1, min(len(stages) + SPARE, MOST_STAGES) + 1)
    stages += [_row(str(place), blank) for place in spare]
    return [*stages, _row(AGAIN, policy["again"] or blank)]


def typed_stages(form: MultiDict[str, str]) -> list[dict[str, Any]]:
    """The rows as they were typed, from the earliest to the latest, those without a day behind them.

    As long as one cannot be read all stay in their places, or nobody would find it again.
    """
    keys = [key for key in map(str, range(1, MOST_STAGES + 1)) if f"offset_{key}" in form]
    typed = [_typed(form, key) for key in keys]
    if not unreadable(typed):
        typed.sort(key=lambda row: (number_of(row) is None, number_of(row) or 0))
    again = _typed(form, AGAIN)
    return [*({**row, "key": str(place)} for place, row in enumerate(typed, 1)), again]


def unreadable(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys of the rows in which something stands that is no whole number."""
    return [row["key"] for row in rows if row["offset"].strip() and number_of(row) is None]


def as_params(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The stages as the service takes them; a row without a day is left out."""
    *stages, again = rows
    return {
        "stages": [_param(row) for row in stages if number_of(row) is not None],
        "again": _param(again) if number_of(again) is not None else None,
    }


def number_of(row: Mapping[str, Any]) -> int | None:
    """The working days of a row, before the due date below 0; None where there are none."""
    try:
        typed = int(row["offset"].strip().replace("−", "-").replace("－", "-"))
    except ValueError:
        return None
    return -typed if row["side"] == BEFORE and typed > 0 else typed


def _row(key: str, one: Mapping[str, Any]) -> dict[str, Any]:
    slip = one.get("slip") or {"zh": "", "en": ""}
    days = one["offset"] if one["offset"] != "" else None
    side = BEFORE if days is not None and days < 0 else AFTER
    written = "" if days is None else str(abs(days))
    return {**one, "key": key, "offset": written, "side": side, "slip_zh": slip["zh"], "slip_en": slip["en"]}


def _typed(form: MultiDict[str, str], key: str) -> dict[str, Any]:
    return {
        "key": key,
        "offset": form.get(f"offset_{key}", ""),
        "side": form.get(f"side_{key}", AFTER),
        "audience": form.getlist(f"audience_{key}"),
        "channels": form.getlist(f"channels_{key}"),
        **{name: form.get(f"{name}_{key}", "") for name in TEXTS},
    }


def _param(row: Mapping[str, Any]) -> dict[str, Any]:
    # A service of the release before knows no slips, and takes a stage without one.
    words = {name: row[name] for name in TEXTS if row[name] or name not in OF_SLIPS}
    return {"offset": number_of(row), "audience": row["audience"], "channels": row["channels"], **words}
