"""What waits for the lead bureau: submissions, waivers asked for, difficulties; and accepting several submissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from services.tasks.duties import answers, changes, queries
from services.tasks.duties.changes import Outcome
from services.tasks.duties.duty import Action, Duty, Side, Waiting, changed, is_allowed, is_own
from services.tasks.duties.queries import LatestChange, ShownDuty
from services.tasks.duties.store import Change
from shared.actor import Actor, Role
from shared.calling.calls import Context
from shared.clock import day_of
from shared.database import Cursor
from shared.light import State
from shared.text import Text

# What the release before shows; it asks for no kind.
BEFORE = (Waiting.SUBMITTED, Waiting.WAIVERS)
ASKED_BY = {
    Waiting.SUBMITTED: "submitted",
    Waiting.WAIVERS: "waiver_asked",
    Waiting.EXTENSIONS: "extension_asked",
    Waiting.BLOCKED: "blocked",
    Waiting.ELSEWHERE: "submitted",
}
# What the lead bureau does with each.
DECISIONS = {
    Waiting.SUBMITTED: Action.ACCEPTED,
    Waiting.WAIVERS: Action.WAIVED,
    Waiting.EXTENSIONS: Action.EXTENDED,
    Waiting.BLOCKED: Action.BLOCKER_ACCEPTED,
    Waiting.ELSEWHERE: Action.ACCEPTED,
}

ACCEPTED = Text("审核通过。", "Accepted.")


def queue(
    cur: Cursor, actor: Actor, kinds: Collection[Waiting], *, text: str, page: int, today: dt.date
) -> dict[str, Any]:
    """One page of these kinds together, longest waiting first; a page holds 50, one after the last is the last."""
    reviewer_id = reviewer_of(actor)
    counts = queries.count_waiting(cur, reviewer_id=reviewer_id, text=text)
    pages = max(1, -(-sum(counts.get(kind, 0) for kind in kinds) // queries.PAGE))
    page = min(page, pages)
    entries = queries.waiting(cur, kinds, reviewer_id=reviewer_id, text=text, page=page)
    ids = [entry.duty_id for entry in entries]
    rows = {row.id: row for row in queries.duties(cur, ids)}
    asked, done_by, same = queries.asked_at(cur, ids), queries.done_by(cur, ids), queries.same_notes(cur, ids)
    found: dict[Waiting, list[dict[str, Any]]] = {kind: [] for kind in Waiting}
    for duty_id, kind in entries:
        is_mine = is_own(DECISIONS[kind], actor, done_by.get(duty_id, {}))
        waiting = _waiting(rows[duty_id], asked.get((duty_id, ASKED_BY[kind])), today)
        found[kind].append(waiting | answers.same_note_as_dict(same.get(duty_id)) | {"is_mine": is_mine})
    return {
        **{kind.value: duties for kind, duties in found.items()},
        "counts": {kind.value: counts.get(kind, 0) for kind in Waiting},
        "page": page,
        "pages": pages,
    }


def reviewer_of(actor: Actor) -> int | None:
    """The unit for which somebody reviews what it is named for; None for the lead bureau, which may review all."""
    return None if Role.LEAD_BUREAU in actor.roles else actor.unit_id


def accept(cur: Cursor, context: Context, based_on: dict[int, int], *, today: dt.date) -> dict[str, Any]:
    """Accept submissions, each for itself; `based_on` maps their ids to the versions that the page showed.

    What somebody accepted before is `already`; what changed since, or waits for no review any more, is a `conflict`
    and stays as it is.
    """
    rows = changes.rows_for_change(cur, context.signed_in, list(based_on), Side.REVIEWER)
    latest = queries.latest_changes(cur, list(based_on))
    done_by = queries.done_by(cur, list(based_on))
    duties = [answers.duty_of(row) for row in rows]
    lacking = queries.without_files(cur, [duty.id for duty in duties if duty.asks_file_now])
    outcomes = [
        _accepted(
            duty,
            latest.get(duty.id),
            version=based_on[duty.id],
            is_mine=is_own(Action.ACCEPTED, context.signed_in, done_by.get(duty.id, {})),
            lacks_file=duty.id in lacking,
            today=today,
        )
        for duty in duties
    ]
    changes.save(cur, context, [outcome.change for outcome in outcomes if outcome.change])
    return {
        "results": changes.in_order(based_on, outcomes),
        "duties": [answers.duty_as_dict(row, today) for row in queries.duties(cur, list(based_on))],
    }


def _waiting(row: ShownDuty, asked_at: dt.datetime | None, today: dt.date) -> dict[str, Any]:
    """A WaitingDuty; only a duty that the release before wrote without a line of history has no day."""
    since = day_of(asked_at) if asked_at else today
    return {
        **answers.duty_as_dict(row, today),
        "waiting_since": since.isoformat(),
        "waiting_days": (today - since).days,
        "blocked_reason": row.blocked_reason,
        "waiver_reason": row.waiver_reason,
        "extension_reason": row.extension_reason,
        "wanted_on": row.wanted_on.isoformat() if row.wanted_on else None,
    }


def _accepted(
    duty: Duty, latest: LatestChange | None, *, version: int, is_mine: bool, lacks_file: bool, today: dt.date
) -> Outcome:
    who = answers.changed_by(latest)
    if duty.state is State.ACCEPTED:
        text = Text(f"{who.zh}已经审核通过。", f"{who.en} accepted it already.")
        return Outcome(duty.id, "already", text)
    if version != duty.version:
        return Outcome(duty.id, "conflict", changes.stale_text(who))
    if not is_allowed(duty, Action.ACCEPTED):
        return Outcome(duty.id, "conflict", changes.not_allowed_text(duty))
    if is_mine:
        return Outcome(duty.id, "conflict", changes.NOT_YOUR_OWN_WORK)
    if lacks_file:
        return Outcome(duty.id, "conflict", changes.NO_FILE_YET)
    change = Change(duty, changed(duty, Action.ACCEPTED, today=today), Action.ACCEPTED, "")
    return Outcome(duty.id, "accepted", ACCEPTED, change)
