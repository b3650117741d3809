"""What the operations of tracing take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import validates_schema

from services.tasks.drafting.answer_schemas import Source
from services.tasks.drafting.notice_pieces import PARTS
from services.tasks.notices.blocks import Reason
from services.tasks.notices.draft import TargetKind
from services.tasks.tracing.words import DELETED, KINDS, STATES, WAYS
from services.tasks.vocabulary import CHECKLIST, LONGEST_NAME, LONGEST_TITLE, ROW
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words, refuse
from shared.calling.shapes import Paged, Shape
from shared.text import Text

COMPARATORS = (">=", ">", "<=", "<", "=", "~")
PIECE = Text("段落", "piece")
FIGURE = Text("通知里的数", "figure")
FIGURES = Text("通知里的数", "figures")
TASK = Text("任务", "task")
CHANGE = Text("操作", "change")


class ListPieces(Params):
    """A page of a draft's source: by its number, or the one with a piece or with what a row comes from."""

    checklist_id = f.key(CHECKLIST)
    only_left_out = f.flag(Text("只看没有采用的", "only what is left out"), load_default=False)
    number = f.key(PIECE, load_default=None, allow_none=True)
    row_id = f.key(ROW, load_default=None, allow_none=True)
    page = f.page()


class OfChecklist(Params):
    """One checklist, by its id."""

    checklist_id = f.key(CHECKLIST)


class TakePiece(Params):
    """A left-out piece, what it is to be, and the row that it goes behind or into."""

    checklist_id = f.key(CHECKLIST)
    number = f.key(PIECE)
    way = f.choice(Text("用途", "use"), WAYS)
    row_id = f.key(ROW)
    version = f.version()


class OfRow(Params):
    """One row, by its id."""

    row_id = f.key(ROW)


class SplitMeasure(Params):
    """A measure, and where the second one begins: at a sentence of its text, or at a task."""

    row_id = f.key(ROW)
    version = f.version()
    offset = f.whole(Text("拆分的位置", "where to split"), 0, 10**6, load_default=None, allow_none=True)
    task_id = f.key(TASK, load_default=None, allow_none=True)

    @validates_schema
    def check_one(self, data: dict[str, Any], **_: object) -> None:
        if (data.get("offset") is None) == (data.get("task_id") is None):
            raise refuse("请选择从哪一句或哪个任务起拆分。", "Please choose the sentence or the task to split at.")


class MergeMeasures(Params):
    """A measure, and the version of the one before it that it goes into."""

    row_id = f.key(ROW)
    version = f.version()
    into_version = f.version()


class UndoChange(Params):
    """The last change of a draft, by its id, so that pressing twice undoes one."""

    checklist_id = f.key(CHECKLIST)
    change_id = f.key(CHANGE)


class ChosenFigure(Params):
    """A figure as it is to be a target."""

    figure_id = f.key(FIGURE)
    name = Words(Text("目标名称", "name of the target"), longest=LONGEST_TITLE)
    comparator = f.choice(Text("比较", "comparison"), COMPARATORS)
    value = f.figure(Text("数值", "value"))
    unit_of_measure = Words(
        Text("计量单位", "unit of measure"), longest=LONGEST_NAME, load_default="", may_be_empty=True
    )
    to_year = f.whole(Text("到期年度", "year"), 2000, 2100)


class TakeFigures(Params):
    """Figures that become targets."""

    checklist_id = f.key(CHECKLIST)
    figures = f.several(f.part(ChosenFigure, FIGURE), FIGURES, least=1, most=200)


class DeclineFigures(Params):
    """Figures that become none."""

    checklist_id = f.key(CHECKLIST)
    figure_ids = f.several(f.key(FIGURE), FIGURES, least=1, most=1000)


class RowInPassing(Shape):
    """A row as it is named in passing."""

    row_id = s.key()
    level = s.whole()
    number = s.text("where it stands, such as 1.2")
    title = s.text()
    version = s.whole()


class PieceAnswer(Shape):
    """A piece of the source: in the draft, or left out for a reason."""

    number = s.whole("its place in the source, from 1")
    line = s.whole("the line of the source that it stood in, from 0")
    start = s.whole("its first sign in that line, from 0")
    text = s.text()
    row = s.part(RowInPassing, "the row that it became or is part of", allow_none=True)
    target = s.text("the name of the target that it became", allow_none=True)
    part = s.one_of(("", *PARTS), "what of the draft it is; empty when it is left out")
    reason = s.one_of((*Reason, DELETED), "why it is left out; null when it is not", allow_none=True)
    row_before = s.part(RowInPassing, "of a left-out one: the area or measure that stands before it", allow_none=True)
    measure_before = s.part(
        RowInPassing, "of a left-out one: the measure that a task of it would go to", allow_none=True
    )


class LastChange(Shape):
    """What was done last with pieces and measures of a draft."""

    change_id = s.key()
    kind = s.one_of(KINDS)
    subject = s.text("the title of the row")
    at = s.moment()
    piece = s.whole("the piece that was taken", allow_none=True)


class PiecesPage(Paged):
    """A page of the source beside its draft."""

    source = s.part(Source, "null when the source was not kept", allow_none=True)
    pieces = s.several(PieceAnswer)
    first = s.whole("where a row was asked for: its first piece, or the one that has its title", allow_none=True)
    last_change = s.part(LastChange, "what can be undone", allow_none=True)


class ChangeMade(Shape):
    """Where a change led to."""

    change_id = s.key()
    row = s.part(RowInPassing)


class SentenceOfRow(Shape):
    """A sentence of a row's text, at which it may be split."""

    offset = s.whole("its first character in the text, from 0")
    text = s.text()


class TaskOfRow(Shape):
    """A task of a measure; at each but the first it may be split."""

    row_id = s.key()
    title = s.text()


class SplitPoints(Shape):
    """Where a measure may be split."""

    row = s.part(RowInPassing)
    checklist_id = s.key()
    checklist_title = s.text()
    sentences = s.several(SentenceOfRow, "in the order of the text")
    tasks = s.several(TaskOfRow, "in their order")


class Undone(Shape):
    """What was undone."""

    kind = s.one_of(KINDS)
    subject = s.text()


class NoticeFigure(Shape):
    """A figure in the words of a measure."""

    figure_id = s.key()
    row = s.part(RowInPassing, "its measure; null when that was deleted", allow_none=True)
    name = s.text()
    quote = s.text("the words of the notice")
    kind = s.one_of(TargetKind)
    comparator = s.text("as in Target")
    value = s.decimal(allow_none=True)
    unit_of_measure = s.text()
    to_year = s.whole()
    is_approximate = s.flag()
    is_part = s.flag("whether it is a part of the figure before it")
    state = s.one_of(STATES)
    target_id = s.key("the target that it became", allow_none=True)


class NoticeFigures(Shape):
    """The figures of a draft's notice."""

    figures = s.several(NoticeFigure)
