"""What a search found, as lines of one kind: where each leads for this person, and why it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from services.portal import filters, words
from services.portal.person import Person

# The groups of the page, each with who finds anything there. Whether it may be read, the services decide.
GROUPS: Mapping[str, Callable[[Person], bool]] = {
    "duties": lambda person: person.opens_duties,
    "checklists": lambda person: person.reads_all,
    "figures": lambda person: person.reads_all or person.has_duties,
    "units": lambda _person: True,
    "people": lambda person: person.is_administrator or person.is_auditor,
}


@dataclass(frozen=True, slots=True)
class Why:
    """Where the words stand, and the text around them."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One line. `address` is empty where the person has no page about it; `duty` holds what shows a light."""

    title: str
    address: str = ""
    number: str = ""
    about: str = ""
    tags: Sequence[str] = ()
    why: Sequence[Why] = ()
    duty: Mapping[str, Any] = field(default_factory=dict)


def groups_of(person: Person) -> list[str]:
    """The groups in which the person may find something, in the order of the page."""
    return [group for group, is_open in GROUPS.items() if is_open(person)]


def hits_of(group: str, found: Sequence[Mapping[str, Any]], person: Person, *, back: str) -> list[Hit]:
    """The lines of a group; `back` is the page to which a duty leads back."""
    make = {"duties": _duty, "checklists": _place, "figures": _figure, "units": _unit, "people": _account}[group]
    return [make(one, person, back) for one in found]


def _duty(one: Mapping[str, Any], _person: Person, back: str) -> Hit:
    duty = one["duty"]
    period = str(filters.bracketed(filters.period(duty["period"]))) if len(duty["period"]) > 4 else ""
    return Hit(
        title=f"{duty['item']}{period}",
        address=url_for("duties.one", duty_id=duty["duty_id"], back=back),
        about=" · ".join([duty["unit"]["name"], duty["measure"], *_given_by(duty), *_of_ended(one)]),
        tags=[filters.name_of(words.CHECKLIST_STATES, "closed")] if one["is_ended"] else (),
        why=_why(one),
        duty=duty,
    )


def _given_by(duty: Mapping[str, Any]) -> list[str]:
    """Of a part of a duty, whose duty it is a part of."""
    return [_("由 %(unit)s 分解", unit=duty["delegated_by"])] if duty.get("delegated_by") else []


def _of_ended(one: Mapping[str, Any]) -> list[str]:
    """Of which checklist a duty was, once that is ended: the one in force needs no name."""
    return [one["checklist"]] if one["is_ended"] else []


def _place(one: Mapping[str, Any], person: Person, _back: str) -> Hit:
    tags = [str(_("调整稿")) if one["is_amendment"] else filters.name_of(words.CHECKLIST_STATES, one["state"])]
    is_row = one["row_id"] is not None
    return Hit(
        title=one["title"],
        address=_address_of_row(one, person) if is_row else _address_of_checklist(one),
        number=one["number"] or "",
        about=one["checklist"] if is_row else str(one["year"]),
        tags=tags if not is_row or one["state"] == "draft" else (),
        why=_why(one),
    )


def _address_of_checklist(one: Mapping[str, Any]) -> str:
    return url_for("checklists.draft", checklist_id=one["checklist_id"])


def _address_of_row(one: Mapping[str, Any], person: Person) -> str:
    """Of a draft the row to edit, of what was issued its board."""
    if one["state"] in ("issued", "closed") and not one["is_amendment"]:
        return url_for("boards.item" if one["level"] == 4 else "boards.row", row_id=one["row_id"])
    return url_for("rows.edit", row_id=one["row_id"]) if person.is_lead else _address_of_checklist(one)


def _figure(one: Mapping[str, Any], person: Person, _back: str) -> Hit:
    if one["kind"] == "indicator":
        address = url_for("indicators.one", indicator_id=one["id"])
    elif person.reads_all:
        address = url_for("reports.one", report_id=one["id"])
    else:
        address = url_for("submissions.one", submission_id=one["submission_id"])
    return Hit(
        title=one["name"],
        address=address,
        number=one["code"],
        tags=[
            str(_("指标") if one["kind"] == "indicator" else _("报表")),
            *([_("示例")] if one["is_invented"] else []),
        ],
        why=_why(one),
    )


def _unit(one: Mapping[str, Any], person: Person, _back: str) -> Hit:
    return Hit(
        title=one["name"],
        address=_address_of_unit(one, person),
        number=one["code"],
        about=filters.name_of(words.UNIT_KINDS, one["kind"]),
        tags=() if one["is_active"] else [str(_("已停用"))],
        why=_why(one),
    )


def _address_of_unit(one: Mapping[str, Any], person: Person) -> str:
    """The page where the person sees what the unit has to do with: its entry, its duties, or its line on the board."""
    if person.is_administrator:
        return url_for("units.edit", unit_id=one["unit_id"])
    if person.reads_all:
        if one["checklist_id"] is None:
            return ""
        return url_for("boards.duties", checklist_id=one["checklist_id"], unit=one["unit_id"])
    return url_for("duties.mine", unit=one["unit_id"])


def _account(one: Mapping[str, Any], person: Person, _back: str) -> Hit:
    return Hit(
        title=one["display_name"],
        address=url_for("people.edit", person_id=one["person_id"])
        if person.is_administrator
        else url_for("audit.log", person=one["display_name"]),
        about=f"{one['unit']} · {one['post']}",
        tags=() if one["is_active"] else [str(_("已停用"))],
        why=_why(one),
    )


def _why(one: Mapping[str, Any]) -> list[Why]:
    return [
        Why(
            filters.name_of(words.ACTIONS, reason["action"])
            if reason.get("action")
            else filters.name_of(words.FOUND_IN, reason["where"]),
            reason["text"],
        )
        for reason in one["why"]
    ]
