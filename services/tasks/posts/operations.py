"""Operations of posts: hand-over, standing in."""

from __future__ import annotations

from services.tasks.directory.schemas import PersonOnly
from services.tasks.posts import holding, schemas
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, Offload, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class PostOperations(BaseService):
    """Who holds a post, and who stands in."""

    hashing: Offload

    @command(schemas.HandOver, schemas.HandedOver, ADMINISTRATOR, secrets=("password",))
    def hand_over(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let somebody else hold a post, with a new random password; what is open stays with the post.

        The one before is signed out, and neither stands in for others nor is stood in for. Conflict shows the account
        as ListedPerson.
        """
        return holding.hand_over(cur, context, self.hashing, params)

    @query(PersonOnly, schemas.Holders, ADMINISTRATOR)
    def list_holders(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show who holds a post, who held it before, and who stands in for it."""
        return holding.holders(cur, params["person_id"])

    @command(schemas.Appoint, schemas.Substituted, EVERYBODY)
    def appoint_substitute(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let somebody stand in for a post: the holder, a head of the unit, or the administrator says so.

        Heads and holders choose among the own unit. Forbidden for who has no say, and for posts of administrators and
        auditors; Invalid for somebody who cannot, and for days that are past, in the wrong order, too many or taken.
        """
        return holding.appoint(cur, context, params)

    @command(schemas.SubstitutionOnly, Nothing, EVERYBODY)
    def end_substitution(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """End a substitution at once: whoever could arrange it, or the substitute."""
        holding.end(cur, context, params["substitution_id"])
        return {}

    @query(NoParams, schemas.OwnSubstitutions, EVERYBODY)
    def own_substitutions(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Show who stands in for the person who asks, for whom he stands in, and whom he can ask."""
        return holding.own(cur, context)

    @command(schemas.SubstitutionOnly, schemas.Entered, EVERYBODY)
    def enter_post(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Put on record that the person begins to act in a post, and return the account for it.

        Forbidden when he does not stand in for it today.
        """
        return holding.enter(cur, context, params["substitution_id"])
