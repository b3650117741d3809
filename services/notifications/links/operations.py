"""Operations of links: what a token is worth, which links still open, and making them void."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.notifications.links import opening, schemas, voiding
from shared import clock
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class LinkOperations(BaseService):
    """Whoever holds a link is not signed in: its token says who asks."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)

    @query(schemas.LinkOnly, schemas.LinkAnswer, None)
    def look_at_link(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Say what a link is worth and whose it is. Nothing is written, however often it is asked."""
        return opening.look_at(cur, params["link_hash"], self.now())

    @command(schemas.LinkDigits, schemas.LinkProof, None)
    def prove_link(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Type the last four digits of the post's phone.

        Wrong ones are counted, so they are answered with `complaint`; the fifth makes the link void.
        """
        return opening.prove(cur, params["link_hash"], params["digits"], self.now())

    @query(schemas.Links, schemas.LinksPage, ADMINISTRATOR)
    def list_links(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the links that still open; a page after the last one is the last."""
        return voiding.listing(cur, params["page"], self.now())

    @command(schemas.RevokeLinks, schemas.LinksRevoked, ADMINISTRATOR)
    def revoke_links(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make void one link, all of a post, or all that there are; the reason stays with them.

        Invalid when nothing says which.
        """
        asked = {name: params[name] for name in ("link_id", "person_id", "reason")}
        return {"links": voiding.revoke(cur, context.signed_in, self.now(), **asked, is_all=params["all"])}

    @command(NoParams, schemas.LinksRevoked, EVERYBODY)
    def void_own_links(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Make void all links of the own post that still open."""
        return {"links": voiding.void_own(cur, context.signed_in, self.now())}

    @command(schemas.AskDigits, Nothing, ADMINISTRATOR)
    def ask_link_digits(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Decide whether a link asks for the last four digits of the post's phone, where it has a proven one.

        Conflict shows what holds when somebody decided meanwhile.
        """
        decided = {"asks_digits": params["asks_digits"], "seen": params["version"], "reason": params["reason"]}
        voiding.ask_digits(cur, context.signed_in, self.now(), **decided)
        return {}
