"""Use cases of looking: what a unit owes, what waits for somebody, one form, and what happened to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.indicators import queries as indicator_queries
from services.stats.submissions import answers, changes, queries
from services.stats.submissions.submission import WAITING
from shared.actor import UNIT_ROLES, Actor, Role
from shared.database import Cursor
from shared.directory import units_below
from shared.errors import Forbidden

MOST_ACCEPTED = 12


def owed(cur: Cursor, actor: Actor, unit_id: int | None, *, today: dt.date) -> dict[str, Any]:
    """What the own unit owes, or one below it. Forbidden for any other."""
    unit_id = unit_id or actor.unit_id
    if unit_id != actor.unit_id and (actor.by_link or not units_below(cur, [unit_id], actor.unit_id)):
        raise Forbidden(changes.NOT_YOURS_TO_READ)
    rows = queries.owed(cur, unit_id, accepted=MOST_ACCEPTED)
    shown = [answers.head_as_dict(one, today) for one in rows]
    return {
        "unit": {"unit_id": unit_id, "name": (rows[0].unit_name if rows else actor.unit) or ""},
        "owed": [one for one in shown if one["state"] != "accepted"],
        "accepted": [one for one in shown if one["state"] == "accepted"],
        "waiting": count_turns(cur, actor),
    }


def waiting(cur: Cursor, actor: Actor, *, text: str, page: int, today: dt.date) -> dict[str, Any]:
    """One page of what waits for the actor; one after the last is the last."""
    turn = turn_of(actor)
    total = queries.count_waiting(cur, **turn, text=text)
    pages = max(1, -(-total // queries.PAGE))
    page = min(page, pages)
    rows = queries.waiting(cur, **turn, text=text, page=page)
    return {
        "submissions": [
            answers.head_as_dict(one, today) | {"is_mine": one.submitted_by in actor.accounts} for one in rows
        ],
        "total": total,
        "page": page,
        "pages": pages,
    }


def count_turns(cur: Cursor, actor: Actor) -> dict[str, int]:
    """How many wait for the actor in each of the states that wait."""
    counts = queries.count_turns(cur, **turn_of(actor))
    return {state.value: counts.get(state, 0) for state in WAITING}


def turn_of(actor: Actor) -> dict[str, Any]:
    """Whose turn the actor can take: as head and as unit above the own unit's, as lead bureau everybody's."""
    return {
        "head_of": actor.unit_id if Role.UNIT_HEAD in actor.roles else None,
        "upper": actor.unit_id if actor.has_any(UNIT_ROLES) and not actor.by_link else None,
        "is_lead": Role.LEAD_BUREAU in actor.roles,
    }


def form(cur: Cursor, actor: Actor, submission_id: int, *, today: dt.date) -> dict[str, Any]:
    """One form for whoever may look at it, with what may be done with it."""
    one = changes.read(cur, actor, submission_id)
    (found,) = answers.forms_as_dicts(cur, [one], actor, today=today)
    return found


def untyped(cur: Cursor, actor: Actor, round_id: int, *, most: int, today: dt.date) -> dict[str, Any]:
    """The forms of a round in which nobody has typed anything, up to `most`."""
    ids = queries.untyped_in_round(cur, round_id, most=most)
    found = {one.id: one for one in queries.submissions(cur, ids)}
    return {
        "expected": queries.count_expected(cur, round_id),
        "forms": answers.forms_as_dicts(cur, [found[submission_id] for submission_id in ids], actor, today=today),
    }


def history(cur: Cursor, actor: Actor, submission_id: int, *, page: int | None, today: dt.date) -> dict[str, Any]:
    """A page of what happened to a submission, without one the last, for whoever may look at it."""
    one = changes.read(cur, actor, submission_id)
    pages = max(-(-queries.count_history(cur, one.id) // queries.PAGE), 1)
    page = min(page or pages, pages)
    happened = queries.history(cur, one.id, page=page)
    ids = {indicator_id for step in happened for indicator_id in step.cells}
    names = {found.id: found.name for found in indicator_queries.indicators(cur, sorted(ids)).values()} if ids else {}
    return {**answers.history_as_dict(one, happened, names, today), "page": page, "pages": pages}
