"""What the operations of importing history take and answer."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

MOST_CELLS_A_CALL = 2000
MOST_CELLS = 500_000
# Place, indicator, unit, period and what was typed.
FIELDS = 5
RUN = Text("导入", "import")
CELL = Text("单元格", "cell")
STATES = ("staging", "checked", "applying", "applied", "discarded")


class NewImport(Params):
    """A file of history: where its figures come from, and whether they are invented."""

    source = Words(Text("来源", "source"), longest=200)
    is_invented = f.flag(Text("示例数据", "invented"), load_default=False)


class ImportOnly(Params):
    """One import."""

    run_id = f.key(RUN)


class ImportAsked(ImportOnly):
    """One import, and a page of what is wrong with it."""

    page = f.page()


class MoreCells(ImportOnly):
    """At most 2,000 cells of the file, the first of which is the `first`-th, a line of text for each.

    A line has five parts with tabs between: the place in the file, the code of the indicator, the code or the name of
    the unit, the period, and the value. A part with a tab or a line end in it is sent with a blank instead.
    """

    first = f.whole(Text("序号", "number"), 1, MOST_CELLS)
    lines = f.verbatim(CELL)


class ImportBegun(Shape):
    """The import that further cells belong to."""

    run_id = s.key()


class ProblemShown(Shape):
    """A cell that is wrong, where it stands and why."""

    place = s.text("such as Sheet1!D17")
    indicator = s.text("as typed")
    unit = s.text("as typed")
    period = s.text()
    typed = s.text()
    problem = s.sentence()


class ImportShown(Shape):
    """How far an import is."""

    run_id = s.key()
    source = s.text()
    is_invented = s.flag()
    state = s.one_of(STATES)
    cells = s.whole("how many the file has")
    wrong = s.whole("how many of them are wrong")
    applied = s.whole("how many are taken over")
    begun_at = s.moment()
    by_post = s.text(allow_none=True)
    by_unit = s.text(allow_none=True)


class ImportAnswer(ImportShown, Paged):
    """An import with a page of what is wrong."""

    problems = s.several(ProblemShown)


class Imports(Shape):
    """The newest imports."""

    imports = s.several(ImportShown)
