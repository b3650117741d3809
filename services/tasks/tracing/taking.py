"""Use case: a person puts into the draft what of its notice was left out: as a measure, a task, or text of a row."""

from __future__ import annotations

from typing import Any

from services.tasks.audit import store as audit
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import from_notice, notice_rows
from services.tasks.drafting import store as drafting
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.records import Row
from services.tasks.drafting.rows import NO_ROW, TOO_MANY_ROWS, lock_draft
from services.tasks.drafting.store import NewRow
from services.tasks.drafting.tree import Tree
from services.tasks.notices.reading import read_paragraph
from services.tasks.tracing import changing, dividing, queries, store
from services.tasks.tracing.answers import made
from services.tasks.tracing.words import AS_MEASURE, AS_TASK, CHANGED_ROW, TAKEN
from services.tasks.vocabulary import LONGEST_BODY
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

AREA, MEASURE, TASK, ITEM = 1, 2, 3, 4
NOT_LEFT_OUT = Text(
    "这一段不在“未采用”之列：可能刚被采用。请刷新页面。",
    "This piece is not among those left out; somebody may have just taken it. Please reload the page.",
)
WRONG_ROW = Text(
    "举措要放在领域或举措后面，任务要放在举措里，说明要放在领域或举措里，请另选位置。",
    "Measures go behind areas or measures, tasks into measures, text into areas or measures. Choose another row.",
)
TOO_LONG = Text(
    f"这一段超过{LONGEST_BODY}字，放不进一行，没有采用。请在清单里新增一行，再从原文复制需要的部分。",
    f"The paragraph has more than {LONGEST_BODY} characters and fits into no row, so it was not taken. Please add a "
    "row and copy what is needed from the notice.",
)
FULL_BODY = Text(
    f"放进去后，那一行的内容会超过{LONGEST_BODY}字。请另选位置，或作为任务、举措采用。",
    f"The row's text would exceed {LONGEST_BODY} characters. Choose another row, or take it as a task or measure.",
)


def take(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Put a left-out piece into the draft. Conflict when the row changed since; Invalid where it does not fit."""
    header = lock_draft(cur, params["checklist_id"])
    piece = queries.left_out_piece(cur, header.id, params["number"])
    if piece is None:
        raise NotFound(NOT_LEFT_OUT)
    tree = load_tree(cur, header.id)
    row = tree.rows.get(params["row_id"])
    if row is None:
        raise NotFound(NO_ROW)
    if row.version != params["version"]:
        raise Conflict(CHANGED_ROW, {"current": tree.row_as_dict(row.id)})
    before = changing.as_before(cur, header.id, [row.id], pieces=[piece.number])
    new = _put(cur, tree, row, piece.text, way=params["way"], year=header.year)
    if row.id not in new:
        # The row beside or above which it stands now was not changed by it.
        before["rows"] = {}
    place = new[0]
    store.place_piece(cur, header.id, piece.number, place)
    now = load_tree(cur, header.id)
    changed = new
    subject = now.rows[place].title
    change_id = changing.keep(cur, context, header.id, TAKEN, subject=subject, before=before, row_ids=changed)
    audit.record(
        cur,
        context,
        "piece.taken",
        subject=subject,
        detail={
            "checklist_id": header.id,
            "change_id": change_id,
            "number": piece.number,
            "text": piece.text,
            "way": params["way"],
            "row_id": place,
        },
        changes=changing.differences(tree, now, changed),
    )
    return made(now, place, change_id)


def _put(cur: Cursor, tree: Tree, row: Row, text: str, *, way: str, year: int) -> list[int]:
    """The rows that were made or changed, the one that has the piece first."""
    if len(text) > LONGEST_BODY:
        raise Invalid(TOO_LONG)
    if way == AS_MEASURE and row.level in (AREA, MEASURE):
        return _as_measure(cur, tree, row, text, year)
    if way == AS_TASK and row.level == MEASURE:
        return add_tasks(cur, tree, row.checklist_id, row.id, [dividing.row_words(text)])
    if way not in (AS_MEASURE, AS_TASK) and row.level in (AREA, MEASURE):
        body = f"{row.body}\n{text}" if row.body else text
        if len(body) > LONGEST_BODY:
            raise Invalid(FULL_BODY)
        store.set_body(cur, row.id, body)
        return [row.id]
    raise Invalid.of_fields({"row_id": WRONG_ROW})


def _as_measure(cur: Cursor, tree: Tree, row: Row, text: str, year: int) -> list[int]:
    """Behind the measure, or as the first of the area, with a task of its own, so that it can be issued.

    Units and dates that the paragraph names are read as they are of the notice's own measures.
    """
    area_id = row.id if row.level == AREA else row.parent_id
    read = measure, _ = read_paragraph(text, from_notice.known_directory(cur), year=year)
    # A list of units alone is a paragraph, too.
    title, rest = (measure.title, measure.text) if measure.title else dividing.row_words(text)
    siblings = siblings_of(tree, area_id)
    new = NewRow(area_id, MEASURE, len(siblings) + 1, *notice_rows.titled(title, rest))
    (measure_id,) = drafting.insert_rows(cur, row.checklist_id, [new])
    ordered = [measure_id, *siblings] if row.level == AREA else rules.inserted(siblings, measure_id, after=row.id)
    drafting.place_rows(cur, ordered)
    task_id, item_id = add_tasks(cur, tree, row.checklist_id, measure_id, [(title, "")])
    from_notice.fill_measure(cur, row.checklist_id, [measure_id, item_id], read, year=year)
    return [measure_id, task_id, item_id]


def siblings_of(tree: Tree, parent_id: int | None) -> list[int]:
    """The rows right below another one, in their order."""
    return [one.id for one in tree.rows.values() if one.parent_id == parent_id]


def add_tasks(
    cur: Cursor,
    tree: Tree,
    checklist_id: int,
    measure_id: int,
    tasks: list[tuple[str, str]],
    *,
    like: Row | None = None,
) -> list[int]:
    """Add tasks with an item each behind those of a measure; return the ids, the tasks first.

    `like` is an item whose dates the new ones have. Invalid when the draft is full.
    """
    if len(tree.rows) + 2 * len(tasks) + 1 > rules.MOST_ROWS:
        raise Invalid(TOO_MANY_ROWS)
    there = len(siblings_of(tree, measure_id))
    rows = [
        NewRow(measure_id, TASK, there + n, *notice_rows.titled(title, rest))
        for n, (title, rest) in enumerate(tasks, start=1)
    ]
    task_ids = drafting.insert_rows(cur, checklist_id, rows)
    items = [NewRow(task_id, ITEM, 1, row.title, row.body) for task_id, row in zip(task_ids, rows, strict=True)]
    item_ids = drafting.insert_rows(cur, checklist_id, items)
    if like is not None and (like.due_on is not None or like.recurrence != "once"):
        due = {"due_on": like.due_on, "recurrence": like.recurrence, "due_day": like.due_day}
        drafting.set_due(cur, item_ids, due)
    return [*task_ids, *item_ids]
