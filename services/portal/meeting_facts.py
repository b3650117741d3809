"""Asks the services for all that the agenda of a meeting is made of, as of its day or as of now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import chain, islice
from typing import Any

from services.portal import economy_sentences, meeting_agenda
from services.portal.board_day import BoardDay
from services.portal.clients import ask
from services.portal.downloads import all_pages
from services.portal.meeting_agenda import WAITING, Agenda
from shared import clock
from shared.errors import Invalid, NotFound
from shared.limits import CALLER

# As many as one call gives. A page shows the first of them, and leads to the board that has them all.
MOST_OVERDUE = 1000


def agenda_of(meeting: Mapping[str, Any], *, most: int) -> Agenda:
    """The agenda with at most `most` overdue duties.

    A meeting of a day that is over is as of its end, any other one as of now.
    """
    held_on, today = dt.date.fromisoformat(meeting["held_on"]), clock.today()
    on = BoardDay("", held_on if held_on < today else None)
    checklists = meeting["under_way"]
    found = [(one["title"], _duties(one["checklist_id"], on, light="overdue", size=most)) for one in checklists]
    known = [answer for _title, answer in found if answer is not None]
    difficulties, waiting = _difficulties(meeting["year"], on, most=most)
    targets = ask("stats", "list_targets", within=CALLER.preview, as_of=on.end)
    economy = ask("stats", "economy", within=CALLER.preview, as_of=on.end)
    former = meeting["former"]
    return Agenda(
        day=(on.day or today).isoformat(),
        is_over=on.day is not None,
        checklists=tuple(one["title"] for one in checklists),
        unknown=tuple(title for title, answer in found if answer is None),
        blockers=meeting_agenda.blockers(difficulties)[:most],
        blockers_total=waiting,
        overdue=meeting_agenda.overdue([answer["duties"] for answer in known], most),
        overdue_total=sum(answer["total"] for answer in known),
        targets=meeting_agenda.at_risk(targets["targets"]),
        targets_total=len(targets["targets"]),
        economy=meeting_agenda.newest(economy["series"]),
        economy_sentences=tuple(sentence for _part, sentence in economy_sentences.summary(economy, None)),
        former=former,
        followed=_followed(former, on),
        is_invented=targets["is_invented"] or economy["is_invented"],
    )


def _difficulties(year: int, on: BoardDay, *, most: int) -> tuple[list[dict[str, Any]], int]:
    """At least the first `most` that wait, where there are as many, and how many wait."""
    sought: dict[str, Any] = {"year": year, "as_of": on.iso}
    first = ask("tasks", "list_difficulties", **sought)
    number = sum(first["counts"][state] for state in WAITING)
    if first["pages"] == 1:
        return first["difficulties"], number
    # What was answered stands among what somebody took on, so each state is read by itself, as far as it is needed.
    states = (all_pages("list_difficulties", "difficulties", state=state, **sought) for state in WAITING)
    return list(islice(chain.from_iterable(states), most)), number


def _duties(checklist_id: int, on: BoardDay, **sought: Any) -> dict[str, Any] | None:
    """The answer with what is sought; None where that day has no records, or the checklist is not known yet."""
    try:
        return ask("stats", "find_duties", checklist_id=checklist_id, as_of=on.iso, **sought)
    except NotFound:
        return None
    except Invalid as error:
        if "as_of" not in (error.details.get("fields") or {}):
            raise
        return None


def _followed(former: Mapping[str, Any] | None, on: BoardDay) -> tuple[meeting_agenda.Followed, ...]:
    if former is None:
        return ()
    duties = _duties(former["checklist_id"], on, size=MOST_OVERDUE) if former["checklist_id"] else None
    return meeting_agenda.followed(former["decisions"], duties["duties"] if duties else ())
