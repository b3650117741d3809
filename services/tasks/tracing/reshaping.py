"""Use cases: a measure of a draft becomes two, or two become one; its tasks, units, questions and source go along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import notice_rows
from services.tasks.drafting import queries as drafting_queries
from services.tasks.drafting import store as drafting
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.records import Row
from services.tasks.drafting.rows import NO_ROW, TOO_MANY_ROWS, check_draft, checklist_with_id, lock_row, own_units
from services.tasks.drafting.store import NewRow
from services.tasks.drafting.tree import Tree
from services.tasks.tracing import changing, dividing, queries, store
from services.tasks.tracing.answers import made, row_as_dict
from services.tasks.tracing.dividing import Division, Words
from services.tasks.tracing.taking import MEASURE, add_tasks, siblings_of
from services.tasks.tracing.words import CHANGED_ROW, MERGED, SPLIT
from services.tasks.vocabulary import LONGEST_BODY
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_MEASURE = Text("只有举措（第二级）能拆分或合并。", "Only measures (level 2) can be split or merged.")
NO_BOUNDARY = Text(
    "不能从这里拆分：请选一句话或第二个及以后的任务。",
    "It cannot be split here: choose the beginning of a sentence, or a task behind the first.",
)
NONE_BEFORE = Text(
    "它是这个领域的第一条举措，前面没有可合并的。请先把它移到别的举措后面。",
    "It is the first measure of its area, and there is none before it. Move it behind another one first.",
)
FULL_BODY = Text(
    f"合并后的内容会超过{LONGEST_BODY}字，请先缩短其中一条。",
    f"The text of both would be longer than {LONGEST_BODY} characters. Please shorten one of them first.",
)


def split_points(cur: Cursor, row_id: int) -> dict[str, Any]:
    """The sentences and tasks of a measure. NotFound when there is none; Invalid when it is of another level."""
    found = drafting_queries.row(cur, row_id)
    if found is None:
        raise NotFound(NO_ROW)
    header = checklist_with_id(cur, found.checklist_id)
    check_draft(header)
    tree = load_tree(cur, header.id)
    row = _measure(tree, row_id)
    return {
        "row": row_as_dict(tree, row_id),
        "checklist_id": header.id,
        "checklist_title": header.title,
        "sentences": [{"offset": at, "text": text} for at, text in dividing.sentences_of(row.body)],
        "tasks": [{"row_id": task.id, "title": task.text} for task in _tasks(tree, row_id)],
    }


def split(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Make a second measure of what stands from a sentence or a task on. Conflict when the row changed since.

    The new one has the same units and open questions. Whichever is left without tasks gets one of its title.
    """
    header, tree = lock_row(cur, params["row_id"], params["version"])
    row = _measure(tree, params["row_id"])
    tasks = _tasks(tree, row.id)
    division = _division(row.body, tasks, params)
    if len(tree.rows) >= rules.MOST_ROWS:
        raise Invalid(TOO_MANY_ROWS)
    kept = f"{row.title}\n{division.kept}"
    pieces = _going(division, kept, [Words(one.number, one.text) for one in queries.pieces_of_row(cur, row.id)])
    figures = _going(division, kept, [Words(one.id, one.quote) for one in queries.figures_of_row(cur, row.id)])
    before = changing.as_before(
        cur, header.id, [row.id, *division.tasks], pieces=pieces, figures=dict.fromkeys(figures, row.id)
    )
    new_id = _insert_behind(cur, tree, row, division)
    store.copy_questions(cur, row.id, new_id)
    store.set_body(cur, row.id, division.kept)
    _move_tasks(cur, division.tasks, new_id, behind=0)
    store.move_pieces(cur, header.id, pieces, new_id)
    store.move_figures(cur, figures, new_id)
    empty = {new_id: division.title} if not division.tasks else {}
    if len(division.tasks) == len(tasks):
        empty[row.id] = row.title
    added = _fill(cur, tree, header.id, empty, tasks)
    now = load_tree(cur, header.id)
    changed = [row.id, *division.tasks, new_id, *added]
    subject = row.title
    change_id = changing.keep(cur, context, header.id, SPLIT, subject=subject, before=before, row_ids=changed)
    audit.record(
        cur,
        context,
        "measure.split",
        subject=subject,
        detail={"checklist_id": header.id, "change_id": change_id, "row_id": row.id, "new_row_id": new_id},
        changes=changing.differences(tree, now, changed),
    )
    return made(now, new_id, change_id)


def merge(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Put a measure into the one before it in its area. Conflict when either changed since.

    Where both name units of their own and these differ, the tasks that move keep theirs. Where only one names units,
    they become those of both. A question that is open on both in the same words is asked once.
    """
    header, tree = lock_row(cur, params["row_id"], params["version"])
    row = _measure(tree, params["row_id"])
    into = _one_before(tree, row)
    if into.version != params["into_version"]:
        raise Conflict(CHANGED_ROW, {"current": tree.row_as_dict(into.id)})
    body = dividing.merged_body(into.body, row.title, row.body)
    if len(body) > LONGEST_BODY:
        raise Invalid(FULL_BODY)
    tasks = siblings_of(tree, row.id)
    pieces = [piece.number for piece in queries.pieces_of_row(cur, row.id)]
    dropped = {one.id: one.data for one in queries.questions_asked_already(cur, row.id, of=into.id)}
    questions = [one for one in queries.question_ids(cur, row.id) if one not in dropped]
    figures = [figure.id for figure in queries.figures_of_row(cur, row.id)]
    before = changing.as_before(
        cur,
        header.id,
        [into.id, row.id, *tasks],
        pieces=pieces,
        questions=dict.fromkeys(questions, row.id),
        dropped=dropped.values(),
        figures=dict.fromkeys(figures, row.id),
        behind=into.id,
    )
    store.set_body(cur, into.id, body)
    _settle_units(cur, tree, into, row, tasks)
    last = max((tree.rows[one].position for one in siblings_of(tree, into.id)), default=0)
    _move_tasks(cur, tasks, into.id, behind=last)
    store.move_pieces(cur, header.id, pieces, into.id)
    store.move_questions(cur, questions, into.id)
    store.move_figures(cur, figures, into.id)
    drafting.delete_rows(cur, [row.id])
    now = load_tree(cur, header.id)
    changed = [into.id, *tasks]
    change_id = changing.keep(cur, context, header.id, MERGED, subject=row.title, before=before, row_ids=changed)
    audit.record(
        cur,
        context,
        "measure.merged",
        subject=row.title,
        detail={"checklist_id": header.id, "change_id": change_id, "row_id": row.id, "into_row_id": into.id},
        changes=changing.differences(tree, now, changed),
    )
    return made(now, into.id, change_id)


def _measure(tree: Tree, row_id: int) -> Row:
    row = tree.rows[row_id]
    if row.level != MEASURE:
        raise Invalid(NO_MEASURE)
    return row


def _one_before(tree: Tree, row: Row) -> Row:
    siblings = siblings_of(tree, row.parent_id)
    at = siblings.index(row.id)
    if at == 0:
        raise Invalid(NONE_BEFORE)
    return tree.rows[siblings[at - 1]]


def _tasks(tree: Tree, row_id: int) -> list[Words]:
    return [Words(one, tree.rows[one].title) for one in siblings_of(tree, row_id)]


def _division(body: str, tasks: Sequence[Words], params: dict[str, Any]) -> Division:
    if params["task_id"] is not None:
        found = dividing.divided_at_task(body, params["task_id"], tasks)
    else:
        found = dividing.divided_at_sentence(body, params["offset"], tasks)
    if found is None:
        raise Invalid(NO_BOUNDARY)
    return found


def _going(division: Division, kept: str, things: Sequence[Words]) -> list[int]:
    """A piece or a figure goes with the new measure when all its words do."""
    return list(dividing.going_with(division.words, kept, things))


def _insert_behind(cur: Cursor, tree: Tree, row: Row, division: Division) -> int:
    siblings = siblings_of(tree, row.parent_id)
    new = NewRow(row.parent_id, MEASURE, len(siblings) + 1, *notice_rows.titled(division.title, division.moved))
    (new_id,) = drafting.insert_rows(cur, row.checklist_id, [new])
    drafting.place_rows(cur, rules.inserted(siblings, new_id, after=row.id))
    drafting.set_units(cur, {new_id: _own(tree, row.id)})
    return new_id


def _own(tree: Tree, row_id: int) -> list[tuple[str, int | None, int | None]]:
    return [(unit.role, unit.unit_id, unit.group_id) for unit in own_units(tree, row_id)]


def _move_tasks(cur: Cursor, task_ids: Sequence[int], row_id: int, *, behind: int) -> None:
    for task_id in task_ids:
        drafting.move_under(cur, task_id, row_id)
    drafting.set_positions(cur, [(task_id, behind + n) for n, task_id in enumerate(task_ids, start=1)])
    drafting.count_rows_up(cur, task_ids)


def _fill(cur: Cursor, tree: Tree, checklist_id: int, empty: dict[int, str], tasks: Sequence[Words]) -> list[int]:
    """Give measures that have no task one of their title, due as the first item of the measure that was split is."""
    items = [row for row in tree.rows.values() if row.parent_id in {task.id for task in tasks}]
    like = items[0] if items else None
    return [
        made_id
        for row_id, title in empty.items()
        for made_id in add_tasks(cur, tree, checklist_id, row_id, [(title, "")], like=like)
    ]


def _settle_units(cur: Cursor, tree: Tree, into: Row, row: Row, task_ids: Sequence[int]) -> None:
    kept, moving = own_units(tree, into.id), own_units(tree, row.id)
    if not moving:
        return
    if not kept:
        drafting.set_units(cur, {into.id: _own(tree, row.id)})
    elif {(unit.role, *unit.key) for unit in kept} != {(unit.role, *unit.key) for unit in moving}:
        inheriting = [task_id for task_id in task_ids if not own_units(tree, task_id)]
        drafting.set_units(cur, {task_id: _own(tree, row.id) for task_id in inheriting})
