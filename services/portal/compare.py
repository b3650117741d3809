"""Two versions of one row side by side: what it is now, and what the person was about to save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, words
from services.portal.clients import ask
from services.portal.directory import ids_of
from services.portal.forms.fields import lines_of
from services.portal.numbers import is_number
from services.portal.resume import Kept
from shared.typed_text import tidy

MOST_NAMED = 100
VERSIONS = frozenset({"version", "duties", "command_id"})
# Boxes: of those that are not ticked a browser sends nothing.
BOXES = frozenset({"is_active", "member_ids", "roles", "units", "may_be_negative", "is_invented"})
FLAGS = frozenset({"is_active", "may_be_negative", "is_invented"})
# Lists that are typed as lines of a text.
LISTS = frozenset({"aliases", "level_names"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the comparison."""

    label: str
    now: str
    yours: str

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose between."""
        return self.now != self.yours


def differences(current: Mapping[str, Any], kept: Kept) -> list[Difference]:
    """Compare the row's present values with the form's. `current` has the shape of the row's read operation."""
    if "duty_id" in current:
        return duty_differences(current, kept)
    if "decisions" in current and "text" in dict(kept.fields):
        return [_decided(current, kept)]
    row = _row(current)
    typed: dict[str, list[str]] = {}
    for name, value in kept.fields:
        typed.setdefault(name, []).append(value)
    names = [name for name in words.FIELDS if name in row and name not in VERSIONS and (name in typed or name in BOXES)]
    if "members" in typed:
        return [*(_difference(name, row, typed) for name in names if name != "member_ids"), _members(row, typed)]
    return [_difference(name, row, typed) for name in names]


def _row(current: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row under the names of its form's fields: an account names its unit, and the form the unit's id."""
    row: Mapping[str, Any] = current.get("row") or current
    return {**row, "unit_id": row["unit"]["unit_id"]} if "unit" in row else row


def duty_differences(duty: Mapping[str, Any], kept: Kept) -> list[Difference]:
    """For a duty what matters is where it stands now, and what the person was about to do with it."""
    action = kept.path.partition("?")[0].rpartition("/")[2]
    said_now = duty.get("returned_reason") or duty.get("blocked_reason") or duty.get("last_note")
    return [
        Difference(_("状态"), filters.light_in_words(duty), filters.name_of(words.DOINGS, action)),
        Difference(_("说明"), said_now or _("（没有）"), "；".join(kept.typed) or _("（没有）")),
        Difference(_("最近一次更新"), _last_change(duty), _("您，现在")),
    ]


def _decided(meeting: Mapping[str, Any], kept: Kept) -> Difference:
    """What the meeting has decided by now, beside what the person was about to add to it."""
    now = "；".join(one["text"] for one in meeting["decisions"])
    return Difference(_("议定事项"), now or _("（没有）"), dict(kept.fields)["text"])


def _difference(name: str, row: Mapping[str, Any], typed: Mapping[str, list[str]]) -> Difference:
    return Difference(str(words.FIELDS[name]), _now(name, row), _yours(name, typed))


def _members(row: Mapping[str, Any], typed: Mapping[str, list[str]]) -> Difference:
    """Of a group so large that a page shows a part of it: how many there are, and which the form adds and takes out."""
    before, ticked = typed["members"][0].split(","), typed.get("member_ids", [])
    added = _unit_names(one for one in ticked if one not in before)
    removed = _unit_names(one for one in before if one and one not in ticked)
    changes = [_("加入：%(units)s", units=added)] if added else []
    changes += [_("移出：%(units)s", units=removed)] if removed else []
    now = ngettext("%(num)d 个单位", "%(num)d 个单位", row["members"])
    return Difference(str(words.FIELDS["member_ids"]), now, "；".join(changes) or now)


def _last_change(duty: Mapping[str, Any]) -> str:
    history = duty.get("history") or []
    if not history:
        return str(_("（没有）"))
    last = history[-1]
    who = last.get("who") or {}
    return " ".join(
        (
            filters.moment(last["at"]),
            who.get("unit") or "",
            who.get("post") or "",
            filters.name_of(words.ACTIONS, last["action"]),
        )
    )


def renewed(kept: Kept, current: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The kept fields, based on the present versions and under a new command id: sent on purpose, not by mistake."""
    rows = [one.get("row") or one for one in current]
    version = str(rows[0].get("version", "")) if rows else ""
    duties = {str(row["duty_id"]): row["version"] for row in rows if "duty_id" in row}
    fields = []
    for name, value in kept.fields:
        if name == "duties":
            duty_id = value.partition(":")[0]
            if duty_id in duties:
                fields.append((name, f"{duty_id}:{duties[duty_id]}"))
        elif name == "version":
            fields.append((name, version))
        elif name == "command_id":
            fields.append((name, str(uuid4())))
        else:
            fields.append((name, value))
    return fields


def renamed(kept: Kept) -> list[tuple[str, str]]:
    """The kept fields as they were, under a new command id."""
    return [(name, str(uuid4()) if name == "command_id" else value) for name, value in kept.fields]


def _now(name: str, row: Mapping[str, Any]) -> str:
    value = row[name]
    if name == "units":
        return "、".join(_with_part(unit["name"], unit["role"]) for unit in value)
    if name == "member_ids":
        return _unit_names(str(unit_id) for unit_id in value)
    if name in {"parent_id", "unit_id"}:
        return _unit_names([str(value)])
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return "、".join(_in_words(name, str(one)) for one in value)
    return _in_words(name, "" if value is None else str(value))


def _yours(name: str, typed: Mapping[str, list[str]]) -> str:
    values = typed.get(name, [])
    if name == "units":
        return _chosen(values, typed.get("leads", []))
    if name in {"member_ids", "parent_id", "unit_id"}:
        return _unit_names(values)
    if name in FLAGS:
        return str(_("是") if values else _("否"))
    if name in LISTS:
        return "、".join(lines_of(values[0]))
    return "、".join(_in_words(name, tidy(value, has_lines=True)) for value in values)


def _in_words(name: str, value: str) -> str:
    """What a field holds: the word of a code, or the text that somebody typed."""
    return filters.name_of(filters.WORDS_OF_FIELDS[name], value) if name in filters.WORDS_OF_FIELDS else value


def _chosen(ticked: Sequence[str], leads: Sequence[str]) -> str:
    """The units and groups that a row's boxes name, with their parts in the work, in the order of the page."""
    unit_ids, group_ids = ids_of([*ticked, *leads])
    found = ask("tasks", "unit_choices", text="", unit_ids=unit_ids, group_ids=group_ids)
    names = {f"unit:{unit['unit_id']}": unit["name"] for unit in found["units"]}
    names |= {f"group:{group['group_id']}": group["name"] for group in found["groups"]}
    lead = set(leads)
    chosen = [value for value in dict.fromkeys([*ticked, *leads]) if value in names]
    return "、".join(_with_part(names[value], "lead" if value in lead else "support") for value in chosen)


def _with_part(name: str, part: str) -> str:
    return f"{name}{filters.bracketed(filters.name_of(words.UNIT_ROLES, part))}"


def _unit_names(unit_ids: Iterable[str]) -> str:
    """The names of units in directory order; of very many the first."""
    ids = [int(one) for one in unit_ids if is_number(one)]
    if not ids:
        return ""
    names = [unit["name"] for unit in ask("tasks", "name_units", unit_ids=ids[:MOST_NAMED])["units"]]
    shown = "、".join(names)
    left_out = len(ids) - MOST_NAMED
    return _("%(units)s等，另有 %(n)d 个", units=shown, n=left_out) if left_out > 0 else shown
