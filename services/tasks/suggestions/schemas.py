"""What the operations of suggestions take and answer."""

from __future__ import annotations

from services.tasks.duties.schemas import Doer
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

LONGEST = 1000


class MakeSuggestion(Params):
    """What does not work, and the address of the page where it was seen."""

    text = Words(Text("建议", "suggestion"), longest=LONGEST, has_lines=True)
    about = Words(Text("页面", "page"), longest=200, may_be_empty=True, load_default="")


class AnswerSuggestion(Params):
    """Which one, and what is said to it."""

    suggestion_id = f.key(Text("建议", "suggestion"))
    text = Words(Text("答复", "answer"), longest=LONGEST, has_lines=True)


class ListSuggestions(Params):
    """Which page."""

    page = f.page()


class SuggestionMade(Shape):
    """It is on the list."""

    suggestion_id = s.key()


class SuggestionShown(Shape):
    """What somebody said, and the answer. The person is nobody's business; the unit of then is named."""

    suggestion_id = s.key()
    about = s.text("address of the page, empty for none")
    text = s.text()
    made_at = s.moment()
    unit = s.text()
    is_mine = s.flag()
    days = s.whole("days until the answer, or until today while it waits")
    answer = s.text("null while it waits", allow_none=True)
    answered_at = s.moment(allow_none=True)
    by = s.part(Doer, "who answered")


class Suggestions(Paged):
    """What waits for an answer first, oldest first; then the newest answers."""

    suggestions = s.several(SuggestionShown)
    total = s.whole()
    waiting = s.whole("how many wait for an answer")
