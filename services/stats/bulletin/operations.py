"""Operations of bulletins: the lead bureau makes, edits and signs them, leaders read what was issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from services.stats.bulletin import drafting, schemas, showing, signing
from services.stats.bulletin.showing import LEAD
from services.stats.figures import moments
from shared import clock
from shared.actor import READERS_OF_ALL
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE


def _settle_now(service: Any, _context: Context, _params: Loaded) -> dt.datetime:
    """The moment as of which figures are known, in a transaction of its own: nobody records while the clock is held."""
    now = clock.now()
    with service.database.transaction() as cur:
        moments.settle(cur, now)
    return now


class BulletinOperations(BaseService):
    """Bulletins (通报)."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @query(schemas.BulletinsAsked, schemas.Bulletins, READERS_OF_ALL)
    def list_bulletins(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List the bulletins, and what one click makes of a checklist; drafts are for the lead bureau alone."""
        return showing.list_bulletins(cur, context.signed_in, self.today(), **params)

    @query(schemas.BulletinOnly, schemas.BulletinShown, READERS_OF_ALL, within=SERVICE.preview)
    def get_bulletin(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show a bulletin: its fields, its paragraphs and tables as they are laid out, its length, who edited it."""
        return showing.get_bulletin(cur, context.signed_in, params["bulletin_id"])

    @query(schemas.BulletinFile, schemas.BulletinPart, READERS_OF_ALL, within=SERVICE.preview)
    def get_bulletin_file(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Get one part of the Word document: as it was issued, or of a draft as it is now."""
        return showing.get_file(cur, context.signed_in, self.offload, **params)

    @command(schemas.MakeBulletin, schemas.BulletinMade, LEAD, within=SERVICE.preview, prepare=_settle_now)
    def make_bulletin(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a draft out of the facts as of a day; the draft of the same days that is there already is kept."""
        return drafting.make_bulletin(cur, context, self.today(), **params)

    @command(schemas.SaveBulletin, schemas.BulletinShown, LEAD)
    def save_bulletin(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Keep what was written in a draft; what it was before stays known, with who wrote it."""
        return drafting.save_bulletin(cur, context, **params)

    @command(schemas.WithdrawBulletin, schemas.BulletinShown, LEAD)
    def withdraw_bulletin(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let a draft never be issued; it stays to be read."""
        return drafting.withdraw_bulletin(cur, context, **params)

    @command(schemas.SignBulletin, schemas.BulletinShown, LEAD, within=SERVICE.preview)
    def sign_bulletin(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Issue a draft under the next number of its year; its text and its file change no more."""
        return signing.sign_bulletin(cur, context, self.offload, self.today(), **params)

    @query(schemas.BulletinOnly, schemas.BulletinMadeAgain, READERS_OF_ALL, within=SERVICE.preview)
    def remake_bulletin(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make an issued bulletin anew as of its day, and compare; nothing is changed."""
        return signing.remake_bulletin(cur, context.signed_in, self.offload, self.today(), **params)
