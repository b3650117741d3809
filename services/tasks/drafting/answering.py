"""Use case: a person answers open questions, several at once, and the draft changes accordingly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory import store as directory_store
from services.tasks.directory import units
from services.tasks.directory.group_news import announce_groups
from services.tasks.drafting import checklist as rules
from services.tasks.drafting import groups, queries, questions, store
from services.tasks.drafting.answers import load_tree, question_as_dict
from services.tasks.drafting.checklist import RowUnit
from services.tasks.drafting.records import Header, Question
from services.tasks.drafting.row_units import Added, add_units
from services.tasks.drafting.rows import chosen_units, lock_draft
from services.tasks.drafting.tree import Tree
from services.tasks.due_dates import ITEM, complain_of_due
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import MOST_NAMED, changes
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_QUESTION = Text("有的问题不在这份清单里，请刷新页面。", "Some questions are not in this checklist. Please reload.")
ANSWERED = Text(
    "有的问题刚被别人答复了，请看最新的答复。",
    "Somebody has just answered some of these. Please see the answers first.",
)


def answer_questions(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Apply one answer to all of the questions; filling a group answers its other questions too."""
    answer = params["answer"]
    if answer["kind"] == "group":
        _lock_groups(cur, params["checklist_id"], params["question_ids"])
    elif answer["kind"] == "units":
        directory_store.lock_names(cur)
    header = lock_draft(cur, params["checklist_id"])
    asked = _open_questions(cur, header.id, params["question_ids"])
    complaint = questions.complain_of_answer(asked, answer)
    if complaint:
        raise Invalid.of_fields({"answer": complaint})
    tree = load_tree(cur, header.id)
    also_answered = _apply(cur, context, header, tree=tree, asked=asked, answer=answer)
    kept = _as_kept(answer)
    ids = [question.id for question in asked]
    store.answer_questions(cur, ids, kept, who=context.signed_in.signature)
    audit.record(
        cur,
        context,
        "questions.answered",
        subject=header.title,
        detail={"checklist_id": header.id, "question_ids": ids, "answer": kept},
        changes=_logged(cur, tree, asked, answer),
    )
    return {"answered": sorted({*ids, *also_answered}), "open": queries.count_open_questions(cur, header.id)}


def _lock_groups(cur: Cursor, checklist_id: int, question_ids: Sequence[int]) -> None:
    """Lock the groups asked about with all drafts they concern, this one too: drafts come before groups, by id."""
    groups.lock_with_drafts(
        cur, _groups_of(queries.chosen_questions(cur, checklist_id, question_ids)), checklist_id=checklist_id
    )


def _open_questions(cur: Cursor, checklist_id: int, question_ids: Sequence[int]) -> list[Question]:
    asked = queries.chosen_questions(cur, checklist_id, question_ids)
    if len(asked) < len(set(question_ids)):
        raise NotFound(NO_QUESTION)
    answered = [question_as_dict(question) for question in asked if question.answered_at]
    if answered:
        raise Conflict(ANSWERED, {"current": answered})
    return asked


def _apply(
    cur: Cursor, context: Context, header: Header, *, tree: Tree, asked: Sequence[Question], answer: dict[str, Any]
) -> list[int]:
    """Change what the answer says; return the ids of questions that are answered by it besides."""
    match answer["kind"]:
        case "units":
            added = chosen_units(cur, answer["units"])
            _add_units(cur, tree, asked, added)
            _remember(cur, context, asked, added)
        case "group":
            return _fill_groups(cur, context, header.id, asked, answer["member_ids"])
        case "due":
            _set_due(cur, header, tree, asked, answer)
        case "target":
            for target_id in [question.target_id for question in asked if question.target_id is not None]:
                store.set_target(cur, target_id, answer["value"])
    return []


def _add_units(cur: Cursor, tree: Tree, asked: Sequence[Question], added: Sequence[RowUnit]) -> None:
    by_row: dict[int, list[Added]] = {}
    for row_id, question in _on_rows(asked):
        by_row.setdefault(row_id, []).append(Added(added, question.role))
    add_units(cur, tree, by_row)


def _remember(cur: Cursor, context: Context, asked: Sequence[Question], added: Sequence[RowUnit]) -> None:
    """Let the one unit that unknown names were said to be answer to them, so that the next notice does not ask again.

    A name that somebody else has meanwhile is left to that one.
    """
    units_meant = [unit.unit_id for unit in added if unit.unit_id is not None]
    if len(added) != 1 or not units_meant or any(question.kind != "unknown_unit" for question in asked):
        return
    directory_store.lock_units(cur)
    with suppress(Invalid):
        unit = units.unit_with_id(cur, units_meant[0])
        units.remember_names(cur, context, unit, [question.quote for question in asked])


def _fill_groups(
    cur: Cursor, context: Context, checklist_id: int, asked: Sequence[Question], member_ids: list[int]
) -> list[int]:
    answered: list[int] = []
    for group_id in _groups_of(asked):
        answered += groups.fill_group(cur, context, group_id, member_ids=member_ids)
        directory_store.count_group_up(cur, group_id)
        announce_groups(cur, [group_id], correlation_id=context.correlation_id)
    here = {question.id for question in queries.chosen_questions(cur, checklist_id, answered)}
    return sorted(here)


def _groups_of(asked: Sequence[Question]) -> list[int]:
    return sorted({question.group_id for question in asked if question.group_id is not None})


def _set_due(cur: Cursor, header: Header, tree: Tree, asked: Sequence[Question], answer: dict[str, Any]) -> None:
    due = {name: answer[name] for name in ("due_on", "recurrence", "due_day")}
    complaint = complain_of_due(level=ITEM, year=header.year, **due)
    if complaint:
        raise Invalid.of_fields({"due_on": complaint})
    row_ids: list[int] = []
    for top_id, question in _on_rows(asked):
        for row_id in rules.ids_below(top_id, tree.rows.values()):
            row = tree.rows[row_id]
            has_due = row.due_on is not None or row.recurrence != "once"
            if row.level == ITEM and (question.kind in questions.REPLACES_DUE or not has_due):
                row_ids.append(row_id)
    store.set_due(cur, row_ids, due)


def _on_rows(asked: Sequence[Question]) -> Iterator[tuple[int, Question]]:
    """Each question with the id of its row; what changes rows fits no question without one."""
    return ((question.row_id, question) for question in asked if question.row_id is not None)


def _logged(cur: Cursor, tree: Tree, asked: Sequence[Question], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What was asked and what was answered, by names."""
    about = [tree.rows[question.row_id].title if question.row_id else question.quote for question in asked]
    given: dict[str, Any] = {"questions": list(dict.fromkeys(about)), "note": answer["note"]}
    match answer["kind"]:
        case "keep":
            given["as_it_stands"] = True
        case "units":
            given["units"] = [unit.name for unit in chosen_units(cur, answer["units"])]
        case "group":
            members = directory_queries.units_with_ids(cur, sorted(answer["member_ids"])[:MOST_NAMED])
            given["member_ids"] = [unit.name for unit in members]
        case "due":
            given |= {name: answer[name] for name in ("due_on", "recurrence", "due_day")}
        case "target":
            given["value"] = format(answer["value"], "f")
    return changes(None, given, given)


def _as_kept(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as stored with the question: only what belongs to its kind, as plain JSON."""
    kept: dict[str, Any] = {"kind": answer["kind"]}
    if answer["note"]:
        kept["note"] = answer["note"]
    match answer["kind"]:
        case "units":
            kept["units"] = answer["units"]
        case "group":
            kept |= groups.answer_with(answer["member_ids"])
        case "due":
            kept["due_on"] = answer["due_on"].isoformat() if answer["due_on"] else None
            kept["recurrence"] = answer["recurrence"]
            kept["due_day"] = answer["due_day"]
        case "target":
            kept["value"] = format(answer["value"], "f")
    return kept
