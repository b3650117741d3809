"""Operations of meetings (专题会议): make one, record what it decides, read them."""

from __future__ import annotations

from services.tasks.meetings import convening, deciding, schemas, showing
from shared import clock
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class MeetingOperations(BaseService):
    """The regular meeting that looks at the figures, and what becomes of what it decides."""

    @query(schemas.ListMeetings, schemas.Meetings, READERS_OF_ALL)
    def list_meetings(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the meetings, the newest first, 20 a page."""
        return showing.listed(cur, page=params["page"])

    @query(schemas.OneMeeting, schemas.MeetingDetail, READERS_OF_ALL)
    def get_meeting(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a meeting with what it decided, and what the meeting before did."""
        return showing.detail(cur, params["meeting_id"], today=clock.today())

    @command(schemas.MakeMeeting, schemas.MeetingMade, LEAD)
    def make_meeting(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a meeting, or find the one of that day. Invalid of a day without records, or far ahead."""
        return convening.make(cur, context, today=clock.today(), **params)

    @command(schemas.SaveMeeting, schemas.MeetingDetail, LEAD)
    def save_meeting(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give a meeting another day, name or year; Conflict shows the MeetingDetail as it is now."""
        return convening.save(cur, context, today=clock.today(), **params)

    @command(schemas.DeleteMeeting, Nothing, LEAD)
    def delete_meeting(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Delete a meeting that decided nothing; Invalid otherwise. Conflict shows the MeetingDetail as it is now."""
        convening.delete(cur, context, today=clock.today(), **params)
        return {}

    @command(schemas.Decide, schemas.MeetingDetail, LEAD, within=SERVICE.preview)
    def decide(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Add what a meeting decided to the draft of its checklist, or to the draft that amends it once it is issued.

        Units have it to do once that draft is issued. Conflict shows the MeetingDetail as it is now.
        """
        return deciding.decide(cur, context, today=clock.today(), **params)
