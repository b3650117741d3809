"""An entry of the audit log in words: what it was about, and each field from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from services.portal import filters, words, words_of_logs, words_of_reporting

# A text as long as a whole page of a notice is told by its beginning.
LONGEST_SHOWN = 200
# Both logs have one language: no noun, field or operation means two things.
OPERATIONS = {**words_of_logs.OPERATIONS, **words_of_reporting.OPERATIONS}
ENTRIES = {**words_of_logs.ENTRIES, **words_of_reporting.ENTRIES}
MADE = {**words_of_logs.MADE, **words_of_reporting.MADE}
FIELDS = {**words.FIELDS, **words_of_logs.FIELDS, **words_of_reporting.FIELDS}
YES_OR_NO = frozenset({"is_active", "as_it_stands", "may_be_negative", "is_invented", "needs_head"})


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its name in words, and what it held before and after; empty where there was nothing."""

    label: str
    before: str
    after: str


def what_happened(entry: Mapping[str, Any]) -> str:
    """The act in words; of a refusal the operation."""
    if entry["operation"]:
        return filters.name_of(OPERATIONS, entry["operation"])
    if entry["action"] == "person.saved" and words_of_logs.STANDS_IN in entry["subject"]:
        return str(words_of_logs.OF_SUBSTITUTES)
    if entry["action"] in MADE and _is_new(entry["changes"]):
        return str(MADE[entry["action"]])
    return filters.name_of(ENTRIES, entry["action"])


def _is_new(changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing held anything before."""
    return bool(changes) and not any(one["before"] for one in changes)


def subject(entry: Mapping[str, Any]) -> str:
    """What it was done to: of a duty its item, its unit, and its period where there are several in a year."""
    period = entry["period"] or ""
    parts = (entry["subject"], entry["of_unit"], filters.period(period) if len(period) > len("2026") else "")
    return " · ".join(part for part in parts if part)


def lines(entry: Mapping[str, Any]) -> list[Line]:
    """The fields that are different, then the numbers that belong to the entry."""
    found = changed(entry)
    held = ((name, entry["detail"].get(name)) for name in words_of_logs.SHOWN)
    return found + [Line(_label(name), "", str(value)) for name, value in held if value not in (None, "")]


def changed(entry: Mapping[str, Any]) -> list[Line]:
    """The fields that are different, of whatever has changes."""
    return [_changed(one) for one in entry["changes"]]


def in_one_cell(entry: Mapping[str, Any]) -> str:
    """All lines for a cell of a sheet, which knows no markup."""
    return "\n".join(_in_words(line) for line in lines(entry))


def changes_in_one_cell(entry: Mapping[str, Any]) -> str:
    """The same of the fields alone that are different."""
    return "\n".join(_in_words(line) for line in changed(entry))


def _in_words(line: Line) -> str:
    held = f"{line.before} → {line.after or _('（没有）')}" if line.before else line.after
    return f"{line.label}{_('：')}{held}"


def _changed(one: Mapping[str, Any]) -> Line:
    return Line(_label(one["field"]), _held(one["field"], one["before"]), _held(one["field"], one["after"]))


def _label(field: str) -> str:
    return filters.name_of(FIELDS, field)


def _held(field: str, values: Sequence[str]) -> str:
    text = _("、").join(_one(field, value) for value in values)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _one(field: str, value: str) -> str:
    if field in filters.WORDS_OF_FIELDS:
        return filters.name_of(filters.WORDS_OF_FIELDS[field], value)
    if field in YES_OR_NO:
        return str(_("是") if value == "true" else _("否"))
    return value
