"""Operations on duties: what a unit does, and what the lead bureau decides about it."""

from __future__ import annotations

import datetime as dt

from services.tasks.duties import changes, doing, listing, queries, reviewing, schemas
from services.tasks.duties.duty import HELPERS, Action
from services.tasks.duties.headings import Sought
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})


class DoingOperations(BaseService):
    """What a unit does with its duties, and what the lead bureau decides about them."""

    @query(schemas.MyDuties, schemas.OwedDuties, UNIT_ROLES)
    def my_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show what the own unit owes, or the unit `unit_id` below it, the first of it.

        Kept for the pages of the release before, which list duties without their headings.
        """
        return listing.my_duties(cur, context, **params, today=clock.today())

    @query(schemas.UnitDuties, schemas.DutiesByHeading, UNIT_ROLES, by_link=True)
    def owed_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show what the own unit owes, or the unit `unit_id` below it, under headings that count all of it."""
        return listing.owed(
            cur,
            context,
            unit_id=params["unit_id"],
            text=params["text"],
            sought=Sought(period=params["period"], first=params["due_from"], last=params["due_until"]),
            heading=params["heading"],
            page=params["page"],
            today=clock.today(),
        )

    @command(schemas.SeveralDuties, schemas.Acknowledged, UNIT_ROLES, by_link=True)
    def acknowledge_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Sign for duties of the own unit; work on them may begin before.

        Forbidden when one of them is another unit's, even of a unit below.
        """
        return {"duties": doing.acknowledge(cur, context, params["duty_ids"], today=clock.today())}

    @command(schemas.DutyOnly, schemas.DutyDetail, UNIT_ROLES)
    def open_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show a duty for doing; the first opening by somebody of the owing unit itself acknowledges it.

        Kept for the pages of the release before, which open a duty by reading it.
        """
        return doing.open_duty(cur, context, params["duty_id"], today=clock.today())

    @query(schemas.DutyOnly, schemas.DutyDetail, UNIT_ROLES | READERS_OF_ALL, by_link=True)
    def get_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show a duty and change nothing; staff and heads see those of their own unit and of the units below it."""
        return doing.get_duty(cur, context, params["duty_id"], today=clock.today())

    @command(schemas.SubmitDuties, schemas.Submission, UNIT_ROLES, by_link=True)
    def submit_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Mark duties done, each for itself.

        Among several a stale one is a `conflict` in the results; alone it raises Conflict with its DutyDetail.
        """
        based_on = {duty["duty_id"]: duty["version"] for duty in params["duties"]}
        return doing.submit(cur, context, based_on, note=params["note"] or "", today=clock.today())

    @command(schemas.NoteProgress, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def note_progress(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Add a note to a duty; it contradicts nothing, so it needs no version and gives none."""
        return changes.act(cur, context, params["duty_id"], Action.PROGRESS, today=clock.today(), text=params["text"])

    @command(schemas.Blocker, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def report_blocker(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Report what keeps a duty from being done, and ask a unit to help or, without one, the lead bureau."""
        return _act(cur, context, params, Action.BLOCKED, asked_unit_id=params["asked_unit_id"])

    @command(schemas.DutyVersion, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def clear_blocker(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Report that nothing keeps a duty from being done any more."""
        return _act(cur, context, params, Action.UNBLOCKED)

    @command(schemas.DutyReason, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def ask_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Ask to be relieved of a duty that does not apply."""
        return _act(cur, context, params, Action.WAIVER_ASKED)

    @command(schemas.DutyVersion, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def take_back_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Ask no longer to be relieved of a duty."""
        return _act(cur, context, params, Action.WAIVER_TAKEN_BACK)

    @command(schemas.AskExtension, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def ask_extension(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Ask for time until a later day, before the duty is due or after; Invalid for a day that gives none."""
        return _act(cur, context, params, Action.EXTENSION_ASKED, on=params["wanted_on"])

    @command(schemas.DutyVersion, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def take_back_extension(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Ask no longer for more time."""
        return _act(cur, context, params, Action.EXTENSION_TAKEN_BACK)

    @command(schemas.ReopenDuties, schemas.Submission, UNIT_ROLES, by_link=True)
    def reopen_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back several submissions, each for itself; one that cannot be is a `conflict` in the results."""
        based_on = {duty["duty_id"]: duty["version"] for duty in params["duties"]}
        return doing.reopen(cur, context, based_on, today=clock.today())

    @command(schemas.DutyVersion, schemas.DutyDetail, UNIT_ROLES, by_link=True)
    def reopen_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back a submission, or a completion that needed no review."""
        return _act(cur, context, params, Action.REOPENED)

    @query(schemas.ReviewQueue, schemas.WaitingDuties, LEAD | UNIT_ROLES)
    def review_queue(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List what waits for a decision: submissions, waivers and extensions, difficulties without an answer.

        For a unit that reviews it is the submissions of the items for which it is named.
        """
        kinds = params["kinds"] or reviewing.BEFORE
        actor = context.signed_in
        return reviewing.queue(cur, actor, kinds, text=params["text"], page=params["page"], today=clock.today())

    @query(NoParams, schemas.Waits, LEAD | UNIT_ROLES)
    def count_waiting(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Count what waits for a decision, as in `review_queue`."""
        return {"waiting": queries.count_to_decide(cur, reviewer_id=reviewing.reviewer_of(context.signed_in))}

    @command(schemas.AcceptDuties, schemas.Acceptance, LEAD | UNIT_ROLES)
    def accept_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Accept several submissions, each for itself; a stale one is a `conflict` in the results and stays as it is.

        Alone it is so too: the page shows the sentence beside the others.
        """
        based_on = {duty["duty_id"]: duty["version"] for duty in params["duties"]}
        return reviewing.accept(cur, context, based_on, today=clock.today())

    @command(schemas.DutyVersion, schemas.DutyDetail, LEAD | UNIT_ROLES)
    def accept_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Accept a submission."""
        return _act(cur, context, params, Action.ACCEPTED)

    @command(schemas.DutyReason, schemas.DutyDetail, LEAD | UNIT_ROLES)
    def return_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give a submitted or accepted duty back to its unit."""
        return _act(cur, context, params, Action.RETURNED)

    @command(schemas.DutyVersion, schemas.DutyDetail, LEAD | UNIT_ROLES)
    def grant_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Relieve a unit of a duty, as it asked."""
        return _act(cur, context, params, Action.WAIVED)

    @command(schemas.DutyReason, schemas.DutyDetail, LEAD | UNIT_ROLES)
    def refuse_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Refuse to relieve a unit of a duty, which stays as it was."""
        return _act(cur, context, params, Action.WAIVER_REFUSED)

    @command(schemas.GrantExtension, schemas.DutyDetail, LEAD | UNIT_ROLES)
    def grant_extension(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give a duty time until a day, the one that was asked for or another; Invalid for one that gives none."""
        return _act(cur, context, params, Action.EXTENDED, on=params["due_on"])

    @command(schemas.DutyReason, schemas.DutyDetail, LEAD | UNIT_ROLES)
    def refuse_extension(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Refuse a unit more time; the duty stays due when it was."""
        return _act(cur, context, params, Action.EXTENSION_REFUSED)

    @command(schemas.DutyReason, schemas.DutyDetail, UNIT_ROLES)
    def withdraw_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back a part of a duty of the own unit: who had it owes it no more."""
        return _act(cur, context, params, Action.TAKEN_BACK)

    @command(schemas.TakeOn, schemas.DutyDetail, LEAD | HELPERS)
    def accept_blocker(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take on a difficulty that a unit reported: no day counts until it is answered, solved or the duty done."""
        return _act(cur, context, params, Action.BLOCKER_ACCEPTED)

    @command(schemas.AnswerBlocker, schemas.DutyDetail, LEAD | HELPERS)
    def answer_blocker(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Answer a difficulty that a unit reported; the unit sees the answer, and days count again from here."""
        return _act(cur, context, params, Action.BLOCKER_ANSWERED)


def _act(
    cur: Cursor,
    context: Context,
    params: Loaded,
    action: Action,
    *,
    on: dt.date | None = None,
    asked_unit_id: int | None = None,
) -> Answer:
    return changes.act(
        cur,
        context,
        params["duty_id"],
        action,
        today=clock.today(),
        version=params["version"],
        text=params.get("reason", ""),
        on=on,
        asked_unit_id=asked_unit_id,
    )
