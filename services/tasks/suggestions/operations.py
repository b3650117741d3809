"""Operations of suggestions (投诉建议): say, answer, read."""

from __future__ import annotations

from services.tasks.suggestions import measuring, schemas, suggesting
from shared import clock
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, every, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

ANSWERING = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class SuggestionOperations(BaseService):
    """What does not work, said by anybody and answered in public."""

    @command(schemas.MakeSuggestion, schemas.SuggestionMade, EVERYBODY)
    def make_suggestion(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say that a form or a rule does not work; at most 20 a day."""
        return suggesting.make(cur, context, about=params["about"], text=params["text"])

    @command(schemas.AnswerSuggestion, Nothing, ANSWERING)
    def answer_suggestion(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Answer a suggestion in public; a later answer takes the place of an earlier one."""
        suggesting.answer(cur, context, params["suggestion_id"], params["text"])
        return {}

    @query(schemas.ListSuggestions, schemas.Suggestions, EVERYBODY)
    def list_suggestions(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List what was said, what waits for an answer first; 30 a page."""
        return suggesting.listed(cur, context.signed_in.person_id, page=params["page"], today=clock.today())

    @every(60)
    def measure_suggestions(self) -> None:
        """Set the gauges of suggestions that wait."""
        with self.database.transaction() as cur:
            measuring.measure(cur)
