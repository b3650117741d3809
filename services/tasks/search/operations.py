"""The operation of the search."""

from __future__ import annotations

from services.tasks.search import schemas, searching
from shared import clock
from shared.actor import EVERYBODY
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor


class SearchOperations(BaseService):
    """One search over all that a person may read."""

    @query(schemas.SearchAsked, schemas.SearchAnswer, EVERYBODY)
    def search(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Find duties, checklists with their rows, units and people that hold all the words, with the first of each.

        With a `group` of that one alone, any page. Units find what is theirs and below them, and what they are asked to
        help with or to review; readers of all duties find all; administrators units and people; auditors people beside
        the rest.
        """
        return searching.find(cur, context.signed_in, **params, today=clock.today())
