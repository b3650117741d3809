"""Operations of silences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.notifications.silences import editing, schemas
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})
READERS = LEAD | {Role.ADMINISTRATOR}


class SilenceOperations(BaseService):
    """The lead bureau silences reminders for a while; the administrator may look it up."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)

    @query(schemas.Silences, schemas.SilenceList, READERS)
    def list_silences(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the silences, newest first, with what may be chosen for another; a page after the last is the last."""
        return editing.listing(cur, params["page"], self.now())

    @command(schemas.MakeSilence, schemas.SilenceMade, LEAD)
    def make_silence(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say nothing on the days of the policies for a while.

        Invalid names `from_day`, `until_day`, `subject` and `unit_id`.
        """
        silence_id = editing.make(
            cur,
            context.signed_in,
            (params["scope"], params["subject_id"]),
            unit_id=params["unit_id"],
            stage=params["stage"],
            days=(params["from_day"], params["until_day"]),
            reason=params["reason"],
            now=self.now(),
        )
        return {"silence_id": silence_id}

    @command(schemas.EndSilence, Nothing, LEAD)
    def end_silence(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """End a silence before its time: reminders come again from today on.

        Invalid when it is over already.
        """
        editing.end(cur, context.signed_in, params["silence_id"], params["reason"], self.now())
        return {}

    @query(schemas.SilenceOnly, schemas.SilencedLines, READERS)
    def list_silenced(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List what was not said because of a silence, at most 500 lines."""
        return editing.silenced(cur, params["silence_id"])
