"""Operations on duties: what a unit does, and what the lead bureau decides about it."""

from __future__ import annotations

from services.tasks.duties import changes, doing, reviewing, schemas
from services.tasks.duties.duty import Action
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})


class DoingOperations(BaseService):
    @query(schemas.MyDuties, UNIT_ROLES)
    def my_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return doing.my_duties(cur, context, **params, today=clock.today())

    @command(schemas.DutyOnly, UNIT_ROLES)
    def open_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return doing.open_duty(cur, context, params["duty_id"], today=clock.today())

    @query(schemas.DutyOnly, UNIT_ROLES | READERS_OF_ALL)
    def get_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return doing.get_duty(cur, context, params["duty_id"], today=clock.today())

    @command(schemas.SubmitDuties, UNIT_ROLES)
    def submit_duties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        based_on = {duty["duty_id"]: duty["version"] for duty in params["duties"]}
        return doing.submit(cur, context, based_on, note=params["note"] or "", today=clock.today())

    @command(schemas.NoteProgress, UNIT_ROLES)
    def note_progress(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return changes.act(cur, context, params["duty_id"], Action.PROGRESS, today=clock.today(), text=params["text"])

    @command(schemas.DutyReason, UNIT_ROLES)
    def report_blocker(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.BLOCKED)

    @command(schemas.DutyVersion, UNIT_ROLES)
    def clear_blocker(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.UNBLOCKED)

    @command(schemas.DutyReason, UNIT_ROLES)
    def ask_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.WAIVER_ASKED)

    @command(schemas.DutyVersion, UNIT_ROLES)
    def reopen_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.REOPENED)

    @query(schemas.ReviewQueue, LEAD)
    def review_queue(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return reviewing.queue(cur, page=params["page"], today=clock.today())

    @command(schemas.DutyVersion, LEAD)
    def accept_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.ACCEPTED)

    @command(schemas.DutyReason, LEAD)
    def return_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.RETURNED)

    @command(schemas.DutyVersion, LEAD)
    def grant_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.WAIVED)

    @command(schemas.DutyReason, LEAD)
    def refuse_waiver(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return _act(cur, context, params, Action.WAIVER_REFUSED)


def _act(cur: Cursor, context: Context, params: Loaded, action: Action) -> Answer:
    return changes.act(
        cur,
        context,
        params["duty_id"],
        action,
        today=clock.today(),
        version=params["version"],
        text=params.get("reason", ""),
    )
