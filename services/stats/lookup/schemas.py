"""What looking up reports and indicators takes and answers."""

from __future__ import annotations

from enum import StrEnum

from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.sought import LONGEST_SOUGHT
from shared.text import Text

MOST_HITS = 1000


class Kind(StrEnum):
    """What something that was found is."""

    REPORT = "report"
    INDICATOR = "indicator"


class Where(StrEnum):
    """Where the words stand that neither code nor name has."""

    BASIS_NUMBER = "basis_number"
    DEFINITION = "definition"


class FiguresAsked(Params):
    """Which words, and which page of so many."""

    text = Words(Text("查找内容", "text to find"), longest=LONGEST_SOUGHT)
    size = f.whole(Text("每页条数", "size of a page"), 1, MOST_HITS, load_default=50)
    page = f.page()


class FigureReason(Shape):
    """Why something was found that its line does not say."""

    where = s.one_of(Where)
    text = s.text("where the words stand; of a long text the part around them")


class FigureHit(Shape):
    """A report or an indicator that holds the words."""

    kind = s.one_of(Kind)
    id = s.key("of the report or of the indicator")
    code = s.text("a report's table number")
    name = s.text()
    submission_id = s.key("a report's newest form of the person's own unit", allow_none=True)
    is_invented = s.flag()
    why = s.several(FigureReason)


class FiguresFound(Paged):
    """Reports before indicators, each by code."""

    words = s.several(s.text(), "what was looked for; all of them stand in each hit")
    total = s.whole("of all pages")
    hits = s.several(FigureHit)
